"""The bars of rows that are not all exact values: bins as given, intervals spread evenly, limits apart."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.data.sample import Sample
from mix1d.display.bins import Bins, bins_of
from mix1d.model.mixture import Mixture
from mix1d.outcome.findings_of_rows import limits_of

_EVEN = 1e-9  # relative difference of the widths of bins that are the same
_MOST_LIMITS = 4  # that have an arrow each


class Limit(NamedTuple):
    """Rows of which one side only is known."""

    below: bool
    place: float
    """The limit, or the one nearest to the other rows where there are many."""
    weight: float
    several: bool
    """Whether this stands for several limits."""


def limits_in(sample: Sample | None) -> tuple[Limit, ...]:
    """Return the limits of a sample, with what lies beyond them.

    >>> from mix1d.data.recorded_sample import recorded_sample
    >>> limits_in(recorded_sample(Observations([1.0, "<0.5", "<0.5", 2.0])))
    (Limit(below=True, place=0.5, weight=2.0, several=False),)
    """
    if not isinstance(sample, RecordedSample):
        return ()
    found = []
    for where, ends, weights in limits_of(sample.observations):
        places, at = np.unique(ends, return_inverse=True)
        totals = np.bincount(at, weights=weights)
        if len(places) > _MOST_LIMITS:
            place = float(places[-1] if where == "below" else places[0])
            found.append(Limit(where == "below", place, float(totals.sum()), True))
        else:
            found += [
                Limit(where == "below", float(place), float(total), False)
                for place, total in zip(places, totals, strict=True)
            ]
    return tuple(found)


def given_bins(rows: Observations) -> tuple[Array, Array] | None:
    """Return edges and counts of the closed bins that were given, without empty ones at the ends.

    Those next to an open bin that is not empty stay.

    >>> given_bins(Observations(([0, 5, 2, 0], [0, 1, 2, 4, 9])))
    (array([1., 2., 4.]), array([5., 2.]))
    """
    if rows.histogram is None:
        return None
    counts, edges = rows.histogram
    closed, below, above = np.isfinite(edges), counts[0], counts[-1]
    edges, counts = edges[closed], counts[closed[:-1] & closed[1:]]
    used = np.flatnonzero(counts)
    if rows.truncation is not None or not len(used):
        return None
    first = 0 if not closed[0] and below > 0.0 else int(used[0])
    last = len(counts) - 1 if not closed[-1] and above > 0.0 else int(used[-1])
    return edges[first : last + 2], counts[first : last + 1]


def bins_of_rows(sample: RecordedSample, columns: int | None = None, least: float | None = None) -> Bins:
    """Choose bins of equal width for rows of any kind, and sum the weight in each.

    Rounded values are counted as `bins_of` counts them; bins of one width are kept, or joined where there
    are more than columns; the weight of other intervals is spread evenly over them; limits are not counted.

    >>> from mix1d.data.recorded_sample import recorded_sample
    >>> bins_of_rows(recorded_sample(Observations(([1, 2, 1], [0, 1, 2, 3]))), 30).columns_each
    10
    """
    exact = as_exact(sample)
    if exact is not None:
        return bins_of(exact, columns, least)
    given = given_bins(sample.observations)
    if given is not None and is_even(given[0]):
        return _kept(*given, columns)
    chosen = bins_of(_stand_in(sample), columns, least)
    terms = sample.terms
    counts = (terms.weight > 0.0) & np.isfinite(terms.lower) & np.isfinite(terms.upper)
    totals = spread_over(chosen.edges, terms.lower[counts], terms.upper[counts], terms.weight[counts])
    outside = float(terms.weight[counts].sum() - totals.sum())
    outside = outside if outside > 1e-9 * sample.total_weight else 0.0
    return Bins(chosen.low, chosen.width, totals, outside, chosen.columns_each, chosen.shift)


def are_wide(edges: Array, mixture: Mixture) -> bool:
    """Say whether given bins are so wide that a curve does not show how many rows are expected in each.

    >>> are_wide(np.array([0.0, 1.0, 2.0]), Mixture([1.0], [0.0], [1.5]))
    True
    """
    real = (mixture.weights > 0.0) & (mixture.sds > 0.0)
    return bool(real.any()) and float(np.max(np.diff(edges))) > 0.5 * float(mixture.sds[real].min())


def is_even(edges: Array) -> bool:
    """Say whether all bins have one width."""
    widths = np.diff(edges)
    return float(np.ptp(widths)) <= _EVEN * float(np.abs(edges).max())


def spread_over(edges: Array, lower: Array, upper: Array, weight: Array) -> Array:
    """Sum the weight of rows in bins; that of an interval is spread evenly over it.

    >>> ends = np.array([0.5, 1.5]), np.array([0.5, 2.5])
    >>> spread_over(np.array([0.0, 1.0, 2.0]), *ends, np.array([1.0, 4.0]))
    array([1., 2.])
    """
    points = lower == upper
    index = np.searchsorted(edges, lower[points], side="right") - 1
    index[lower[points] == edges[-1]] = len(edges) - 2
    inside = (index >= 0) & (index < len(edges) - 1)
    totals = np.bincount(index[inside], weight[points][inside], minlength=len(edges) - 1).astype(np.float64)
    low, high, w = lower[~points], upper[~points], weight[~points]
    with np.errstate(over="ignore", invalid="ignore"):
        below = np.clip((edges[:, None] - low) / (high - low), 0.0, 1.0) @ w
    return np.asarray(totals + np.diff(below))


def _kept(edges: Array, counts: Array, columns: int | None) -> Bins:
    """Return given bins of one width, joined where there are more than columns."""
    together = 1 if columns is None else -(-len(counts) // columns)
    padded = np.pad(counts, (0, -len(counts) % together))
    totals = padded.reshape(-1, together).sum(axis=1)
    shift = -math.frexp(float(np.max(np.abs(edges))))[1]
    width = math.ldexp(float(edges[-1] - edges[0]) / len(counts) * together, shift)
    each = 1 if columns is None else columns // len(totals)
    return Bins(math.ldexp(float(edges[0]), shift), width, totals, 0.0, each, shift)


def _stand_in(sample: RecordedSample) -> Sample:
    """Return a sample of values that has the range of the rows."""
    return Sample(
        sample.values,
        sample.weights,
        sample.n_obs,
        sample.total_weight,
        0,
        0,
        sample.step or None,
        sample.name,
        None,
    )
