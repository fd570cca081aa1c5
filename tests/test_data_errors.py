"""Bad input: each kind has one message that says what was found, where, and what to do."""

import datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from mix1d.data.sample import read_sample
from mix1d.errors import InputError, Mix1dError

NAN, INF = float("nan"), float("inf")
LARGE = np.linspace(0.0, 1.0, 100_000)


def message(data, sample_weight=None, **arguments):
    with pytest.raises(InputError) as caught:
        read_sample(data, sample_weight, **arguments)
    return str(caught.value)


def large(**changes):
    """A long column of continuous values with some of them changed."""
    column = LARGE.copy()
    for key, value in changes.items():
        column[int(key[1:])] = value
    return column


def test_is_a_value_error_and_ours():
    assert issubclass(InputError, ValueError)
    assert issubclass(InputError, Mix1dError)


# --- values ---------------------------------------------------------------------------------------

MISSING = (
    "data must not have missing values (NaN or None), found 2, the first at index 1: "
    'pass missing="drop" to leave them out'
)


@pytest.mark.parametrize(
    "data",
    [
        [1, NAN, 3, NAN],
        [1, None, 3, None],
        (1, None, 3, pd.NA),
        np.array([1, NAN, 3, NAN], ">f4"),
        np.array([1, NAN, 3, NAN], "f2"),
        np.array([1, None, 3, None]),
        np.ma.masked_array([1, 2, 3, 4], [0, 1, 0, 1]),
        pd.Series([1, None, 3, None], dtype="Int64"),
        pd.Series([1, None, 3, None], dtype="int64[pyarrow]"),
        pl.Series([1, None, 3, None]),
        pa.array([1, None, 3, None]),
        large(_1=NAN, _99_999=NAN),
        large(_1=NAN, _99_999=NAN).astype("f4"),
        np.arange(100_000.0) % 10 + np.where(np.isin(np.arange(100_000), (1, 70_000)), NAN, 0),
    ],
)
def test_missing_values(data):
    assert message(data) == MISSING


@pytest.mark.parametrize("missing", ["raise", "drop"])
@pytest.mark.parametrize(
    "data", [[None, NAN], np.full(2, NAN), pa.nulls(2), pl.Series([None, None]), [[NAN], [NAN]]]
)
def test_all_missing(data, missing):
    wanted = "data has no values: all 2 are missing (NaN or None); pass at least one number"
    assert message(data, missing=missing) == wanted


def test_all_missing_large():
    wanted = "data has no values: all 100000 are missing (NaN or None); pass at least one number"
    assert message(np.full(100_000, NAN), missing="drop") == wanted
    assert message([NAN]).startswith("data has no values: the only one is missing")


@pytest.mark.parametrize("missing", ["raise", "drop"])
@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", ">f8"])
def test_infinite_values(dtype, missing):
    wanted = "data must be finite, found -inf at index 2 (2 in all): remove infinite values or replace them"
    assert message(np.array([1, NAN, -INF, INF], dtype), missing=missing) == wanted
    wanted = "data must be finite, found inf at index 1: remove infinite values or replace them"
    assert message([1.0, INF]) == wanted


def test_infinite_values_large():
    wanted = (
        "data must be finite, found inf at index 70000 (2 in all): remove infinite values or replace them"
    )
    assert message(large(_70_000=INF, _99_999=-INF)) == wanted
    assert message(large(_70_000=INF, _99_999=-INF).astype("f4")) == wanted
    assert message(np.where(np.isin(np.arange(80_000), (70_000, 70_001)), INF, 1.0)) == wanted


def test_an_infinite_value_of_weight_zero_is_refused_too():
    assert message([1.0, INF], [1.0, 0.0]).startswith("data must be finite, found inf at index 1")


@pytest.mark.parametrize("value", [10**400, Decimal("1e400")])
def test_beyond_a_double(value):
    text = message([1, value])
    assert text.startswith("data must fit a double (at most 1.8e308), found ")
    assert text.endswith(" at index 1: rescale or remove it")


def test_long_double_beyond_a_double():
    values = np.array([1, 2], "g") * np.longdouble(2) ** 1080
    if np.isinf(values).any():  # where a long double is a double
        assert message(values).startswith("data must be finite")
    else:
        assert message(values).startswith("data must fit a double (at most 1.8e308), found 1.2")
        assert " at index 0 (2 in all): rescale or remove such values" in message(values)


@pytest.mark.parametrize(
    "data", [[], (), np.array([]), np.array([], "U1"), pd.Series([], dtype=float), pl.Series([])]
)
def test_empty(data):
    assert message(data) == "data is empty: at least one value is needed"


# --- types ----------------------------------------------------------------------------------------

ASTYPE = "convert them with astype(float) if 0 and 1 are meant"
DATES = "convert them to numbers first, for example to days since the first one"
NUMERIC = "they look like numbers: convert them, for example with numpy.asarray(values, dtype=float)"
COMPLEX = "take the real part or the absolute value"
SECONDS = "convert them to numbers first, for example to seconds"
DAY = datetime.date(2026, 1, 2)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ([True, False], f"truth values (True at index 0): {ASTYPE}"),
        ([1.0, False], f"truth values (False at index 1): {ASTYPE}"),
        (np.array([True, False]), f"truth values (True at index 0): {ASTYPE}"),
        (np.array([1, np.bool_(True)], object), f"truth values (True at index 1): {ASTYPE}"),
        (pd.Series([True, None], dtype="boolean"), f"truth values (True at index 0): {ASTYPE}"),
        (pl.Series([True]), f"truth values: {ASTYPE}"),
        ([1.0, 2 + 1j], f"complex numbers ((2+1j) at index 1): {COMPLEX}"),
        (np.array([1j, 2]), f"complex numbers (1j at index 0): {COMPLEX}"),
        ([1.0, np.complex64(2)], f"complex numbers ((2+0j) at index 1): {COMPLEX}"),
        (["a", 1], "text ('a' at index 0): pass numbers"),
        (["1.5", "2"], f"text ('1.5' at index 0): {NUMERIC}"),
        ([1.5, "2"], f"text ('2' at index 1): {NUMERIC}"),
        (np.array(["1.5", "b"]), f"text ('1.5' at index 0): {NUMERIC}"),
        (np.array([b"x"]), "text (b'x' at index 0): pass numbers"),
        (pd.Series(["1.5"]), f"text ('1.5' at index 0): {NUMERIC}"),
        (pd.Series(["low", "high"], dtype="category"), "text ('low' at index 0): pass numbers"),
        (pl.Series(["1.5"]), "text: pass numbers"),
        (pa.array(["a"]), "text: pass numbers"),
        ([DAY], f"dates (datetime.date(2026, 1, 2) at index 0): {DATES}"),
        (np.array(["2026-01-02"], "M8[D]"), f"dates (2026-01-02 at index 0): {DATES}"),
        (pl.Series([DAY]), f"dates: {DATES}"),
        (pa.array([datetime.datetime(2026, 1, 2)]), f"dates: {DATES}"),
        (np.array([3], "m8[s]"), f"durations (3 seconds at index 0): {SECONDS}"),
        (pl.Series([datetime.timedelta(1)]), f"durations: {SECONDS}"),
        ([1.0, datetime.timedelta(1)], f"durations (datetime.timedelta(days=1) at index 1): {SECONDS}"),
        ([Path("x")], "objects (PosixPath('x') at index 0): pass numbers"),
        ([{"a": 1}], "nested values ({'a': 1} at index 0): pass one number per row"),
        (pl.Series([Decimal("1.5")]), "decimal numbers of a database type: cast the column to float64"),
        (pl.Series([[1.0], [2.0]]), "nested values: pass one number per row"),
        (pa.array([1, 1]).dictionary_encode(), "dictionary-encoded values: decode the column first"),
    ],
)
def test_not_real_numbers(data, found):
    assert message(data) == f"data must be real numbers, got {found}"


def test_dates_in_pandas():
    for dtype in ("datetime64[ns]", "datetime64[ns, UTC]"):
        text = message(pd.Series(["2026-01-02"]).astype(dtype))
        assert text.startswith("data must be real numbers, got dates (")
        assert text.endswith(f" at index 0): {DATES}")


HOLDERS = "pass a list, an array or a column of a table"


def test_long_values_are_cut():
    assert "'xxx" in message(["x" * 1000])
    assert len(message(["x" * 1000])) < 120


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("waiting.csv", "data must be a column of numbers, got the text 'waiting.csv': read the file first"),
        (3.5, f"data must be a column of numbers, got float 3.5: {HOLDERS}"),
        (None, f"data must be a column of numbers, got NoneType None: {HOLDERS}"),
        ({"a": [1]}, f"data must be a column of numbers, got dict {{'a': [1]}}: {HOLDERS}"),
        ({1, 2}, "data must be a list, an array or a column of a table, got set: pass list(data)"),
        (
            iter([]),
            "data must be a list, an array or a column of a table, got list_iterator: pass list(data)",
        ),
        (
            {}.values(),
            "data must be a list, an array or a column of a table, got dict_values: pass list(data)",
        ),
    ],
)
def test_not_a_column(data, text):
    assert message(data) == text


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no memory")

    def __repr__(self):
        return "Broken"


class BrokenStream:
    def __arrow_c_stream__(self, requested_schema=None):
        return 3


def test_a_column_that_fails():
    text = message(Broken())
    assert "could not be read as an array (no memory): convert it to a NumPy array first" in text
    text = message(BrokenStream())
    assert "could not be read through the Arrow interface (" in text
    assert text.endswith("convert it to a NumPy array first")


# --- shapes ---------------------------------------------------------------------------------------

COLUMNS = "data must be one column, got a table with 2 columns ('a', 'b'): select one, for example data['a']"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (np.zeros((5, 2)), "(5, 2): select one column, for example data[:, 0]"),
        ([[1, 2], [3, 4], [5, 6]], "(3, 2): select one column, for example data[:, 0]"),
        (np.zeros((1, 5)), "(1, 5): pass data.ravel()"),
        (np.zeros((2, 3, 4)), "(2, 3, 4): select one column, for example data[:, 0, 0]"),
        (np.ma.zeros((5, 2)), "(5, 2): select one column, for example data[:, 0]"),
        (np.array(1.5), "(): pass [1.5] for a single value"),
        (np.float64(1.5), "(): pass [1.5] for a single value"),
    ],
)
def test_wrong_shape(data, text):
    assert message(data) == f"data must have shape (n,) or (n, 1), got {text}"


@pytest.mark.parametrize("table", [pd.DataFrame, pl.DataFrame, pa.table])
def test_tables_of_several_columns(table):
    assert message(table({"a": [1.0], "b": [2.0]})) == COLUMNS


def test_tables_of_no_column():
    wanted = "data must be one column, got a table with 0 columns (): pass a column of numbers"
    assert message(pd.DataFrame()) == wanted


def test_ragged_rows():
    wanted = "data must hold one number per row, got rows of unequal lengths: pass a flat list"
    assert message([[1], [2, 3]]) == wanted


def test_records():
    text = message(np.zeros(2, [("x", float), ("y", int)]))
    assert text.startswith("data must be one column of numbers, got records (")
    assert text.endswith("select a field, for example data['x']")


# --- weights --------------------------------------------------------------------------------------

BAD_WEIGHT = (
    "sample_weight must be finite and at least 0, found {} at index {}: use 0 for rows that should not count"
)


@pytest.mark.parametrize("value", [-1.0, NAN, INF, -INF])
@pytest.mark.parametrize("n", [3, 100_000])
def test_bad_weights(value, n):
    weights = np.ones(n)
    weights[2] = value
    assert message(LARGE[:n], weights) == BAD_WEIGHT.format(value, 2)
    weights[1] = -2.0
    assert message(LARGE[:n], weights) == BAD_WEIGHT.format(-2.0, "1 (2 in all)")


def test_a_weight_of_none_is_refused():
    assert message([1, 2], [1, None]) == BAD_WEIGHT.format("nan", 1)


@pytest.mark.parametrize("n", [3, 100_000])
def test_all_weights_zero(n):
    wanted = "sample_weight must have at least one positive weight, all are zero: pass None for equal weights"
    assert message(LARGE[:n], np.zeros(n)) == wanted


@pytest.mark.parametrize("weights", [[1, 2], [1, 2, 3, 4], [], pl.Series([1.0])])
def test_wrong_number_of_weights(weights):
    assert message([1, None, 3], weights, missing="drop") == (
        f"sample_weight must have one weight for each of the 3 rows of data, got {len(weights)}: "
        "pass a weight for every row, missing ones too"
    )


@pytest.mark.parametrize("n", [2, 100_000])
def test_weights_that_overflow(n):
    wanted = "sample_weight must have a sum below 1.8e308, got more: divide all weights by the largest"
    assert message(LARGE[:n], np.full(n, 1e308)) == wanted
    assert message(np.zeros(n), np.full(n, 1e308)) == wanted


@pytest.mark.parametrize(
    ("weights", "text"),
    [
        ([True, False], f"sample_weight must be real numbers, got truth values (True at index 0): {ASTYPE}"),
        (["1", "2"], f"sample_weight must be real numbers, got text ('1' at index 0): {NUMERIC}"),
        (
            [[1, 2], [3, 4]],
            "sample_weight must have shape (n,) or (n, 1), got (2, 2): "
            "select one column, for example sample_weight[:, 0]",
        ),
        (2.0, f"sample_weight must be a column of numbers, got float 2.0: {HOLDERS}"),
    ],
)
def test_weights_of_the_wrong_type(weights, text):
    assert message([1, 2], weights) == text


# --- the other arguments of read_sample -----------------------------------------------------------


def test_missing_is_one_of_two_words():
    wanted = """missing must be "raise" or "drop", got 'omit': pass one of these"""
    assert message([1], missing="omit") == wanted


def test_threads_are_checked_at_any_length():
    assert message([1], threads=0) == "threads must be at least 1, got 0: pass a larger number"


def test_name_is_text():
    assert message([1], name=3) == "name must be a string or None, got 3: pass str(name)"
