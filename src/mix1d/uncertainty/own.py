"""Intervals of the own parameters of families, and of means and sds that are not parameters."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, MixedArrays
from mix1d.model.families import FAMILIES, Family
from mix1d.outcome.maximum import Maximum
from mix1d.uncertainty.intervals import Estimate, Wanted, estimates
from mix1d.uncertainty.quantities import Kind, Quantity, normal_quantile, wald_bounds
from mix1d.uncertainty.resampling import Replicates

_LOCATION, _SCALE, _SHAPE = Kind.MEAN, Kind.SD, Kind.SHAPE

# The one coordinate that a number depends on alone; others follow from several.
_ALONE: dict[str, dict[str, Kind]] = {
    "normal": {"mean": _LOCATION, "sd": _SCALE, "": _LOCATION},
    "lognormal": {"meanlog": _LOCATION, "sdlog": _SCALE},
    "gamma": {"shape": _SCALE, "": _LOCATION},
    "weibull": {"shape": _SCALE, "scale": _LOCATION},
    "inverse_gaussian": {"mean": _LOCATION, "": _LOCATION},
    "exponential": {"scale": _LOCATION, "": _LOCATION},
    "student_t": {"df": _SHAPE, "loc": _LOCATION, "scale": _SCALE, "": _LOCATION},
    "logistic": {"loc": _LOCATION, "scale": _SCALE, "": _LOCATION},
    "skew_normal": {"alpha": _SHAPE, "loc": _LOCATION, "scale": _SCALE},
    "poisson": {"mean": _LOCATION, "": _LOCATION},
    "negative_binomial": {"mean": _LOCATION, "size": _SHAPE, "": _LOCATION},
}
_MEAN, _SD = 3, 4  # their places among own errors
_PARTS = {_LOCATION: 1, _SCALE: 2, _SHAPE: 4}  # of the arrays
_SDS_BY = {"normal": _SCALE, "logistic": _SCALE, "exponential": _LOCATION, "poisson": _LOCATION}


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class OwnEstimates:
    """Of the components of positive weight, in their order."""

    weights: list[Estimate]
    means: list[Estimate]
    sds: list[Estimate]
    parameters: list[dict[str, Estimate]]


def own_errors(fit: Maximum, *, sandwich: bool = False) -> Array:
    """Return standard errors (k, 5): own parameters, NaN behind the last, then means and sds.

    By the delta method. Those of components of weight 0, and of shapes at the end of their range, are NaN.
    """
    k = len(fit.mixture[0])
    if not fit.determined:
        return np.full((k, 5), math.nan)
    found = _core.own_errors(fit.sample.problem, fit.whole, sandwich)
    return found[len(found) - k :]


def own_estimates(fit: Maximum, how: Wanted, drawn: Replicates | None) -> OwnEstimates:
    """Return all parameters of the components of positive weight with their intervals.

    A number that depends on one coordinate of the likelihood is profiled; means and sds that depend on
    several have Wald intervals, on the log scale where they are positive.
    """
    arrays = _real(fit)
    n = len(arrays[0])
    families = [FAMILIES[number] for number in arrays[3].tolist()]
    wanted = [(Kind.WEIGHT, i) for i in range(n) if n > 1]
    wanted += [(kind, i) for i, family in enumerate(families) for kind in _coordinates(family)]
    found = dict(
        zip(wanted, estimates(fit, [Quantity(kind, i) for kind, i in wanted], how, drawn), strict=True)
    )
    facts, own = _core.component_places(arrays), _core.natural_parameters(arrays)
    errors = own_errors(fit)[fit.real]
    out = OwnEstimates([], [], [], [])
    for i, family in enumerate(families):
        one = cast(Sequence[Array], tuple(np.ascontiguousarray(array[i : i + 1]) for array in arrays))
        by = {kind: found.get((kind, i)) for kind in (_LOCATION, _SCALE, _SHAPE)}
        alone = _ALONE.get(family.name, {})
        known = 1.0 if fit.regular else math.nan
        out.weights.append(
            found[Kind.WEIGHT, i]
            if n > 1
            else Estimate(1.0, known - 1.0, known, known, how.level, how.method)
        )
        row = {}
        for place, name in enumerate(family.parameters):
            value, error = float(own[i, place]), float(errors[i, place])
            estimate = by.get(alone[name]) if name in alone else None
            row[name] = (
                _delta(value, error, name not in family.real, how)
                if estimate is None
                else _carried(one, estimate, alone[name], value, error, natural=place)
            )
        out.parameters.append(row)
        mean, sd = facts[i, :2].tolist()
        of_mean = by.get(alone[""]) if "" in alone else None
        out.means.append(
            _delta(mean, float(errors[i, _MEAN]), not family.everywhere or family.space == "logit", how)
            if of_mean is None
            else _carried(one, of_mean, _LOCATION, mean, float(errors[i, _MEAN]), fact=0)
        )
        kind = _SDS_BY.get(family.name)
        of_sd = by.get(kind) if kind is not None else None
        out.sds.append(
            _delta(sd, float(errors[i, _SD]), True, how)
            if of_sd is None or kind is None
            else _carried(one, of_sd, kind, sd, float(errors[i, _SD]), fact=1)
        )
    return out


def _real(fit: Maximum) -> MixedArrays:
    assert fit.families is not None
    return tuple(np.ascontiguousarray(array[fit.real]) for array in fit.families)  # type: ignore[return-value]


def _coordinates(family: Family) -> list[Kind]:
    """Return the coordinates that a family has."""
    if family.name in ("uniform", "point_mass"):
        return []
    kinds = [_LOCATION]
    if family.name not in ("exponential", "poisson", "negative_binomial"):
        kinds.append(_SCALE)
    if family.name in ("student_t", "skew_normal", "negative_binomial"):
        kinds.append(_SHAPE)
    return kinds


def _carried(
    one: Sequence[Array],
    estimate: Estimate,
    kind: Kind,
    value: float,
    error: float,
    *,
    natural: int | None = None,
    fact: int = 0,
) -> Estimate:
    """Return the interval of a number that rises or falls with one coordinate."""

    def at(coordinate: float) -> float:
        if math.isnan(coordinate):
            return math.nan
        part = _PARTS[kind]
        family = FAMILIES[int(one[3][0])]
        if kind is _LOCATION and coordinate == 0.0 and family.space in ("log", "count"):
            name = "" if natural is None else family.parameters[natural]
            return -math.inf if name in family.real else 0.0
        moved = [array.copy() for array in one]
        if not math.isfinite(coordinate) or (kind is _SCALE and coordinate == 0.0):
            return _end(value_at, coordinate, kind, moved, part)
        moved[part] = np.array([coordinate])
        return value_at(moved)

    def value_at(moved: Sequence[Array]) -> float:
        arrays = cast(MixedArrays, tuple(moved))
        if natural is not None:
            return float(_core.natural_parameters(arrays)[0, natural])
        return float(_core.component_places(arrays)[0, fact])

    low, high = at(estimate.lower), at(estimate.upper)
    reached = at(estimate.reached_lower), at(estimate.reached_upper)
    sides = [
        (low, estimate.open_lower, reached[0], estimate.fall_lower),
        (high, estimate.open_upper, reached[1], estimate.fall_upper),
    ]
    if low > high:
        sides.reverse()
    (lower, open_lower, reached_lower, fall_lower), (upper, open_upper, reached_upper, fall_upper) = sides
    return Estimate(
        value, error, lower, upper, estimate.level, estimate.method,
        open_lower, open_upper, reached_lower, reached_upper, fall_lower, fall_upper,
    )  # fmt: skip


def _end(
    value_at: Callable[[Sequence[Array]], float],
    coordinate: float,
    kind: Kind,
    moved: list[Array],
    part: int,
) -> float:
    """Return where a number goes as its coordinate goes to an end: to 0 or beyond all bounds."""
    inside = float(moved[part][0])
    near = 0.5 * inside if coordinate == 0.0 else inside + abs(inside) + 1.0
    if coordinate == -math.inf:
        near = inside - abs(inside) - 1.0
    before, moved[part] = value_at(moved), np.array([near])
    after = value_at(moved)
    if kind is _LOCATION:
        return math.copysign(math.inf, after - before)
    return math.inf if after > before else 0.0


def _delta(value: float, error: float, positive: bool, how: Wanted) -> Estimate:
    """Return a Wald interval, on the log scale for what is positive."""
    known = math.isfinite(value) and math.isfinite(error)
    lower = upper = math.nan
    if known:
        kind = Kind.SD if positive and value > 0.0 else Kind.MEAN
        scaled = error / value if kind is Kind.SD else error
        lower, upper = wald_bounds(kind, value, scaled, normal_quantile(how.level))
    return Estimate(value, error, lower, upper, how.level, "wald")
