"""The curves of components: where they are looked at, how high they are, and which points they need."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, MixedArrays
from mix1d.model.component import Component
from mix1d.model.families import FAMILIES, POINT_MASS
from mix1d.model.mixture import Mixture

_EVENLY = 301  # points of a curve across the picture, and
_ACROSS = 61  # points across each component, so that a narrow one keeps its shape
_REACH = 5.0  # sds on either side of a mean
_STANDARD = np.ones(1), np.zeros(1), np.ones(1)
_CLOSEST = 1e-5  # of the width of a picture: between places
_MOST_COUNTS = 600  # places of counts
COUNTS = tuple(f.name for f in FAMILIES if f.space == "count" and f is not POINT_MASS)


def curve_places(low: float, high: float, mixture: Mixture) -> Array:
    """Return rising places between two at which straight lines make smooth curves of all components.

    Counts have their own values as places, and no others beside them.

    >>> from mix1d import Component
    >>> curve_places(0.5, 4.0, Mixture([1.0], components=[Component("poisson", mean=2.0)])).tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    real = mixture.weights > 0.0
    if mixture._mixed is not None:
        return _places_of_any(low, high, mixture, mixture._mixed)
    across = np.linspace(-_REACH, _REACH, _ACROSS)
    narrow = (mixture.means[real][:, None] + mixture.sds[real][:, None] * across).ravel()
    inside = narrow[(narrow > low) & (narrow < high)]
    places: Array = np.unique(np.concatenate([np.linspace(low, high, _EVENLY), inside]))
    return places


def _places_of_any(low: float, high: float, mixture: Mixture, arrays: MixedArrays) -> Array:
    """Return places for components of any family: quantiles, beside the ends of supports, and counts."""
    step = _CLOSEST * (high - low)
    shares = _core.probability(np.linspace(-_REACH, _REACH, _ACROSS), _STANDARD)
    found = [] if are_counts(mixture) else [np.linspace(low, high, _EVENLY)]
    for component, (*_, first, last) in zip(
        mixture.components, _core.component_facts(arrays).tolist(), strict=True
    ):
        if component.family == "point_mass":
            found.append(first + 2.0 * step * np.array([-1.0, 0.0, 1.0]))
        elif component.family in COUNTS:
            apart = max(1.0, np.ceil((high - low) / _MOST_COUNTS))
            found.append(apart * np.arange(np.ceil(low / apart), np.floor(high / apart) + 1.0))
        else:
            ends = np.array([end for end in (first, last) if np.isfinite(end)])
            found += [component.icdf(shares), ends - 2.0 * step, ends + 2.0 * step]
    places = np.unique(np.concatenate(found))
    places = places[(places >= low) & (places <= high)]
    if step > 0.0:
        places = places[np.diff(np.floor(places / step), prepend=-np.inf) > 0.0]
    return np.asarray(places)


def are_counts(mixture: Mixture) -> bool:
    """Say whether all components are of counts, or points among these.

    >>> are_counts(Mixture([1.0], [0.0], [1.0]))
    False
    """
    names = {component.family for component in mixture.components} if mixture._mixed is not None else set()
    return bool(names) and names <= {*COUNTS, "point_mass"} and names != {"point_mass"}


def spacing_of(mixture: Mixture) -> float | None:
    """Return the distance of possible values: 1 of counts, None of others."""
    return 1.0 if are_counts(mixture) else None


def has_pole(mixture: Mixture) -> bool:
    """Say whether the density is infinite at an end of the support.

    >>> from mix1d import Component
    >>> has_pole(Mixture([1.0], components=[Component("gamma", shape=0.5, scale=1.0)]))
    True
    """
    if mixture._mixed is None or are_counts(mixture):
        return False
    ends = [end for end in mixture.support() if np.isfinite(end)]
    return bool(ends) and bool(np.isinf(mixture.pdf(ends)).any())


def component_densities(mixture: Mixture, x: Array) -> Array:
    """Return weight times density of each component at x (m,), shape (k, m).

    Of counts it is the probability of the nearest one; where a density is infinite, the highest finite one.
    """
    if mixture._mixed is None:
        return mixture.weights[:, None] * _of_each(_core.density, mixture, x)
    found = np.array(
        [c.pdf(np.rint(x) if c.family in COUNTS else x) for c in mixture.components], np.float64
    ).reshape(len(mixture.weights), len(x))
    for curve in found:
        infinite = np.isinf(curve)
        curve[infinite] = curve[~infinite].max(initial=0.0)
    return mixture.weights[:, None] * found


def component_masses(mixture: Mixture, edges: Array) -> Array:
    """Return weight times probability of each component between places (m + 1,), shape (k, m).

    The probability of a count is spread evenly over the unit around it.
    """
    if mixture._mixed is None:
        return mixture.weights[:, None] * np.diff(_of_each(_core.probability, mixture, edges), axis=1)
    below = np.array([_spread(c, edges) for c in mixture.components])
    return mixture.weights[:, None] * np.diff(below, axis=1)


def _spread(component: Component, x: Array) -> Array:
    """Return the probability below x (m,); that of a value with its own is spread over the unit around it."""
    if component.family == "point_mass":
        return np.clip(x - component.parameters["value"] + 0.5, 0.0, 1.0)
    if component.family not in COUNTS:
        return np.asarray(component.cdf(x))
    nearest = np.floor(x + 0.5)
    return np.asarray(component.cdf(nearest) - (nearest + 0.5 - x) * component.pdf(nearest))


def _of_each(function: Callable[..., Array], mixture: Mixture, x: Array) -> Array:
    """Return a function of the core at x (m,) for each normal component by itself, (k, m)."""
    means, sds = mixture.means[:, None], mixture.sds[:, None]
    one = np.ones(1)
    return np.array([function(x, (one, mean, sd)) for mean, sd in zip(means, sds, strict=True)])


def simplified(points: Array, within: float) -> Array:
    """Leave out places where curves lie within a distance, upwards or downwards, of straight lines.

    `points` (m, 1 + c) are a rising x, and the height of each curve there; some of them are returned, the
    first and the last among them (Douglas and Peucker 1973, Cartographica 10, 112-122,
    doi:10.3138/FM57-6770-U75U-7727).

    >>> import numpy as np
    >>> simplified(np.array([[0.0, 0.0], [1.0, 1.1], [2.0, 2.0], [3.0, 9.0]]), 0.2).tolist()
    [[0.0, 0.0], [2.0, 2.0], [3.0, 9.0]]
    """
    kept = np.zeros(len(points), bool)
    kept[[0, -1]] = True
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2 or points[first, 0] == points[last, 0]:  # narrower than doubles can show
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
