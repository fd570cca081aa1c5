"""What follows from a mixture: of normals, given as three arrays, or of any families, given as five."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.errors import InputError
from mix1d.model import moments, tails
from mix1d.model import thresholds as of_normals
from mix1d.model.thresholds import Threshold, threshold_of

Given = Arrays | MixedArrays

HIGHEST_ORDER = 100  # of a moment
UNLIKELY = 0.001  # what a component may have beyond a second crossing before one cut no longer does


def interval(low: Array, high: Array, mixture: Given) -> Array:
    """Return the probability above `low` and up to `high`, minus that from `high` to `low`."""
    return tails.interval(low, high, mixture) if len(mixture) == 3 else _core.interval(low, high, mixture)


def log_interval(low: Array, high: Array, mixture: Given) -> Array:
    """Return the logarithm of the probability from `low` to `high`, NaN where they are swapped."""
    if len(mixture) == 3:
        return tails.log_interval(low, high, mixture)
    return _core.interval(low, high, mixture, log=True)


def log_outside(low: Array, high: Array, mixture: Given) -> Array:
    """Return the logarithm of the probability up to `low` or above `high`."""
    if len(mixture) == 3:
        return tails.log_outside(low, high, mixture)
    both = np.stack(
        [_core.probability(x, mixture, above, log=True) for x, above in ((low, False), (high, True))]
    )
    inside = _core.interval(low, high, mixture)
    return np.where(inside < 0.5, tails.log1p(-inside), tails.log_sum(both))


def ilogcdf(p: Array, mixture: Given) -> Array:
    """Return the x at which the logarithm of the probability below is `p`; NaN above 0."""
    return tails.ilogcdf(p, mixture) if len(mixture) == 3 else _core.quantile(p, mixture, log=True)


def ilogccdf(p: Array, mixture: Given) -> Array:
    """Return the x at which the logarithm of the probability above is `p`; NaN above 0."""
    if len(mixture) == 3:
        return tails.ilogccdf(p, mixture)
    return _core.quantile(p, mixture, above=True, log=True)


def modes(mixture: Given) -> Array:
    """Return all local maxima of the density, ascending."""
    return moments.modes(*mixture) if len(mixture) == 3 else _core.mixed_modes(mixture)


def entropy(mixture: Given) -> float:
    """Return the entropy in nats."""
    return moments.entropy(*mixture) if len(mixture) == 3 else _core.mixed_entropy(mixture)


def support(mixture: Given) -> tuple[float, float]:
    """Return the smallest interval with all of the components that have weight."""
    if len(mixture) == 3:
        return -math.inf, math.inf
    ends = _core.component_facts(mixture)[mixture[0] > 0.0]
    return float(ends[:, 5].min()), float(ends[:, 6].max())


def moment(mixture: Given, order: int, kind: str) -> float:
    """Return the raw, central or standardized moment: infinite, or NaN, where a component's is."""
    if len(mixture) == 3:
        return moments.moment(*mixture, order, kind)
    if order == 0:
        return 1.0
    if order > HIGHEST_ORDER:
        raise InputError(
            f"order must be at most {HIGHEST_ORDER} for components that are not normal, got {order}: "
            "higher moments mean nothing in doubles"
        )
    kept = mixture[0] > 0.0
    arrays: MixedArrays = tuple(np.ascontiguousarray(array[kept]) for array in mixture)  # type: ignore[assignment]
    weights, facts = arrays[0].tolist(), _core.component_places(arrays)
    if kind == "raw":
        if order == 1:
            return _added(weights, facts[:, 0].tolist())
        return _added(weights, _core.component_moments(arrays, order, raw=True)[:, order].tolist())
    if kind == "standardized":
        sd = standard_deviation(mixture)
        if not 0.0 < sd < math.inf:
            return math.nan
        return _central(arrays, facts, order, sd)
    return _central(arrays, facts, order, 1.0)


def standard_deviation(mixture: Given) -> float:
    """Return the standard deviation, finite even where the variance overflows."""
    if len(mixture) == 3:
        return moments.standard_deviation(*mixture)
    kept = mixture[0] > 0.0
    weights, facts = mixture[0][kept].tolist(), _core.component_places(mixture)[kept]
    means: list[float] = facts[:, 0].tolist()
    sds: list[float] = facts[:, 1].tolist()
    mean = _added(weights, means)
    unit = max(*(abs(m - mean) for m in means), *sds)
    if not 0.0 < unit < math.inf:
        return unit
    rows = zip(weights, means, sds, strict=True)
    return unit * math.sqrt(math.fsum(w * (((m - mean) / unit) ** 2 + (s / unit) ** 2) for w, m, s in rows))


def _central(arrays: MixedArrays, facts: Array, order: int, unit: float) -> float:
    """Return E ((X - mean) / unit)^order."""
    weights, means, sds = arrays[0].tolist(), facts[:, 0].tolist(), facts[:, 1].tolist()
    mean = _added(weights, means)
    if not all(map(math.isfinite, (*means, *sds))):
        return math.nan if order % 2 or not math.isfinite(mean) else math.inf
    own = _core.component_moments(arrays, order, raw=False).tolist()
    if not order % 2 and any(row[order] == math.inf for row in own):
        return math.inf
    terms = []
    for w, m, s, row in zip(weights, means, sds, own, strict=True):
        away, spread = (m - mean) / unit, s / unit
        for i in range(order + 1):
            if i == 1 or (i > 0 and spread == 0.0):
                continue
            power = _power(away, order - i) * _power(spread, i)
            terms.append(w * math.comb(order, i) * power * (row[i] if i else 1.0) if power else 0.0)
    return _added([1.0] * len(terms), terms)


def _power(base: float, exponent: int) -> float:
    """Return base ** exponent by multiplications, infinite on overflow."""
    found = 1.0
    for _ in range(exponent):
        found *= base
    return found


def _added(weights: list[float], values: list[float]) -> float:
    terms = [w * v for w, v in zip(weights, values, strict=True)]
    return math.fsum(terms) if all(map(math.isfinite, terms)) else float(sum(terms))


def thresholds(mixture: Given) -> tuple[Threshold, ...]:
    """Return the points where neighbouring components are equally probable; see `Mixture.thresholds`.

    Of several points at which the upper component of a pair takes over, the crossing is the one nearest to
    the middle between the medians; all others are second ones.
    """
    if len(mixture) == 3:
        return of_normals.thresholds(*mixture)
    means, sds, medians = _core.component_places(mixture).T
    places = np.where(np.isnan(means), medians, means)
    order = np.lexsort((sds, places))
    order = order[mixture[0][order] > 0.0]
    arrays: MixedArrays = tuple(np.ascontiguousarray(array[order]) for array in mixture)  # type: ignore[assignment]
    rows = _core.mixed_crossings(arrays)
    found: list[Threshold] = []
    for place, (below, above) in enumerate(zip(order[:-1].tolist(), order[1:].tolist(), strict=True)):
        cuts = [(value, rising == 1.0) for first, value, rising in rows.tolist() if first == place]
        middle = 0.5 * float(medians[below]) + 0.5 * float(medians[above])
        rising = [value for value, up in cuts if up]
        if not rising:
            found.append(threshold_of(math.nan, below, above, "none"))
        crossing = min(rising, key=lambda value: abs(value - middle), default=math.nan)
        found += [threshold_of(crossing, below, above, "crossing")] if rising else []
        for value, _ in cuts:
            if value != crossing:
                far = _beyond(mixture, below, above, value, value < crossing) < UNLIKELY
                found.append(threshold_of(value, below, above, "second" if far else "not_monotone"))
    return tuple(found)


def _beyond(mixture: MixedArrays, below: int, above: int, value: float, downwards: bool) -> float:
    """Return how much of the likelier of two components lies beyond a second crossing."""
    shares = []
    for j in (below, above):
        one = tuple(np.ascontiguousarray(array[j : j + 1]) for array in mixture[1:])
        place = np.array([value])
        shares.append(_core.probability(place, (np.ones(1), *one), above=not downwards)[0])  # type: ignore[arg-type]
    return float(max(shares))


def confusion(mixture: Sequence[Array]) -> Array:
    """Return the probability that a value of component i is given to component j, its most probable one.

    >>> two = [np.array(part) for part in ([0.5, 0.5], [1.0, 9.0], [0.3, 0.3], [3, 3], [0.0, 0.0])]
    >>> bool(confusion(two)[0, 1] < 0.01)
    True
    """
    k = len(mixture[0])
    cuts: set[float] = set()
    for i in range(k):
        for j in range(i + 1, k):
            pair = tuple(np.ascontiguousarray(part[[i, j]]) for part in mixture)
            cuts |= set(_core.mixed_crossings(pair)[:, 1].tolist())  # type: ignore[arg-type]
    edges = np.array([-math.inf, *sorted(cuts), math.inf])
    finite = edges[1:-1]
    inside = 0.5 * (finite[:-1] + finite[1:])
    ends = [finite[0] - abs(finite[0]) - 1.0, finite[-1] + abs(finite[-1]) + 1.0] if len(finite) else [0.0]
    between = np.array([ends[0], *inside, *ends[1:]])
    shares = _core.responsibilities(between, tuple(mixture))  # type: ignore[arg-type]
    # beyond the last crossing one component has all
    owner = np.argmax(np.nan_to_num(shares), axis=1)
    table = np.zeros((k, k))
    for i in range(k):
        one = tuple(np.ascontiguousarray(part[[i]]) for part in (np.ones(k), *mixture[1:]))
        masses = _core.interval(edges[:-1], edges[1:], one)  # type: ignore[arg-type]
        np.add.at(table[i], owner, masses)
    return table
