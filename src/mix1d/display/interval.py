"""Confidence intervals in words, with what is known of a side that is open."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from mix1d.model.thresholds import Threshold
from mix1d.uncertainty.parameters import Bounds

NEXT_TO_NOTHING = 1e-3  # of the value: a branch that comes so near 0 has reached it


class Ends(NamedTuple):
    """An interval, and how far the branch of maxima went on a side that is open; NaN where not known."""

    lower: float
    upper: float
    reached_lower: float = math.nan
    reached_upper: float = math.nan

    @property
    def known(self) -> bool:
        """Whether there is an interval."""
        return not (math.isnan(self.lower) or math.isnan(self.upper))

    @property
    def width(self) -> float:
        """Between the places that are printed; infinite where there are none."""
        return self._upper - self._lower

    @property
    def _lower(self) -> float:
        return self.lower if math.isnan(self.reached_lower) else self.reached_lower

    @property
    def _upper(self) -> float:
        return self.upper if math.isnan(self.reached_upper) else self.reached_upper

    def times(self, factor: float) -> Ends:
        """Return the same in another unit."""
        return Ends(*(factor * x for x in self))


def share_ends(lower: float, upper: float, reached_lower: float, reached_upper: float) -> Ends:
    """Return the interval of a probability: 0 and 1 are bounds where the branch came next to them.

    >>> share_ends(0.0, 1.0, 1e-6, 0.28)
    Ends(lower=0.0, upper=1.0, reached_lower=nan, reached_upper=0.28)
    """
    low = math.nan if reached_lower < NEXT_TO_NOTHING else reached_lower
    high = math.nan if reached_upper > 1.0 - NEXT_TO_NOTHING else reached_upper
    if lower <= 0.0 and upper >= 1.0 and math.isnan(low) and math.isnan(high):  # all there is
        return Ends(-math.inf, math.inf, low, high)
    return Ends(lower, upper, low, high)


def positive_ends(lower: float, upper: float, reached_lower: float, reached_upper: float) -> Ends:
    """Return the interval of a positive number, such as an sd: 0 is no bound.

    >>> positive_ends(0.0, 2.5, float("nan"), float("nan")).lower
    -inf
    """
    near_zero = reached_lower < NEXT_TO_NOTHING * upper
    low = math.nan if near_zero else reached_lower
    return Ends(lower or -math.inf, upper, low, reached_upper)


def interval_words(
    ends: Ends, write: Callable[[float], str], last: Callable[[float], str] | None = None
) -> str:
    """Return an interval in words, nothing where there is none; `last` writes the number that stands last.

    >>> words = lambda *ends: interval_words(Ends(*ends), "{:g}".format, "{:g} %".format)
    >>> words(17.0, 22.0), words(17.0, 100.0, float("nan"), 28.0), words(0.0, 22.0, 12.0)
    ('17 to 22 %', '17 to more than 28 %', 'less than 12 to 22 %')
    >>> words(-float("inf"), 22.0), words(17.0, float("inf")), words(-float("inf"), float("inf"))
    ('at most 22 %', 'at least 17 %', 'not bounded')
    """
    if not ends.known:
        return ""
    last = last or write
    low, high = ends._lower, ends._upper
    if math.isinf(low) and math.isinf(high):
        return "not bounded"
    if math.isinf(low):
        return f"up to more than {last(high)}" if high != ends.upper else f"at most {last(high)}"
    if math.isinf(high):
        return f"from less than {last(low)}" if low != ends.lower else f"at least {last(low)}"
    begin = "" if low == ends.lower else "less than "
    end = "" if high == ends.upper else "more than "
    return f"{begin}{write(low)} to {end}{last(high)}"


def ends_of(bounds: Bounds, j: int) -> tuple[Ends, Ends, Ends]:
    """Return the intervals of weight, mean and sd of a component."""
    sides = bounds.lower, bounds.upper, bounds.reached_lower, bounds.reached_upper
    weight, mean, sd = (
        _informative([float(getattr(side, name)[j]) for side in sides])
        for name in ("weights", "means", "sds")
    )
    return share_ends(*weight), Ends(*mean), positive_ends(*sd)


def cut_ends(cut: Threshold) -> Ends:
    """Return the interval of a threshold."""
    return Ends(*map(float, (cut.lower, cut.upper, cut.reached_lower, cut.reached_upper)))


def _informative(sides: list[float]) -> list[float]:
    """Return an interval, or nothing where the branch of maxima did not leave the estimate on either side."""
    return [math.nan] * 4 if sides[2] == sides[3] else sides
