"""A single skewed population as a rival of a mixture: five families, fitted and compared by BIC."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d._finding import Finding
from mix1d.data import Sample
from mix1d.mixture import Mixture

if TYPE_CHECKING:
    from typing import Any

Array = NDArray[np.float64]
_Loss = Callable[[Array], float]
_Fitted = tuple[float, dict[str, float], str]  # log-likelihood, parameters, note

BETTER = 2.0  # of BIC: less is not worth a finding
MOST_FREEDOM = 200.0  # degrees of freedom from which Student's t is a normal
GENEROUS, SPARE = 3.0, 5.0  # factor and nats by which the screen overestimates a single population
LOG_2_PI = 1.8378770664093453


@dataclass(frozen=True, slots=True)
class Rival:
    """One population of one family, fitted by maximum likelihood."""

    family: str
    """``"lognormal"``, ``"gamma"``, ``"Weibull"``, ``"skew-normal"`` or ``"t"``."""
    parameters: dict[str, float]
    """By their names in `scipy.stats`; without a shift for the families of positive values."""
    log_likelihood: float
    n_parameters: int
    bic: float
    difference: float
    """`bic` minus that of the mixture: negative where the rival is better."""
    note: str
    """What is special about the estimate, empty as a rule."""


class _Family(NamedTuple):
    name: str
    positive: bool
    loss: Callable[[Array, Array], _Loss]  # minus the log-likelihood by unbounded coordinates
    starts: Callable[[Array, Array], list[list[float]]]
    parameters: Callable[[Array, float], dict[str, float]]  # from the coordinates and the unit of the data


def rivals(sample: Sample, bic: float) -> tuple[Rival, ...]:
    """Fit one lognormal, gamma, Weibull, skew-normal and Student t each, and compare them with a mixture.

    Parameters
    ----------
    sample : Sample
        What the mixture was fitted to.
    bic : float
        Its BIC.

    Returns
    -------
    tuple of Rival
        The best first. The first three families only for positive values, without a shift. NaN where a
        family could not be fitted; empty for a constant column.

    Notes
    -----
    Nelder and Mead's method, then BFGS (scipy), from several starts, in units of a quartile or a standard
    deviation. Imports scipy.special and scipy.optimize; 20 to 100 ms for a few hundred values, more for
    thousands.

    Examples
    --------
    >>> from mix1d.data import read_sample
    >>> x = [1.0, 1.2, 1.5, 1.8, 2.0, 2.4, 2.9, 3.5, 4.8, 7.7]
    >>> rivals(read_sample(x), 40.0)[0].family
    'lognormal'
    """
    x, w = sample.values, sample.weights
    if len(x) < 2:
        return ()
    n = sample.total_weight
    log_n = float(_core.log(np.array([n]))[0])
    found = []
    for family in _families():
        if family.positive and not x[0] > 0.0:
            continue
        unit = _unit(x, family.positive)
        with np.errstate(over="ignore"):
            scaled = x / unit
        if not (math.isfinite(scaled[0]) and math.isfinite(scaled[-1])):
            fitted: _Fitted = (math.nan, {}, "the values span too many powers of ten")
        else:
            fitted = _fitted(family, scaled, w, unit, n)
        log_likelihood, parameters, note = fitted
        count = 2 if family.positive else 3
        own = -2.0 * log_likelihood + count * log_n
        found.append(Rival(family.name, parameters, log_likelihood, count, own, own - bic, note))
    return tuple(sorted(found, key=lambda r: math.inf if math.isnan(r.bic) else r.bic))


def rival_finding(
    sample: Sample, mixture: Mixture, log_likelihood: float, bic: float, n_parameters: int
) -> Iterator[Finding]:
    """Yield a finding when one population of another family fits better than the mixture.

    Only looks where `one_population_is_conceivable`, so that scipy is not imported in vain.
    """
    if len(sample.values) < 2:
        return
    if not one_population_is_conceivable(sample, log_likelihood, n_parameters):
        return
    best = next(iter(rivals(sample, bic)), None)
    if best is None or not best.difference <= -BETTER:
        return
    k = int(np.count_nonzero(mixture.weights))
    normals = "one normal" if k == 1 else f"{k} normals"
    yield Finding(
        "single_population",
        f"One {best.family} explains these data better than {normals} (BIC {best.difference:.1f}).",
        value=best.difference,
    )


def one_population_is_conceivable(sample: Sample, log_likelihood: float, n_parameters: int) -> bool:
    """Return False where no single population can come near the mixture, at the cost of a few sums.

    What a family gains over a normal comes from skewness g and heavy tails h (excess kurtosis): near the
    normal it is n (g^2 / 12 + h^2 / 48) nats, the first terms of an Edgeworth series (Barndorff-Nielsen & Cox
    1989, section 4). A family is conceivable when a normal in x, or in log x for positive values, with three
    times that gain and five nats more comes within the penalty on the mixture's further parameters.

    Examples
    --------
    >>> from mix1d.data import read_sample
    >>> sample = read_sample([float(i % 10 + 90 * (i > 99)) + i / 1000 for i in range(200)])
    >>> m = Mixture([0.5, 0.5], [4.5, 94.6], [2.9, 2.9])
    >>> one_population_is_conceivable(sample, float(m.logpdf(sample.values).sum()), 5)
    False
    """
    x, w, n = sample.values, sample.weights, sample.total_weight
    log_n = float(_core.log(np.array([max(n, 2.0)]))[0])
    needed = log_likelihood - 0.5 * max(n_parameters - 2, 1) * log_n
    heights = [_reach(x, w)]
    if x[0] > 0.0:
        logs = _core.log(x)
        heights.append(_reach(logs, w) - math.fsum((w * logs).tolist()))
    return max(heights) > needed


def _reach(x: Array, w: Array) -> float:
    """Return the log-likelihood of a normal, and what skewness and tails may add to it, generously."""
    n = float(np.sum(w))
    half = np.max(np.abs(x)) or 1.0
    y = x / half  # no power leaves the range of doubles
    mean = float(np.sum(w * y)) / n
    d = y - mean
    variance = float(np.sum(w * d * d)) / n
    if not variance > 0.0:
        return math.inf
    z = d / math.sqrt(variance)
    with np.errstate(over="ignore", invalid="ignore"):
        skewness, excess = float(np.sum(w * z**3)) / n, float(np.sum(w * z**4)) / n - 3.0
    if not math.isfinite(skewness) or not math.isfinite(excess):
        return math.inf
    log_sd = float(_core.log(np.array([math.sqrt(variance)]))[0] + _core.log(np.array([half]))[0])
    normal = -n * (log_sd + 0.5 + 0.5 * LOG_2_PI)
    return normal + GENEROUS * n * (skewness**2 / 12.0 + max(excess, 0.0) ** 2 / 48.0) + SPARE


def _unit(x: Array, positive: bool) -> float:
    """Return a power of two that brings the values near one."""
    scale = float(x[len(x) // 2]) if positive else 0.5 * float(x[-1]) - 0.5 * float(x[0])
    return math.ldexp(1.0, min(math.frexp(scale)[1], 1023) if scale > 0.0 else 0)


def _fitted(family: _Family, x: Array, w: Array, unit: float, n: float) -> _Fitted:
    from scipy.optimize import minimize

    with np.errstate(divide="ignore"):  # the logarithm of what vanishes in this unit
        loss = family.loss(x, w)

    def bounded(theta: Array) -> float:
        value = loss(theta)
        return value if math.isfinite(value) else 1e300

    best: Any = None
    with np.errstate(all="ignore"):
        for start in _starts(family, x, w):
            if not all(map(math.isfinite, start)):
                continue
            rough = minimize(bounded, start, method="Nelder-Mead", options={"maxiter": 600, "xatol": 1e-4})
            fine = minimize(bounded, rough.x, method="BFGS", options={"gtol": 1e-6 * n})
            for found in (rough, fine):
                if math.isfinite(found.fun) and (best is None or found.fun < best.fun):
                    best = found
    if best is None or best.fun >= 1e299:
        return math.nan, {}, "could not be fitted"
    # the density of x is that of x / unit, over the unit
    log_likelihood = -float(best.fun) - n * float(_core.log(np.array([unit]))[0])
    parameters = family.parameters(best.x, unit)
    limit = parameters.get("df", 0.0) >= 0.99 * MOST_FREEDOM
    return log_likelihood, parameters, "a normal, to all purposes" if limit else ""


def _starts(family: _Family, x: Array, w: Array) -> list[list[float]]:
    try:
        return family.starts(x, w)
    except (ArithmeticError, ValueError):  # a moment beyond the doubles
        return []


def _families() -> tuple[_Family, ...]:
    from scipy.special import gammaln, log_ndtr

    def mean_and_sd(x: Array, w: Array) -> tuple[float, float]:
        mean = float(np.average(x, weights=w))
        largest = float(np.max(np.abs(x - mean))) or 1.0  # no square leaves the range of doubles
        return mean, largest * math.sqrt(
            max(float(np.average(((x - mean) / largest) ** 2, weights=w)), 1e-300)
        )

    def lognormal(x: Array, w: Array) -> _Loss:
        logs = np.log(x)

        def loss(t: Array) -> float:
            z = (logs - t[0]) * _e(-t[1])
            return float(np.sum(w * (0.5 * z * z + t[1] + logs)) + np.sum(w) * 0.5 * math.log(2.0 * math.pi))

        return loss

    def gamma(x: Array, w: Array) -> _Loss:
        logs = np.log(x)

        def loss(t: Array) -> float:
            a, scale = _e(t[0]), max(_e(t[1]), 1e-300)
            return float(-np.sum(w * ((a - 1.0) * logs - x / scale)) + np.sum(w) * (gammaln(a) + a * t[1]))

        return loss

    def weibull(x: Array, w: Array) -> _Loss:
        logs = np.log(x)

        def loss(t: Array) -> float:
            c = _e(t[0])
            z = logs - t[1]
            return float(-np.sum(w * (t[0] - t[1] + (c - 1.0) * z - np.exp(c * z))))

        return loss

    def skew_normal(x: Array, w: Array) -> _Loss:
        def loss(t: Array) -> float:
            z = (x - t[0]) * _e(-t[1])
            constant = math.log(2.0) - 0.5 * math.log(2.0 * math.pi)
            return float(-np.sum(w * (constant - t[1] - 0.5 * z * z + log_ndtr(t[2] * z))))

        return loss

    def student(x: Array, w: Array) -> _Loss:
        def loss(t: Array) -> float:
            nu = max(min(_e(t[2]), MOST_FREEDOM), 1e-300)
            z = (x - t[0]) * _e(-t[1])
            constant = gammaln(0.5 * (nu + 1.0)) - gammaln(0.5 * nu) - 0.5 * math.log(nu * math.pi)
            return float(-np.sum(w * (constant - t[1] - 0.5 * (nu + 1.0) * np.log1p(z * z / nu))))

        return loss

    def log_starts(x: Array, w: Array) -> list[list[float]]:
        mean, sd = mean_and_sd(np.log(x), w)
        return [[mean, math.log(sd)]]

    def gamma_starts(x: Array, w: Array) -> list[list[float]]:
        mean, sd = mean_and_sd(x, w)
        shape = max((mean / sd) ** 2, 1e-300)
        return [[math.log(shape), math.log(mean) - math.log(shape)]]

    def weibull_starts(x: Array, w: Array) -> list[list[float]]:
        mean, sd = mean_and_sd(np.log(x), w)
        shape = 1.2826 / sd  # the sd of a standard Gumbel variable
        return [[math.log(shape), mean + 0.5772 / shape]]

    def skew_starts(x: Array, w: Array) -> list[list[float]]:
        mean, sd = mean_and_sd(x, w)
        return [[mean - side * sd, math.log(1.4 * sd), 3.0 * side] for side in (1.0, -1.0)]

    def t_starts(x: Array, w: Array) -> list[list[float]]:
        bound = np.cumsum(w)
        low, median, high = x[np.searchsorted(bound, np.array([0.25, 0.5, 0.75]) * bound[-1])].tolist()
        spread = (high - low) / 1.349 or mean_and_sd(x, w)[1]
        return [[median, math.log(spread), math.log(nu)] for nu in (2.0, 20.0)]

    return (
        _Family(
            "lognormal", True, lognormal, log_starts, lambda t, u: {"s": _e(t[1]), "scale": _e(t[0]) * u}
        ),
        _Family("gamma", True, gamma, gamma_starts, lambda t, u: {"a": _e(t[0]), "scale": _e(t[1]) * u}),
        _Family(
            "Weibull", True, weibull, weibull_starts, lambda t, u: {"c": _e(t[0]), "scale": _e(t[1]) * u}
        ),
        _Family(
            "skew-normal",
            False,
            skew_normal,
            skew_starts,
            lambda t, u: {"a": float(t[2]), "loc": float(t[0]) * u, "scale": _e(t[1]) * u},
        ),
        _Family(
            "t",
            False,
            student,
            t_starts,
            lambda t, u: {"df": min(_e(t[2]), MOST_FREEDOM), "loc": float(t[0]) * u, "scale": _e(t[1]) * u},
        ),
    )


def _e(x: float) -> float:
    return math.exp(min(float(x), 700.0))
