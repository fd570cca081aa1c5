"""What a fit says, in words and cells: the answer first, then how it came about and how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.findings import findings
from mix1d.display.beware import LEFT_OUT, beware, of_groups
from mix1d.display.bottom_line import answer_of
from mix1d.display.comparison import selection_table, selection_title
from mix1d.display.estimates import Line, lines_below, size_words, table_of_groups
from mix1d.display.headline import headline, sample_line
from mix1d.display.layout import Table
from mix1d.display.parameters import aligned_pairs, columns_of
from mix1d.display.shapes import shape_sentences
from mix1d.model.typical import centres, widths
from mix1d.outcome.maximum import maximum_of
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Optimum
from mix1d.outcome.windows import sizes
from mix1d.selection.evidence import evidence
from mix1d.uncertainty.parameters import standard_errors
from mix1d.words import exponent, letter, near, p_words, plain, value_and_error

_NATS_OF_OPTIMA = 2  # how far below the best FitResult.optima reaches
_NOTHING = 1e-12
_SMALLEST_RISE = -18  # the solver stops when the Newton decrement is below 1e-18
_STRONG, _SOME = 0.01, 0.1  # p-values


@dataclass(frozen=True)
class Summary:
    """The parts of a summary in the order of reading, ready for any way of printing them."""

    bottom_line: str
    """With the name of the variable."""
    read: tuple[str, ...]
    """What was left out or set apart, and how rows were read that are more than exact values."""
    groups: Table
    """Estimates with intervals."""
    below: tuple[Line, ...]
    """Own parameters, cuts and how often they are wrong."""
    fit: str
    """Whether the shape fits, and how many values there are."""
    beware: tuple[str, ...]
    """Three findings at most, the gravest first."""
    headline: str
    """How the number of components came about."""
    tests: tuple[str, ...]
    findings: tuple[str, ...]
    """Those that are neither in the bottom line nor among what was read, nor the gravest."""
    components: Table
    """Estimates with standard errors."""
    verdicts: tuple[tuple[str, str], ...]
    criteria: str
    selection_title: str
    selection: Table | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer without picture and table."""
        return (self.bottom_line, *(f"{line.about} {line.text}" for line in self.below), self.fit)

    def said(self, say: Callable[[str], str]) -> Summary:
        """Return it with sentences in other words."""
        return replace(
            self,
            bottom_line=say(self.bottom_line),
            read=tuple(map(say, self.read)),
            beware=tuple(map(say, self.beware)),
            tests=tuple(map(say, self.tests)),
            findings=tuple(map(say, self.findings)),
            verdicts=tuple((what, say(verdict)) for what, verdict in self.verdicts),
        )


def summarise(result: Outcome, *, ascii: bool = False) -> Summary:
    """Put the summary of a fit into words and cells, without laying it out.

    Nothing is resampled: the cost is that of `confidence_interval()`, `thresholds()` and the EM-tests.
    """
    answer, found, tests = answer_of(result), findings(result), evidence(result)
    gravest, others = beware(found, answer.told)
    several = len(result.selection) > 1
    return Summary(
        bottom_line=f"{result.name}: {answer.text}" if result.name else answer.text,
        read=tuple(of_groups(one.message) for one in found if one.code in LEFT_OUT),
        groups=table_of_groups(result, ascii=ascii),
        below=lines_below(result, ascii=ascii),
        fit=_fit(result, "misfit" in answer.told),
        beware=tuple(of_groups(one.message) for one in gravest),
        headline=headline(result),
        tests=tuple(filter(None, (tests.order, tests.goodness, *shape_sentences(result)))),
        findings=tuple(one.message for one in others),
        components=_components(result, "+/-" if ascii else "±"),
        verdicts=(
            ("Converged", _convergence(result)),
            ("Standard errors", _errors_in_words(result)),
            ("Competing optima", _competitors(result)),
        ),
        criteria=(
            f"Log-likelihood {result.log_likelihood:.3f}, {result.n_parameters} "
            f"parameter{'s' * (result.n_parameters != 1)}: "
            f"AIC {result.aic:.2f}, BIC {result.bic:.2f}, ICL {result.icl:.2f}"
        ),
        selection_title=selection_title(result.criterion, result.selection),
        selection=selection_table(result.selection, result.criterion) if several else None,
    )


def _fit(result: Outcome, told: bool) -> str:
    """Say how strong the evidence against the shape is, unless told before, and how many values there are."""
    tests, size = evidence(result), sample_line(result)
    p = tests.anderson_darling
    if told or p is None or not tests.goodness:
        return f"{size}."
    test = f"(Anderson-Darling {p_words(p)})"
    if p > _SOME:
        return f"The model fits {test}. {size}."
    strength = "Strong" if p <= _STRONG else "Some"
    return f"{strength} evidence against the shape {test}. {size}."


def _components(result: Outcome, plus_minus: str) -> Table:
    mixture = result.mixture
    errors = standard_errors(result)
    columns = [
        list(zip(getattr(mixture, name), getattr(errors, name), strict=True))
        for name in ("weights", "means", "sds")
    ]
    # a mean that is nothing to its sd is 0
    columns[1] = [
        (0.0 if abs(m) < _NOTHING * s and math.isfinite(s) else m, e)
        for (m, e), (s, _) in zip(columns[1], columns[2], strict=True)
    ]
    columns[2] = [(sd, e) if math.isfinite(sd) else (math.nan, e) for sd, e in columns[2]]
    lost = undetermined(result.fitted)
    if lost >= 0:
        for pairs in columns[1:]:
            pairs[lost] = math.nan, math.nan
    written = [[value_and_error(float(v), float(e)) for v, e in pairs] for pairs in columns]
    cells = [aligned_pairs(pairs, plus_minus) for pairs in written]
    texts = [size_words(float(size)) for size in sizes(result.fitted, result.sample)]
    own = columns_of(mixture, getattr(errors, "parameters", ()), plus_minus)
    rows = [
        (letter(i), *(column[i] for column in cells), *(column[i] for _, column in own), texts[i])
        for i in range(len(texts))
    ]
    if result.background_weight is not None and isinstance(result.sample, RecordedSample):
        *before, size = _background(result, result.background_weight, result.sample)
        rows.append((*before, *("" for _ in own), size))
    header = ("", "weight", "mean", "sd", *(name for name, _ in own), "n")
    return Table(header, tuple(rows), f"<<<<{'<' * len(own)}>", spare=(len(header) - 1,))


def _background(result: Outcome, share: float, sample: RecordedSample) -> tuple[str, ...]:
    """Return the row of a uniform component beside the others, whose weight is a share of all."""
    assert sample.background is not None
    low, high = sample.background
    size = result.total_weight - math.fsum(sizes(result.fitted, sample).tolist())
    return "*", f"{plain(share, 3)} of all", f"{plain(low)} to {plain(high)}", "uniform", size_words(size)


def _convergence(result: Outcome) -> str:
    if not result.converged:
        return f"NO: stopped after {result.n_iter} iterations ({result.stop_reason}); raise max_iter"
    decrement = result.newton_decrement
    rise = max(exponent(decrement) + 1, _SMALLEST_RISE) if decrement else _SMALLEST_RISE
    # with components of weight 0 it is the plain likelihood of the others that was maximised
    held = result.regularized and 0.0 not in result.mixture.weights
    what = "penalised log-likelihood" if held else "log-likelihood"
    return f"yes, the {what} can rise by less than 1e{rise:+03d} more"


def _errors_in_words(result: Outcome) -> str:
    errors = standard_errors(result)
    numbers = [float(x) for x in (*errors.weights, *errors.means, *errors.sds)]
    missing = sum(math.isnan(x) for x in numbers)
    if not missing:
        return "from the observed information (the curvature at the maximum)"
    if missing == len(numbers):
        return "none: the curvature at this solution gives no finite error"
    words = f'from the observed information; "-" where a parameter has none ({missing} of {len(numbers)})'
    held = [letter(j) for j in maximum_of(result).held]
    return f"{words}, the width of {' and '.join(held)} taken for known" if held else words


def _competitors(result: Outcome) -> str:
    reported, *others = result.optima
    plain = result.objective == "highest"
    what = f"{_NATS_OF_OPTIMA} nats of the {'' if plain else 'penalised '}log-likelihood"
    if not others:
        return f"none within {what}"

    def height(optimum: Optimum) -> float:
        return optimum.log_likelihood if plain else optimum.penalised

    nearest = max(others, key=height)
    gap = height(reported) - height(nearest)
    places = zip(centres(nearest.mixture).tolist(), widths(nearest.mixture).tolist(), strict=True)
    means = ", ".join(near(m, s) for m, s in places)
    side = "lower" if gap >= 0.0 else "higher"
    return f"{len(others)} within {what}; the nearest is {abs(gap):.2f} {side}, with means {means}"
