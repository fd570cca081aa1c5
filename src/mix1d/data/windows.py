"""Truncation: the window outside which a value was never recorded, common to all rows or one for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.columns import as_column, one_number
from mix1d.data.weights import first_of
from mix1d.errors import InputError, shown


class Windows(NamedTuple):
    """Where each row could have been recorded."""

    low: Array
    """(n,), minus infinity where the window is open."""
    high: Array
    """(n,), infinity where it is open."""


def read_windows(truncation: Any, n: int) -> Windows | None:
    """Read ``truncation=(low, high)``, each a number, None for no limit, or one for each of `n` rows.

    Returns
    -------
    Windows or None
        None when no window ends anywhere.

    Raises
    ------
    InputError
        For anything but a pair, for another number of rows and for windows that hold nothing.

    Examples
    --------
    >>> read_windows((5, None), 2)
    Windows(low=array([5., 5.]), high=array([inf, inf]))
    >>> read_windows((None, None), 2) is None
    True
    """
    pair = isinstance(truncation, Sequence) and not isinstance(truncation, str | bytes)
    pair = pair or (isinstance(truncation, np.ndarray) and truncation.ndim == 1)
    if not pair or len(truncation) != 2:
        shape = getattr(truncation, "shape", None)
        advice = "pass (a[:, 0], a[:, 1]) for an array a" if shape is not None else "write None for no limit"
        raise InputError(
            "truncation must be a pair (low, high) of numbers or columns, got "
            f"{shown(truncation) if shape is None else f'shape {shape}'}: {advice}"
        )
    low = _ends("low", truncation[0], n, -np.inf)
    high = _ends("high", truncation[1], n, np.inf)
    empty = ~(low < high)
    if empty.any():
        i, more = first_of(empty)
        where = "" if np.all(empty) else f" at index {i}{more}"
        raise InputError(
            f"truncation must have its low end below its high end, got {shown(low[i])} and {shown(high[i])}"
            f"{where}: correct the window"
        )
    if np.all(low == -np.inf) and np.all(high == np.inf):
        return None
    return Windows(low, high)


def cut(lower: Array, upper: Array, windows: Windows) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return intervals cut to their windows, and which of them were.

    Raises
    ------
    InputError
        When a value, or all of an interval, lies outside its window.

    Examples
    --------
    >>> cut(np.array([1.0, 4.0]), np.array([3.0, 4.0]), Windows(np.array([2.0, 2.0]), np.array([9.0, 9.0])))
    (array([2., 4.]), array([3., 4.]), array([ True, False]))
    """
    low, high = np.maximum(lower, windows.low), np.minimum(upper, windows.high)
    exact = lower == upper
    outside = np.where(exact, (lower < windows.low) | (lower > windows.high), low >= high)
    if outside.any():
        i, more = first_of(outside)
        what = shown(lower[i]) if exact[i] else f"{shown(lower[i])} to {shown(upper[i])}"
        raise InputError(
            f"data must lie inside the window of truncation, found {what} at index {i}, outside "
            f"{shown(windows.low[i])} to {shown(windows.high[i])}{more}: "
            "widen the window, or leave such rows out"
        )
    changed = (low != lower) | (high != upper)
    return low, high, changed


def _ends(which: str, given: Any, n: int, none: float) -> Array:
    """Return one end for each row."""
    if given is None:
        return np.full(n, none)
    one = one_number("truncation", given)
    if one is not None:
        ends = np.full(n, one)
    else:
        column, _ = as_column("truncation", given)
        if len(column) != n:
            raise InputError(
                f"truncation must have one {which} end for each of the {n} rows of data, got {len(column)}: "
                "pass a number for all rows, or one for each"
            )
        ends = np.array(column, np.float64)
    return np.where(np.isnan(ends), none, ends) + 0.0
