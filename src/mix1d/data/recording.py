"""How rows came to be recorded as they are, so that the like can be drawn: bins, lattice, limits, windows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.labels import UNKNOWN
from mix1d.data.observations import Observations
from mix1d.data.recorded_sample import RecordedSample, places_of
from mix1d.errors import InputError
from mix1d.native import Recording

Rows = NDArray[np.bool_]


class Shapes(NamedTuple):
    """What each row is: exactly one of these, windows left aside."""

    exact: Rows
    rounded: Rows
    below: Rows
    """All that is known is that the value lies below the upper end."""
    above: Rows
    between: Rows
    """Intervals that are none of the others."""


def recording_of(sample: RecordedSample, *, drawn: bool) -> Recording:
    """Return the rows of a sample, those alike pooled, for replicates of it.

    Parameters
    ----------
    sample
        Rows of any kind.
    drawn
        Whether values are drawn and recorded again. Raises `InputError` where it is not known how.

    Examples
    --------
    >>> from mix1d.data.recorded_sample import recorded_sample
    >>> found = recording_of(recorded_sample(Observations([1.0, "<0.5", 3.0, 3.0])), drawn=True)
    >>> found.lower, found.weights, found.below
    (array([-inf,   1.,   3.]), array([1., 1., 2.]), (array([0.5]), array([1.])))
    """
    observations = sample.observations
    shapes = shapes_of(observations)
    pooled = _pooled(sample, shapes)
    if observations.rounded is not None and observations.rounded.any():
        step = float(observations.resolution)
        widest = int(np.argmax(np.where(shapes.rounded, observations.upper - observations.lower, -1.0)))
        pooled = pooled._replace(step=step, origin=float(observations.lower[widest]) + 0.5 * step)
    if shapes.between.any() or not (shapes.exact.any() or shapes.rounded.any()):
        edges = _edges(observations, shapes)
        if edges is None and drawn:
            raise InputError(
                "data must be bins, values or limits to draw samples of the fit anew, got intervals that "
                "overlap, or values among intervals: how the intervals arose is unknown; use the weighted "
                "bootstrap, which needs no more than the rows"
            )
        return pooled._replace(edges=edges)
    below, above = _limits(observations, shapes)
    return pooled._replace(below=below, above=above)


def shapes_of(observations: Observations) -> Shapes:
    """Return what each row is; an interval that ends with its window is a limit.

    >>> shapes_of(Observations([1.0, "<2"], truncation=(0, None))).below
    array([False,  True])
    """
    n = len(observations)
    lower, upper, windows = observations.lower, observations.upper, observations.truncation
    low = np.full(n, -np.inf) if windows is None else windows.low
    high = np.full(n, np.inf) if windows is None else windows.high
    rounded = np.zeros(n, np.bool_) if observations.rounded is None else observations.rounded
    exact = (lower == upper) & ~rounded
    known = exact | rounded
    below, above = ~known & (lower <= low), ~known & (upper >= high)
    whole = below & above  # it says nothing
    return Shapes(exact, rounded, below & ~whole, above & ~whole, ~known & (~(below | above) | whole))


def limit_law(limits: Array, limit_weights: Array, values: Array, weights: Array) -> tuple[Array, Array]:
    """Return where lower limits lie, falling, and their cumulative probabilities (Kaplan & Meier 1958).

    With time reversed: a value is only seen where it is at least the limit of its row, so that it says its
    limit was not above it; a row below its limit tells the limit itself. What is left of the probability has
    no limit.

    >>> limit_law(np.array([2.0, 1.0]), np.ones(2), np.array([1.5, 3.0]), np.ones(2))
    (array([2., 1.]), array([0.33333333, 1.        ]))
    """
    at, place = np.unique(-limits, return_inverse=True)
    told = np.bincount(place, weights=limit_weights)
    beyond = np.array([limit_weights[limits <= -x].sum() + weights[values <= -x].sum() for x in at])
    left = np.cumprod(np.maximum(1.0 - told / beyond, 0.0))
    return -at, 1.0 - left


def limits_assumed(sample: RecordedSample) -> str:
    """Return what drawn samples take for granted of limits, in a sentence; empty where nothing.

    Where a side has one limit, every row has it. Where it has several, those of the rows that were seen are
    not known.

    >>> from mix1d.data.recorded_sample import recorded_sample
    >>> limits_assumed(recorded_sample(Observations([1.0, "<0.5", "<0.5", 3.0])))
    ''
    >>> limits_assumed(recorded_sample(Observations([1.0, "<0.5", "<0.7", 3.0])))[:47]
    'Limits assumed: which of the 2 limits below a v'
    """
    shapes = shapes_of(sample.observations)
    if shapes.between.any():
        return ""
    ends = (
        ("below", shapes.below, sample.observations.upper),
        ("above", shapes.above, sample.observations.lower),
    )
    counts = [(side, len(np.unique(limits[rows]))) for side, rows, limits in ends]
    several = [f"{count} limits {side}" for side, count in counts if count > 1]
    if not several:
        return ""
    return (
        f"Limits assumed: which of the {' and the '.join(several)} a value had is drawn from the law of the "
        "limits (reverse Kaplan-Meier), as if it did not depend on the value."
    )


def _pooled(sample: RecordedSample, shapes: Shapes) -> Recording:
    of, n = sample.observations, len(sample.observations)
    weight = np.ones(n) if of.sample_weight is None else of.sample_weight
    error = np.zeros(n) if of.errors is None else of.errors
    label = np.full(n, UNKNOWN, np.int64) if of.labels is None else of.labels
    low = np.full(n, -np.inf) if of.truncation is None else of.truncation.low
    high = np.full(n, np.inf) if of.truncation is None else of.truncation.high
    limit = shapes.below | shapes.above
    mostly = 2.0 * weight[shapes.rounded].sum() > weight[~limit].sum()
    rounds = shapes.rounded | (limit & mostly)
    keys = [of.lower, of.upper, error, low, high, label, shapes.rounded, rounds]
    order = np.lexsort([weight, *keys[::-1]])
    first = np.zeros(n, np.bool_)
    first[0] = True
    for key in keys:
        ordered = key[order]
        first[1:] |= ordered[1:] != ordered[:-1]
    chosen = order[first]
    behind = int(sample.background is not None)
    bits = np.array([1 << (j + behind) for j in sample.component_of] + [-1], np.int64)
    return Recording(
        lower=of.lower[chosen],
        upper=of.upper[chosen],
        variance=np.square(error[chosen]),
        low=low[chosen],
        high=high[chosen],
        weights=np.add.reduceat(weight[order], np.flatnonzero(first)),
        components=bits[label[chosen]],
        rounded=shapes.rounded[chosen].astype(np.int64),
        rounds=rounds[chosen].astype(np.int64),
    )


def _edges(observations: Observations, shapes: Shapes) -> Array | None:
    """Return the edges of bins that do not overlap, with open ends; None where there are none."""
    if shapes.exact.any() or shapes.rounded.any():
        return None
    lower = np.where(shapes.below, -np.inf, observations.lower)
    upper = np.where(shapes.above, np.inf, observations.upper)
    if observations.histogram is not None:
        inner = observations.histogram.edges
    else:
        bins = np.unique(np.stack([lower, upper], axis=1), axis=0)
        if np.any(bins[1:, 0] < bins[:-1, 1]):
            return None
        inner = bins.reshape(-1)
    return np.unique(np.concatenate([[-np.inf], inner, [np.inf]]))


def _limits(
    observations: Observations, shapes: Shapes
) -> tuple[tuple[Array, Array] | None, tuple[Array, Array] | None]:
    """Return the laws of the limits below and above."""
    weight = np.ones(len(observations)) if observations.sample_weight is None else observations.sample_weight
    places = places_of(observations.lower, observations.upper)
    found: list[tuple[Array, Array] | None] = []
    for rows, ends, sign in (
        (shapes.below, observations.upper, 1.0),
        (shapes.above, observations.lower, -1.0),
    ):
        if not rows.any():
            found.append(None)
            continue
        seen = ~rows
        other = shapes.above if sign > 0.0 else shapes.below
        at = np.where(other, observations.lower if sign > 0.0 else observations.upper, places)
        law = limit_law(sign * ends[rows], weight[rows], sign * at[seen], weight[seen])
        found.append((sign * law[0], law[1]))
    return found[0], found[1]
