"""Tests for the number of components in words."""

import numpy as np
import pytest

import mix1d
from mix1d.selection.record import OrderTest
from mix1d.selection.words import outcome, sequential
from mix1d.words import p_words


def of_equal_components(k):
    return mix1d.Mixture(np.full(k, 1.0 / k), np.arange(k), np.ones(k))


def record(k, p_value):
    null, alternative = of_equal_components(k), of_equal_components(k + 1)
    return OrderTest(1.0, p_value, null, alternative, "em", 0, 0, None, np.empty(0), outcome(k, p_value), k)


@pytest.mark.parametrize(
    ("p_values", "words"),
    [
        ([0.0004, 0.21], "at least 2 components (p < .001), 3 not supported (p = .21)"),
        ([0.21], "2 components not supported (p = .21)"),
        ([0.21, 0.001], "2 components not supported (p = .21)"),
        ([0.01, 0.03], "at least 3 components (p = .030)"),
        ([0.01, 0.03, 0.0501], "at least 3 components (p = .030), 4 not supported (p = .0501)"),
        ([0.05], "at least 2 components (p = .050)"),
    ],
)
def test_sequential_words(p_values, words):
    assert sequential([record(k, p) for k, p in enumerate(p_values, 1)]) == words


@pytest.mark.parametrize(("numbers", "found"), [([], "none"), ([1, 3], "1, 3"), ([2, 1], "2, 1")])
def test_sequential_needs_consecutive_numbers(numbers, found):
    with pytest.raises(mix1d.InputError, match=f"consecutive numbers of components, got {found}"):
        sequential([record(k, 0.01) for k in numbers])


def test_sequential_takes_the_numbers_tested():
    """Where the data show fewer components than were tested, the null has fewer."""
    empty = mix1d.Mixture([1.0], [0.0], [1.0]), mix1d.Mixture([0.5, 0.5], [0.0, 1.0], [1.0, 1.0])
    none = np.empty(0)
    second = OrderTest(1.0, 0.3, *empty, "em", 0, 0, None, none, outcome(2, 0.3, real=1), 2)
    assert (
        second.message == "3 components are not supported against 2, of which the data show only 1 (p = .30)"
    )
    assert (
        sequential([record(1, 0.01), second]) == "at least 2 components (p = .010), 3 not supported (p = .30)"
    )


def test_the_words_never_contradict_the_level():
    for p in [*np.linspace(0.0, 1.0, 2001), 0.05 + 1e-9, 0.05 - 1e-9]:
        words = p_words(float(p))
        said = float(words.split()[-1])
        assert (said <= 0.05) == (p <= 0.05)
        assert words[:3] == "p <" or words[:3] == "p >" or said == pytest.approx(p, abs=0.00501)


def test_messages():
    assert outcome(1, 0.001, 999) == (
        "2 components fit significantly better than 1 (p = .001, 999 replicates)"
    )
    assert outcome(2, 0.3, 1) == "3 components are not supported against 2 (p = .30, 1 replicate)"
    assert outcome(2, 0.05) == "3 components fit significantly better than 2 (p = .050)"
