"""One skewed population as a rival: estimates against scipy, and when the finding is made."""

import math
import subprocess
import sys
import warnings

import numpy as np
import pytest
from scipy import special, stats

import mix1d
from cases import column, draw
from mix1d.data.sample import read_sample
from mix1d.diagnostics.families import FAMILIES, log_gamma, log_twice_normal_cdf
from mix1d.diagnostics.rivals import fitted_families, one_population_is_conceivable
from places import DATA

SEED = 20
SAMPLES = {
    "lognormal": (stats.lognorm(s=0.5, scale=3.0), stats.lognorm, ("s", "scale")),
    "gamma": (stats.gamma(a=2.5, scale=2.0), stats.gamma, ("a", "scale")),
    "Weibull": (stats.weibull_min(c=1.7, scale=4.0), stats.weibull_min, ("c", "scale")),
    "skew-normal": (stats.skewnorm(a=5.0, loc=1.0, scale=2.0), stats.skewnorm, ("a", "loc", "scale")),
    "t": (stats.t(df=3.0, loc=-2.0, scale=1.5), stats.t, ("df", "loc", "scale")),
}


def sample_of(name, n=1500):
    return SAMPLES[name][0].rvs(n, random_state=np.random.default_rng(SEED))


def found(x, name, sample_weight=None):
    (rival,) = (r for r in fitted_families(read_sample(x, sample_weight), 0.0) if r.family == name)
    return rival


@pytest.mark.parametrize("name", SAMPLES)
def test_estimates_are_those_of_scipy(name):
    x = sample_of(name)
    _, family, names = SAMPLES[name]
    rival = found(x, name)
    best = family.fit(x, **({"floc": 0} if "loc" not in names else {}))
    at_scipy = family.logpdf(x, *best).sum()
    assert rival.log_likelihood >= at_scipy - 1e-6 * abs(at_scipy)
    parameters = {"loc": 0.0, **rival.parameters}
    assert family(**parameters).logpdf(x).sum() == pytest.approx(rival.log_likelihood, rel=1e-10)
    expected = dict(
        zip([*(n for n in names if n not in ("loc", "scale")), "loc", "scale"], best, strict=True)
    )
    for key in names:
        assert rival.parameters[key] == pytest.approx(expected[key], rel=5e-3)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_family_that_made_the_data_is_among_the_best(name):
    ordered = fitted_families(read_sample(sample_of(name)), 0.0)
    assert ordered[0].bic <= found(sample_of(name), name).bic <= ordered[0].bic + 6.0
    assert [r.bic for r in ordered] == sorted(r.bic for r in ordered)


@pytest.mark.parametrize("scale", [1e-8, 1e8, 1e-200])
@pytest.mark.parametrize("name", SAMPLES)
def test_any_unit(name, scale):
    x = sample_of(name, 200)
    one, other = found(x, name), found(x * scale, name)
    assert other.log_likelihood + 200 * np.log(scale) == pytest.approx(one.log_likelihood, abs=1e-4)
    assert other.parameters["scale"] / scale == pytest.approx(one.parameters["scale"], rel=1e-2)


def test_weights_are_repetitions():
    x = np.round(sample_of("gamma", 300), 1) + 0.1
    values, counts = np.unique(x, return_counts=True)
    assert found(x, "gamma") == found(values, "gamma", counts)


def test_families_of_positive_values_need_them():
    families = {r.family for r in fitted_families(read_sample([-1.0, 2.0, 3.0, 3.5, 9.0]), 0.0)}
    assert families == {"skew-normal", "t"}
    assert fitted_families(read_sample([2.0, 2.0]), 0.0) == ()


def test_the_limit_of_student_is_named():
    x = stats.norm.ppf((np.arange(400) + 0.5) / 400)
    rival = found(x, "t")
    assert rival.parameters["df"] == pytest.approx(200.0)
    assert rival.note == "a normal, to all purposes"


def test_a_lognormal_sample_is_one_population():
    x = sample_of("lognormal")
    result = mix1d.fit(x)
    k = len(result.mixture.weights)
    assert k > 1
    (finding,) = (f for f in result.findings if f.code == "single_population")
    assert finding.message.startswith(f"One lognormal explains these data better than {k} normals (BIC -")
    assert finding.value == pytest.approx(result.rivals()[0].difference)


DEGENERATE = {
    "ties": [0.0] * 60 + [0.01 * i * i for i in range(1, 40)],
    "two ties": [3.0] * 30 + [4.0] * 40 + [5.5, 6.1, 9.7],
    "most are one": [1.0] * 90 + list(range(2, 12)),
    "an edge": [100.0] * 25 + list(np.linspace(99.9, 40.0, 50)),
    "few distinct": np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], [40, 3, 2, 1, 60]).tolist(),
    "ties and a far one": [0.0] * 40 + [1.0, 2.0, 1e9],
    "tiny and huge": [1e-300] * 12 + [1e-200, 1e-50, 1.0, 1e50, 1e200] * 3,
    "largest": [1e307, 5e307, -1e307, 2.0, 3.0, 2.5] * 4,
    "an edge of whole numbers": np.repeat(
        np.arange(1990, 2015, 2), [3, 1, 5, 2, 6, 5, 9, 8, 20, 30, 60, 80, 90]
    )
    .astype(float)
    .tolist(),
    "rounded to its sd": np.round(np.random.default_rng(3).normal(10.0, 1.0, 200)).tolist(),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_no_rival_collapses(name):
    """A t of scale 1e-147 and a skew-normal of skewness -1e10 were reported as evidence."""
    x = np.array(DEGENERATE[name])
    sample = read_sample(x)
    least = 1e-4 * (x / np.abs(x).max()).std() * np.abs(x).max()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found_ones = fitted_families(sample, 0.0)
    for rival in found_ones:
        if np.isnan(rival.bic):
            assert rival.note
            assert rival.parameters == {}
            continue
        assert abs(rival.parameters.get("a", 0.0)) <= 100.0 or rival.family == "gamma"
        assert rival.parameters.get("df", 1.0) >= 1.0
        if rival.family == "skew-normal":
            edge = rival.parameters["scale"] / max(abs(rival.parameters["a"]), 1.0)
            assert edge > 0.5 * (sample.resolution or 0.0)
        if rival.family in ("t", "skew-normal"):
            assert rival.parameters["scale"] > max(least, (sample.resolution or 0.0) / 4.0)
        if name == "tiny and huge":  # beyond the range of scipy
            continue
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):  # within scipy
            best_density = SAMPLES[rival.family][1](**{"loc": 0.0, **rival.parameters}).logpdf(x).max()
        assert best_density < np.inf
    for k in (1, 2):
        assert str(mix1d.fit(x, k))


def test_a_pile_has_no_rival():
    rng = np.random.default_rng(2)
    x = np.concatenate([np.zeros(60), rng.gamma(3.0, 2.0, 150)])
    assert all(
        np.isnan(r.bic) and "0 occurs far too often" in r.note for r in fitted_families(read_sample(x), 0.0)
    )
    counts = rng.geometric(0.3, 300) - 1.0  # many zeros, but no pile of them
    assert any(np.isfinite(r.bic) for r in fitted_families(read_sample(counts), 0.0))


def test_the_reported_likelihood_is_the_cores():
    """At parameters on a lattice, so that the last digits of the optimiser do not matter."""
    for name in SAMPLES:
        x = sample_of(name, 300)
        rival = found(x, name)
        (family,) = (f for f in FAMILIES if f.name == name)
        unit = rival.parameters["scale"]
        assert math.isfinite(unit)
        again = found(np.flip(x), name)
        assert again == rival
        theta = np.array([0.3, -0.2, 0.7][: 2 if family.positive else 3])
        y = np.array([0.2, 0.9, 1.7, 4.0])
        assert -family.loss(y, np.ones(4))(theta) == pytest.approx(
            family.log_density(y, theta).sum(), rel=1e-12
        )


def test_own_special_functions():
    for a in (1e-3, 0.05, 0.5, 1.0, 1.5, 2.0, 9.999, 10.0, 37.2, 1e4, 1e12):
        assert log_gamma(a) == pytest.approx(special.gammaln(a), rel=1e-13, abs=1e-13)
    z = np.array([-1e5, -30.0, -1.0, -1e-9, 0.0, 1e-9, 0.7, 3.0, 8.0, 40.0, 1e200])
    expected = special.log_ndtr(z) + np.log(2.0)
    np.testing.assert_allclose(log_twice_normal_cdf(z), expected, rtol=1e-13, atol=4e-16)


def test_components_of_weight_zero_cost_a_rival_nothing():
    x = column("precip")
    result = mix1d.fit(x, 4)
    assert 0.0 in result.mixture.weights
    three = mix1d.fit(x, 3)
    (a, b) = ([f.value for f in r.findings if f.code == "single_population"] for r in (result, three))
    assert a == pytest.approx(b, abs=1e-4)


def test_two_clear_components_leave_no_doubt():
    result = mix1d.fit(draw(1, [0.4, 0.6], [0.0, 5.0], [1.0, 1.0], 300), 2)
    assert not one_population_is_conceivable(result.sample, result.log_likelihood, 5)
    assert result.rivals()[0].difference > 20.0
    assert "single_population" not in {f.code for f in result.findings}


@pytest.mark.parametrize("seed", range(12))
def test_the_screen_never_hides_a_winner(seed):
    rng = np.random.default_rng(seed)
    x = (rng.gamma(2.0, 1.0, 150), rng.standard_t(3, 200), rng.weibull(1.5, 90), rng.lognormal(0, 1, 120))[
        seed % 4
    ]
    for k in (2, 3, 4):
        result = mix1d.fit(x, k)
        if result.rivals()[0].difference < -2.0:
            assert one_population_is_conceivable(result.sample, result.log_likelihood, result.n_parameters)


def test_printing_a_clear_case_imports_no_scipy():
    code = (
        "import sys, numpy as np, mix1d\n"
        "x = np.loadtxt(sys.argv[1], skiprows=1)\n"
        "str(mix1d.fit(x))\n"
        "sys.exit('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, DATA / "faithful_waiting.csv"])
    assert done.returncode == 0
