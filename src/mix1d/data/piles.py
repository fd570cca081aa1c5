"""Piles: values that far more rows share than any near them, and that would hide the rest of a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.rounding import Lattice

FACTOR = 5.0  # times as many rows as the commonest value near
OVERALL = 2.0  # times as many as the commonest value anywhere that is no pile, where it does not stand alone
ROWS = 10.0  # at least
SHARE_END, SHARE_INSIDE = 0.02, 0.05  # of the rows, at least
DISTINCT = 15  # values of a column, below which ties are its lattice, and only
FEWEST = 6  # are needed for one that stands alone
CODES = 3  # values at an end that may be piles together, as 97, 98 and 99 are
INSIDE = 3  # values inside that are half as outstanding as a pile; more of them are heaping
WIDE = 0.9  # the quantile of a wide gap
_NEAR = 2  # points of the lattice, and values, on either side
_ALONE = 5.0  # times a wide gap between values


class Pile(NamedTuple):
    """One value that many rows share."""

    value: float
    rows: float
    """How many, by weight."""
    share: float
    """Of all rows."""
    side: str
    """``"lowest"``, ``"highest"`` or ``"inside"`` of the values that are no piles."""


class Piles(NamedTuple):
    """What is set apart before a search, and what stays."""

    piles: tuple[Pile, ...]
    """By value."""
    heaped: tuple[Pile, ...]
    """More than three inside: rows favour some values, which is no reason to set them apart."""


def piles_of(values: Array, weights: Array, lattice: Lattice | None = None) -> Piles:
    """Find the piles of a column: `values` (m,) are distinct and rise, `weights` are the rows of each.

    In a column of at least 15 distinct values: a value of at least 10 rows and 2 % of all where it is the
    lowest, the highest or 0, and 5 % elsewhere, that has at least five times the rows of any value near
    (`is_pile`) and twice those of any value that is no pile. More than three inside that are half as
    outstanding are heaping.

    In a column of at least 6: the lowest and the highest where they stand alone, as codes for missing values
    do, beyond a gap of half an interquartile range and of five times what is wide among the others (the 90 %
    quantile).

    Two or three values at an end, each large enough for it, may be piles together, as codes 98 and 99 are,
    and then neither hides the other: they stand alone, as far from the rest as from each other, or they are
    neighbours, and the values next to them do not go on falling as those of steep counts do.

    The thresholds were chosen on 419 columns of data sets of R packages.

    >>> x = np.arange(20.0)
    >>> piles_of(x, np.where(x == 0, 90.0, 10.0)).piles
    (Pile(value=0.0, rows=90.0, share=0.32142857142857145, side='lowest'),)
    >>> piles_of(x, 90 * 0.7**x).piles
    ()
    """
    m = len(values)
    if m < FEWEST or not float(weights.max()) >= ROWS / 2:
        return Piles((), ())
    half = half_range(values, weights)
    alone = _codes_alone(values, weights, half)
    found, heaped = _outstanding(values, weights, lattice, half, alone) if m >= DISTINCT else ([], [])
    found = sorted(found + alone)
    return Piles(
        tuple(_pile(values, weights, i, found) for i in found),
        tuple(_pile(values, weights, i, []) for i in heaped),
    )


def _outstanding(
    values: Array, weights: Array, lattice: Lattice | None, half: float, alone: list[int]
) -> tuple[list[int], list[int]]:
    """Return which values have more rows than those near them, beside those `alone`; which are heaping."""
    total, m = float(weights.sum()), len(values)
    ends = {0, m - 1} | set(np.flatnonzero(values == 0.0).tolist())
    found, inside = [], []
    for i in np.flatnonzero(weights >= max(ROWS / 2, min(SHARE_END, SHARE_INSIDE / 2) * total)).tolist():
        if i in alone:
            continue
        near = FACTOR * _largest_near(values, weights, i, lattice, half)
        share = SHARE_END if i in ends else SHARE_INSIDE
        if i not in ends and _is_large(2.0 * weights[i], total, share) and 2.0 * weights[i] >= near:
            inside.append(i)
        if _is_large(weights[i], total, share) and weights[i] >= near:
            found.append(i)
    for group in _end_groups(weights, total):
        if not set(group) & set(alone) and _are_piles(values, weights, group, lattice, half):
            found = sorted({*found, *group})
            inside = [i for i in inside if i not in group]
    heaped = inside if len(inside) > INSIDE else []
    found = [i for i in found if i not in heaped]
    while found:
        ordinary = np.ones(m, bool)
        ordinary[found + alone] = False
        most = float(weights[ordinary].max()) if ordinary.any() else 0.0
        left = [i for i in found if weights[i] >= OVERALL * most]
        if left == found:
            break
        found = left
    return found, heaped


def is_pile(values: Array, weights: Array, i: int, lattice: Lattice | None, half: float) -> bool:
    """Say whether value i has five times the rows of any other near it.

    Near are, on a lattice, the points up to two steps away; off a lattice, all values within half an
    interquartile range (`half`, from `half_range`); and the two next values on either side, except of 0, the
    lowest and the highest.

    Examples
    --------
    >>> is_pile(np.array([0.0, 1.0, 2.0, 9.0]), np.array([9.0, 2.0, 1.0, 8.0]), 0, None, 1.5)
    False
    """
    return bool(weights[i] >= FACTOR * _largest_near(values, weights, i, lattice, half))


def outnumbers(weights: Array, i: int) -> bool:
    """Say whether value i has twice the rows of any other.

    >>> outnumbers(np.array([1.0, 5.0, 2.0]), 1), outnumbers(np.array([3.0, 5.0, 2.0]), 1)
    (True, False)
    """
    others = np.delete(weights, i)
    return not len(others) or bool(weights[i] >= OVERALL * others.max())


def half_range(values: Array, weights: Array) -> float:
    """Return half the distance between the quartiles of the rows.

    >>> half_range(np.array([0.0, 1.0, 2.0, 3.0]), np.ones(4))
    1.0
    """
    below = np.cumsum(weights)
    low, high = np.searchsorted(below, [0.25 * below[-1], 0.75 * below[-1]])
    return float(values[high] / 2 - values[low] / 2)


def _is_large(weight: float, total: float, share: float) -> bool:
    return weight >= ROWS and weight >= share * total


def _codes_alone(values: Array, weights: Array, half: float) -> list[int]:
    """Return the values at both ends that stand alone and are large: one, or up to three together."""
    total, m = float(weights.sum()), len(values)
    ends: dict[bool, list[int]] = {}
    for _ in range(2):  # the gap behind a code at one end is not what the other end is judged by
        rest = np.delete(np.arange(m), [*chain.from_iterable(ends.values())])
        groups = [
            group
            for group in _end_groups(weights[rest], total, fewest=1)
            if len(rest) - len(group) >= FEWEST - 1 and _is_apart(values[rest], group, half)
        ]
        for side in {True, False} - set(ends):
            of_side = [group for group in groups if (group[0] == 0) == side]
            if of_side:
                ends[side] = rest[max(of_side, key=len)].tolist()
        if not ends:
            break
    return sorted(chain.from_iterable(ends.values()))


def _end_groups(weights: Array, total: float, fewest: int = 2) -> list[list[int]]:
    """Return the outermost values of either end, `fewest` to three of them, where each is large."""
    m = len(weights)
    sizes = range(fewest, min(CODES, m - 1) + 1)
    groups = [list(range(size)) for size in sizes] + [list(range(m - size, m)) for size in sizes]
    return [group for group in groups if all(_is_large(weights[i], total, SHARE_END) for i in group)]


def _are_piles(values: Array, weights: Array, group: list[int], lattice: Lattice | None, half: float) -> bool:
    """Say whether neighbours at an end are piles together, and not the steep end of a distribution."""
    near = [FACTOR * _largest_near(values, weights, i, lattice, half, group) for i in group]
    if not np.all(weights[group] >= near) or not all(
        _near(values, i, lattice, half)[i + 1] for i in group[:-1]
    ):
        return False
    inwards = weights[group[-1] + 1 :] if group[0] == 0 else weights[: group[0]][::-1]
    return bool(inwards[0] < ROWS or inwards[0] < FACTOR / 2 * inwards[1])


def _largest_near(
    values: Array, weights: Array, i: int, lattice: Lattice | None, half: float, without: Sequence[int] = ()
) -> float:
    near = _near(values, i, lattice, half)
    if 0 < i < len(values) - 1 and values[i] != 0.0:
        near[i - min(i, _NEAR) : i + _NEAR + 1] = True
    near[[i, *without]] = False
    return float(weights[near].max()) if near.any() else 0.0


def _near(values: Array, i: int, lattice: Lattice | None, half: float) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = np.abs(values / 2 - values[i] / 2) <= half / 2
    if lattice is not None and lattice.on[i]:
        near = np.abs(values - values[i]) < (_NEAR + 0.5) * lattice.step
    return near


def standing_alone(values: Array, half: float) -> list[int]:
    """Return which of the two ends stand alone, beyond a gap that is wide in the column.

    >>> standing_alone(np.array([-99.0, 1.0, 2.0, 3.0, 4.0]), 1.0)
    [0]
    """
    last = len(values) - 1
    return [i for i in (0, last) if _is_apart(values, [i], half)]


def _is_apart(values: Array, group: list[int], half: float) -> bool:
    """Say whether a wide gap, no shorter than their range, lies between values at an end and all others."""
    first, last = group[0], group[-1]
    gaps = np.diff(values[last:] if first == 0 else values[: first + 1])
    gap, wide = gaps[0 if first == 0 else -1], np.sort(gaps)[int(WIDE * (len(gaps) - 1))]
    return bool(gap > half and gap > _ALONE * wide and gap >= values[last] - values[first])


def _pile(values: Array, weights: Array, i: int, piles: list[int]) -> Pile:
    """Return the pile at value i; what only other piles lie beyond is the lowest or highest, too."""
    lowest, highest = set(range(i)) <= set(piles), set(range(i + 1, len(values))) <= set(piles)
    side = "lowest" if lowest else "highest" if highest else "inside"
    return Pile(float(values[i]), float(weights[i]), float(weights[i] / weights.sum()), side)
