"""Rows of every kind: their likelihoods against 60 digits, and the laws that tie the kinds together."""

import numpy as np
import pytest

import oracle
import oracle_kinds as slow
from cases import draw
from mix1d import _core
from mix1d.native import Model, Problem, chart_of
from oracle_kinds import INTERVAL, POINT
from processes import ISAS, elsewhere
from rows import ANY, MIXTURE, intervals, noisy, observed, points, samples


def derivatives(rows, mixture=MIXTURE):
    return _core.observed_derivatives(observed(rows), Model(*mixture))


def em_step(rows, mixture=MIXTURE, equal=False):
    return _core.observed_em_step(observed(rows), Model(*mixture, chart_of(equal)))


def exact_derivatives(x, mixture=MIXTURE, general=False):
    return _core.derivatives(Problem(x, np.ones(len(x)), general=general), Model(*mixture))


def sizes(rows, mixture):
    """What derivatives are compared in: the information of rows whose labels are known, (3k,)."""
    k = len(mixture[0])
    total = np.zeros(3 * k)
    for row in rows:
        for j in range(k):
            _, once, twice = derivatives([row], (np.ones(1), *(p[j : j + 1] for p in mixture[1:])))
            w = abs(row[3])
            total[[j, k + j, 2 * k + j]] += [
                w,
                once[1] ** 2 / w + abs(twice[1, 1]),
                once[2] ** 2 / w + abs(twice[2, 2]),
            ]
    return np.sqrt(total)


def errors_of(rows, mixture):
    found, exact = derivatives(rows, mixture), slow.derivatives(rows, *mixture)
    with_any = [(kind, a, b, w, ANY) for kind, a, b, w, _ in rows]
    size = sizes(with_any, mixture)
    return (
        abs(found[0] - exact[0]) / (abs(exact[0]) + sum(abs(row[3]) for row in rows)),
        float(np.max(np.abs(found[1] - exact[1]) / (size * size[0]))),
        float(np.max(np.abs(found[2] - exact[2]) / np.outer(size, size))),
    )


@pytest.mark.parametrize("name", samples())
def test_derivatives_are_those_of_the_likelihood(name):
    value, gradient, hessian = errors_of(samples()[name], MIXTURE)
    assert value < 1e-14
    assert gradient < 1e-14
    assert hessian < 1e-13


@pytest.mark.parametrize("name", samples())
def test_responsibilities(name):
    rows = samples()[name]
    found = _core.observed_responsibilities(observed(rows), Model(*MIXTURE))
    exact = [slow.responsibilities(row, *MIXTURE) for row in rows]
    assert found == pytest.approx(np.array(exact), abs=1e-14)


def worst_of_intervals():
    """The largest errors of log P and A0 .. A3, relative to max(1, |value|), out to 38 sds."""
    rng = np.random.default_rng(1)
    worst = np.zeros(5)
    for i in range(1500):
        mean, sd = rng.normal(), np.exp(rng.normal())
        width, middle = 10 ** rng.uniform(-9.0, np.log10(20.0)), rng.uniform(-28.0, 28.0)
        lower, upper = mean + sd * (middle - width / 2.0), mean + sd * (middle + width / 2.0)
        lower, upper = (-np.inf if i % 9 == 1 else lower), (np.inf if i % 9 == 2 else upper)
        exact = slow.interval_numbers(lower, upper, mean, sd)
        row = (INTERVAL, lower, upper, 1.0, ANY)
        value, once, twice = derivatives([row], (np.ones(1), np.array([mean]), np.array([sd])))
        a0, a1 = once[1] * sd, once[2]
        a2, a3 = twice[1, 2] * sd + a0 + a0 * a1, twice[2, 2] + a1 + a1**2
        found = np.array([value, a0, a1, a2, a3])
        worst = np.maximum(worst, np.abs(found - exact) / np.maximum(1.0, np.abs(exact)))
    return worst.tolist()


def everything():
    rows = samples()["all"]
    value, gradient, hessian = derivatives(rows)
    *step, _ = em_step(rows[:-1])
    numbers = [value, *gradient, *hessian.ravel(), *np.concatenate(step)]
    return [float(number).hex() for number in numbers]


@pytest.fixture(scope="module", params=ISAS)
def there(request):
    expression = "{'intervals': t.worst_of_intervals(), 'everything': t.everything()}"
    return elsewhere(request.param, __file__, expression)


def test_probabilities_of_intervals(there):
    assert max(there["intervals"]) < 4e-15


def test_instruction_sets_agree_to_the_bit(there):
    assert there["everything"] == everything()


def same(found, expected):
    return all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


def test_an_error_of_nothing_is_an_exact_value():
    x = np.sort(draw(3, *MIXTURE, 200))
    found = derivatives(noisy(x, np.zeros(200)))
    exact = exact_derivatives(x, general=True)
    assert found[0] == exact[0]
    assert found[1] == pytest.approx(exact[1], rel=1e-12)
    assert found[2] == pytest.approx(exact[2], rel=1e-12, abs=1e-11)


def test_equal_errors_widen_the_components():
    x, e = np.sort(draw(3, *MIXTURE, 200)), 0.8
    found = derivatives(noisy(x, np.full(200, e)))
    exact = exact_derivatives(x, (*MIXTURE[:2], np.sqrt(MIXTURE[2] ** 2 + e**2)))
    assert found[0] == pytest.approx(exact[0], rel=1e-14)


def test_narrow_intervals_are_exact_values():
    x, h = np.sort(draw(3, *MIXTURE, 200)), 1e-7
    found = derivatives(intervals(x - h / 2, x + h / 2))
    exact = exact_derivatives(x)
    widths = np.log((x + h / 2) - (x - h / 2))  # as they are once rounded
    assert found[0] - widths.sum() == pytest.approx(exact[0], rel=1e-11)
    assert found[1] == pytest.approx(exact[1], rel=1e-6, abs=1e-6)


def test_the_whole_line_says_nothing():
    found = derivatives(intervals([-np.inf], [np.inf]))
    assert found[0] == pytest.approx(0.0, abs=1e-15)
    assert np.abs(found[1]).max() < 1e-15
    assert np.abs(found[2]).max() < 1e-15


def test_intervals_joined_are_one():
    parts = [derivatives(intervals([a], [b]))[0] for a, b in ((-1, 0.3), (0.3, 2))]
    whole = derivatives(intervals([-1], [2]))[0]
    assert np.exp(parts).sum() == pytest.approx(np.exp(whole), rel=1e-14)


def test_labels_of_all_rows_are_separate_normals():
    x = draw(3, *MIXTURE, 90)
    label = np.arange(90) % 3
    rows = [(POINT, v, 0.0, 1.0, 1 << j) for v, j in zip(x, label, strict=True)]
    weights, means, sds, _ = em_step(rows)
    assert weights == pytest.approx(np.full(3, 1 / 3), rel=1e-15)
    assert means == pytest.approx([x[label == j].mean() for j in range(3)], rel=1e-13)
    assert sds == pytest.approx([x[label == j].std() for j in range(3)], rel=1e-13)


def test_the_order_of_rows_does_not_matter_and_repetitions_are_weights():
    rows = samples()["all"] * 3
    forth, back = (derivatives(r) for r in (rows, rows[::-1]))
    once = [(kind, a, b, 3.0 * w, c) for kind, a, b, w, c in samples()["all"]]
    heavy = derivatives(once)
    for other in (back, heavy):
        assert other[0] == pytest.approx(forth[0], rel=1e-13)
        assert other[1] == pytest.approx(forth[1], rel=1e-11, abs=1e-11)
        assert other[2] == pytest.approx(forth[2], rel=1e-11, abs=1e-10)


def test_exact_rows_are_those_of_the_plain_path():
    x = np.sort(draw(5, *MIXTURE, 500))
    found = derivatives(points(x))
    assert same(found, exact_derivatives(x, general=True))


@pytest.mark.parametrize("name", ["bins", "rounded", "limits", "errors", "labels", "subsets"])
@pytest.mark.parametrize("equal", [False, True])
def test_em_never_goes_down(name, equal):
    rows = samples()[name]
    current = MIXTURE
    before = -np.inf
    for _ in range(10):  # more of them end on a value
        *current, height = em_step(rows, current, equal)
        assert height >= before - 1e-12
        before = height


def test_an_em_step_is_that_on_paper():
    x, w = np.sort(draw(3, *MIXTURE, 60)), np.ones(60)
    *found, height = em_step(points(x))
    *expected, before = oracle.em_step(x, w, *MIXTURE)
    assert height == pytest.approx(before, rel=1e-14)
    for a, b in zip(found, expected, strict=True):
        assert a == pytest.approx(b, rel=1e-12, abs=1e-13)


def test_narrow_intervals_on_both_sides_of_where_fewer_nodes_do():
    """Half-widths h about .3 sd, and places x with h x about .5: probability and derivatives to 50 digits."""
    mp = pytest.importorskip("mpmath")
    rng = np.random.default_rng(0)
    with mp.workdps(50):
        for half in np.r_[10.0 ** rng.uniform(-4, -0.5, 30), 0.2999, 0.3001, 0.9]:
            for place in (0.0, 0.1, min(0.4999 / half, 30.0), min(0.5001 / half, 30.0)):
                a, b = mp.mpf(place - half), mp.mpf(place + half)
                row = [(INTERVAL, float(a), float(b), 1.0, ANY)]
                value, gradient, hessian = derivatives(row, (np.ones(1), np.zeros(1), np.ones(1)))
                mass = mp.ncdf(b) - mp.ncdf(a) if a < 0 else mp.ncdf(-a) - mp.ncdf(-b)
                a0, a1, a2, a3 = ((a**p * mp.npdf(a) - b**p * mp.npdf(b)) / mass for p in range(4))
                pairs = [
                    (value, mp.log(mass)),
                    (gradient[1], a0),
                    (gradient[2], a1),
                    (hessian[1, 1], a1 - a0**2),
                    (hessian[1, 2], a2 - a0 - a0 * a1),
                    (hessian[2, 2], a3 - a1 - a1**2),
                ]
                for found, wanted in pairs:
                    assert abs(found - wanted) < 4e-15 * max(1, abs(wanted)), (half, place)
