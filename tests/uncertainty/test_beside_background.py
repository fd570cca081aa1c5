"""Intervals of the weight of a background, and of what stands beside it."""

import numpy as np
import pytest
from scipy import optimize, stats

import mix1d
from cases import parameters

LOW, HIGH = -10.0, 20.0
QUANTILE = 3.841458820694124


def sample_of(kind):
    """Observations, and the log-likelihood of (share, weight of the first, means, sds)."""
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 1, 100), rng.normal(6, 1.5, 80), rng.uniform(LOW, HIGH, 60)])
    start = -1.0 if kind == "window" else -np.inf
    x = x[x > start]
    error = 0.5 if kind == "errors" else 0.0
    if kind == "bins":
        edges = np.arange(-10.0, 20.5)
        counts = np.histogram(x, edges)[0]
        obs = mix1d.Observations((counts, edges))
    else:
        more = {"errors": error} if error else {"truncation": (start, None)} if start > -np.inf else {}
        obs = mix1d.Observations(x, **more)

    def likelihood(share, p, means, sds):
        sds = np.sqrt(np.square(sds) + error**2)
        weights = (1.0 - share) * np.array([p, 1.0 - p])
        if kind == "bins":
            each = np.diff(stats.norm.cdf(edges[:, None], means, sds), axis=0) @ weights
            return float(counts @ np.log(each + share * np.diff(edges) / (HIGH - LOW)))
        if error:
            flat = stats.norm.cdf((HIGH - x) / error) - stats.norm.cdf((LOW - x) / error)
        else:
            flat = ((x >= LOW) & (x <= HIGH)).astype(float)
        density = stats.norm.pdf(x[:, None], means, sds) @ weights + share * flat / (HIGH - LOW)
        seen = 1.0
        if start > -np.inf:
            seen = stats.norm.sf(start, means, sds) @ weights + share * (HIGH - start) / (HIGH - LOW)
        return float(np.log(density).sum() - len(x) * np.log(seen))

    return obs, likelihood


def fall(likelihood, fitted, value, of_background):
    """How far twice the log-likelihood falls with the share, or the first weight, held at a value."""
    w, m, s = parameters(fitted.mixture)
    odds = np.log([fitted.background_weight / (1.0 - fitted.background_weight), w[0] / w[1]])

    def at(free, held=None):
        share, p = 1.0 / (1.0 + np.exp(-free[:2]))
        if held is not None:
            share, p = (held, p) if of_background else (share, held)
        return -likelihood(share, p, free[2:4], np.exp(free[4:]))

    start = np.concatenate([odds, m, np.log(s)])
    best = optimize.minimize(lambda free: at(free, value), start, method="BFGS", options={"gtol": 1e-6})
    return 2.0 * (best.fun - at(start))


@pytest.mark.parametrize("kind", ["exact", "bins", "errors", "window"])
def test_profile_bounds_are_where_the_likelihood_has_fallen(kind):
    obs, likelihood = sample_of(kind)
    fitted = mix1d.fit(obs, 2, background=(LOW, HIGH))
    found = fitted.confidence_interval()
    beside = found.background_weight
    assert beside.lower < beside.value == fitted.background_weight < beside.upper
    for bound in (beside.lower, beside.upper):
        assert fall(likelihood, fitted, bound, True) == pytest.approx(QUANTILE, abs=2e-4)
    for bound in (found.lower.weights[0], found.upper.weights[0]):
        assert fall(likelihood, fitted, bound, False) == pytest.approx(QUANTILE, abs=2e-4)
    # of two shares one is what the other leaves
    assert found.lower.weights[0] == pytest.approx(1.0 - found.upper.weights[1], abs=1e-7)


@pytest.mark.parametrize("kind", ["exact", "bins", "errors", "window"])
def test_wald_and_profile_agree_on_the_standard_error(kind):
    obs, likelihood = sample_of(kind)
    fitted = mix1d.fit(obs, 2, background=(LOW, HIGH))
    wald = fitted.confidence_interval(0.01, method="wald")
    near = fitted.confidence_interval(0.01)
    for a, b in ((wald.lower, near.lower), (wald.upper, near.upper)):
        assert a.weights == pytest.approx(b.weights, abs=1e-5)
    assert wald.background_weight.lower == pytest.approx(near.background_weight.lower, abs=1e-5)
    errors = fitted.standard_errors().weights
    assert [e.standard_error for e in near.estimates[:2]] == pytest.approx(errors, rel=1e-6)
    w = fitted.background_weight
    step = 1e-3 * w * (1.0 - w)
    curvature = (
        fall(likelihood, fitted, w + step, True) + fall(likelihood, fitted, w - step, True)
    ) / step**2
    assert wald.background_weight.standard_error == pytest.approx(np.sqrt(2.0 / curvature), rel=0.02)


def test_what_follows_from_the_others_alone():
    obs, _ = sample_of("exact")
    fitted = mix1d.fit(obs, 2, background=(LOW, HIGH))
    weights, means, sds = parameters(fitted.mixture)
    above = fitted.proportion_above(3.0)
    assert above.value == pytest.approx(stats.norm.sf(3.0, means, sds) @ weights, abs=1e-12)
    assert 0.3 < above.lower < above.value < above.upper < 0.6
    quantile = fitted.quantile(0.8)
    assert quantile.lower < quantile.value < quantile.upper
    drawn = fitted.replicates(replicates=400)
    of_each = zip(drawn.weights, drawn.means, drawn.sds, strict=True)
    spread = np.std([stats.norm.sf(3.0, m, s) @ w for w, m, s in of_each])
    assert above.standard_error == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize("method", ["bootstrap", "calibrated"])
def test_replicates_have_the_weight_of_the_background(method):
    obs, _ = sample_of("exact")
    fitted = mix1d.fit(obs, 2, background=(LOW, HIGH))
    found = fitted.confidence_interval(method=method, replicates=199).background_weight
    profile = fitted.confidence_interval().background_weight
    assert found.value == profile.value
    assert found.lower == pytest.approx(profile.lower, abs=0.03)
    assert found.upper == pytest.approx(profile.upper, abs=0.03)


def test_there_is_none_without_a_background():
    fitted = mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)
    assert fitted.confidence_interval().background_weight is None
    assert fitted.replicates(replicates=5).background_weights is None


def test_a_component_that_the_penalty_holds_is_the_one_held():
    """Beside a background components are counted behind it."""
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(0, 1, 120), [6.0, 6.0 + 1e-9, 6.0 - 1e-9], rng.uniform(LOW, HIGH, 40)])
    spike = mix1d.Mixture([0.97, 0.03], [0.0, 6.0], [1.0, 0.01])
    fitted = mix1d.fit(x, 2, background=(LOW, HIGH), start=spike, set_apart=None, resolution=0)
    assert fitted.regularized
    found = fitted.confidence_interval()
    assert np.isfinite([found.lower.sds[0], found.upper.sds[0]]).all()
    assert np.isnan([found.lower.sds[1], found.upper.sds[1]]).all()
