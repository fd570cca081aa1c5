"""Strays and ties that a component held up by the penalty stands on."""

import numpy as np
import pytest

import mix1d
from cases import draw
from mix1d.data.rounding import lattice_of
from mix1d.data.sample import read_sample
from mix1d.data.strays import stray_of
from places import DATA


def case(name):
    return np.loadtxt(DATA / "cases" / f"{name}.csv", skiprows=1, ndmin=1)


def stray(x, held):
    sample = read_sample(x)
    lattice = lattice_of(sample.values, sample.weights)
    return stray_of(sample.values, sample.weights, held(sample.values), lattice)


def normal(n=300, seed=1):
    return draw(seed, [0.5, 0.5], [0.0, 6.0], [1.0, 1.0], n)


def test_one_value_far_off_is_a_stray():
    found = stray(np.append(normal(), 1000.0), lambda x: x > 100)
    assert (found.values.tolist(), found.rows, found.kind, found.side) == ([1000.0], 1.0, "stray", "highest")
    assert stray(np.append(normal(), [-1000.0]), lambda x: x < -100).side == "lowest"


def test_three_values_or_half_a_percent_may_be_strays():
    assert stray(np.append(normal(), [99, 100, 101]), lambda x: x > 50).rows == 3.0
    assert stray(np.append(normal(), [99, 100, 101, 102]), lambda x: x > 50) is None
    assert stray(np.append(normal(2000), np.linspace(99, 101, 10)), lambda x: x > 50).rows == 10.0


def test_strays_near_each_other_do_not_keep_each_other():
    """A component on one of them, near which the other lies, is set apart with both."""
    x = np.append(normal(), [400.0, 403.0])
    for held in (lambda x: x == 400.0, lambda x: x == 403.0, lambda x: x > 100.0):
        found = stray(x, held)
        assert (found.values.tolist(), found.rows, found.side) == ([400.0, 403.0], 2.0, "highest")
    assert stray(np.append(normal(), [400.0, 401.0, 402.0, 403.0]), lambda x: x == 400.0) is None
    assert mix1d.fit(x).bottom_line.startswith("2 groups besides 2 stray values")


@pytest.mark.parametrize("held", [lambda x: x > 6.5, lambda x: np.abs(x - 3) < 0.1, lambda x: x == x.max()])
def test_values_among_the_others_are_none(held):
    assert stray(normal(), held) is None


def test_nothing_and_everything_are_none():
    assert stray(normal(), lambda x: x > 1e9) is None
    assert stray(normal(), lambda x: x < 1e9) is None
    assert stray(np.repeat([1.0, 2.0], [500, 1]), lambda x: x == 2) is None


def test_a_tied_value_is_a_tie_where_it_outnumbers_all_others():
    x = np.append(normal(), np.full(12, 3.25))
    found = stray(x, lambda values: values == 3.25)
    assert (found.values.tolist(), found.rows, found.kind, found.side) == ([3.25], 12.0, "tie", "inside")
    assert stray(np.round(normal(), 1), lambda values: values == 6.0) is None


@pytest.mark.parametrize(
    "x",
    [np.repeat(np.arange(1.0, 13.0), 30), np.repeat([1.0, 2.0, 3.0], [600, 50, 20]), np.round(normal(900))],
)
def test_ties_of_a_lattice_are_none(x):
    sample = read_sample(x)
    for value in sample.values:
        assert stray(x, lambda values, value=value: values == value) is None


@pytest.mark.parametrize(
    ("name", "n_components", "apart"),
    [
        ("one_outlier", 2, [[1000.0]]),
        ("gdp60_public", None, [[77881.0]]),
        ("two_scales", 2, []),
        ("code_999", 2, []),
    ],
)
def test_cases_fitted_as_the_rule_says(name, n_components, apart):
    result = mix1d.fit(case(name))
    assert [list(one.values) for one in result.set_apart if one.kind == "stray"] == apart
    assert n_components is None or len(result.mixture.weights) == n_components
    if name == "one_outlier":
        assert np.allclose(result.mixture.means, [0, 6], atol=0.3)


def test_strays_of_several_places_are_said_in_one_sentence():
    result = mix1d.fit(np.append(normal(600), [-900.0, 400.0, 95000.0]))
    (finding,) = (one for one in result.findings if one.code == "set_apart")
    assert finding.message.startswith("3 of 603 values (0.5 %) are far from others and were set apart: -900")
    assert sum(one.count for one in result.set_apart) == 3
