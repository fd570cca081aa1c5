"""Mixture against scipy.stats.Mixture, method by method; against mpmath where scipy has no digits."""

import inspect

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from scipy import stats

import exact
import mix1d
from mix1d import Mixture
from mix1d.errors import InputError
from mixtures import MIXTURES, wild_mixtures

TWO = Mixture([0.3, 0.7], [-2, 3], [1, 0.5])
SEVERAL = {
    "one": Mixture([1], [2], [3]),
    "two": TWO,
    "equal sds": Mixture([0.5, 0.5], [-1, 1], [1, 1]),
    "nested": Mixture([0.25, 0.25, 0.5], [0, 0, 5], [0.1, 1, 10]),
    "five": Mixture([0.1, 0.2, 0.3, 0.3, 0.1], [-4, -1, 0, 2, 6], [0.5, 1, 0.2, 1.5, 0.7]),
}
# discrete distributions, logarithms of numbers that may be negative, and what a Mixture has as arrays
NOT_HERE = {"pmf", "logpmf", "logentropy", "validation_policy"}
OF_X = ("pdf", "logpdf", "cdf", "logcdf", "ccdf", "logccdf")
OF_P = ("icdf", "iccdf")
NUMBERS = ("mean", "median", "variance", "standard_deviation", "skewness", "kurtosis", "entropy")
COMPARED = {*OF_X, *OF_P, *NUMBERS, "ilogcdf", "ilogccdf", "mode", "moment", "support", "sample", "weights"}
LOGS = [-1e-3, -0.1, -0.5, -0.7, -3.0, -50.0, -600.0]


@pytest.fixture(params=SEVERAL.values(), ids=SEVERAL.keys())
def ours(request):
    return request.param


def test_every_public_name_of_scipy_is_compared_or_left_out_on_purpose():
    public = {name for name in dir(TWO.to_scipy()) if not name.startswith("_")}
    assert public - NOT_HERE == COMPARED | {"components"}  # which are ours
    assert {name for name in COMPARED if not hasattr(TWO, name)} == set()
    assert {name for name in NOT_HERE if hasattr(TWO, name)} == set()


@pytest.mark.parametrize("name", sorted(COMPARED - {"weights"}))
def test_arguments_are_named_and_ordered_as_in_scipy(name):
    theirs = inspect.signature(getattr(TWO.to_scipy(), name)).parameters
    own = inspect.signature(getattr(TWO, name)).parameters
    wanted = {key: value.default for key, value in theirs.items() if key != "method"}
    assert {key: own[key].default for key in wanted} == wanted
    assert list(own)[: len(wanted)] == list(wanted)


@pytest.mark.parametrize("name", OF_X)
def test_functions_of_x(ours, name):
    x = np.linspace(-12, 12, 97).reshape(-1, 1)
    np.testing.assert_allclose(
        getattr(ours, name)(x), getattr(ours.to_scipy(), name)(x), rtol=1e-11, atol=4e-16
    )


@pytest.mark.parametrize("name", OF_P)
def test_functions_of_p(ours, name):
    p = np.array([1e-6, 0.01, 0.3, 0.5, 0.9, 0.999, -0.1, 1.1, np.nan])  # at 0 and 1 scipy is finite or NaN
    np.testing.assert_allclose(getattr(ours, name)(p), getattr(ours.to_scipy(), name)(p), rtol=1e-7)


@pytest.mark.parametrize("name", ["ilogcdf", "ilogccdf"])
def test_functions_of_the_logarithm_of_p(ours, name):
    np.testing.assert_allclose(getattr(ours, name)(LOGS), getattr(ours.to_scipy(), name)(LOGS), rtol=1e-7)
    ends = [-np.inf, 0.0] if name == "ilogcdf" else [np.inf, -0.0]
    assert getattr(ours, name)(-np.inf) == ends[0]
    assert np.isinf(getattr(ours, name)(0.0))
    assert np.isnan(getattr(ours, name)([1e-3, np.nan])).all()
    assert isinstance(getattr(ours, name)(-1.0), float)


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(ours, name):
    assert getattr(ours, name)() == pytest.approx(getattr(ours.to_scipy(), name)(), rel=1e-9, abs=1e-9)


def test_mode_and_support(ours):
    theirs = ours.to_scipy()
    assert ours.logpdf(ours.mode()) >= theirs.logpdf(theirs.mode()) - 1e-14
    assert ours.support() == theirs.support()


def test_mode_where_it_is_unique():
    assert TWO.mode() == pytest.approx(TWO.to_scipy().mode(), rel=1e-7)


@pytest.mark.parametrize("kind", ["raw", "central", "standardized"])
def test_moments(ours, kind):
    for order in range(7):
        wanted = ours.to_scipy().moment(order, kind)
        assert ours.moment(order, kind=kind) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_samples_follow_the_same_distribution(ours):
    theirs = ours.to_scipy()
    for shape in ((), 3, (2, 5)):
        assert np.shape(ours.sample(shape, rng=1)) == np.shape(theirs.sample(shape, rng=1))
    rng = np.random.default_rng(4)
    assert stats.ks_2samp(ours.sample(4000, rng=rng), theirs.sample(4000, rng=rng)).pvalue > 1e-3


# ---- intervals


@pytest.mark.parametrize("name", ["cdf", "ccdf", "logccdf"])
def test_two_arguments(ours, name):
    x, y = np.meshgrid(np.linspace(-9, 9, 25), np.linspace(-8, 10, 22))
    found = getattr(ours, name)(x, y)
    assert found.shape == x.shape
    np.testing.assert_allclose(found, getattr(ours.to_scipy(), name)(x, y), rtol=1e-9, atol=1e-14)


def test_logcdf_of_two_arguments(ours):
    x = np.linspace(-9, 9, 25)
    wanted = np.log(ours.to_scipy().cdf(x, x + 0.7))  # scipy 1.17 fails on the logarithm itself
    near = wanted > -20
    np.testing.assert_allclose(ours.logcdf(x, x + 0.7)[near], wanted[near], rtol=1e-7)


def test_two_arguments_at_the_ends():
    assert TWO.cdf(-np.inf, np.inf) == 1.0
    assert TWO.logcdf(-np.inf, np.inf) == TWO.cdf(2.0, 2.0) == TWO.cdf(np.inf, np.inf) == 0.0
    assert TWO.ccdf(-np.inf, np.inf) == 0.0
    assert TWO.logccdf(-np.inf, np.inf) == TWO.logcdf(2.0, 2.0) == -np.inf
    assert TWO.cdf(-np.inf, [-60.0, 1.0]).tolist() == pytest.approx(TWO.cdf([-60.0, 1.0]).tolist(), rel=4e-16)
    assert TWO.cdf(1.0, 0.0) == -TWO.cdf(0.0, 1.0)
    assert TWO.ccdf(1.0, 0.0) == pytest.approx(1.0 + TWO.cdf(0.0, 1.0), rel=1e-15)
    assert np.isnan(TWO.logcdf(1.0, 0.0))
    for name in ("cdf", "ccdf", "logcdf", "logccdf"):
        assert np.isnan(getattr(TWO, name)([np.nan, 0.0], [0.0, np.nan])).all()
        assert isinstance(getattr(TWO, name)(0.0, 1.0), float)
        with pytest.raises(InputError, match="y must be real numbers"):
            getattr(TWO, name)(0.0, "1")


# ---- tails: scipy gives zeros or few digits there, mpmath does not


@mpmath.workdps(120)
def between(mixture, low, high):
    """The probability of an interval, by the pair of tails or of error functions that keeps most digits."""
    total = mpf(0)
    for w, mean, sd in exact.components(mixture):
        a, b = (mpf(float(low)) - mean) / sd, (mpf(float(high)) - mean) / sd
        if max(abs(a), abs(b)) < 1:
            part = (mpmath.erf(b / mpmath.sqrt(2)) - mpmath.erf(a / mpmath.sqrt(2))) / 2
        elif a >= 0:
            part = exact.upper_tail(a) - exact.upper_tail(b)
        elif b <= 0:
            part = exact.upper_tail(-b) - exact.upper_tail(-a)
        else:
            part = 1 - exact.upper_tail(-a) - exact.upper_tail(b)
        total += w * part
    return total


def close(found, wanted, units=8):
    """Whether a double agrees to some units of its relative precision, or of the denormal grid."""
    return abs(mpf(float(found)) - wanted) <= units * max(abs(wanted) * mpf(2) ** -53, mpf(5e-324))


@pytest.mark.parametrize("width", [1e-9, 0.3, 4.0])
@pytest.mark.parametrize(
    "mixture", [*MIXTURES.values(), *wild_mixtures(4, 5)], ids=[*MIXTURES, *(f"wild {i}" for i in range(4))]
)
def test_intervals_are_exact_anywhere(mixture, width):
    z = np.array([0.0, -0.7, 2.4, -5.5, 21.0, 37.0, -39.0, 60.0])
    with np.errstate(over="ignore", invalid="ignore"):
        low = (mixture.means[:, None] + mixture.sds[:, None] * z).ravel()
        high = low + width * np.repeat(mixture.sds, len(z))
    usable = np.isfinite(low) & np.isfinite(high) & (low < high)
    low, high = low[usable], high[usable]
    found = zip(
        low,
        high,
        *(getattr(mixture, name)(low, high) for name in ("cdf", "logcdf", "ccdf", "logccdf")),
        strict=True,
    )
    for a, b, inside, log_inside, outside, log_outside in found:
        wanted, rest = between(mixture, a, b), exact.cdf(mixture, a) + exact.ccdf(mixture, b)
        assert close(inside, wanted), (a, b)
        assert close(outside, rest), (a, b)
        assert close(log_inside, mpmath.log(wanted) if wanted < 0.5 else mpmath.log1p(-rest)), (a, b)
        assert close(log_outside, mpmath.log(rest) if rest < 0.5 else mpmath.log1p(-wanted)), (a, b)


@pytest.mark.parametrize("name", ["cdf", "ccdf"])
def test_tails_at_1e_300(ours, name):
    x = getattr(ours, "i" + name)(1e-300)
    wanted = getattr(exact, name)(ours, x)
    assert close(getattr(ours, name)(x), wanted)
    assert abs(wanted / mpf(1e-300) - 1) < 1e-11  # one unit of x moves it by 1e-12
    assert close(getattr(ours, "log" + name)(x), mpmath.log(wanted))
    theirs = ours.to_scipy()
    assert getattr(theirs, "log" + name)(x) == pytest.approx(float(mpmath.log(wanted)), rel=1e-12)
    assert getattr(theirs, "i" + name)(1e-300) == pytest.approx(x, rel=1e-7)
    log_x = getattr(ours, "ilog" + name)(float(mpmath.log(mpf(1e-300))))
    assert log_x == pytest.approx(x, rel=4e-15, abs=1e-14)


@pytest.mark.parametrize("name", ["cdf", "ccdf"])
@pytest.mark.parametrize(
    "p", [-1e-300, -1e-20, -0.3, -0.6, -100, -699, -701, -745, -2000, -1e6, -1e12, -1e300]
)
def test_quantiles_on_the_log_scale_invert_to_rounding(name, p):
    for mixture in (*SEVERAL.values(), *MIXTURES.values(), *wild_mixtures(3, 9)):
        x = getattr(mixture, f"ilog{name}")(p)
        if not np.isfinite(x):
            assert (
                np.log10(mixture.sds.max()) + 0.5 * np.log10(max(1.0, abs(p))) > 307
            )  # the quantile itself is beyond the largest double
            continue
        near = [x]
        for _ in range(3):
            near = [np.nextafter(near[0], -np.inf), *near, np.nextafter(near[-1], np.inf)]
        if not np.isfinite(near).all():
            continue
        if p < -1e9:  # mpmath has no tails out there: the core's own logarithms, which have
            values = sorted(getattr(mixture, f"log{name}")([near[0], near[-1]]))
        else:
            values = sorted(getattr(exact, f"log{name}")(mixture, v) for v in (near[0], near[-1]))
        slack = 6e-16 * abs(p)
        assert values[0] - slack <= p <= values[1] + slack, (mixture, x)


# ---- there and back


def test_a_mixture_survives_the_way_to_scipy_and_back(ours):
    assert Mixture.from_scipy(ours.to_scipy()) == ours


def test_a_fit_goes_to_scipy():
    x = np.r_[np.arange(10.0), 30.0 + np.arange(12.0)]
    fitted = mix1d.fit(x, 2).mixture
    assert fitted.to_scipy().logpdf(x).sum() == pytest.approx(mix1d.fit(x, 2).log_likelihood, rel=1e-12)
    arrays = stats.Mixture([stats.Normal(mu=np.float64(1), sigma=np.float64(2))], weights=np.array([1.0]))
    assert Mixture.from_scipy(arrays) == Mixture([1], [1], [2])
