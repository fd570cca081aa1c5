"""Laws of data as they come: what ties the kinds of rows to each other and to exact values."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import mix1d
from cases import draw

INF = np.inf
laws = settings(max_examples=20, deadline=None)


@st.composite
def columns(draw_from, least=40):
    """Two populations, 2 to 6 sds apart, in sixteenths."""
    n = draw_from(st.integers(least, 120))
    gap = draw_from(st.floats(3.0, 6.0))
    x = draw(draw_from(st.integers(0, 2**32 - 1)), [0.4, 0.6], [0.0, gap], [1.0, 0.8], n)
    return np.round(x * 16.0) / 16.0


def numbers(result):
    return np.array([result.weights, result.means, result.sds])


def near(one, other, tolerance=1e-7):
    scale = np.array([np.ones_like(one.weights), one.sds, one.sds])
    return np.max(np.abs(numbers(one) - numbers(other)) / np.maximum(scale, 1e-12)) < tolerance


def sound(*results):
    assume(not any(result.regularized or not result.converged for result in results))


@laws
@given(columns())
def test_a_resolution_is_intervals_bit_for_bit(x):
    rounded = np.round(x)
    one = mix1d.fit(rounded, 2, resolution=1.0)
    other = mix1d.fit(rounded - 0.5, 2, upper=rounded + 0.5)
    assert np.array_equal(numbers(one), numbers(other))
    assert one.log_likelihood == other.log_likelihood


@laws
@given(columns())
def test_narrow_bins_are_exact_values(x):
    x = np.unique(x)
    h = 2.0**-20
    exact = mix1d.fit(x, 2, resolution=0, set_apart=None)
    bins = mix1d.fit(x - h / 2, 2, upper=x + h / 2)
    sound(exact, bins)
    assert near(exact, bins, 1e-5)
    assert bins.log_likelihood - len(x) * math.log(h) == pytest.approx(exact.log_likelihood, abs=1e-6)


@laws
@given(columns())
def test_no_errors_are_exact_values(x):
    exact = mix1d.fit(x, 2, resolution=0, set_apart=None)
    same = mix1d.fit(x, 2, errors=np.zeros(len(x)), resolution=0)
    assert np.array_equal(numbers(exact), numbers(same)) or near(exact, same, 1e-9)


@laws
@given(columns(), st.floats(0.05, 0.5))
def test_equal_errors_widen_every_component(x, error):
    exact = mix1d.fit(x, 2, resolution=0, set_apart=None)
    sound(exact)
    assume(exact.sds.min() > 1.5 * error)
    noisy = mix1d.fit(x, 2, errors=error, resolution=0)
    assert noisy.means == pytest.approx(exact.means, abs=1e-7)
    assert noisy.sds**2 + error**2 == pytest.approx(exact.sds**2, rel=1e-7)
    assert noisy.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-9)


@laws
@given(columns())
def test_a_window_that_holds_everything_is_none(x):
    exact = mix1d.fit(x, 2, resolution=0, set_apart=None)
    sound(exact)
    windowed = mix1d.fit(x, 2, truncation=(-1000.0, 1000.0), resolution=0)
    assert near(exact, windowed, 1e-8)
    assert windowed.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-9)


@laws
@given(columns())
def test_labels_of_all_rows_are_fits_of_their_own(x):
    labels = (x > np.median(x)).astype(int)
    assume(min(np.ptp(x[labels == 0]), np.ptp(x[labels == 1])) > 0.5)
    result = mix1d.fit(x, 2, labels=labels, resolution=0)
    for j in (0, 1):
        part = x[labels == j]
        assert result.weights[j] == pytest.approx(len(part) / len(x), rel=1e-9)
        assert result.means[j] == pytest.approx(part.mean(), rel=1e-9, abs=1e-9)
        assert result.sds[j] == pytest.approx(part.std(), rel=1e-8)


def recorded(x, factor=1.0):
    """Limits below, values, and a window above everything else: arguments of a fit of factor * x."""
    low = x < np.quantile(x, 0.15)
    limit = float(x[~low].min())
    lower = np.where(low, -INF, x) * abs(factor)
    upper = np.where(low, limit, x) * abs(factor)
    high = (float(x.max()) + 0.5) * abs(factor)
    if factor > 0.0:
        return {"data": lower, "upper": upper, "truncation": (None, high)}
    return {"data": -upper, "upper": -lower, "truncation": (-high, None)}


def fitted(arguments, k=2):
    options = dict(arguments)
    return mix1d.fit(options.pop("data"), k, resolution=0, **options)


@laws
@given(columns(), st.integers(-40, 40))
def test_scales_of_limits_and_windows(x, exponent):
    one, other = fitted(recorded(x)), fitted(recorded(x, 2.0**exponent))
    assert np.array_equal(other.weights, one.weights)
    assert np.array_equal(other.means, one.means * 2.0**exponent)
    assert np.array_equal(other.sds, one.sds * 2.0**exponent)


@laws
@given(columns())
def test_mirrored_limits_and_windows(x):
    one, other = fitted(recorded(x)), fitted(recorded(x, -1.0))
    sound(one, other)
    assume(len(one.optima) == len(other.optima) == 1)
    assert other.means[::-1] == pytest.approx(-one.means, abs=1e-6)
    assert other.sds[::-1] == pytest.approx(one.sds, rel=1e-6)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-8)


@laws
@given(columns(), st.integers(-40, 40))
def test_scales_of_errors(x, exponent):
    errors = 0.2 + np.arange(len(x)) % 5 / 16.0
    factor = 2.0**exponent
    one = mix1d.fit(x, 2, errors=errors, resolution=0)
    other = mix1d.fit(x * factor, 2, errors=errors * factor, resolution=0)
    assert np.array_equal(other.means, one.means * factor)
    assert np.array_equal(other.sds, one.sds * factor)


@laws
@given(columns(), st.randoms())
def test_the_order_of_rows_changes_no_bit(x, random):
    order = list(range(len(x)))
    random.shuffle(order)
    errors = 0.2 + np.arange(len(x)) % 5 / 16.0
    one = mix1d.fit(x, 2, errors=errors, resolution=0)
    other = mix1d.fit(x[order], 2, errors=errors[order], resolution=0)
    assert np.array_equal(numbers(one), numbers(other))


@laws
@given(columns())
def test_weights_are_repetitions_of_rows(x):
    lower, upper = np.floor(x), np.floor(x) + 1.0
    once = mix1d.fit(lower, 2, upper=upper, sample_weight=np.full(len(x), 2.0))
    twice = mix1d.fit(np.tile(lower, 2), 2, upper=np.tile(upper, 2))
    assert np.array_equal(numbers(once), numbers(twice))


@laws
@given(columns())
def test_fewer_bins_know_less_but_have_an_answer(x):
    edges = np.arange(math.floor(x.min()), math.ceil(x.max()) + 2.0, 0.5)
    counts = np.histogram(x, edges)[0].astype(float)
    half = len(counts) // 2 * 2
    fine = mix1d.fit((counts[:half], edges[: half + 1]), 1)
    coarse = mix1d.fit((counts[:half].reshape(-1, 2).sum(axis=1), edges[: half + 1 : 2]), 1)
    assert np.isfinite([fine.log_likelihood, coarse.log_likelihood]).all()
    assert coarse.log_likelihood >= fine.log_likelihood - 1e-9 * len(x)


@laws
@given(columns(), st.floats(20.0, 1e6))
def test_one_value_far_off_changes_nothing_else(x, far):
    alone = mix1d.fit(x, [1, 2, 3])
    assume(not alone.set_apart)
    beside = mix1d.fit(np.append(x, x.max() + far * max(np.ptp(x), 1.0)), [1, 2, 3])
    assert [one.count for one in beside.set_apart] == [1]
    assert np.array_equal(numbers(alone), numbers(beside))


@laws
@given(columns(), st.integers(-40, 40))
def test_scales_of_what_is_rounded_and_set_apart(x, exponent):
    x = np.append(np.round(x), np.zeros(len(x) // 4))
    one, other = mix1d.fit(x), mix1d.fit(x * 2.0**exponent)
    assert np.array_equal(other.means, one.means * 2.0**exponent)
    assert [a.count for a in other.set_apart] == [a.count for a in one.set_apart]
