"""Rivals: whether one population, perhaps skewed or with long tails, does as well as the mixture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mix1d import _core
from mix1d._finding import Finding
from mix1d.data import Sample
from mix1d.diagnostics import populations
from mix1d.diagnostics.populations import NotFitted, Population, log
from mix1d.mixture import Mixture

BETTER = 2.0  # of BIC: below, not worth a mention (Kass & Raftery 1995)
FAR_BETTER = 10.0  # against one normal
GRID = 40  # points per component and side at which densities are compared


@dataclass(frozen=True, slots=True)
class Rival:
    """A single population fitted by maximum likelihood."""

    family: str
    """``"lognormal"``, ``"gamma"``, ``"Weibull"``, ``"skew-normal"`` or ``"Student t"``."""
    parameters: dict[str, float]
    """By name, in the unit of the data, as in the notes of `rivals`; empty when the fit failed."""
    log_likelihood: float
    """Total, natural logarithm; NaN when the fit failed."""
    n_parameters: int
    """2, or 3 for the skew-normal and t."""
    bic: float
    """Smaller is better; NaN when the fit failed."""
    difference: float
    """`bic` minus that of the mixture: negative where this population does better."""
    note: str
    """What to know about the fit: that it failed and why, or that it ends at a limit of its family."""


def rivals(sample: Sample, mixture_bic: float) -> tuple[Rival, ...]:
    """Fit single populations of five shapes, and compare them with a mixture.

    Parameters
    ----------
    sample : Sample
        Pooled values and weights.
    mixture_bic : float
        The BIC of the mixture, p log n - 2 l with n the total weight.

    Returns
    -------
    tuple of Rival
        By rising BIC, those that could not be fitted last. The lognormal, gamma and Weibull are tried when
        all values are positive only. Nothing is raised: `note` says why a fit failed.

    Notes
    -----
    Maximum likelihood, weights as repetitions, over the parameters

    - lognormal: `log_mean` and `log_sd` of the logarithms;
    - gamma and Weibull: `shape` and `scale`, starting at 0;
    - skew-normal (Azzalini 1985): `location`, `scale` and `slant`, density 2 phi(z) Phi(slant z) / scale;
    - Student t: `location`, `scale` and `degrees` of freedom.

    Slants are held within 1000 either way, degrees of freedom between 0.5 and 200. All but the lognormal need
    scipy, which is imported here; the last digits may differ between machines. About 25 ms
    at n = 200 and 40 ms at n = 2000, and 0.3 s for scipy the first time.

    References
    ----------
    Azzalini, A. (1985). A class of distributions which includes the normal ones. Scandinavian Journal of
    Statistics 12, 171-178.

    Examples
    --------
    >>> import mix1d
    >>> from mix1d.data import read_sample
    >>> x = [0.4, 0.7, 0.8, 1.0, 1.1, 1.3, 1.6, 2.1, 3.0, 6.5]
    >>> best = rivals(read_sample(x), mix1d.fit(x, 2).bic)[0]
    >>> best.family, round(best.parameters["log_mean"], 3), round(best.difference, 1)
    ('lognormal', 0.304, -7.1)
    """
    families: list[tuple[str, int, Callable[[Sample], Population]]] = [
        ("skew-normal", 3, populations.skew_normal),
        ("Student t", 3, populations.student_t),
    ]
    if sample.values[0] > 0.0:
        families += [
            ("lognormal", 2, populations.lognormal),
            ("gamma", 2, populations.gamma),
            ("Weibull", 2, populations.weibull),
        ]
    found = []
    for family, p, fit in families:
        try:
            with np.errstate(all="ignore"):  # what is not finite is dealt with where it matters
                fitted = fit(sample)
            if not math.isfinite(fitted.log_likelihood):
                raise NotFitted("the likelihood is not finite")
        except NotFitted as failure:
            fitted = Population({}, math.nan, f"not fitted: {failure}")
        bic = p * log(sample.total_weight) - 2.0 * fitted.log_likelihood
        found.append(
            Rival(
                family,
                fitted.parameters,
                fitted.log_likelihood,
                p,
                bic,
                bic - mixture_bic,
                fitted.note,
            )
        )
    return tuple(sorted(found, key=lambda r: (math.isnan(r.bic), r.bic)))


def rival_findings(found: Sequence[Rival], n_components: int) -> Iterator[Finding]:
    """Yield the finding that one population explains the data better than the mixture, where one does.

    Parameters
    ----------
    found : sequence of Rival
        From `rivals`.
    n_components : int
        Components of positive weight in the mixture. Against a single normal the BIC must be lower by 10,
        against more by 2.
    """
    best = min(found, key=lambda r: math.inf if math.isnan(r.difference) else r.difference, default=None)
    if best is None or not best.difference <= -(BETTER if n_components > 1 else FAR_BETTER):
        return
    normals = f"{n_components} normals" if n_components > 1 else "one normal"
    yield Finding(
        "single_population",
        f"One {best.family} explains these data better than {normals} (BIC {best.difference:.1f}).",
        value=best.difference,
    )


def a_single_population_is_conceivable(sample: Sample, mixture: Mixture, n_parameters: int) -> bool:
    """Whether any density with a single mode might beat a fitted mixture by BIC: a screen before `rivals`.

    Parameters
    ----------
    sample : Sample
        What the mixture was fitted to.
    mixture : Mixture
        The fit.
    n_parameters : int
        Its number of parameters.

    Returns
    -------
    bool
        False when the dips between the modes are so deep that no density with one mode, or none, can win.

    Notes
    -----
    The five families have one mode or none. Of all densities g that rise up to M and fall beyond it, the
    nearest to the mixture f in Kullback-Leibler divergence is the slope of the greatest convex minorant of
    its distribution function below M, and of the least concave majorant above M (Grenander 1956, with f in
    the place of the data). The smallest divergence over M, from the masses of f between the points of a
    grid, is a lower bound D. The mixture's log-likelihood is then n D = L nats higher than that of any such
    density, give or take sqrt(2 L); the screen says no when L - 2 sqrt(2 L) exceeds what two parameters
    instead of `n_parameters` are worth in BIC.

    No pass over the data, no scipy; below 1 ms for three components.

    References
    ----------
    Grenander, U. (1956). On the theory of mortality measurement, part II. Skandinavisk Aktuarietidskrift 39,
    125-153.

    Examples
    --------
    >>> from mix1d.data import read_sample
    >>> sample = read_sample(range(500))
    >>> [
    ...     a_single_population_is_conceivable(sample, Mixture([0.4, 0.6], [0, gap], [1, 1]), 5)
    ...     for gap in (2, 6)
    ... ]
    [True, False]
    """
    loss = sample.total_weight * distance_to_one_mode(mixture)
    worth = 0.5 * (n_parameters - 2) * log(sample.total_weight)
    return not loss - 2.0 * math.sqrt(2.0 * loss) > worth


def distance_to_one_mode(mixture: Mixture) -> float:
    """Return a lower bound to the divergence of a mixture from densities of one mode, in nats.

    Examples
    --------
    >>> distance_to_one_mode(Mixture([0.5, 0.5], [0, 2], [1, 1]))
    0.0
    """
    modes = mixture.modes()
    if len(modes) < 2:
        return 0.0
    real = mixture.weights > 0.0
    steps = np.linspace(-5.0, 5.0, 2 * GRID + 1)
    grid = np.unique((mixture.means[real, None] + mixture.sds[real, None] * steps).ravel())
    # of two differences, that of the smaller numbers has all its digits
    mass = np.where(grid[1:] < mixture.median(), np.diff(mixture.cdf(grid)), -np.diff(mixture.ccdf(grid)))
    width = np.diff(np.ldexp(grid, -math.frexp(float(np.max(np.abs(grid))))[1]))
    kept = mass > 0.0
    mass, width = mass[kept], width[kept]
    below = _divergence(mass.tolist(), width.tolist())
    above = _divergence(mass[::-1].tolist(), width[::-1].tolist())[::-1]
    # M lies in one of the cells, which is left out
    return max(0.0, min(a + b for a, b in zip(below[:-1], above[1:], strict=True)))


def _divergence(mass: list[float], width: list[float]) -> list[float]:
    """Return the divergence of the first 0, 1, 2, ... cells from rising step densities of the same mass."""
    entropy, result = 0.0, [0.0]
    logs = _core.log(np.array(mass) / np.array(width)).tolist()
    pools: list[tuple[float, float, float]] = []  # mass, width, sum of mass log(mass / width) up to here
    for m, w, density in zip(mass, width, logs, strict=True):
        entropy += m * density
        pooled, wide = m, w
        while pools and pools[-1][0] * wide >= pooled * pools[-1][1]:  # it would fall: pool
            pooled, wide = pooled + pools[-1][0], wide + pools[-1][1]
            pools.pop()
        before = pools[-1][2] if pools else 0.0
        pools.append((pooled, wide, before + pooled * log(pooled / wide)))
        result.append(entropy - pools[-1][2])
    return result
