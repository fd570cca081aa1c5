"""Probabilities of intervals, and quantiles on the log scale, of a mixture given as plain arrays."""

from __future__ import annotations

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.model.moments import NODE_WEIGHTS, NODES

ONE, ZERO = np.ones(1), np.zeros(1)
SAFE = 1e-280  # the logarithm of a sum above this is as good as one taken on the log scale
LOWEST = -700.0  # exp of it is far from the denormal numbers
LARGEST = np.finfo(np.float64).max


def interval(low: Array, high: Array, mixture: Arrays) -> Array:
    """Return the probability from `low` to `high`, minus that from `high` to `low` where they are swapped."""
    swapped = high < low
    low, high = np.where(swapped, high, low), np.where(swapped, low, high)
    total = np.where(np.isnan(low) | np.isnan(high), np.nan, 0.0)
    for w, m, s in zip(*mixture, strict=True):
        total += w * _Piece(low, high, m, s).probability()
    return np.where(swapped, -total, total)


def log_interval(low: Array, high: Array, mixture: Arrays) -> Array:
    """Return the logarithm of the probability from `low` to `high`, NaN where they are swapped."""
    weights, means, sds = mixture
    inside, rest = interval(low, high, mixture), outside(low, high, mixture)
    with np.errstate(invalid="ignore"):
        found = np.where(inside > 0.5, log1p(-rest), _core.log(np.maximum(inside, 0.0)))
    found[high < low] = np.nan
    faint = (inside < SAFE) & (low < high)
    if faint.any():
        kept = np.flatnonzero(weights)
        terms = np.stack(
            [
                _core.log(weights[j : j + 1]) + _Piece(low[faint], high[faint], means[j], sds[j]).logarithm()
                for j in kept
            ]
        )
        found[faint] = log_sum(terms)
    return found


def outside(low: Array, high: Array, mixture: Arrays) -> Array:
    """Return the probability below `low` or above `high`, which is above 1 where they are swapped."""
    return _core.probability(low, mixture) + _core.probability(high, mixture, above=True)


def log_outside(low: Array, high: Array, mixture: Arrays) -> Array:
    """Return the logarithm of the probability below `low` or above `high`."""
    tails = np.stack(
        [_core.probability(x, mixture, above, log=True) for x, above in ((low, False), (high, True))]
    )
    inside = interval(low, high, mixture)
    return np.where(inside < 0.5, log1p(-inside), log_sum(tails))


def ilogcdf(p: Array, mixture: Arrays) -> Array:
    """Return the x at which the logarithm of the probability below is `p`; NaN above 0."""
    found = np.full_like(p, np.nan)
    upper, deep = (p > -0.5) & (p <= 0.0), p < LOWEST
    lower = (p <= -0.5) & ~deep
    found[upper] = _core.quantile(-_expm1(p[upper]), mixture, above=True)
    found[lower] = _core.quantile(_core.exp(p[lower]), mixture)
    found[deep] = _deep_quantile(p[deep], *mixture)
    return found


def ilogccdf(p: Array, mixture: Arrays) -> Array:
    """Return the x at which the logarithm of the probability above is `p`; NaN above 0."""
    weights, means, sds = mixture
    return -ilogcdf(p, (weights, -means, sds))


class _Piece:
    """An interval under one normal, seen from its end nearer to the mean, in units of about the sd.

    The difference of two tails loses digits where they are nearly equal. There the density is integrated:
    that at the near end, which the core has to the last digits, times the integral over u from 0 to h of
    exp(-(z u + u^2 / 2)), z the near end in sds, by 16 Gauss-Legendre nodes. Where (|z| + h + 1) h <= 4 their
    error is below 1e-20; elsewhere the farther tail is at most an eighth of the nearer one.
    """

    def __init__(self, low: Array, high: Array, mean: float, sd: float) -> None:
        power = -int(np.frexp(sd)[1])
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            if np.isinf(np.ldexp(mean, power)):  # doubles near the mean are many sds apart
                low, high, mean = low - mean, high - mean, 0.0
            self.low, self.high = _kept(low, power), _kept(high, power)
            self.width = self.high - self.low
            self.mean, self.sd = np.ldexp([mean], power), np.ldexp([sd], power)
            self.normal = ONE, self.mean, self.sd
            self.below = self.high <= self.mean
            self.near = np.where(self.below, self.high, self.low)
            self.far = np.where(self.below, self.low, self.high)
            z = np.where(self.below, self.mean - self.high, self.low - self.mean) / self.sd
            h = self.width / self.sd
            self.narrow = (np.abs(z) + h + 1.0) * h <= 4.0
        self.z, self.h = np.where(self.narrow, z, 0.0), np.where(self.narrow, h, 0.0)
        self.astride = ~self.below & (self.low < self.mean)

    def _tail(self, x: Array, log: bool = False) -> Array:
        """Return the mass of the tail that the interval lies in, from x outwards."""
        below, above = (_core.probability(x, self.normal, side, log) for side in (False, True))
        return np.where(self.below, below, above)

    def _shape(self) -> Array:
        """Return the integral, over the width, of the density as a multiple of that at the near end."""
        u = 0.5 * self.h[:, np.newaxis] * (1.0 + NODES)
        falls = _core.exp(-((self.z[:, np.newaxis] + 0.5 * u) * u).ravel()).reshape(u.shape)
        # a fixed order of addition, on every machine
        total = np.zeros_like(self.h)
        for weight, column in zip(NODE_WEIGHTS, falls.T, strict=True):
            total += weight * column
        return 0.5 * total

    def probability(self) -> Array:
        near, far = self._tail(self.near), self._tail(self.far)
        outside = _core.probability(self.low, self.normal) + _core.probability(
            self.high, self.normal, above=True
        )
        wide = np.where(self.astride, 1.0 - outside, near - far)
        width = np.where(self.narrow, self.width, 0.0)
        return np.where(self.narrow, _core.density(self.near, self.normal) * width * self._shape(), wide)

    def logarithm(self) -> Array:
        near, far = self._tail(self.near, log=True), self._tail(self.far, log=True)
        density = _core.density(self.near, self.normal, log=True)
        width = np.where(self.narrow, self.width, 1.0)
        with np.errstate(invalid="ignore"):
            wide = near + _core.log(1.0 - _core.exp(np.where(far > -np.inf, far - near, -np.inf)))
        wide = np.where(self.astride, _core.log(np.maximum(self.probability(), 0.0)), wide)
        return np.where(self.narrow, density + _core.log(width) + _core.log(self._shape()), wide)


def _kept(x: Array, power: int) -> Array:
    """Return x * 2^power, the largest double where a finite x would overflow."""
    scaled: Array = np.ldexp(x, power)
    return np.where(np.isinf(x), x, np.clip(scaled, -LARGEST, LARGEST))


def _deep_quantile(p: Array, weights: Array, means: Array, sds: Array) -> Array:
    """Solve logcdf(x) = p for p below `LOWEST`: bracketed Newton steps.

    The quantile lies between the smallest and the largest of those of the components, which are the same
    number of sds from their means.
    """
    kept = weights > 0.0
    weights, means, sds = weights[kept], means[kept], sds[kept]
    # in units of about the widest sd, which rules the tails, or of what keeps the means finite
    power = max(int(np.frexp(sds.max())[1]), int(np.frexp(np.abs(means).max())[1]) - 1000)
    means, sds = np.ldexp(means, -power), np.maximum(np.ldexp(sds, -power), 5e-324)
    finite = np.maximum(p, -LARGEST)
    z = -np.sqrt(-finite) * np.sqrt(2.0)
    for _ in range(8):  # so far out the slope of log cdf is -z, but for 1 / z^2 of it
        z -= (finite - _core.probability(z, (ONE, ZERO, ONE), log=True)) / z
    with np.errstate(over="ignore"):
        ends = np.clip(means + z[:, np.newaxis] * sds, -LARGEST, LARGEST)
    left, right = ends.min(axis=1), ends.max(axis=1)
    x = left
    for _ in range(2000):
        below = _core.probability(x, (weights, means, sds), log=True)
        left, right = np.where(below <= p, x, left), np.where(below >= p, x, right)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            slope = _slope(x, below, weights, means, sds)
            newton = x + (finite - below) / slope
        inside = (newton >= left) & (newton <= right) & (slope < np.inf)
        step = np.where(inside, newton, 0.5 * left + 0.5 * right)
        settled = (np.abs(step - x) <= 4e-16 * np.abs(x)) | (left == right)
        x = step
        if settled.all():
            break
    with np.errstate(over="ignore"):
        return np.where(np.isneginf(p), -np.inf, np.ldexp(x, power))


def _slope(x: Array, below: Array, weights: Array, means: Array, sds: Array) -> Array:
    """Return the derivative of log cdf far out, where it takes the value `below`."""
    ratio = _core.exp(_core.density(x, (weights, means, sds), log=True) - below)
    shares = _core.responsibilities(x, (weights, means, sds))
    falls = np.zeros_like(x)
    for j in range(len(means)):
        falls += shares[:, j] * ((means[j] - x) / sds[j] / sds[j])
    return np.where(below > -1e8, ratio, falls)  # two logarithms above 1e8 have no digits to differ in


def log_sum(terms: Array) -> Array:
    """Return log(sum of exp) over the first axis."""
    top = terms.max(axis=0)
    finite = np.where(np.isinf(top), 0.0, top)
    total = np.zeros_like(top)
    for row in terms:
        total += _core.exp(row - finite)
    return finite + _core.log(total)


def log1p(x: Array) -> Array:
    """Return log(1 + x), exact for small x (Kahan's correction)."""
    y = 1.0 + x
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(
            y == 1.0, x, np.where(y > 0.0, _core.log(np.maximum(y, 0.0)) * (x / (y - 1.0)), -np.inf)
        )


def _expm1(x: Array) -> Array:
    """Return exp(x) - 1, exact for small x (Kahan's correction)."""
    y = _core.exp(x)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(y == 1.0, x, (y - 1.0) * (x / _core.log(y)))
