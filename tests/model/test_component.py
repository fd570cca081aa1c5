"""Components of every family against mpmath and scipy.stats, far into the tails; laws; what is refused."""

import copy
import math
import pickle

import mpmath
import numpy as np
import pytest
from mpmath import mpf
from scipy import stats

import mix1d
from exact_families import WORDS, Twin
from mix1d import Component, InputError, _core
from mix1d.model.scipy_forms import FROZEN
from processes import ISAS, elsewhere

# (family, location, scale, shape) at the border of the core
BORDERS = [
    ("lognormal", 3.0, 0.5),
    ("lognormal", 1e-5, 2.5),
    ("gamma", 3.0, 2**-0.5),
    ("gamma", 2.0, 3.0),
    ("gamma", 5.0, 0.2),
    ("gamma", 7.0, 0.1),
    ("gamma", 1.0, 20.0),
    ("weibull", 2.0, 0.5),
    ("weibull", 2.0, 1.7),
    ("weibull", 2.0, 0.05),
    ("exponential", 4.0),
    ("inverse_gaussian", 2.0, 0.5),
    ("inverse_gaussian", 2.0, 5.0),
    ("inverse_gaussian", 2.0, 0.01),
    ("student_t", 1.0, 2.0, 0.25),
    ("student_t", 1.0, 2.0, 1.0),
    ("student_t", 1.0, 2.0, 3.0),
    ("student_t", 1.0, 2.0, 0.01),
    ("student_t", 1.0, 2.0, 0.004),
    ("student_t", 1.0, 2.0, 1e-5),
    ("student_t", 1.0, 2.0, 0.0),
    ("logistic", 1.0, 2.0),
    ("skew_normal", 0.0, 1.0, 1.0),
    ("skew_normal", 1.0, 2.0, -3.0),
    ("beta", 0.3, 0.5),
    ("beta", -2.0, 0.1),
    ("beta", 2.5, 2.0),
    ("beta", 0.0, 2**-0.5),
    ("beta", 1.0, 0.07),
    ("beta", -4.0, 0.06),
    ("poisson", 3.0),
    ("poisson", 0.01),
    ("poisson", 1000.0),
    ("negative_binomial", 3.0, 1.0, 0.5),
    ("negative_binomial", 100.0, 1.0, 0.01),
    ("negative_binomial", 5.0, 1.0, 3.0),
    ("negative_binomial", 90.0, 1.0, 0.05),
    ("negative_binomial", 50.0, 1.0, 1e-6),
]
LOGS = (-690.0, -200.0, -20.0, -2.0, -0.1)  # of a tail: the first is 1e-300
OWN = {
    "normal": {"mean": 1.0, "sd": 2.0},
    "uniform": {"low": -1.0, "high": 2.0},
    "lognormal": {"meanlog": 0.7, "sdlog": 0.4},
    "gamma": {"shape": 2.5, "scale": 1.5},
    "weibull": {"shape": 1.7, "scale": 3.0},
    "inverse_gaussian": {"mean": 2.0, "shape": 3.0},
    "exponential": {"scale": 2.5},
    "student_t": {"df": 5.0, "loc": 1.0, "scale": 2.0},
    "logistic": {"loc": 1.0, "scale": 0.5},
    "skew_normal": {"alpha": 3.0, "loc": -1.0, "scale": 2.0},
    "beta": {"a": 2.0, "b": 3.5},
    "poisson": {"mean": 3.5},
    "negative_binomial": {"mean": 4.0, "size": 2.5},
    "point_mass": {"value": 3.0},
}
DISCRETE = {"poisson", "negative_binomial", "point_mass"}


def arrays_of(family, location, scale=1.0, shape=0.0):
    numbers = (np.array([float(v)]) for v in (location, scale, shape))
    location, scale, shape = numbers
    return np.ones(1), location, scale, np.array([WORDS.index(family)]), shape


def places(arrays):
    """Quantiles deep in both tails, and about the middle."""
    logs = np.array(LOGS)
    found = [_core.quantile(logs, arrays, above, True) for above in (False, True)]
    return np.unique(np.concatenate(found))


@pytest.mark.parametrize("border", BORDERS, ids=lambda b: "-".join(map(str, b)))
def test_densities_and_both_tails_are_exact_down_to_1e_300(border):
    arrays, twin = arrays_of(*border), Twin(*border)
    x = places(arrays)
    x = x[(np.abs(x) > 1e-290) & (np.abs(x) < 1e290)]
    if border[0] == "beta":
        x = x[x < 1.0]
    if border[0] == "skew_normal" or (border[0] == "student_t" and 0 < border[3] < 0.1):  # seconds each
        x = x[[0, len(x) // 2, -1]]
    assert len(x) >= 3
    density = _core.density(x, arrays, True)
    below, above = (_core.probability(x, arrays, side, True) for side in (False, True))
    with mpmath.workdps(400 if border[0] == "inverse_gaussian" else 60):
        for i, at in enumerate(x.tolist()):
            wanted = mpmath.log(twin.pdf(at)), *(mpmath.log(tail) for tail in twin.tails(at))
            for found, log in zip((density[i], below[i], above[i]), wanted, strict=True):
                # 1e-12 of the probability, or of its logarithm where that is beyond 1e-300
                slack = 1e-12 * max(1.0, abs(float(log)) / 690.0)
                assert abs(mpf(float(found)) - log) <= slack, at


@pytest.mark.parametrize("border", BORDERS, ids=lambda b: "-".join(map(str, b)))
def test_beyond_the_smallest_double_logarithms_go_on(border):
    arrays = arrays_of(*border)
    for above in (False, True):
        p = np.array([-1e3, -1e4])
        x = _core.quantile(p, arrays, above, True)
        if border[0] in DISCRETE or not np.isfinite(x).all() or (np.abs(x) < 1e-300).any():
            continue
        if border[0] == "beta" and (x == 1.0).any():  # there doubles end
            continue
        found = _core.probability(x, arrays, above, True)
        # a unit of x is this much of the logarithm
        unit = np.spacing(np.abs(x)) * np.exp(_core.density(x, arrays, True) - found)
        assert (np.abs(found - p) <= 1e-12 * np.abs(p) + 4 * unit).all()


@pytest.mark.parametrize("family", OWN)
def test_agrees_with_scipy(family):
    c = Component(family, **OWN[family])
    if family == "point_mass":
        assert c.cdf([2.9, 3.0]).tolist() == [0, 1]
        return
    theirs = FROZEN[family](stats, c.parameters)
    p = np.array([0.01, 0.2, 0.5, 0.77, 0.99])
    x = theirs.ppf(p)
    np.testing.assert_allclose(c.icdf(p), x, rtol=1e-8)
    np.testing.assert_allclose(c.cdf(x), theirs.cdf(x), rtol=1e-9)
    np.testing.assert_allclose(c.pdf(x), (theirs.pmf if family in DISCRETE else theirs.pdf)(x), rtol=1e-9)
    assert c.mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert c.sd == pytest.approx(theirs.std(), rel=1e-12)
    assert c.median == pytest.approx(theirs.median(), rel=1e-9)
    skewness, kurtosis = (float(v) for v in theirs.stats(moments="sk"))
    facts = _core.component_facts(c._arrays)[0]
    assert facts[3] == pytest.approx(skewness, rel=1e-9, abs=1e-12)
    assert facts[4] == pytest.approx(kurtosis + 3.0, rel=1e-9)
    np.testing.assert_array_equal(_core.component_places(c._arrays)[0], facts[:3])


@pytest.mark.parametrize("family", OWN)
def test_tails_are_complements_and_quantiles_undo_them(family):
    c = Component(family, **OWN[family])
    p = np.array([1e-300, 1e-10, 0.1, 0.3, 0.5, 0.8, 0.999999])
    x = c.icdf(p)
    below, above = (_core.probability(x, c._arrays, side) for side in (False, True))
    np.testing.assert_allclose(below + above, 1.0, atol=4e-16)
    if family in DISCRETE:
        assert (below >= p * (1 - 1e-13)).all()
        assert (c.cdf(x - 1) < p).all()
        assert (c.icdf(below) == x).all()
    else:
        far = p > 1e-7 if family == "uniform" else p > 0  # the end is no 0, and doubles have steps
        np.testing.assert_allclose(below[far], p[far], rtol=2e-12)
    lowest, highest = _core.component_facts(c._arrays)[0, 5:]
    assert c.icdf([0, 1]).tolist() == [lowest, highest]
    assert np.isnan(c.icdf([-0.1, 1.1, np.nan])).all()
    assert c.cdf([-np.inf, np.inf]).tolist() == [0, 1]


@pytest.mark.parametrize("family", sorted(set(OWN) - DISCRETE))
def test_the_density_is_the_derivative_of_both_tails(family):
    c = Component(family, **OWN[family])
    x = c.icdf([0.03, 0.4, 0.9])
    step = 1e-3 * c.sd
    rise = c.cdf(x + step) - c.cdf(x - step)
    wide = c.cdf(x + 2 * step) - c.cdf(x - 2 * step)
    np.testing.assert_allclose((8 * rise - wide) / (12 * step), c.pdf(x), rtol=1e-9)


@pytest.mark.parametrize("family", ["poisson", "negative_binomial"])
def test_probabilities_of_counts_add_up_to_the_tails(family):
    c = Component(family, **OWN[family])
    k = np.arange(40.0)
    np.testing.assert_allclose(np.cumsum(c.pdf(k)), c.cdf(k), rtol=1e-14)
    assert c.pdf([0.5, -1.0, np.inf]).tolist() == [0, 0, 0]
    np.testing.assert_array_equal(c.cdf(k + 0.5), c.cdf(k))


def same(a, b, x, tolerance=1e-12):
    for f in (_core.density, _core.probability):
        np.testing.assert_allclose(f(x, a, log=True), f(x, b, log=True), rtol=tolerance, atol=tolerance)


def test_families_that_are_the_same_where_they_meet():
    x = np.array([1e-6, 0.1, 1.0, 3.0, 20.0, 300.0])
    exponential = Component("exponential", scale=2.0)._arrays
    same(Component("gamma", shape=1.0, scale=2.0)._arrays, exponential, x)
    same(Component("weibull", shape=1.0, scale=2.0)._arrays, exponential, x)
    normal = Component("normal", mean=1.0, sd=2.0)._arrays
    same(Component("student_t", df=math.inf, loc=1.0, scale=2.0)._arrays, normal, x)
    same(Component("student_t", df=1e17, loc=1.0, scale=2.0)._arrays, normal, x)
    same(Component("skew_normal", alpha=0.0, loc=1.0, scale=2.0)._arrays, normal, x)
    k = np.arange(30.0)
    poisson = Component("poisson", mean=4.0)._arrays
    same(Component("negative_binomial", mean=4.0, size=math.inf)._arrays, poisson, k)
    same(Component("negative_binomial", mean=4.0, size=1e17)._arrays, poisson, k)
    log_x = _core.log(x)
    lognormal = Component("lognormal", meanlog=0.3, sdlog=0.8)
    of_logs = mix1d.Mixture([1], [0.3], [0.8])
    np.testing.assert_allclose(
        _core.density(x, lognormal._arrays, True), of_logs.logpdf(log_x) - log_x, rtol=1e-12
    )
    np.testing.assert_allclose(lognormal.cdf(x), of_logs.cdf(log_x), rtol=1e-12)
    np.testing.assert_allclose(
        Component("student_t", df=1.0, loc=0.0, scale=1.0).cdf([-1.0, 1.0]), [0.25, 0.75], rtol=1e-14
    )


@pytest.mark.parametrize("power", [-100, 100])
@pytest.mark.parametrize("family", ["lognormal", "gamma", "weibull", "inverse_gaussian", "exponential"])
def test_powers_of_two_change_no_bit_of_a_positive_family(family, power):
    _, location, scale, number, shape = Component(family, **OWN[family])._arrays
    x = np.array([0.01, 0.7, 2.0, 9.0])
    for above in (False, True):
        found = [
            _core.probability(
                np.ldexp(x, p), (np.ones(1), np.ldexp(location, p), scale, number, shape), above, True
            )
            for p in (0, power)
        ]
        assert found[0].tolist() == found[1].tolist()


@pytest.mark.parametrize("family", OWN)
def test_own_parameters_and_coordinates_of_the_core_go_there_and_back(family):
    c = Component(family, **OWN[family])
    found = _core.natural_parameters(c._arrays)[0, : len(c.parameters)]
    assert found.tolist() == pytest.approx(list(c.parameters.values()), rel=4e-15)


def heavy(df):
    return Component("student_t", df=df, loc=1.0, scale=2.0)


def test_moments_that_do_not_exist():
    assert math.isnan(heavy(1.0).mean)
    assert math.isnan(heavy(1.0).sd)
    assert (heavy(1.5).mean, heavy(1.5).sd) == (1.0, math.inf)
    assert heavy(2.5).sd == pytest.approx(2.0 * math.sqrt(5.0), rel=1e-15)
    assert heavy(1.0).median == 1.0


bits = {
    family: [
        [
            value.hex()
            for value in f(
                np.array([0.003, 0.25, 0.5, 0.97]), Component(family, **OWN[family])._arrays
            ).tolist()
        ]
        for f in (_core.density, _core.probability, _core.quantile)
    ]
    for family in OWN
}


@pytest.mark.parametrize("isa", ISAS)
def test_every_instruction_set_gives_the_same_bits(isa):
    assert elsewhere(isa, __file__, "t.bits") == bits


# ---- the object


def test_aliases_and_names():
    t = Component("t", df=3, loc=0, scale=1)
    assert t.family == "student_t"
    assert t == Component("student_t", df=3.0, loc=0.0, scale=1.0)
    assert Component("nb", mean=2, size=3).family == "negative_binomial"
    assert t.parameters == {"df": 3.0, "loc": 0.0, "scale": 1.0}
    assert eval(repr(t)) == t


def test_frozen_equal_hashed_pickled():
    c = Component("gamma", shape=1 / 3, scale=0.1)
    assert hash(c) == hash(Component("gamma", shape=1 / 3, scale=0.1))
    assert c != Component("gamma", shape=0.1, scale=1 / 3)
    assert c != "gamma"
    for again in (pickle.loads(pickle.dumps(c)), copy.copy(c), copy.deepcopy(c)):
        assert again == c
        assert again.cdf(0.2) == c.cdf(0.2)
    c.parameters["shape"] = 9.0
    assert c.parameters["shape"] == 1 / 3
    with pytest.raises(AttributeError, match="frozen"):
        c.family = "beta"
    with pytest.raises(AttributeError, match="frozen"):
        del c.mean


def test_shapes_are_those_of_numpy_functions():
    c = Component("gamma", shape=2, scale=1)
    assert isinstance(c.pdf(1.0), float)
    assert c.cdf(np.ones((2, 3))).shape == (2, 3)
    assert c.icdf([]).shape == (0,)


@pytest.mark.parametrize(
    ("family", "parameters", "message"),
    [
        ("gama", {}, "family must be the name of a family, got 'gama': choose one of normal, uniform, "),
        (3, {}, "family must be the name of a family, got 3"),
        (
            "gamma",
            {"shape": 1.0},
            "scale of gamma is missing: give each of its parameters by name .shape, scale",
        ),
        ("gamma", {"shape": 1, "rate": 1}, "rate is no parameter of gamma: its parameters are shape, scale"),
        ("gamma", {"shape": 0, "scale": 1}, "shape of gamma must be positive and finite, got 0.0"),
        ("gamma", {"shape": "1", "scale": 1}, "shape of gamma must be a real number, got '1'"),
        ("normal", {"mean": math.nan, "sd": 1}, "mean of normal must be finite, got nan"),
        ("student_t", {"df": -1, "loc": 0, "scale": 1}, "df of student_t must be positive, got -1.0"),
        ("uniform", {"low": 1, "high": 1}, "low of uniform must be below high, got 1.0 and 1.0"),
        (
            "lognormal",
            {"meanlog": 1e4, "sdlog": 1},
            "must be of a distribution that doubles can hold, got mean",
        ),
    ],
)
def test_refused(family, parameters, message):
    with pytest.raises(InputError, match=message):
        Component(family, **parameters)
