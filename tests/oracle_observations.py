"""The slow, obvious twin of what observations mean: their log-likelihood under a mixture, row by row.

The definition stands at the top of `data/reference/observations.json`. mpmath with 40 digits, loops, no
pooling.
"""

import math
from typing import NamedTuple

import mpmath
import numpy as np

DIGITS = 40


class Model(NamedTuple):
    """A mixture, whose weights sum to one with that of the background."""

    weights: tuple
    means: tuple
    sds: tuple
    background: tuple | None = None
    """(weight, low, high)"""


def _number(x):
    return mpmath.mpf(float(x))


def _cdf(x, mean, sd):
    if math.isinf(x):
        return mpmath.mpf(1 if x > 0 else 0)
    return mpmath.ncdf((_number(x) - mean) / sd)


def _normal(lower, upper, mean, sd):
    """The density of an exact value, the probability of an interval."""
    if lower == upper:
        return mpmath.npdf(_number(lower), mean, sd)
    if lower > mean:  # the far tail, mirrored, so that no digit is lost
        return _cdf(-lower, -mean, sd) - _cdf(-upper, -mean, sd)
    return _cdf(upper, mean, sd) - _cdf(lower, mean, sd)


def _uniform(lower, upper, error, low, high):
    low, high = _number(low), _number(high)
    if error > 0:
        raise NotImplementedError("no reference has a background and errors")
    if lower == upper:
        return 1 / (high - low) if low <= lower <= high else mpmath.mpf(0)
    overlap = min(upper, float(high)) - max(lower, float(low))
    return max(_number(overlap), mpmath.mpf(0)) / (high - low)


def parts(model, lower, upper, error):
    """What each component, and last the background, contributes to one row."""
    found = []
    for weight, mean, sd in zip(model.weights, model.means, model.sds, strict=True):
        total = mpmath.sqrt(_number(sd) ** 2 + _number(error) ** 2)
        found.append(_number(weight) * _normal(lower, upper, _number(mean), total))
    if model.background is not None:
        weight, low, high = model.background
        found.append(_number(weight) * _uniform(lower, upper, error, low, high))
    return found


def log_likelihood(obs, model, component_of=None):
    """The log-likelihood of observations, as an mpf; `component_of` maps codes of labels to components."""
    with mpmath.workdps(DIGITS):
        total = mpmath.mpf(0)
        for i in range(len(obs)):
            weight = 1.0 if obs.sample_weight is None else obs.sample_weight[i]
            error = 0.0 if obs.errors is None else obs.errors[i]
            found = parts(model, obs.lower[i], obs.upper[i], error)
            code = -1 if obs.labels is None else obs.labels[i]
            one = mpmath.fsum(found) if code < 0 else found[component_of[code]]
            term = mpmath.log(one)
            if obs.truncation is not None:
                low, high = obs.truncation.low[i], obs.truncation.high[i]
                term -= mpmath.log(mpmath.fsum(parts(model, low, high, error)))
            if obs.rounded is not None and obs.rounded[i]:
                term -= mpmath.log(_number(obs.resolution))
            total += _number(weight) * term
        return +total


def log_likelihood_of_terms(terms, model, component_of=None):
    """The same of a pooled table: signed terms, the common window apart."""
    with mpmath.workdps(DIGITS):
        total = mpmath.mpf(0)
        for i in range(len(terms.weight)):
            found = parts(model, terms.lower[i], terms.upper[i], terms.error[i])
            code = terms.label[i]
            one = mpmath.fsum(found) if code < 0 else found[component_of[code]]
            total += _number(terms.weight[i]) * mpmath.log(one)
        if terms.common:
            inside = mpmath.fsum(parts(model, *terms.window, terms.window_error))
            total -= _number(terms.total_weight) * mpmath.log(inside)
        if terms.rounded_weight:
            total -= _number(terms.rounded_weight) * mpmath.log(_number(terms.step))
        return +total


def model_of(case):
    """The reference parameters of a case."""
    background = None
    weights = np.array(case["weights"], float)
    if "background" in case:
        background = (case["background_weight"], *case["background"])
    return Model(tuple(weights), tuple(case["means"]), tuple(case["sds"]), background)
