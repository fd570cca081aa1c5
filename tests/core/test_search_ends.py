"""The search ends on any finite input, and what leaves the core is a mixture."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
from cases import column


def check_mixture(result):
    m = result.mixture
    assert np.isfinite([m.weights, m.means, m.sds]).all()
    assert (m.sds > 0.0).all()
    assert (m.weights >= 0.0).all()
    assert m.weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.isfinite(result.log_likelihood)


@pytest.fixture(autouse=True)
def quietly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mix1d.NotConvergedWarning)
        yield


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_values_over_115_powers_of_ten(k):
    """In units of the bulk most of them are one place: the rounding of the centre hides them."""
    x = column("cases/constants_public")
    check_mixture(mix1d.fit(x, k))
    check_mixture(mix1d.fit(x, k, sds="equal"))


@pytest.mark.parametrize("values", [[0.0] * 50 + [8e307, -8e307], [0.0] * 50 + [1.7e308, -1.7e308]])
def test_sums_of_gaps_beyond_the_largest_double(values):
    for k in (1, 2, 3):
        result = mix1d.fit(values, k)
        check_mixture(result)
        small = mix1d.fit(np.array(values) * 2.0**-900, k)
        np.testing.assert_array_equal(result.mixture.means, small.mixture.means * 2.0**900)
        assert str(result)


def test_half_of_the_values_near_the_largest_double():
    far = (np.arange(500) % 97 / 200.0 + 0.5) * 1e308 * (-1.0) ** np.arange(500)
    for k in (1, 2, 3):
        result = mix1d.fit(np.concatenate([np.zeros(500), far]), k)
        check_mixture(result)
        assert str(result)


def steps(n):
    """Evenly scattered numbers between -1 and 1."""
    return (np.arange(n) * 7919 % n) / (0.5 * n) - 1.0


@pytest.mark.parametrize("scale", [1e-20, 1e-10, 1e-180, 1e-300])
def test_sums_of_sketches_of_very_different_scales(scale):
    wide, narrow = mix1d.Sketch(), mix1d.Sketch()
    wide.add((steps(100_003) * 0.05 - 17.8).astype(np.float32))
    narrow.add(steps(245) * scale)
    merged = wide + narrow
    for k in (1, 2, 3):
        check_mixture(mix1d.fit(merged, k))
    x = np.concatenate([(steps(100_003) * 0.05 - 17.8).astype(np.float32), steps(245) * scale])
    one = mix1d.fit(merged, 1)
    assert one.log_likelihood == pytest.approx(mix1d.fit(x, 1).log_likelihood, rel=1e-10)


def test_a_long_column_with_a_few_values_800_powers_of_two_away():
    """Cells as narrow as the bulk's have no number there that an integer can hold."""
    bulk = np.concatenate([steps(40_001) * 2.0**20, steps(34_003) * 2.0**-20])
    far = np.ldexp(steps(1106) + 1.0, 808)
    result = mix1d.fit(np.concatenate([bulk, far]), 3)
    check_mixture(result)
    sketch = mix1d.Sketch()
    sketch.add(np.concatenate([bulk, far]))
    assert sketch.count == 75_110


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(-1074, 1023), st.integers(1, 400), st.integers(-2, 2)), min_size=2, max_size=5
    ),
    st.integers(2, 3),
)
def test_groups_anywhere(groups, k):
    """Groups of any size around any place at any scale."""
    with np.errstate(over="ignore"):
        x = np.concatenate([np.ldexp(steps(n) + shift, scale) for scale, n, shift in groups])
    x = x[np.isfinite(x)]
    if len(np.unique(x)) >= k:
        check_mixture(mix1d.fit(x, k))
