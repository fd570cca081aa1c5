"""Goodness of fit of rows of any kind: distances against slow twins, their law, and what cannot be had."""

import re

import numpy as np
import pytest
import scipy.stats
from scipy import stats

import mix1d
import oracle_recording as oracle
from cases import draw, parameters
from mix1d import _core
from mix1d.data.recorded_sample import recorded_sample
from mix1d.data.recording import recording_of
from mix1d.diagnostics.quick_goodness import quick_goodness
from mix1d.native import Model
from mix1d.outcome.maximum import maximum_of

MIXTURE = np.array([0.4, 0.6]), np.array([0.0, 3.0]), np.array([1.0, 0.7])
X = draw(11, *MIXTURE, 200)
RNG = np.random.default_rng(4)
ERRORS, LOW = RNG.lognormal(-0.7, 0.6, 200), RNG.choice([-2.5, -1.0, 0.0], 200)
LIMITS = RNG.choice([-0.5, 1.0], 200)
NOISE = RNG.normal(size=200)


def cases():
    above = X > LOW
    return {
        "errors": mix1d.Observations(X + ERRORS * NOISE, errors=ERRORS),
        "windows": mix1d.Observations(X[above], truncation=(LOW[above], 6.0)),
        "both": mix1d.Observations(X[above], truncation=(LOW[above], None), errors=ERRORS[above]),
        "rounded": mix1d.Observations(np.round(X), resolution=1.0),
        "rounded, errors": mix1d.Observations(np.round(X), resolution=1.0, errors=ERRORS),
        "rounded, window": mix1d.Observations(
            np.round(X[X > -1.2]).clip(-1.0), resolution=1.0, truncation=(-1.2, None)
        ),
        "labels": mix1d.Observations(X, labels=np.where(np.arange(200) % 4 > 0, -1, (X > 1.5).astype(int))),
        "weights": mix1d.Observations(X, errors=0.1, sample_weight=1.0 + np.arange(200) % 3),
    }


CASES = cases()


def native(obs, mixture):
    recording = recording_of(recorded_sample(obs, (0, 1) if obs.labels is not None else ()), drawn=True)
    return _core.recorded_goodness(Model(*map(np.asarray, mixture)), recording)


def rows_of(obs):
    n = len(obs)
    windows = obs.truncation or (np.full(n, -np.inf), np.full(n, np.inf))
    errors = np.zeros(n) if obs.errors is None else obs.errors
    weights = np.ones(n) if obs.sample_weight is None else obs.sample_weight
    return np.stack([obs.lower, obs.upper, errors**2, *windows, weights], axis=1)


# Distances


@pytest.mark.parametrize("case", CASES)
def test_distances_of_values(case):
    rows = rows_of(CASES[case])
    mixture = (np.array([0.45, 0.55]), np.array([-0.1, 3.2]), np.array([1.2, 0.6]))  # some way off
    found, cells = native(CASES[case], mixture)
    slow = oracle.distances(oracle.transforms(rows, mixture), rows[:, 5])
    np.testing.assert_allclose(found[0], slow[0], atol=1e-5)
    np.testing.assert_allclose(found[1:3], slow[1:], rtol=2e-3)
    assert np.isnan(found[3:]).all()
    assert cells == 0


def test_exact_values_have_the_distances_of_plain_ones():
    """A window that holds everything makes rows of exact values."""
    fitted = mix1d.fit(X, 2)
    plain = _core.goodness(fitted.sample.problem, parameters(fitted.mixture))["distances"]
    found, _ = native(mix1d.Observations(X, truncation=(-1e3, 1e3)), parameters(fitted.mixture))
    np.testing.assert_allclose(found[:3], plain, rtol=1e-10)


def test_components_without_width_are_as_wide_as_the_errors():
    obs = mix1d.Observations(np.repeat([0.0, 3.0], 100) + ERRORS * NOISE, errors=ERRORS)
    point = np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.zeros(2)
    slow = oracle.distances(oracle.transforms(rows_of(obs), point), np.ones(200))
    np.testing.assert_allclose(native(obs, point)[0][:1], slow[:1], atol=1e-5)
    u, _ = mix1d.fit(obs, 2, sds=0).pit()
    assert stats.kstest(u, "uniform").pvalue > 0.05


def limits(x, limit, side):
    if side == "below":
        return mix1d.Observations(np.where(x < limit, -np.inf, x), upper=np.maximum(x, limit))
    if side == "above":
        return mix1d.Observations(np.minimum(x, limit), upper=np.where(x > limit, np.inf, x))
    lower = np.where(x < limit, -np.inf, np.minimum(x, limit + 2.5))
    return mix1d.Observations(lower, upper=np.where(x > limit + 2.5, np.inf, np.maximum(x, limit)))


@pytest.mark.parametrize("side", ["below", "above", "both"])
@pytest.mark.parametrize("some", [True, False], ids=["several", "one"])
def test_distance_of_limits(side, some):
    x, limit = np.round(X[:25], 2), np.where(some, LIMITS[:25], 0.5)
    obs = limits(x, limit, side)
    found, _ = native(obs, MIXTURE)
    rows = rows_of(obs)
    slow = oracle.turnbull_gap(
        oracle.transforms(rows, MIXTURE), rows[:, 0] == rows[:, 1], rows[:, 5], steps=4000
    )
    np.testing.assert_allclose(found[0], slow, atol=2e-4)
    assert np.isnan(found[1:]).all()


def test_one_limit_leaves_the_empirical_distribution_above_it():
    obs = limits(X, 1.0, "below")
    found, _ = native(obs, MIXTURE)
    x = np.sort(X)
    rank = np.arange(1, 201) / 200
    f = np.array([oracle.cdf(v, MIXTURE) for v in x])
    above = x >= 1.0
    gaps = np.r_[np.abs(rank - f)[above], np.abs(rank - 0.005 - f)[above]]
    at_limit = abs((x < 1.0).mean() - oracle.cdf(1.0, MIXTURE))
    assert found[0] == pytest.approx(max(gaps.max(), at_limit), abs=1e-12)


@pytest.mark.parametrize("width", [0.3, 1.2, 4.0])
def test_bins(width):
    edges = np.arange(-4.0, 7.0, width)
    counts = np.histogram(X, edges)[0].astype(float)
    mixture = np.array([0.45, 0.55]), np.array([-0.1, 3.2]), np.array([1.2, 0.6])
    found, cells = native(mix1d.Observations((counts, edges)), mixture)
    pearson, deviance, slow_cells = oracle.of_bins(counts, edges, mixture)
    assert cells == slow_cells
    np.testing.assert_allclose(found[3:], [pearson, deviance], rtol=1e-9)
    assert np.isnan(found[:3]).all()


# The verb


def null_samples(case, count, n=120):
    for seed in range(count):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=n)
        if case == "bins":
            edges = 0.5 * np.arange(-9, 10)
            yield mix1d.Observations((np.histogram(x, edges)[0], edges))
        elif case == "limits":
            yield limits(x, rng.choice([-0.8, -0.2], n), "below")
        elif case == "errors":
            errors = rng.lognormal(-0.5, 0.6, n)
            yield mix1d.Observations(x + errors * rng.normal(size=n), errors=errors)
        elif case == "window":
            yield mix1d.Observations(x[x > -1.5], truncation=(-1.5, None))
        else:
            yield mix1d.Observations(np.round(x), resolution=1.0)


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("bins", "pearson"),
        ("limits", "kolmogorov_smirnov"),
        ("errors", "anderson_darling"),
        ("window", "anderson_darling"),
        ("rounded", "anderson_darling"),
    ],
)
def test_p_values_are_uniform_where_the_model_holds(case, name):
    p = [
        getattr(mix1d.fit(obs, 1).goodness_of_fit(replicates=59, rng=i), name).p_value
        for i, obs in enumerate(null_samples(case, 60))
    ]
    assert stats.kstest(p, "uniform").pvalue > 0.01


@pytest.mark.parametrize("case", ["bins", "limits", "errors", "window", "rounded"])
def test_two_populations_are_not_one(case):
    x = np.r_[X, 7.0 + X]
    obs = {
        "bins": lambda: mix1d.Observations(np.histogram(x, 40)),
        "limits": lambda: limits(x, 0.5, "below"),
        "errors": lambda: mix1d.Observations(x, errors=np.r_[ERRORS, ERRORS]),
        "window": lambda: mix1d.Observations(x[x > -1.0], truncation=(-1.0, None)),
        "rounded": lambda: mix1d.Observations(np.round(x), resolution=1.0),
    }[case]()
    found = mix1d.fit(obs, 1).goodness_of_fit(replicates=99)
    assert found.message.startswith("The model does not fit: ")
    assert found.message.endswith(" p = .010")


def test_messages_name_their_statistic():
    bins = mix1d.fit(mix1d.Observations(np.histogram(X, 14)), 2).goodness_of_fit(replicates=49)
    assert re.fullmatch(r"The model fits: Pearson on \d+ bins p = \.\d+", bins.message)
    assert [name for name, _ in bins.others] == ["deviance"]
    assert bins.anderson_darling is None
    below = mix1d.fit(limits(X, 0.5, "below"), 2).goodness_of_fit(replicates=49)
    assert below.message.startswith("The model fits: Kolmogorov-Smirnov p = ")
    assert below.others == ()
    errors = mix1d.fit(CASES["errors"], 2).goodness_of_fit(replicates=49)
    assert errors.message.startswith("The model fits: Anderson-Darling p = ")
    assert [name for name, _ in errors.others] == ["Cramer-von Mises", "Kolmogorov-Smirnov"]
    assert errors.pearson is None


def test_labels_are_judged_by_the_mixture():
    fitted = mix1d.fit(CASES["labels"], 2)
    u, weights = fitted.pit()
    slow = np.sort([oracle.cdf(x, parameters(fitted.mixture)) for x in X])
    np.testing.assert_allclose(u, slow, atol=1e-12)
    assert weights.sum() == 200


def test_a_background_belongs_to_the_model():
    x = np.r_[X, np.random.default_rng(1).uniform(-15.0, 15.0, 60)]
    fitted = mix1d.fit(x, 2, background=(-15.0, 15.0))
    assert fitted.goodness_of_fit(replicates=99).anderson_darling.p_value > 0.05
    w = fitted.background_weight
    slow = [w * (v + 15.0) / 30.0 + (1.0 - w) * oracle.cdf(v, parameters(fitted.mixture)) for v in np.sort(x)]
    np.testing.assert_allclose(fitted.pit()[0], slow, atol=1e-12)


def test_the_limiting_law_is_of_rounded_rows_and_says_nothing_of_others():
    found = {name for name in CASES if quick_goodness(maximum_of(mix1d.fit(CASES[name], 2))) is not None}
    assert found == {"rounded"}
    beside = np.r_[np.round(X), 0.3, 1.7]  # two rows off the lattice, whose intervals overlap others
    assert quick_goodness(maximum_of(mix1d.fit(beside, 2, resolution=1.0))) is None
    some = mix1d.Observations(np.round(X), upper=np.where(np.arange(200) < 9, np.inf, np.round(X)))
    assert quick_goodness(maximum_of(mix1d.fit(some, 2))) is None


@pytest.mark.parametrize("sds", ["free", "equal"])
@pytest.mark.parametrize("statistic", ["anderson_darling", "cramer_von_mises"])
def test_the_quick_p_value_of_rounded_rows_is_close_to_the_bootstrap(sds, statistic):
    fitted = mix1d.fit(np.round(X / 0.8) * 0.8, 2, resolution=0.8, sds=sds)
    slow = getattr(fitted.goodness_of_fit(), statistic)
    quick = quick_goodness(maximum_of(fitted), statistic)
    assert quick.statistic == slow.statistic
    assert quick.p_value == pytest.approx(slow.p_value, abs=0.05)


def test_even_years_do_not_fit_and_rounded_normals_do():
    years = np.random.default_rng(5).integers(1990, 2010, 300).astype(float)
    rejected = mix1d.fit(years, 1, resolution=1.0)
    assert quick_goodness(maximum_of(rejected)).p_value < 0.001
    assert "The model does not fit: Anderson-Darling p < .001" in rejected.summary(details=True)
    p = []
    for seed in range(200):
        x = np.round(np.random.default_rng(seed).normal(2000.0, 1.3, 200))
        p.append(quick_goodness(maximum_of(mix1d.fit(x, 1, resolution=1.0))).p_value)
    assert scipy.stats.kstest(p, "uniform").pvalue > 0.01
    assert "The model fits (Anderson-Darling p = " in str(mix1d.fit(x, 1, resolution=1.0))


def test_rounded_rows_whose_fit_is_held_have_no_law():
    x = np.round(X)
    for options in ({"means": [0.0, None]}, {"sds": {"ratio": [1, 2]}}, {"weights": "equal"}):
        assert quick_goodness(maximum_of(mix1d.fit(x, 2, resolution=1.0, **options))) is None
    narrow = mix1d.fit([1.0] * 30 + [2.0] * 3 + [7.0, 8.0, 8.0, 9.0, 9.0, 10.0], 2, resolution=1.0)
    assert not maximum_of(narrow).regular
    assert quick_goodness(maximum_of(narrow)) is None
    coarse = mix1d.fit(np.round(X / 3.0) * 3.0, 1, resolution=3.0)  # no more cells than parameters
    assert maximum_of(coarse).regular
    assert quick_goodness(maximum_of(coarse)) is None


# Transforms and quantiles


def test_transforms_are_inside_each_window_with_each_error():
    fitted = mix1d.fit(CASES["both"], 2)
    slow = oracle.transforms(rows_of(CASES["both"]), parameters(fitted.mixture))[:, 0]
    np.testing.assert_allclose(fitted.pit()[0], np.sort(slow), atol=1e-10)


def test_quantiles_of_values_with_equal_errors_in_one_window():
    obs = mix1d.Observations(X[X > -1.0], errors=0.5, truncation=(-1.0, None))
    fitted = mix1d.fit(obs, 2)
    plot = fitted.qq()
    mixture = parameters(fitted.mixture)
    u = [oracle.cdf(x, mixture, 0.25, -1.0) for x in plot.theoretical]
    n = len(obs)
    np.testing.assert_allclose(u, (np.arange(n) + 0.5) / n, atol=1e-10)
    assert (plot.lower >= -1.0).all()
    assert (plot.upper > plot.lower).all()


@pytest.mark.parametrize("verb", ["pit", "qq"])
def test_bins_and_limits_have_no_place_of_their_own(verb):
    for obs, found in (
        (mix1d.Observations(np.histogram(X, 12)), "12 bins or intervals"),
        (limits(X, 0.5, "below"), r"\d+ limits"),
    ):
        wanted = (
            rf"^data must be values for {verb}, got {found}, which have no place of their own: use goodness"
        )
        with pytest.raises(mix1d.InputError, match=wanted):
            getattr(mix1d.fit(obs, 2), verb)()


@pytest.mark.parametrize(
    ("case", "what"), [("errors", "errors that differ"), ("windows", "windows that differ")]
)
def test_values_with_distributions_of_their_own_have_no_common_quantiles(case, what):
    with pytest.raises(mix1d.InputError, match=f"one distribution in common for qq, got {what}: use pit"):
        mix1d.fit(CASES[case], 2).qq()
    with pytest.raises(mix1d.InputError, match="got a background beside them: use pit"):
        mix1d.fit(X, 1, background=True).qq()


def test_a_model_needs_fewer_parameters_than_bins():
    obs = mix1d.Observations(([20, 60, 70, 50], [-2.0, 0.0, 1.0, 3.0, 5.0]))
    with pytest.raises(
        mix1d.InputError, match="more bins than the model has parameters to judge a fit, got 4 with"
    ):
        mix1d.fit(obs, 2).goodness_of_fit()


def test_intervals_that_overlap_cannot_be_drawn_anew():
    fitted = mix1d.fit(X - 0.3, 1, upper=X + 0.5)
    with pytest.raises(mix1d.InputError, match="how the intervals arose is unknown"):
        fitted.goodness_of_fit()


def test_the_sum_of_squares_of_values_with_one_true_value():
    errors = np.array([0.2, 0.4, 0.1, 0.3, 0.2])
    values = np.array([9.8, 10.6, 10.1, 10.4, 9.7])
    weights = 1.0 / errors**2
    mean = np.sum(weights * values) / np.sum(weights)
    expected = np.sum(weights * (values - mean) ** 2)
    found = mix1d.fit(values, 1, errors=errors, sds=0).goodness_of_fit(replicates=9).galbraith
    assert found.statistic == pytest.approx(expected, rel=1e-9)
    assert found.p_value == pytest.approx(scipy.stats.chi2.sf(expected, 4), rel=1e-9)
    assert mix1d.fit(values, 2, errors=errors, sds=0).goodness_of_fit(replicates=9).galbraith is None
    assert mix1d.fit(values * 10.0, 1, errors=errors).goodness_of_fit(replicates=9).galbraith is None
