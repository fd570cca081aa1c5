"""Observations pooled into terms: what is added up, in which order, and that no order of rows matters."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mix1d.data.observations import Observations
from mix1d.data.terms import ABOVE, BELOW, EXACT, INTERVAL, NOISY, terms_of

INF = np.inf


def test_kinds_stand_together_and_equal_rows_are_added():
    obs = Observations(
        [2, 1, 2, 0, -INF, 3, 2, 0],
        upper=[2, 1, 2, 1, 5, INF, 2, 1],
        errors=[0, 0, 0, 0, 0, 0, 0.5, 0.5],
        sample_weight=[1, 2, 4, 8, 16, 32, 64, 128],
    )
    terms = terms_of(obs)
    assert terms.kind.tolist() == [EXACT, EXACT, EXACT + NOISY, INTERVAL, INTERVAL + NOISY, BELOW, ABOVE]
    assert terms.weight.tolist() == [2, 5, 64, 8, 128, 16, 32]
    assert terms.lower.tolist() == [1, 2, 2, 0, 0, -INF, 3]
    assert terms.counts == (2, 1, 1, 1, 1, 0, 1, 0)
    assert terms.row.tolist() == [1, 0, 1, 3, 5, 6, 2, 4]
    assert (terms.total_weight, terms.exact_weight) == (255.0, 71.0)
    assert (terms.window, terms.common, terms.rounded_weight) == (None, False, 0.0)


def test_intervals_stand_by_their_middle_and_half_lines_by_their_end():
    terms = terms_of(Observations([0, 4, 3, -INF, -INF, 1], upper=[9, 5, 5, 7, 2, INF]))
    assert list(zip(terms.lower.tolist(), terms.upper.tolist(), strict=True)) == [
        (3, 5), (0, 9), (4, 5), (-INF, 2), (-INF, 7), (1, INF)
    ]  # fmt: skip


def test_a_common_window_stands_apart():
    terms = terms_of(Observations([1.0, 2.0], truncation=(0, None), errors=0.5))
    assert (terms.window, terms.common, terms.window_error) == ((0.0, INF), True, 0.5)
    assert terms.weight.min() > 0


def test_windows_of_rows_are_negative_terms_added_by_window_and_error():
    obs = Observations(
        [1, 2, 3, 4], truncation=([0, 0, 1, -INF], [9, 9, INF, INF]), sample_weight=[1, 2, 4, 8]
    )
    terms = terms_of(obs)
    negative = terms.weight < 0
    assert terms.weight[negative].tolist() == [-3.0, -4.0]
    assert terms.lower[negative].tolist() == [0.0, 1.0]
    assert terms.upper[negative].tolist() == [9.0, INF]
    assert (terms.window, terms.common) == (None, False)
    assert terms.total_weight == 15.0
    assert terms.weight[terms.row].tolist() == [1, 2, 4, 8]
    terms = terms_of(Observations([1, 2], truncation=([0, 1], [5, 9])))
    assert (terms.window, terms.common) == ((0.0, 9.0), False)


def test_unequal_errors_make_a_common_window_one_of_rows():
    terms = terms_of(Observations([1, 2], truncation=(0, 9), errors=[0.1, 0.2]))
    assert (terms.window, terms.common, terms.window_error) == ((0.0, 9.0), False, 0.1)
    assert terms.error[terms.weight < 0].tolist() == [0.1, 0.2]


def test_an_interval_and_a_window_that_are_equal_are_two_terms():
    terms = terms_of(Observations([0, 3], upper=[9, 3], truncation=([0, 1], [9, 9])))
    assert terms.weight.tolist() == [1.0, 1.0, -1.0, -1.0]


def test_the_normaliser_of_a_labelled_row_is_of_all_components():
    terms = terms_of(Observations([1, 2], truncation=([0, 1], 9), labels=["a", None]))
    assert terms.label[terms.weight < 0].tolist() == [-1, -1]
    assert terms.masks((3,))[terms.row].tolist() == [8, -1]
    assert terms.masks((3,))[terms.weight < 0].tolist() == [-1, -1]


def test_rounded_rows_have_the_unit_of_a_density():
    obs = Observations([1.0, 2.0, 2.0, "<0.5"], resolution=0.25)
    terms = terms_of(obs)
    assert (terms.rounded_weight, terms.step, terms.exact_weight) == (3.0, 0.25, 0.0)
    same = terms_of(Observations([0.875, 1.875, 1.875, -INF], upper=[1.125, 2.125, 2.125, 0.5]))
    assert np.array_equal(terms.lower, same.lower)
    assert np.array_equal(terms.weight, same.weight)
    assert same.rounded_weight == 0.0


def test_denormals_stand_in_their_order():
    terms = terms_of(Observations([5e-324, 0, 5e-324, 1e-323, 0]))
    assert terms.lower.tolist() == [0, 5e-324, 1e-323]
    assert terms.weight.tolist() == [2, 2, 1]


def test_widest_doubles_pool_without_overflow():
    terms = terms_of(Observations([1.2e308, -1.2e308], upper=[1.7e308, 1.2e308]))
    assert terms.lower.tolist() == [-1.2e308, 1.2e308]


ROWS = st.lists(
    st.tuples(
        st.sampled_from([-INF, 0.0, 1.0, 2.0]),
        st.sampled_from([2.0, 3.0, INF]),
        st.sampled_from([0.0, 0.3, 0.7]),
        st.sampled_from([0.1, 0.2, 1.0, 3.3]),
        st.sampled_from(["a", "b", None]),
        st.sampled_from([(-5.0, 9.0), (-5.0, 10.0), (None, None)]),
    ),
    min_size=1,
    max_size=12,
)


def observed(rows):
    lower, upper, error, weight, label, window = zip(*rows, strict=True)
    return Observations(
        [0.5, *lower],
        upper=[0.5, *upper],
        errors=[0, *error],
        sample_weight=[1, *weight],
        labels=["a", *label],
        truncation=([-5.0, *(low for low, _ in window)], [9.0, *(high for _, high in window)]),
        missing="drop",
    )


@given(ROWS, st.randoms())
def test_order_of_rows_does_not_change_a_bit(rows, random):
    terms = terms_of(observed(rows))
    shuffled = [*rows]
    random.shuffle(shuffled)
    again = terms_of(observed(shuffled))
    for name in ("kind", "lower", "upper", "error", "weight", "label"):
        assert np.array_equal(getattr(terms, name), getattr(again, name))
    assert terms[6:13] == again[6:13]
    assert (
        math.fsum(terms.weight[terms.weight > 0]) == terms.total_weight
        or abs(math.fsum(terms.weight[terms.weight > 0]) - terms.total_weight) < 1e-12 * terms.total_weight
    )


@given(ROWS)
def test_a_weight_is_a_repetition(rows):
    whole = [(*row[:3], 2.0, *row[4:]) for row in rows]
    once = [(*row[:3], 1.0, *row[4:]) for row in rows for _ in range(2)]
    one, other = terms_of(observed(whole)), terms_of(observed(once))
    for name in ("kind", "lower", "upper", "error", "weight", "label"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
