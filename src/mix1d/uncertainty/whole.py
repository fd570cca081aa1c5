"""Intervals of whole numbers: what a rule gives with all parameters that are likely."""

from __future__ import annotations

import math
from collections.abc import Callable

MOST = 4.0  # times the largest value, beyond which an end is open


def whole_ends(
    reached: Callable[[int], tuple[bool, bool]], value: int, largest: float
) -> tuple[float, float]:
    """Return the least whole number that is enough for some likely parameters, and the least for all of them.

    `reached` says both of a number, and raises `ArithmeticError` where nothing is known; more than enough is
    enough. `value` is enough for the estimate. The ends are then those of the numbers that are the least
    enough ones for some likely parameters.

    >>> whole_ends(lambda count: (count >= 4, count >= 19), 9, 30.0)
    (4.0, 19.0)
    """
    try:
        far = max(math.ceil(MOST * max(largest, value, 1.0)), value + 1)
        upper = _first(lambda count: reached(count)[1], value - 1, far)
        lower = _last_short(lambda count: reached(count)[0], value)
    except ArithmeticError:
        return math.nan, math.nan
    return float(lower), upper


def _first(enough: Callable[[int], bool], below: int, far: int) -> float:
    """Return the first number behind `below` that is enough; infinite where that is too far."""
    step, high = 1, below + 1
    while not enough(high):
        below, high, step = high, min(high + step, far), 2 * step
        if below == far:
            return math.inf
    return float(_halved(enough, below, high))


def _last_short(enough: Callable[[int], bool], high: int) -> int:
    """Return the first number that is enough, at most `high`; counts are at least 0."""
    step, low = 1, high
    while low >= 0:
        low = max(high - step, -1)
        if low < 0 or not enough(low):
            break
        high, step = low, 2 * step
    return _halved(enough, low, high)


def _halved(enough: Callable[[int], bool], low: int, high: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
