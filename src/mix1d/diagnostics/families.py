"""Five families of a single population: where an optimiser begins, within what limits, and the densities.

What the optimiser climbs is written with SciPy and NumPy, for speed. What is reported comes from
`Family.log_density` at its end, rounded to a lattice: with the core's own exp and log.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, log1

Loss = Callable[[Array], float]

LOG_2_PI = 1.8378770664093453
LEAST_FREEDOM, MOST_FREEDOM = 1.0, 200.0  # of Student's t: a Cauchy, and a normal to all purposes
MOST_SKEW = 100.0  # of the skew-normal: a half-normal to all purposes
LEAST_SHAPE = 0.05  # of gamma and Weibull: below, nearly all of the density is at 0
GRAIN = 2.0**-16  # of the coordinates: its square is nothing to a log-likelihood


class Family(ABC):
    """One family, by two or three coordinates; its width ends at a floor, as that of a component does."""

    name: str
    positive: bool
    logarithms: bool
    """Whether the width is one of the logarithms of the values."""

    @abstractmethod
    def limits(self, floor: float) -> list[tuple[float, float]]:
        """Return the least and the largest coordinates; `floor` is that of the width."""

    @abstractmethod
    def starts(self, x: Array, w: Array) -> list[list[float]]:
        """Return where to begin."""

    @abstractmethod
    def loss(self, x: Array, w: Array) -> Loss:
        """Return minus the log-likelihood, by coordinates."""

    @abstractmethod
    def log_density(self, x: Array, t: Array) -> Array:
        """Return the log-density at values, evaluated by the core."""

    @abstractmethod
    def parameters(self, t: Array, unit: float) -> dict[str, float]:
        """Return the parameters by the names of `scipy.stats`, of data in units of `unit`."""

    @abstractmethod
    def width(self, t: Array) -> float:
        """Return what the floor is for."""

    def edge(self, t: Array) -> float:
        """Return over which length the density rises from nothing where it does so most steeply."""
        return math.inf

    def note(self, t: Array) -> str:
        """Say what is special about an estimate."""
        return ""

    def on_lattice(self, t: Array) -> Array:
        """Return coordinates rounded, so that the last digits of the optimiser do not matter."""
        return np.round(t / GRAIN) * GRAIN


class Lognormal(Family):
    """Coordinates: mean and log sd of the logarithms."""

    name, positive, logarithms = "lognormal", True, True

    def limits(self, floor: float) -> list[tuple[float, float]]:  # noqa: D102
        return [(-math.inf, math.inf), (math.log(floor), math.inf)]

    def starts(self, x: Array, w: Array) -> list[list[float]]:  # noqa: D102
        mean, sd = mean_and_sd(np.log(x), w)
        return [[mean, math.log(sd)]]

    def loss(self, x: Array, w: Array) -> Loss:  # noqa: D102
        logs = np.log(x)

        def loss(t: Array) -> float:
            z = (logs - t[0]) * _e(-t[1])
            return float(np.sum(w * (0.5 * z * z + t[1] + logs)) + np.sum(w) * 0.5 * LOG_2_PI)

        return loss

    def log_density(self, x: Array, t: Array) -> Array:  # noqa: D102
        logs = _core.log(x)
        z = (logs - t[0]) / exp1(t[1])
        density: Array = -0.5 * z * z - t[1] - logs - 0.5 * LOG_2_PI
        return density

    def parameters(self, t: Array, unit: float) -> dict[str, float]:  # noqa: D102
        return {"s": exp1(t[1]), "scale": exp1(t[0]) * unit}

    def width(self, t: Array) -> float:  # noqa: D102
        return exp1(t[1])


class Gamma(Family):
    """Coordinates: log shape, log scale."""

    name, positive, logarithms = "gamma", True, True

    def limits(self, floor: float) -> list[tuple[float, float]]:  # noqa: D102
        return [(math.log(LEAST_SHAPE), max(-2.0 * math.log(floor), 0.0)), (-math.inf, math.inf)]

    def starts(self, x: Array, w: Array) -> list[list[float]]:  # noqa: D102
        mean, sd = mean_and_sd(x, w)
        shape = max((mean / sd) ** 2, 1e-300)
        return [[math.log(shape), math.log(mean) - math.log(shape)]]

    def loss(self, x: Array, w: Array) -> Loss:  # noqa: D102
        from scipy.special import gammaln

        logs = np.log(x)

        def loss(t: Array) -> float:
            a, scale = _e(t[0]), max(_e(t[1]), 1e-300)
            return float(-np.sum(w * ((a - 1.0) * logs - x / scale)) + np.sum(w) * (gammaln(a) + a * t[1]))

        return loss

    def log_density(self, x: Array, t: Array) -> Array:  # noqa: D102
        a = exp1(t[0])
        density: Array = (a - 1.0) * _core.log(x) - x / exp1(t[1]) - (log_gamma(a) + a * t[1])
        return density

    def parameters(self, t: Array, unit: float) -> dict[str, float]:  # noqa: D102
        return {"a": exp1(t[0]), "scale": exp1(t[1]) * unit}

    def width(self, t: Array) -> float:  # noqa: D102
        return exp1(-0.5 * t[0])


class Weibull(Family):
    """Coordinates: log shape, log scale."""

    name, positive, logarithms = "Weibull", True, True

    def limits(self, floor: float) -> list[tuple[float, float]]:  # noqa: D102
        return [(math.log(LEAST_SHAPE), max(math.log(1.2826 / floor), 0.0)), (-math.inf, math.inf)]

    def starts(self, x: Array, w: Array) -> list[list[float]]:  # noqa: D102
        mean, sd = mean_and_sd(np.log(x), w)
        shape = 1.2826 / sd  # the sd of a standard Gumbel variable
        return [[math.log(shape), mean + 0.5772 / shape]]

    def loss(self, x: Array, w: Array) -> Loss:  # noqa: D102
        logs = np.log(x)

        def loss(t: Array) -> float:
            c = _e(t[0])
            z = logs - t[1]
            return float(-np.sum(w * (t[0] - t[1] + (c - 1.0) * z - np.exp(c * z))))

        return loss

    def log_density(self, x: Array, t: Array) -> Array:  # noqa: D102
        c = exp1(t[0])
        z = _core.log(x) - t[1]
        density: Array = t[0] - t[1] + (c - 1.0) * z - _core.exp(c * z)
        return density

    def parameters(self, t: Array, unit: float) -> dict[str, float]:  # noqa: D102
        return {"c": exp1(t[0]), "scale": exp1(t[1]) * unit}

    def width(self, t: Array) -> float:  # noqa: D102
        return 1.2826 * exp1(-t[0])


class _Located(Family):
    """A family of the whole line. Coordinates: location, log scale, shape."""

    positive = logarithms = False

    def width(self, t: Array) -> float:
        return exp1(t[1])

    def on_lattice(self, t: Array) -> Array:
        rounded: Array = np.round(t / GRAIN) * GRAIN
        step = GRAIN * exp1(rounded[1])  # a location matters to a part of the scale
        rounded[0] = round(float(t[0]) / step) * step
        return rounded


class SkewNormal(_Located):
    """Coordinates: location, log scale, skewness parameter."""

    name = "skew-normal"

    def limits(self, floor: float) -> list[tuple[float, float]]:  # noqa: D102
        return [(-math.inf, math.inf), (math.log(floor), math.inf), (-MOST_SKEW, MOST_SKEW)]

    def starts(self, x: Array, w: Array) -> list[list[float]]:  # noqa: D102
        mean, sd = mean_and_sd(x, w)
        return [[mean - side * sd, math.log(1.4 * sd), 3.0 * side] for side in (1.0, -1.0)]

    def loss(self, x: Array, w: Array) -> Loss:  # noqa: D102
        from scipy.special import log_ndtr

        def loss(t: Array) -> float:
            z = (x - t[0]) * _e(-t[1])
            constant = math.log(2.0) - 0.5 * LOG_2_PI
            return float(-np.sum(w * (constant - t[1] - 0.5 * z * z + log_ndtr(t[2] * z))))

        return loss

    def log_density(self, x: Array, t: Array) -> Array:  # noqa: D102
        z = (x - t[0]) / exp1(t[1])
        density: Array = log_twice_normal_cdf(t[2] * z) - 0.5 * LOG_2_PI - t[1] - 0.5 * z * z
        return density

    def parameters(self, t: Array, unit: float) -> dict[str, float]:  # noqa: D102
        return {"a": float(t[2]), "loc": float(t[0]) * unit, "scale": exp1(t[1]) * unit}

    def edge(self, t: Array) -> float:  # noqa: D102
        return exp1(t[1]) / max(abs(float(t[2])), 1.0)

    def note(self, t: Array) -> str:  # noqa: D102
        return "a half-normal, to all purposes" if abs(t[2]) >= 0.99 * MOST_SKEW else ""


class Student(_Located):
    """Coordinates: location, log scale, log degrees of freedom."""

    name = "t"

    def limits(self, floor: float) -> list[tuple[float, float]]:  # noqa: D102
        freedom = (math.log(LEAST_FREEDOM), math.log(MOST_FREEDOM))
        return [(-math.inf, math.inf), (math.log(floor), math.inf), freedom]

    def starts(self, x: Array, w: Array) -> list[list[float]]:  # noqa: D102
        bound = np.cumsum(w)
        low, median, high = x[np.searchsorted(bound, np.array([0.25, 0.5, 0.75]) * bound[-1])].tolist()
        spread = (high - low) / 1.349 or mean_and_sd(x, w)[1]
        return [[median, math.log(spread), math.log(nu)] for nu in (2.0, 20.0)]

    def loss(self, x: Array, w: Array) -> Loss:  # noqa: D102
        from scipy.special import gammaln

        def loss(t: Array) -> float:
            nu = _e(t[2])
            z = (x - t[0]) * _e(-t[1])
            constant = gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu) - 0.5 * math.log(nu * math.pi)
            return float(-np.sum(w * (constant - t[1] - 0.5 * (nu + 1.0) * np.log1p(z * z / nu))))

        return loss

    def log_density(self, x: Array, t: Array) -> Array:  # noqa: D102
        nu = exp1(t[2])
        z = np.abs(x - t[0]) / exp1(t[1])
        far = z > 1e150  # the square would leave the range of doubles
        tail = _core.log(1.0 + np.where(far, 0.0, z) ** 2 / nu)
        tail = np.where(far, 2.0 * _core.log(np.where(far, z, 1.0)) - t[2], tail)
        constant = log_gamma(0.5 * (nu + 1.0)) - log_gamma(0.5 * nu) - 0.5 * log1(nu * math.pi)
        density: Array = constant - t[1] - 0.5 * (nu + 1.0) * tail
        return density

    def parameters(self, t: Array, unit: float) -> dict[str, float]:  # noqa: D102
        return {"df": exp1(t[2]), "loc": float(t[0]) * unit, "scale": exp1(t[1]) * unit}

    def note(self, t: Array) -> str:  # noqa: D102
        if t[2] <= math.log(1.01 * LEAST_FREEDOM):
            return "a Cauchy distribution, to all purposes"
        return "a normal, to all purposes" if t[2] >= math.log(0.99 * MOST_FREEDOM) else ""


FAMILIES: tuple[Family, ...] = (Lognormal(), Gamma(), Weibull(), SkewNormal(), Student())


def log_gamma(a: float) -> float:
    """Return log Gamma(a), a > 0, with the core's logarithm: Stirling's series from 10 on.

    Abramowitz & Stegun 6.1.40; the first term left out is below 1e-17 there.

    >>> round(log_gamma(0.5), 14), round(log_gamma(11.0), 13)
    (0.5723649429247, 15.1044125730755)
    """
    product = 1.0
    while a < 10.0:
        product *= a
        a += 1.0
    y = 1.0 / (a * a)
    series = 1.0 / 12.0 - y * (
        1.0 / 360.0
        - y * (1.0 / 1260.0 - y * (1.0 / 1680.0 - y * (1.0 / 1188.0 - y * (691.0 / 360360.0 - y / 156.0))))
    )
    return (a - 0.5) * log1(a) - a + 0.5 * LOG_2_PI + series / a - log1(product)


def log_twice_normal_cdf(z: Array) -> Array:
    """Return the logarithm of twice the standard normal distribution function, with the core's functions.

    >>> log_twice_normal_cdf(np.array([0.0, -40.0, 40.0])).round(6).tolist()
    [0.0, -803.915295, 0.693147]
    """
    scaled = _core.erfcx(np.ascontiguousarray(np.abs(z) * 0.7071067811865476))
    with np.errstate(over="ignore", under="ignore"):
        below = -0.5 * z * z + _core.log(scaled)
        upper = _core.log(np.maximum(2.0 - scaled * _core.exp(-0.5 * z * z), 1.0))
    return np.where(z < 0.0, below, upper)


def mean_and_sd(x: Array, w: Array) -> tuple[float, float]:
    """Return the weighted mean and sd; no square leaves the range of doubles."""
    mean = float(np.average(x, weights=w))
    largest = float(np.max(np.abs(x - mean))) or 1.0
    return mean, largest * math.sqrt(max(float(np.average(((x - mean) / largest) ** 2, weights=w)), 1e-300))


def exp1(x: float) -> float:
    """Return exp(x) of the core."""
    return float(_core.exp(np.array([min(float(x), 700.0)]))[0])


def _e(x: float) -> float:
    return math.exp(min(float(x), 700.0))
