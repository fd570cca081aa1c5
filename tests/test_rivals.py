"""One skewed population as a rival: estimates against scipy, and when the finding is made."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

import mix1d
from cases import draw
from mix1d.data import read_sample
from mix1d.diagnostics.rivals import one_population_is_conceivable, rivals
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
    (rival,) = (r for r in rivals(read_sample(x, sample_weight), 0.0) if r.family == name)
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
    ordered = rivals(read_sample(sample_of(name)), 0.0)
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
    families = {r.family for r in rivals(read_sample([-1.0, 2.0, 3.0, 3.5, 9.0]), 0.0)}
    assert families == {"skew-normal", "t"}
    assert rivals(read_sample([2.0, 2.0]), 0.0) == ()


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


def test_two_clear_components_leave_no_doubt():
    result = mix1d.fit(draw(1, [0.4, 0.6], [0.0, 5.0], [1.0, 1.0], 300), 2)
    assert not one_population_is_conceivable(result._sample, result.log_likelihood, 5)
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
            assert one_population_is_conceivable(result._sample, result.log_likelihood, result.n_parameters)


def test_printing_a_clear_case_imports_no_scipy():
    code = (
        "import sys, numpy as np, mix1d\n"
        "x = np.loadtxt(sys.argv[1], skiprows=1)\n"
        "str(mix1d.fit(x))\n"
        "sys.exit('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, DATA / "faithful_waiting.csv"])
    assert done.returncode == 0
