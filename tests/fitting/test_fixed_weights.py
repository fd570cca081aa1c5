"""Weights that are fixed, all of them, stay where the caller puts them."""

import numpy as np
import pytest
from scipy import optimize, stats

import mix1d

RNG = np.random.default_rng(1)
UNEVEN = np.concatenate([RNG.normal(0.0, 1.0, 60), RNG.normal(3.0, 1.0, 100)])


@pytest.mark.parametrize(
    ("weights", "expected"), [("equal", [0.5, 0.5]), ([0.2, 0.8], [0.2, 0.8]), ([0.2, None], [0.2, 0.8])]
)
def test_all_weights_are_those_that_were_given(weights, expected):
    result = mix1d.fit(UNEVEN, 2, weights=weights)
    np.testing.assert_allclose(result.weights, expected, rtol=1e-12)
    assert result.log_likelihood < mix1d.fit(UNEVEN, 2).log_likelihood


def log_likelihood(x, low, high, weights, means, sds):
    """Of values in windows, with the weights of the population."""
    density = stats.norm.pdf(x[:, None], means, sds) @ weights
    low, high = (np.broadcast_to(end, x.shape)[:, None] for end in (low, high))
    seen = (stats.norm.cdf(high, means, sds) - stats.norm.cdf(low, means, sds)) @ weights
    return float(np.log(density).sum() - np.log(seen).sum())


@pytest.mark.parametrize("weights", ["equal", [0.3, 0.7], [0.3, None]])
@pytest.mark.parametrize("windows", ["one", "two"])
def test_weights_of_truncated_values_are_those_of_the_population(weights, windows):
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(0.0, 1.0, 600), rng.normal(3.0, 1.0, 1400)])
    low = np.full(x.shape, 0.5) if windows == "one" else np.where(np.arange(x.size) % 2, 0.5, -0.5)
    x, low = x[x > low], low[x > low]
    truncation = (0.5, None) if windows == "one" else (low, None)
    found = mix1d.fit(x, 2, weights=weights, truncation=truncation)
    given = [0.5, 0.5] if weights == "equal" else [0.3, 0.7]
    np.testing.assert_allclose(found.weights, given, rtol=1e-12)
    at = log_likelihood(x, low, np.inf, found.weights, found.means, found.sds)
    assert found.log_likelihood == pytest.approx(at, abs=1e-8)

    def minus(free):
        return -log_likelihood(x, low, np.inf, np.array(given), free[:2], np.exp(free[2:]))

    starts = [np.r_[found.means, np.log(found.sds)], [0.0, 3.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0]]
    best = min(optimize.minimize(minus, start, method="BFGS").fun for start in starts)
    assert found.log_likelihood == pytest.approx(-best, abs=0.05)  # the penalty chooses among optima
    again = mix1d.fit(x, 2, weights=weights, truncation=truncation, start=found.mixture)
    np.testing.assert_allclose(again.means, found.means, atol=1e-6)
    assert found.log_likelihood < mix1d.fit(x, 2, truncation=truncation).log_likelihood + 1e-6


def test_fixed_weights_beside_a_background_in_a_window():
    rng = np.random.default_rng(6)
    x = np.concatenate([rng.normal(0.0, 1.0, 300), rng.normal(5.0, 1.0, 700), rng.uniform(-5.0, 15.0, 200)])
    x = x[x > 0.0]
    found = mix1d.fit(x, 2, weights=[0.3, 0.7], truncation=(0.0, None), background=(-5.0, 15.0))
    np.testing.assert_allclose(found.weights, [0.3, 0.7], rtol=1e-12)

    def minus(free):
        share, means, sds = 1.0 / (1.0 + np.exp(-free[0])), free[1:3], np.exp(free[3:])
        weights = (1.0 - share) * np.array([0.3, 0.7])
        flat = share * (x < 15.0) / 20.0
        seen = stats.norm.sf(0.0, means, sds) @ weights + 0.75 * share
        return x.size * np.log(seen) - np.log(stats.norm.pdf(x[:, None], means, sds) @ weights + flat).sum()

    w = found.background_weight
    here = np.r_[np.log(w / (1.0 - w)), found.means, np.log(found.sds)]
    truth = [np.log(0.2), 0.0, 5.0, 0.0, 0.0]
    assert found.log_likelihood == pytest.approx(-minus(here), abs=1e-8)
    best = min(optimize.minimize(minus, start, method="BFGS").fun for start in (here, truth))
    assert found.log_likelihood == pytest.approx(-best, abs=0.05)
