"""Which families "auto" compares for whole numbers."""

import numpy as np
import pytest

import mix1d
from mix1d import Component, Mixture
from mix1d.model.choice import allowed_by

COUNTED = {"poisson", "negative_binomial"}


def compared(x, **options):
    return {row.family for row in mix1d.fit(x, [1, 2], family="auto", **options).selection}


def weeks(n):
    """Durations in whole weeks, whose variance is a sixth of their mean."""
    return np.round(np.random.default_rng(4).normal(38.7, 2.5, n))


@pytest.mark.parametrize("n", [60, 1000])
def test_whole_numbers_narrower_than_any_count_are_measurements(n):
    assert not compared(weeks(n)) & COUNTED
    assert not compared(weeks(n), resolution=0) & COUNTED


def test_the_weight_of_a_value_counts_as_so_many():
    values, counts = np.unique(weeks(1000), return_counts=True)
    assert not compared(values, sample_weight=counts.astype(float)) & COUNTED


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0])
def test_poissons_stay_counts(mean):
    truth = Mixture([1.0], components=[Component("poisson", mean=mean)])
    for seed in range(20):
        assert compared(truth.sample(100, rng=seed)) == COUNTED


def test_a_narrow_group_among_counts_does_not_make_measurements():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.binomial(10, 0.9, 200), rng.poisson(40.0, 200)]).astype(float)
    assert compared(x) == COUNTED


def test_squares_beyond_doubles_are_wide():
    x = np.array([1.0, 2.0, 1e200])
    with np.errstate(all="raise"):
        assert set(allowed_by(x, x)) == COUNTED


def test_rare_small_values_do_not_make_counts():
    """Most are around 160, but most of the different values are below 100."""
    x = np.concatenate([np.arange(1.0, 100.0), np.random.default_rng(2).integers(150, 170, 900)])
    assert not compared(x) & COUNTED
