"""The curves of components: where they are looked at, how high they are, and which points they need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mix1d import _core

if TYPE_CHECKING:
    from mix1d.model.mixture import Mixture

Array = NDArray[np.float64]

_EVENLY = 301  # points of a curve across the picture, and
_ACROSS = 61  # points across each component, so that a narrow one keeps its shape
_REACH = 5.0  # sds on either side of a mean


def curve_places(low: float, high: float, mixture: Mixture) -> Array:
    """Return rising places between two at which straight lines make smooth curves of all components."""
    real = mixture.weights > 0.0
    across = np.linspace(-_REACH, _REACH, _ACROSS)
    narrow = (mixture.means[real][:, None] + mixture.sds[real][:, None] * across).ravel()
    inside = narrow[(narrow > low) & (narrow < high)]
    places: Array = np.unique(np.concatenate([np.linspace(low, high, _EVENLY), inside]))
    return places


def component_densities(mixture: Mixture, x: Array) -> Array:
    """Return weight times density of each component at x (m,), shape (k, m)."""
    return mixture.weights[:, None] * _of_each(_core.density, mixture, x)


def component_masses(mixture: Mixture, edges: Array) -> Array:
    """Return weight times probability of each component between places (m + 1,), shape (k, m)."""
    return mixture.weights[:, None] * np.diff(_of_each(_core.probability, mixture, edges), axis=1)


def _of_each(function: Callable[..., Array], mixture: Mixture, x: Array) -> Array:
    """Return a function of the core at x (m,) for each component by itself, (k, m)."""
    means, sds = mixture.means[:, None], mixture.sds[:, None]
    one = np.ones(1)
    return np.array([function(x, (one, mean, sd)) for mean, sd in zip(means, sds, strict=True)])


def simplified(points: Array, within: float) -> Array:
    """Leave out places where curves lie within a distance, upwards or downwards, of straight lines.

    Parameters
    ----------
    points : ndarray (m, 1 + c)
        Rising x, and the height of each curve there.
    within : float
        The distance.

    Returns
    -------
    ndarray (l, 1 + c)
        Some of the points, the first and the last among them.

    References
    ----------
    Douglas, D. H. and Peucker, T. K. (1973). Algorithms for the reduction of the number of points required
    to represent a digitized line or its caricature. Cartographica 10, 112-122.
    doi:10.3138/FM57-6770-U75U-7727

    Examples
    --------
    >>> import numpy as np
    >>> simplified(np.array([[0.0, 0.0], [1.0, 1.1], [2.0, 2.0], [3.0, 9.0]]), 0.2).tolist()
    [[0.0, 0.0], [2.0, 2.0], [3.0, 9.0]]
    """
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        inside, start, end = points[first + 1 : last], points[first], points[last]
        slopes = (end[1:] - start[1:]) / (end[0] - start[0])
        lines = slopes * (inside[:, :1] - start[0]) + start[1:]
        off = np.abs(inside[:, 1:] - lines).max(axis=1)
        worst = int(np.argmax(off))
        if off[worst] > within:
            middle = first + 1 + worst
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return points[kept]
