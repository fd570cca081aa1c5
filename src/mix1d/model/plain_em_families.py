"""M-steps of plain EM for families other than the normal, which have formulas, or one equation to solve."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, MixedArrays, log1
from mix1d.data.sample import LargeSample, Sample
from mix1d.errors import InputError
from mix1d.model.choice import check_support
from mix1d.model.families import family_of
from mix1d.model.mixture import Mixture

WIDEST = 1.0  # of a start, in means
FLOOR = 1e-6  # of scales, in the sd of the logarithms


class Weighted(NamedTuple):
    """Values and how much of each belongs to a component."""

    values: Array
    logs: Array
    weights: Array

    def mean(self, values: Array) -> float:
        """Return the weighted mean of some numbers."""
        return math.fsum((self.weights * values).tolist()) / math.fsum(self.weights.tolist())


class FamilySample(NamedTuple):
    """A sample that a family has densities at, divided by a power of two where the family allows that."""

    family: str
    values: Array
    logs: Array
    weights: Array
    exponent: int
    log_scale: float
    floor: float

    def step(self, mixture: Mixture) -> tuple[Mixture, float]:
        """Return what one EM iteration makes of a mixture, and the log-likelihood before it."""
        weights, locations, scales, families, shapes = _five(mixture)
        small = weights, np.ldexp(locations, -self.exponent), scales, families, shapes
        log_likelihood = math.fsum((self.weights * _core.density(self.values, small, log=True)).tolist())
        shares = _core.responsibilities(self.values, small)
        update, counts = _UPDATES[self.family], []
        locations, scales = small[1].copy(), scales.copy()
        for j in range(len(weights)):
            part = Weighted(self.values, self.logs, self.weights * shares[:, j])
            counts.append(math.fsum(part.weights.tolist()))
            if counts[-1] > 0.0:
                locations[j], scales[j] = update(part, self.floor, float(scales[j]))
        total = np.array(counts) / math.fsum(counts)
        after = total, np.ldexp(locations, self.exponent), scales, families, shapes
        return Mixture._of_arrays(after), log_likelihood - self.log_scale

    def mixture(self, weights: Array, means: Array, sds: Array) -> Mixture:
        """Return a start with about these means and sds, none wider than its mean."""
        number = family_of(self.family).number
        k, spread = len(weights), float(self.values[-1] - self.values[0])
        least = 1e-3 * spread if self.values[0] == 0.0 else float(self.values[0])  # counts may be 0
        locations = np.maximum(means, math.ldexp(least, self.exponent))
        scales = np.ones(k)
        if family_of(self.family).space == "log" and self.family != "exponential":
            scales = np.clip(sds / locations, self.floor, WIDEST)
        arrays: MixedArrays = weights, locations, scales, np.full(k, number, np.int64), np.zeros(k)
        return Mixture._of_arrays(arrays)

    def checked(self, start: Mixture) -> Mixture:
        """Return a start whose components are of the family, or refuse it."""
        for j, component in enumerate(start.components):
            if component.family != self.family:
                raise InputError(
                    f"start must have {self.family} components, number {j} is {component.family}: pass "
                    f"family={component.family!r}, or another start"
                )
        return start


def family_sample(sample: Sample | LargeSample, family: str) -> FamilySample:
    """Return a sample as the M-steps of a family take it; refuse families without such steps.

    >>> from mix1d.data.sample import read_sample
    >>> family_sample(read_sample([1.0, 2.0, 4.0]), "gamma").values
    array([0.125, 0.25 , 0.5  ])
    """
    if family not in _UPDATES:
        raise InputError(
            f"family must be normal, {', '.join(_UPDATES)} in plain EM, got {family!r}: its M-step has no "
            "formula and would be a search of its own; mix1d.fit fits it"
        )
    if isinstance(sample, Sample):
        values, weights = sample.values, sample.weights
    else:
        values, places = np.unique(np.asarray(sample.column, np.float64), return_inverse=True)
        given = sample.sample_weight
        given = np.ones(len(places)) if given is None else np.asarray(given, np.float64)
        weights = np.asarray(np.bincount(places, given), np.float64)
        values, weights = values[weights > 0.0], weights[weights > 0.0]
    check_support([family], values, values, weights)
    if family_of(family).space == "count":
        return FamilySample(family, values, values, weights, 0, 0.0, 1.0)
    exponent = math.frexp(float(values[-1]))[1]
    values = np.ldexp(values, -exponent)
    logs = _core.log(values)
    whole = Weighted(values, logs, weights)
    away = logs - whole.mean(logs)
    floor = max(FLOOR * math.sqrt(whole.mean(away * away)), float(np.spacing(1.0)))
    shift = math.fsum(weights.tolist()) * exponent * log1(2.0)
    return FamilySample(family, values, logs, weights, exponent, shift, floor)


def _five(mixture: Mixture) -> MixedArrays:
    return cast(MixedArrays, mixture._arrays)


def _exp1(x: float) -> float:
    return float(_core.exp(np.array([x]))[0])


# ---- location and scale as the core has them, from what belongs to a component


def _lognormal(part: Weighted, floor: float, _: float) -> tuple[float, float]:
    middle = part.mean(part.logs)
    away = part.logs - middle
    return _exp1(middle), max(math.sqrt(part.mean(away * away)), floor)


def _gamma(part: Weighted, floor: float, _: float) -> tuple[float, float]:
    """Solve log a - psi(a) = log of the mean - mean of the logs for the shape a (Minka 2002)."""
    mean = part.mean(part.values)
    return mean, max(1.0 / math.sqrt(gamma_shape(log1(mean) - part.mean(part.logs), floor)), floor)


def gamma_shape(gap: float, floor: float) -> float:
    """Return the a with log a - psi(a) = `gap`, at most floor^-2.

    >>> round(gamma_shape(0.5772156649015329, 1e-6), 12)
    1.0
    """
    most = 1.0 / (floor * floor)
    if gap <= 0.5 / most:  # log a - psi(a) is nearly 1 / (2 a)
        return most
    a = (3.0 - gap + math.sqrt((gap - 3.0) ** 2 + 24.0 * gap)) / (12.0 * gap)
    for _ in range(20):
        psi, bend = _digamma(a)
        inverse = 1.0 / a + (log1(a) - psi - gap) / (a * a * (1.0 / a - bend))
        last, a = a, 1.0 / inverse
        if abs(a - last) <= 1e-14 * a:
            break
    return min(a, most)


def _digamma(a: float) -> tuple[float, float]:
    """Return psi and its derivative."""
    psi = bend = 0.0
    while a < 12.0:
        psi, bend, a = psi - 1.0 / a, bend + 1.0 / (a * a), a + 1.0
    i = 1.0 / (a * a)
    tail = 1.0 / 12.0 - i * (1.0 / 120.0 - i * (1.0 / 252.0 - i * (1.0 / 240.0 - i / 132.0)))
    slope = 1.0 / 6.0 - i * (1.0 / 30.0 - i * (1.0 / 42.0 - i * (1.0 / 30.0 - i * 5.0 / 66.0)))
    return psi + log1(a) - 0.5 / a - i * tail, bend + 1.0 / a + 0.5 * i + i * slope / a


def _weibull(part: Weighted, floor: float, scale: float) -> tuple[float, float]:
    """Solve mean of log x, weighed by x^c, - 1 / c = mean of log x for the shape c."""
    kept = part.weights > 0.0
    logs, weights = part.logs[kept], _core.log(part.weights[kept])
    middle = part.mean(part.logs)
    c, low, high, last = 1.0 / max(scale, floor), 0.0, 1.0 / floor, math.inf
    for _ in range(100):  # the equation's left side rises with c
        tilted, _ = _tilted(logs, weights, c)
        mean = tilted.mean(logs)
        away = logs - mean
        gap = mean - 1.0 / c - middle
        move = gap / (c * tilted.mean(away * away) + 1.0 / c)  # of log c
        low, high = (low, c) if gap > 0.0 else (c, high)
        if abs(move) <= 1e-14 or (c == 1.0 / floor and gap <= 0.0):
            break
        nearer = c * min(max(1.0 - move, 0.25), 4.0)
        slow = abs(move) > 0.5 * last or nearer <= low
        c, last = (math.sqrt(low * high) if slow and low > 0.0 else min(nearer, high)), abs(move)
    _, powers = _tilted(logs, weights, c)
    return _exp1((powers - log1(math.fsum(part.weights.tolist()))) / c), 1.0 / c


def _tilted(logs: Array, weights: Array, c: float) -> tuple[Weighted, float]:
    """Return values weighed by x^c as well, and the logarithm of the sum of these weights."""
    exponents = weights + c * logs
    top = float(exponents.max())
    found = Weighted(logs, logs, _core.exp(exponents - top))
    return found, top + log1(math.fsum(found.weights.tolist()))


def _inverse_gaussian(part: Weighted, floor: float, _: float) -> tuple[float, float]:
    """Take the mean of 1 / x less 1 / mean for the inverse of the shape."""
    mean = part.mean(part.values)
    square = part.mean((part.values - mean) ** 2 / part.values) / mean  # mean (mean (1 / x) - 1 / mean)
    return mean, max(math.sqrt(square), floor)


def _mean_only(part: Weighted, _: float, __: float) -> tuple[float, float]:
    return max(part.mean(part.values), 1e-300), 1.0


_UPDATES: dict[str, Callable[[Weighted, float, float], tuple[float, float]]] = {
    "lognormal": _lognormal,
    "gamma": _gamma,
    "weibull": _weibull,
    "inverse_gaussian": _inverse_gaussian,
    "exponential": _mean_only,
    "poisson": _mean_only,
}
FAMILIES_OF_EM = tuple(_UPDATES)  # beside the normal
