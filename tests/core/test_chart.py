"""Which parameters are free: derivatives, steps, EM and Newton under every kind of constraint."""

import numpy as np
import pytest

import mix1d
from cases import column, draw
from charts import CHARTS, THREE, holds
from mix1d import _core
from mix1d.native import EQUAL, Chart, Model, Problem

X = np.sort(draw(3, *THREE, 150))
SAMPLE = Problem(X, np.ones(150))


def likelihood(mixture, problem=SAMPLE):
    return float(np.dot(problem.weights, mix1d.Mixture(*mixture).logpdf(problem.values)))


def free_coordinates(model):
    """How many there are: the length of the step that is not refused."""
    for m in range(1, 12):
        try:
            _core.chart_step(SAMPLE, model, np.zeros(m))
        except ValueError:
            continue
        return m
    raise AssertionError("no length is right")


def moved(model, step):
    return _core.chart_step(SAMPLE, model, step)[2]


@pytest.mark.parametrize("name", CHARTS)
def test_derivatives_are_those_of_the_likelihood_along_the_chart(name):
    chart, mixture, _ = CHARTS[name]
    model = Model(*mixture, chart)
    m = free_coordinates(model)
    gradient, negative, same = _core.chart_step(SAMPLE, model, np.zeros(m))
    for array, expected in zip(same, mixture, strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-14)
    h = 2.0**-8

    def at(*places):
        step = np.zeros(m)
        for place, by in places:
            step[place] += by * h
        return likelihood(moved(model, step))

    first = [(8 * (at((i, 1)) - at((i, -1))) - (at((i, 2)) - at((i, -2)))) / (12 * h) for i in range(m)]
    scale = np.abs(negative).max()
    np.testing.assert_allclose(gradient, first, atol=1e-7 * scale)
    second = [
        [
            (at((i, 1), (j, 1)) - at((i, 1), (j, -1)) - at((i, -1), (j, 1)) + at((i, -1), (j, -1)))
            / (4 * h * h)
            for j in range(m)
        ]
        for i in range(m)
    ]
    # logits are defined up to a constant: that direction, which differences do not see, is left out of both
    np.testing.assert_allclose(negative, -np.array(second), atol=2e-4 * scale)
    np.testing.assert_allclose(negative, negative.T, atol=1e-12 * scale)


@pytest.mark.parametrize("name", CHARTS)
def test_a_step_stays_on_the_chart(name):
    chart, mixture, _ = CHARTS[name]
    model = Model(*mixture, chart)
    step = 0.1 * np.cos(np.arange(free_coordinates(model)))
    weights, means, sds = moved(model, step)
    assert weights.sum() == pytest.approx(1.0, abs=1e-14)
    kept = holds(chart, mixture)
    for check in kept:
        check(weights, means, sds)


@pytest.mark.parametrize("name", CHARTS)
def test_newton_ends_at_a_maximum_of_the_chart(name):
    chart, mixture, _ = CHARTS[name]
    found = _core.polish(SAMPLE, Model(*mixture, chart), (0.0, 1.0), 1e-6)
    assert found["converged"]
    assert found["decrement"] < 1e-15
    assert found["log_likelihood"] == pytest.approx(likelihood(found["mixture"]), rel=1e-13)
    for check in holds(chart, mixture):
        check(*found["mixture"])
    model = Model(*found["mixture"], chart)
    m = free_coordinates(model)
    gradient, negative, _ = _core.chart_step(SAMPLE, model, np.zeros(m))
    np.testing.assert_allclose(gradient, 0.0, atol=1e-6)
    assert np.linalg.eigvalsh(negative).min() > -1e-6
    rng = np.random.default_rng(1)
    for size in (0.01, 0.1):
        for _ in range(20):
            other = likelihood(moved(model, size * rng.normal(size=m)))
            assert other <= found["log_likelihood"] + 1e-9


@pytest.mark.parametrize("name", CHARTS)
def test_em_never_falls_and_comes_to_the_same_maximum(name):
    chart, mixture, _ = CHARTS[name]
    now, last = mixture, -np.inf
    for _ in range(300):
        *after, total = _core.em_step(SAMPLE, Model(*now, chart))
        assert total >= last - 1e-12 * abs(total)
        now, last = tuple(after), total
    for check in holds(chart, mixture):
        check(*now)
    best = _core.polish(SAMPLE, Model(*now, chart), (0.0, 1.0), 1e-6)["log_likelihood"]
    assert best == pytest.approx(last, abs=0.05)


@pytest.mark.parametrize("name", CHARTS)
def test_parameters_are_counted(name):
    chart, mixture, count = CHARTS[name]
    n_parameters, aic, bic, icl = _core.criteria(3, chart, -100.0, 5.0, 150.0)
    assert n_parameters == count
    assert (aic, bic, icl) == pytest.approx(
        (200.0 + 2 * count, 200.0 + count * np.log(150.0), 210.0 + count * np.log(150.0)), rel=1e-14
    )
    gauge = 0 if chart.weights == "held" else 1
    assert free_coordinates(Model(*mixture, chart)) == count + gauge


def test_equal_sds_are_slots_that_move_as_one():
    mixture = CHARTS["equal"][1]
    slots = Chart(sds=[(0, 1.0)] * 3)
    one, other = (_core.polish(SAMPLE, Model(*mixture, chart), (0.0, 1.0), 0.0) for chart in (EQUAL, slots))
    assert one["iterations"] > 3
    for a, b in zip(one["mixture"], other["mixture"], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


def test_a_value_held_at_the_estimate_changes_nothing():
    best = _core.polish(SAMPLE, Model(*THREE), (0.0, 1.0), 0.0)
    for chart in (
        CHARTS[name][0] for name in ("one sd held", "one mean held", "weights held", "one weight held")
    ):
        found = _core.polish(SAMPLE, Model(*best["mixture"], chart), (0.0, 1.0), 0.0)
        assert found["log_likelihood"] == pytest.approx(best["log_likelihood"], abs=1e-9)


def test_more_freedom_is_never_worse():
    def best(name):
        chart, mixture, _ = CHARTS[name]
        return _core.polish(SAMPLE, Model(*mixture, chart), (0.0, 1.0), 0.0)["log_likelihood"]

    chains = [
        ("proportional, held", "proportional", "free"),
        ("spaced, proportional", "spaced", "growing", "free"),
        ("equal", "two alike", "free"),
    ]
    for chain in chains:
        values = [best(name) for name in chain]
        assert values == sorted(values), chain


def test_a_floor_raises_what_moves_together():
    x = np.array([0.0, 1e-3, 5.0, 5.5, 6.5])
    chart = Chart(sds=[(0, 1.0), (0, 2.0)])
    start = Model(np.array([0.4, 0.6]), np.array([0.0, 5.6]), np.array([1.0, 2.0]), chart)
    found = _core.polish(Problem(x, np.ones(5)), start, (0.0, 1.0), 0.5)
    assert found["mixture"][2] == pytest.approx([0.5, 1.0], rel=1e-12)


def test_unequal_spacing_from_equal_spacing():
    """r = 1 is an ordinary place: the growth is found from there."""
    truth = np.array([0.5, 0.3, 0.2]), np.array([0.0, 3.0, 8.0]), np.full(3, 0.4)
    x = np.sort(draw(5, *truth, 300))
    start = Model(truth[0], np.array([0.0, 4.0, 8.0]), np.full(3, 1.0), Chart(means="growing", sds="equal"))
    found = _core.polish(Problem(x, np.ones(300)), start, (0.0, 1.0), 0.0)
    assert found["converged"]
    np.testing.assert_allclose(found["mixture"][1], truth[1], atol=0.2)


def test_a_plain_fit_and_the_chart_of_free_parameters_agree():
    x = column("galaxies")
    values, counts = np.unique(x, return_counts=True)
    result = mix1d.fit(x, 3)
    mixture = result.mixture.weights, result.mixture.means, result.mixture.sds
    found = _core.polish(Problem(values, counts.astype(float)), Model(*mixture), (0.0, 1.0), 0.0, 0)
    assert found["log_likelihood"] == pytest.approx(result.log_likelihood, rel=1e-12)


def test_unknown_words_are_refused():
    for chart in (Chart(sds="free-ish"), Chart(means="x"), Chart(weights="equal")):
        with pytest.raises(ValueError, match="unknown"):
            _core.em_step(SAMPLE, Model(*THREE, chart))
