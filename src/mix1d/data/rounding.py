"""Rounding: values that lie on a lattice stand for intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.errors import InputError, shown


def widened(lower: Array, upper: Array, step: float, rows: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the ends with an interval of length `step` around the rows named.

    Raises
    ------
    InputError
        When doubles do not tell the ends from the value.

    Examples
    --------
    >>> widened(np.array([1.0, 2.0]), np.array([1.0, 2.0]), 0.5, np.array([True, False]))
    (array([0.75, 2.  ]), array([1.25, 2.  ]))
    """
    with np.errstate(over="ignore"):
        low, high = lower - step / 2, upper + step / 2
    lost = rows & ~((low < lower) & (upper < high) & np.isfinite(low) & np.isfinite(high))
    if lost.any():
        i = int(lost.argmax())
        raise InputError(
            f"resolution must be wider than the spacing of doubles at the values, got {shown(step)} for "
            f"{shown(lower[i])} at index {i}: pass 0 for exact values"
        )
    return np.where(rows, low, lower), np.where(rows, high, upper)
