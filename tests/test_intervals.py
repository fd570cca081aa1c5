"""Profile intervals against slow twins, laws, open bounds, and the other methods."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mix1d
import oracle_profile
from cases import column, draw
from mix1d.native import Model, Options, Problem
from mix1d.uncertainty.intervals import ENDS

CHI2 = 3.841458820694124


def sides(interval):
    """Lower and upper bounds, (2, 3, k)."""
    return np.array([[b.weights, b.means, b.sds] for b in (interval.lower, interval.upper)])


def crossing(weights, means, sds):
    return mix1d.Mixture(weights, means, sds).thresholds()[0].value


ON_TOP = mix1d.Mixture([0.5, 0.5], [1.25, 1.25], [0.4, 0.4])  # two components in one place
QUANTITIES = {
    "weight": (lambda w, m, s: math.log(w[0] / (1.0 - w[0])), lambda r: (r, 0, 0)),
    "mean": (lambda w, m, s: m[1], lambda r: (r, 1, 1)),
    "sd": (lambda w, m, s: math.log(s[0]), lambda r: (r, 2, 0)),
}
ON_SCALE = {"weight": lambda p: math.log(p / (1.0 - p)), "mean": float, "sd": math.log}


@pytest.mark.parametrize(
    ("name", "k"), [("faithful_waiting", 2), ("acidity", 2), ("galaxies", 3)], ids=lambda v: str(v)
)
@pytest.mark.parametrize("which", QUANTITIES)
def test_profile_bounds_are_those_of_the_slow_twin(name, k, which):
    compare_with_the_twin(name, k, which)


def test_a_long_walk_that_needs_short_steps():
    """The sd of a narrow component from .22 down to .03: some steps fail and are tried again shorter."""
    compare_with_the_twin("acidity", 3, "sd", stride=0.2)


def compare_with_the_twin(name, k, which, stride=0.5):
    result = mix1d.fit(column(name), k)
    sample = result.sample
    unit = float(np.std(column(name)))  # the twin's optimiser needs values near one
    m = result.mixture
    mixture = m.weights, m.means / unit, m.sds / unit
    quantity, place = QUANTITIES[which]
    interval = result.confidence_interval()
    _, row, j = place(0)
    scale = ON_SCALE[which]
    divide = {"weight": 1.0, "mean": unit, "sd": unit}[which]
    found = sides(interval)[:, row, j] / divide
    errors = result.standard_errors()
    error = (errors.weights, errors.means, errors.sds)[row][j] / divide
    centre = quantity(*mixture)
    step = scale(mixture[row][j] + error) - centre
    for side, value in zip((-1.0, 1.0), found, strict=True):
        exact = oracle_profile.bound(
            sample.values / unit, sample.weights, mixture, quantity, CHI2, side * stride * step
        )
        assert scale(value) == pytest.approx(exact, abs=1e-5 * step)


def test_the_threshold_has_the_bounds_of_the_slow_twin():
    result = mix1d.fit(column("faithful_waiting"), 2)
    unit = 10.0
    m = result.mixture
    mixture = m.weights, m.means / unit, m.sds / unit
    (cut, *_) = result.thresholds()
    for side, value in ((-1.0, cut.lower), (1.0, cut.upper)):
        exact = oracle_profile.bound(
            result.sample.values / unit, result.sample.weights, mixture, crossing, CHI2, side * 0.05
        )
        assert value / unit == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize(("name", "k"), [("faithful_waiting", 2), ("acidity", 2), ("galaxies", 3)])
def test_sandwich_errors_are_those_of_the_slow_twin(name, k):
    x = column(name)
    result = mix1d.fit(x, k)
    m = result.mixture
    expected = oracle_profile.sandwich(x, (m.weights, m.means, m.sds))
    keep = [i for i in range(3 * k) if i != k - 1]
    np.testing.assert_allclose(result.covariance("sandwich"), expected[np.ix_(keep, keep)], rtol=1e-6)
    errors = result.standard_errors("sandwich")
    np.testing.assert_allclose(errors.weights, np.sqrt(np.diag(expected))[:k], rtol=1e-6)


def test_one_component_in_closed_form():
    """The profile of the mean of a normal: n log(1 + t^2 / n) with t^2 / n = (m - mean)^2 / s^2."""
    x = column("precip")
    n, s = len(x), x.std()
    interval = mix1d.fit(x, 1).confidence_interval()
    half = s * math.sqrt(math.expm1(CHI2 / n))
    assert interval.lower.means[0] == pytest.approx(x.mean() - half, abs=1e-9 * s)
    assert interval.upper.means[0] == pytest.approx(x.mean() + half, abs=1e-9 * s)
    for sd in (interval.lower.sds[0], interval.upper.sds[0]):
        assert n * (2.0 * math.log(sd / s) + s * s / sd**2 - 1.0) == pytest.approx(CHI2, rel=1e-8)
    assert interval.lower.weights[0] == interval.upper.weights[0] == 1.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(-40, 40), st.sampled_from(["free", "equal"]))
def test_intervals_scale_with_the_data(seed, exponent, sds):
    x = draw(seed, [0.4, 0.6], [0.0, 3.0], [1.0, 0.7], 80)
    one, other = (mix1d.fit(v, 2, sds=sds).confidence_interval() for v in (x, x * 2.0**exponent))
    unit = np.array([1.0, 2.0**exponent, 2.0**exponent])[None, :, None]
    np.testing.assert_array_equal(sides(other), sides(one) * unit)


def test_mirrored_data_have_mirrored_intervals():
    x = column("acidity")
    one, other = (sides(mix1d.fit(v, 2).confidence_interval()) for v in (x, -x))
    mirrored = other[:, :, ::-1].copy()
    mirrored[:, 1] = -mirrored[::-1, 1]
    np.testing.assert_allclose(mirrored, one, rtol=1e-9)


def test_weights_are_repetitions():
    x = np.round(column("acidity"), 1)
    values, counts = np.unique(x, return_counts=True)
    one = mix1d.fit(x, 2).confidence_interval()
    other = mix1d.fit(values, 2, sample_weight=counts).confidence_interval()
    np.testing.assert_array_equal(sides(one), sides(other))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_the_number_of_threads_changes_no_bit(threads):
    x = column("galaxies")
    for method in ("profile", "calibrated", "bootstrap"):
        one = mix1d.fit(x, 3).confidence_interval(method=method, replicates=60, threads=1)
        other = mix1d.fit(x, 3).confidence_interval(method=method, replicates=60, threads=threads)
        np.testing.assert_array_equal(sides(one), sides(other))


def test_higher_levels_give_wider_intervals():
    result = mix1d.fit(column("faithful_waiting"), 2)
    widths = [np.diff(sides(result.confidence_interval(level)), axis=0) for level in (0.5, 0.9, 0.99)]
    assert (widths[0] < widths[1]).all()
    assert (widths[1] < widths[2]).all()


def test_methods_agree_where_the_likelihood_is_a_parabola():
    x = draw(3, [0.4, 0.6], [0.0, 12.0], [1.0, 2.0], 4000)
    result = mix1d.fit(x, 2)
    errors = result.standard_errors()
    scale = np.array([errors.weights, errors.means, errors.sds])
    profile = sides(result.confidence_interval())
    for method in ("wald", "bootstrap", "calibrated"):
        other = sides(result.confidence_interval(method=method, replicates=999))
        assert np.abs((other - profile) / scale).max() < (0.05 if method == "wald" else 0.35)


def test_equal_sds_have_one_interval():
    interval = mix1d.fit(column("faithful_waiting"), 2, sds="equal").confidence_interval()
    for bounds in (interval.lower, interval.upper):
        assert bounds.sds[0] == bounds.sds[1]
    assert interval.lower.sds[0] < interval.upper.sds[0]


def test_a_branch_that_ends_leaves_the_bound_open_and_says_why():
    """Eruptions with three components: below 4.3 the third mean has no constrained maximum near by."""
    result = mix1d.fit(column("faithful_eruptions"), 3)
    interval = result.confidence_interval()
    assert interval.lower.means[2] == -math.inf
    assert interval.lower.weights[0] == 0.0
    assert interval.upper.sds[2] == math.inf
    records = {r.open_lower for r in interval.estimates} | {r.open_upper for r in interval.estimates}
    assert records <= set(ENDS)
    assert interval.estimates[5].open_lower == ENDS[3]
    assert "open_interval" in {f.code for f in result.findings}


def test_a_weight_that_may_be_zero():
    """A few outliers are a third component or none: its weight has the lower bound 0."""
    x = np.concatenate([draw(8, [0.5, 0.5], [0.0, 6.0], [1.0, 1.0], 200), [2.9, 3.0, 3.2]])
    result = mix1d.fit(x, 3)
    interval = result.confidence_interval(0.9999)
    smallest = int(np.argmin(result.mixture.weights))
    assert interval.lower.weights[smallest] == 0.0


def test_bounds_follow_the_labels_past_each_other():
    """Same means, different sds: a mean's interval reaches beyond the other mean."""
    x = draw(5, [0.5, 0.5], [0.0, 0.0], [0.5, 4.0], 400)
    result = mix1d.fit(x, 2)
    interval = result.confidence_interval()
    narrow = int(np.argmin(result.mixture.sds))
    assert interval.upper.sds[narrow] < interval.lower.sds[1 - narrow]
    assert interval.lower.means[1 - narrow] < result.mixture.means[narrow] < interval.upper.means[1 - narrow]


def test_where_there_is_no_maximum_there_is_no_interval():
    held = mix1d.fit([1.0] * 20 + [11.0] * 20, 2, sds="equal")
    assert held.regularized
    constant = mix1d.fit([2.0, 2.0, 2.0], 1)
    flat = mix1d.fit([1.0, 1.0, 1.0, 2.0], 2, sds="equal", start=ON_TOP)
    for result, method in itertools.product((held, constant, flat), ("profile", "wald", "bootstrap")):
        assert np.isnan(sides(result.confidence_interval(method=method, replicates=50))).all()


def test_components_of_weight_zero_have_none_and_the_others_keep_theirs():
    few, many = (mix1d.fit(column("precip"), k) for k in (3, 4))
    real = many.mixture.weights > 0.0
    found = sides(many.confidence_interval())
    assert np.isnan(found[:, :, ~real]).all()
    np.testing.assert_allclose(found[:, :, real], sides(few.confidence_interval()), rtol=1e-5)


def test_long_columns_have_the_intervals_of_all_their_values():
    x = draw(11, [0.3, 0.7], [0.0, 3.0], [1.0, 1.0], 60_000)
    result = mix1d.fit(x, 2)
    sample = result.sample
    from mix1d import _core
    from mix1d.uncertainty.quantities import Kind, Quantity, rows_of

    interval = result.confidence_interval()
    m = result.mixture
    quantities = rows_of([Quantity(Kind.MEAN, 0)])
    (fall,) = _core.profile_fall(
        Problem(sample.values, sample.weights),
        Model(m.weights, m.means, m.sds),
        quantities,
        interval.lower.means[:1],
        Options(),
    )
    assert fall == pytest.approx(CHI2, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": 95}, "level must lie strictly between 0 and 1, got 95: write 0.95"),
        ({"method": "basic"}, 'method must be "profile", "wald", "bootstrap" or "calibrated"'),
        ({"method": "bootstrap", "resampling": "block"}, "resampling must be"),
        ({"method": "calibrated", "replicates": 1}, "replicates must be at least 2"),
        ({"method": "bootstrap", "rng": "a"}, "rng must be None, a seed"),
    ],
)
def test_arguments_are_checked(options, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.fit([1.0, 2.0, 4.0, 7.0], 1).confidence_interval(**options)
