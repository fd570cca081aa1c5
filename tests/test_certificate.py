"""The certificate against slow twins: a grid solver, dense evaluation, global fits; and its laws."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

import mix1d
from cases import column, draw
from mix1d.data import read_sample
from mix1d.diagnostics import certificate as module
from mix1d.diagnostics.certificate import certificate

ONE = mix1d.Mixture([1.0], [0.0], [1.0])


def certified(x, mixture, weights=None, **keywords):
    return certificate(read_sample(x, weights), mixture, **keywords)


def narrowest(mixture, share):
    return share * float(mixture.sds[mixture.weights > 0].min())


def derivative(x, mixture, means, sds, weights=1.0):
    """D(mean, sd) = sum w phi(x; mean, sd) / f(x) - n, one number for each pair."""
    log_f = mixture.logpdf(x)
    logs = stats.norm.logpdf(x[:, None], means, sds) - log_f[:, None]
    weights = np.broadcast_to(weights, x.shape)
    return weights @ np.exp(logs) - weights.sum()


def grid_npmle(x, weights, means, sd, iterations=60):
    """The best log-likelihood over mixtures on a grid of means: Wang's quadratic steps by scipy's NNLS."""
    kernel = stats.norm.pdf(x[:, None], means, sd)
    n = weights.sum()
    p = np.full(len(means), 1.0 / len(means))
    objective = weights @ np.log(kernel @ p)
    for _ in range(iterations):
        ratio = kernel / (kernel @ p)[:, None]
        root = np.sqrt(weights)[:, None]
        rows = np.vstack([root * ratio, 1e3 * np.sqrt(n) * np.ones(len(means))])
        target, _ = optimize.nnls(rows, np.append(2.0 * root[:, 0], 1e3 * np.sqrt(n)), maxiter=10_000)
        target /= target.sum()
        share = 1.0
        while share > 1e-6:
            trial = p + share * (target - p)
            value = weights @ np.log(kernel @ trial)
            if value > objective:
                break
            share /= 2
        if share <= 1e-6 or value - objective < 1e-12:
            break
        p, objective = trial, value
    return objective


def fitted(name, k):
    x = column(name)
    return x, mix1d.fit(x, k)


@pytest.mark.parametrize(
    ("name", "k", "share", "gain"),
    [("galaxies", 4, 0.9, 10.0674), ("galaxies", 4, 0.5, 20.4121), ("faithful_waiting", 2, 0.9, 1.1216)],
)
def test_the_gain_is_that_of_the_best_mixture_on_a_fine_grid(name, k, share, gain):
    x, result = fitted(name, k)
    c = certified(x, result.mixture, min_sd=narrowest(result.mixture, share))
    values, counts = np.unique(x, return_counts=True)
    steps = np.arange(values[0], values[-1], c.min_sd / 20)
    best = grid_npmle(values, counts.astype(float), np.union1d(steps, c.npmle.means), c.min_sd)
    assert best - result.log_likelihood == pytest.approx(c.gain, abs=2e-6)
    assert c.gain == pytest.approx(gain, abs=1e-4)
    assert 0.0 <= c.gap < 2e-6


@pytest.mark.parametrize(("name", "k", "gain"), [("galaxies", 4, 8.361), ("faithful_waiting", 2, 1.105)])
def test_the_gain_is_no_less_than_recorded_on_a_coarse_grid_of_means(name, k, gain):
    x, result = fitted(name, k)
    assert certified(x, result.mixture, min_sd=narrowest(result.mixture, 0.9)).gain > gain


def test_the_gain_is_what_the_best_mixture_fits_better():
    x, result = fitted("acidity", 2)
    c = certified(x, result.mixture)
    assert c.min_sd == 0.5 * result.mixture.sds.min()
    assert (c.npmle.sds == c.min_sd).all()
    assert c.npmle.weights.sum() == pytest.approx(1.0)
    assert len(c.npmle.weights) == c.n_atoms
    assert c.npmle.logpdf(x).sum() - result.log_likelihood == pytest.approx(c.gain, abs=1e-9)
    assert c.upper_bound == c.gain + c.gap


def dense(x, c):
    """The largest D at the best mixture over 1e5 means."""
    means = np.linspace(x.min() - c.min_sd, x.max() + c.min_sd, 100_000)
    return max(derivative(x, c.npmle, part, c.min_sd).max() for part in np.array_split(means, 20))


@pytest.mark.parametrize("iterations", [1, 3, 300])
def test_the_bound_holds_and_is_tight_wherever_the_iterations_end(iterations, monkeypatch):
    x = draw(5, [0.5, 0.5], [0.0, 3.0], [1.0, 0.5], 200)
    mixture = mix1d.fit(x, 2).mixture
    best = certified(x, mixture, min_sd=0.2)
    monkeypatch.setattr(module, "MAX_ITER", iterations)
    c = certified(x, mixture, min_sd=0.2)
    found, bound = dense(x, c), len(x) * np.expm1(c.gap / len(x))
    assert found <= bound + 1e-9
    assert bound <= found + 1e-5
    assert c.gain <= best.upper_bound
    assert c.upper_bound >= best.gain - 1e-9
    assert ("not found to the end" in c.message) == (iterations < 300)


def test_no_wider_component_has_a_larger_derivative():
    x, result = fitted("galaxies", 4)
    c = certified(x, result.mixture)
    rng = np.random.default_rng(3)
    means = rng.uniform(x.min() - 2000, x.max() + 2000, 20_000)
    sds = c.min_sd * np.exp(rng.exponential(1.0, 20_000))
    assert derivative(x, c.npmle, means, sds).max() <= len(x) * np.expm1(c.gap / len(x)) + 1e-9


def test_the_derivative_towards_a_wider_component_is_an_average():
    x = draw(7, [1.0], [0.0], [1.0], 30)
    mixture = mix1d.Mixture([0.4, 0.6], [-0.5, 0.7], [0.8, 1.1])
    narrow, wide, mean = 0.5, 0.8, 0.3
    spread = np.sqrt(wide**2 - narrow**2)

    def weighted(u):
        return stats.norm.pdf(u, mean, spread) * derivative(x, mixture, u, narrow)[0]

    average, _ = integrate.quad(weighted, -6.0, 6.0, epsabs=1e-11)
    assert derivative(x, mixture, mean, wide)[0] == pytest.approx(average, abs=1e-8)


@pytest.mark.parametrize("name", ["acidity", "faithful_waiting"])
def test_no_global_fit_beats_the_bound(name):
    x = column(name)
    result = mix1d.fit(x, range(1, 9), sds="auto")
    first = result.selection[0]
    for min_sd in (0.1 * first.mixture.sds[0], 0.35 * first.mixture.sds[0]):
        c = certified(x, first.mixture, min_sd=min_sd)
        allowed = [row for row in result.selection if row.mixture.sds.min() >= min_sd]
        assert len(allowed) > 1
        for row in allowed:
            assert row.log_likelihood - first.log_likelihood <= c.upper_bound


samples = st.lists(st.integers(-30, 30), min_size=3, max_size=25).filter(lambda x: len(set(x)) > 1)


@settings(max_examples=40, deadline=None)
@given(samples, st.integers(0, 2**32 - 1))
def test_no_random_mixture_beats_the_bound(x, seed):
    x = np.array(x, float) / 7
    result = mix1d.fit(x, 1)
    min_sd = narrowest(result.mixture, 0.4)
    c = certified(x, result.mixture, min_sd=min_sd)
    assert c.gain >= -1e-9
    assert c.gap < 1e-5
    rng = np.random.default_rng(seed)
    for k in (1, 2, 5):
        other = mix1d.Mixture(
            rng.dirichlet(np.ones(k)), rng.choice(x, k), min_sd * np.exp(rng.exponential(0.3, k))
        )
        assert other.logpdf(x).sum() - result.log_likelihood <= c.upper_bound + 1e-9


def test_a_smaller_least_sd_gains_more():
    x, result = fitted("galaxies", 3)
    gains = [certified(x, result.mixture, min_sd=sd).gain for sd in (50.0, 150.0, 300.0, 420.0)]
    assert gains == sorted(gains, reverse=True)


def same(a, b, scale=1.0, shift=0.0, tol=0.0):
    np.testing.assert_allclose(a.npmle.weights, b.npmle.weights, rtol=tol, atol=tol)
    np.testing.assert_allclose(a.npmle.means, scale * b.npmle.means + shift, rtol=tol, atol=tol)
    assert a.gain == pytest.approx(b.gain, rel=max(tol, 0.0), abs=tol)
    assert (a.gap, a.n_iter) == (b.gap, b.n_iter) or tol > 0.0


@pytest.mark.parametrize("exponent", [-330, -1, 300])
def test_powers_of_two_change_no_bit(exponent):
    x, result = fitted("acidity", 2)
    m, scale = result.mixture, 2.0**exponent
    moved = mix1d.Mixture(m.weights, m.means * scale, m.sds * scale)
    same(certified(x * scale, moved), certified(x, m), scale=scale)


def test_shift_and_mirror():
    x, result = fitted("galaxies", 4)
    m = result.mixture
    one = certified(x, m)
    there = certified(x + 2.0**20, mix1d.Mixture(m.weights, m.means + 2.0**20, m.sds))
    same(there, one, shift=2.0**20, tol=1e-6)
    mirror = certified(-x, mix1d.Mixture(m.weights, -m.means, m.sds))
    assert mirror.gain == pytest.approx(one.gain, abs=2e-6)
    assert mirror.short_of_mass.value == pytest.approx(-one.short_of_mass.value, abs=1e-3)


def test_a_weight_is_a_repetition():
    values, weights = np.array([0.0, 1.0, 2.5, 7.0, 7.5]), np.array([3, 1, 2, 4, 1])
    mixture = mix1d.Mixture([0.5, 0.5], [1.0, 7.0], [1.0, 0.6])
    same(
        certified(values, mixture, weights=weights, min_sd=0.4),
        certified(np.repeat(values, weights), mixture, min_sd=0.4),
    )


def test_threads_change_no_bit():
    x = draw(11, [0.5, 0.5], [0.0, 3.0], [1.0, 0.5], 9000)
    mixture = mix1d.Mixture([0.5, 0.5], [0.0, 3.0], [1.0, 0.5])
    one, two = (certified(x, mixture, threads=n) for n in (1, 2))
    same(one, two)
    assert one.gap < 2e-5
    assert np.array_equal(one.excess, two.excess)
    assert one.npmle.logpdf(x).sum() - mixture.logpdf(x).sum() == pytest.approx(one.gain, abs=1e-7)


PRINT = """
import numpy as np, mix1d
from mix1d.data import read_sample
from mix1d.diagnostics.certificate import certificate
x = np.arange(300.0) ** 1.5 % 37.0
c = certificate(read_sample(x), mix1d.Mixture([0.5, 0.5], [9.0, 28.0], [6.0, 7.0]))
print(c.gain.hex(), c.gap.hex(), c.npmle.means.tobytes().hex(), c.excess.tobytes().hex())
"""


def test_instruction_sets_change_no_bit():
    printed = {
        subprocess.run(
            [sys.executable, "-c", PRINT],
            env={**os.environ, "MIX1D_ISA": isa},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for isa in mix1d.build_info()["isas"].split()
    }
    assert len(printed) == 1


def test_the_curve_is_the_derivative_of_the_fit():
    x, result = fitted("acidity", 2)
    c = certified(x, result.mixture)
    expected = derivative(x, result.mixture, c.means, c.min_sd) / len(x)
    np.testing.assert_allclose(c.excess, expected, rtol=1e-9, atol=1e-12)
    assert (c.means[0], c.means[-1]) == pytest.approx((x.min(), x.max()))


def test_the_fit_is_short_of_mass_where_a_component_is_missing():
    x = draw(13, [0.6, 0.3, 0.1], [0.0, 8.0, 20.0], [1.0, 1.0, 0.5], 300)
    missing = mix1d.Mixture([0.6, 0.3, 0.1], [0.0, 8.0, 10.0], [1.0, 1.0, 8.0])
    short = certified(x, missing, min_sd=0.5).short_of_mass
    assert short.value == pytest.approx(20.0, abs=0.3)
    shrunk = mix1d.Mixture(
        np.append(missing.weights * (1 - short.weight), short.weight),
        np.append(missing.means, short.value),
        np.append(missing.sds, 0.5),
    )
    assert shrunk.logpdf(x).sum() - missing.logpdf(x).sum() == pytest.approx(short.gain, rel=1e-6)
    assert short.message.startswith("The fit is most short of mass near ")


def test_the_best_mixture_itself_is_short_of_nothing():
    x = draw(17, [1.0], [0.0], [1.0], 100)
    best = certified(x, ONE, min_sd=0.5).npmle
    again = certified(x, best, min_sd=0.5)
    assert again.gain == pytest.approx(0.0, abs=2e-6)
    assert again.short_of_mass is None or again.short_of_mass.gain < 1e-6


def test_a_fit_with_narrower_components_says_so():
    x, result = fitted("galaxies", 4)
    c = certified(x, result.mixture, min_sd=600.0)
    assert "The fit itself is none of these: components a (sd 423), b (sd 435) are narrower." in c.message
    huge = certified(x, result.mixture, min_sd=6000.0)
    assert huge.upper_bound < 0.0
    assert " with sds of at least 6000 fits better. " in huge.message


def test_claims_are_rounded_so_that_they_hold():
    x, result = fitted("acidity", 2)
    c = certified(x, result.mixture)
    words = c.message.split()
    least, most = float(words[words.index("least") + 1]), float(words[words.index("than") + 1])
    assert c.min_sd <= least <= 1.01 * c.min_sd
    assert c.upper_bound <= most <= 1.01 * c.upper_bound


def test_the_default_is_not_below_the_resolution():
    x = np.round(draw(19, [1.0], [0.0], [0.8], 200))
    result = mix1d.fit(x, 1)
    assert certified(x, result.mixture).min_sd == 1.0


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan, "1", True, 1e-14])
def test_a_least_sd_that_cannot_be_used(bad):
    with pytest.raises(mix1d.InputError, match="min_sd must be"):
        certified([0.0, 1.0, 3.0], ONE, min_sd=bad)


@pytest.mark.parametrize("k", [1, 2])
def test_five_values(k):
    x = [0.0, 0.3, 1.0, 5.0, 5.5]
    result = mix1d.fit(x, k)
    c = certified(x, result.mixture)
    assert c.npmle.logpdf(x).sum() - result.log_likelihood == pytest.approx(c.gain, abs=1e-9)
    assert c.gain >= -1e-9
    assert c.gap < 1e-5


def test_two_distinct_values():
    c = certified([0.0, 0.0, 0.0, 6.0], mix1d.Mixture([1.0], [1.5], [2.6]), min_sd=0.5)
    np.testing.assert_allclose(c.npmle.weights, [0.75, 0.25], atol=1e-6)
    np.testing.assert_allclose(c.npmle.means, [0.0, 6.0], atol=1e-6)


def test_a_constant_column():
    result = mix1d.fit([3.0] * 5, 1)
    c = certified([3.0] * 5, result.mixture)
    assert (c.gain, c.n_atoms, c.min_sd) == (0.0, 1, result.mixture.sds[0])
    assert c.gap < 1e-5
    assert c.message.startswith("All values are the same")


def test_components_of_weight_zero_do_not_count():
    x = draw(23, [1.0], [0.0], [1.0], 50)
    padded = mix1d.Mixture([1.0, 0.0], [0.0, 3.0], [1.0, 0.01])
    assert certified(x, padded).min_sd == 0.5
    assert certified(x, padded).gain == certified(x, ONE).gain


def test_one_value_beyond_all_reason():
    x = np.append(draw(29, [1.0], [0.0], [1.0], 40), 1e300)
    c = certified(x, mix1d.Mixture([40 / 41, 1 / 41], [0.0, 1e300], [1.0, 1.0]))
    assert c.npmle.means[-1] == 1e300
    assert c.npmle.weights[-1] == pytest.approx(1 / 41, rel=1e-6)
    assert 0.0 <= c.gap < 1e-5


def test_far_values_and_tiny_sds():
    x = np.append(draw(29, [1.0], [0.0], [1.0], 40), 1e6)
    result = mix1d.fit(x, 2)
    c = certified(x, result.mixture, min_sd=1e-3)
    assert c.gap < 1e-5
    assert c.npmle.logpdf(x).sum() - result.log_likelihood == pytest.approx(c.gain, abs=1e-6)


def test_progress_and_interrupts():
    seen = []
    certified(draw(31, [1.0], [0.0], [1.0], 2000), ONE, min_sd=0.003, progress=lambda *s: seen.append(s))
    assert all(0.0 <= done <= total for done, total in seen)
    assert seen[-1][0] == seen[-1][1]

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        certified(draw(31, [1.0], [0.0], [1.0], 2000), ONE, min_sd=0.003, progress=stop)
