"""Piles: what is one, and the ties that are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import draw
from mix1d.data.piles import piles_of
from mix1d.data.rounding import lattice_of
from mix1d.data.sample import read_sample
from places import DATA


def piles(x, weights=None):
    sample = read_sample(x, weights)
    return piles_of(sample.values, sample.weights, lattice_of(sample.values, sample.weights))


def found(x, weights=None):
    return [(pile.value, pile.rows, pile.side) for pile in piles(x, weights).piles]


def case(name, which=0):
    return np.loadtxt(DATA / "cases" / f"{name}.csv", skiprows=1, delimiter=",", ndmin=2)[:, which]


def normal(n=500, mean=60.0, sd=15.0, seed=1):
    return draw(seed, [1.0], [mean], [sd], n)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("code_999", [(-999.0, 10.0, "lowest")]),
        ("spike_at_zero", [(0.0, 300.0, "lowest")]),
        ("one_outlier", []),
        ("gdp60_public", []),
        ("two_scales", []),
        ("mpg_displacement_public", []),
        ("education_public", []),
        ("rounded_to_one_sd", []),
        ("truncated_0_9", []),
    ],
)
def test_cases(name, expected):
    assert found(case(name)) == expected


@pytest.mark.parametrize("name", ["histogram_8_bins", "length_frequency_2cm", "pearson_lee_heights_public"])
def test_the_bins_of_a_frequency_table_are_no_piles_and_lie_on_a_lattice(name):
    centres, counts = case(name), case(name, 1)
    assert found(centres, counts) == []
    sample = read_sample(centres, counts)
    step = {"histogram_8_bins": 1.5397, "length_frequency_2cm": 2.0, "pearson_lee_heights_public": 1.0}[name]
    assert lattice_of(sample.values, sample.weights).step == pytest.approx(step, rel=1e-4)


@pytest.mark.parametrize("decimals", [None, 2, 1, 0])
@pytest.mark.parametrize(
    ("value", "side"), [(0.0, "lowest"), (-99.0, "lowest"), (999.0, "highest"), (130.0, "highest")]
)
def test_a_code_at_either_end_is_a_pile_however_the_rest_is_rounded(decimals, value, side):
    x = normal(sd=12)
    x = x if decimals is None else np.round(x, decimals)
    assert found(np.concatenate([x, np.full(25, value)])) == [(value, 25.0, side)]


def test_a_code_near_whole_numbers_with_as_many_ties():
    ages = np.clip(np.round(normal(2000, 45, 14)), 18, 85)
    ages = ages[(ages > 18) & (ages < 85)]
    assert found(np.concatenate([ages, np.full(60, 99.0)])) == [(99.0, 60.0, "highest")]


def test_a_code_beside_few_distinct_values():
    scores = np.repeat(np.arange(1.0, 8.0), [20, 40, 60, 80, 60, 40, 20])
    assert found(np.concatenate([scores, np.full(30, 99.0)])) == [(99.0, 30.0, "highest")]
    assert found(scores) == []


ROUGH = {
    "continuous": normal(600, 40, 8),
    "one decimal": np.round(normal(600, 40, 8), 1),
    "whole": np.round(normal(600, 40, 8)),
    "scores": np.repeat(np.arange(1.0, 8.0), [20, 40, 60, 80, 60, 40, 20]),
}


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("rows", [(40, 25, 30), (20, 40, 16)])
@pytest.mark.parametrize("codes", [(98.0, 99.0), (97.0, 98.0, 99.0), (88.0, 99.0)])
@pytest.mark.parametrize("name", ROUGH)
def test_neighbouring_codes_do_not_hide_each_other(name, codes, rows, sign):
    rows = rows[: len(codes)]
    x = np.concatenate([ROUGH[name], np.repeat(codes, rows)])
    side = "highest" if sign > 0 else "lowest"
    assert found(sign * x) == [(sign * c, float(n), side) for c, n in zip(codes, rows, strict=True)][::sign]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("rows", [(200, 160), (160, 300)])
def test_neighbouring_codes_next_to_the_values(rows, sign):
    ages = np.round(normal(3000, 50, 18))
    x = np.concatenate([ages[(ages > 18) & (ages < 98)], np.repeat([98.0, 99.0], rows)])
    assert [value for value, *_ in found(sign * x)] == [sign * 98.0, sign * 99.0][::sign]


@pytest.mark.parametrize("name", ["continuous", "one decimal", "whole"])
def test_codes_at_both_ends(name):
    x = np.concatenate([ROUGH[name], np.full(30, -99.0), np.full(25, 98.0), np.full(20, 99.0)])
    expected = [(-99.0, 30.0, "lowest"), (98.0, 25.0, "highest"), (99.0, 20.0, "highest")]
    assert found(x) == expected
    assert found(-x) == [
        (-value, n, {"lowest": "highest", "highest": "lowest"}[side]) for value, n, side in expected[::-1]
    ]


def test_the_steep_end_of_counts_and_a_small_group_are_no_codes():
    visits = np.repeat(np.arange(20.0), [17923, 1347, 228, 36, 14, *([3] * 15)])
    assert [value for value, *_ in found(visits)] == [0.0]
    group = np.round(normal(200, 99, 2))
    assert found(np.concatenate([np.round(normal(600, 40, 8)), group])) == []
    assert found(np.concatenate([normal(600, 40, 8), np.repeat([97.0, 98.0, 99.0, 100.0], 30)])) == []


def test_a_ceiling_a_floor_and_a_tie_inside():
    x = normal(1000)
    assert found(np.clip(x, 40, 80)) == [
        (40.0, float(np.sum(x <= 40)), "lowest"),
        (80.0, float(np.sum(x >= 80)), "highest"),
    ]
    assert found(np.concatenate([x, np.full(80, 62.5)])) == [(62.5, 80.0, "inside")]
    assert found(np.concatenate([np.round(x), np.full(300, 62.0)]))[0][0] == 62.0
    assert found(np.concatenate([x - 60, np.zeros(40)])) == [(0.0, 40.0, "inside")]


def test_too_few_to_be_a_pile():
    assert found(np.concatenate([normal(100), np.full(9, -99.0)])) == []
    assert found(np.concatenate([normal(1000), np.full(19, -99.0)])) == []
    assert found(np.concatenate([normal(1000), np.full(40, 62.5)])) == []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "make",
    [
        lambda rng: rng.poisson(0.7, 800),
        lambda rng: rng.poisson(30, 800),
        lambda rng: rng.geometric(0.3, 800),
        lambda rng: rng.negative_binomial(1, 0.1, 800),
        lambda rng: rng.negative_binomial(3, 0.5, 2000),
        lambda rng: rng.binomial(20, 0.9, 800),
        lambda rng: np.round(rng.normal(0, 1, 3000), 1),
        lambda rng: np.round(rng.lognormal(3, 1, 2000)),
        lambda rng: rng.integers(1, 13, 900),
        lambda rng: rng.exponential(1.0, 500),
        lambda rng: np.round(rng.exponential(1.0, 2000), 1),
        lambda rng: rng.choice([1, 2, 5, 10, 20, 50, 100, 200, 500], 900),
        lambda rng: rng.integers(1980, 2021, 1000),
    ],
    ids=[
        *("steep poisson", "poisson", "geometric", "wide geometric", "negative binomial", "binomial"),
        *("rounded normal", "rounded lognormal", "months", "exponential", "rounded exponential"),
        *("few values", "years"),
    ],
)
def test_ties_of_lattices_and_steep_counts_are_no_piles(seed, make):
    assert found(np.asarray(make(np.random.default_rng(seed)), float)) == []


def test_favoured_values_are_heaping_not_piles():
    rng = np.random.default_rng(2)
    price = np.round(normal(3000, 50, 20, 3), 2)
    price = np.where(rng.random(3000) < 0.6, np.round(price / 10) * 10, price)
    several = piles(price)
    assert several.piles == ()
    assert len(several.heaped) > 3
    assert {pile.value % 10 for pile in several.heaped} == {0.0}


def test_the_zeros_of_heaped_values_are_still_a_pile():
    rng = np.random.default_rng(2)
    price = np.round(normal(3000, 50, 10, 3), 2)
    price = np.where(rng.random(3000) < 0.6, np.round(price / 5) * 5, price)
    assert found(np.concatenate([price, np.zeros(1500)])) == [(0.0, 1500.0, "lowest")]


@given(st.integers(-60, 60), st.sampled_from([1, -1]))
def test_scale_by_powers_of_two_and_mirror_go_straight_through(power, sign):
    x = np.concatenate([np.clip(np.round(normal(), 1), 30, 90), np.full(30, -99.0)])
    here = piles(x)
    there = piles(sign * np.ldexp(x, power))
    assert [np.ldexp(pile.value, power) * sign for pile in here.piles][::sign] == [
        pile.value for pile in there.piles
    ]
    assert [pile.rows for pile in here.piles][::sign] == [pile.rows for pile in there.piles]
