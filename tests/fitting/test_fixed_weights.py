"""Weights that are fixed, all of them, stay where the caller puts them."""

import numpy as np
import pytest

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
