"""Checks of the arguments that are not data."""

import itertools
import os

import numpy as np
import pytest

from mix1d.data.arguments import (
    DEFAULT_SEED,
    check_choice,
    check_count,
    check_level,
    check_n_components,
    check_positive,
    check_probability,
    check_rng,
    check_seed,
    check_threads,
)
from mix1d.errors import InputError


def message(check, *arguments, **named):
    with pytest.raises(InputError) as caught:
        check(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, (3,)),
        (np.int16(3), (3,)),
        (np.array(3), (3,)),
        (range(1, 4), (1, 2, 3)),
        ([3, 1, 3], (1, 3)),
        ({2, 1}, (1, 2)),
        (np.array([2, 1]), (1, 2)),
        (iter((4, 2)), (2, 4)),
    ],
)
def test_n_components(value, wanted):
    numbers = check_n_components(value, 10)
    assert numbers == wanted
    assert all(type(number) is int for number in numbers)


@pytest.mark.parametrize(
    ("n_distinct", "last"),
    [(1, 1), (5, 1), (9, 3), (10, 3), (14, 3), (20, 4), (49, 9), (50, 10), (10_000, 10)],
)
def test_n_components_by_default(n_distinct, last):
    assert check_n_components(None, n_distinct) == tuple(range(1, last + 1))


TOO_MANY = "n_components must be at most the number of distinct values, 2, got 3: ask for fewer"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "n_components must be at least 1, got 0: ask for one or more"),
        ([2, -1], "n_components must be at least 1, got -1: ask for one or more"),
        (3, TOO_MANY),
        ([1, 3], TOO_MANY),
        (itertools.count(1), TOO_MANY),
        (2.0, "n_components must be a whole number, got 2.0: write 2"),
        (2.5, "n_components must be a whole number, got 2.5: pass an int"),
        (np.float64(2.0), "n_components must be a whole number, got 2.0: write 2"),
        (True, "n_components must be a whole number, got True: pass an int"),
        (np.True_, "n_components must be a whole number, got True: pass an int"),
        ("2", "n_components must be a whole number, got '2': pass an int"),
        ([1, "a"], "n_components must be a whole number, got 'a': pass an int"),
        ([], "n_components must name at least one number, got none: pass for example range(1, 6)"),
    ],
)
def test_bad_n_components(value, text):
    assert message(check_n_components, value, 2) == text


def test_choice():
    assert check_choice("sds", "equal", ("free", "equal", "auto")) == "equal"
    wanted = 'sds must be "free", "equal" or "auto", got \'tied\': pass one of these'
    assert message(check_choice, "sds", "tied", ("free", "equal", "auto")) == wanted
    assert message(check_choice, "sds", None, ("free",)) == 'sds must be "free", got None: pass one of these'


def test_positive():
    assert check_positive("tol", np.float32(0.5)) == 0.5
    for value in (0, -1.0, float("nan"), float("inf")):
        wanted = f"tol must be positive and finite, got {value}: pass a number above 0"
        assert message(check_positive, "tol", value) == wanted
    for value in ("1", None, True, [1.0, 2.0], 10**400):
        assert message(check_positive, "tol", value).startswith("tol must be a positive number, got ")


def test_count():
    assert check_count("max_iter", np.int64(5)) == 5
    assert check_count("max_iter", 0, minimum=0) == 0
    assert message(check_count, "max_iter", 0) == "max_iter must be at least 1, got 0: pass a larger number"
    assert message(check_count, "max_iter", 10.0) == "max_iter must be a whole number, got 10.0: write 10"
    assert message(check_count, "max_iter", None) == "max_iter must be a whole number, got None: pass an int"


def test_probability():
    assert [check_probability("p", p) for p in (0, 0.3, 1)] == [0.0, 0.3, 1.0]
    for value in (-0.1, 1.1, float("nan")):
        wanted = f"p must lie between 0 and 1, got {value}: pass a probability"
        assert message(check_probability, "p", value) == wanted
    assert message(check_probability, "p", "x") == "p must be a probability, got 'x': pass a float"


def test_level():
    assert check_level("level", 0.9) == 0.9
    assert message(check_level, "level", 95) == "level must lie strictly between 0 and 1, got 95: write 0.95"
    for value in (0, 1, -1, float("nan")):
        wanted = f"level must lie strictly between 0 and 1, got {value}: pass for example 0.95"
        assert message(check_level, "level", value) == wanted


def test_rng():
    generator = np.random.default_rng(5)
    assert check_rng(generator) is generator
    assert check_rng(5).random() == np.random.default_rng(5).random()
    assert check_rng(np.int32(5)).random() == check_rng(5).random()
    assert check_rng(None).random() == check_rng(None).random()
    assert check_rng(None, none="fresh").random() != check_rng(None, none="fresh").random()


def test_seed():
    assert check_seed(None) == DEFAULT_SEED
    assert check_seed(np.uint64(2**64 - 1)) == 2**64 - 1
    generator = np.random.default_rng(5)
    seeds = [check_seed(generator), check_seed(generator)]
    again = np.random.default_rng(5)
    assert seeds == [check_seed(again), check_seed(again)]
    assert all(type(seed) is int and 0 <= seed < 2**64 for seed in seeds)
    assert seeds[0] != seeds[1]
    wanted = "rng must be a seed below 2**64, got 18446744073709551616: pass a smaller integer"
    assert message(check_seed, 2**64) == wanted


@pytest.mark.parametrize("check", [check_rng, check_seed])
@pytest.mark.parametrize(
    ("rng", "found"),
    [(np.random.RandomState(1), "a RandomState"), (1.0, "1.0"), (True, "True"), ("a", "'a'")],
)
def test_bad_rng(check, rng, found):
    assert message(check, rng) == (
        f"rng must be None, a seed or a numpy.random.Generator, got {found}: "
        "pass numpy.random.default_rng(seed)"
    )


@pytest.mark.parametrize("check", [check_rng, check_seed])
def test_negative_seed(check):
    wanted = "rng must be a seed of at least 0, got -1: pass a non-negative integer"
    assert message(check, -1) == wanted


def test_threads():
    assert check_threads(3) == 3
    assert 1 <= check_threads(None) <= (os.cpu_count() or 1)
    assert message(check_threads, 0) == "threads must be at least 1, got 0: pass a larger number"
    assert message(check_threads, "all") == "threads must be a whole number, got 'all': pass an int"
