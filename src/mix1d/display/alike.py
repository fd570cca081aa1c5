"""Which components of several fits are the same: those that lie in the same place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from mix1d.arrays import Array

OTHER = -1
"""The number of components that too few fits have."""
_MANY = 1.0 / 3.0  # of the fits: what fewer have is no place of its own
_ROUNDS = 8  # of places and who belongs to them; they settle in two or three


def alike(centres: Sequence[Array]) -> list[tuple[int, ...]]:
    """Give each component of several fits a number, the same one to those that lie in the same place.

    `centres` (k,) are those of each fit, in any order. The places are the medians of the fits that have so
    many components, the largest number that a third of the fits reach; each fit takes its components to
    different places, in their order and as near as can be, by dynamic programming. Components beyond those
    that have a place are `OTHER`. The cost is a few k K steps for each fit.

    >>> import numpy as np
    >>> a, b = np.array([1.0, 5.0]), np.array([1.1, 4.9])
    >>> alike([a, np.array([5.2]), b, np.array([0.9]), a, b, np.array([0.9, 3.0, 5.1])])[1:]
    [(1,), (0, 1), (0,), (0, 1), (0, 1), (0, -1, 1)]
    """
    there = [c for c in centres if len(c)]
    if not there:
        return [() for _ in centres]
    counts = Counter(len(c) for c in there)
    reached = (k for k in counts if sum(n for j, n in counts.items() if j >= k) >= _MANY * len(there))
    k = max(reached)
    places = np.median([np.sort(c) for c in there if len(c) == k], axis=0)
    found: list[tuple[int, ...]] = []
    for _ in range(_ROUNDS):
        before, found = found, [_numbers(c, places) for c in centres]
        if found == before:
            break
        mine: list[list[float]] = [[] for _ in places]
        for c, numbers in zip(centres, found, strict=True):
            for x, j in zip(c.tolist(), numbers, strict=True):
                if j != OTHER:
                    mine[j].append(x)
        places = np.maximum.accumulate(
            [np.median(xs) if xs else p for xs, p in zip(mine, places, strict=True)]
        )
    return found


def _numbers(centres: Array, places: Array) -> tuple[int, ...]:
    order = np.argsort(centres, kind="stable")
    numbers = [0] * len(centres)
    if len(centres) <= len(places):
        for i, j in zip(order.tolist(), _nearest(centres[order], places), strict=True):
            numbers[i] = j
        return tuple(numbers)
    taken = {rank: j for j, rank in enumerate(_nearest(places, centres[order]))}
    for rank, i in enumerate(order.tolist()):
        numbers[i] = taken.get(rank, OTHER)
    return tuple(numbers)


def _nearest(few: Array, many: Array) -> list[int]:
    """Return for each of few rising numbers one of many, rising too, the sum of distances least.

    >>> import numpy as np
    >>> _nearest(np.array([4.0, 6.0]), np.array([0.0, 5.0, 5.5]))
    [1, 2]
    """
    away = np.abs(few[:, None] / 2.0 - many / 2.0)
    n, m = away.shape
    best = np.zeros((n + 1, m + 1))  # of the first i among the first j
    best[1:, 0] = np.inf
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            best[i, j] = min(best[i, j - 1], best[i - 1, j - 1] + away[i - 1, j - 1])
    found, i, j = [0] * n, n, m
    while i:
        if best[i, j] < best[i, j - 1]:
            i, j = i - 1, j - 1
            found[i] = j
        else:
            j -= 1
    return found
