"""Rounding: which step the values of a column were rounded to, and the intervals that they stand for."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import InputError, shown

SHARE = 0.9  # of the rows, that lie on the lattice
MATTERS = 0.35  # step / sd from which rounding widens a component by half a per cent
_OTHERS = 0.8  # of the rows that are not at the commonest value, that lie on a coarser lattice
_TIES = 0.9  # distinct values a row, below which ties show that values were rounded
_POINTS = 4  # the least number of points of a lattice that is coarser than that of all values
_NOISE = 2.0**-50  # four spacings of doubles, relative to the value
_SLACK = 1e-3  # of a step: numbers with few decimals
_RUNS = 16  # of neighbours, where there are more values than are looked at
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)  # a step is a product of these times the finest one


class Lattice(NamedTuple):
    """The points origin + i * step, on which most rows lie."""

    step: float
    origin: float
    on: NDArray[np.bool_]
    """(m,), which of the distinct values lie on it."""
    share: float
    """Share of the rows that lie on it."""

    def holds(self, values: Array) -> NDArray[np.bool_]:
        """Return which of other values lie on it.

        >>> lattice = lattice_of(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, 2.0, 2.0]))
        >>> lattice.holds(np.array([0.5, 7.0])).tolist()
        [False, True]
        """
        return _places(values, self.origin, self.step)[1]


def lattice_of(values: Array, weights: Array) -> Lattice | None:
    """Return the coarsest lattice on which at least 90 % of the rows lie, None where values look continuous.

    `values` (m,) are distinct and rise, `weights` are the rows of each; a lattice is asked for only where
    fewer than 0.9 of the rows are distinct. The finest step is that of the core, of all values or, where some
    lie on none, of those that are tied; it is multiplied by primes for as long as 90 % of the rows, and 80 %
    of those that are not at the commonest value, lie on the coarser lattice. Of more than 65,536 values it is
    found on some, and then asked of all.

    >>> x = np.array([0.0, 1.0, 2.0, 2.5, 3.0, 4.0])
    >>> found = lattice_of(x, np.array([9.0, 20.0, 30.0, 2.0, 20.0, 9.0]))
    >>> found.step, found.on.tolist(), round(found.share, 2)
    (1.0, [True, True, True, False, True, True], 0.98)
    >>> lattice_of(x, np.ones(6)) is None
    True
    """
    total = float(weights.sum())
    if len(values) < 2 or not len(values) < _TIES * total:
        return None
    some = _runs(len(values))
    for step, anchor in reversed(_steps(values[some], weights[some])):
        place, on = _places(values, anchor, step)
        share = float(weights[on].sum() / total)
        if share >= SHARE:
            first, last = int(np.argmax(on)), len(on) - 1 - int(np.argmax(on[::-1]))
            steps = place[last] - place[first]
            with np.errstate(over="ignore"):
                step = float((values[last] - values[first]) / steps)
            if not np.isfinite(step):
                step = float(values[last] / steps - values[first] / steps)
            return Lattice(step, anchor, on, share)
    return None


def lattice_of_rows(column: NDArray[Any], sample_weight: NDArray[Any] | None = None) -> Lattice | None:
    """Return the lattice of a long column, found on 65,536 of its rows, evenly spaced.

    Which values are `on` it, and their `share`, is known of those rows only; `Lattice.holds` says it of all.

    >>> lattice_of_rows(np.arange(300_000) % 20_000 * 0.5).step
    0.5
    """
    count = min(POOL_LIMIT, len(column))
    rows = np.arange(count) * len(column) // max(count, 1)
    if sample_weight is not None:
        rows = rows[sample_weight[rows] > 0.0]
    pooled = _core.pool(np.array(column[rows], np.float64), None, False)[0] if len(rows) else None
    return None if pooled is None else lattice_of(pooled[0], pooled[1])


def matters(step: float, narrowest: float) -> bool:
    """Say whether rounding to a step shows in a component of that sd.

    >>> matters(1.0, 5.9), matters(1.0, 2.0)
    (False, True)
    """
    return narrowest * MATTERS < step


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


def _runs(m: int) -> slice | NDArray[np.int64]:
    """Return which of m rising values a lattice is found on: runs of neighbours, the two ends among them.

    Values picked one by one would lie so far apart that their gaps say little of the step.
    """
    if m <= POOL_LIMIT:
        return slice(None)
    length = POOL_LIMIT // _RUNS
    starts = np.arange(_RUNS) * (m - length) // (_RUNS - 1)
    return np.unique(starts[:, None] + np.arange(length))


def _steps(values: Array, weights: Array) -> list[tuple[float, float]]:
    """Return ever coarser steps, each with a value that lies on its lattice."""
    total = float(weights.sum())
    step = _step(values, weights)
    if step is None:
        tied = weights > weights.min()
        step = _step(values[tied], weights[tied]) if np.count_nonzero(tied) > 1 else None
    if step is None:
        return []
    anchor = float(values[int(weights.argmax())])
    place, on = _places(values, anchor, step)
    found = [(step, anchor)]
    if weights[on].sum() < SHARE * total:
        return found
    for prime in _PRIMES:
        while (residue := _coarser(place, on, weights, prime, total)) is not None:
            on &= place % prime == residue
            place = (place - residue) // prime
            anchor += residue * step
            step *= prime
            found.append((step, anchor))
    return found


def _step(values: Array, weights: Array) -> float | None:
    """Return the step that all values lie on, as the core finds it."""
    pooled, _ = _core.pool(values, weights, False)
    return None if pooled is None else pooled[4]


def _places(values: Array, anchor: float, step: float) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the place of each value on the lattice, and whether it lies on it."""
    with np.errstate(over="ignore", invalid="ignore"):
        exact = (values - anchor) / step
        place = np.rint(exact)
        noise = _NOISE * np.maximum(np.abs(values), abs(anchor)) / step
        on = (np.abs(exact - place) <= np.maximum(noise, _SLACK)) & (np.abs(place) < 2.0**52)
    return np.where(on, place, 0.0).astype(np.int64), on


def _coarser(
    place: NDArray[np.int64], on: NDArray[np.bool_], weights: Array, prime: int, total: float
) -> int | None:
    """Return the residue of the places that a coarser lattice has, None where too few lie on it."""
    shares = np.bincount(place[on] % prime, weights=weights[on], minlength=prime)
    residue = int(shares.argmax())
    if shares[residue] < SHARE * total:
        return None
    common = float(weights.max())
    stays = on & (place % prime == residue)
    others = float(weights[stays].sum()) - (common if stays[int(weights.argmax())] else 0.0)
    if len(np.unique(place[stays])) < _POINTS or others < _OTHERS * (total - common):
        return None
    return residue
