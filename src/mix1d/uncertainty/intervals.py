"""Confidence intervals of quantities: profile likelihood, Wald, bootstrap, and calibrated profile."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from mix1d import _core, showing
from mix1d.arrays import Array
from mix1d.data.arguments import Rng, check_choice, check_level, check_replicates, check_seed, check_threads
from mix1d.native import Options
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.outcome import Outcome, remembered
from mix1d.progress import Progress, Watching
from mix1d.uncertainty.quantities import (
    CROSSINGS,
    OF_ONE,
    OF_TWO,
    PLACED,
    Kind,
    Quantity,
    begin_near,
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
    check_calibration,
    check_draws,
    check_enough,
    percentiles,
    resampling_of,
)

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
    "its range ends there",
)
ENDLESS = 4

T = TypeVar("T")


class Wanted(NamedTuple):
    """What interval is wanted, and how to resample for it.

    Methods that resample take `resampling` ("weighted", "parametric" or "nonparametric"; None for weighted,
    and parametric for calibrated intervals), `replicates`, `rng` (None for a fixed seed, a seed, or a
    `numpy.random.Generator`; the same gives the same bits for any number of threads), `threads` and
    `progress` (as in `mix1d.fit`); `FitResult.replicates` explains them.
    """

    level: float = 0.95
    method: str = "profile"
    resampling: str = "weighted"
    replicates: int = 999
    rng: Rng = None
    threads: int | None = None
    progress: Watching = None


def wanted(
    level: float,
    method: str,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Wanted:
    """Return what a caller asks for, checked as far as can be done without a fit."""
    check_choice("method", method, METHODS)
    check_level("level", level)
    if method == "bootstrap":
        check_enough(check_replicates(replicates, 2), level)
    usual = "parametric" if method == "calibrated" else "weighted"
    kind = usual if resampling is None else resampling
    return Wanted(level, method, kind, replicates, rng, threads, progress)


def answered(outcome: Outcome, what: str, compute: Callable[[Maximum, Wanted], T], how: Wanted) -> T:
    """Return what is asked for, kept where nothing random is in it: printing asks several times."""
    fit = maximum_of(outcome)
    if how.method not in ("profile", "wald"):
        return compute(fit, how)
    return remembered(outcome, (what, how.level, how.method), lambda: compute(fit, how))


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
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

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __float__(self) -> float:
        return float(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.value, dtype)


def estimates(
    fit: Maximum, quantities: Sequence[Quantity], how: Wanted, drawn: Replicates | None = None
) -> list[Estimate]:
    """Return an estimate with its interval for each quantity.

    Components of quantities are counted among those of positive weight. `drawn` are the replicates for the
    bootstrap, when they are at hand.

    Returns
    -------
    list of Estimate
        Bounds are NaN where the fit is no maximum that determines all parameters. Where only a penalty holds
        up some components, profile and Wald intervals are those of the penalised likelihood with the sds of
        these components held at their values; what depends on one of them has none.

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
    level, method = how.level, how.method
    if not quantities:
        return []
    if not (fit.regular or (fit.held and method in ("profile", "wald"))) or method == "bootstrap":
        return _from_replicates(fit, quantities, how, replicates_of(fit, how) if drawn is None else drawn)
    z = normal_quantile(level)
    critical = np.full(len(quantities), 0.0 if method == "wald" else z * z)
    if method == "calibrated":
        critical = calibrated_values(fit, quantities, how)
    rows = _core.profile_intervals(
        fit.problem,
        fit.model,
        rows_of(quantities),
        critical,
        Options(threads=check_threads(how.threads)),
    )
    rows[[_depends_on(q, fit.held_places) for q in quantities], 1:] = math.nan
    point = _at_the_estimate(fit, quantities)
    found = []
    for q, value, (_, error, lower, upper, below, above, *reached) in zip(
        quantities, point.tolist(), rows.tolist(), strict=True
    ):
        if method == "wald":
            lower, upper = wald_bounds(q.kind, value, error, z)
            below = above = 0.0
        natural = standard_error(q.kind, value, error)
        known = not math.isnan(lower)
        low, high = (ENDS[int(end)] if known else "" for end in (below, above))
        ends = [
            x if (low, high)[i % 2] not in ("", ENDS[ENDLESS]) else math.nan for i, x in enumerate(reached)
        ]
        found.append(Estimate(value, natural, lower, upper, level, method, low, high, *ends))
    return found


def _at_the_estimate(fit: Maximum, quantities: Sequence[Quantity]) -> Array:
    """Return the values of the quantities."""
    point: Array = values_of(fit.real_arrays, quantities, _near(quantities))[0]
    if fit.background is not None:
        point[[q.kind is Kind.BACKGROUND for q in quantities]] = fit.background[0]
    return point


def _near(quantities: Sequence[Quantity]) -> Array:
    """Return the points near which quantities are sought."""
    return np.array([q.at if q.kind in CROSSINGS else begin_near(q) for q in quantities])


def _depends_on(quantity: Quantity, held: Sequence[int]) -> bool:
    """Say whether a number depends on a component whose width is the penalty's."""
    if quantity.kind in OF_ONE:
        return quantity.i in held
    if quantity.kind is Kind.BACKGROUND:
        return False
    return len(held) > 0 if quantity.kind not in OF_TWO else bool({quantity.i, quantity.j} & {*held})


def calibrated_values(fit: Maximum, quantities: Sequence[Quantity], how: Wanted) -> Array:
    """Return the critical value of each quantity: the `level` quantile of its falls in the replicates."""
    count = check_replicates(how.replicates, 2)
    resampling = check_choice("resampling", how.resampling, RESAMPLINGS)
    check_draws(fit.sample, resampling, len(fit.real))
    check_calibration(fit.sample)
    with Progress(how.progress) as report:
        falls = _core.calibrated_falls(
            fit.problem,
            fit.model,
            rows_of(quantities),
            resampling_of(fit.sample, resampling, count, check_seed(how.rng)),
            Options(threads=check_threads(how.threads), progress=report),
        )
    # a replicate that collapsed has no interval: it counts as one that misses, with a fall beyond all others
    ranked: Array = np.sort(np.where(np.isnan(falls), MOST_FALL, falls), axis=0)
    critical: Array = ranked[min(math.ceil((count + 1) * how.level), count) - 1]
    return critical


def profile_falls(fit: Maximum, quantity: Quantity, at: Array, threads: int | None = None) -> Array:
    """Return how far twice the log-likelihood falls where a quantity is held at values (m,).

    At least 0 but for rounding; NaN where the branch of maxima ends before the value, or the quantity has no
    interval. About five Newton solves a value.
    """
    if not fit.determined or _depends_on(quantity, fit.held_places):
        return np.full(len(at), math.nan)
    return _core.profile_fall(
        fit.problem,
        fit.model,
        rows_of([quantity]),
        np.ascontiguousarray(at, np.float64),
        Options(threads=check_threads(threads)),
    )


def _from_replicates(
    fit: Maximum, quantities: Sequence[Quantity], how: Wanted, drawn: Replicates
) -> list[Estimate]:
    level, method = how.level, how.method
    point = _at_the_estimate(fit, quantities)
    if not fit.regular:
        return [Estimate(v, math.nan, math.nan, math.nan, level, method) for v in point.tolist()]
    real = fit.real
    near = np.where([q.kind in PLACED for q in quantities], [q.at for q in quantities], point)
    if fit.families is not None:
        table = _of_families(fit, quantities, drawn, np.nan_to_num(near))
    else:
        mixtures = drawn.weights[:, real], drawn.means[:, real], drawn.sds[:, real]
        table = values_of(mixtures, quantities, np.nan_to_num(near))
    if drawn.background_weights is not None:
        of_background = [q.kind is Kind.BACKGROUND for q in quantities]
        table[:, of_background] = drawn.background_weights[:, None]
    lower, upper = percentiles(table, level)
    errors = np.array([_spread(column) for column in table.T.tolist()])
    return [
        Estimate(v, e, low, high, level, method)
        for v, e, low, high in zip(
            point.tolist(), errors.tolist(), lower.tolist(), upper.tolist(), strict=True
        )
    ]


def _of_families(fit: Maximum, quantities: Sequence[Quantity], drawn: Replicates, near: Array) -> Array:
    """Return the quantities of all replicates (B, m), whose components have families."""
    assert drawn.coordinates is not None
    weights = drawn.weights[:, fit.real]
    families = fit.real_arrays[3]
    locations, scales, shapes = (part[:, fit.real] for part in drawn.coordinates)
    return np.array(
        [
            values_of((w, m, s, families, t), quantities, near)[0]
            for w, m, s, t in zip(weights, locations, scales, shapes, strict=True)
        ]
    )


def replicates_of(fit: Maximum, how: Wanted) -> Replicates:
    """Return the refits to samples drawn anew."""
    return bootstrap(fit, how.resampling, how.replicates, how.rng, how.threads, how.progress)


def _spread(column: list[float]) -> float:
    if not all(map(math.isfinite, column)):
        return math.nan
    mean = math.fsum(column) / len(column)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in column) / (len(column) - 1))
