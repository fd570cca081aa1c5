"""Mixture against mpmath and scipy; laws; what it refuses."""

import copy
import doctest
import math
import pickle

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mpf
from scipy import stats

import exact
import mix1d.model.mixture
from mix1d.errors import InputError
from mix1d.model.mixture import Mixture
from mixtures import MIXTURES, TWO, wild_mixtures

FUNCTIONS = ("pdf", "logpdf", "cdf", "logcdf", "ccdf", "logccdf")
# sds from the means: the body, the tails, and where densities become denormal and zero
Z = np.array([0, 0.3, -0.7, 1.1, -2.3, 4, -5.5, 8.2, -8.4, 13, -21, 30, -37.5, 37.7, 38.4, -38.6, 39, -60])


@pytest.fixture(params=MIXTURES.values(), ids=MIXTURES.keys())
def any_mixture(request):
    return request.param


def points_of(mixture):
    with np.errstate(over="ignore"):
        x = (mixture.means[:, None] + mixture.sds[:, None] * Z).ravel()
    return x[np.isfinite(x)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_exact_to_four_units(any_mixture, name):
    x = points_of(any_mixture)
    found, twin = getattr(any_mixture, name)(x), getattr(exact, name)
    for point, value in zip(x, found, strict=True):
        wanted = twin(any_mixture, point)
        if name == "logpdf":  # it passes through zero, where only the absolute error means anything
            assert value == pytest.approx(float(wanted), rel=4e-16, abs=4e-16), point
        else:
            assert exact.ulps(value, wanted) <= 4.0, point


def test_logarithms_stay_finite_far_out():
    m = Mixture([0.5, 0.5], [0, 1], [1, 1])
    for z in (40.0, 1e3, 1e6):
        wanted = mpmath.log((exact.upper_tail(mpf(z)) + exact.upper_tail(mpf(z) - 1)) / 2)
        assert m.logccdf(z) == pytest.approx(float(wanted), rel=4e-16)
        assert m.logcdf(1 - z) == pytest.approx(float(wanted), rel=4e-16)
    assert m.logcdf(-1e150) == pytest.approx(-5e299, rel=1e-15)
    assert m.logpdf(1e150) == pytest.approx(-5e299, rel=1e-15)
    assert m.logpdf(1e160) == -np.inf  # beyond the largest double


def test_infinities_and_nan():
    x = np.array([-np.inf, np.inf])
    assert TWO.pdf(x).tolist() == [0, 0]
    assert TWO.logpdf(x).tolist() == [-np.inf, -np.inf]
    assert TWO.cdf(x).tolist() == TWO.ccdf(-x).tolist() == [0, 1]
    assert TWO.logcdf(x).tolist() == TWO.logccdf(-x).tolist() == [-np.inf, 0]
    for name in (*FUNCTIONS, "icdf", "iccdf"):
        assert np.isnan(getattr(TWO, name)(np.nan))
    assert np.isnan(TWO.responsibilities(np.nan)).all()


@pytest.mark.parametrize("name", [*FUNCTIONS, "icdf", "iccdf"])
def test_shapes_and_types_are_those_of_numpy_functions(name):
    method = getattr(TWO, name)
    assert isinstance(method(0.25), float)
    assert method([]).shape == (0,)
    assert method(np.full((2, 3, 4), 0.5)).shape == (2, 3, 4)
    strided = np.linspace(0.1, 0.9, 20)[::2]
    assert method(strided).tolist() == [method(v) for v in strided]
    assert method(np.float32(0.5)) == method(0.5)
    assert method(1) == method(1.0)


def test_agrees_with_scipy():
    theirs = TWO.to_scipy()
    x = np.linspace(-8, 8, 41)
    for name in FUNCTIONS:
        np.testing.assert_allclose(getattr(TWO, name)(x), getattr(theirs, name)(x), rtol=1e-12, atol=3e-16)
    p = np.array([1e-4, 0.01, 0.3, 0.5, 0.9, 0.999])
    np.testing.assert_allclose(TWO.icdf(p), theirs.icdf(p), rtol=1e-9)
    np.testing.assert_allclose(TWO.iccdf(p), theirs.iccdf(p), rtol=1e-9)
    for name in ("mean", "median", "variance", "standard_deviation", "skewness", "kurtosis", "entropy"):
        assert getattr(TWO, name)() == pytest.approx(getattr(theirs, name)(), rel=1e-11), name
    assert TWO.mode() == pytest.approx(theirs.mode(), rel=1e-7)
    assert TWO.support() == theirs.support()
    for kind in ("raw", "central", "standardized"):
        for order in range(9):
            wanted = theirs.moment(order, kind)
            assert TWO.moment(order, kind) == pytest.approx(wanted, rel=1e-12, abs=1e-14)


# ---- quantiles


def test_icdf_at_the_ends():
    p = np.array([0, 1, -0.1, 1.1, np.nan])
    np.testing.assert_array_equal(TWO.icdf(p), [-np.inf, np.inf, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(TWO.iccdf(p), [np.inf, -np.inf, np.nan, np.nan, np.nan])


@pytest.mark.parametrize(
    "p", [5e-324, 1e-310, 1e-300, 1e-17, 1e-3, 0.3, 0.5, 0.7, 0.999, 1 - 2**-53, 0.25, 0.2999999]
)
def test_icdf_inverts_cdf_to_rounding(any_mixture, p):
    for function, inverse, twin in (("cdf", "icdf", exact.cdf), ("ccdf", "iccdf", exact.ccdf)):
        x = getattr(any_mixture, inverse)(p)
        if not np.isfinite(x):
            assert any_mixture is MIXTURES["largest"]  # the quantile itself is beyond the largest double
            continue
        # the exact value jumps across p within a few units of p on a few units of x
        near = [x]
        for _ in range(2):
            near = [np.nextafter(near[0], -np.inf), *near, np.nextafter(near[-1], np.inf)]
        values = sorted(twin(any_mixture, v) for v in near)
        slack = 3 * mpf(float(np.spacing(min(p, 0.5)))) if p < 0.5 else mpf(2) ** -52
        assert values[0] - slack <= mpf(p) <= values[-1] + slack, (function, x)


def test_median_of_a_symmetric_mixture_is_its_centre():
    assert MIXTURES["one"].median() == 0.0
    assert Mixture([0.5, 0.5], [-1, 3], [1, 1]).median() == pytest.approx(1.0, abs=1e-15)
    # a gap: every point from -1e6 + 9 to 1e6 - 9 has probability 1/2 below it
    assert Mixture([0.5, 0.5], [-1e6, 1e6], [1, 1]).median() == 0.0


def test_icdf_in_a_gap_where_p_is_exactly_reached():
    m = Mixture([0.3, 0.7], [0, 1e4], [1, 1])
    assert 10 < m.icdf(0.3) < 1e4 - 10
    assert m.cdf(m.icdf(0.3)) == 0.3


def test_everything_holds_for_wild_mixtures():
    rng = np.random.default_rng(3)
    for m in wild_mixtures(60, seed=77):
        x = np.concatenate([m.means, m.means + m.sds * rng.uniform(-40, 40), m.means * 3])
        for name in ("pdf", "cdf", "ccdf", "logcdf", "logccdf"):
            for point, value in zip(x, getattr(m, name)(x), strict=True):
                assert exact.ulps(value, getattr(exact, name)(m, point)) <= 6.0
        p = np.concatenate([rng.uniform(size=40), 10.0 ** -rng.uniform(0, 320, 30)])
        q = m.icdf(p)
        slack = 6 * np.spacing(p)
        assert (m.cdf(np.nextafter(q, -np.inf)) <= p + slack).all()
        assert (m.cdf(np.nextafter(q, np.inf)) >= p - slack).all()
        assert 1 <= len(m.modes()) <= len(m.means)
        assert np.isfinite([m.entropy(), m.standard_deviation()]).all()


def test_sds_below_the_spacing_of_doubles():
    m = Mixture([1], [2.5e61], [3.6e-24])
    x = np.array([np.nextafter(2.5e61, 0), 2.5e61, np.nextafter(2.5e61, np.inf)])
    assert m.cdf(x).tolist() == [0, 0.5, 1]
    assert m.ccdf(x).tolist() == [1, 0.5, 0]
    assert (np.abs(m.icdf([0.1, 0.5, 0.9]) - 2.5e61) <= np.spacing(2.5e61)).all()
    assert m.modes().tolist() == [2.5e61]


# ---- responsibilities and labels


def test_responsibilities_against_mpmath(any_mixture):
    x = points_of(any_mixture)
    found = any_mixture.responsibilities(x)
    assert found.shape == (len(x), len(any_mixture.weights))
    for i, point in enumerate(x):
        terms = [
            exact.pdf(Mixture([1], [m], [s]), point)
            for m, s in zip(any_mixture.means, any_mixture.sds, strict=True)
        ]
        terms = [mpf(float(w)) * t for w, t in zip(any_mixture.weights, terms, strict=True)]
        for j, term in enumerate(terms):
            assert found[i, j] == pytest.approx(float(term / mpmath.fsum(terms)), rel=2e-15, abs=1e-320)


def test_responsibilities_shapes():
    assert TWO.responsibilities(0.0).shape == (2,)
    assert TWO.responsibilities(np.zeros((3, 1))).shape == (3, 1, 2)


def test_responsibilities_at_infinity_are_limits():
    wide = Mixture([0.9, 0.1], [0, 5], [1, 2])
    assert wide.responsibilities([-np.inf, np.inf, 1e200]).tolist() == [[0, 1]] * 3
    same_sds = Mixture([0.2, 0.2, 0.6], [0, 1, 1], [1, 1, 1])
    np.testing.assert_allclose(
        same_sds.responsibilities([-np.inf, np.inf]), [[1, 0, 0], [0, 0.25, 0.75]], rtol=1e-15
    )


def test_predict_is_the_most_probable_component_ties_to_the_lowest():
    m = Mixture([0.5, 0.5], [-1, 1], [1, 1])
    labels = m.predict([[-3.0, 0.0, 3.0]])
    assert labels.dtype == np.int64
    assert labels.tolist() == [[0, 0, 1]]
    assert m.predict(2.0) == 1
    assert Mixture([0.5, 0.5], [1, -1], [1, 1]).predict(0.0) == 0


def test_predict_refuses_nan():
    with pytest.raises(InputError, match="x must not be NaN, got nan at index 1: drop missing"):
        TWO.predict([0.0, np.nan])


# ---- numbers


@pytest.mark.parametrize("power", [-300, -30, 0, 30, 300])
def test_moments_at_any_scale(power):
    scale = 2.0**power
    m = Mixture([0.3, 0.7], [-2 * scale, 3 * scale], [scale, 0.5 * scale])
    assert m.mean() == TWO.mean() * scale
    assert m.standard_deviation() == TWO.standard_deviation() * scale
    assert (m.skewness(), m.kurtosis()) == (TWO.skewness(), TWO.kurtosis())
    assert m.entropy() == pytest.approx(TWO.entropy() + power * math.log(2), rel=1e-14)
    np.testing.assert_array_equal(m.modes(), TWO.modes() * scale)


def test_moments_that_overflow_are_infinite_and_those_that_do_not_are_finite():
    m = Mixture([0.5, 0.5], [-1e200, 1e200], [1e200, 1e200])
    assert m.variance() == np.inf
    assert m.standard_deviation() == pytest.approx(math.sqrt(2) * 1e200, rel=1e-15)
    assert m.kurtosis() == pytest.approx(2.5, rel=1e-15)
    assert m.moment(3, "central") == 0.0


def test_a_common_offset_costs_no_digits():
    m = Mixture([0.5, 0.5], [1e10, 1e10 + 2.0**-10], [2.0**-10, 2.0**-10])
    assert m.variance() == pytest.approx(1.25 * 2.0**-20, rel=1e-15)


@pytest.mark.parametrize(
    "m",
    [TWO, Mixture([0.1, 0.2, 0.7], [0, 6, 6.5], [1, 0.05, 2]), Mixture([0.5, 0.5], [0, 12], [1, 1])],
    ids=["two", "nested", "apart"],
)
def test_entropy_against_mpmath(m):
    edges = sorted(
        {float(mean + sd * t) for mean, sd in zip(m.means, m.sds, strict=True) for t in range(-12, 13, 2)}
    )
    with mpmath.workdps(20):
        wanted = exact.entropy(m, edges)
    assert m.entropy() == pytest.approx(float(wanted), abs=1e-12)


@pytest.mark.parametrize(
    ("m", "wanted"),
    [
        (Mixture([0.5, 0.5], [0, 1e10], [1e-10, 1e-10]), math.log(1e-10)),
        (Mixture([0.5, 0.5], [0, 0], [1e-100, 1e100]), 0.0),
        (Mixture([0.5, 0.5], [1.7e308, -1.7e308], [1, 1]), 0.0),
        (Mixture([0.5, 0.5, 0], [0, 0, 7], [2, 2, 1]), 0.0),
    ],
)
def test_entropy_of_components_that_do_not_overlap(m, wanted):
    one = 0.5 * math.log(2 * math.pi * math.e)
    assert m.entropy() == pytest.approx(one + math.log(2) + wanted, abs=1e-12)


def random_mixtures(count, seed):
    rng = np.random.default_rng(seed)
    for i in range(count):
        k = int(rng.integers(2, 8))
        sds = np.full(k, rng.uniform(0.3, 1.5)) if i % 3 == 0 else np.exp(rng.normal(0, 1, k))
        means = rng.normal(0, 3, k)
        yield Mixture(rng.dirichlet(np.full(k, 0.7)), np.round(means) if i % 5 == 0 else means, sds)


def test_modes_against_a_dense_grid():
    for m in random_mixtures(150, seed=11):
        found = m.modes()
        low, high = m.means.min(), m.means.max()
        local = [
            np.clip(mean + sd * np.linspace(-5, 5, 2001), low, high)
            for mean, sd in zip(m.means, m.sds, strict=True)
        ]
        grid = np.unique(np.concatenate([np.linspace(low - 1e-9, high + 1e-9, 8001), *local]))
        shares = m.responsibilities(grid)
        rising = (shares * (m.means - grid[:, None]) / m.sds**2).sum(axis=1) > 0
        tops = np.flatnonzero(rising[:-1] & ~rising[1:])
        assert len(found) == len(tops) <= len(m.means)
        assert (grid[tops] - 1e-9 <= found).all()
        assert (found <= grid[tops + 1] + 1e-9).all()


def test_modes_are_polished():
    for m in random_mixtures(20, seed=12):
        for mode in m.modes():
            slope = mpmath.diff(lambda x, m=m: mpmath.log(exact.pdf(m, x)), mpf(float(mode)))
            bend = mpmath.diff(lambda x, m=m: mpmath.log(exact.pdf(m, x)), mpf(float(mode)), 2)
            assert abs(slope / bend) < 1e-12 * m.sds.max() + abs(mode) * 4e-16


def test_two_modes_that_almost_merge():
    # equal weights and sds have two modes exactly when the means are more than two sds apart
    apart = Mixture([0.5, 0.5], [-1.0001, 1.0001], [1, 1])
    modes = apart.modes()
    assert len(modes) == 2
    assert modes[0] == pytest.approx(-modes[1], rel=1e-9)
    assert Mixture([0.5, 0.5], [-0.9999, 0.9999], [1, 1]).modes() == pytest.approx([0.0], abs=1e-9)
    assert Mixture([0.5, 0.5], [-1, 1], [1, 1]).modes() == pytest.approx([0.0], abs=1e-4)


def test_mode_is_the_highest_and_lowest_of_ties():
    assert TWO.mode() == TWO.modes()[1]
    assert Mixture([0.5, 0.5], [30, -30], [1, 1]).mode() == -30.0
    assert Mixture([1], [3], [2]).modes().tolist() == [3.0]
    assert Mixture([1, 0], [3, 9], [2, 1]).modes().tolist() == [3.0]


# ---- sampling


def test_sample_follows_the_distribution():
    x = Mixture([0.2, 0, 0.8], [-5, 100, 5], [1, 1, 2]).sample(20_000, rng=5)
    assert stats.kstest(x, Mixture([0.2, 0.8], [-5, 5], [1, 2]).cdf).pvalue > 0.01


def test_sample_shapes_and_generators():
    assert isinstance(TWO.sample(), float)
    assert TWO.sample(3).shape == (3,)
    assert TWO.sample((2, 0, 3)).shape == (2, 0, 3)
    assert TWO.sample(4, rng=1).tolist() == TWO.sample(4, rng=np.random.default_rng(1)).tolist()
    assert TWO.sample(4).tolist() != TWO.sample(4).tolist()


def test_sample_leaves_the_global_state_alone():
    before = np.random.get_state()[1].tolist()  # noqa: NPY002
    TWO.sample(10)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


# ---- laws

scalars = st.floats(-50, 50)
mixtures = st.integers(1, 5).flatmap(
    lambda k: st.builds(
        lambda w, m, s: Mixture(np.array(w) / sum(w), m, np.exp(s)),
        st.lists(st.floats(0.01, 1), min_size=k, max_size=k),
        st.lists(scalars, min_size=k, max_size=k),
        st.lists(st.floats(-4, 4), min_size=k, max_size=k),
    )
)
laws = settings(max_examples=60, deadline=None)


@given(mixtures, scalars, st.floats(0, 20))
@laws
def test_cdf_is_monotone(m, x, step):
    # neighbours may swap in their last digit
    assert m.cdf(x + step) >= m.cdf(x) * (1 - 1e-15)
    assert m.ccdf(x + step) <= m.ccdf(x) * (1 + 1e-15)
    assert m.logcdf(x + step) >= m.logcdf(x) - 1e-15 * abs(m.logcdf(x))


@given(mixtures, scalars)
@laws
def test_cdf_and_ccdf_are_complements_and_log_forms_agree(m, x):
    # each is right to 3.5 units of at most 2^-53, and their sum is rounded once more
    assert m.cdf(x) + m.ccdf(x) == pytest.approx(1.0, abs=8 * 2.0**-53)
    for plain, log in (("pdf", "logpdf"), ("cdf", "logcdf"), ("ccdf", "logccdf")):
        value = getattr(m, plain)(x)
        if value > 1e-300:
            assert getattr(m, log)(x) == pytest.approx(math.log(value), rel=1e-14, abs=1e-15)


@given(mixtures, st.floats(-3, 3), st.integers(0, 4))
@laws
def test_pdf_is_the_derivative_of_cdf(m, z, j):
    x = float(m.means[j % len(m.means)] + z * m.sds[j % len(m.means)])
    slope = mpmath.diff(lambda t: exact.mass_below(m, t), mpf(x))
    assert m.pdf(x) == pytest.approx(float(slope), rel=1e-14)


@given(mixtures, st.floats(-6, 6), st.integers(0, 4))
@example(Mixture([0.5, 0.5], [0, 0], [0.02, 50]), 3.0, 0)
@laws
def test_icdf_undoes_cdf(m, z, j):
    x = float(m.means[j % len(m.means)] + z * m.sds[j % len(m.means)])
    for function, inverse in ((m.cdf, m.icdf), (m.ccdf, m.iccdf)):
        p = function(x)
        # a unit of p is that many units of x; the curvature of the cdf is felt over sds.min()
        conditioning = 8e-16 * max(min(p, 1.0), 1e-300) / m.pdf(x)
        if conditioning < 1e-3 * m.sds.min():
            assert inverse(p) == pytest.approx(x, rel=1e-15, abs=4 * conditioning + 1e-15 * m.sds.max())


@given(mixtures, st.floats(-1e3, 1e3))
@laws
def test_responsibilities_sum_to_one(m, x):
    shares = m.responsibilities(x)
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1.0, abs=1e-15)


@given(mixtures, scalars, st.floats(0.001, 0.999))
@laws
def test_mirror(m, x, p):
    mirrored = Mixture._trusted(m.weights, -m.means, m.sds)
    assert mirrored.pdf(-x) == m.pdf(x)
    assert mirrored.cdf(-x) == m.ccdf(x)
    assert mirrored.logccdf(-x) == m.logcdf(x)
    assert mirrored.icdf(p) == -m.iccdf(p)
    np.testing.assert_allclose(mirrored.modes()[::-1], -m.modes(), rtol=1e-9, atol=1e-9)


@given(mixtures, scalars, st.integers(-300, 300))
@laws
def test_power_of_two_scales_every_bit(m, x, power):
    scale = 2.0**power
    scaled = Mixture._trusted(m.weights, m.means * scale, m.sds * scale)
    if m.pdf(x) > 1e-200:  # neither is denormal
        assert scaled.pdf(x * scale) * scale == m.pdf(x)
    assert scaled.logcdf(x * scale) == m.logcdf(x)
    assert scaled.icdf(0.3) == m.icdf(0.3) * scale
    assert scaled.responsibilities(x * scale).tolist() == m.responsibilities(x).tolist()


@given(mixtures, scalars, st.integers(-100, 100))
@laws
def test_shift(m, x, offset):
    shifted = Mixture._trusted(m.weights, m.means + offset, m.sds)
    # the sum x + offset is rounded, by up to 1.5e-14, which is up to 1e-12 sds
    assert shifted.logcdf(x + offset) == pytest.approx(m.logcdf(x), rel=1e-9, abs=1e-9)
    assert shifted.entropy() == pytest.approx(m.entropy(), abs=1e-10)
    assert shifted.variance() == pytest.approx(m.variance(), rel=1e-10)


# ---- the object


def test_parameters_are_private_read_only_copies_in_the_order_given():
    means = np.array([3.0, -1.0])
    m = Mixture(weights=(0.5, 0.5), means=means, sds=[1, 2])
    means[0] = 9.0
    assert m.means.tolist() == [3.0, -1.0]
    for array in (m.weights, m.means, m.sds):
        assert array.dtype == np.float64
        assert not array.flags.writeable


def test_frozen():
    with pytest.raises(AttributeError, match="frozen"):
        TWO.means = np.zeros(2)
    with pytest.raises(AttributeError, match="frozen"):
        del TWO.means
    with pytest.raises(AttributeError, match="frozen"):
        TWO.other = 1


def test_weights_are_renormalised():
    m = Mixture([0.5, 0.5 + 5e-10], [0, 1], [1, 1])
    assert m.weights.tolist() == [0.5 / (1 + 5e-10), (0.5 + 5e-10) / (1 + 5e-10)]


def test_equality_and_hash_by_value():
    same = Mixture([0.3, 0.7], [-2.0, 3.0], [1.0, 0.5])
    assert same == TWO
    assert hash(same) == hash(TWO)
    assert Mixture([0.7, 0.3], [3, -2], [0.5, 1]) != TWO
    assert TWO != "mixture"


@pytest.mark.parametrize("round_trip", [lambda m: pickle.loads(pickle.dumps(m)), copy.copy, copy.deepcopy])
def test_pickle_and_copy(round_trip):
    again = round_trip(TWO)
    assert again == TWO
    assert not again.means.flags.writeable


def test_repr_is_short_and_says_when_it_is_rounded():
    assert repr(TWO) == "Mixture(weights=[0.3, 0.7], means=[-2, 3], sds=[1, 0.5])"
    assert eval(repr(TWO)) == TWO
    assert repr(Mixture([1 / 3, 2 / 3], [0, 1], [1, 2])) == (
        "<Mixture, to 6 digits: weights=[0.333333, 0.666667], means=[0, 1], sds=[1, 2]>"
    )
    assert "0.01, ...]" in repr(Mixture(np.full(100, 0.01), np.arange(100), np.ones(100)))


def test_scipy_round_trip():
    assert Mixture.from_scipy(TWO.to_scipy()) == TWO
    assert Mixture.from_scipy(stats.Normal(mu=2.0, sigma=3.0)) == Mixture([1], [2], [3])
    loose = stats.Mixture([stats.Normal(), stats.Normal(mu=1.0, sigma=2.0)], weights=[0.5, 0.500001])
    assert Mixture.from_scipy(loose).weights.sum() == pytest.approx(1.0, abs=1e-15)


def test_examples_in_docstrings():
    for module in (mix1d.model.mixture, mix1d.model.thresholds, mix1d.model.moments):
        assert doctest.testmod(module).failed == 0
    assert doctest.testmod(mix1d.model.mixture).attempted >= 8


# ---- what it refuses

REFUSED = {
    "lengths": (([0.5, 0.5], [0], [1, 1]), "must have the same length, got 2, 1 and 2"),
    "empty": (([], [], []), r"weights must be one-dimensional .* got shape \(0,\)"),
    "matrix": (([[1.0]], [0], [1]), r"weights must be one-dimensional .* got shape \(1, 1\)"),
    "scalar": ((1.0, 0.0, 1.0), r"weights must be one-dimensional .* got shape \(\)"),
    "text": (([1], ["0"], [1]), "means must be real numbers, got dtype <U1"),
    "complex": (([1], [0j], [1]), "means must be real numbers, got dtype complex128"),
    "object": (([1], [0], [None, {}]), "sds must be real numbers, got an array of objects"),
    "negative weight": (
        ([1.5, -0.5], [0, 1], [1, 1]),
        "weights must be at least 0 and finite; component 1 is -0.5",
    ),
    "NaN weight": (
        ([1, np.nan], [0, 1], [1, 1]),
        "weights must be at least 0 and finite; component 1 is nan",
    ),
    "sum": (([0.5, 0.6], [0, 1], [1, 1]), "weights must sum to 1 within 1e-9, their sum is 1.1: divide"),
    "infinite mean": (([0.5, 0.5], [0, np.inf], [1, 1]), "means must be finite; component 1 is inf"),
    "NaN mean": (([1], [np.nan], [1]), "means must be finite; component 0 is nan"),
    "zero sd": (([0.5, 0.5], [0, 1], [1, 0]), "sds must be positive and finite; component 1 is 0.0: widen"),
    "negative sd": (([1], [0], [-2]), "sds must be positive and finite; component 0 is -2.0"),
    "NaN sd": (([1], [0], [np.nan]), "sds must be positive and finite; component 0 is nan"),
    "infinite sd": (([1], [0], [np.inf]), "sds must be positive and finite; component 0 is inf"),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_parameters(arguments, message):
    with pytest.raises(InputError, match=message):
        Mixture(*arguments)


def test_refused_arguments_of_methods():
    with pytest.raises(InputError, match="x must be real numbers, got dtype complex128: convert"):
        TWO.pdf(1j)
    with pytest.raises(InputError, match="p must be real numbers, got dtype <U3: convert"):
        TWO.icdf("0.5")
    with pytest.raises(InputError, match="order must be an integer of at least 0, got -1"):
        TWO.moment(-1)
    with pytest.raises(InputError, match=r"order must be an integer of at least 0, got 1\.5"):
        TWO.moment(1.5)
    with pytest.raises(InputError, match="kind must be 'raw', 'central' or 'standardized', got 'cumulant'"):
        TWO.moment(2, "cumulant")
    for rng in ("seed", -1, True, np.random.RandomState(1)):
        with pytest.raises(InputError, match=r"rng must be None, an int .* or a numpy.random.Generator, got"):
            TWO.sample(rng=rng)
    with pytest.raises(InputError, match=r"distribution must be a scipy.stats.Mixture or Normal, got float"):
        Mixture.from_scipy(1.0)
    with pytest.raises(InputError, match="component 1 is a CustomDistribution: mix1d knows beta, expon, "):
        Mixture.from_scipy(stats.Mixture([stats.Normal(), stats.make_distribution(stats.gumbel_r)()]))
