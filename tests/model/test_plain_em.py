"""`em`: every step is the textbook's, the log-likelihood never falls, nothing degenerates."""

import dataclasses
from itertools import islice, pairwise

import numpy as np
import pytest

import mix1d
import oracle
from places import DATA


def column(name):
    return np.loadtxt(DATA / f"{name}.csv", skiprows=1)


def run(*arguments, **keywords):
    return list(mix1d.em(*arguments, **keywords))


def log_likelihoods(steps):
    return np.array([step.log_likelihood for step in steps])


def parameters(step):
    return step.mixture.weights, step.mixture.means, step.mixture.sds


def assert_never_falls(steps):
    values = log_likelihoods(steps)
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= -1e-12 * np.abs(values[1:]))


@pytest.mark.parametrize("start", ["linspace", "random"])
@pytest.mark.parametrize(
    ("name", "k"), [("faithful_waiting", 2), ("acidity", 3), ("galaxies", 4), ("hard/overlap03", 5)]
)
def test_every_step_is_the_oracles(name, k, start):
    x = column(name)
    ones = np.ones_like(x)
    steps = run(x, k, start=start, max_iter=40)
    assert [step.iteration for step in steps] == list(range(41))
    for step, following in pairwise(steps):
        *expected, own = oracle.em_step(x, ones, *parameters(step))
        assert step.log_likelihood == pytest.approx(own, rel=1e-12)
        for found, value in zip(parameters(following), expected, strict=True):
            np.testing.assert_allclose(found, value, rtol=1e-12, atol=0)
    assert_never_falls(steps)


def test_weights_are_repetitions():
    x, counts = np.random.default_rng(5).normal(size=7), np.array([3, 1, 4, 2, 1, 1, 5])
    for a, b in zip(
        run(x, 2, sample_weight=counts, max_iter=9), run(np.repeat(x, counts), 2, max_iter=9), strict=True
    ):
        assert a.log_likelihood == b.log_likelihood
        np.testing.assert_array_equal(np.concatenate(parameters(a)), np.concatenate(parameters(b)))


def test_long_columns_of_any_type_are_not_pooled_but_give_the_same():
    x = np.random.default_rng(6).normal(size=140_000).astype(">f4")[::2]
    w = np.random.default_rng(7).integers(0, 3, size=len(x))
    steps = run(x, 2, sample_weight=w, start="random", max_iter=2)
    for step, following in pairwise(steps):
        *expected, own = oracle.em_step(x, w, *parameters(step))
        assert step.log_likelihood == pytest.approx(own, rel=1e-12)
        np.testing.assert_allclose(
            np.concatenate(parameters(following)), np.concatenate(expected), rtol=1e-11
        )


def test_linspace_start():
    x = column("faithful_eruptions")
    weights, means, sds = parameters(run(x, 4, max_iter=0)[0])
    assert weights.tolist() == [0.25] * 4
    np.testing.assert_allclose(means, np.linspace(x.min(), x.max(), 4), rtol=1e-15)
    np.testing.assert_allclose(sds, x.std() / 4, rtol=1e-13)


def test_one_component_starts_in_the_middle_and_is_done_after_a_step():
    x = column("acidity")
    start, first, second = run(x, 1, max_iter=2)
    assert start.mixture.means[0] == pytest.approx((x.min() + x.max()) / 2)
    assert first.mixture.means[0] == pytest.approx(x.mean(), rel=1e-14)
    assert first.mixture.sds[0] == pytest.approx(x.std(), rel=1e-13)
    assert second.log_likelihood == pytest.approx(first.log_likelihood, rel=1e-14)


def test_random_start_has_the_scale_of_the_data_and_follows_its_seed():
    x = 1e-7 * column("faithful_waiting")
    first = run(x, 5, start="random", rng=3, max_iter=3)
    again = run(x, 5, start="random", rng=np.random.default_rng(3), max_iter=3)
    other = run(x, 5, start="random", rng=4, max_iter=3)
    weights, _, sds = parameters(first[0])
    assert np.all(weights > 0)
    assert weights.sum() == pytest.approx(1, abs=1e-15)
    assert np.all((sds >= 0.1 * x.std() * (1 - 1e-12)) & (sds <= x.std() * (1 + 1e-12)))
    assert log_likelihoods(first).tolist() == log_likelihoods(again).tolist()
    assert log_likelihoods(first)[0] != log_likelihoods(other)[0]
    default = run(x, 5, start="random", max_iter=1)
    assert (
        log_likelihoods(default).tolist() == log_likelihoods(run(x, 5, start="random", max_iter=1)).tolist()
    )


def test_mixture_start_is_taken_in_its_own_order():
    start = mix1d.Mixture([0.3, 0.7], [80.0, 50.0], [6.0, 5.0])
    steps = run(column("faithful_waiting"), 2, start=start, max_iter=200)
    assert parameters(steps[0])[1].tolist() == [80.0, 50.0]
    assert steps[-1].mixture.means[0] > steps[-1].mixture.means[1]
    assert steps[-1].log_likelihood == pytest.approx(-1034.00174983, abs=1e-7)


def test_tol_stops_after_the_first_small_rise():
    x = column("faithful_eruptions")
    rises = np.diff(log_likelihoods(run(x, 2, tol=1e-3)))
    assert np.all(rises[:-1] >= 1e-3)
    assert rises[-1] < 1e-3
    assert len(rises) < 1000


def test_iterations_run_when_asked_for():
    endless = mix1d.em(column("acidity"), 2, max_iter=10**9)
    assert [step.iteration for step in islice(endless, 3)] == [0, 1, 2]


def test_steps_are_frozen():
    step = run([1.0, 2.0, 5.0], 1, max_iter=0)[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.iteration = 7


@pytest.mark.parametrize("start", ["linspace", "random"])
@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize(
    "x",
    [
        [0.0] * 5 + [1.0] * 5 + [3.3],
        [1.0, 2.0, 5.0],
        [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 5],
        [1e300, 2e300, 2.5e300],
        [-1.7e308, 0.0, 1.7e308],
        [1e-310, 2e-310, 5e-310],
        [*range(9), 1e300],
    ],
    ids=["ties", "three", "offset", "huge", "full range", "denormal", "outlier"],
)
def test_nothing_degenerates(x, k, start):
    steps = run(x, k, start=start, max_iter=300)
    for step in steps:
        weights, means, sds = parameters(step)
        assert np.all(np.isfinite(np.concatenate([weights, means, sds])))
        assert np.all(sds > 0)
        assert np.all(weights >= 0)
    assert_never_falls(steps)


def test_collapse_stops_at_the_floor():
    x = column("quakes_depth")[:50] + np.random.default_rng(1).normal(size=50)
    spike = mix1d.Mixture([0.02, 0.98], [x[7], x.mean()], [1e-4, x.std()])
    steps = run(x, 2, start=spike, max_iter=20)
    assert steps[-1].mixture.sds[0] == pytest.approx(1e-6 * x.std(), rel=1e-12)
    assert steps[-1].mixture.weights[0] == pytest.approx(0.02, abs=1e-5)
    assert_never_falls(steps)


def test_floor_of_whole_numbers_is_their_resolution():
    x = column("faithful_waiting")
    spike = mix1d.Mixture([0.05, 0.95], [78.0, x.mean()], [1e-3, x.std()])
    steps = run(x, 2, start=spike, max_iter=5)
    assert steps[0].mixture.sds[0] == pytest.approx(1 / np.sqrt(12))
    assert steps[-1].mixture.sds[0] >= 1 / np.sqrt(12)
    assert_never_falls(steps)


def test_constant_column():
    steps = run([7.25, 7.25, 7.25], 1, max_iter=2)
    assert steps[-1].mixture.means[0] == 7.25
    assert 0 < steps[-1].mixture.sds[0] < 1e-10


def test_component_without_values_stays_finite():
    x = column("acidity")
    far = mix1d.Mixture([0.5, 0.5], [x.mean(), 1e6], [x.std(), 1.0])
    steps = run(x, 2, start=far, max_iter=5)
    assert steps[-1].mixture.weights[1] < 1e-300
    assert np.all(np.isfinite(np.concatenate(parameters(steps[-1]))))
    assert steps[-1].mixture.sds[1] > 0
    assert_never_falls(steps)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": "kmeans"}, r"start must be .*linspace.*random.*Mixture.*'kmeans'"),
        ({"start": None}, r"start must be"),
        ({"start": mix1d.Mixture([1.0], [0.0], [1.0])}, r"start has 1 components, n_components is 2"),
        ({"n_components": 0}, "n_components"),
        ({"n_components": 4}, "n_components"),
        ({"max_iter": -1}, "max_iter"),
        ({"tol": 0.0}, "tol"),
        ({"tol": np.nan}, "tol"),
        ({"sample_weight": [1.0, -1.0, 1.0]}, "sample_weight"),
        ({"data": [1.0, np.nan, 2.0]}, "data"),
    ],
)
def test_bad_arguments_are_refused_at_the_call(arguments, message):
    given = {"data": [1.0, 2.0, 5.0], "n_components": 2} | arguments
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.em(given.pop("data"), given.pop("n_components"), **given)


@pytest.mark.parametrize("start", ["linspace", "random"])
def test_equal_sds_stay_equal_and_every_step_is_the_textbooks(start):
    x = column("acidity")
    steps = run(x, 3, start=start, sds="equal", max_iter=30)
    assert_never_falls(steps)
    values, counts = np.unique(x, return_counts=True)
    for before, after in pairwise(steps):
        assert np.ptp(after.mixture.sds) == 0.0
        expected = oracle.em_step(values, counts, *parameters(before), equal=True)
        for got, wanted in zip(parameters(after), expected[:3], strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-11)


def test_sds_is_free_or_equal():
    with pytest.raises(mix1d.InputError, match="sds must be"):
        mix1d.em([1.0, 2.0], 1, sds="auto")
