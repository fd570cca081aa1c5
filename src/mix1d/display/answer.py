"""Intervals of estimates and thresholds as their texts need them, and the sentences of thresholds."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mix1d.display.interval import Ends, interval_words, positive_ends, share_ends
from mix1d.display.typical import widths
from mix1d.model.thresholds import Threshold
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.derived import thresholds
from mix1d.uncertainty.parameters import Bounds
from mix1d.words import letter, near


def threshold_sentences(result: Outcome) -> Iterator[str]:
    """Yield a sentence for each threshold.

    Second crossings are not worth one: where they decide for values at hand, a finding says so.
    """
    for cut in () if _points(result) else thresholds(result):
        if cut.kind in ("crossing", "none") and undetermined(result.fitted) not in (cut.below, cut.above):
            yield f"{_threshold(cut, result)}."


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
