"""Matching the components of replicates: against all permutations, one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mix1d.uncertainty import matching
from mix1d.uncertainty.matching import match_components


def all_costs(means, sds, mixture, total):
    """Cost of every assignment of one replicate, by the formula, and the assignments."""
    w, m, s = mixture
    orders = list(itertools.permutations(range(len(w))))
    costs = [
        sum(
            total * w[j] * (((means[i] - m[j]) / s[j]) ** 2 + 2.0 * np.log(sds[i] / s[j]) ** 2)
            for j, i in enumerate(order)
        )
        for order in orders
    ]
    return np.array(costs), orders


def noisy(seed, k, spacing, noise, count=30):
    rng = np.random.default_rng(seed)
    mixture = rng.dirichlet(np.full(k, 3.0)), spacing * np.arange(k), rng.uniform(0.5, 2.0, k)
    means = mixture[1] + noise * rng.normal(size=(count, k))
    return means, mixture[2] * np.exp(noise * rng.normal(size=(count, k))), mixture, rng


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6), k=st.integers(2, 6), spacing=st.floats(0.0, 8.0), noise=st.floats(0.01, 1.0)
)
def test_the_cheapest_of_all_assignments_is_found(seed, k, spacing, noise):
    means, sds, mixture, _ = noisy(seed, k, spacing, noise, count=8)
    order, ambiguous = match_components(means, sds, mixture, 100.0)
    for b in range(len(means)):
        costs, orders = all_costs(means[b], sds[b], mixture, 100.0)
        best, second = np.sort(costs)[:2]
        assert costs[orders.index(tuple(order[b]))] == pytest.approx(best)
        if abs(second - 2.0 * best) > 1e-9 * best:
            assert ambiguous[b] == (second < 2.0 * best)


@pytest.mark.parametrize("few", [0, 5])
@pytest.mark.parametrize("k", [2, 3, 5])
def test_permuted_components_are_put_back(few, k, monkeypatch):
    """By all permutations and by the assignment solver."""
    monkeypatch.setattr(matching, "FEW", few)
    means, sds, mixture, rng = noisy(3, k, 9.0, 0.05)
    permuted = np.array([rng.permutation(k) for _ in means])
    order, ambiguous = match_components(
        np.take_along_axis(means, permuted, axis=1), np.take_along_axis(sds, permuted, axis=1), mixture, 50.0
    )
    assert np.array_equal(np.take_along_axis(permuted, order, axis=1), np.broadcast_to(np.arange(k), (30, k)))
    assert not ambiguous.any()


def test_components_with_one_mean_are_told_apart_by_their_sds():
    mixture = np.array([0.5, 0.5]), np.array([0.0, 0.0]), np.array([1.0, 6.0])
    order, ambiguous = match_components(
        np.array([[0.1, -0.1], [0.1, -0.1]]), np.array([[5.5, 1.1], [1.1, 5.5]]), mixture, 100.0
    )
    assert order.tolist() == [[1, 0], [0, 1]]
    assert ambiguous.tolist() == [False, False]


def test_halfway_between_is_ambiguous():
    mixture = np.array([0.5, 0.5]), np.array([0.0, 2.0]), np.array([1.0, 1.0])
    means = np.array([[0.9, 1.1], [0.1, 1.9]])
    _, ambiguous = match_components(means, np.ones((2, 2)), mixture, 100.0)
    assert ambiguous.tolist() == [True, False]


def test_one_component_needs_no_matching():
    mixture = np.array([1.0]), np.array([0.0]), np.array([1.0])
    order, ambiguous = match_components(np.array([[9.0], [-9.0]]), np.ones((2, 1)), mixture, 10.0)
    assert order.tolist() == [[0], [0]]
    assert ambiguous.tolist() == [False, False]


def test_units_do_not_matter():
    means, sds, mixture, _ = noisy(8, 4, 1.0, 0.4)
    order, ambiguous = match_components(means, sds, mixture, 80.0)
    f = 2.0**400
    scaled = match_components(f * means, f * sds, (mixture[0], f * mixture[1], f * mixture[2]), 80.0)
    assert np.array_equal(order, scaled[0])
    assert np.array_equal(ambiguous, scaled[1])
    assert ambiguous.any()


def test_tails_without_an_sd_are_told_apart_by_the_others():
    fit = np.array([0.5, 0.5]), np.array([0.0, 9.0]), np.array([np.inf, 1.0])
    with np.errstate(all="raise"):
        order, _ = match_components(
            np.array([[9.2, 0.1], [0.0, 9.0]]), np.array([[1.1, np.inf]] * 2), fit, 80.0
        )
    assert order[0].tolist() == [1, 0]
