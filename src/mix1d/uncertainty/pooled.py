"""One quantity measured in several samples: the common value, and whether there is one."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mix1d.model.component import Component
from mix1d.model.mixture import Mixture
from mix1d.uncertainty.quantities import normal_quantile


@dataclass(frozen=True, slots=True)
class Pooled:
    """The mean of a quantity over samples, of which those at hand are a few."""

    value: float
    lower: float
    upper: float
    """Its interval, of the level of those it is made of."""
    spread: float
    """The standard deviation of the quantity between samples, beyond what their intervals explain."""
    p_value: float
    """Of the test that it is the same in all of them; NaN of a single one."""
    count: int
    """How many had an interval, and count."""


def pooled(values: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float = 0.95) -> Pooled | None:
    """Pool one quantity of several samples by random effects; None where no interval is finite.

    The standard error of each is the width of its interval over that of a normal one. The test is Cochran's
    Q, the variance between samples the estimate of moments, and the interval that of Hartung and Knapp,
    never narrower than the plain one, which keeps its level with few samples.

    References
    ----------
    DerSimonian, R. and Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical Trials 7,
    177-188. doi:10.1016/0197-2456(86)90046-2

    Hartung, J. and Knapp, G. (2001). A refined method for the meta-analysis of controlled clinical trials
    with binary outcome. Statistics in Medicine 20, 3875-3889. doi:10.1002/sim.1009

    Roever, C., Knapp, G. and Friede, T. (2015). Hartung-Knapp-Sidik-Jonkman approach and its modification for
    random-effects meta-analysis with few studies. BMC Medical Research Methodology 15, 99.
    doi:10.1186/s12874-015-0091-1

    Examples
    --------
    >>> both = pooled([5.0, 5.4, 5.2], [4.6, 5.0, 4.8], [5.4, 5.8, 5.6])
    >>> print(f"{both.value:.2f} ({both.lower:.2f} to {both.upper:.2f}), spread {both.spread:.2f}")
    5.20 (4.69 to 5.71), spread 0.00
    """
    x, low, high = (np.asarray(a, np.float64) for a in (values, lower, upper))
    known = np.isfinite(x) & np.isfinite(low) & np.isfinite(high) & (high > low)
    x, errors = x[known], (high - low)[known] / (2.0 * normal_quantile(level))
    m = len(x)
    if not m:
        return None
    if m == 1:
        return Pooled(float(x[0]), float(low[known][0]), float(high[known][0]), 0.0, math.nan, 1)
    weights = errors**-2.0
    common = float(weights @ x / weights.sum())
    q = float(weights @ (x - common) ** 2)
    between = max(0.0, (q - (m - 1)) / float(weights.sum() - (weights**2).sum() / weights.sum()))
    weights = 1.0 / (errors**2 + between)
    value = float(weights @ x / weights.sum())
    scatter = float(weights @ (x - value) ** 2) / (m - 1)
    t = Component("student_t", df=float(m - 1), loc=0.0, scale=1.0).icdf(0.5 + level / 2.0)
    reach = float(t) * math.sqrt(max(scatter, 1.0) / float(weights.sum()))
    chi_square = Mixture([1.0], components=[Component("gamma", shape=(m - 1) / 2.0, scale=2.0)])
    p_value = float(chi_square.ccdf(q))
    return Pooled(value, value - reach, value + reach, math.sqrt(between), p_value, m)
