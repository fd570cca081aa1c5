"""What an interval can be had for: the parameters, and numbers that follow from a mixture."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array


class Kind(enum.IntEnum):
    """The kinds of `src/core/inference/quantity.hpp`, in its order."""

    WEIGHT = 0
    MEAN = 1
    SD = 2
    CROSSING = 3
    SECOND = 4
    QUANTILE = 5
    ABOVE = 6
    ERROR = 7
    DISTANCE = 8
    BIMODALITY = 9
    MODE = 10
    BACKGROUND = 11
    SHAPE = 12
    # of the two sides of a cut: components up to i, and those behind it, without point masses
    GROUP_QUANTILE = 13
    GROUP_ABOVE = 14
    UPPER_ABOVE = 15
    LOWER_BELOW = 16
    WRONG = 17
    PRECISE = 18
    AWAY = 19
    VALLEY = 20


OF_ONE = {Kind.WEIGHT, Kind.MEAN, Kind.SD, Kind.SHAPE}
OF_TWO = {Kind.CROSSING, Kind.SECOND, Kind.DISTANCE, Kind.BIMODALITY}
CROSSINGS = {Kind.CROSSING, Kind.SECOND}
RATES = {Kind.GROUP_ABOVE, Kind.UPPER_ABOVE, Kind.LOWER_BELOW, Kind.WRONG}
LOGITS = {Kind.WEIGHT, Kind.ABOVE, Kind.ERROR, Kind.BACKGROUND, *RATES}
PLACED = {Kind.MODE, Kind.VALLEY}  # sought next to their own `at`
LOGARITHMS = {Kind.SD, Kind.DISTANCE, Kind.BIMODALITY}


class Quantity(NamedTuple):
    """One number that follows from a mixture; components i and j, and a point or a probability `at`."""

    kind: Kind
    i: int = 0
    j: int = 0
    at: float = 0.0


def rows_of(quantities: Sequence[Quantity]) -> Array:
    """Return the quantities as the native functions take them, (m, 4)."""
    return np.array([tuple(map(float, q)) for q in quantities], np.float64).reshape(-1, 4)


def begin_near(quantity: Quantity) -> float:
    """Return a point near which a number is sought; a place of a share is sought from the left."""
    if quantity.kind is Kind.PRECISE:
        return math.nan
    return quantity.at if quantity.kind in PLACED else 0.0


def values_of(mixtures: Sequence[Array], quantities: Sequence[Quantity], near: Array | None = None) -> Array:
    """Return m quantities of mixtures (B, k), or of one (k,), as (B, m); NaN where one is not defined.

    Of components of other families come the five arrays of one mixture. Components have positive weight.
    `near` (m,) are points near which a mode, a valley or a quantile is sought; the
    own `at` of modes and valleys by default.
    """
    at = np.array([begin_near(q) for q in quantities]) if near is None else near
    families = cast(NDArray[np.int64], mixtures[3]) if len(mixtures) > 3 else None
    numbers = [*mixtures[:3], *mixtures[4:]]
    return _core.evaluate_quantities(
        np.ascontiguousarray(np.hstack([np.atleast_2d(a) for a in numbers])),
        rows_of(quantities),
        np.ascontiguousarray(at),
        families,
    )


def standard_error(kind: Kind, value: float, error: float) -> float:
    """Return the standard error of a quantity from the one on its scale (the delta method)."""
    if kind in LOGITS:
        return value * (1.0 - value) * error
    return value * error if kind in LOGARITHMS else error


def wald_bounds(kind: Kind, value: float, error: float, z: float) -> tuple[float, float]:
    """Return value -+ z errors, taken on the quantity's scale and brought back.

    >>> wald_bounds(Kind.MEAN, 3.0, 0.5, 2.0)
    (2.0, 4.0)
    """
    if math.isnan(value) or math.isnan(error):
        return math.nan, math.nan
    if kind in LOGITS:
        if not 0.0 < value < 1.0:
            return value, value
        low, high = _core.exp(np.array([-z * error, z * error])).tolist()
        odds = value / (1.0 - value)
        upper = odds * high
        return odds * low / (1.0 + odds * low), upper / (1.0 + upper) if math.isfinite(upper) else 1.0
    if kind in LOGARITHMS:
        low, high = _core.exp(np.array([-z * error, z * error])).tolist()
        return value * low, value * high
    return value - z * error, value + z * error


def normal_quantile(level: float) -> float:
    """Return the z with `level` of the standard normal distribution between -z and z.

    >>> print(f"{normal_quantile(0.95):.6f}")
    1.959964
    """
    one = np.ones(1)
    return float(_core.quantile(np.array([0.5 * (1.0 - level)]), (one, np.zeros(1), one), above=True)[0])
