"""Weights of the components inside the window of truncation, beside those of the population."""

import json

import numpy as np
import pytest
from scipy.stats import norm

import mix1d

RNG = np.random.default_rng(3)
X = np.r_[RNG.normal(0.0, 1.0, 300), RNG.normal(4.0, 1.0, 300)]
KEPT = X[X > 0.0]


def inside(result, low, high, error=0.0):
    """The slow twin: what each component has between the ends, as shares."""
    wide = np.sqrt(result.sds**2 + error**2)
    mass = norm.cdf(high, result.means, wide) - norm.cdf(low, result.means, wide)
    found = result.weights * mass
    return found / found.sum()


@pytest.mark.parametrize(("low", "high"), [(0.0, np.inf), (0.0, 6.0), (-np.inf, 6.0)])
@pytest.mark.parametrize("error", [0.0, 0.5])
def test_they_are_the_shares_of_what_is_recorded(low, high, error):
    x = X[(low < X) & (high > X)]
    result = mix1d.fit(x, 2, truncation=(low, high), errors=error or None)
    np.testing.assert_allclose(result.window_weights, inside(result, low, high, error), rtol=1e-9)
    assert abs(result.window_weights[0] - result.weights[0]) > 1e-3
    again = mix1d.load(result.to_json())
    assert again.window_weights.tolist() == result.window_weights.tolist()
    assert json.loads(result.to_json())["window_weights"] == result.window_weights.tolist()
    with pytest.raises(ValueError, match="read-only"):
        result.window_weights[0] = 0.5


def test_there_are_none_without_truncation():
    assert mix1d.fit(X, 2).window_weights is None
    recorded = mix1d.fit(X, 2, errors=0.5)
    assert recorded.window_weights is None
    assert json.loads(recorded.to_json())["window_weights"] is None


def test_beside_a_background_they_sum_to_1():
    x = np.r_[KEPT, np.random.default_rng(1).uniform(0.0, 12.0, 100)]
    result = mix1d.fit(x, 2, truncation=(0.0, None), background=(0.0, 12.0))
    np.testing.assert_allclose(result.window_weights, inside(result, 0.0, np.inf), rtol=1e-9)


@pytest.mark.parametrize("classes", [2, 2000])
def test_windows_of_rows_count_by_their_rows(classes):
    low = np.linspace(-3.0, 3.0, classes)[np.arange(6000) % classes]
    x = np.random.default_rng(4).normal(0.0, 1.0, 6000)
    x[::3] += 5.0
    seen = x > low
    x, low = x[seen], low[seen]
    result = mix1d.fit(x, 2, truncation=(low, None))
    slow = np.mean([inside(result, one, np.inf) for one in low], axis=0)
    np.testing.assert_allclose(result.window_weights, slow, atol=1e-9 if classes == 2 else 2e-2)
