"""Mixtures of components of any families: sums of them, quantiles, moments, cuts, draws, the object."""

import itertools
import math
import pickle

import numpy as np
import pytest
from scipy import integrate, stats

from mix1d import Component, InputError, Mixture, _core
from mix1d.model.scipy_forms import FROZEN

GAMMA = Component("gamma", shape=2.0, scale=1.5)
WIDE = Component("gamma", shape=0.5, scale=4.0)
LOGNORMAL = Component("lognormal", meanlog=2.5, sdlog=0.3)
WEIBULL = Component("weibull", shape=3.0, scale=25.0)
T = Component("student_t", df=4.0, loc=-3.0, scale=1.0)
SKEWED = Component("skew_normal", alpha=4.0, loc=2.0, scale=3.0)
NORMAL = Component("normal", mean=5.0, sd=0.7)
POSITIVE = Mixture([0.5, 0.3, 0.2], components=[GAMMA, LOGNORMAL, WEIBULL])
REAL = Mixture([0.25, 0.25, 0.5], components=[T, SKEWED, NORMAL])
PILED = Mixture([0.3, 0.7], components=[Component("point_mass", value=0.0), GAMMA])
COUNTS = Mixture(
    [0.2, 0.5, 0.3],
    components=[
        Component("point_mass", value=0.0),
        Component("poisson", mean=3.0),
        Component("negative_binomial", mean=15.0, size=4.0),
    ],
)
CONTINUOUS = {
    "positive": POSITIVE,
    "real": REAL,
    "background": Mixture([0.1, 0.9], components=[Component("uniform", low=-10, high=20), NORMAL]),
    "beta": Mixture([0.4, 0.6], components=[Component("beta", a=2, b=9), Component("beta", a=8, b=3)]),
    "more": Mixture(
        [0.2, 0.3, 0.5],
        components=[
            Component("inverse_gaussian", mean=2, shape=5),
            Component("exponential", scale=1),
            Component("logistic", loc=9, scale=0.5),
        ],
    ),
}


@pytest.fixture(params=CONTINUOUS.values(), ids=CONTINUOUS.keys())
def m(request):
    return request.param


def theirs(mixture, name, x):
    rows = zip(mixture.weights, mixture.components, strict=True)
    return sum(w * getattr(FROZEN[c.family](stats, c.parameters), name)(x) for w, c in rows)


def test_functions_are_weighted_sums(m):
    x = m.icdf(np.linspace(0.001, 0.999, 31))
    for ours, name in (("pdf", "pdf"), ("cdf", "cdf"), ("ccdf", "sf")):
        np.testing.assert_allclose(getattr(m, ours)(x), theirs(m, name, x), rtol=1e-10)
        np.testing.assert_allclose(
            getattr(m, f"log{ours}")(x), np.log(theirs(m, name, x)), rtol=1e-10, atol=1e-12
        )


def test_quantiles_undo_tails(m):
    p = np.array([1e-250, 1e-30, 1e-5, 0.1, 0.35, 0.5, 0.77, 0.999])
    below, above = m.cdf(m.icdf(p)), m.ccdf(m.iccdf(p))
    far = p > 1e-10 if m is CONTINUOUS["background"] else p > 0  # its end is no 0, and doubles have steps
    np.testing.assert_allclose(below[far], p[far], rtol=1e-5 if m is CONTINUOUS["background"] else 1e-11)
    if m is not CONTINUOUS["beta"]:  # next to 1 doubles are too far apart
        np.testing.assert_allclose(above[far], p[far], rtol=1e-5 if m is CONTINUOUS["background"] else 1e-11)
    logs = np.array([-1e-9, -0.4, -3.0, -600.0])
    np.testing.assert_allclose(m.logcdf(m.ilogcdf(logs)), logs, rtol=1e-6, atol=1e-15)
    assert m.icdf([0, 1]).tolist() == list(m.support())
    assert np.isnan(m.icdf([-1, 2, np.nan])).all()
    assert m.median() == pytest.approx(m.icdf(0.5))


def test_intervals_are_exact_where_they_are_narrow_and_far_out(m):
    x = m.icdf([1e-200, 1e-3, 0.4, 0.8])
    y = m.icdf([2e-200, 2e-3, 0.41, 0.95])
    np.testing.assert_allclose(m.cdf(x, y), m.cdf(y) - m.cdf(x), rtol=1e-10)
    np.testing.assert_allclose(m.cdf(y, x), -m.cdf(x, y), rtol=1e-14)
    np.testing.assert_allclose(np.exp(m.logcdf(x, y)), m.cdf(x, y), rtol=1e-12)
    np.testing.assert_allclose(m.ccdf(x, y), 1.0 - m.cdf(x, y), rtol=1e-14)
    np.testing.assert_allclose(np.exp(m.logccdf(x, y)), m.ccdf(x, y), rtol=1e-12)
    assert np.isnan(m.logcdf(y, x)).all()
    width = 1e-9 * np.abs(x[2])
    assert m.cdf(x[2], x[2] + width) == pytest.approx(m.pdf(x[2]) * ((x[2] + width) - x[2]), rel=1e-8)
    assert m.cdf(-np.inf, np.inf) == 1.0


def integral(m, f):
    edges = m.icdf([1e-13, 1e-9, 1e-6, 1e-3, 0.05, 0.2, 0.4, 0.5, 0.6, 0.8, 0.95, 0.999, 1 - 1e-6, 1 - 1e-9])
    edges = np.unique(np.concatenate([edges, [0.0, m.iccdf(1e-13)]]))  # an exponential begins at 0
    parts = [
        integrate.quad(f, a, b, epsabs=1e-12, epsrel=1e-11, limit=200)[0]
        for a, b in itertools.pairwise(edges)
    ]
    return math.fsum(parts)


@pytest.mark.parametrize("name", ["positive", "beta", "more"])
def test_numbers_are_integrals(name):
    m = CONTINUOUS[name]
    assert m.mean() == pytest.approx(integral(m, lambda x: x * m.pdf(x)), rel=1e-9)
    assert m.variance() == pytest.approx(integral(m, lambda x: (x - m.mean()) ** 2 * m.pdf(x)), rel=1e-8)
    assert m.entropy() == pytest.approx(integral(m, lambda x: -m.pdf(x) * m.logpdf(x)), rel=1e-8)
    third = integral(m, lambda x: ((x - m.mean()) / m.standard_deviation()) ** 3 * m.pdf(x))
    assert m.skewness() == pytest.approx(third, rel=1e-7)
    assert m.moment(3) == pytest.approx(integral(m, lambda x: x**3 * m.pdf(x)), rel=1e-7)


@pytest.mark.parametrize(
    "family",
    [
        "lognormal",
        "gamma",
        "weibull",
        "inverse_gaussian",
        "exponential",
        "beta",
        "logistic",
        "skew_normal",
        "uniform",
        "student_t",
        "poisson",
        "negative_binomial",
    ],
)
def test_moments_of_one_component_against_scipy(family):
    from model.test_component import OWN

    c = Component(family, **OWN[family])
    m, frozen = Mixture([1], components=[c]), FROZEN[family](stats, c.parameters)
    for order in range(1, 5):
        assert m.moment(order) == pytest.approx(frozen.moment(order), rel=1e-8)
    raw = [m.moment(i) for i in range(7)]
    if family == "student_t":
        assert raw[5:] == [pytest.approx(math.nan, nan_ok=True), math.inf]
        return
    for order in (3, 4, 6):  # about the mean, from those about zero
        mean = m.mean()
        wanted = math.fsum(math.comb(order, i) * raw[i] * (-mean) ** (order - i) for i in range(order + 1))
        assert m.moment(order, "central") == pytest.approx(wanted, rel=1e-7, abs=1e-8 * c.sd**order)


def test_moments_that_do_not_exist_are_nan_or_infinite():
    heavy = Mixture([0.5, 0.5], components=[Component("student_t", df=1.5, loc=0, scale=1), NORMAL])
    assert heavy.mean() == 2.5
    assert heavy.variance() == heavy.standard_deviation() == math.inf
    cauchy = Mixture([0.5, 0.5], components=[Component("student_t", df=1, loc=0, scale=1), NORMAL])
    assert math.isnan(cauchy.mean())
    assert math.isnan(cauchy.means[0])
    assert cauchy.medians.tolist() == [0, 5]
    assert cauchy.thresholds()[0].below == 0


def test_modes_are_where_the_density_is_highest(m):
    found = m.modes()
    x = m.icdf(np.linspace(1e-6, 1 - 1e-6, 2001))
    top = x[np.argmax(m.pdf(x))]
    assert m.logpdf(m.mode()) >= m.logpdf(top) - 1e-12
    for mode in found:
        step = 1e-4 * m.standard_deviation()
        assert m.pdf(mode) >= max(m.pdf(mode - step), m.pdf(mode + step))


def test_a_pole_and_a_pile_are_modes():
    assert Mixture([1], components=[WIDE]).modes().tolist() == [0]
    assert PILED.modes().tolist() == [0, pytest.approx(1.5, rel=1e-12)]
    assert 0.0 in COUNTS.modes()
    assert set(COUNTS.modes()) <= set(range(30))


def test_responsibilities_and_labels(m):
    x = m.icdf(np.linspace(0.01, 0.99, 9))
    shares = m.responsibilities(x)
    rows = [
        w * FROZEN[c.family](stats, c.parameters).pdf(x) for w, c in zip(m.weights, m.components, strict=True)
    ]
    np.testing.assert_allclose(shares, (np.array(rows) / sum(rows)).T, rtol=1e-9, atol=1e-300)
    assert m.predict(x).tolist() == np.argmax(rows, axis=0).tolist()
    assert np.isnan(m.responsibilities(np.nan)).all()
    assert m.responsibilities([-np.inf, np.inf]).sum(axis=1).tolist() == [1, 1]


def test_labels_change_at_the_cuts_and_nowhere_else():
    for mixture in (
        POSITIVE,
        CONTINUOUS["beta"],
        CONTINUOUS["background"],
        Mixture([0.5, 0.5], components=[GAMMA, LOGNORMAL]),
    ):
        cuts = mixture.thresholds()
        for cut in cuts:
            if cut.kind == "none":
                continue
            pair = Mixture._of_arrays(tuple(array[[cut.below, cut.above]] for array in mixture._arrays))
            shares = pair.responsibilities(cut.value)
            labels = [pair.predict(cut.value * (1 + e)) for e in (-1e-9, 1e-9)]
            if mixture is not CONTINUOUS["background"]:
                assert shares[0] == pytest.approx(0.5, abs=1e-9)
            assert sorted(labels) == [0, 1]
            assert (labels == [0, 1]) or cut.kind != "crossing"


def test_thresholds_of_normals_are_the_same_by_either_road():
    weights, means, sds = np.array([0.3, 0.7]), np.array([-2.0, 3.0]), np.array([1.0, 0.5])
    fast = Mixture(weights, means, sds).thresholds()
    arrays = weights, means, sds, np.zeros(2, np.int64), np.zeros(2)
    rows = _core.mixed_crossings(arrays)
    assert sorted(t.value for t in fast) == pytest.approx(sorted(rows[:, 1].tolist()), rel=1e-12)


def test_normals_are_normals_bit_for_bit():
    plain = Mixture([0.4, 0.6], [-2, 2], [1, 1])
    named = Mixture(
        [0.4, 0.6], components=[Component("normal", mean=-2, sd=1), Component("norm", mean=2, sd=1)]
    )
    assert named == plain
    assert hash(named) == hash(plain)
    assert named.components == plain.components
    assert named.pdf(0.3) == plain.pdf(0.3)
    assert plain.medians.tolist() == [-2, 2]
    assert len(named._arrays) == 3


def test_the_general_road_agrees_with_that_of_normals():
    plain = Mixture([0.3, 0.7], [-2, 3], [1, 0.5])
    arrays = plain.weights, plain.means, plain.sds, np.zeros(2, np.int64), np.zeros(2)
    x = np.linspace(-40, 40, 61)
    for f in (_core.density, _core.probability):
        np.testing.assert_allclose(
            f(x, arrays, log=True), f(x, plain._arrays, log=True), rtol=2e-15, atol=1e-15
        )
    p = np.array([1e-300, 1e-5, 0.2, 0.7, 0.9])
    np.testing.assert_allclose(_core.quantile(p, arrays), _core.quantile(p, plain._arrays), rtol=1e-14)
    assert _core.mixed_entropy(arrays) == pytest.approx(plain.entropy(), rel=1e-11)
    np.testing.assert_allclose(_core.mixed_modes(arrays), plain.modes(), rtol=1e-12)


# ---- counts and piles


def test_a_pile_has_its_probability_and_the_rest_a_density():
    assert PILED.pdf([0.0, 1.0]).tolist() == [pytest.approx(0.3), pytest.approx(0.7 * GAMMA.pdf(1.0))]
    assert PILED.responsibilities(0.0).tolist() == [1, 0]
    assert PILED.cdf([-1e-300, 0.0]).tolist() == [0, pytest.approx(0.3)]
    assert PILED.icdf([0.1, 0.3, 0.31]).tolist() == [0, 0, pytest.approx(GAMMA.icdf(0.01 / 0.7), rel=1e-10)]
    assert PILED.support() == (0, math.inf)
    assert PILED.mean() == pytest.approx(0.7 * GAMMA.mean)
    assert PILED.variance() == pytest.approx(0.7 * 4.5 + 0.7 * 0.3 * 9.0)
    assert PILED.entropy() == pytest.approx(
        -0.3 * math.log(0.3) - 0.7 * math.log(0.7) + 0.7 * stats.gamma(2, scale=1.5).entropy(), rel=1e-9
    )


def test_counts_have_probabilities():
    k = np.arange(200.0)
    assert math.fsum(COUNTS.pdf(k).tolist()) == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(np.cumsum(COUNTS.pdf(k)), COUNTS.cdf(k), rtol=1e-13)
    assert COUNTS.icdf(COUNTS.cdf(k[:40])).tolist() == k[:40].tolist()
    assert COUNTS.pdf(0.5) == 0.0
    assert COUNTS.entropy() == pytest.approx(-sum(p * math.log(p) for p in COUNTS.pdf(k) if p > 0), rel=1e-12)
    assert COUNTS.mean() == pytest.approx(6.0)
    assert COUNTS.responsibilities(7.0).sum() == pytest.approx(1.0)
    assert [t.kind for t in COUNTS.thresholds()].count("crossing") >= 1


# ---- draws


@pytest.mark.parametrize("name", ["positive", "real", "beta", "more"])
def test_samples_follow_the_distribution(name):
    m = CONTINUOUS[name]
    x = m.sample(4000, rng=5)
    assert stats.kstest(x, m.cdf).pvalue > 0.01


def test_samples_of_counts_and_their_shapes():
    x = COUNTS.sample(5000, rng=1)
    assert (x == np.floor(x)).all()
    assert np.mean(x == 0) == pytest.approx(COUNTS.pdf(0.0), abs=0.03)
    assert isinstance(POSITIVE.sample(rng=1), float)
    assert POSITIVE.sample((2, 0, 3)).shape == (2, 0, 3)
    assert POSITIVE.sample(4, rng=1).tolist() == POSITIVE.sample(4, rng=np.random.default_rng(1)).tolist()


# ---- the object


def test_pickle_equality_hash_and_repr():
    again = pickle.loads(pickle.dumps(POSITIVE))
    assert again == POSITIVE
    assert hash(again) == hash(POSITIVE)
    assert again.components == POSITIVE.components
    assert Mixture([0.5, 0.5], components=[GAMMA, T]) != Mixture([0.5, 0.5], components=[T, GAMMA])
    assert eval(repr(POSITIVE)) == POSITIVE
    assert repr(Mixture([1 / 3, 2 / 3], components=[GAMMA, T])).startswith(
        "<Mixture, weights to 6 digits: weights=[0.33"
    )
    for array in (POSITIVE.means, POSITIVE.sds, POSITIVE.medians, *POSITIVE._arrays):
        assert not array.flags.writeable


def test_arrays_of_the_core_become_components():
    found = Mixture._of_arrays(POSITIVE._arrays)
    assert found == POSITIVE
    assert [c.family for c in found.components] == ["gamma", "lognormal", "weibull"]
    for one, other in zip(found.components, POSITIVE.components, strict=True):
        assert list(one.parameters.values()) == pytest.approx(list(other.parameters.values()), rel=4e-15)


def test_scipy_there_and_back(m):
    other = m.to_scipy()
    x = m.icdf([0.1, 0.5, 0.9])
    np.testing.assert_allclose(other.pdf(x), m.pdf(x), rtol=1e-9)
    assert Mixture.from_scipy(other) == m


def test_frozen_distributions_of_scipy_are_taken():
    from model.test_component import OWN

    for family, make in FROZEN.items():
        c = Component(family, **OWN[family])
        found = Mixture.from_scipy(make(stats, c.parameters)).components[0]
        assert found.family == family
        assert list(found.parameters.values()) == pytest.approx(list(c.parameters.values()), rel=1e-14)
    with pytest.raises(InputError, match=r"a gamma must begin at 0, got loc=1\.0"):
        Mixture.from_scipy(stats.gamma(2.0, loc=1.0))
    with pytest.raises(InputError, match=r"component 0 is a gumbel_r: mix1d knows"):
        Mixture.from_scipy(stats.gumbel_r())
    with pytest.raises(InputError, match=r"component 0 is a point_mass, which scipy\.stats does not have"):
        PILED.to_scipy()
    with pytest.raises(InputError, match="takes no counts"):
        Mixture(
            [0.5, 0.5], components=[Component("poisson", mean=1), Component("poisson", mean=2)]
        ).to_scipy()


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        (([1],), {}, "means and sds, or components, must be given"),
        (([1], [0], [1]), {"components": [GAMMA]}, "components must be given without means and sds"),
        (
            ([0.5, 0.5],),
            {"components": [GAMMA]},
            "weights and components must have the same length, got 2 and 1",
        ),
        (([1],), {"components": 3}, "components must be a sequence of Component, got 3"),
        (([1],), {"components": ["gamma"]}, "components must be of the class Component; number 0 is 'gamma'"),
    ],
)
def test_refused(arguments, keywords, message):
    with pytest.raises(InputError, match=message):
        Mixture(*arguments, **keywords)


def test_moments_beyond_the_hundredth_are_refused():
    with pytest.raises(
        InputError, match="order must be at most 100 for components that are not normal, got 101"
    ):
        POSITIVE.moment(101)


def test_a_notebook_shows_any_mixture():
    assert "Mixture of 3 distributions<" in POSITIVE._repr_html_()
    assert "Mixture of 2 distributions<" in PILED._repr_html_()
    assert "Mixture of 1 normal distribution<" in Mixture([1], components=[NORMAL])._repr_html_()
