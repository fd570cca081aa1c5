"""One population of another shape against a mixture: scipy's fits, weights, units, and the screen."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import mix1d
from cases import column, draw
from mix1d.data import read_sample
from mix1d.diagnostics.rivals import (
    Rival,
    a_single_population_is_conceivable,
    distance_to_one_mode,
    rival_findings,
    rivals,
)

RNG = np.random.default_rng(7)
N = 2000
SAMPLES = {
    "lognormal": stats.lognorm(0.8, scale=3.0).rvs(N, random_state=RNG),
    "gamma": stats.gamma(2.5, scale=4.0).rvs(N, random_state=RNG),
    "Weibull": stats.weibull_min(1.7, scale=5.0).rvs(N, random_state=RNG),
    "skew-normal": stats.skewnorm(4.0, loc=-1.0, scale=2.0).rvs(N, random_state=RNG),
    "Student t": stats.t(4.0, loc=10.0, scale=3.0).rvs(N, random_state=RNG),
}
SCIPY = {
    "lognormal": lambda p: stats.lognorm(p["log_sd"], scale=math.exp(p["log_mean"])),
    "gamma": lambda p: stats.gamma(p["shape"], scale=p["scale"]),
    "Weibull": lambda p: stats.weibull_min(p["shape"], scale=p["scale"]),
    "skew-normal": lambda p: stats.skewnorm(p["slant"], loc=p["location"], scale=p["scale"]),
    "Student t": lambda p: stats.t(p["degrees"], loc=p["location"], scale=p["scale"]),
}
# shape and scale fitted by scipy, with its own starts
FITTED = {
    "lognormal": lambda x: stats.lognorm.fit(x, floc=0),
    "gamma": lambda x: stats.gamma.fit(x, floc=0),
    "Weibull": lambda x: stats.weibull_min.fit(x, floc=0),
    "skew-normal": stats.skewnorm.fit,
    "Student t": stats.t.fit,
}
DISTRIBUTIONS = {
    "lognormal": stats.lognorm,
    "gamma": stats.gamma,
    "Weibull": stats.weibull_min,
    "skew-normal": stats.skewnorm,
    "Student t": stats.t,
}


def by_family(x, weights=None, bic=0.0):
    return {r.family: r for r in rivals(read_sample(x, weights), bic)}


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("family", SAMPLES)
def test_log_likelihood_is_that_of_the_parameters(family, sample):
    x = SAMPLES[sample]
    found = by_family(x)
    if family not in found:
        assert x.min() <= 0.0
        return
    r = found[family]
    total = float(np.sum(SCIPY[family](r.parameters).logpdf(x)))
    assert r.log_likelihood == pytest.approx(total, rel=1e-9)
    assert r.bic == pytest.approx(r.n_parameters * math.log(N) - 2.0 * total, rel=1e-9)
    assert r.n_parameters == len(r.parameters)


@pytest.mark.parametrize("family", SAMPLES)
def test_as_scipy_fits_it(family):
    x = SAMPLES[family]
    r = by_family(x)[family]
    shape, location, scale = FITTED[family](x)
    peer = float(np.sum(DISTRIBUTIONS[family](shape, loc=location, scale=scale).logpdf(x)))
    assert r.log_likelihood >= peer - 1e-8  # scipy's simplex stops a little below
    assert r.log_likelihood <= peer + 1e-3
    own = SCIPY[family](r.parameters)
    np.testing.assert_allclose(
        own.ppf([0.05, 0.5, 0.95]), stats_quantiles(family, shape, location, scale), rtol=1e-3
    )
    assert r.note == ""


def stats_quantiles(family, shape, location, scale):
    return DISTRIBUTIONS[family](shape, loc=location, scale=scale).ppf([0.05, 0.5, 0.95])


@pytest.mark.parametrize("family", SAMPLES)
def test_the_gradient_vanishes(family):
    x = SAMPLES[family]
    r = by_family(x)[family]
    top = float(np.sum(SCIPY[family](r.parameters).logpdf(x)))
    for name, value in r.parameters.items():
        for step in (-1e-4, 1e-4):
            moved = {**r.parameters, name: value + step * (abs(value) + 0.1)}
            assert float(np.sum(SCIPY[family](moved).logpdf(x))) < top


@pytest.mark.parametrize("family", SAMPLES)
def test_the_right_family_is_near_the_top(family):
    best = rivals(read_sample(SAMPLES[family]), 0.0)[0]
    own = by_family(SAMPLES[family])[family]
    assert own.bic - best.bic < 6.0


@pytest.mark.parametrize("family", SAMPLES)
def test_weights_are_repetitions(family):
    x = np.round(SAMPLES[family][:300], 1)
    x[x == 0.0] = 0.1
    values, counts = np.unique(x, return_counts=True)
    for r, s in zip(rivals(read_sample(x), 1.0), rivals(read_sample(values, counts), 1.0), strict=True):
        assert r == s


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.1, 3.0), min_size=40, max_size=40))
def test_fractions_count_as_such(weights):
    x = SAMPLES["lognormal"][:40]
    r = by_family(x, weights)["gamma"]
    dist = SCIPY["gamma"](r.parameters)
    w = np.array(weights)
    assert r.log_likelihood == pytest.approx(float(w @ dist.logpdf(x)), rel=1e-9)
    assert float(w @ x) / w.sum() == pytest.approx(dist.mean(), rel=1e-9)


@pytest.mark.parametrize("scale", [1e-8, 1e8, 2.0**-900, 2.0**900])
@pytest.mark.parametrize("family", SAMPLES)
def test_any_unit(family, scale):
    x = SAMPLES[family][:400]
    for name, r in by_family(x).items():
        far = by_family(x * scale)[name]
        assert far.bic == pytest.approx(r.bic + 2.0 * len(x) * math.log(scale), rel=1e-8)
        for key, value in r.parameters.items():
            expected = value * scale if key in ("scale", "location") else value
            expected += math.log(scale) if key == "log_mean" else 0.0
            tolerance = 1e-9 if name in ("lognormal", "gamma", "Weibull") else 2e-4
            spread = r.parameters.get("scale", 1.0) * (scale if key == "location" else 0.0)
            assert far.parameters[key] == pytest.approx(expected, rel=tolerance, abs=tolerance * spread)


def test_a_shift_changes_the_location_only():
    x = SAMPLES["Student t"][:500]
    near, far = by_family(x - 10.0)["Student t"], by_family(x + 1e6)["Student t"]
    assert far.parameters["location"] - 1e6 - 10.0 == pytest.approx(near.parameters["location"], abs=1e-4)
    assert far.log_likelihood == pytest.approx(near.log_likelihood, abs=1e-6)


def test_a_mirrored_sample_has_the_mirrored_slant():
    x = SAMPLES["skew-normal"][:500]
    near, far = by_family(x)["skew-normal"], by_family(-x)["skew-normal"]
    assert far.parameters["slant"] == pytest.approx(-near.parameters["slant"], rel=1e-4)
    assert far.log_likelihood == pytest.approx(near.log_likelihood, abs=1e-8)


def test_values_that_are_not_positive_leave_out_three_families():
    for lowest in (0.0, -1.0):
        found = rivals(read_sample([lowest, *SAMPLES["gamma"][:50]]), 0.0)
        assert {r.family for r in found} == {"skew-normal", "Student t"}


def test_limits_are_named():
    p = (np.arange(1000) + 0.5) / 1000
    assert by_family(stats.uniform.ppf(p))["Student t"].note == "at its limit: a normal"
    half = by_family(stats.halfnorm.ppf(p))["skew-normal"]
    assert half.note == "at its limit: half a normal" or abs(half.parameters["slant"]) > 20.0


@pytest.mark.parametrize(
    "x",
    [
        [2.5] * 10,
        [1.0],
        [1.0, 2.0],
        [1.0, 1.0, 1.0, 2.0],
        [3.0] * 40 + [1.0, 2.0, 4.0, 5.0],
        [1e-300, 1.0, 2.0, 1e300],
        [1.0, 1.0 + 2.0**-52, 1.0 + 2.0**-51, 1.0 + 2.0**-50],
        [5e-324, 1e-323, 1.5e-323, 5e-323],
        [1.0, 2.0, 3.0, 1e300],
        [-1.7e308, 0.0, 1.0, 1.7e308],
        list(range(1, 6)),
    ],
    ids=repr,
)
def test_nothing_is_raised(x):
    for r in rivals(read_sample(x), 10.0):
        if math.isnan(r.log_likelihood):
            assert r.note.startswith("not fitted: ")
            assert r.parameters == {}
            assert math.isnan(r.bic)
            assert math.isnan(r.difference)
        else:
            assert math.isfinite(r.difference)


def test_failures_come_last():
    found = rivals(read_sample([3.0] * 40 + [1.0, 2.0, 4.0, 5.0]), 0.0)
    failed = [math.isnan(r.bic) for r in found]
    assert failed == sorted(failed)
    assert failed[-1]
    numbers = [r.bic for r in found if not math.isnan(r.bic)]
    assert numbers == sorted(numbers)


def finding_for(result):
    found = rivals(result._sample, result.bic)
    return [f.message for f in rival_findings(found, int(np.sum(result.mixture.weights > 0.0)))]


def test_one_lognormal_explains_its_sample_better_than_several_normals():
    result = mix1d.fit(SAMPLES["lognormal"])
    k = len(result.mixture.weights)
    assert k >= 3
    assert a_single_population_is_conceivable(result._sample, result.mixture, result.n_parameters)
    (message,) = finding_for(result)
    assert message.startswith(f"One lognormal explains these data better than {k} normals (BIC -")


def test_against_one_normal_the_difference_must_be_large():
    x = SAMPLES["gamma"]
    assert finding_for(mix1d.fit(x, 1))[0].startswith("One gamma explains these data better than one normal")
    made = [Rival("gamma", {}, -1.0, 2, 0.0, -5.0, "")]
    assert list(rival_findings(made, 1)) == []
    assert len(list(rival_findings(made, 2))) == 1
    assert list(rival_findings([Rival("gamma", {}, -1.0, 2, 0.0, -1.9, "")], 2)) == []
    assert list(rival_findings([Rival("gamma", {}, math.nan, 2, math.nan, math.nan, "")], 2)) == []
    assert list(rival_findings([], 2)) == []


CLEAR = {
    "two": ([0.4, 0.6], [0.0, 6.0], [1.0, 1.0], 300),
    "small": ([0.15, 0.85], [0.0, 8.0], [1.0, 1.0], 600),
    "three": ([0.3, 0.4, 0.3], [0.0, 6.0, 12.0], [1.0, 0.5, 1.0], 500),
}


@pytest.mark.parametrize("name", CLEAR)
def test_the_screen_says_no_where_no_single_population_wins(name):
    *mixture, n = CLEAR[name]
    result = mix1d.fit(draw(4, *mixture, n), len(mixture[0]))
    assert not a_single_population_is_conceivable(result._sample, result.mixture, result.n_parameters)
    assert finding_for(result) == []


def test_values_that_hardly_vary_against_their_size():
    x = 1e6 + np.random.default_rng(2).normal(size=300)
    found, normal = by_family(x), stats.norm(np.mean(x), np.std(x))
    for family in ("gamma", "lognormal"):
        assert found[family].log_likelihood == pytest.approx(float(np.sum(normal.logpdf(x))), abs=1e-3)


def test_the_screen_says_yes_where_there_is_one_mode():
    for x, k in ((draw(1, [0.5, 0.5], [0.0, 1.5], [1.0, 1.0], 5000), 2), (column("galaxies"), 1)):
        result = mix1d.fit(x, k)
        assert a_single_population_is_conceivable(result._sample, result.mixture, result.n_parameters)


def test_the_screen_never_rejects_a_winner():
    """On samples of one mode, fitted with too many components, which may form dips by chance."""
    rejected = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        x = [rng.gamma(3.0, size=150), rng.standard_t(4, size=150), rng.weibull(1.5, size=150)][seed % 3]
        result = mix1d.fit(x, 4)
        if not a_single_population_is_conceivable(result._sample, result.mixture, result.n_parameters):
            rejected += 1
            assert finding_for(result) == []
    assert rejected <= 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1.0, 2.0**-1040, 2.0**980, 1e-5]))
def test_the_screen_knows_no_unit_and_no_direction(seed, scale):
    rng = np.random.default_rng(seed)
    w, m, s = rng.dirichlet([2.0, 2.0, 2.0]), rng.normal(size=3) * 4.0, rng.uniform(0.2, 1.0, size=3)
    sample = read_sample(rng.normal(size=200))
    plain = a_single_population_is_conceivable(sample, mix1d.Mixture(w, m, s), 8)
    assert a_single_population_is_conceivable(sample, mix1d.Mixture(w, -m, s), 8) == plain
    assert a_single_population_is_conceivable(sample, mix1d.Mixture(w, m * scale, s * scale), 8) == plain


def test_the_bound_lies_below_the_divergence_from_densities_with_one_mode():
    m = mix1d.Mixture([0.4, 0.6], [0.0, 4.0], [1.0, 1.0])
    bound = distance_to_one_mode(m)
    assert bound > 0.02
    x = np.linspace(-12.0, 16.0, 20001)
    f = m.pdf(x)
    low, high = m.modes()
    between = (x > low) & (x < high)
    candidates = [stats.norm(mu, sd).pdf(x) for mu in np.linspace(0, 5, 26) for sd in np.linspace(0.8, 4, 17)]
    # the dip filled up to a level that the lower peak is cut down to
    for level in np.linspace(f[between].min(), f[np.abs(x - low).argmin()], 20)[1:]:
        filled = np.where(between, np.maximum(f, level), f)
        candidates.append(np.where(x < 2.0, np.minimum(filled, level), filled))
    candidates = [g / np.sum(g) / (x[1] - x[0]) for g in candidates]
    for g in candidates:
        rise = np.diff(g) > 1e-12 * g.max()
        assert not np.any(~rise[:-1] & (np.diff(g)[:-1] < -1e-12 * g.max()) & rise[1:])
    with np.errstate(divide="ignore"):
        distances = [float(np.sum(f * (np.log(f) - np.log(g)))) * (x[1] - x[0]) for g in candidates]
    assert bound <= min(distances) <= 1.1 * bound


def test_the_screen_does_not_import_scipy():
    import subprocess

    code = (
        "import sys, mix1d; from mix1d.data import read_sample; "
        "from mix1d.diagnostics.rivals import a_single_population_is_conceivable as f; "
        "f(read_sample([1.0, 2.0]), mix1d.Mixture([.5, .5], [0, 9], [1, 1]), 5); "
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
