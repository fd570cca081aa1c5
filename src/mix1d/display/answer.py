"""The answer of a fit in sentences, for somebody who never heard of EM."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from mix1d._finding import letter
from mix1d.display.rounding import exponent, near, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mix1d.result import FitResult
    from mix1d.thresholds import Threshold
    from mix1d.uncertainty.derived import Bounds

_MOST_IN_WORDS = 6  # components
SAID_FIRST = ("single_population",)  # findings that decide stand before the answer that they put in doubt


def sentences(result: FitResult) -> Iterator[str]:
    """Yield what a fit says: each component, the thresholds, and whether the model fits.

    Parameters
    ----------
    result : FitResult
        Any fit.

    Notes
    -----
    Nothing is resampled. Intervals are profile intervals at 95 %, the test for the number of components is
    the EM-test, and the test of fit is the Anderson-Darling test in its asymptotic form.
    """
    yield from (finding.message for finding in result.findings if finding.code in SAID_FIRST)
    evidence = result._evidence
    if evidence.order:
        yield evidence.order
    bounds = result.confidence_interval()
    k = len(result.mixture.weights)
    first = int(np.flatnonzero(result.mixture.weights)[0])  # its interval tells the level of all
    for j in range(min(k, _MOST_IN_WORDS)):
        yield _component(result, bounds, j, first=j == first)
    if k > _MOST_IN_WORDS:
        yield f"The other {k - _MOST_IN_WORDS} components are in the table."
    yield from threshold_sentences(result)
    error = result.overlap().error_rate if k > 1 else None
    if error is not None and math.isfinite(error.value):
        words = (
            f"Given to its most probable component, a value goes to the wrong one in {_percent(error.value)}"
        )
        yield f"{words} of cases{_between(error.lower, error.upper)}."
    if evidence.goodness:
        yield evidence.goodness


def threshold_sentences(result: FitResult) -> Iterator[str]:
    """Yield a sentence for each threshold.

    Second crossings are not worth one: where they decide for values at hand, a finding says so.
    """
    for cut in result.thresholds():
        if cut.kind in ("crossing", "none"):
            yield f"{_threshold(cut, result)}."


def _component(result: FitResult, bounds: Bounds, j: int, *, first: bool) -> str:
    m, low, high = result.mixture, bounds.lower, bounds.upper
    name = f"Component {letter(j)}"
    weight, mean, sd = (float(array[j]) for array in (m.weights, m.means, m.sds))
    if weight == 0.0:
        return f"{name} has no values."
    level = f"{100.0 * bounds.level:g} %: " if first else ""
    if len(m.weights) == 1:
        share = "all values"
    else:
        shares = float(low.weights[j]), float(high.weights[j])
        width = shares[1] - shares[0]
        share = f"{_percent(weight, width)} of the values{_between(*shares, level)}"
    means = float(low.means[j]), float(high.means[j])
    sds = float(low.sds[j]), float(high.sds[j])
    return (
        f"{name} holds {share}, around {near(mean, _scale(means, sd))}{_range(means, sd)}, "
        f"with sd {near(sd, _scale(sds, sd))}{_range((sds[0] or -math.inf, sds[1]), sd)}."
    )


def _threshold(cut: Threshold, result: FitResult) -> str:
    below, above = letter(cut.below), letter(cut.above)
    if cut.kind == "none":
        return f"No threshold between {below} and {above}: one of them is nowhere the more probable"
    sds = result.mixture.sds
    scale = min(float(sds[cut.below]), float(sds[cut.above]))
    bounds = float(cut.lower), float(cut.upper)
    words = f"Threshold {near(float(cut.value), _scale(bounds, scale))}{_range(bounds, scale)}"
    return f"{words}: {below} is the more probable below it, {above} above it"


def _scale(bounds: tuple[float, float], sd: float) -> float:
    """Return what a value with these bounds is rounded to a hundredth of: about five times its interval."""
    width = bounds[1] - bounds[0]
    return 5.0 * (width if math.isfinite(width) and width > 0.0 else sd)


def _range(bounds: tuple[float, float], sd: float) -> str:
    scale = _scale(bounds, sd)
    return _between(*bounds, texts=tuple(near(x, scale) if math.isfinite(x) else "" for x in bounds))


def _between(lower: float, upper: float, level: str = "", texts: tuple[str, ...] | None = None) -> str:
    """Return an interval in brackets, with a word for a side that is open; nothing without an interval."""
    if math.isnan(lower) or math.isnan(upper):
        return ""
    width = upper - lower
    low, high = texts or (_percent(lower, width).removesuffix(" %"), _percent(upper, width))
    if math.isinf(lower) and math.isinf(upper):
        return f" ({level}not bounded)"
    if math.isinf(lower):
        return f" ({level}at most {high})"
    if math.isinf(upper):
        return f" ({level}at least {low})"
    return f" ({level}{low} to {high})"


def _percent(share: float, width: float = math.nan) -> str:
    """Return a share in per cent, with two digits that matter, and enough for the width of its interval.

    >>> [_percent(p) for p in (0.3608, 0.0142, 0.00012, 0.9986, 1.0)]
    ['36 %', '1.4 %', '0.012 %', '99.86 %', '100 %']
    >>> _percent(0.30012, 0.002)
    '30.0 %'
    """
    rest = min(share, 1.0 - share)
    if rest <= 0.0:
        return "0 %" if share < 0.5 else "100 %"
    digits = max(0, 1 - exponent(100.0 * rest)) if rest < 0.1 else 0
    if width > 0.0:
        digits = max(digits, -exponent(100.0 * width))
    return f"{100.0 * share:.{digits}f} %" if digits <= 6 else f"{plain(100.0 * share, 2)} %"
