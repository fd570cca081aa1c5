"""fit_many with data frames: in through their own columns, out in the caller's own library."""

import importlib.util
import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import engines
import mix1d

RNG = np.random.default_rng(3)
NUMBERS = np.concatenate([RNG.normal(0.0, 1.0, (40, 3)), RNG.normal(5.0, 1.0, (30, 3))])
NAMES = ["low", "mid", "high"]
TEXT = ["x"] * 70
HEAVY = RNG.integers(1, 4, 70)


def expected(**options):
    return mix1d.fit_many({**dict(zip(NAMES, NUMBERS.T, strict=True)), "text": TEXT}, [1, 2], **options)


def make(library, table):
    return {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[library](table)


def as_dict(frame):
    """A frame of any library as a dict of lists, NaN for null."""
    if isinstance(frame, pd.DataFrame):
        return frame.to_dict("list")
    return frame.to_pydict() if isinstance(frame, pa.Table) else frame.to_dict(as_series=False)


def assert_frame(frame, table):
    """Whether a wide frame says what a dict of arrays says, to the bit."""
    found = as_dict(frame)
    flat = {}
    for name, values in table.items():
        if values.ndim == 1:
            flat[name] = values
        else:
            flat.update({f"{name[:-1]}_{j + 1}": values[:, j] for j in range(values.shape[1])})
    assert set(found) == set(flat)
    for name, values in flat.items():
        if values.dtype.kind == "f":
            assert np.array(found[name], float).tobytes() == values.tobytes(), name
        elif name == "error":  # libraries say more or less of what they hold
            assert [text.partition(" (")[0].partition(":")[0] for text in found[name]] == (
                [text.partition(" (")[0].partition(":")[0] for text in values.tolist()]
            )
        else:
            assert found[name] == values.tolist(), name


@pytest.fixture(params=["pandas", "polars", "pyarrow"])
def library(request):
    return request.param


@pytest.fixture
def frame(library):
    return make(library, {**dict(zip(NAMES, NUMBERS.T, strict=True)), "text": TEXT})


def test_the_table_comes_back_in_the_callers_library(frame, library):
    table = mix1d.fit_many(frame, [1, 2])
    assert type(table) is type(frame)
    assert_frame(table, expected())
    names = list(as_dict(table))
    assert names[:8] == ["column", "n", "n_missing", "total_weight", "k", "weight_1", "mean_1", "sd_1"]
    assert as_dict(table)["error"][3].startswith("data must be real numbers, got text")


def test_the_long_layout(frame, library):
    table = mix1d.fit_many(frame, [1, 2], layout="long")
    assert type(table) is type(frame)
    assert_frame(table, expected(layout="long"))


def test_a_column_of_weights_is_not_fitted(library):
    frame = make(library, {"heavy": HEAVY, **dict(zip(NAMES, NUMBERS.T, strict=True))})
    table = mix1d.fit_many(frame, [1, 2], sample_weight="heavy")
    columns = dict(zip(NAMES, NUMBERS.T, strict=True))
    assert_frame(
        table, mix1d.fit_many(columns, [1, 2], sample_weight=dict.fromkeys(columns, HEAVY.astype(float)))
    )


def test_groups_of_rows_are_columns(library):
    order = RNG.permutation(3 * 70)
    labels = np.repeat(NAMES, 70)[order]
    values = NUMBERS.T.ravel()[order]
    frame = make(library, {"gene": labels.tolist(), "level": values, "note": ["n"] * 210})
    table = mix1d.fit_many(frame, [1, 2], by="gene")
    assert type(table) is type(frame)
    plain = mix1d.fit_many(values, [1, 2], by=labels)
    assert_frame(table, plain)
    assert_frame(mix1d.fit_many(frame, [1, 2], by=labels, column="level"), plain)
    wide = mix1d.fit_many(dict(zip(NAMES, NUMBERS.T, strict=True)), [1, 2])
    for row, name in enumerate(sorted(NAMES)):
        place = NAMES.index(name)
        assert plain["group"][row] == name
        assert plain["means"][row].tobytes() == wide["means"][place].tobytes()
    heavy = make(library, {"gene": labels.tolist(), "level": values, "w": np.tile(HEAVY, 3)})
    assert_frame(
        mix1d.fit_many(heavy, [1, 2], by="gene", sample_weight="w"),
        mix1d.fit_many(values, [1, 2], by=labels, sample_weight=np.tile(HEAVY, 3)),
    )


def test_missing_values_and_labels_of_every_library(library):
    values = [1.0, None, 2.0, 5.0, 5.5, 9.0]
    labels = ["b", "a", "a", None, "b", "a"]
    table = as_dict(mix1d.fit_many(make(library, {"gene": labels, "level": values}), 1, by="gene"))
    assert table["n"] == [2, 2, 1]
    assert table["n_missing"] == [1, 0, 0]
    assert table["mean_1"] == [5.5, 3.25, 5.0]
    assert table["group"][:2] == ["a", "b"]
    assert pd.isna(table["group"][2])


def test_nullable_columns_of_pandas():
    frame = pd.DataFrame(
        {
            "numpy": [1.0, np.nan, 2.0, 5.0],
            "nullable": pd.array([1.0, None, 2.0, 5.0], "Float64"),
            "whole": pd.array([1, None, 2, 5], "Int64"),
            "arrow": pd.array([1.0, None, 2.0, 5.0], "double[pyarrow]"),
            "objects": pd.Series([1.0, None, 2.0, 5.0], dtype=object),
        }
    )
    table = mix1d.fit_many(frame, 1)
    assert table["n"].tolist() == [3] * 5
    assert table["n_missing"].tolist() == [1] * 5
    assert len({value.hex() for value in table["sd_1"]}) == 1


def test_pandas_keeps_its_labels():
    frame = pd.DataFrame(NUMBERS, columns=pd.Index(NAMES, name="gene"))
    table = mix1d.fit_many(frame, 2)
    assert table.index.equals(frame.columns)
    assert table.index.name == "gene"
    assert table.loc["mid", "mean_1"] == table["mean_1"].iloc[1]
    several = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)])
    assert mix1d.fit_many(frame.set_axis(several, axis=1), 2).loc[("b", 1), "k"] == 2
    long = mix1d.fit_many(frame, 2, layout="long")
    assert long.index.tolist() == list(range(6))


def test_names_that_occur_twice_are_two_rows():
    frame = pd.DataFrame(NUMBERS, columns=["same", "same", "other"])
    table = mix1d.fit_many(frame, 2)
    assert table["column"].tolist() == ["same", "same", "other"]
    assert table["mean_1"].tolist() == mix1d.fit_many(NUMBERS, 2)["means"][:, 0].tolist()
    arrow = pa.table([NUMBERS[:, 0], NUMBERS[:, 1]], names=["same", "same"])
    assert mix1d.fit_many(arrow, 2)["mean_1"].to_pylist() == table["mean_1"].tolist()[:2]


def test_frames_that_are_computed_later():
    frame = pl.DataFrame(dict(zip(NAMES, NUMBERS.T, strict=True)))
    assert mix1d.fit_many(frame.lazy(), [1, 2]).equals(mix1d.fit_many(frame, [1, 2]))
    with duckdb.connect() as connection:
        connection.register("numbers", frame.to_arrow())
        table = mix1d.fit_many(connection.sql("FROM numbers"), [1, 2])
    assert isinstance(table, pa.Table)
    assert pl.from_arrow(table).equals(mix1d.fit_many(frame, [1, 2]))


def test_empty_frames(library):
    frame = make(library, {"a": np.empty(0), "b": np.empty(0)})
    assert as_dict(mix1d.fit_many(frame, 1))["error"] == ["data is empty: at least one value is needed"] * 2
    nothing = mix1d.fit_many(make(library, {}), 1)
    assert list(as_dict(nothing)["column"]) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "text"}, "column must be given for a table with 3 numeric columns: choose one; columns: low"),
        ({"by": "nowhere"}, "by: no column 'nowhere'; columns: low, mid, high, text"),
        ({"by": "text", "column": "x"}, "column: no column 'x'"),
        ({"by": "low", "column": "text"}, "column 'text' must be real numbers, got text"),
        ({"sample_weight": "x"}, "sample_weight: no column 'x'"),
        ({"column": "low"}, "column must be None without by"),
    ],
)
def test_columns_that_are_not_there(frame, options, message):
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.fit_many(frame, 1, **options)
    words = make("polars", {"a": ["x"], "b": ["y"]})
    with pytest.raises(mix1d.InputError, match="for a table with no numeric column"):
        mix1d.fit_many(words, 1, by="a")


def test_without_narwhals_a_frame_is_refused_before_the_fits(monkeypatch, frame):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "narwhals" else found(name))
    with pytest.raises(mix1d.InputError, match=r'made with narwhals: pip install "mix1d\[frames\]"'):
        mix1d.fit_many(frame, 1)
    monkeypatch.setitem(sys.modules, "narwhals", None)
    assert mix1d.fit_many(NUMBERS, 1)["k"].tolist() == [1, 1, 1]


@pytest.mark.engine
def test_dask_tables_are_computed():
    engines.need_dask()
    import dask.dataframe

    frame = pd.DataFrame(NUMBERS, columns=NAMES)
    table = mix1d.fit_many(dask.dataframe.from_pandas(frame, npartitions=2), 1)
    pd.testing.assert_frame_equal(table, mix1d.fit_many(frame, 1))
