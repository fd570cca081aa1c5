"""A reader of answers: where print(result), to_dict and the findings contradict each other."""

import itertools
import math
import re

import numpy as np

from mix1d.diagnostics.shapes import other_shapes
from mix1d.display.beware import of_groups
from mix1d.display.bottom_line import answer_of
from mix1d.display.parameters import own_parameters
from mix1d.display.shapes import likely
from mix1d.display.summary import summarise
from mix1d.model.families import NAMES
from mix1d.outcome.maximum import maximum_of
from mix1d.selection.evidence import evidence

LEVEL = 0.05
_NUMBER = r"-?\d[\d.]*(?:e[+-]\d+)?"


def contradictions(result):
    """Return a sentence for each contradiction; an empty list where all is well."""
    said = _Answer(result)
    found = []
    for check in (
        _bottom_line,
        _headline,
        _selection,
        _evidence,
        _fit,
        _components,
        _intervals,
        _thresholds,
        _families,
        _findings,
        _errors,
        _words,
        _json,
    ):
        found += check(said)
    return found


class _Answer:
    def __init__(self, result):
        self.result = result
        self.whole = result.to_dict()
        whole = result.summary(details=True)
        self.lines = whole.splitlines()
        self.text = " ".join(whole.split())
        self.said = answer_of(result)
        self.groups = summarise(result).groups
        self.headline = self.whole["words"]["headline"]
        self.tests = " ".join(self.whole["words"]["tests"])
        self.below = " ".join(self.whole["words"]["below"])
        self.findings = result.findings
        self.codes = [finding.code for finding in result.findings]
        self.mixture = result.mixture
        self.k = len(result.mixture.means)
        self.real = result.mixture.weights > 0.0
        self.rows = result.selection
        (self.chosen,) = (row for row in result.selection if row.chosen)
        self.numbers = sorted({row.n_components for row in result.selection})

    def value(self, row):
        return float(getattr(row, self.result.criterion))

    def messages(self, code):
        return [finding for finding in self.findings if finding.code == code]


def _bottom_line(said):
    text, result = said.said.text, said.result
    n_words = len(text.split())
    if n_words > 45:
        yield f"a bottom line of {n_words} words: {text}"
    if said.said.n_components != said.k:
        yield f"the bottom line is about {said.said.n_components} components, the mixture has {said.k}"
    shown = re.search(r"shown (?:is|are) (\d+)", text)
    if shown and int(shown[1]) != said.k:
        yield f"the bottom line says that {shown[1]} are shown, the mixture has {said.k}"
    if ("not settled" in text) == said.said.settled and re.search(r"(?<!not )settled", text):
        yield f"settled or not: {text}"
    if said.said.settled:
        near = [row for row in said.rows if row.undecided and row.n_components != said.k]
        if near:
            yield f"settled, with {near[0].n_components} nearly as good: {text}"
        p = said.whole["tests"]["anderson_darling"]
        if p is not None and p <= 0.01 and result.total_weight >= 20.0 and said.said.family is None:
            yield f"settled, although the shape is refuted (p = {p}): {text}"
        if re.search("more than the|fewer than the", evidence(result).order):
            yield f"settled, against the test: {text}"
        if (
            {"largest_tried", "wall", "tail_component"} & set(said.codes)
            or not result.converged
            or result.regularized
        ):
            yield f"settled, although {said.codes}: {text}"
        if len(said.numbers) == 1:
            yield f"settled, of one number: {text}"
    if "as asked" in text and result.asked.n_components is None:
        yield f"'as asked', although nothing was: {text}"
    best = next(iter(other_shapes(result)), None)
    silent = "too few" in text or "end abruptly" in text or "spread about evenly" in text
    if (
        not silent
        and best is not None
        and best.difference <= -6.0
        and NAMES[best.family].said.lower() not in text.lower()
    ):
        yield f"the bottom line does not name {best.family}, BIC {best.difference:.1f}: {text}"


def _headline(said):
    k = int(re.search(r"(\d+) (?:[A-Za-z -]+ )?component", said.headline)[1])
    if k != said.k:
        yield f"the headline has {k} components, the mixture {said.k}"
    asked = said.result.asked.n_components
    one = asked is not None and len(asked) == 1
    if ("as asked" in said.headline) != one:
        yield f"'as asked' although n_components was {asked}: {said.headline}"
    if "chosen by" in said.headline and len(said.numbers) == 1 and "sds chosen" not in said.headline:
        yield f"a number chosen among one: {said.headline}"
    shown = re.search(r"the data show only (\d+)", said.headline)
    if (shown is not None) != (not said.real.all()) or (shown and int(shown[1]) != said.real.sum()):
        yield f"the headline counts other components with values than the mixture: {said.headline}"
    rival = re.search(
        r"\((undecided against|second best:) (\d+)(?: [A-Za-z -]+)?, \w+ ([+-][\d.]+)\)", said.headline
    )
    if rival:
        difference = float(rival[3])
        if (rival[1] == "undecided against") != (difference < 2.0) and abs(difference - 2.0) > 0.051:
            yield f"'{rival[1]}' with a difference of {difference}"
        if difference < 0.0:
            yield f"the second best is better than the best: {said.headline}"


def _selection(said):
    eligible = [row for row in said.rows if row.eligible]
    if said.chosen.eligible:
        best = min(map(said.value, eligible))
        if said.value(said.chosen) > best + 1e-9 * (1.0 + abs(best)):
            yield f"the row preferred has {said.result.criterion} {said.value(said.chosen)}, the best {best}"
    elif eligible:
        yield "a row that is not eligible was chosen although others are"
    total = sum(row.evidence_weight for row in said.rows)
    if eligible and not math.isclose(total, 1.0, abs_tol=1e-9):
        yield f"weights of evidence sum to {total}"
    again = []
    for family in {row.family for row in said.rows}:
        ones = [row for row in said.rows if row.n_components == 1 and row.family == family]
        again += [row for row in ones if row is not next((one for one in ones if one.chosen), ones[0])]
    for row in said.rows:
        if not row.eligible and (row.evidence_weight or row.undecided):
            yield f"a row of {row.n_components} is not eligible, and has evidence"
        close = row.eligible and not row.chosen and not any(row is other for other in again)
        if row.undecided != (close and said.value(row) - said.value(said.chosen) < 2.0):
            yield f"the row of {row.n_components} {row.sds} is {'' if row.undecided else 'not '}undecided"
    for sds, family in {(row.sds, row.family) for row in eligible}:
        same = [row for row in eligible if (row.sds, row.family) == (sds, family)]
        heights = [(row.n_components, row.log_likelihood) for row in same]
        for (k, low), (more, high) in itertools.pairwise(heights):
            if high < low - 1e-6 * (1.0 + abs(low)):
                kind = sds if family == "normal" else f"{sds} {family}"
                yield f"the log-likelihood falls from {k} to {more} {kind} components, by {low - high:.3g}"
    table = [line for line in said.lines if line.startswith(">")]
    if table and int(table[0].split()[1]) != said.k:
        yield f"the table marks {table[0].split()[1]} components, the headline says {said.k}"
    if (len(said.rows) > 1) != bool(table):
        yield "the table of numbers is there without need, or not there"


def _evidence(said):
    order = evidence(said.result).order
    real = int(said.real.sum())
    least = re.search(r"at least (\d+) components", order)
    if least and int(least[1]) > real and "more than" not in order:
        yield f"the test asks for more than the headline, without a word: {order}"
    missed = re.search(r"EM-test: (?:.*?, )?(\d+)(?: components)? not supported", order)
    if missed and int(missed[1]) <= real and "fewer than" not in order:
        yield f"the test denies the number of the headline, without a word: {order}"
    if "more than the" in order and not (least and int(least[1]) > real):
        yield f"the test is said to ask for more, and does not: {order}"
    if "fewer than" in order and not (missed and int(missed[1]) <= real):
        yield f"the test is said to ask for fewer, and does not: {order}"
    h = said.result.sample.resolution
    for test in evidence(said.result).tests:
        if h is not None and h > 0.5 * float(test.null.sds.min()):
            yield f"a test of values rounded to {h}, more than half of the narrowest sd"
    kept = said.whole["tests"]["order"]
    if [test["message"] for test in kept] != [test.message for test in evidence(said.result).tests]:
        yield "to_dict has other tests than the text"


def _fit(said):
    verdict = re.search(r"The model (fits|does not fit): Anderson-Darling p ([<>=]) ?([\d.]+)", said.text)
    p = said.whole["tests"]["anderson_darling"]
    if verdict is None:
        if "The model" in said.text:
            yield "a verdict on the fit without a p-value"
        return
    if said.result.total_weight < 20.0:
        yield f"a verdict on the fit of {said.result.total_weight} values"
    if (verdict[1] == "fits") != (p > LEVEL):
        yield f"'{verdict[0]}' with p = {p}"
    printed = float(verdict[3].rstrip("."))
    if verdict[2] == "=" and (printed > LEVEL) != (p > LEVEL):
        yield f"the p-value {p} is printed as {printed}"


def _components(said):
    rows = [row for row in said.groups.rows if row[0] != "*"]
    if len(rows) != said.k:
        yield f"{len(rows)} rows in the table, {said.k} components"
    shares = [float(row[1].split()[0]) for row in rows]
    digits = 10.0 ** -min(len(row[1].split()[0].partition(".")[2]) for row in rows)
    if abs(sum(shares) - 100.0) > 5.0 * digits * len(shares):
        yield f"shares of {sum(shares)} % in all"
    for name, cells in (("mean", 2), ("sd", 3)):
        for row in rows:
            ends = re.fullmatch(rf"({_NUMBER}) \(({_NUMBER})(?:–| to )({_NUMBER})\)", row[cells].strip())
            if ends:
                value, low, high = (float(end) for end in ends.groups())
                slack = 0.06 * (high - low)
                if not low - slack <= value <= high + slack:
                    yield f"a {name} outside of its interval: {row[cells]}"


def _intervals(said):
    kept = said.whole["intervals"]
    for name in ("weights", "means", "sds"):
        for j in range(said.k):
            value = float(getattr(said.mixture, name)[j])
            low, high, least, most = (
                kept[side][name][j] for side in ("lower", "upper", "reached_lower", "reached_upper")
            )
            slack = 1e-9 * (1.0 + abs(value))
            if (low is not None and low > value + slack) or (high is not None and high < value - slack):
                yield f"{name}[{j}] = {value} outside of {low} to {high}"
            if (least is not None and least > value + slack) or (most is not None and most < value - slack):
                yield f"{name}[{j}] = {value}: an open side reached {least}, {most} only"
    for e in kept["estimates"]:
        for side in ("lower", "upper"):
            if not e[f"open_{side}"] and e[f"reached_{side}"] is not None:
                yield f"a closed bound that was reached: {e}"
    error = said.whole["error_rate"]
    ends = [] if error is None else [error["lower"], error["value"], error["upper"]]
    if None not in ends and ends != sorted(ends):
        yield f"the error rate {ends[1]} outside of {ends[0]} to {ends[2]}"
    if re.search(r"\(\S* ?0 to 100 %\)", said.text):
        yield "an interval from 0 to 100 %"


def _thresholds(said):
    cuts = said.result.thresholds()
    kinds = [cut.kind for cut in cuts]
    if kinds.count("crossing") + kinds.count("none") != max(int(said.real.sum()) - 1, 0):
        yield f"{said.real.sum()} components with values, thresholds {kinds}"
    for cut in cuts:
        if math.isfinite(cut.value) and not math.isnan(cut.lower) and not cut.lower <= cut.value <= cut.upper:
            yield f"a threshold {cut.value} outside of {cut.lower} to {cut.upper}"
    if "not_monotone" in kinds:
        labels = said.mixture.predict(np.sort(said.result.sample.values))
        if (np.diff(labels) >= 0).all():
            yield "no single threshold separates, but the labels of the values at hand only rise"
    named = sum(finding.message.count("(beyond ") for finding in said.messages("not_monotone"))
    if named != kinds.count("not_monotone") or len(said.messages("not_monotone")) > 1:
        yield "second crossings among values are not all named, in one finding"
    if kinds.count("none") != said.below.count("nowhere the more probable"):
        yield "pairs without a threshold are not all named"


def _families(said):
    components = said.mixture.components
    named = {component.family for component in components}
    (family,) = {said.chosen.family}
    if family != "mixed" and named != {family}:
        yield f"the row chosen is of {family}, its components of {named}"
    words = NAMES[family].said if family in NAMES else ""
    if family not in ("mixed", "normal") and f" {words} component" not in said.headline:
        yield f"the headline does not name {words}: {said.headline}"
    for component in components:
        words = NAMES[component.family].said
        if component.family != "normal" and words not in said.below:
            yield f"{words} is not said below the table"
        for own, _ in own_parameters(component):
            if component.family != "normal" and own not in said.below:
                yield f"{own} of {component} is not said below the table"
    several = {row.family for row in said.rows}
    if said.messages("family_undecided") and len(several) < 2:
        yield "the shape is undecided, of one that was fitted"
    other = [said.value(row) for row in said.rows if row.eligible and row.family != family]
    close = bool(other) and min(other) - said.value(said.chosen) <= 6.0
    if close != bool(said.messages("family_undecided")):
        yield f"the shape is {'' if close else 'not '}undecided in the table, but not so in findings"
    if "do not depend on the shape" in said.tests or "does not depend on the shape" in said.tests:
        ks = {said.rows[i].n_components for i in likely(said.rows)}
        if len(ks) != 1:
            yield f"the number is said not to depend on the shape, and is {ks}"
    starred = sum(line.startswith("*  ") and line.split()[1].isdigit() for line in said.lines)
    if len(several) > 1 and starred != len(likely(said.rows)) - 1:
        yield f"{starred} rows are marked as likely, {len(likely(said.rows)) - 1} are"


def _findings(said):
    if len({finding.message for finding in said.findings}) != len(said.findings):
        yield "a finding that is made twice"
    if "single_population" in said.codes and said.codes[0] != "single_population":
        yield "the finding that decides does not stand first"
    for finding in said.messages("single_population"):
        best = other_shapes(said.result)[0]
        if not finding.value < 0.0 or NAMES[best.family].said not in finding.message:
            yield f"{finding.message} But the best shape is {best.family}"
    for finding in said.messages("few_values"):
        if not float(said.mixture.weights[finding.component]) * said.result.total_weight < 5.0:
            yield f"{finding.message} It has more"
    for finding in said.messages("null_component"):
        if finding.value != said.real.sum():
            yield f"{finding.message} But {said.real.sum()} have values"
    largest = said.messages("largest_tried")
    if largest and (len(said.numbers) == 1 and said.result.asked.n_components is not None):
        yield "the largest number tried, of one"
    if largest and said.k != max(said.numbers):
        yield f"{largest[0].message} But {max(said.numbers)} was tried"
    decided = any(row.undecided and row.n_components != said.k for row in said.rows)
    claimed = any("The number of components is undecided" in f.message for f in said.messages("undecided"))
    if decided != claimed:
        yield f"the number is {'' if decided else 'not '}undecided in the table, but not so in findings"
    if ("not_converged" in said.codes or "redundant_component" in said.codes) == said.result.converged:
        yield "converged, and a finding that it is not"
    if ("Converged NO" in said.text) == said.result.converged:
        yield "the verdict on convergence is not the flag's"
    for message in (finding.message for finding in said.messages("open_interval")):
        for name in re.findall(r"(?:weight|mean|sd) of (\w)\b", message):
            if not said.real["abcdefghijklmnopqrstuvwxyz".index(name)]:
                yield f"an open interval of a component without values: {message}"


def _errors(said):
    errors = said.result.standard_errors()
    missing = np.isnan([errors.weights, errors.means, errors.sds])
    verdict = said.whole["words"]["verdicts"]["Standard errors"]
    if verdict.startswith("none") != bool(missing.all()):
        yield f"standard errors: '{verdict}', of {missing.size} missing {missing.sum()}"
    lower = said.result.confidence_interval().lower
    without = np.isnan([lower.weights, lower.means, lower.sds])
    if said.result.converged and (without & ~missing).any():
        yield "a standard error without an interval"
    for j in maximum_of(said.result).held:
        if not missing[:, j].all():
            yield f"a standard error of component {j}, whose width is the penalty's"
    if "wald" in said.codes and missing.all():
        yield "standard errors are warned of where there are none"


def _words(said):
    for pattern, what in (
        (r"(?<!=)(?<!\()\b(nan|inf|None)\b(?!\) says so)", "no number"),  # but set_apart=None, (None, 9)
        (r"(?<![\d.])1 (values|components|others|parameters|optima|replicates|rows)\b", "one of several"),
        (r"\b(\w+ \w+ \w+ \w+ \w+ \w+ \w+ \w+ \w+ \w+ \w+ \w+)\b.*\b\1\b", "said twice"),
        (r"  | ,|\(\)|\.\.(?!\d)", "blanks and points"),
        (r"-0(?:\.0+)?(?![\d.])", "minus nothing"),
    ):
        words = said.whole["words"]
        sentences = [said.said.text, said.headline, *words["below"], *words["tests"], words["fit"]]
        sentences += [finding.message for finding in said.findings]
        found = re.search(pattern, " | ".join(sentences))
        if found:
            yield f"{what}: {found[0]!r}"


def _json(said):
    words = said.whole["words"]
    if said.whole["bottom_line"] != said.said.text or said.whole["settled"] != said.said.settled:
        yield "to_dict has another bottom line"
    sentences = [said.said.text, words["headline"], words["criteria"], words["fit"]]
    for sentence in (*sentences, *words["below"], *words["tests"], *words["beware"]):
        if " ".join(sentence.split()) not in said.text:
            yield f"to_dict says what the text does not: {sentence}"
    for finding in said.findings:
        message = " ".join(finding.message.split())
        there = [form for form in {message, of_groups(message)} if form in said.text]
        if not there and finding.code not in said.said.told:
            yield f"a finding that the text leaves out: {finding.message}"
    kinds = {cut["kind"] for cut in said.whole["thresholds"]}
    if not kinds <= {"crossing", "none"}:
        yield "second crossings among the crossings"
