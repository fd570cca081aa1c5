"""Goodness of fit: do the data look like a sample of the fitted mixture."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mix1d import _core, showing
from mix1d.arrays import Array, Arrays
from mix1d.data.arguments import Rng, check_level, check_replicates, check_seed, check_threads
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.recording import limits_assumed
from mix1d.data.sample import Sample
from mix1d.diagnostics.recorded_goodness import Judged, common_distribution, judged, transforms
from mix1d.errors import InputError, NeedsDataError, shown
from mix1d.native import Options, Resampling
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.models import arrays_of
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.solving import MAX_ITER, TOL
from mix1d.pickled import filled_in
from mix1d.progress import Progress, Watching
from mix1d.uncertainty.resampling import MOST_DRAWS
from mix1d.words import LEVEL, p_words

FEWEST = 20.0  # values below which there is no verdict
DRAWN = 200  # points of the curve
SAME = 1e-10  # statistics closer than this, relatively, are equal but for rounding


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class Statistic:
    """A distance between data and model, and how unusual it is."""

    statistic: float
    p_value: float
    """Probability of a distance at least this large if the model were right."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class GoodnessOfFit:
    """Distances between the empirical distribution function F_n and that of the fitted mixture, F.

    Rows with limits have the first one alone, bins the last two; None stands for those that a kind has not.
    """

    kolmogorov_smirnov: Statistic | None
    """D = max |F_n - F|: the largest gap, wherever it is."""
    anderson_darling: Statistic | None
    """A^2 = n * integral of (F_n - F)^2 / (F (1 - F)) dF: the tails count as much as the centre."""
    cramer_von_mises: Statistic | None
    """W^2 = n * integral of (F_n - F)^2 dF."""
    replicates: int
    """Samples drawn from the mixture."""
    seed: int
    """Of the random streams."""
    message: str
    """The outcome in a sentence, by the Anderson-Darling test; of rows with limits by the Kolmogorov-Smirnov
    test, of bins by Pearson's."""
    pearson: Statistic | None = None
    """Of bins, neighbours pooled until 3 values are expected in each: sum of (O - E)^2 / E."""
    deviance: Statistic | None = None
    """Of the same bins: 2 sum of O log(O / E)."""
    galbraith: Statistic | None = None
    """Of values with errors and one component of sd 0: sum of ((x - mean) / error)^2, whether they have one
    true value in common; p by chi-square with n - 1 degrees of freedom, without replicates."""
    curve: Array | None = field(default=None, repr=False, compare=False)
    """(m, 2), F and F_n at some of the values, rising, to be drawn; None for bins and limits."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __setstate__(self, state: list[Any]) -> None:
        filled_in(self, state)

    @property
    def others(self) -> tuple[tuple[str, Statistic], ...]:
        """What there is beside the one that `message` names, by names."""
        named = (
            ("Cramer-von Mises", self.cramer_von_mises),
            ("Kolmogorov-Smirnov", self.kolmogorov_smirnov if self.anderson_darling else None),
            ("deviance", self.deviance),
            ("Galbraith's sum of squares", self.galbraith),
        )
        return tuple((name, statistic) for name, statistic in named if statistic is not None)


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class QuantilePlot:
    """What a QQ plot shows, one entry for each distinct value."""

    theoretical: Array
    """(m,), quantiles of the mixture at the plotting positions (i - 1/2) / n."""
    values: Array
    """(m,), the distinct values, rising."""
    weights: Array
    """(m,), their weights."""
    lower: Array
    """(m,), lower end of the pointwise band around `theoretical`."""
    upper: Array
    """(m,), upper end."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def goodness_of_fit(
    outcome: Outcome,
    replicates: int = 999,
    rng: Rng = None,
    *,
    threads: int | None = None,
    progress: Watching = None,
) -> GoodnessOfFit:
    """Test whether the model fits: Kolmogorov-Smirnov, Anderson-Darling and Cramer-von Mises, or Pearson.

    Parameters
    ----------
    replicates : int
        Samples drawn from the fit and refitted, at least 1.
    rng : int, Generator or None
        A seed, a generator of which one draw of 64 bits is the seed, or None for a fixed one.
    threads : int, optional
        Most threads to use, None for all processors. The result does not depend on it.
    progress : bool or callable, optional
        As for `mix1d.fit`; counts replicates.

    Returns
    -------
    record
        `.kolmogorov_smirnov`, `.anderson_darling`, `.cramer_von_mises`, `.pearson`, `.deviance`, each with
        `.statistic` and `.p_value`, or None; `.message` in words.

    Raises
    ------
    InputError
        When an argument cannot be used, all values are equal, or the total weight is below 2 or above 1e7;
        when it is not known how intervals arose, and when there are fewer bins than the model needs.
    NeedsDataError
        When the sample stands for more than 65,536 different values.
    KeyboardInterrupt
        On Ctrl-C.

    Notes
    -----
    The p-values printed in tables belong to a model fixed beforehand. Here its parameters were fitted to the
    same data, which brings F closer to F_n, so those tables would accept nearly every model. Instead samples
    of round(n) values are drawn from the mixture, n the total weight; each is refitted from it, to the
    nearest maximum of the likelihood, and compared with its own refit (Stute, Gonzalez Manteiga and Presedo
    Quindimil 1993). p = (1 + how many have a distance at least as large) / (1 + replicates).

    A value of weight w counts as w equal values. Values rounded to a lattice tell F_n at the ends of their
    cells, x + h/2, only: there it is compared with F, and it is joined linearly in F between. The components
    of F then have the variances sd^2 - h^2 / 12, those of the values before rounding; replicates are drawn
    from them and rounded in the same way.

    Rows of other kinds are compared by their transforms: F of each row, with its error and inside its window,
    which are uniform where the model holds; labelled rows by the mixture, not by their component. Rounded
    rows are spread over the transforms of their interval. Rows with limits have a nonparametric estimate of
    the distribution of transforms (Turnbull 1976), and D is its largest gap where it is determined. Bins have
    Pearson's statistic and the deviance instead. Replicates are recorded as the rows were (see
    `mix1d.order_test`).

    In a test on 1000 samples each of one normal and of two, continuous and rounded, the p-values were uniform
    (`bench/goodness_study.py`). They say nothing about the number of components: too many of them fit well.

    About 40 microseconds a replicate and thread at n = 200, k = 2.

    References
    ----------
    Stute, W., Gonzalez Manteiga, W. and Presedo Quindimil, M. (1993). Bootstrap based goodness-of-fit tests.
    Metrika 40, 243-256. doi:10.1007/BF02613687

    Turnbull, B. W. (1976). The empirical distribution function with arbitrarily grouped, censored and
    truncated data. Journal of the Royal Statistical Society B 38, 290-295.
    doi:10.1111/j.2517-6161.1976.tb01597.x

    Stephens, M. A. (1974). EDF statistics for goodness of fit and some comparisons. Journal of the American
    Statistical Association 69, 730-737. doi:10.1080/01621459.1974.10480196

    Examples
    --------
    >>> import mix1d
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> found = mix1d.fit(x, 1).goodness_of_fit()
    >>> found.message
    '10 values are too few to say whether the model fits: Anderson-Darling p = .001'
    >>> round(found.anderson_darling.statistic, 3), found.replicates, found.seed
    (1.472, 999, 0)
    """
    count = check_replicates(replicates)
    seed = check_seed(rng)
    n_threads = check_threads(threads)
    watch = Progress(progress, float(count))
    fit = maximum_of(outcome)
    sample = fit.sample
    _check_sample(sample)
    if isinstance(sample, RecordedSample):
        with watch as report:
            found = judged(fit, outcome.n_parameters, count, seed, n_threads, report)
        record = _of_rows(found, seed, outcome.regularized, sample.total_weight)
        assumed = limits_assumed(sample)
        return replace(
            record,
            galbraith=common_value(fit),
            curve=_curve(outcome),
            message=f"{record.message}. {assumed}" if assumed else record.message,
        )
    with watch as report:
        drawn = _core.goodness_replicates(
            fit.problem,
            fit.model,
            Resampling("parametric", count, seed),
            Options(TOL, MAX_ITER, n_threads, report),
        )
    if fit.families is not None:
        whole = _core.goodness(fit.problem, fit.model)
        of_families = Judged(whole["distances"], drawn, whole["cells"])
        record = _of_rows(of_families, seed, outcome.regularized, sample.total_weight)
        return replace(record, curve=_curve(outcome))
    observed = distances_of(sample, fit.mixture)[0]
    exceed = np.count_nonzero(drawn >= np.array(observed) * (1.0 - SAME), axis=0).tolist()
    ks, ad, cvm = (Statistic(d, (1 + e) / (1 + count)) for d, e in zip(observed, exceed, strict=True))
    words = _message("Anderson-Darling", ad.p_value, outcome.regularized, sample.total_weight)
    return GoodnessOfFit(ks, ad, cvm, count, seed, words, curve=_curve(outcome))


def _of_rows(found: Judged, seed: int, regularized: bool, total: float) -> GoodnessOfFit:
    count = len(found.drawn)
    statistics: list[Statistic | None] = []
    for observed, drawn in zip(found.observed.tolist(), found.drawn.T, strict=True):
        exceed = int(np.count_nonzero(drawn >= observed * (1.0 - SAME)))
        statistics.append(None if math.isnan(observed) else Statistic(observed, (1 + exceed) / (1 + count)))
    ks, ad, cvm, pearson, deviance = statistics
    names = ("Anderson-Darling", ad), ("Kolmogorov-Smirnov", ks), ("Pearson", pearson)
    name, first = next((name, one) for name, one in names if one is not None)
    if found.cells:
        name += f" on {found.cells} bins"
    words = _message(name, first.p_value, regularized, total)
    return GoodnessOfFit(ks, ad, cvm, count, seed, words, pearson, deviance)


def common_value(fit: Maximum) -> Statistic | None:
    """Test whether values with errors have one true value: Galbraith's sum of squares, None for other fits.

    Galbraith, R. F. (2005). Statistics for Fission Track Analysis, section 3.7.

    >>> import mix1d
    >>> result = mix1d.fit([9.8, 10.1, 10.4, 9.9], 1, errors=0.2, sds=0)
    >>> found = common_value(maximum_of(result))
    >>> round(found.statistic, 3), round(found.p_value, 3)
    (5.25, 0.154)
    """
    sample = fit.sample
    if not isinstance(sample, RecordedSample) or sample.background is not None or len(fit.mixture[0]) != 1:
        return None
    rows = sample.observations
    exact = bool(np.all(rows.exact)) and rows.truncation is None
    if not exact or rows.errors is None or fit.mixture[2][0] > 0.0 or not np.all(rows.errors > 0.0):
        return None
    from scipy.special import chdtrc

    weight = np.ones(len(rows)) if rows.sample_weight is None else rows.sample_weight
    squares = weight * np.square((rows.lower - fit.mixture[1][0]) / rows.errors)
    total = math.fsum(squares.tolist())
    return Statistic(total, float(chdtrc(sample.total_weight - 1.0, total)))


def pit(outcome: Outcome) -> tuple[Array, Array]:
    """Return the probability integral transforms F(x) (m,) of the distinct values, rising, and their weights.

    They are spread evenly over (0, 1) where the model holds. Rows with errors or windows are transformed by
    the distribution function that the model has for each; a rounded row has the middle of its interval's.
    Raises `InputError` for bins and limits.

    Examples
    --------
    >>> import mix1d
    >>> mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).pit()[0].round(2).tolist()
    [0.14, 0.26, 0.59, 0.94]
    """
    sample = outcome.sample
    if isinstance(sample, RecordedSample):
        return transforms(maximum_of(outcome))
    return _core.probability(sample.values, arrays_of(outcome.fitted)), sample.weights


def _curve(outcome: Outcome) -> Array | None:
    """Return F and F_n at no more values than a picture has room for, None where values have no place."""
    try:
        transformed, weights = pit(outcome)
    except InputError:
        return None
    below = (np.cumsum(weights) - 0.5 * weights) / math.fsum(weights.tolist())
    some = np.unique(np.linspace(0, len(weights) - 1, min(len(weights), DRAWN)).round().astype(np.intp))
    return np.column_stack([transformed, below])[some]


def qq(outcome: Outcome, level: float = 0.95) -> QuantilePlot:
    """Return the data of a QQ plot: quantiles of the fit, values, and a pointwise band.

    Parameters
    ----------
    level : float
        Of the band.

    Raises
    ------
    InputError
        When `level` is not one; for bins and limits, and for values whose distributions differ, by errors or
        windows of their own, or a background.

    Notes
    -----
    The i-th of n values is drawn against the quantile at (i - 1/2) / n; tied values share the middle of their
    ranks. If the model is right, F of the i-th value has a Beta(i, n + 1 - i) distribution, whose quantiles
    give the band. It holds for each point alone, and takes the model for known: with fitted parameters the
    points stay closer to the line.

    Examples
    --------
    >>> import mix1d
    >>> plot = mix1d.fit([1.0, 2.0, 3.0], 1).qq()
    >>> plot.theoretical.round(2).tolist(), plot.upper.round(2).tolist()
    ([1.21, 2.0, 2.79], [2.45, 3.07, 3.95])
    """
    from scipy.special import betaincinv

    tail = (1.0 - check_level("level", level)) / 2.0
    sample, mixture = outcome.sample, arrays_of(outcome.fitted)
    low, high = 0.0, 1.0
    if isinstance(sample, RecordedSample):
        sds, low, high = common_distribution(maximum_of(outcome))
        if len(mixture) == 3:
            mixture = mixture[0], mixture[1], sds
    n = math.fsum(sample.weights.tolist())
    rank = np.cumsum(sample.weights) - 0.5 * sample.weights + 0.5  # the middle one of equal values
    above = n + 1.0 - rank

    def quantile(p: Array) -> Array:
        return _core.quantile(low + (high - low) * np.asarray(p, np.float64), mixture)

    # the upper end from above, so that a mirrored sample has the mirrored band
    beyond = (1.0 - high) + (high - low) * np.asarray(betaincinv(above, rank, tail), np.float64)
    upper = _core.quantile(beyond, mixture, above=True)
    return QuantilePlot(
        quantile((rank - 0.5) / n),
        sample.values,
        sample.weights,
        quantile(betaincinv(rank, above, tail)),
        upper,
    )


def distances_of(sample: Sample, mixture: Arrays) -> tuple[tuple[float, float, float], Array]:
    """Return D, A^2 and W^2, and the sds of the values before they were rounded."""
    found = _core.goodness(sample.problem, mixture)
    ks, ad, cvm = found["distances"].tolist()
    return (ks, ad, cvm), found["sds"]


def stands_in(sample: Sample) -> bool:
    """Whether the values are the quadrature nodes of a long column, whose weights are no whole numbers.

    Pooled rows with fractional weights look the same once there are too many to keep.
    """
    return sample.rows is None and bool(np.any(sample.weights != np.rint(sample.weights)))


def _check_sample(sample: Sample) -> None:
    if stands_in(sample):
        raise NeedsDataError(
            "goodness of fit compares every value with the model, and a result does not keep more than "
            "65,536 different ones: fit a random part of the rows"
        )
    if sample.n_distinct == 1:
        raise InputError(
            "data must have at least two distinct values to judge a fit, found only "
            f"{shown(sample.values[0])}: a constant needs no model"
        )
    total = sample.total_weight
    if total < 2.0:
        raise InputError(
            f"sample_weight must sum to at least 2 to judge a fit, got {total:.6g}: "
            "a weight says how often a value occurs"
        )
    if total > MOST_DRAWS:
        raise InputError(
            f"sample_weight must sum to at most {MOST_DRAWS:g} to judge a fit, got {total:.10g}: "
            "every replicate would draw so many values; fit a random part of the rows"
        )


def _message(name: str, p_value: float, regularized: bool, total: float) -> str:
    fits, words = "does not fit" if p_value <= LEVEL else "fits", p_words(p_value)
    held = " (drawn from a regularized fit, which is no maximum of the likelihood)" if regularized else ""
    if total < FEWEST:
        return f"{total:.3g} values are too few to say whether the model fits: {name} {words}{held}"
    return f"The model {fits}: {name} {words}{held}"
