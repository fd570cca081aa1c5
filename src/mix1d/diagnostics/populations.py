"""One population: maximum-likelihood fits of five families to weighted values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.data import Sample
from mix1d.uncertainty.covariance import inverse_of

Array = NDArray[np.float64]
Objective = Callable[[list[float]], tuple[float, list[float]]]  # value and gradient

MOST_SKEWED = 1000.0  # slant of a skew-normal: half a normal to the eye
FEWEST_DEGREES, MOST_DEGREES = 0.5, 200.0  # of freedom of a t; the upper end is a normal to the eye
LN2 = 0.6931471805599453
LOG_2PI = 1.8378770664093453


@dataclass(frozen=True, slots=True)
class Population:
    """A fit of one family."""

    parameters: dict[str, float]
    """By name, in the unit of the data."""
    log_likelihood: float
    """Total, natural logarithm."""
    note: str = ""
    """What to know about the fit."""


class NotFitted(Exception):
    """Why a family cannot be fitted, in words."""


# ---- families on the positive half-line: in a unit of 2^power, so that sums do not overflow


def _scaled(sample: Sample) -> tuple[Array, Array, int]:
    """Return the values, their weights divided by n, and the power of two that is their unit."""
    share = sample.weights / sample.total_weight
    middle = float(sample.values[np.searchsorted(np.cumsum(share), 0.5)])
    power = math.frexp(middle)[1]
    return np.ldexp(sample.values, -power), share, power


def lognormal(sample: Sample) -> Population:
    """One lognormal population: the normal of the logarithms."""
    x, share, power = _scaled(sample)
    logs = _core.log(x)
    mean = _sum(share * logs)
    sd = math.sqrt(_sum(share * (logs - mean) ** 2))
    if not sd > 0.0:
        raise NotFitted("the values do not vary")
    mean += power * LN2
    total = -(log(sd) + 0.5 * LOG_2PI + 0.5 + mean)
    return Population({"log_mean": mean, "log_sd": sd}, sample.total_weight * total)


def gamma(sample: Sample) -> Population:
    """One gamma population: log a - digamma(a) = log of the mean - mean of the logs for the shape a."""
    from scipy.optimize import brentq
    from scipy.special import digamma, gammaln

    x, share, power = _scaled(sample)
    mean = _sum(share * x)
    away = (x - mean) / mean
    gap = _sum(share * (away - np.log1p(away)))  # log of the mean minus mean of the logs
    if not 0.0 < gap < math.inf:
        raise NotFitted("the values do not vary" if gap < 1.0 else "the values spread too far")
    if gap < 1e-6:  # log a - digamma(a) = 1 / (2 a) + 1 / (12 a^2) - ...
        shape = (1.0 + math.sqrt(1.0 + 4.0 * gap / 3.0)) / (4.0 * gap)
    else:  # it lies between 1 / (2 a) and 1 / a
        low, high = -log(2.1 * gap), -log(gap) + 1e-9
        shape = math.exp(brentq(lambda t: t - digamma(math.exp(t)) - gap, low, high, xtol=1e-13, rtol=1e-14))
    scale = mean / shape
    logs = log(mean) - gap
    if shape > 100.0:  # Stirling's series
        rest = 0.5 * (log(shape) - LOG_2PI) - 1.0 / (12.0 * shape) + 1.0 / (360.0 * shape**3)
    else:
        rest = shape * log(shape) - shape - float(gammaln(shape))
    total = rest - shape * gap - logs - power * LN2
    return Population({"shape": shape, "scale": _ldexp(scale, power)}, sample.total_weight * total)


def weibull(sample: Sample) -> Population:
    """One Weibull population: the shape c solves sum x^c log x / sum x^c - 1 / c = mean of the logs."""
    from scipy.optimize import brentq
    from scipy.special import logsumexp

    x, share, power = _scaled(sample)
    logs = _core.log(x)
    mean = _sum(share * logs)
    sd = math.sqrt(_sum(share * (logs - mean) ** 2))
    if not sd > 0.0:
        raise NotFitted("the values do not vary")
    z = (logs - mean) / sd  # minus z is a Gumbel variable times 1 / (shape sd)

    def slope(c: float) -> float:
        """Of the log-likelihood, falling in c = shape * sd."""
        tilted = share * np.exp(c * (z - z[-1]))
        return 1.0 / c - _sum(tilted * z) / math.fsum(tilted.tolist())

    low = high = 1.0
    while slope(low) < 0.0:
        low *= 0.5
    while slope(high) > 0.0:
        if high > 1e6:
            raise NotFitted("the shape has no bound")
        high *= 2.0
    c = brentq(slope, low, high, xtol=1e-14, rtol=1e-14) if high > low else low
    top = float(logsumexp(c * z, b=share))  # log of the mean of (x / geometric mean)^shape
    total = log(c / sd) - top - 1.0 - mean - power * LN2
    scale = math.exp(mean + top * sd / c)
    return Population({"shape": c / sd, "scale": _ldexp(scale, power)}, sample.total_weight * total)


# ---- families on the whole line: about the median, in units of a power of two near the spread


def _standard(sample: Sample) -> tuple[Array, Array, float, int]:
    """Return centred and scaled values, weights divided by n, the centre and the power of two."""
    share = sample.weights / sample.total_weight
    outer = math.frexp(max(abs(float(sample.values[0])), abs(float(sample.values[-1]))))[1]
    x = np.ldexp(sample.values, -outer)
    below = np.cumsum(share)
    low, middle, high = x[np.minimum(np.searchsorted(below, [0.25, 0.5, 0.75]), len(x) - 1)].tolist()
    y = x - middle
    spread = (high - low) / 1.349 or math.sqrt(_sum(share * (y * y)))
    if not spread > 0.0:
        raise NotFitted("the values do not vary")
    inner = math.frexp(spread)[1]
    return np.ldexp(y, -inner), share, _ldexp(middle, outer), outer + inner


def _location_scale(
    sample: Sample,
    make: Callable[[Array, Array], Objective],
    third: Sequence[float],
    limits: tuple[float, float],
) -> tuple[list[float], float, float, int]:
    """Maximise a mean log-likelihood over (location, log scale, a third parameter) from several starts.

    Returns the parameters, the maximum, and the unit.
    """
    y, share, centre, power = _standard(sample)
    if len(y) < 3:
        raise NotFitted("fewer than three distinct values")
    objective = make(y, share)
    mean = _sum(share * y)
    sd = math.sqrt(_sum(share * (y - mean) ** 2))
    floor = log(max(math.ldexp(sample.resolution or 0.0, -power) / math.sqrt(12.0), 1e-6))
    bounds = [(float(y[0]), float(y[-1])), (floor, max(log(sd) + 5.0, floor + 1.0)), limits]
    best, value = [0.0, floor, 0.0], -math.inf
    for start in third:
        for location, scale in ((mean, sd), (0.0, 1.0)):
            theta, top = _climb(objective, [location, max(log(scale), floor + 0.1), start], bounds)
            if top > value:
                best, value = theta, top
    if not math.isfinite(value):
        raise NotFitted("the likelihood is not finite")
    if best[1] <= floor + 1e-9:
        raise NotFitted("it collapses onto tied values")
    return best, value, centre, power


def _climb(
    objective: Objective, start: list[float], bounds: list[tuple[float, float]]
) -> tuple[list[float], float]:
    """Maximise by Newton's method inside bounds, the Hessian from differences of the gradient."""
    theta, (value, gradient) = start, objective(start)
    damping = 0.0
    for _ in range(200):
        free = [
            i
            for i, (low, high) in enumerate(bounds)
            if not (theta[i] <= low and gradient[i] <= 0.0) and not (theta[i] >= high and gradient[i] >= 0.0)
        ]
        curvature = _curvature(objective, theta, free)
        for _ in range(60):
            damped = [[h + damping * (i == j) for j, h in enumerate(row)] for i, row in enumerate(curvature)]
            inverse = inverse_of(damped)
            if inverse is not None:
                step = [math.fsum(h * gradient[i] for h, i in zip(row, free, strict=True)) for row in inverse]
                gain = 0.5 * math.fsum(s * gradient[i] for s, i in zip(step, free, strict=True))
                if gain * (1.0 + damping) < 1e-15:
                    return theta, value
                short = min(1.0, 1.0 / max(abs(s) for s in step))
                trial = list(theta)
                for s, i in zip(step, free, strict=True):
                    trial[i] = min(max(theta[i] + short * s, bounds[i][0]), bounds[i][1])
                trial_value, trial_gradient = objective(trial)
                if trial_value > value:
                    break
            damping = max(1e-3, 4.0 * damping)
        else:
            return theta, value
        theta, value, gradient = trial, trial_value, trial_gradient
        damping = 0.2 * damping if damping > 1e-4 else 0.0
    return theta, value


def _curvature(objective: Objective, theta: list[float], free: list[int]) -> list[list[float]]:
    """Return minus the Hessian in the free parameters."""
    width = 1e-5
    rows = []
    for i in free:
        ends = []
        for side in (width, -width):
            moved = list(theta)
            moved[i] += side
            ends.append(objective(moved)[1])
        rows.append([(ends[1][j] - ends[0][j]) / (2.0 * width) for j in free])
    return [[0.5 * (rows[i][j] + rows[j][i]) for j in range(len(free))] for i in range(len(free))]


def skew_normal(sample: Sample) -> Population:
    """One skew-normal population: location, scale, and the slant, held within 1000 either way."""
    from scipy.special import log_ndtr

    def make(y: Array, share: Array) -> Objective:
        def objective(theta: list[float]) -> tuple[float, list[float]]:
            location, log_scale, bend = theta
            scale, slant = math.exp(log_scale), math.sinh(bend)
            z = (y - location) / scale
            log_below = log_ndtr(slant * z)
            pull = np.exp(-0.5 * (slant * z) ** 2 - 0.5 * LOG_2PI - log_below)  # phi / Phi
            value = LN2 - log_scale - 0.5 * LOG_2PI + _sum(share * (log_below - 0.5 * z * z))
            gradient = [
                _sum(share * (z - slant * pull)) / scale,
                _sum(share * (z * z - slant * pull * z)) - 1.0,
                _sum(share * pull * z) * math.cosh(bend),
            ]
            return value, gradient

        return objective

    limit = math.asinh(MOST_SKEWED)
    starts = [math.asinh(slant) for slant in (1.5, -1.5, 6.0, -6.0)]
    theta, value, centre, power = _location_scale(sample, make, starts, (-limit, limit))
    note = "at its limit: half a normal" if abs(theta[2]) >= limit - 1e-9 else ""
    return Population(
        {
            "location": centre + _ldexp(theta[0], power),
            "scale": _ldexp(math.exp(theta[1]), power),
            "slant": math.sinh(theta[2]),
        },
        sample.total_weight * (value - power * LN2),
        note,
    )


def student_t(sample: Sample) -> Population:
    """One Student t population, its degrees of freedom held between 0.5 and 200."""
    from scipy.special import digamma, gammaln

    def make(y: Array, share: Array) -> Objective:
        def objective(theta: list[float]) -> tuple[float, list[float]]:
            location, log_scale, log_degrees = theta
            scale, nu = math.exp(log_scale), math.exp(log_degrees)
            q = (y - location) / (scale * math.sqrt(nu))
            h = np.hypot(1.0, q)
            logs, part = 2.0 * _sum(share * (np.log(h))), q / h
            square = _sum(share * part * part)
            value = float(gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu)) - 0.5 * (log_degrees + log(math.pi))
            value -= log_scale + 0.5 * (nu + 1.0) * logs
            bend = float(digamma(0.5 * (nu + 1.0)) - digamma(0.5 * nu)) - 1.0 / nu - logs
            gradient = [
                (nu + 1.0) * _sum(share * (part / h)) / (scale * math.sqrt(nu)),
                (nu + 1.0) * square - 1.0,
                0.5 * nu * (bend + (nu + 1.0) / nu * square),
            ]
            return value, gradient

        return objective

    low, high = log(FEWEST_DEGREES), log(MOST_DEGREES)
    theta, value, centre, power = _location_scale(sample, make, [log(3.0), log(20.0)], (low, high))
    note = ""
    if theta[2] >= high - 1e-9:
        note = "at its limit: a normal"
    elif theta[2] <= low + 1e-9:
        raise NotFitted("its tails have no bound")
    return Population(
        {
            "location": centre + _ldexp(theta[0], power),
            "scale": _ldexp(math.exp(theta[1]), power),
            "degrees": math.exp(theta[2]),
        },
        sample.total_weight * (value - power * LN2),
        note,
    )


def _sum(values: Array) -> float:
    return float(np.sum(values))


def log(x: float) -> float:
    """Return the natural logarithm, the same on every machine.

    >>> log(1.0)
    0.0
    """
    return float(_core.log(np.array([x]))[0])


def _ldexp(x: float, power: int) -> float:
    try:
        return math.ldexp(x, power)
    except OverflowError:
        return math.copysign(math.inf, x)
