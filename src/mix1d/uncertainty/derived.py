"""What follows from the parameters, with intervals: thresholds, quantiles, overlap, separation, modes."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.finding import Finding
from mix1d.model import moments
from mix1d.model.reach import as_seen_in
from mix1d.model.thresholds import Threshold
from mix1d.model.thresholds import thresholds as cut_points
from mix1d.uncertainty.covariance import Parameters
from mix1d.uncertainty.intervals import Estimate, Fit, Resample, estimates, replicates_of
from mix1d.uncertainty.quantities import Kind, Quantity
from mix1d.uncertainty.resampling import Replicates

AMBIGUOUS = 0.05  # share of replicates from which it is worth a finding


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """How often the most probable component is the wrong one. Usable as a float: the error rate."""

    error_rate: Estimate
    """Of a value of the mixture that is given to its most probable component."""
    confusion: Array
    """(k, k): the probability that a value of component i is given to component j."""

    def __float__(self) -> float:
        return self.error_rate.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.error_rate.value, dtype)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Modes:
    """The local maxima of the fitted density."""

    count: int
    places: tuple[Estimate, ...]
    """Ascending, with intervals."""


def parameter_bounds(fit: Fit, level: float, method: str, resample: Resample) -> Bounds:
    """Return the confidence intervals of the parameters; see `FitResult.confidence_interval`."""
    drawn = replicates_of(fit, resample) if method == "bootstrap" and fit.regular else None
    real, k = fit.real.tolist(), len(fit.mixture[0])
    n = len(real)
    kinds = [kind for kind in (Kind.WEIGHT, Kind.MEAN, Kind.SD) if n > 1 or kind is not Kind.WEIGHT]
    found = estimates(
        fit, [Quantity(kind, i) for kind in kinds for i in range(n)], level, method, resample, drawn
    )
    if n == 1:  # the one weight is 1, whatever the data
        known = 1.0 if fit.regular else math.nan
        found.insert(0, Estimate(1.0, known - 1.0, known, known, level, method))
    table = np.full((4, 3 * k), math.nan)
    for index, one in enumerate(found):
        place = k * (index // n) + real[index % n]
        if not math.isnan(one.standard_error):
            table[:, place] = one.lower, one.upper, one.reached_lower, one.reached_upper
    lower, upper, lowest, highest = (Parameters(*side.reshape(3, k)) for side in table)
    bounds = Bounds(lower, upper, level, method, lowest, highest, tuple(found))
    if drawn is None:
        return bounds
    return dataclasses.replace(
        bounds,
        ambiguous=drawn.ambiguous,
        failed=drawn.failed,
        findings=tuple(_about_replicates(drawn)),
    )


def _about_replicates(drawn: Replicates) -> Iterator[Finding]:
    if drawn.ambiguous > AMBIGUOUS:
        yield Finding(
            "ambiguous_replicates",
            f"In {100.0 * drawn.ambiguous:.0f} % of the replicates it is not clear which component is which: "
            "the bootstrap mixes them up there, and its intervals may be too short or too long.",
            value=drawn.ambiguous,
        )


def threshold_bounds(fit: Fit, level: float, method: str, resample: Resample) -> tuple[Threshold, ...]:
    """Return the thresholds with intervals; see `FitResult.thresholds`.

    Components of weight 0 are left out: the neighbours are those beside them.
    The interval is that of the crossing, while it exists. Where the branch ends because it does not any more,
    the bound is infinite: the data do not exclude that there is no threshold.
    """
    real = fit.real.tolist()
    cuts = as_seen_in(
        tuple(
            dataclasses.replace(c, below=real[c.below], above=real[c.above])
            for c in cut_points(*fit.real_mixture)
        ),
        fit.mixture,
        fit.sample,
    )
    place = {j: i for i, j in enumerate(real)}
    crossings = [c for c in cuts if c.kind != "none"]
    quantities = [
        Quantity(Kind.CROSSING if c.kind == "crossing" else Kind.SECOND, place[c.below], place[c.above])
        for c in crossings
    ]
    found = dict(zip(map(id, crossings), estimates(fit, quantities, level, method, resample), strict=True))
    return tuple(
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


def overlap(fit: Fit, level: float, method: str, resample: Resample) -> Overlap:
    """Return the error rate and the confusion table; see `FitResult.overlap`."""
    real, k = fit.real, len(fit.mixture[0])
    table = np.full((k, k), math.nan)
    table[np.ix_(real, real)] = _core.confusion(*fit.real_mixture)
    if len(real) == 1:
        error = Estimate(0.0, 0.0, 0.0, 0.0, level, method)
    else:
        (error,) = estimates(fit, [Quantity(Kind.ERROR)], level, method, resample)
    table.setflags(write=False)
    return Overlap(error, table)


def separation(fit: Fit, level: float, method: str, resample: Resample) -> tuple[Separation, ...]:
    """Return the distances between neighbours in the order of means; see `FitResult.separation`."""
    real = fit.real.tolist()
    pairs = list(itertools.pairwise(range(len(real))))
    kinds = (Kind.DISTANCE, Kind.BIMODALITY)
    found = estimates(
        fit, [Quantity(kind, i, j) for kind in kinds for i, j in pairs], level, method, resample
    )
    return tuple(
        Separation(real[i], real[j], found[n], found[n + len(pairs)]) for n, (i, j) in enumerate(pairs)
    )


def modes(fit: Fit, level: float, method: str, resample: Resample) -> Modes:
    """Return the local maxima of the density with intervals; see `FitResult.modes`."""
    places = moments.modes(*fit.real_mixture).tolist()
    return Modes(
        len(places),
        tuple(estimates(fit, [Quantity(Kind.MODE, at=x) for x in places], level, method, resample)),
    )
