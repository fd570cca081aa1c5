"""Confidence intervals of quantities: profile likelihood, Wald, bootstrap, and calibrated profile."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d._progress import Progress
from mix1d.data import Sample, check_choice, check_level, check_replicates, check_seed, check_threads
from mix1d.uncertainty.quantities import (
    OF_ONE,
    OF_TWO,
    Kind,
    Quantity,
    normal_quantile,
    rows_of,
    standard_error,
    values_of,
    wald_bounds,
)
from mix1d.uncertainty.resampling import (
    RESAMPLINGS,
    Replicates,
    bootstrap,
    check_draws,
    check_enough,
    percentiles,
)

Array = NDArray[np.float64]

METHODS = ("profile", "wald", "bootstrap", "calibrated")
MOST_FALL = 400.0  # twenty standard errors
# Why a bound is open, in the order of `End` in src/core/inference/profile.hpp.
ENDS = (
    "",
    "the weight of a component reaches 0",
    "a component collapses",
    "the branch of maxima ends: components merge or change places",
    "the likelihood hardly falls however far one goes",
    "it is not defined beyond",
)
ENDLESS = 4


class Fit(NamedTuple):
    """What intervals need to know of a fit: a maximum of the likelihood of a sample."""

    sample: Sample
    mixture: tuple[Array, Array, Array]
    equal: bool
    regular: bool
    """Whether this is a maximum of the plain likelihood that determines all parameters."""
    held: tuple[int, ...] = ()
    """Where it is one of the penalised likelihood that determines all parameters but the widths of some
    components, which the penalty makes: these."""

    @property
    def determined(self) -> bool:
        """Whether there are standard errors and profile intervals of any component."""
        return self.regular or bool(self.held)

    @property
    def held_places(self) -> Array:
        """Where the components held stand among those of positive weight, as native functions take them."""
        return np.searchsorted(self.real, np.array(self.held, np.intp)).astype(np.float64)

    @property
    def real(self) -> NDArray[np.intp]:
        """The components of positive weight."""
        return np.flatnonzero(self.mixture[0])

    @property
    def real_mixture(self) -> tuple[Array, Array, Array]:
        """Those components alone."""
        w, m, s = self.mixture
        return w[self.real], m[self.real], s[self.real]


class Resample(NamedTuple):
    """How to resample; see `resampling.bootstrap`."""

    resampling: str = "weighted"
    replicates: int = 999
    rng: int | np.random.Generator | None = None
    threads: int | None = None
    progress: bool | Callable[[float, float], object] | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that follows from a fit, with its confidence interval. Usable as a float."""

    value: float
    standard_error: float
    """From the observed information by the delta method; of the replicates for the bootstrap."""
    lower: float
    upper: float
    level: float
    """The confidence level."""
    method: str
    """``"profile"``, ``"wald"``, ``"bootstrap"`` or ``"calibrated"``."""
    open_lower: str = ""
    """Why `lower` is open, in words; empty when it is not."""
    open_upper: str = ""
    reached_lower: float = math.nan
    """Where `lower` is open: how far the branch of maxima went; NaN where it is not, or goes on for ever."""
    reached_upper: float = math.nan
    fall_lower: float = math.nan
    """How far twice the log-likelihood has fallen there, short of the quantile that sets bounds; negative
    where it has risen above the estimate's, towards another optimum."""
    fall_upper: float = math.nan

    def __float__(self) -> float:
        return float(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.value, dtype)


def estimates(
    fit: Fit,
    quantities: Sequence[Quantity],
    level: float = 0.95,
    method: str = "profile",
    resample: Resample | None = None,
    drawn: Replicates | None = None,
) -> list[Estimate]:
    """Return an estimate with its interval for each quantity.

    Parameters
    ----------
    fit : Fit
        The maximum of the likelihood.
    quantities : sequence of Quantity
        Components are counted among those of positive weight.
    level : float
        The confidence level, between 0 and 1.
    method : {"profile", "wald", "bootstrap", "calibrated"}
        See the notes.
    drawn : Replicates, optional
        For the bootstrap, when they are at hand.
    resample : Resample, optional
        For the last two methods; those of parametric replicates for "calibrated" by default.

    Returns
    -------
    list of Estimate
        Bounds are NaN where the fit is no maximum that determines all parameters (`Fit.regular`). Where only
        a penalty holds up some components (`Fit.held`), profile and Wald intervals are those of the penalised
        likelihood with the sds of these components held at their values; what depends on one of them has
        none.

    Raises
    ------
    InputError
        When an argument cannot be used.
    KeyboardInterrupt
        On Ctrl-C.

    Notes
    -----
    Profile: the connected set that contains the estimate, of values for which twice the log-likelihood,
    maximised over everything else, falls by less than the quantile of chi-square with one degree of freedom
    (Venzon & Moolgavkar 1988, doi:10.2307/2347496). The local branch of maxima is followed from the estimate,
    so labels stay. Where it ends before the bound, the bound is open: infinite, or 0 or 1 for a probability.
    About ten Newton solves a bound.

    Wald: value -+ z standard errors, on the logit scale for probabilities and the log scale for sds.

    Bootstrap: percentiles of the replicates. Calibrated: profile, with a critical value for each quantity
    such that the share `level` of the replicates has a smaller fall at the estimate.
    """
    check_choice("method", method, METHODS)
    check_level("level", level)
    how = resample or Resample()
    if method == "bootstrap" and drawn is None:
        check_enough(check_replicates(how.replicates, 2), level)
    if not quantities:
        return []
    if not (fit.regular or (fit.held and method in ("profile", "wald"))) or method == "bootstrap":
        return _from_replicates(fit, quantities, level, method, drawn or replicates_of(fit, how))
    z = normal_quantile(level)
    critical = np.full(len(quantities), 0.0 if method == "wald" else z * z)
    if method == "calibrated":
        critical = calibrated_values(fit, quantities, level, how)
    rows = _core.profile_intervals(
        fit.sample.values,
        fit.sample.weights,
        fit.sample.resolution or 0.0,
        *fit.real_mixture,
        fit.equal,
        rows_of(quantities),
        critical,
        fit.held_places,
        check_threads(how.threads),
        None,
    )
    rows[[_depends_on(q, fit.held_places) for q in quantities], 1:] = math.nan
    (point,) = values_of(fit.real_mixture, quantities)
    found = []
    for q, value, (_, error, lower, upper, below, above, *reached) in zip(
        quantities, point.tolist(), rows.tolist(), strict=True
    ):
        if method == "wald":
            lower, upper = wald_bounds(q.kind, value, error, z)
            below = above = 0.0
        natural = standard_error(q.kind, value, error)
        known = not math.isnan(error)
        low, high = (ENDS[int(end)] if known else "" for end in (below, above))
        ends = [
            x if (low, high)[i % 2] not in ("", ENDS[ENDLESS]) else math.nan for i, x in enumerate(reached)
        ]
        found.append(Estimate(value, natural, lower, upper, level, method, low, high, *ends))
    return found


def _depends_on(quantity: Quantity, held: Array) -> bool:
    """Say whether a number depends on a component whose width is the penalty's."""
    if quantity.kind in OF_ONE:
        return quantity.i in held
    return len(held) > 0 if quantity.kind not in OF_TWO else bool({quantity.i, quantity.j} & {*held.tolist()})


def calibrated_values(fit: Fit, quantities: Sequence[Quantity], level: float, how: Resample) -> Array:
    """Return the critical value of each quantity: the `level` quantile of its falls in the replicates."""
    count = check_replicates(how.replicates, 2)
    resampling = check_choice("resampling", how.resampling, RESAMPLINGS)
    check_draws(fit.sample, resampling, len(fit.real))
    with Progress(how.progress) as report:
        falls = _core.calibrated_falls(
            fit.sample.values,
            fit.sample.weights,
            fit.sample.resolution or 0.0,
            *fit.real_mixture,
            fit.equal,
            rows_of(quantities),
            RESAMPLINGS.index(resampling),
            count,
            check_seed(how.rng),
            check_threads(how.threads),
            report,
        )
    # a replicate that collapsed has no interval: it counts as one that misses, with a fall beyond all others
    ranked: Array = np.sort(np.where(np.isnan(falls), MOST_FALL, falls), axis=0)
    critical: Array = ranked[min(math.ceil((count + 1) * level), count) - 1]
    return critical


def profile_falls(fit: Fit, quantity: Quantity, at: Array, threads: int | None = None) -> Array:
    """Return how far twice the log-likelihood falls where a quantity is held at some values.

    Parameters
    ----------
    fit : Fit
        The maximum of the likelihood.
    quantity : Quantity
        Components are counted among those of positive weight.
    at : ndarray (m,)
        The values.
    threads : int, optional
        Most threads to use; None for all processors.

    Returns
    -------
    ndarray (m,)
        At least 0 but for rounding; NaN where the branch of maxima ends before the value, or the quantity has
        no interval. About five Newton solves a value.

    Examples
    --------
    >>> from mix1d.data import read_sample
    >>> sample = read_sample([1.0, 2.0, 3.0, 4.0])
    >>> one = np.array([1.0]), np.array([2.5]), np.array([math.sqrt(1.25)])
    >>> fit = Fit(sample, one, False, True)
    >>> profile_falls(fit, Quantity(Kind.MEAN, 0), np.array([2.5, 3.5])).round(3).tolist()
    [0.0, 2.351]
    """
    if not fit.determined or _depends_on(quantity, fit.held_places):
        return np.full(len(at), math.nan)
    return _core.profile_fall(
        fit.sample.values,
        fit.sample.weights,
        fit.sample.resolution or 0.0,
        *fit.real_mixture,
        fit.equal,
        rows_of([quantity]),
        np.ascontiguousarray(at, np.float64),
        fit.held_places,
        check_threads(threads),
    )


def _from_replicates(
    fit: Fit, quantities: Sequence[Quantity], level: float, method: str, drawn: Replicates
) -> list[Estimate]:
    (point,) = values_of(fit.real_mixture, quantities)
    if not fit.regular:
        return [Estimate(v, math.nan, math.nan, math.nan, level, method) for v in point.tolist()]
    real = fit.real
    near = np.where([q.kind is Kind.MODE for q in quantities], [q.at for q in quantities], point)
    mixtures = drawn.weights[:, real], drawn.means[:, real], drawn.sds[:, real]
    table = values_of(mixtures, quantities, np.nan_to_num(near))
    lower, upper = percentiles(table, level)
    errors = np.array([_spread(column) for column in table.T.tolist()])
    return [
        Estimate(v, e, low, high, level, method)
        for v, e, low, high in zip(
            point.tolist(), errors.tolist(), lower.tolist(), upper.tolist(), strict=True
        )
    ]


def replicates_of(fit: Fit, how: Resample) -> Replicates:
    """Return the refits to samples drawn anew."""
    return bootstrap(
        fit.sample,
        fit.mixture,
        equal=fit.equal,
        collapsed=-1 if fit.regular else 0,
        resampling=how.resampling,
        replicates=how.replicates,
        rng=how.rng,
        threads=how.threads,
        progress=how.progress,
    )


def _spread(column: list[float]) -> float:
    if not all(map(math.isfinite, column)):
        return math.nan
    mean = math.fsum(column) / len(column)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in column) / (len(column) - 1))
