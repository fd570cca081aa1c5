"""How much of a fitted population windows of truncation let through, and how many rows components have."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays, MixedArrays
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.model.mixed import log_interval
from mix1d.outcome.models import arrays_of

if TYPE_CHECKING:
    from mix1d._core import Fitted

_MOST = 1000  # distinct windows that are looked at
_FAINTEST = 600.0  # nats; what is fainter is nothing beside a background


def probability_in(mixture: Arrays | MixedArrays, low: float, high: float, error: float = 0.0) -> float:
    """Return the probability that a mixture has between two places, with an error of measurement.

    >>> round(probability_in((np.ones(1), np.zeros(1), np.ones(1)), -1.0, np.inf), 4)
    0.8413
    """
    real = np.flatnonzero(mixture[0])
    logs = log_probabilities_in(mixture, low, high, error)[real]
    return math.fsum((mixture[0][real] * _core.exp(logs)).tolist())


def log_probabilities_in(mixture: Arrays | MixedArrays, low: float, high: float, error: float = 0.0) -> Array:
    """Return the logarithm of the probability of each component between two places: also far out in a tail.

    >>> log_probabilities_in((np.ones(1), np.array([-50.0]), np.ones(1)), 0.0, np.inf).round(1).tolist()
    [-1254.8]
    """
    if len(mixture) == 5:  # components of any families, which know no errors
        return _of_any(mixture, low, high)
    _, means, sds = mixture
    wide = np.sqrt(np.square(sds) + error * error)
    return np.array(
        [_log_between(m, s, low, high) for m, s in zip(means.tolist(), wide.tolist(), strict=True)]
    )


def _of_any(mixture: MixedArrays, low: float, high: float) -> Array:
    _, *parts = mixture
    ends = np.array([low]), np.array([high])
    each = ([np.ones(1), *(part[j : j + 1] for part in parts)] for j in range(len(parts[0])))
    return np.array([float(log_interval(*ends, cast(MixedArrays, tuple(one)))[0]) for one in each])


def _log_between(mean: float, sd: float, low: float, high: float) -> float:
    """Return log(P(low) - P(high)) of the tail that the window lies in, so that no digit is lost."""
    if sd == 0.0:
        return 0.0 if low <= mean <= high else -math.inf
    above = 0.5 * low + 0.5 * high > mean if math.isfinite(low + high) else high == math.inf
    near, far = (low, high) if above else (high, low)
    if math.isinf(near):
        return 0.0
    one = np.ones(1), np.array([mean]), np.array([sd])
    nearer = float(_core.probability(np.array([near]), one, above=above, log=True)[0])
    if math.isinf(far):
        return nearer
    farther = float(_core.probability(np.array([far]), one, above=above, log=True)[0])
    rest = 1.0 - float(_core.exp(np.array([farther - nearer]))[0])
    return nearer + float(_core.log(np.array([rest]))[0]) if rest > 0.0 else nearer


def shares_seen(fitted: Fitted, sample: RecordedSample) -> Array:
    """Return the share of the fitted population that each distinct window lets through."""
    observed = sample.observations
    assert observed.truncation is not None
    errors = np.zeros(len(observed)) if observed.errors is None else observed.errors
    rows = np.unique(np.column_stack([*observed.truncation, errors]), axis=0)[:_MOST]
    beside = fitted.get("background_weight", 0.0), sample.background or (0.0, 1.0)
    return np.array(
        [share_seen(arrays_of(fitted), low, high, error, *beside) for low, high, error in rows.tolist()]
    )


def share_seen(
    mixture: Arrays | MixedArrays,
    low: float,
    high: float,
    error: float,
    background: float,
    ends: tuple[float, float],
) -> float:
    """Return the share of a population, with a background of that weight, that one window lets through."""
    components = probability_in(mixture, low, high, error)
    return (1.0 - background) * components + background * _of_background(ends, low, high)


def log_share_seen(
    mixture: Arrays | MixedArrays,
    low: float,
    high: float,
    error: float,
    background: float,
    ends: tuple[float, float],
) -> float:
    """Return the logarithm of `share_seen`, minus infinity where nothing is seen; for pictures."""
    logs = log_probabilities_in(mixture, low, high, error)[mixture[0] > 0.0]
    with np.errstate(divide="ignore"):
        logs = np.log(mixture[0][mixture[0] > 0.0]) + np.log(1.0 - background) + logs
        beside = np.log(np.array([background * _of_background(ends, low, high)]))
    return float(np.logaddexp.reduce(np.concatenate([logs, beside])))


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
    weights = fitted["mixture"][0]
    if not isinstance(sample, RecordedSample):
        return weights * sample.total_weight
    share, windows = fitted.get("background_weight", 0.0), sample.observations.truncation
    if windows is None:
        return (1.0 - share) * weights * sample.total_weight
    rows = sample.observations
    of_row = np.ones(len(rows)) if rows.sample_weight is None else rows.sample_weight
    errors = np.zeros(len(rows)) if rows.errors is None else rows.errors
    classes, place = np.unique(np.column_stack([*windows, errors]), axis=0, return_inverse=True)
    heavy = np.bincount(place.ravel(), weights=of_row)
    if len(classes) > _MOST:  # evenly from all, since they are sorted
        some = np.linspace(0, len(classes) - 1, _MOST).astype(np.intp)
        classes, heavy = classes[some], heavy[some]
    found = np.zeros(len(weights))
    for (low, high, error), n in zip(classes.tolist(), heavy.tolist(), strict=True):
        logs = np.where(weights > 0.0, log_probabilities_in(arrays_of(fitted), low, high, error), -np.inf)
        top = max(float(logs.max()), -_FAINTEST if share > 0.0 else -math.inf)
        if top == -math.inf:  # too narrow for doubles to see it inside
            logs, top = np.where(weights > 0.0, 0.0, -np.inf), 0.0
        parts = (1.0 - share) * weights * _core.exp(logs - top)
        beside = share * _of_background(sample.background or (0.0, 1.0), low, high)
        total = math.fsum(parts.tolist())
        if beside > 0.0:
            total += beside * float(_core.exp(np.array([-top]))[0])
        found += n * parts / total
    return found * (sample.total_weight / math.fsum(heavy.tolist()))


def weights_seen(fitted: Fitted, sample: Sample) -> Array | None:
    """Return the weights of the components among what was recorded in windows, None where there are none.

    They sum to 1 without the background, as those of the population do.

    >>> import mix1d
    >>> x = [1.2, 1.4, 1.7, 2.0, 2.2, 2.5, 3.0, 8.0, 8.4, 9.0, 9.2, 10.0]
    >>> result = mix1d.fit(x, 2, truncation=(1.0, None))
    >>> result.weights.round(2).tolist(), weights_seen(result.fitted, result.sample).round(2).tolist()
    ([0.61, 0.39], [0.58, 0.42])
    """
    if not isinstance(sample, RecordedSample) or sample.observations.truncation is None:
        return None
    found = sizes(fitted, sample)
    total = math.fsum(found.tolist())
    if not total > 0.0:  # the background is all, and nothing is seen of the components
        return np.array(fitted["mixture"][0])
    return found / total
