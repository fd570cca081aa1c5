"""How much of a fitted population windows of truncation let through, and how many rows components have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample

if TYPE_CHECKING:
    from mix1d._core import Fitted

_MOST = 1000  # distinct windows that are looked at


def probability_in(mixture: Arrays, low: float, high: float, error: float = 0.0) -> float:
    """Return the probability that a mixture has between two places, with an error of measurement.

    >>> round(probability_in((np.ones(1), np.zeros(1), np.ones(1)), -1.0, np.inf), 4)
    0.8413
    """
    weights, means, sds = mixture
    real = weights > 0.0
    wide = np.sqrt(np.square(sds[real]) + error * error)
    seen = weights[real], means[real], wide
    below = 0.0 if low == -np.inf else float(_core.probability(np.array([low]), seen)[0])
    return (1.0 if high == np.inf else float(_core.probability(np.array([high]), seen)[0])) - below


def shares_seen(fitted: Fitted, sample: RecordedSample) -> Array:
    """Return the share of the fitted population that each distinct window lets through."""
    observed = sample.observations
    assert observed.truncation is not None
    errors = np.zeros(len(observed)) if observed.errors is None else observed.errors
    rows = np.unique(np.column_stack([*observed.truncation, errors]), axis=0)[:_MOST]
    beside = fitted.get("background_weight", 0.0), sample.background or (0.0, 1.0)
    return np.array(
        [share_seen(fitted["mixture"], low, high, error, *beside) for low, high, error in rows.tolist()]
    )


def share_seen(
    mixture: Arrays, low: float, high: float, error: float, background: float, ends: tuple[float, float]
) -> float:
    """Return the share of a population, with a background of that weight, that one window lets through."""
    components = probability_in(mixture, low, high, error)
    return (1.0 - background) * components + background * _of_background(ends, low, high)


def _of_background(ends: tuple[float, float], low: float, high: float) -> float:
    first, last = ends
    return max(min(high, last) - max(low, first), 0.0) / (last - first)


def sizes(fitted: Fitted, sample: Sample) -> Array:
    """Return how many of the recorded rows each component has, by weight.

    That is its share of them, which under truncation is not its share of the population.

    >>> import mix1d
    >>> result = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    >>> sizes(result.fitted, result.sample).round(2).tolist()
    [4.0, 4.0]
    """
    weights, means, sds = fitted["mixture"]
    if not isinstance(sample, RecordedSample):
        return weights * sample.total_weight
    share, windows = fitted.get("background_weight", 0.0), sample.observations.truncation
    seen, of_background = np.ones(len(weights)), 1.0
    if windows is not None:
        low, high = float(windows.low.min()), float(windows.high.max())
        one = np.ones(1)
        seen = np.array(
            [
                probability_in((one, means[j : j + 1], sds[j : j + 1]), low, high)
                if weights[j] > 0.0
                else 0.0
                for j in range(len(weights))
            ]
        )
        of_background = _of_background(sample.background or (0.0, 1.0), low, high)
    parts = (1.0 - share) * weights * seen
    total = float(parts.sum()) + share * of_background
    return parts / total * sample.total_weight
