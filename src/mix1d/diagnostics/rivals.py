"""A single skewed population as a rival of a mixture: five families, fitted and compared by BIC."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, log1
from mix1d.data.recorded_sample import as_exact
from mix1d.data.sample import Sample
from mix1d.diagnostics.families import FAMILIES, LOG_2_PI, Family
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Finding

_Fitted = tuple[float, dict[str, float], str]  # log-likelihood, parameters, note

BETTER = 2.0  # of BIC: less is not worth a finding
AT_LIMIT = 1e-3  # coordinates within so much of a limit are at the limit
COARSE = 0.5  # rounding in widths of an edge: one value, and all ties with it, would stand at its very top
AT_FLOOR = 1.01  # widths within so much of the floor are at the floor
GENEROUS, SPARE = 3.0, 5.0  # factor and nats by which the screen overestimates a single population


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


def rivals(outcome: Outcome) -> tuple[Rival, ...]:
    """Fit one lognormal, gamma, Weibull, skew-normal and Student t, and compare them by BIC.

    Returns
    -------
    tuple of Rival
        The best first: `.family`, `.parameters`, `.log_likelihood`, `.bic`, and `.difference`, negative where
        one population of that family explains the data better than this fit. The first three families only
        for positive values, without a shift. NaN where a family could not be fitted, or is not compared
        because the density would have a peak on ties: `note` says so. Empty for a constant column, and where
        rows are not values: bins, limits, or values with errors, windows or labels.

    Notes
    -----
    Nelder and Mead's method, then BFGS (scipy), from several starts, in units of a quartile or a standard
    deviation. Imports scipy.special and scipy.optimize; 20 to 100 ms for a few hundred values, more for
    thousands.

    A family is bounded as a component is: its width (of the logarithms, for the first three) must be above
    rounding and 1e-3 of the data's; Student's t has 1 to 200 degrees of freedom, the skew-normal a skewness
    of at most 100, gamma and Weibull a shape of at least 0.05. A column with a pile of equal values has no
    rival. The log-likelihood is the core's, at the optimum rounded to 2^-16.

    Examples
    --------
    >>> import mix1d
    >>> mix1d.fit([1.0, 1.2, 1.5, 1.8, 2.0, 2.4, 2.9, 3.5, 4.8, 7.7], 1).rivals()[0].family
    'lognormal'
    """
    sample = as_exact(outcome.sample)
    return () if sample is None else fitted_families(sample, outcome.bic)


def fitted_families(sample: Sample, bic: float) -> tuple[Rival, ...]:
    """Return the rivals of a mixture with that BIC; see `rivals`."""
    x, w = sample.values, sample.weights
    if len(x) < 2:
        return ()
    n = sample.total_weight
    log_n = log1(n)
    found = []
    tied = pile(sample)
    for family in FAMILIES:
        if family.positive and not x[0] > 0.0:
            continue
        unit = _unit(x, family.positive)
        with np.errstate(over="ignore"):
            scaled = x / unit
        if tied is not None:
            fitted: _Fitted = (math.nan, {}, f"not compared: {tied:.6g} occurs far too often for any density")
        elif not (
            math.isfinite(scaled[0]) and math.isfinite(scaled[-1]) and (scaled[0] or not family.positive)
        ):
            fitted = (math.nan, {}, "the values span too many powers of ten")
        else:
            fitted = _fitted(family, scaled, w, unit, n, (sample.resolution or 0.0) / unit)
        log_likelihood, parameters, note = fitted
        count = 2 if family.positive else 3
        own = -2.0 * log_likelihood + count * log_n
        found.append(Rival(family.name, parameters, log_likelihood, count, own, own - bic, note))
    return tuple(sorted(found, key=lambda r: math.inf if math.isnan(r.bic) else r.bic))


def rival_finding(outcome: Outcome) -> Iterator[Finding]:
    """Yield a finding when one population of another family fits better than the mixture.

    Only looks where `one_population_is_conceivable`, so that scipy is not imported in vain.
    """
    sample, weights, n_parameters = as_exact(outcome.sample), outcome.mixture.weights, outcome.n_parameters
    if sample is None or len(sample.values) < 2:
        return
    if not one_population_is_conceivable(sample, outcome.log_likelihood, n_parameters):
        return
    k = int(np.count_nonzero(weights))
    # components of weight 0 are no parameters of what is compared
    idle = (len(weights) - k) * (2 if n_parameters == 2 * len(weights) else 3)
    best = next(iter(fitted_families(sample, outcome.bic - idle * log1(sample.total_weight))), None)
    if best is None or not best.difference <= -BETTER:
        return
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

    >>> from mix1d.data.sample import read_sample
    >>> sample = read_sample([float(i % 10 + 90 * (i > 99)) + i / 1000 for i in range(200)])
    >>> from mix1d.model.mixture import Mixture
    >>> m = Mixture([0.5, 0.5], [4.5, 94.6], [2.9, 2.9])
    >>> one_population_is_conceivable(sample, float(m.logpdf(sample.values).sum()), 5)
    False
    """
    x, w, n = sample.values, sample.weights, sample.total_weight
    log_n = log1(max(n, 2.0))
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
    log_sd = log1(math.sqrt(variance)) + log1(float(half))
    normal = -n * (log_sd + 0.5 + 0.5 * LOG_2_PI)
    if not (math.isfinite(skewness) and math.isfinite(excess)):
        return math.inf
    return normal + GENEROUS * n * (skewness**2 / 12.0 + max(excess, 0.0) ** 2 / 48.0) + SPARE


def _unit(x: Array, positive: bool) -> float:
    """Return a power of two that brings the values near one."""
    scale = float(x[len(x) // 2]) if positive else 0.5 * float(x[-1]) - 0.5 * float(x[0])
    return math.ldexp(1.0, min(math.frexp(scale)[1], 1023) if scale > 0.0 else 0)


def _fitted(family: Family, x: Array, w: Array, unit: float, n: float, step: float) -> _Fitted:
    """Fit one family to scaled values; `step` is their resolution."""
    from scipy.optimize import minimize

    least = floor_of(
        _core.log(x) if family.logarithms else x, w, step / _middle(x, w) if family.logarithms else step
    )
    if not 0.0 < least < math.inf:
        return math.nan, {}, "the values have no spread of their own"
    low, high = np.array(family.limits(least)).T
    with np.errstate(divide="ignore"):  # the logarithm of what vanishes in this unit
        loss = family.loss(x, w)

    def bounded(theta: Array) -> float:
        inside = np.clip(theta, low, high)
        value = loss(inside) + n * float(np.sum(np.abs(theta - inside)))
        return value if math.isfinite(value) else 1e300

    best: Any = None
    with np.errstate(all="ignore"):
        for start in family.starts(x, w):
            if not all(map(math.isfinite, start)):
                continue
            begin = np.clip(start, low, high)
            rough = minimize(bounded, begin, method="Nelder-Mead", options={"maxiter": 600, "xatol": 1e-4})
            fine = minimize(bounded, rough.x, method="BFGS", options={"gtol": 1e-6 * n})
            for found in (rough, fine):
                if math.isfinite(found.fun) and (best is None or found.fun < best.fun):
                    best = found
    if best is None or best.fun >= 1e299:
        return math.nan, {}, "could not be fitted"
    end = np.clip(best.x, low, high)
    theta = family.on_lattice(end)
    theta = np.where(high - end < AT_LIMIT, high, np.where(end - low < AT_LIMIT, low, theta))
    if not family.width(theta) > max(AT_FLOOR * least, step / _middle(x, w) if family.logarithms else step):
        return math.nan, {}, "not compared: it would be as narrow as ties or rounding allow"
    if not family.edge(theta) > COARSE * step:
        return math.nan, {}, "not compared: it would end more steeply than rounding can tell"
    with np.errstate(over="ignore", under="ignore"):
        height = math.fsum((w * family.log_density(x, theta)).tolist())
    if not math.isfinite(height):
        return math.nan, {}, "could not be fitted"
    # the density of x is that of x / unit, over the unit
    return height - n * log1(unit), family.parameters(theta, unit), family.note(theta)


def floor_of(x: Array, w: Array, step: float) -> float:
    """Return the least width of a population, that of a component: of rounding, or 1e-3 of the data's sd."""
    mean = math.fsum((w * x).tolist()) / math.fsum(w.tolist())
    largest = float(np.max(np.abs(x - mean))) or 1.0
    variance = math.fsum((w * ((x - mean) / largest) ** 2).tolist()) / math.fsum(w.tolist())
    bound = np.cumsum(w)
    low, high = x[np.searchsorted(bound, np.array([0.25, 0.75]) * bound[-1])].tolist()
    sd = largest * math.sqrt(variance)
    robust = (high - low) / 1.349
    return max(step / math.sqrt(12.0), 1e-3 * (min(sd, robust) if robust > 0.0 else sd))


def pile(sample: Sample) -> float | None:
    """Return a value that far more rows have than its neighbours, None where there is none.

    At least 10 rows, 2 % of all and five times as many as the heaviest of the two nearest values on either
    side, among at least 15 distinct values: no smooth density has such a value.

    >>> from mix1d.data.sample import read_sample
    >>> pile(read_sample([0.0] * 30 + [i / 7 for i in range(1, 60)]))
    0.0
    """
    w = sample.weights
    if len(w) < 15 or sample.widths is not None:
        return None
    padded = np.concatenate([np.zeros(2), w, np.zeros(2)])
    around = np.max([np.roll(padded, shift)[2:-2] for shift in (-2, -1, 1, 2)], axis=0)
    piles = (w >= max(10.0, 0.02 * sample.total_weight)) & (w >= 5.0 * around)
    return float(sample.values[np.argmax(piles)]) if piles.any() else None


def _middle(x: Array, w: Array) -> float:
    bound = np.cumsum(w)
    return float(x[int(np.searchsorted(bound, 0.5 * bound[-1]))])
