"""Standard errors, covariances, intervals and replicates of the parameters."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mix1d import showing
from mix1d.arrays import Array
from mix1d.data.arguments import Rng, check_choice
from mix1d.errors import InputError
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.outcome import Outcome, remembered
from mix1d.outcome.records import Finding
from mix1d.progress import Watching
from mix1d.uncertainty.covariance import Parameters, observed_covariance, sandwich_covariance
from mix1d.uncertainty.intervals import Estimate, Wanted, answered, estimates, replicates_of, wanted
from mix1d.uncertainty.own import own_errors, own_estimates
from mix1d.uncertainty.quantities import Kind, Quantity
from mix1d.uncertainty.resampling import Replicates, bootstrap, bootstrap_covariance, bootstrap_errors

COVARIANCES = ("observed", "sandwich", "bootstrap")
AMBIGUOUS = 0.05  # share of replicates from which it is worth a finding


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bounds:
    """Confidence intervals of all parameters: see `FitResult.confidence_interval`."""

    lower: Parameters
    upper: Parameters
    level: float
    method: str
    reached_lower: Parameters
    """Where a lower bound is open, how far the branch of maxima went; NaN elsewhere."""
    reached_upper: Parameters
    estimates: tuple[Estimate, ...]
    """The weights, the means, the sds of the components of positive weight; they say why a bound is open."""
    ambiguous: float = math.nan
    """Bootstrap: the share of replicates whose components could well be labelled otherwise."""
    failed: int = 0
    """Bootstrap: how many replicates collapsed or did not converge; they count all the same."""
    findings: tuple[Finding, ...] = ()
    """What to know about the replicates."""
    background_weight: Estimate | None = None
    """The weight of a background, None where there is none; the other weights are those among themselves."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def standard_errors(
    outcome: Outcome,
    method: str = "observed",
    *,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Parameters:
    """Return the standard errors of the parameters.

    Parameters
    ----------
    method : {"observed", "sandwich", "bootstrap"}
        From the inverse of the observed information, minus the Hessian of the log-likelihood; from the
        sandwich of it that holds when the model is wrong too; or of refits to samples drawn anew.
    resampling, replicates, rng, threads, progress
        For the bootstrap; see `mix1d.uncertainty.intervals.Wanted`.

    Returns
    -------
    record of ndarray (k,)
        `weights`, `means` and `sds`, each (k,), in the order and units of the mixture. With equal sds the
        entries of `sds` are one number. NaN where there is none: components of weight 0, an sd on its
        floor, a component that only the penalty holds up, everything when the likelihood is flat. Beside
        a component that only the penalty holds up, the others have the errors of the penalised likelihood
        with its sd taken for known (with equal sds, and from the bootstrap, none has).

    Raises
    ------
    InputError
        When an argument is not one of these.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> result.standard_errors().means.round(3).tolist()
    [0.354, 0.354]
    """
    check_choice("method", method, COVARIANCES)
    if method == "bootstrap":
        kind = "weighted" if resampling is None else resampling
        return bootstrap_errors(bootstrap(maximum_of(outcome), kind, replicates, rng, threads, progress))
    fit = maximum_of(outcome)
    with np.errstate(invalid="ignore"):  # NaN where rounding leaves no variance
        weights, *others = np.sqrt(np.diag(_covariance(outcome, method))).reshape(-1, len(fit.mixture[0]))
    if fit.families is None:
        means, sds = others
        own = np.stack([means, sds], axis=1)
    else:
        own = own_errors(fit, sandwich=method == "sandwich")
        means, sds = own[:, -2].copy(), own[:, -1].copy()
    return Parameters(weights, means, sds, _by_name(outcome, own), said="standard errors")


def covariance(
    outcome: Outcome,
    method: str = "observed",
    *,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Array:
    """Return the covariance matrix of the parameters; see `standard_errors`.

    Parameters
    ----------
    method : {"observed", "sandwich", "bootstrap"}
        As for `standard_errors`.
    resampling, replicates, rng, threads, progress
        For the bootstrap; see `mix1d.uncertainty.intervals.Wanted`.

    Returns
    -------
    ndarray (n_parameters, n_parameters)
        In the order weights[:-1], means, sds; with equal sds the one sd comes last. The last weight is
        left out because it is one minus the others.

    Raises
    ------
    InputError
        When an argument is not one of these.

    Examples
    --------
    >>> import mix1d
    >>> mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).covariance().round(3).tolist()
    [[1.312, 0.0], [0.0, 0.656]]
    """
    check_choice("method", method, COVARIANCES)
    fit = maximum_of(outcome)
    if fit.families is not None:
        raise InputError(
            "covariance is known for normal components only, got other families: standard_errors() has "
            ".parameters, and replicates() what varies together"
        )
    k = len(fit.mixture[0])
    kept = [i for i in range(2 * k + 1 if fit.equal else 3 * k) if i != k - 1]
    if method == "bootstrap":
        kind = "weighted" if resampling is None else resampling
        drawn = bootstrap(fit, kind, replicates, rng, threads, progress)
        return bootstrap_covariance(drawn)[np.ix_(kept, kept)]
    return _covariance(outcome, method)[np.ix_(kept, kept)]


def _by_name(outcome: Outcome, table: Array) -> tuple[dict[str, float], ...]:
    """Return numbers (k, parameters) by the names of own parameters."""
    components = outcome.mixture.components
    return tuple(
        dict(zip(component.parameters, row, strict=False))
        for component, row in zip(components, table.tolist(), strict=True)
    )


def _covariance(outcome: Outcome, method: str) -> Array:
    fit = maximum_of(outcome)
    if not fit.determined:
        size = (3 if fit.families is None else 4) * len(fit.mixture[0])
        return np.full((size, size), math.nan)
    compute = observed_covariance if method == "observed" else sandwich_covariance
    return remembered(outcome, ("covariance", method), lambda: compute(fit))


def replicates(
    outcome: Outcome,
    *,
    resampling: str = "weighted",
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Replicates:
    """Return the refits to samples drawn anew, to look at anything else that follows from them.

    Parameters
    ----------
    resampling : {"weighted", "parametric", "nonparametric"}
        Weighted: the values stay and get Gamma(w, 1) weights, w their own, rescaled to the old total.
        Parametric: round(total weight) values of the mixture, rounded as the data are. Nonparametric: total
        weight draws from the values with replacement.
    replicates : int
        How many, at least 2.
    rng : int, Generator or None
        A seed, a generator of which one draw of 64 bits is the seed, or None for a fixed one.
    threads : int, optional
        Most threads to use; None for all processors. The result does not depend on it.
    progress : bool or callable, optional
        As in `mix1d.fit`; counts replicates.

    Returns
    -------
    Replicates
        `weights`, `means` and `sds` (replicates, k), components matched to those of the fit; the share of
        `ambiguous` matches, and how many `failed` to reach a maximum of the likelihood. Where only a penalty
        holds up a component, or all values are the same, there is no maximum to repeat: all parameters of all
        replicates are NaN, and all count as failed.

    Raises
    ------
    InputError
        When an argument cannot be used: also when the total weight is below the number of components and one
        more, for nonparametric draws when it is not a whole number, and for parametric or nonparametric ones
        when it is above 1e7.
    KeyboardInterrupt
        On Ctrl-C.

    Notes
    -----
    Weighted replicates (Newton and Raftery 1994) are the default: no component ever loses all its values, no
    ties arise, and a value of weight w gets what w separate values would get together. So they work, at the
    same cost, on the weighted points that stand for a long column. There parametric replicates draw as many
    values as the column has, and nonparametric ones use the weights as probabilities. O'Hagan et al. (2019)
    compare the three.

    A refit starts from the estimate and goes to the nearest maximum, as ``mix1d.fit(..., start=mixture)``
    does: to the last digit, and to the penalised likelihood where a component collapses. Collapsed refits
    stay among the replicates, with the parameters that a fit would report for them: leaving them out would
    make the errors too small exactly where the data are least certain. `Replicates.failed` counts them.

    About 20 microseconds a replicate and thread at n = 300, k = 2.

    References
    ----------
    Newton, M. A. and Raftery, A. E. (1994). Approximate Bayesian inference with the weighted likelihood
    bootstrap. Journal of the Royal Statistical Society B 56, 3-48.
    doi:10.1111/j.2517-6161.1994.tb01956.x

    O'Hagan, A., Murphy, T. B., Scrucca, L. and Gormley, I. C. (2019). Investigation of parameter uncertainty
    in clustering using a Gaussian mixture model via jackknife, bootstrap and weighted likelihood bootstrap.
    Computational Statistics 34, 1779-1813. doi:10.1007/s00180-019-00897-9

    Examples
    --------
    >>> import mix1d
    >>> drawn = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).replicates(replicates=50)
    >>> drawn.means.shape, drawn.ambiguous
    ((50, 2), 0.0)
    """
    return bootstrap(maximum_of(outcome), resampling, replicates, rng, threads, progress)


def confidence_interval(
    outcome: Outcome,
    level: float = 0.95,
    method: str = "profile",
    *,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Bounds:
    """Return confidence intervals of all parameters.

    Parameters
    ----------
    level : float
        The confidence level, between 0 and 1.
    method : {"profile", "wald", "bootstrap", "calibrated"}
        Profile likelihood; estimate -+ z standard errors (weights on the logit, sds on the log scale);
        percentiles of refits to samples drawn anew; or profile likelihood with a critical value for each
        parameter from such refits, for nominal coverage where plain profile intervals fall short.
    resampling, replicates, rng, threads, progress
        For the last two; see `mix1d.uncertainty.intervals.Wanted`.

    Returns
    -------
    record
        `.lower` and `.upper`, each with `weights`, `means` and `sds` (k,); `.level`, `.method`, and
        `.estimates` with a record for each parameter. A profile bound is open (infinite, or 0 or 1 for a
        weight, 0 for the lower bound of an sd) where the branch of maxima ends before it: a weight
        reaches 0, components merge, one collapses; the record and a finding say so. Every component has
        an interval for its weight, the last one included. NaN where there are no standard errors; beside
        a component that only the penalty holds up, profile and Wald intervals are those given its sd.
        `.reached_lower` and `.reached_upper` have how far the branch went where a bound is open.
        Beside a background, `.background_weight` is its weight with an interval.

    Raises
    ------
    InputError
        When an argument cannot be used.
    KeyboardInterrupt
        On Ctrl-C.

    Notes
    -----
    See `mix1d.uncertainty.intervals.estimates` for the methods. Bounds are right to 1e-6 of a standard
    error. Cost: about ten Newton solves a bound, 2 ms for k = 3, n = 1000; above 16,000 distinct values
    they run on quadrature nodes. `docs/coverage.md` has the coverage of each method.

    References
    ----------
    Venzon, D. J. and Moolgavkar, S. H. (1988). A method for computing profile-likelihood-based confidence
    intervals. Applied Statistics 37, 87-94. doi:10.2307/2347496

    Examples
    --------
    >>> import mix1d
    >>> interval = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).confidence_interval()
    >>> interval.lower.means.round(3).tolist(), interval.upper.means.round(3).tolist()
    ([1.102, 8.102], [2.898, 9.898])
    """
    how = wanted(level, method, resampling, replicates, rng, threads, progress)
    return answered(outcome, "parameters", _bounds, how)


def _bounds(fit: Maximum, how: Wanted) -> Bounds:
    if fit.families is not None:
        return _of_families(fit, how)
    drawn = replicates_of(fit, how) if how.method == "bootstrap" and fit.regular else None
    real, k = fit.real.tolist(), len(fit.mixture[0])
    n = len(real)
    kinds = [kind for kind in (Kind.WEIGHT, Kind.MEAN, Kind.SD) if n > 1 or kind is not Kind.WEIGHT]
    quantities = [Quantity(kind, i) for kind in kinds for i in range(n)]
    if fit.background is not None:
        quantities.append(Quantity(Kind.BACKGROUND))
    found = estimates(fit, quantities, how, drawn)
    beside = None if fit.background is None else found.pop()
    if n == 1:  # the one weight is 1, whatever the data
        known = 1.0 if fit.regular else math.nan
        found.insert(0, Estimate(1.0, known - 1.0, known, known, how.level, how.method))
    table = np.full((4, 3 * k), math.nan)
    for index, one in enumerate(found):
        place = k * (index // n) + real[index % n]
        if not math.isnan(one.lower):
            table[:, place] = one.lower, one.upper, one.reached_lower, one.reached_upper
    lower, upper, lowest, highest = (_sides(side.reshape(3, k)) for side in table)
    bounds = Bounds(
        lower, upper, how.level, how.method, lowest, highest, tuple(found), background_weight=beside
    )
    if drawn is None:
        return bounds
    return dataclasses.replace(
        bounds, ambiguous=drawn.ambiguous, failed=drawn.failed, findings=tuple(_about_replicates(drawn))
    )


def _sides(table: Array) -> Parameters:
    """Return one side of the intervals of normal components (3, k)."""
    own = tuple({"mean": mean, "sd": sd} for mean, sd in table[1:].T.tolist())
    weights, means, sds = table
    return Parameters(weights, means, sds, own)


def _of_families(fit: Maximum, how: Wanted) -> Bounds:
    """Return the intervals of components of any families."""
    drawn = replicates_of(fit, how) if how.method == "bootstrap" and fit.regular else None
    found, k = own_estimates(fit, how, drawn), len(fit.mixture[0])
    lists = found.weights, found.means, found.sds
    sides = []
    for side in ("lower", "upper", "reached_lower", "reached_upper"):
        table = np.full((3, k), math.nan)
        own: list[dict[str, float]] = [{} for _ in range(k)]
        for place, j in enumerate(fit.real.tolist()):
            table[:, j] = [getattr(one[place], side) for one in lists]
            own[j] = {name: getattr(one, side) for name, one in found.parameters[place].items()}
        sides.append(Parameters(table[0], table[1], table[2], tuple(own)))
    beside = None
    if fit.background is not None:
        (beside,) = estimates(fit, [Quantity(Kind.BACKGROUND)], how, drawn)
    flat = tuple(one for each in lists for one in each)
    lower, upper, lowest, highest = sides
    bounds = Bounds(lower, upper, how.level, how.method, lowest, highest, flat, background_weight=beside)
    if drawn is None:
        return bounds
    return dataclasses.replace(
        bounds, ambiguous=drawn.ambiguous, failed=drawn.failed, findings=tuple(_about_replicates(drawn))
    )


def _about_replicates(drawn: Replicates) -> Iterator[Finding]:
    if drawn.ambiguous > AMBIGUOUS:
        yield Finding(
            "ambiguous_replicates",
            f"In {100.0 * drawn.ambiguous:.0f} % of the replicates it is not clear which component is which: "
            "the bootstrap mixes them up there, and its intervals may be too short or too long.",
            value=drawn.ambiguous,
        )
