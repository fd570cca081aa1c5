"""Mixtures whose sds lie hundreds of orders of magnitude apart: exact, finite, and without a warning."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import mix1d
from exact import cdf as exact_cdf
from hostile import mixtures, signed

LARGEST = 1.7e308


@st.composite
def places(draw, m):
    """Points of all magnitudes, and some sds from the means."""
    points = [draw(signed) for _ in range(3)]
    for mean, sd in zip(m.means.tolist(), m.sds.tolist(), strict=True):
        points += [mean, mean + draw(st.sampled_from([-40.0, -3.0, -0.5, 0.5, 3.0, 40.0])) * sd]
    points = [min(max(x, -LARGEST), LARGEST) for x in points]
    return np.array(sorted(points))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_function_of_x_is_nan(data):
    m = data.draw(mixtures())
    x = data.draw(places(m))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        below, above = m.cdf(x), m.ccdf(x)
        for name in ("pdf", "logpdf", "logcdf", "logccdf", "predict"):
            assert not np.isnan(getattr(m, name)(x)).any(), name
        for name in ("cdf", "logcdf", "ccdf", "logccdf"):
            assert not np.isnan(getattr(m, name)(x[:-1], x[1:])).any(), name
        shares = m.responsibilities(x)
    assert np.allclose(below + above, 1.0, rtol=0.0, atol=1e-15)
    assert (np.diff(below) >= -1e-15).all()
    assert np.allclose(shares.sum(axis=1), 1.0, rtol=0.0, atol=1e-12)
    assert np.allclose(m.cdf(x[:-1], x[1:]), np.diff(below), rtol=0.0, atol=1e-14)


@pytest.mark.parametrize("sds", [[1e302, 1e-322], [1e-320, 1e307], [1.7e308, 5e-324]])
def test_the_smallest_sds_keep_their_digits_beside_the_largest(sds):
    m = mix1d.Mixture([0.5, 0.5], [0.0, 0.0], sds)
    x = np.array([-40.0, -3.0, -1.0, 0.0, 1.0, 3.0, 40.0]) * min(sds)
    assert m.cdf(x) == pytest.approx(
        0.25 + 0.5 * mix1d.Mixture([1.0], [0.0], [1.0]).cdf(x / min(sds)), abs=1e-14
    )


@settings(max_examples=400, deadline=None)
@given(mixtures(), st.floats(0.0, 1.0), st.floats(-1e300, -1e-300))
def test_no_number_is_nan(m, p, log_p):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = [m.icdf(p), m.iccdf(p), m.ilogcdf(log_p), m.ilogccdf(log_p), m.median(), m.mode()]
        found += [m.mean(), m.variance(), m.standard_deviation(), m.entropy()]
        found += [m.moment(3), m.skewness(), m.kurtosis(), *m.modes()]
        assert not np.isnan(found).any(), found
        m.thresholds()
        str(m), repr(m), m._repr_html_()
    real = m.weights > 0.0
    assert m.means[real].min() <= m.mode() <= m.means[real].max()


@settings(max_examples=100, deadline=None)
@given(st.data())
@example(None)
def test_probabilities_are_those_of_arbitrary_precision(data):
    if data is None:
        m, x = mix1d.Mixture([0.5, 0.5], [0, -1], [6.1e301, 1.165e-307]), np.array([-1.0, 0.0, 1.0])
    else:
        m = data.draw(mixtures())
        x = data.draw(places(m))
    wanted = [float(exact_cdf(m, point)) for point in x.tolist()]
    assert m.cdf(x) == pytest.approx(wanted, rel=1e-12, abs=1e-300)


def test_between_points_whose_distance_in_sds_no_double_holds():
    m = mix1d.Mixture([1], [3e97], [4.2e-287])
    assert m.cdf(-1.4e122, 3e97) == pytest.approx(0.5, rel=1e-15)
    assert m.logcdf(-1.4e122, 3e97) == pytest.approx(math.log(0.5), rel=1e-15)
    assert m.cdf(-math.inf, math.inf) == 1.0
    assert m.cdf(3e97, math.inf) == pytest.approx(0.5, rel=1e-15)


def test_quantiles_far_out_beside_a_component_far_away():
    m = mix1d.Mixture([0.5, 0.5], [-2.2e296, 3.6e-16], [8e-73, 9e-124])
    assert m.ilogcdf(-179102.8) == pytest.approx(-2.2e296, rel=1e-15)


def test_components_without_weight_move_nothing():
    """Not even where the sds of the others are the smallest of doubles, and theirs among the largest."""
    for sd in (1e-322, 1e-316, 1e-308):
        one = mix1d.Mixture([0.5, 0.5], [0.0, 0.0], [1.0, sd])
        other = mix1d.Mixture([0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [1.0, sd, 1e302])
        x = sd * np.arange(-8.0, 9.0)
        assert np.array_equal(one.cdf(x), other.cdf(x))


def test_modes_of_scales_whose_products_overflow():
    third = np.array([1.0, 0.0, 1.0, 1.0]) / 3.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert 0.0 in mix1d.Mixture(third, [-1e262, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1e262]).modes()
