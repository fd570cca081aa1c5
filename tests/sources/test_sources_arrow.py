"""What pyarrow holds or reads as a source: arrays, tables, streams and data sets."""

import datetime
import re
import tracemalloc
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import mix1d
from cases import distance, draw, parameters
from mix1d.sources.columns import ColumnError

N = 120_000


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(9)
    x = draw(9, [0.4, 0.6], [0.0, 5.0], [1.0, 0.5], N)
    return pa.table({"x": x, "n": rng.integers(0, 4, N), "site": rng.choice(["north", "south"], N)})


@pytest.fixture(scope="module")
def folder(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet")
    for part in range(3):
        pq.write_table(table.slice(part * N // 3, N // 3), folder / f"{part}.parquet", row_group_size=10_000)
    return folder


def sources(table, folder):
    return {
        "array": table["x"].combine_chunks(),
        "chunked": pa.chunked_array([table["x"].combine_chunks()[a : a + 7000] for a in range(0, N, 7000)]),
        "batch": table.combine_chunks().to_batches()[0],
        "table": table,
        "reader": table.to_reader(max_chunksize=9000),
        "dataset": ds.dataset(folder),
        "in memory": ds.dataset(table),
        "scanner": ds.dataset(folder).scanner(columns=["x", "n"]),
        "batches": ds.dataset(folder).to_batches(columns=["x"]),
    }


KINDS = ["array", "chunked", "batch", "table", "reader", "dataset", "in memory", "scanner", "batches"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_fitted_as_the_array(table, folder, kind):
    source = sources(table, folder)[kind]
    sketch = mix1d.Sketch.of(source, column=None if kind in ("array", "chunked") else "x")
    x = table["x"].to_numpy()
    assert (sketch.count, sketch.min, sketch.max) == (N, x.min(), x.max())
    assert sketch.name == (None if kind in ("array", "chunked") else "x")
    found = parameters(mix1d.fit(sketch, 2).mixture)
    assert distance(found, parameters(mix1d.fit(x, 2).mixture)) < 1e-8


@pytest.mark.parametrize("kind", KINDS[2:8])
def test_weights_are_a_column(table, folder, kind):
    sketch = mix1d.Sketch.of(sources(table, folder)[kind], column="x", sample_weight="n")
    n = table["n"].to_numpy()
    expected = mix1d.fit(table["x"].to_numpy(), 2, sample_weight=n)
    assert (sketch.total_weight, sketch.n_zero_weight) == (n.sum(), np.count_nonzero(n == 0))
    assert distance(parameters(mix1d.fit(sketch, 2).mixture), parameters(expected.mixture)) < 1e-8


@pytest.mark.parametrize("kind", ["array", "chunked"])
@pytest.mark.parametrize(
    "convert", [np.asarray, list, pa.array, lambda n: pa.chunked_array([n[:50], n[50:]])]
)
def test_weights_beside_an_array(table, folder, kind, convert):
    weights = table["n"].to_numpy()
    sketch = mix1d.Sketch.of(sources(table, folder)[kind], sample_weight=convert(weights))
    assert sketch.total_weight == weights.sum()
    assert sketch.mean == pytest.approx(np.average(table["x"].to_numpy(), weights=weights), rel=1e-12)


@pytest.mark.parametrize("kind", ["batch", "table", "reader", "dataset"])
def test_groups(table, folder, kind):
    found = mix1d.Sketch.of(sources(table, folder)[kind], "site", column="x", sample_weight="n")
    assert list(found) == ["north", "south"]
    x, n = table["x"].to_numpy(), table["n"].to_numpy()
    for site, sketch in found.items():
        mine = table["site"].to_numpy(zero_copy_only=False) == site
        expected = mix1d.fit(x[mine], 2, sample_weight=n[mine])
        assert distance(parameters(mix1d.fit(sketch, 2).mixture), parameters(expected.mixture)) < 1e-8


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        (["a", None, "a", "b"], {"a", None, "b"}),
        ([1, 2, 1, 3], {1, 2, 3}),
        ([True, False, True, None], {True, False, None}),
        ([datetime.date(2024, 5, 1)] * 4, {datetime.date(2024, 5, 1)}),
        (pa.array(["a", None, "a", "b"]).dictionary_encode(), {"a", None, "b"}),
    ],
)
def test_the_keys_are_python_values(values, keys):
    found = mix1d.Sketch.of(pa.table({"x": [1.0, 2.0, 3.0, 4.0], "g": values}), "g", column="x")
    assert set(found) == keys
    assert sum(sketch.count for sketch in found.values()) == 4


NUMBERS = [pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(10, 3)]


@pytest.mark.parametrize(
    "values",
    [
        *(pa.array([None, Decimal(1), Decimal(2), None, Decimal(5)]).cast(kind) for kind in NUMBERS),
        pa.array([None, 1.0, 2.0, None, 5.0], pa.float16()),
        *(pa.array([None, 1, 2, None, 5], pa.int64()).cast(kind).dictionary_encode() for kind in NUMBERS[:4]),
    ],
    ids=lambda values: str(values.type),
)
def test_numbers_of_every_type_with_nulls(values):
    table = pa.table({"x": values, "site": list("abcde")})
    sketch = mix1d.Sketch.of(table, missing="drop")
    assert (sketch.count, sketch.n_missing, sketch.total_weight, sketch.max) == (3, 2, 3.0, 5.0)
    message = r"the pyarrow Table, row 1: a value of 'x' is missing \(NaN or NULL\)"
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.Sketch.of(table)


def test_a_column_of_nulls_only_is_missing():
    sketch = mix1d.Sketch.of(pa.table({"x": pa.nulls(5)}), missing="drop")
    assert (sketch.count, sketch.n_missing) == (0, 5)


def test_decimals_are_rounded_once():
    text = "12345678901234567.89012345678901234567"
    table = pa.table({"x": pa.array([text]).cast(pa.decimal256(60, 20))})
    assert mix1d.Sketch.of(table).max == float(text)


def test_values_without_nulls_are_read_where_they_are():
    array = pa.array(np.arange(2_000_000, dtype=np.float64))
    tracemalloc.start()  # knows of NumPy's arrays
    try:
        mix1d.Sketch.of(array)
        assert tracemalloc.get_traced_memory()[1] < array.nbytes / 4
        mix1d.Sketch.of(pa.concat_arrays([pa.nulls(1, array.type), array]), missing="drop")
        assert tracemalloc.get_traced_memory()[1] >= array.nbytes
    finally:
        tracemalloc.stop()


def test_only_the_columns_that_are_needed_are_read(tmp_path):
    (tmp_path / "data.csv").write_text("x,y,z\n1.5,oops,3\n2.5,2,4\n")
    schema = pa.schema({"x": pa.float64(), "y": pa.int64(), "z": pa.int64()})
    dataset = ds.dataset(tmp_path / "data.csv", format="csv", schema=schema)
    assert mix1d.Sketch.of(dataset, column="x", sample_weight="z").total_weight == 7.0
    with pytest.raises(mix1d.InputError, match=r"data.csv: .*invalid value 'oops'"):
        mix1d.Sketch.of(dataset, column="y")


def test_filtered_data_sets(table, folder):
    dataset = ds.dataset(folder).filter(ds.field("x") > 3.0)
    assert mix1d.Sketch.of(dataset, column="x").count == np.count_nonzero(table["x"].to_numpy() > 3.0)


@pytest.mark.parametrize(
    ("kind", "known"), [("chunked", True), ("table", True), ("dataset", True), ("reader", False)]
)
def test_progress_where_the_number_of_rows_is_known(table, folder, kind, known):
    told = []
    mix1d.Sketch.of(
        sources(table, folder)[kind],
        column=None if kind == "chunked" else "x",
        progress=lambda done, total: told.append((done, total)),
    )
    if not known:
        assert told == []
        return
    assert told == sorted(told)
    assert told[-1] == (N, N)
    assert {total for _, total in told} == {N}


def test_fit_takes_streams_and_data_sets(table, folder):
    expected = parameters(mix1d.fit(table["x"].to_numpy(), 2).mixture)
    only = ds.dataset(table.select(["x", "site"]))
    assert distance(parameters(mix1d.fit(only, 2).mixture), expected) < 1e-8
    assert mix1d.fit(only, 2).name == "x"
    assert distance(parameters(mix1d.fit(table.select(["x"]).to_reader(), 2).mixture), expected) < 1e-8
    weighted = mix1d.fit(ds.dataset(table), 2, sample_weight="n")
    assert weighted.total_weight == table["n"].to_numpy().sum()


def test_a_corrupt_file_of_a_data_set_is_named(table, folder, tmp_path):
    good = (folder / "0.parquet").read_bytes()
    half = len(good) // 2
    (tmp_path / "good.parquet").write_bytes(good)
    (tmp_path / "bad.parquet").write_bytes(good[:half] + bytes(half // 2) + good[half + half // 2 :])
    dataset = ds.dataset([tmp_path / "good.parquet", tmp_path / "bad.parquet"])
    with pytest.raises(mix1d.InputError, match=r"bad.parquet: ") as caught:
        mix1d.Sketch.of(dataset, column="n")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {},
            "the pyarrow Table: 2 numeric columns, choose one with column=; columns: x (double)",
        ),
        ({"column": "y"}, "the pyarrow Table: column: no column 'y'; columns: x (double)"),
        ({"column": "sit"}, "the pyarrow Table: column: no column 'sit', did you mean 'site'"),
        ({"column": "x", "sample_weight": "m"}, "the pyarrow Table: sample_weight: no column 'm'"),
        ({"column": "x", "by": "sites"}, "the pyarrow Table: by: no column 'sites', did you mean 'site'"),
    ],
)
def test_what_was_asked_for_must_fit(table, asked, message):
    with pytest.raises(ColumnError, match=re.escape(message)):
        mix1d.Sketch.of(table, **asked)


@pytest.mark.parametrize(
    ("make", "asked", "message"),
    [
        (
            lambda t: t,
            {"column": "site"},
            "column 'site' is string, not a number; choose a numeric one; columns",
        ),
        (
            lambda t: t,
            {"column": "x", "sample_weight": "site"},
            "sample_weight 'site' is string, not a number",
        ),
        (lambda t: t, {"column": "x", "sample_weight": [1.0]}, "sample_weight must be the name of a column"),
        (
            lambda t: t,
            {"column": "x", "where": "x > 0"},
            "where must be None for the pyarrow Table, got 'x > 0'",
        ),
        (
            lambda t: t.select(["site"]).append_column("s", t["site"]),
            {},
            "no numeric column; columns: site (string)",
        ),
        (lambda t: t["x"], {"column": "x"}, "column must be None for the pyarrow ChunkedArray, which has no"),
        (lambda t: t["x"], {"by": "x"}, "by must be None for the pyarrow ChunkedArray, which has no"),
        (
            lambda t: t["x"],
            {"sample_weight": "n"},
            "must have one weight for each of the 120000 values, got 'n'",
        ),
        (
            lambda t: t["x"],
            {"sample_weight": [1.0]},
            "must have one weight for each of the 120000 values, got 1",
        ),
        (lambda t: t["site"], {}, "the pyarrow ChunkedArray must hold numbers, got string: cast it"),
        (
            lambda t: pa.scalar(1.0),
            {},
            "source must be an array, a table, a record batch, a RecordBatchReader",
        ),
        (
            lambda t: pa.table({"x": [1.0], "g": [[1]]}),
            {"by": "g"},
            "by must be text, numbers or dates, got list<",
        ),
    ],
)
def test_content_that_cannot_be_used(table, make, asked, message):
    with pytest.raises(mix1d.InputError, match=re.escape(message)):
        mix1d.Sketch.of(make(table), **asked)


def test_values_that_cannot_be_used_are_located():
    with pytest.raises(
        mix1d.InputError,
        match=r"the pyarrow ChunkedArray, rows 3 to 4: values must be finite, found inf at index 1",
    ):
        mix1d.Sketch.of(pa.chunked_array([[1.0, 2.0], [3.0, np.inf]]))
