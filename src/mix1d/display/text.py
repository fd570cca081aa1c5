"""The summary of a fit: the answer first, then the numbers, then how far to trust them, in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.findings import findings
from mix1d.display.answer import SAID_FIRST, sentences
from mix1d.display.comparison import selection_table, selection_title
from mix1d.display.headline import headline, sample_line
from mix1d.display.layout import Table, table_lines, wrapped
from mix1d.display.parameters import aligned_pairs, columns_of
from mix1d.display.typical import centres, widths
from mix1d.outcome.findings_of_rows import READ
from mix1d.outcome.maximum import maximum_of
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Optimum
from mix1d.outcome.windows import sizes
from mix1d.uncertainty.parameters import standard_errors
from mix1d.words import exponent, letter, near, plain, value_and_error

_NATS_OF_OPTIMA = 2  # how far below the best FitResult.optima reaches
BEWARE = "What to beware of"
_NOTHING = 1e-12
_SMALLEST_RISE = -18  # the solver stops when the Newton decrement is below 1e-18


@dataclass(frozen=True)
class Summary:
    """The parts of a summary in the order of reading, ready for any way of printing them."""

    headline: str
    sample: str
    read: tuple[str, ...]
    """What was set apart, and how rows were read that are more than exact values."""
    answer: tuple[str, ...]
    findings: tuple[str, ...]
    components: Table
    verdicts: tuple[tuple[str, str], ...]
    criteria: str
    selection_title: str
    selection: Table | None

    def said(self, say: Callable[[str], str]) -> Summary:
        """Return it with sentences in other words."""
        return replace(
            self,
            read=tuple(map(say, self.read)),
            answer=tuple(map(say, self.answer)),
            findings=tuple(map(say, self.findings)),
            verdicts=tuple((what, say(verdict)) for what, verdict in self.verdicts),
        )


def summary_text(result: Outcome, width: int = 80, *, ascii: bool = False) -> str:
    """Return the summary of a fit as plain text, for `print(result)`.

    Sentences are wrapped at `width`; tables that are wider leave out less important columns. Nothing is
    resampled: the cost is that of `standard_errors()` and `thresholds()`.

    >>> import mix1d
    >>> x = [1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8]
    >>> print(summary_text(mix1d.fit(x, 2, name="x")).splitlines()[0])
    x: 2 components, as asked
    """
    parts = summarise(result, ascii=ascii)
    lines = [*wrapped(parts.headline, width), *wrapped(parts.sample, width)]
    for sentence in parts.read:
        lines += wrapped(sentence, width, hanging="  ")
    lines.append("")
    for sentence in parts.answer:
        lines += wrapped(sentence, width, hanging="  ")
    if parts.findings:
        lines += ["", BEWARE]
    for finding in parts.findings:
        lines += wrapped(f"- {finding}", width, hanging="  ")
    lines += ["", *(line for line, _ in table_lines(parts.components, ascii, width)), ""]
    pad = max(len(what) for what, _ in parts.verdicts) + 2
    for what, verdict in parts.verdicts:
        lines += wrapped(what.ljust(pad) + verdict, width, hanging=" " * pad)
    lines += wrapped(parts.criteria, width)
    if parts.selection is not None:
        lines += ["", *wrapped(parts.selection_title, width)]
        lines += [line for line, _ in table_lines(parts.selection, ascii, width)]
    return "\n".join(line.rstrip() for line in lines)


def summarise(result: Outcome, *, ascii: bool = False) -> Summary:
    """Put the summary of a fit into words and cells, without laying it out."""
    several = len(result.selection) > 1
    return Summary(
        headline=headline(result),
        sample=sample_line(result),
        read=tuple(finding.message for finding in findings(result) if finding.code in READ),
        answer=tuple(sentences(result)),
        findings=tuple(
            finding.message for finding in findings(result) if finding.code not in (*SAID_FIRST, *READ)
        ),
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


def size_words(n: float) -> str:
    """Write how many values a component has."""
    return f"{n:.1f}" if 0.05 <= n < 1e6 or n == 0.0 else plain(n, 4)


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
