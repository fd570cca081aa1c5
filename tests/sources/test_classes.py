"""Tables of classes: how cells name them, where they meet, and which columns are meant."""

import numpy as np
import pytest

from mix1d.errors import InputError
from mix1d.sources.classes import as_histogram, class_columns, counts_in, even_classes, named_classes
from mix1d.sources.columns import Beside, Header, Wanted

INF = np.inf


@pytest.mark.parametrize(
    ("cell", "ends"),
    [
        ("10-12", (10, 12)),
        ("10 - 12", (10, 12)),
        ("10 – 12 cm", (10, 12)),
        ("-5--3", (-5, -3)),
        ("-5 to 3", (-5, 3)),
        ("1,5-2,5", (1.5, 2.5)),
        ("10 bis 12", (10, 12)),
        ("10..12", (10, 12)),
        ("1e3:2e3", (1000, 2000)),
        ("[10, 12)", (10, 12)),
        ("(10,12]", (10, 12)),
        ("]10;12]", (10, 12)),
        ("(1,5; 2,5]", (1.5, 2.5)),
        ("(-inf, 10]", (-INF, 10)),
        ("[60, inf)", (60, INF)),
        ("<10", (-INF, 10)),
        ("<= 10 mm", (-INF, 10)),
        ("≥60", (60, INF)),
        ("> 60", (60, INF)),
        ("60+", (60, INF)),
    ],
)
def test_cells_that_name_a_class(cell, ends):
    lower, upper, _ = named_classes([cell], "class")
    assert (lower[0], upper[0]) == ends


@pytest.mark.parametrize("cell", ["young", "10-", "10-12-14", "12-10", "[10,12", "2020-01-05", "1.5.2-3"])
def test_cells_that_do_not(cell):
    with pytest.raises(InputError, match="must be numbers, or written like 10-12") as error:
        named_classes(["1-2", cell], "class")
    assert "in row 2: correct that cell, or give the ends as two columns" in str(error.value)


def test_empty_cells_are_missing():
    lower, upper, note = named_classes(["1-2", None, " ", "2-3"], "class")
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [False, True, True, False]
    assert note.startswith("class: 2 classes")


def test_single_whole_numbers_among_classes_are_one_wide():
    lower, upper, _ = named_classes(["0", "1", "2-4", "5+"], "n")
    assert lower.tolist() == [-0.5, 0.5, 1.5, 4.5]
    assert upper.tolist() == [0.5, 1.5, 4.5, INF]


def test_a_class_without_a_row_is_no_gap_of_all():
    lower, upper, note = named_classes(["0-1", "1-2", "4-5"], "x")
    assert (lower.tolist(), upper.tolist()) == ([0, 1, 4], [1, 2, 5])
    assert "gaps" not in note
    lower, _, _ = named_classes(["0-1", "4-5"], "x")
    assert lower.tolist() == [0, 4], "a gap that is wider than the classes is no rounding"
    lower, _, note = named_classes(["10-12", "13-15", "19-21"], "x")
    assert lower.tolist() == [9.5, 12.5, 18.5]
    assert "leave gaps of 1" in note


@pytest.mark.parametrize("step", [0.1, 1.0, 1.53964, 5.0, 1e-7, 2e6])
@pytest.mark.parametrize("start", [0.0, -37.3, 1e3])
def test_even_midpoints_meet_whatever_the_step(step, start):
    places = np.array([0, 1, 2, 5, 6, 9])
    values = start * step + step * places
    lower, upper, _ = even_classes(values, "x", "n")
    np.testing.assert_allclose(upper - lower, step, rtol=1e-6)
    np.testing.assert_allclose(0.5 * (lower + upper), values, rtol=1e-9, atol=1e-9 * step)
    counts, edges = as_histogram(lower, upper, np.ones(6))
    assert counts.tolist() == [1, 1, 1, 0, 0, 1, 1, 0, 0, 1]
    np.testing.assert_allclose(np.diff(edges), step, rtol=1e-6)


def test_overlapping_classes_are_no_histogram():
    assert as_histogram(np.array([0.0, 1.0]), np.array([2.0, 3.0]), np.ones(2)) is None
    assert as_histogram(np.array([0.0, 1.0]), np.array([1.0, 1.0]), np.ones(2)) is None


def test_the_same_class_twice_is_one():
    counts, edges = as_histogram(
        np.array([0.0, 1.0, 0.0]), np.array([1.0, 2.0, 1.0]), np.array([2.0, 3.0, 4.0])
    )
    assert (counts.tolist(), edges.tolist()) == ([6, 3], [0, 1, 2])


def header(**kinds):
    numeric = tuple(name for name, kind in kinds.items() if kind == "double")
    return Header("table", kinds, numeric)


@pytest.mark.parametrize(
    ("kinds", "column", "upper"),
    [
        ({"lower": "double", "upper": "double", "n": "double"}, "lower", "upper"),
        ({"x_min": "double", "x_max": "double", "n": "double"}, "x_min", "x_max"),
        ({"binLow": "double", "binHigh": "double", "n": "double"}, "binLow", "binHigh"),
        ({"class": "text", "n": "double"}, "class", None),
        ({"site": "text", "middle": "double", "n": "double"}, None, None),
        ({"a": "text", "b": "text", "n": "double"}, None, None),
    ],
)
def test_which_columns_are_meant(kinds, column, upper):
    wanted = Wanted(beside=(Beside("--counts", "n"),), classes=True)
    found = class_columns(header(**kinds), wanted)
    assert (None if found is None else found.column) == column
    ends = [] if found is None else [one.column for one in found.beside if one.argument == "--upper"]
    assert ends == ([] if upper is None else [upper])


def test_which_column_counts():
    assert counts_in(header(length="double", Count="double")) == "Count"
    assert counts_in(header(count="double", freq="double")) is None
    assert counts_in(header(n="double")) is None
    assert counts_in(header(size="text", n="double")) == "n"
