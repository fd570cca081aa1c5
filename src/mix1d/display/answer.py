"""The answer of a fit in sentences, for somebody who never heard of EM."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.findings import findings
from mix1d.display.interval import Ends, interval_words, positive_ends, share_ends
from mix1d.display.parameters import shape_words
from mix1d.display.shapes import shape_sentences
from mix1d.display.typical import widths
from mix1d.model.thresholds import Threshold
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome
from mix1d.selection.evidence import evidence
from mix1d.uncertainty.derived import overlap, thresholds
from mix1d.uncertainty.parameters import Bounds, confidence_interval
from mix1d.words import exponent, letter, near, plain

_MOST_IN_WORDS = 6  # components
# Findings that decide stand before the answer that they put in doubt.
SAID_FIRST = ("single_population", "other_shape")


def sentences(result: Outcome) -> Iterator[str]:
    """Yield what a fit says: each component, the thresholds, and whether the model fits.

    Nothing is resampled. Intervals are profile intervals at 95 %, the test for the number of components is
    the EM-test, and the test of fit is the Anderson-Darling test in its asymptotic form.
    """
    yield from (finding.message for finding in findings(result) if finding.code in SAID_FIRST)
    tests = evidence(result)
    if tests.order:
        yield tests.order
    yield from shape_sentences(result)
    bounds = confidence_interval(result)
    k = len(result.mixture.weights)
    first = int(np.flatnonzero(result.mixture.weights)[0])  # its interval tells the level of all
    for j in range(min(k, _MOST_IN_WORDS)):
        yield _component(result, bounds, j, first=j == first)
    if k > _MOST_IN_WORDS:
        rest = k - _MOST_IN_WORDS
        yield (
            "The other component is in the table."
            if rest == 1
            else f"The other {rest} components are in the table."
        )
    yield from threshold_sentences(result)
    told = k > 1 and not _points(result) and undetermined(result.fitted) < 0
    error = overlap(result).error_rate if told else None
    if error is not None and math.isfinite(error.value):
        what = "a value" if _errors_of(result) is None else "a value without its error"
        words = (
            f"Given to its most probable component, {what} goes to the wrong one in {_percent(error.value)}"
        )
        ends = share_ends(error.lower, error.upper, error.reached_lower, error.reached_upper)
        yield f"{words} of cases{_shares(ends)}."
    if tests.goodness:
        yield tests.goodness


def threshold_sentences(result: Outcome) -> Iterator[str]:
    """Yield a sentence for each threshold.

    Second crossings are not worth one: where they decide for values at hand, a finding says so.
    """
    for cut in () if _points(result) else thresholds(result):
        if cut.kind in ("crossing", "none") and undetermined(result.fitted) not in (cut.below, cut.above):
            yield f"{_threshold(cut, result)}."


def _component(result: Outcome, bounds: Bounds, j: int, *, first: bool) -> str:
    m = result.mixture
    name = f"Component {letter(j)}"
    weight, mean, sd = (float(array[j]) for array in (m.weights, m.means, m.sds))
    if weight == 0.0:
        return f"{name} has no values."
    level = f"{100.0 * bounds.level:g} %: " if first else ""
    ends, means, sds = ends_of(bounds, j)
    share = "all values"
    if len(m.weights) > 1:
        share = f"{_percent(weight, ends.width)} of {_whole(result)}{_shares(ends, level)}"
    if j == undetermined(result.fitted):
        return f"{name} holds {share}; its mean and sd are not determined."
    component = m.components[j]
    if component.family == "point_mass":
        return f"{name} holds {share}, which are {plain(component.parameters['value'], 7)} exactly."
    width, shape = float(widths(m)[j]), shape_words(component)
    own = f": {shape}" if shape else ""
    around = f"around {near(mean, _scale(means, width))}{_range(means, width)}"
    if not math.isfinite(mean):
        around = f"with its median at {near(float(m.medians[j]), width)} (it has no mean)"
    spread = f"with sd {near(sd, _scale(sds, width))}{_range(sds, width)}"
    if not math.isfinite(sd):
        spread = f"without a finite sd (half of the middle 68 % span {near(width, width)})"
    return f"{name} holds {share}, {around}, {spread}{own}."


def _whole(result: Outcome) -> str:
    """Say of what weights are shares."""
    if result.background_weight is not None:
        return "the rest"
    recorded = isinstance(result.sample, RecordedSample) and result.sample.observations.truncation is not None
    return "the population" if recorded else "the values"


def _errors_of(result: Outcome) -> Array | None:
    return result.sample.observations.errors if isinstance(result.sample, RecordedSample) else None


def _points(result: Outcome) -> bool:
    """Whether some components are points, between which there is no threshold."""
    return bool(np.any(result.mixture.sds[result.mixture.weights > 0.0] == 0.0))


def ends_of(bounds: Bounds, j: int) -> tuple[Ends, Ends, Ends]:
    """Return the intervals of weight, mean and sd of a component."""
    sides = bounds.lower, bounds.upper, bounds.reached_lower, bounds.reached_upper
    weight, mean, sd = (
        _informative([float(getattr(side, name)[j]) for side in sides])
        for name in ("weights", "means", "sds")
    )
    return share_ends(*weight), Ends(*mean), positive_ends(*sd)


def _informative(sides: list[float]) -> list[float]:
    """Return an interval, or nothing where the branch of maxima did not leave the estimate on either side."""
    return [math.nan] * 4 if sides[2] == sides[3] else sides


def cut_ends(cut: Threshold) -> Ends:
    """Return the interval of a threshold."""
    return Ends(*map(float, (cut.lower, cut.upper, cut.reached_lower, cut.reached_upper)))


def _threshold(cut: Threshold, result: Outcome) -> str:
    below, above = letter(cut.below), letter(cut.above)
    if cut.kind == "none":
        return f"No threshold between {below} and {above}: one of them is nowhere the more probable"
    scale = float(min(widths(result.mixture)[[cut.below, cut.above]]))
    bounds = cut_ends(cut)
    words = f"Threshold {near(float(cut.value), _scale(bounds, scale))}{_range(bounds, scale)}"
    return f"{words}: {below} is the more probable below it, {above} above it"


def _scale(ends: Ends, sd: float) -> float:
    """Return what a value with these bounds is rounded to a hundredth of: about five times its interval."""
    return 5.0 * (ends.width if math.isfinite(ends.width) and ends.width > 0.0 else sd)


def _range(ends: Ends, sd: float) -> str:
    scale = _scale(ends, sd)
    words = interval_words(ends, lambda x: near(x, scale))
    return f" ({words})" if words else ""


def _shares(ends: Ends, level: str = "") -> str:
    """Return an interval of a share in brackets; nothing without one."""
    words = interval_words(
        ends, lambda x: _percent(x, ends.width).removesuffix(" %"), lambda x: _percent(x, ends.width)
    )
    return f" ({level}{words})" if words else ""


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
        digits = max(digits, -exponent(100.0 * min(width, 1.0)))
    return f"{100.0 * share:.{digits}f} %" if digits <= 6 else f"{plain(100.0 * share, 2)} %"
