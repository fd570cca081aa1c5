"""What follows from the parameters, with intervals: thresholds, quantiles, overlap, separation, modes."""

from __future__ import annotations

import dataclasses
import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d import _core, showing
from mix1d.arrays import Array
from mix1d.data.arguments import Rng, check_probability, is_masked
from mix1d.errors import InputError, shown
from mix1d.model import mixed
from mix1d.model.mixture import Mixture
from mix1d.model.reach import as_seen_in
from mix1d.model.thresholds import Threshold
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.outcome import Outcome
from mix1d.progress import Watching
from mix1d.uncertainty.intervals import Estimate, Wanted, answered, estimates, wanted
from mix1d.uncertainty.quantities import Kind, Quantity


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Overlap:
    """How often the most probable component is the wrong one. Usable as a float: the error rate."""

    error_rate: Estimate
    """Of a value of the mixture that is given to its most probable component."""
    confusion: Array
    """(k, k): the probability that a value of component i is given to component j."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __float__(self) -> float:
        return self.error_rate.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.error_rate.value, dtype)


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class Separation:
    """How far two neighbouring components are apart."""

    below: int
    above: int
    """Indices of the components with the smaller and the larger mean."""
    ashman_d: Estimate
    """|m_1 - m_2| / sqrt((s_1^2 + s_2^2) / 2): above 2 for a clean separation (Ashman, Bird & Zepf 1994)."""
    bimodality_index: Estimate
    """sqrt(p (1 - p)) times that, p the share of one of the two: above 1.1 for a marked bimodality (Wang et
    al. 2009, who have equal sds)."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class Modes:
    """The local maxima of the fitted density."""

    count: int
    places: tuple[Estimate, ...]
    """Ascending, with intervals."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def thresholds(
    outcome: Outcome,
    level: float = 0.95,
    method: str = "profile",
    *,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> tuple[Threshold, ...]:
    """Return the points where neighbouring components are equally probable, with intervals.

    `mix1d.model.thresholds.Threshold` explains the kinds. Parameters and errors are those of
    `confidence_interval`. A bound is infinite where the data do not exclude that the crossing is not
    there at all; NaN where there are no standard errors.

    Examples
    --------
    >>> import mix1d
    >>> (cut,) = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2, sds="equal").thresholds()
    >>> print(f"{cut.value:.2f} ({cut.lower:.2f} to {cut.upper:.2f})")
    5.50 (4.93 to 6.07)
    """
    how = wanted(level, method, resampling, replicates, rng, threads, progress)
    return answered(outcome, "thresholds", _thresholds, how)


def _thresholds(fit: Maximum, how: Wanted) -> tuple[Threshold, ...]:
    """Leave out components of weight 0: the neighbours are those beside them.

    The interval is that of the crossing, while it exists. Where the branch ends because it does not any more,
    the bound is infinite: the data do not exclude that there is no threshold.
    """
    real = fit.real.tolist()
    mixture = Mixture._of_arrays(fit.real_arrays)
    cuts = [
        dataclasses.replace(c, below=real[c.below], above=real[c.above])
        for c in as_seen_in(mixture.thresholds(), mixture, fit.sample)
    ]
    place = {j: i for i, j in enumerate(real)}
    crossings = [c for c in cuts if c.kind != "none"]
    quantities = [
        Quantity(
            Kind.CROSSING if c.kind == "crossing" else Kind.SECOND, place[c.below], place[c.above], c.value
        )
        for c in crossings
    ]
    found = dict(zip(map(id, crossings), estimates(fit, quantities, how), strict=True))
    with_intervals = (
        dataclasses.replace(
            c,
            lower=found[id(c)].lower,
            upper=found[id(c)].upper,
            reached_lower=found[id(c)].reached_lower,
            reached_upper=found[id(c)].reached_upper,
        )
        if id(c) in found
        else c
        for c in cuts
    )
    return showing.Records(
        Threshold,
        with_intervals,
        said=f"with {100.0 * how.level:g} % {how.method} intervals",
        beside=Mixture._of_arrays(fit.real_arrays) if len(real) == len(fit.mixture[0]) else None,
    )


def quantile(
    outcome: Outcome,
    p: float,
    level: float = 0.95,
    method: str = "profile",
    *,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Estimate:
    """Return the point below which the mixture has probability `p`, with an interval.

    Parameters
    ----------
    p : float
        Strictly between 0 and 1.
    level, method, resampling, replicates, rng, threads, progress
        As for `confidence_interval`.

    Returns
    -------
    Estimate
        `value`, `standard_error`, `lower`, `upper`; usable as a float.

    Raises
    ------
    InputError
        When an argument cannot be used.

    Examples
    --------
    >>> import mix1d
    >>> median = mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).quantile(0.5)
    >>> print(f"{median.value:.1f} +- {median.standard_error:.2f}")
    3.5 +- 1.15
    """
    p = check_probability("p", p)
    if not 0.0 < p < 1.0:
        raise InputError(f"p must lie strictly between 0 and 1, got {shown(p)}: a mixture has no end")
    how = wanted(level, method, resampling, replicates, rng, threads, progress)
    return estimates(maximum_of(outcome), [Quantity(Kind.QUANTILE, at=p)], how)[0]


def proportion_above(
    outcome: Outcome,
    x: float,
    level: float = 0.95,
    method: str = "profile",
    *,
    resampling: str | None = None,
    replicates: int = 999,
    rng: Rng = None,
    threads: int | None = None,
    progress: Watching = None,
) -> Estimate:
    """Return the probability above `x`, with an interval; see `quantile`.

    Examples
    --------
    >>> import mix1d
    >>> share = mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).proportion_above(5.0)
    >>> print(f"{share.value:.2f} ({share.lower:.2f} to {share.upper:.2f})")
    0.26 (0.04 to 0.66)
    """
    try:
        point = math.nan if is_masked(x) else float(x)
    except (TypeError, ValueError, OverflowError):
        point = math.nan
    if not math.isfinite(point):
        raise InputError(f"x must be a finite number, got {shown(x)}: pass a point on the axis")
    how = wanted(level, method, resampling, replicates, rng, threads, progress)
    return estimates(maximum_of(outcome), [Quantity(Kind.ABOVE, at=point)], how)[0]


def overlap(outcome: Outcome, level: float = 0.95, method: str = "profile", **resample: Any) -> Overlap:
    """Return how often the most probable component is the wrong one.

    Parameters
    ----------
    level, method, **resample
        As for `confidence_interval`.

    Returns
    -------
    record
        `.error_rate`, an `Estimate`: the probability that a value of the mixture does not come from its
        most probable component; `.confusion` (k, k), the probability that a value of component i is
        given to component j. Usable as a float: the error rate.

    Raises
    ------
    InputError
        When an argument cannot be used.

    Examples
    --------
    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 5.0, 6.0, 6.0, 7.0], 2, sds="equal")
    >>> print(f"{float(result.overlap()):.4f}")
    0.0024
    """
    return answered(outcome, "overlap", _overlap, wanted(level, method, **resample))


def _overlap(fit: Maximum, how: Wanted) -> Overlap:
    real, k = fit.real, len(fit.mixture[0])
    table = np.full((k, k), math.nan)
    plain = fit.families is None
    table[np.ix_(real, real)] = (
        _core.confusion(fit.real_mixture) if plain else mixed.confusion(fit.real_arrays)
    )
    if len(real) == 1:
        error = Estimate(0.0, 0.0, 0.0, 0.0, how.level, how.method)
    else:
        (error,) = estimates(fit, [Quantity(Kind.ERROR)], how)
    table.setflags(write=False)
    return Overlap(error, table)


def separation(
    outcome: Outcome, level: float = 0.95, method: str = "profile", **resample: Any
) -> tuple[Separation, ...]:
    """Return how far neighbouring components are apart: Ashman's D and the bimodality index.

    Parameters and errors are those of `overlap`; neighbours are taken in the order of their means.

    Returns
    -------
    tuple of record
        `.below`, `.above` (indices), `.ashman_d`, `.bimodality_index` (each an `Estimate`).

    Examples
    --------
    >>> import mix1d
    >>> (pair,) = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).separation()
    >>> print(f"{pair.ashman_d.value:.2f} {pair.bimodality_index.value:.2f}")
    9.90 4.95
    """
    return answered(outcome, "separation", _separation, wanted(level, method, **resample))


def _separation(fit: Maximum, how: Wanted) -> tuple[Separation, ...]:
    real = fit.real.tolist()
    pairs = list(itertools.pairwise(range(len(real))))
    kinds = (Kind.DISTANCE, Kind.BIMODALITY)
    found = estimates(fit, [Quantity(kind, i, j) for kind in kinds for i, j in pairs], how)
    return showing.Records(
        Separation,
        (Separation(real[i], real[j], found[n], found[n + len(pairs)]) for n, (i, j) in enumerate(pairs)),
        said=f"with {100.0 * how.level:g} % {how.method} intervals",
    )


def modes(outcome: Outcome, level: float = 0.95, method: str = "profile", **resample: Any) -> Modes:
    """Return the number and the places of the modes of the fitted density; see `overlap`.

    A mixture of normals has at most as many modes as components (Carreira-Perpinan & Williams 2003,
    doi:10.1007/3-540-44935-3_44), and often fewer.

    Examples
    --------
    >>> import mix1d
    >>> mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2).modes().count
    2
    """
    fit, how = maximum_of(outcome), wanted(level, method, **resample)
    places = mixed.modes(fit.real_arrays).tolist()
    return Modes(len(places), tuple(estimates(fit, [Quantity(Kind.MODE, at=x) for x in places], how)))
