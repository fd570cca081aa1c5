"""Every refusal of observations: which argument, what was found and where, what is allowed, what to do."""

import contextlib
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hostile
import mix1d
from mix1d.data.labels import components_of
from mix1d.data.observations import Observations
from mix1d.data.piles import piles_of
from mix1d.data.rounding import lattice_of
from mix1d.data.subsets import rounded_to, sample_of
from mix1d.data.terms import terms_of
from mix1d.errors import InputError
from mix1d.model.specification import read_specification
from silly import silly

INF, NAN = np.inf, np.nan


class Two:
    axes = ("x", "y")
    shape = (3, 2)

    def values(self):
        return np.ones((3, 2))


class Means:
    axes = ("x",)
    kind = "Kind.MEAN"

    def values(self):
        return np.ones(3)


PAIRS = "as upper= where it is the upper end of an interval, or as errors= where it is the standard deviation"
REFUSED = [
    # data
    (
        {"data": np.ones((3, 2))},
        f"data must have shape (n,) or (n, 1), got (3, 2): pass data[:, 0] as data, and "
        f"data[:, 1] {PAIRS} of a measurement",
    ),
    ({"data": [[1, 2], [3, 4], [5, 6]]}, f"got (3, 2): pass data[:, 0] as data, and data[:, 1] {PAIRS}"),
    ({"data": pd.DataFrame({"a": [1], "b": [2]})}, "got (1, 2): pass data.iloc[:, 0] as data"),
    ({"data": []}, "data is empty: at least one value is needed"),
    (
        {"data": [1, NAN]},
        'data must not have missing values (NaN or None), found 1, the first at index 1: pass missing="drop"',
    ),
    ({"data": [None, None], "missing": "drop"}, "data has no values: all 2 are missing"),
    ({"data": [1, -INF]}, "data must be finite, found -inf at index 1: remove"),
    ({"data": mix1d.Sketch.of([1.0, 2.0])}, "data must be a column for Observations, got a sketch"),
    ({"data": Observations([1.0])}, "data is Observations already"),
    (
        {"data": pa.array([{"x": 1.0, "y": 2.0}])},
        "must have the fields \"lower\" and \"upper\", got 'x', 'y'",
    ),
    # histograms
    ({"data": ([1, -2, -3], [0, 1, 2, 3])}, "counts must be finite and at least 0, found -2.0 at index 1"),
    ({"data": ([1, NAN], [0, 1, 2])}, "counts must be finite and at least 0, found nan at index 1"),
    ({"data": ([1, INF], [0, 1, 2])}, "counts must be finite and at least 0, found inf at index 1"),
    ({"data": ([1, 2], [0, 2, 2])}, "edges must rise, found 2.0 and then 2.0 at index 2: sort the bins"),
    ({"data": ([1, 2], [0, INF, 2])}, "edges must rise, found inf and then 2.0 at index 2"),
    ({"data": ([1, 2], [0, NAN, 2])}, "edges must be numbers, found NaN at index 1: write -inf or inf"),
    ({"data": ([0, 1, 2], [4, 5])}, "with one edge more than counts, got lengths 3 and 2: swap them"),
    ({"data": ([0, 0], [0, 1, 2])}, "counts must have at least one above 0, all are zero"),
    ({"data": ([], [0])}, "data as (counts, edges) has no bins"),
    (
        {"data": np.histogram([1.0, 2.0, 4.0], 4, density=True)},
        "counts must be numbers of rows, got a density",
    ),
    ({"data": ([1], [0, 1]), "sample_weight": [1]}, "sample_weight must be None for a histogram"),
    ({"data": ([1], [0, 1]), "upper": [1]}, "upper must be None for data that have upper ends"),
    ({"data": ([1], [0, 1]), "resolution": 1}, 'resolution must be "auto" or 0 for bins'),
    ({"data": Two()}, "data must be a histogram of one axis, got one of 2 axes: project it"),
    ({"data": Means()}, "data must be a histogram of counts, got one of means"),
    # upper ends and limits
    (
        {"data": [1, 2, 3], "upper": [1, 1, 0]},
        "upper must be at least the lower end in data, found 2.0 and 1.0 at index 1 (2 in all): swap",
    ),
    (
        {"data": [1, 2], "upper": [1]},
        "upper must have one end for each of the 2 rows of data, got 1: pass inf",
    ),
    (
        {"data": [INF, 2], "upper": [INF, 3]},
        "data must be below infinity as lower ends, found inf at index 0",
    ),
    ({"data": [1, 2], "upper": [-INF, 3]}, "upper must be above minus infinity, found -inf at index 0"),
    (
        {"data": [1, 2], "upper": [2, 3], "resolution": 0.5},
        'resolution must be "auto" or 0 for intervals (upper)',
    ),
    ({"data": ["<1", "<2"]}, "data must not lie all below limits, found 2 rows, the limits from 1.0 to 2.0"),
    ({"data": [">1"]}, "data must not lie all above limits, found 1 row, the limits from 1.0 to 1.0"),
    ({"data": ["<1", "n.d."]}, 'numbers and limits such as "<0.02" or ">100", found \'n.d.\' at index 1'),
    ({"data": ["<1", True]}, "must be numbers and limits, found the truth value True at index 1"),
    ({"data": ["<1", "1e999"]}, "data must be finite numbers and limits, found '1e999' at index 1"),
    ({"data": ["<1", 10**400]}, "data must be finite numbers and limits, found 1000"),
    ({"data": ["<1", [2]]}, "data must be numbers and limits, found [2] at index 1"),
    ({"data": ["1", "2"]}, "they look like numbers: convert them"),
    # resolution
    ({"data": [1], "resolution": -1}, 'resolution must be a number of at least 0 or "auto", got -1: pass'),
    ({"data": [1], "resolution": INF}, 'resolution must be a number of at least 0 or "auto", got inf'),
    ({"data": [1], "resolution": NAN}, 'resolution must be a number of at least 0 or "auto", got nan'),
    ({"data": [1], "resolution": None}, 'resolution must be a number of at least 0 or "auto", got None'),
    ({"data": [1], "resolution": "fine"}, "got 'fine'"),
    ({"data": [1], "resolution": [1]}, "got [1]"),
    (
        {"data": [1, 1e20], "resolution": 1},
        "wider than the spacing of doubles at the values, got 1.0 for 1e+20 at index 1",
    ),
    # errors
    (
        {"data": [1, 2, 3], "errors": [1, -1, -2]},
        "errors must be finite and at least 0, found -1.0 at index 1 (2 in all): pass standard deviations",
    ),
    ({"data": [1, 2], "errors": [1, NAN]}, "errors must be finite and at least 0, found nan at index 1"),
    ({"data": [1, 2], "errors": INF}, "errors must be finite and at least 0, found inf at index 0"),
    (
        {"data": [1, 2], "errors": [1]},
        "errors must have one standard deviation for each of the 2 rows of data, got 1",
    ),
    ({"data": [1, 2], "errors": "x"}, "errors must be a column of numbers, got the text 'x'"),
    # truncation
    (
        {"data": [1, 9, 9], "truncation": (0, 5)},
        "data must lie inside the window of truncation, found 9.0 at index 1, "
        "outside 0.0 to 5.0 (2 in all): widen",
    ),
    (
        {"data": [1, 6], "upper": [1, 7], "truncation": (0, 6)},
        "found 6.0 to 7.0 at index 1, outside 0.0 to 6.0",
    ),
    (
        {"data": [1, 4.9], "truncation": (5, None), "resolution": 1},
        "found 1.0 at index 0, outside 5.0 to inf",
    ),
    ({"data": [1], "truncation": 5}, "truncation must be a pair (low, high) of numbers or columns, got 5"),
    ({"data": [1], "truncation": (1, 2, 3)}, "truncation must be a pair (low, high)"),
    ({"data": [1, 2], "truncation": np.ones((2, 2))}, "got shape (2, 2): pass (a[:, 0], a[:, 1])"),
    ({"data": [1, 2], "truncation": (3, 1)}, "low end below its high end, got 3.0 and 1.0: correct"),
    ({"data": [1, 2], "truncation": ([0, 3], [5, 3])}, "got 3.0 and 3.0 at index 1: correct the window"),
    (
        {"data": [1, 2], "truncation": ([0], 5)},
        "truncation must have one low end for each of the 2 rows of data, got 1",
    ),
    ({"data": [1, 2], "truncation": (0, "x")}, "truncation must be a column of numbers, got the text 'x'"),
    # labels
    (
        {"data": [1, 2], "labels": ["a"]},
        "labels must have one label for each of the 2 rows of data, got 1: pass -1",
    ),
    ({"data": [1, 2], "labels": "ab"}, "labels must be a list or column with one label a row, got 'ab'"),
    ({"data": [1, 2], "labels": [1, 1.5]}, "labels must be words or whole numbers, found 1.5 at index 1"),
    (
        {"data": [1, 2], "labels": [1, -2]},
        "labels must be at least 0, or -1 for unknown, found -2 at index 1",
    ),
    (
        {"data": [1, 2], "labels": ["a", 1]},
        "all words or all whole numbers, got 'a' at index 0 and 1 at index 1",
    ),
    ({"data": [1, 2], "labels": [[1, 2], [3, 4]]}, "labels must have shape (n,) or (n, 1), got a row of 2"),
    # weights and the rest
    (
        {"data": [1, 2, 3], "sample_weight": [1, -1, NAN]},
        "sample_weight must be finite and at least 0, found -1.0 at index 1 (2 in all)",
    ),
    (
        {"data": [1, 2], "sample_weight": [0, 0]},
        "sample_weight must have at least one positive weight, all are zero",
    ),
    ({"data": [1, 2], "sample_weight": [1]}, "sample_weight must have one weight for each of the 2 rows"),
    ({"data": [1, 2], "sample_weight": [1e308, 1e308]}, "sample_weight must have a sum below 1.8e308"),
    ({"data": [1], "missing": "keep"}, 'missing must be "raise" or "drop", got \'keep\''),
    ({"data": [1], "name": 3}, "name must be a string or None, got 3"),
]


@pytest.mark.parametrize(("arguments", "words"), REFUSED, ids=[words[:50] for _, words in REFUSED])
def test_refused_with_words(arguments, words):
    with pytest.raises(InputError) as error:
        Observations(**arguments)
    assert words in str(error.value)
    assert ":" in str(error.value) or "pass" in str(error.value)


def test_more_labels_than_components():
    assert components_of(("a", "b"), 2) == (0, 1)
    assert components_of((1, 2, 3), 4) == (1, 2, 3)
    with pytest.raises(
        InputError, match=r"n_components must be at least the number of labels, 3 \(a, b, c\), got 2"
    ):
        components_of(("a", "b", "c"), 2)


def test_plain_only():
    with pytest.raises(InputError, match="data must be exact values without errors, truncation and labels"):
        sample_of(Observations([1.0, 2.0], errors=0.1))


NAMES = ["data", "sample_weight", "upper", "resolution", "errors", "truncation", "labels", "missing", "name"]


@pytest.mark.parametrize("argument", NAMES)
def test_whatever_is_given_is_taken_or_refused_with_words(argument):
    for what, value in silly().items():
        arguments = {"data": [1.0, 2.0, 2.0, 3.0], argument: value}
        with warnings.catch_warnings(), contextlib.suppress(InputError):
            warnings.simplefilter("error")
            obs = Observations(**arguments)
            assert repr(obs), what
            assert len(terms_of(obs).weight) > 0, what


@pytest.mark.parametrize("argument", ["sds", "means", "weights", "background", "set_apart"])
def test_whatever_is_assumed_is_taken_or_refused_with_words(argument):
    for what, value in silly().items():
        with contextlib.suppress(InputError):
            assert read_specification(**{argument: value}) is not None, what


@given(hostile.columns(), st.sampled_from(["errors", "resolution", "truncation", "rounded"]))
def test_every_finite_column_is_taken(values, kind):
    given = {
        "errors": {"errors": 0.5},
        "resolution": {"resolution": 0},
        "truncation": {"truncation": (values.min(), None)},
        "rounded": {},
    }[kind]
    obs = Observations(values, **given)
    assert repr(obs)
    terms = terms_of(obs)
    assert np.array_equal(terms.lower[terms.row], values)
    sample = sample_of(Observations(values))
    lattice = lattice_of(sample.values, sample.weights)
    piles_of(sample.values, sample.weights, lattice)
    if lattice is not None:
        assert 0 < lattice.step < np.inf
        assert lattice.share >= 0.9
        with contextlib.suppress(InputError):
            assert len(rounded_to(obs, lattice.step, lattice.holds(obs.lower))) == len(obs)
