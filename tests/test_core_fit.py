"""The native fitting kernels against their slow twins in oracle.py."""

import math

import mpmath
import numpy as np
import pytest

import oracle
from cases import column, distance, draw, scaled_derivatives
from mix1d import _core
from mix1d.native import FREE, Candidates, Model, Options, Problem, chart_of, charts_of

PADDED = [*range(1, 21), 63, 64, 65]  # the lanes are eight wide, the blocks a few hundred
LONG = [8191, 8192, 8193]

MIXTURES = {
    "one": ([1.0], [0.3], [1.2]),
    "overlapping": ([0.5, 0.5], [-0.1, 0.1], [1.0, 1.1]),
    "narrow": ([0.05, 0.95], [0.0, 0.5], [1e-3, 2.0]),
    "wide": ([0.01, 0.99], [0.0, 0.0], [1e4, 1.0]),
    "far apart": ([0.3, 0.7], [-400.0, 0.0], [1.0, 1.0]),
    "small weight": ([1e-12, 1.0 - 1e-12], [0.0, 1.0], [0.7, 1.3]),
    "five": ([0.1, 0.2, 0.3, 0.25, 0.15], [-2.0, -0.5, 0.0, 0.8, 2.5], [0.4, 1.0, 0.05, 0.6, 2.0]),
}


def sample(n, seed=0, weighted=False):
    rng = np.random.default_rng(seed)
    values = np.sort(rng.normal(size=n))
    return values, rng.uniform(0.1, 5.0, size=n) if weighted else np.ones(n)


def arrays(mixture):
    return tuple(np.array(a, float) for a in mixture)


def agree(found, expected, scale, tolerance=1e-12):
    """Both equal to `tolerance` of the scale, which is that of the terms summed."""
    assert np.all(np.isfinite(found))
    np.testing.assert_array_less(np.abs(np.subtract(found, expected)), tolerance * np.asarray(scale) + 1e-300)


# EM steps


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("equal", [False, True])
@pytest.mark.parametrize("name", MIXTURES)
def test_em_step(name, equal, weighted):
    values, sample_weight = sample(150, seed=1, weighted=weighted)
    mixture = arrays(MIXTURES[name])
    if equal:
        mixture = (*mixture[:2], np.full(len(mixture[2]), 0.9))
    *found, total = _core.em_step(Problem(values, sample_weight), Model(*mixture, chart_of(equal)))
    *expected, exact = oracle.em_step(values, sample_weight, *mixture, equal)
    assert total == pytest.approx(exact, rel=1e-13)
    agree(found[0], expected[0], expected[0])
    # sums are taken about the old mean in units of the old sd, so that is the scale of their rounding
    lever = np.maximum(1.0, np.abs(expected[1] - mixture[1]) / expected[2])
    agree(found[1], expected[1], np.maximum(expected[2], np.abs(expected[1])) + np.abs(mixture[1]), 1e-11)
    agree(found[2], expected[2], expected[2] * lever**2, 1e-11)


@pytest.mark.parametrize("n", PADDED + LONG)
def test_em_step_of_any_length(n):
    """Padding lanes must not count: the weights sum to one and the sums are those of n values."""
    values, sample_weight = sample(n, seed=n, weighted=True)
    mixture = arrays(MIXTURES["five"])
    *found, total = _core.em_step(Problem(values, sample_weight), Model(*mixture))
    *expected, exact = oracle.em_step(values, sample_weight, *mixture)
    assert total == pytest.approx(exact, rel=1e-12, abs=1e-12)
    assert found[0].sum() == pytest.approx(1.0, abs=1e-14)
    agree(found[0], expected[0], expected[0])
    # a component that hardly has a value gets a narrow sd about a mean far from its old one
    lever = np.maximum(expected[2], mixture[2])
    agree(found[1], expected[1], 1.0, 1e-11)
    agree(np.square(found[2]), np.square(expected[2]), lever**2 + (expected[1] - mixture[1]) ** 2, 1e-11)


def test_em_step_keeps_an_empty_component():
    values, sample_weight = sample(30)
    mixture = arrays(([0.5, 0.5], [0.0, 1e5], [1.0, 2.0]))
    weights, means, sds, _ = _core.em_step(Problem(values, sample_weight), Model(*mixture))
    assert weights.tolist() == [1.0, 0.0]
    assert (means[1], sds[1]) == (1e5, 2.0)


def test_em_step_far_from_all_values():
    """Every density underflows; the nearest component takes the value all the same."""
    values = np.array([-5000.0, 5000.0, 5001.0])
    weights, means, _, total = _core.em_step(
        Problem(values, np.ones(3)), Model(*arrays(([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0])))
    )
    assert weights == pytest.approx([1 / 3, 2 / 3], rel=1e-14)
    assert means == pytest.approx([-5000.0, 5000.5], rel=1e-14)
    exact = oracle.log_likelihood(values, np.ones(3), [0.5, 0.5], [-1.0, 1.0], [1.0, 1.0])
    assert total == pytest.approx(exact, rel=1e-14)


# Gradient and Hessian


def exact_derivatives(values, sample_weight, mixture):
    """The twin in 40 digits, and the sum of the sizes of the terms as a scale for rounding."""
    with mpmath.workdps(40):
        exact = [[mpmath.mpf(float(p)) for p in a] for a in mixture]
        total, gradient, hessian = oracle.derivatives_mp(values.tolist(), sample_weight.tolist(), *exact)
    m = 3 * len(mixture[0])
    return (
        float(total),
        np.array(gradient.tolist(), float).ravel(),
        np.array(hessian.tolist(), float).reshape(m, m),
    )


def units(values, sample_weight, mixture):
    """Scale of the rounding of gradient and Hessian: the sum of the sizes of their terms."""
    weights, means, sds = mixture
    posterior = oracle.responsibilities(values, *mixture) * sample_weight[:, None]
    z = np.abs((values[:, None] - means) / sds)
    moments = np.sum(posterior * (1.0 + z**4), axis=0) + weights * sample_weight.sum()
    scale = np.concatenate([moments, moments / sds, moments])
    unit = np.concatenate([np.ones(len(sds)), 1.0 / sds, np.ones(len(sds))])
    # an entry of the Hessian is bounded by the geometric mean of the two components' moments
    root = np.sqrt(np.tile(moments, 3))
    return scale, np.outer(root * unit, root * unit)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", MIXTURES)
def test_derivatives(name, weighted):
    values, sample_weight = sample(60, seed=2, weighted=weighted)
    mixture = arrays(MIXTURES[name])
    if name == "far apart":
        values = np.sort(np.concatenate([values, values[:20] - 400.0]))
        sample_weight = np.ones(len(values))
    found = _core.derivatives(Problem(values, sample_weight), Model(*mixture))
    expected = exact_derivatives(values, sample_weight, mixture)
    assert found[0] == pytest.approx(expected[0], rel=1e-13)
    first, second = units(values, sample_weight, mixture)
    agree(found[1], expected[1], first, 1e-13)
    agree(found[2], expected[2], second, 1e-12)


@pytest.mark.parametrize("n", PADDED + LONG)
def test_derivatives_of_any_length(n):
    values, sample_weight = sample(n, seed=n + 100, weighted=True)
    mixture = arrays(MIXTURES["five" if n < 100 else "narrow"])
    found = _core.derivatives(Problem(values, sample_weight), Model(*mixture))
    expected = oracle.derivatives(values, sample_weight, *mixture)
    assert found[0] == pytest.approx(expected[0], rel=1e-12, abs=1e-12)
    first, second = units(values, sample_weight, mixture)
    agree(found[1], expected[1], first)
    agree(found[2], expected[2], second)


def test_derivatives_hundreds_of_sds_away():
    values = np.array([-900.0, -300.0, 0.0, 250.0, 700.0])
    mixture = arrays(([0.4, 0.6], [-1.0, 2.0], [1.0, 1.5]))
    found = _core.derivatives(Problem(values, np.ones(5)), Model(*mixture))
    expected = exact_derivatives(values, np.ones(5), mixture)
    first, second = units(values, np.ones(5), mixture)
    assert found[0] == pytest.approx(expected[0], rel=1e-14)
    agree(found[1], expected[1], first)
    agree(found[2], expected[2], second)


# Local solves


STARTS = {
    "faithful_eruptions": ([0.4, 0.6], [2.1, 4.2], [0.3, 0.5]),
    "acidity": ([0.6, 0.4], [4.3, 6.2], [0.4, 0.5]),
    "galaxies": ([0.1, 0.8, 0.1], [9700.0, 21400.0, 33000.0], [500.0, 2200.0, 1000.0]),
}


@pytest.mark.parametrize(
    ("equal", "penalty"), [(False, 0.0), (True, 0.0), (False, 0.05), (False, 2.0)], ids=str
)
@pytest.mark.parametrize("name", STARTS)
def test_polish_ends_at_the_exact_stationary_point(name, equal, penalty):
    values, counts = np.unique(column(name), return_counts=True)
    sample_weight = counts.astype(float)
    variance = oracle.robust_variance(values, counts)
    start = arrays(STARTS[name])
    if equal:
        start = (*start[:2], np.full(len(start[2]), start[2].max()))
    solved = _core.polish(
        Problem(values, sample_weight), Model(*start, chart_of(equal)), (penalty, variance), 0.0, 5, 200
    )
    found, total, objective = solved["mixture"], solved["log_likelihood"], solved["objective"]
    *exact, _ = oracle.newton(
        values, sample_weight, *found, equal=equal, penalty=penalty, penalty_variance=variance, digits=30
    )
    assert solved["converged"]
    assert solved["decrement"] < 1e-18
    assert 5 <= solved["iterations"] <= 200
    assert distance(found, [[float(v) for v in a] for a in exact]) < 1e-10
    assert total == pytest.approx(oracle.log_likelihood(values, sample_weight, *found), rel=1e-13)
    assert objective == pytest.approx(total - oracle.penalty_term(found[2], penalty, variance), rel=1e-13)


def test_polish_at_the_floor():
    """Ten equal values pull a sd to zero: it rests on the floor, and the rest is a maximum."""
    values = np.concatenate([[0.0], np.sort(draw(3, [1.0], [5.0], [1.0], 80))])
    sample_weight = np.ones(81)
    sample_weight[0] = 10.0
    floor = 0.01
    start = Model(*arrays(([0.1, 0.9], [0.1, 5.0], [0.1, 1.0])))
    solved = _core.polish(Problem(values, sample_weight), start, (0.0, 1.0), floor)
    found, total, objective = solved["mixture"], solved["log_likelihood"], solved["objective"]
    assert solved["converged"]
    assert found[2][0] == floor
    assert total == objective
    gradient, _ = scaled_derivatives(values, sample_weight, found)
    narrow = 3  # log weight, two means, then the log sd of the first
    assert gradient[narrow] < -1.0
    assert np.abs(np.delete(gradient, narrow)).max() < 1e-9 * sample_weight.sum()


def test_polish_from_a_single_value_per_component():
    """The floor is all that holds two components on two values."""
    values = np.array([0.0, 1.0])
    start = Model(*arrays(([0.5, 0.5], [0.1, 0.9], [0.3, 0.3])))
    solved = _core.polish(Problem(values, np.ones(2)), start, (0.0, 1.0), 1e-3)
    found, total = solved["mixture"], solved["log_likelihood"]
    assert found[0] == pytest.approx([0.5, 0.5], rel=1e-12)
    assert found[1] == pytest.approx([0.0, 1.0], abs=1e-12)
    assert found[2].tolist() == [1e-3, 1e-3]
    assert total == pytest.approx(2 * math.log(0.5 / (1e-3 * math.sqrt(2 * math.pi))), rel=1e-13)


def test_polish_never_ends_below_its_start():
    for seed in range(40):
        rng = np.random.default_rng(seed)
        values = np.sort(draw(seed, [0.6, 0.4], [0.0, 3.0], [1.0, 0.5], 60))
        start = arrays((rng.dirichlet([1, 1, 1]), rng.choice(values, 3), rng.uniform(0.05, 3.0, 3)))
        before = oracle.penalised(values, np.ones(60), *start, 0.1, 2.0)
        objective = _core.polish(Problem(values, np.ones(60)), Model(*start), (0.1, 2.0), 0.0)["objective"]
        assert objective >= before - 1e-12 * abs(before)


# What a whole fit reports


def fitted(x, n_components, charts=(FREE,)):
    values, counts = np.unique(x, return_counts=True)
    problem = Problem(values, counts.astype(float))
    rows, _ = _core.fit(problem, Candidates(n_components, charts), Options())
    return problem.values, problem.weights, rows


@pytest.mark.parametrize(("name", "k"), [("acidity", 2), ("galaxies", 3), ("faithful_waiting", 1)])
def test_entropy(name, k):
    values, counts, (row,) = fitted(column(name), [k])
    r = oracle.responsibilities(values, *row["mixture"])
    terms = np.where(r > 0, -r * np.log(np.where(r > 0, r, 1.0)), 0.0)
    assert row["entropy"] == pytest.approx(float(np.sum(counts * terms.sum(axis=1))), rel=1e-11, abs=1e-11)


def test_rows_are_free_then_equal_for_each_size():
    _, _, rows = fitted(column("acidity"), [1, 2, 3], charts=charts_of("auto"))
    assert [(len(row["mixture"][0]), row["equal"]) for row in rows] == [
        (k, equal) for k in (1, 2, 3) for equal in (False, True)
    ]


def test_penalised_value_of_the_optima():
    values, counts, (row,) = fitted(column("acidity"), [2])
    variance = oracle.robust_variance(values, counts)
    a = counts.sum() ** -0.5
    mixture, total, penalised, regularized = row["optima"][0]
    assert not regularized
    start = _core.polish(Problem(values, counts), Model(*mixture), (a, variance), 0.0)["mixture"]
    assert penalised == pytest.approx(oracle.penalised(values, counts, *start, a, variance), rel=1e-12)
    assert total == pytest.approx(oracle.log_likelihood(values, counts, *mixture), rel=1e-13)
