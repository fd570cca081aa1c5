"""Draws, replicates and the order test of any family, by laws and by what they must agree with."""

import numpy as np
import pytest
from scipy import stats

import mix1d
from mix1d import _core
from mix1d.native import Candidates, Chart, Model, Options, Problem, Recording, Resampling
from native_fits import Fit, clumped_counts, gamma_pair, heavy_one, pooled
from oracle_families import NUMBER

LAWS = {
    "normal": ((2.0, 0.5, 0.0), stats.norm(2.0, 0.5)),
    "uniform": ((1.0, 4.0, 0.0), stats.uniform(-1.0, 4.0)),
    "lognormal": ((3.0, 0.7, 0.0), stats.lognorm(0.7, scale=3.0)),
    "gamma": ((6.0, 0.5, 0.0), stats.gamma(4.0, scale=1.5)),
    "gamma of a small shape": ((6.0, 2.0, 0.0), stats.gamma(0.25, scale=24.0)),
    "weibull": ((2.0, 0.4, 0.0), stats.weibull_min(2.5, scale=2.0)),
    "inverse_gaussian": ((3.0, 1.2, 0.0), stats.invgauss(1.44, scale=3.0 / 1.44)),
    "exponential": ((3.0, 1.0, 0.0), stats.expon(scale=3.0)),
    "student_t": ((1.0, 2.0, 0.2), stats.t(5.0, 1.0, 2.0)),
    "logistic": ((1.0, 2.0, 0.0), stats.logistic(1.0, 2.0)),
    "skew_normal": ((1.0, 2.0, -1.8184464592320668), stats.skewnorm(-3.0, 1.0, 2.0)),
    "beta": ((np.log(0.3 / 0.7), 0.1**0.5, 0.0), stats.beta(3.0, 7.0)),
    "poisson": ((3.5, 1.0, 0.0), stats.poisson(3.5)),
    "poisson of many": ((250.0, 1.0, 0.0), stats.poisson(250.0)),
    "negative_binomial": ((7.0, 1.0, 0.4), stats.nbinom(2.5, 2.5 / 9.5)),
}


@pytest.mark.parametrize("case", LAWS)
def test_draws_follow_their_law(case):
    (location, scale, shape), law = LAWS[case]
    number = NUMBER[case.split(" of ")[0]]
    one = np.ones(1)
    mixture = one, location * one, scale * one, np.array([number]), shape * one
    values, counts = _core.draw_sample(5, 1, 40000, mixture)
    n = counts.sum()
    mean = values @ counts / n
    assert mean == pytest.approx(law.mean(), abs=4.5 * law.std() / np.sqrt(n))
    variance = (values - mean) ** 2 @ counts / n
    kurtosis = float(law.stats(moments="k")) + 3.0
    assert variance == pytest.approx(law.var(), rel=4.5 * np.sqrt(max(kurtosis - 1.0, 0.1) / n))
    below = np.cumsum(counts) / n
    assert np.abs(below - law.cdf(values)).max() < 1.95 / np.sqrt(n)


def test_draws_of_a_mixture_are_rounded_inside_the_support():
    half = np.full(2, 0.5)
    numbers = np.array([NUMBER["gamma"], NUMBER["point_mass"]])
    mixture = half, np.array([0.8, 0.0]), np.ones(2), numbers, np.zeros(2)
    values, counts = _core.draw_sample(1, 0, 4000, mixture, 0.5, 0.25)
    assert values[0] == 0.0
    assert counts[0] == pytest.approx(2000, abs=150)
    assert values[1] == 0.25
    assert np.array_equal(values[1:] % 0.5, np.full(len(values) - 1, 0.25))


REFITS = {
    "gamma": (gamma_pair, 2),
    "counts": (clumped_counts, 1),
    "heavy": (heavy_one, 1),
}


@pytest.mark.parametrize("kind", ["weighted", "parametric", "nonparametric"])
@pytest.mark.parametrize("case", REFITS)
def test_replicates_are_refits_around_the_estimate(case, kind):
    families, x = REFITS[case][0]()
    fit = Fit(*pooled(x), families)
    resampling = Resampling(kind, 200, 7)
    drawn = _core.bootstrap(fit.problem, fit.model, resampling, Options(threads=2))
    again = _core.bootstrap(fit.problem, fit.model, resampling, Options(threads=1))
    assert all(drawn[name].tobytes() == again[name].tobytes() for name in drawn)
    rows = drawn["parameters"]
    assert rows.shape == (200, 4 * fit.k)
    assert drawn["converged"].mean() > 0.95
    estimate = np.concatenate([fit.mixture[i] for i in (0, 1, 2, 4)])
    spread = np.sqrt(np.diag(_core.covariance(fit.problem, fit.model, False)))
    sound = rows[drawn["converged"] > 0]
    for column in np.flatnonzero(np.isfinite(spread)):
        middle = np.median(sound[:, column])
        assert middle == pytest.approx(estimate[column], abs=0.6 * spread[column])
        quartiles = np.subtract(*np.percentile(sound[:, column], [75, 25])) / 1.349
        assert quartiles == pytest.approx(spread[column], rel=0.4)


def test_weighted_replicates_of_lognormals_are_those_of_their_logarithms():
    rng = np.random.default_rng(4)
    x, w = pooled(np.exp(np.concatenate([rng.normal(0.0, 0.4, 100), rng.normal(3.0, 0.6, 130)])))
    fit, logs = Fit(x, w, ["lognormal"] * 2), Fit(np.log(x), w, ["normal"] * 2)
    resampling = Resampling("weighted", 50, 3)
    ours, theirs = (
        _core.bootstrap(f.problem, f.model, resampling, Options())["parameters"] for f in (fit, logs)
    )
    assert ours[:, :2] == pytest.approx(theirs[:, :2], rel=1e-8)
    assert np.log(ours[:, 2:4]) == pytest.approx(theirs[:, 2:4], abs=1e-8)
    assert ours[:, 4:6] == pytest.approx(theirs[:, 4:6], rel=1e-8)


def test_a_replicate_of_one_value_only():
    x, w = np.array([1.0, 2.0]), np.array([1.0, 5.0])
    fit = Fit(x, w, ["poisson"])
    drawn = _core.bootstrap(fit.problem, fit.model, Resampling("nonparametric", 60, 1), Options())
    means = drawn["parameters"][:, 1]
    alone = np.isclose(means, 2.0, rtol=1e-12)
    assert alone.any()
    assert drawn["converged"][alone].all()
    assert (drawn["collapsed"] == -1).all()
    fit = Fit(np.array([1.0, 2.0]), w, ["gamma"])
    drawn = _core.bootstrap(fit.problem, fit.model, Resampling("nonparametric", 60, 1), Options())
    assert np.isfinite(drawn["parameters"]).all()
    assert (drawn["collapsed"] == 0).any()


def order_of(x, family, k, replicates=199, threads=2, resolution=0.0):
    values, counts = pooled(x)
    problem = Problem(values, counts, resolution)
    chart = Chart(family=NUMBER[family])
    sample = (len(x), float(values[0]), 0)
    return _core.bootstrap_order(
        problem,
        Candidates([k], [chart]),
        sample,
        Resampling("parametric", replicates, 3),
        Options(threads=threads),
    )


@pytest.mark.parametrize("family", ["gamma", "weibull", "lognormal", "poisson", "negative_binomial"])
def test_the_order_test_of_families(family):
    draw = {
        "gamma": lambda mean, n, seed: stats.gamma(9.0, scale=mean / 9.0).rvs(n, random_state=seed),
        "weibull": lambda mean, n, seed: stats.weibull_min(4.0, scale=mean).rvs(n, random_state=seed),
        "lognormal": lambda mean, n, seed: stats.lognorm(0.3, scale=mean).rvs(n, random_state=seed),
        "poisson": lambda mean, n, seed: stats.poisson(mean).rvs(n, random_state=seed),
        "negative_binomial": lambda mean, n, seed: stats.nbinom(20, 20 / (20 + mean)).rvs(
            n, random_state=seed
        ),
    }[family]
    one = order_of(draw(4.0, 150, 1), family, 1)
    two = order_of(np.concatenate([draw(4.0, 80, 1), draw(40.0, 80, 2)]), family, 1, 99)
    assert (one["exceed"] + 1) / 200 > 0.03
    assert two["exceed"] == 0
    assert two["statistic"] > two["drawn"].max()
    assert len(one["null"]) == len(one["alternative"]) == 5
    assert len(one["alternative"][0]) == 2
    again = order_of(draw(4.0, 150, 1), family, 1, threads=1)
    assert again["drawn"].tobytes() == one["drawn"].tobytes()


def test_the_order_test_of_lognormals_is_that_of_their_logarithms():
    y = np.random.default_rng(0).normal(1.0, 0.5, 120)
    ours = order_of(np.exp(y), "lognormal", 1)
    theirs = order_of(y, "normal", 1)
    assert ours["statistic"] == pytest.approx(theirs["statistic"], abs=1e-7)
    assert np.quantile(ours["drawn"], 0.9) == pytest.approx(np.quantile(theirs["drawn"], 0.9), rel=0.35)


def test_rounded_values_stay_inside_the_support_when_drawn_anew():
    x = np.round(np.random.default_rng(0).gamma(1.2, 1.0, 150) + 0.5)
    assert order_of(x, "gamma", 1, 40, resolution=1.0)["drawn"].min() > -1e-6


def test_refits_end_at_the_bounds_of_shapes():
    """Heavy tails fitted to normal samples: most replicates have no tails, and all of them converge."""
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.normal(-3.0, 1.0, 40), rng.normal(4.0, 1.5, 40)])
    fit = Fit(*pooled(x), ["student_t", "student_t"])
    for kind in ("weighted", "parametric", "nonparametric"):
        drawn = _core.bootstrap(fit.problem, fit.model, Resampling(kind, 60, 1), Options())
        assert drawn["converged"].all()
        at_bound = drawn["parameters"][:, 6:] == 0.0
        assert at_bound.any(axis=0).all()


WINDOWS = {
    "whole": (-np.inf, np.inf, 0.0),
    "inside": (1.5, 6.0, 0.0),
    "with an error": (1.5, 6.0, 0.4),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_rows_drawn_anew_lie_in_their_windows(case):
    low, high, error = WINDOWS[case]
    n = 20000.0
    one, whole = np.ones(1), np.array([-1])
    rows = Recording(
        *(2.0 * one, 2.0 * one, error**2 * one, low * one, high * one, n * one),
        whole,
        np.zeros(1, np.int64),
        np.zeros(1, np.int64),
    )
    numbers = np.array([NUMBER["gamma"], NUMBER["lognormal"]])
    mixture = np.array([0.3, 0.7]), np.array([2.0, 5.0]), np.array([0.5, 0.3])
    model = Model(*mixture, Chart(family=tuple(numbers.tolist())), (), numbers, np.zeros(2))
    drawn, _ = _core.draw_recorded(1, 2, "parametric", model, rows)
    x, w = drawn[:, 0], drawn[:, 5]
    assert w.sum() == n
    assert x.min() >= low
    assert x.max() <= high
    grid = np.linspace(max(low, -4.0), min(high, 40.0), 4001)
    y = np.linspace(1e-3, 45.0, 6001)
    density = stats.gamma(4.0, scale=0.5).pdf(y) * 0.3 + stats.lognorm(0.3, scale=5.0).pdf(y) * 0.7
    if error == 0.0:
        below = np.interp(grid, y, np.concatenate([[0.0], np.cumsum(density[1:] * np.diff(y))]))
    else:
        below = np.array([np.trapezoid(density * stats.norm(y, error).cdf(g), y) for g in grid])
    law = (below - below[0]) / (below[-1] - below[0])
    seen = np.searchsorted(np.sort(np.repeat(x, np.rint(w).astype(int))), grid, side="right") / n
    assert np.abs(seen - law).max() < 2.0 / np.sqrt(n)


def test_intervals_of_counts_and_of_positive_values_go_down_to_zero():
    """Scales whose likelihood does not fall towards zero end there, and so do the numbers that follow."""
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.gamma(2.0, 1.5, 40), rng.lognormal(3.0, 0.2, 40)])
    lower = mix1d.fit(x, 2, family="exponential", resolution=0).confidence_interval().lower
    assert min(one["scale"] for one in lower.parameters) >= 0.0
