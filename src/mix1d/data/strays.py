"""Strays: a few values apart from the rest, or one tied value, that take a component of their own."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.piles import DISTINCT, half_range, is_pile, outnumbers, standing_alone
from mix1d.data.rounding import Lattice

FEW, FEW_SHARE = 3.0, 0.005  # rows that may be strays: at most the larger of the two ...
MOST_SHARE = 0.1  # ... and no more than this: of ten values one
APART = 1.5  # interquartile ranges to the nearest of the others, on either side
ROUNDS = 5  # at most so often are values set apart and the rest fitted anew
_TIED = 0.9  # of the rows of a component that stands on one value


class Stray(NamedTuple):
    """Values that a component stands on which is no population."""

    values: Array
    """Rising."""
    rows: float
    """How many, by weight."""
    share: float
    """Of all rows."""
    kind: Literal["tie", "stray"]
    side: Literal["lowest", "highest", "inside"]


def stray_in(
    values: Array,
    weights: Array,
    posterior: Array,
    collapsed: int,
    equal: bool,
    lattice: Lattice | None = None,
) -> Stray | None:
    """Return what is to be set apart before a fit can be believed, None when nothing is.

    Parameters
    ----------
    values, weights
        (m,), the distinct values, rising, and the rows of each.
    posterior
        (m, k), the probability of each component given each value.
    collapsed
        The component that only the penalty holds up, or -1.
    equal
        Whether all have one sd. None is then held up by the penalty, so that each may stand on strays, but
        not on a tie.
    lattice
        From `lattice_of`.

    Examples
    --------
    >>> x = np.append(np.arange(1.0, 20.0), 1000.0)
    >>> posterior = np.array([[1.0, 0.0]] * 19 + [[0.0, 1.0]])
    >>> stray_in(x, np.ones(20), posterior, 1, False).values
    array([1000.])
    >>> stray_in(x, np.ones(20), posterior, -1, False) is None
    True
    """
    if not equal:
        if collapsed < 0:
            return None
        return stray_of(values, weights, posterior[:, collapsed] > 0.5, lattice)
    rows = weights @ (posterior > 0.5)
    for j in np.flatnonzero((rows > 0.0) & (rows <= _most(weights))).tolist():
        found = stray_of(values, weights, posterior[:, j] > 0.5, lattice)
        if found is not None and found.kind == "stray":
            return found
    return None


def stray_of(
    values: Array, weights: Array, held: NDArray[np.bool_], lattice: Lattice | None = None
) -> Stray | None:
    """Say whether a component stands on values to be set apart.

    Parameters
    ----------
    values, weights
        (m,), the distinct values, rising, and the rows of each.
    held
        (m,), the values that the component holds: posterior probability above a half.
    lattice
        From `lattice_of`.

    Returns
    -------
    Stray or None
        A ``"stray"``: at most 3 rows, or 0.5 % of all, and a tenth, further than 1.5 interquartile ranges
        from all others; such a run of values, where the component holds a part of it.
        A ``"tie"``: one value, with nine tenths of the component's rows, five times those of any near and
        twice those of any other, or alone at an end, in a column of at least 15 distinct values.

    Examples
    --------
    >>> x = np.append(np.arange(1.0, 20.0), 1000.0)
    >>> stray_of(x, np.ones(20), x > 100)[1:]
    (1.0, 0.05, 'stray', 'highest')
    >>> stray_of(x, np.ones(20), x == 5) is None
    True
    """
    if not held.any() or held.all():
        return None
    total, rows = float(weights.sum()), float(weights[held].sum())
    places = np.flatnonzero(held)
    first, last = int(places[0]), int(places[-1])
    contiguous = last - first + 1 == len(places)
    run = _run_apart(values, weights, first, last) if contiguous else None
    if run is not None:
        rows_of_run = float(weights[run].sum())
        return _stray(values[run], rows_of_run, total, "stray", run.start, run.stop - 1, len(values))
    top = int(places[int(weights[held].argmax())])
    half = half_range(values, weights)
    tied = len(values) >= DISTINCT and weights[top] > 1.0 and weights[top] >= _TIED * rows
    tied = tied and (outnumbers(weights, top) or top in standing_alone(values, half))
    if tied and is_pile(values, weights, top, lattice, half):
        return _stray(values[top : top + 1], float(weights[top]), total, "tie", top, top, len(values))
    return None


def _most(weights: Array) -> float:
    """Return how many rows may be strays."""
    total = float(weights.sum())
    return min(max(FEW, FEW_SHARE * total), MOST_SHARE * total)


def _run_apart(values: Array, weights: Array, first: int, last: int) -> slice | None:
    """Return the fewest neighbours around the values from `first` to `last` that are apart from all others.

    Strays may be near each other; None where such a run has more rows than may be strays.
    """
    while float(weights[first : last + 1].sum()) <= _most(weights):
        rest = np.ones(len(values), bool)
        rest[first : last + 1] = False
        far = 2.0 * APART * half_range(values[rest], weights[rest])
        below = first == 0 or values[first] - values[first - 1] > far
        above = last == len(values) - 1 or values[last + 1] - values[last] > far
        if far <= 0.0:
            return None
        if below and above:
            return slice(first, last + 1)
        first, last = first - (not below), last + (not above)
    return None


def _stray(
    values: Array, rows: float, total: float, kind: Literal["tie", "stray"], first: int, last: int, m: int
) -> Stray:
    side: Literal["lowest", "highest", "inside"]
    side = "lowest" if first == 0 else "highest" if last == m - 1 else "inside"
    return Stray(values.copy(), rows, rows / total, kind, side)
