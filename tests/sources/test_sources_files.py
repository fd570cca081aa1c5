"""Files as sources: any size, any number, any format, with weights, conditions, groups and saved sketches."""

import os
import pathlib
import re
import subprocess
import sys
import threading

import duckdb
import numpy as np
import pytest

import mix1d
from cases import distance, draw, parameters
from mix1d.sources import chunks, opening
from mix1d.sources.columns import ColumnError
from mix1d.sources.files import Columns, read_columns, row_batches

N = 150_000


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    x = draw(5, [0.3, 0.7], [0.0, 4.0], [1.0, 0.6], N)
    return {
        "x": x,
        "n": rng.integers(1, 4, N),
        "site": rng.choice(["north", "south"], N),
        "kind": rng.integers(0, 3, N),
    }


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    """The same rows as Parquet, CSV and JSON lines, and in three Parquet files."""
    folder = tmp_path_factory.mktemp("files")
    with duckdb.connect() as connection:
        columns = ", ".join(f"unnest(${name}) AS {name}" for name in data)
        values = {name: array.tolist() for name, array in data.items()}
        connection.execute(f"CREATE TABLE t AS SELECT {columns}", values)
        connection.execute(f"COPY t TO '{folder}/data.parquet' (ROW_GROUP_SIZE 20000)")
        connection.execute(f"COPY t TO '{folder}/data.csv'")
        connection.execute(f"COPY t TO '{folder}/data.jsonl' (FORMAT json)")
        for part in range(3):
            connection.execute(f"COPY (SELECT * FROM t WHERE kind = {part}) TO '{folder}/part{part}.parquet'")
    return folder


@pytest.fixture(scope="module")
def whole(data):
    return parameters(mix1d.fit(data["x"], 2).mixture)


def fitted(sketch):
    return parameters(mix1d.fit(sketch, 2).mixture)


@pytest.mark.parametrize("name", ["data.parquet", "data.csv", "data.jsonl"])
def test_a_file_of_any_format_is_fitted_as_the_array(folder, data, whole, name):
    sketch = mix1d.Sketch.of(str(folder / name), column="x")
    assert (sketch.count, sketch.min, sketch.max) == (N, data["x"].min(), data["x"].max())
    assert sketch.name == "x"
    assert distance(fitted(sketch), whole) < 1e-8


def test_several_files_and_paths_are_joined(folder, whole):
    paths = [folder / f"part{part}.parquet" for part in range(3)]
    assert distance(fitted(mix1d.Sketch.of(tuple(map(str, paths)), column="x")), whole) < 1e-8
    assert mix1d.Sketch.of(iter(paths), column="x").count == N


def test_fit_takes_paths(tmp_path, data, whole):
    for part, rows in enumerate(np.split(data["x"], [100_000])):
        np.savetxt(tmp_path / f"{part}.csv", rows, fmt="%.17g", header="x", comments="")
    first, second = tmp_path / "0.csv", tmp_path / "1.csv"
    assert distance(parameters(mix1d.fit([first, second], 2).mixture), whole) < 1e-8
    assert mix1d.fit(first, 2).n_obs == 100_000
    assert mix1d.fit(first, 2).name == "x"
    assert mix1d.fit(tmp_path.glob("*.csv"), 2).n_obs == N


def test_weights_and_the_column_beside_them(folder, data):
    sketch = mix1d.Sketch.of(folder / "data.parquet", column="x", sample_weight="n")
    expected = mix1d.fit(data["x"], 2, sample_weight=data["n"])
    assert sketch.total_weight == data["n"].sum()
    assert distance(fitted(sketch), parameters(expected.mixture)) < 1e-8
    squared = mix1d.Sketch.of(folder / "data.parquet", column="x", sample_weight="n * n")
    assert squared.total_weight == np.square(data["n"]).sum()


def test_the_weights_are_not_the_column_meant(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("value,count,site\n1.5,2,a\n2.5,3,b\n")
    sketch = mix1d.Sketch.of(path, sample_weight="count")
    assert (sketch.name, sketch.total_weight) == ("value", 5.0)
    assert [sketch.min for sketch in mix1d.Sketch.of(path, "site", sample_weight="count").values()] == [
        1.5,
        2.5,
    ]


def test_conditions_and_expressions(folder, data):
    sketch = mix1d.Sketch.of(folder / "data.csv", column="x * x", where="site = 'north' AND kind > 0")
    kept = data["x"][(data["site"] == "north") & (data["kind"] > 0)]
    assert sketch.count == kept.size
    assert sketch.mean == pytest.approx(np.mean(kept**2), rel=1e-12)
    assert sketch.name == "x * x"


@pytest.mark.parametrize("name", ["data.parquet", "data.csv", "data.jsonl"])
@pytest.mark.parametrize("by", ["site", "kind"])
def test_groups(folder, data, name, by):
    found = mix1d.Sketch.of(folder / name, by, column="x", sample_weight="n")
    assert list(found) == sorted(set(data[by].tolist()))
    assert all(type(key) is type(data[by].tolist()[0]) for key in found)
    for key, sketch in found.items():
        mine = data[by] == key
        expected = mix1d.fit(data["x"][mine], 2, sample_weight=data["n"][mine])
        assert sketch.name == "x"
        assert distance(fitted(sketch), parameters(expected.mixture)) < 1e-8


def test_groups_of_any_type(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("day,x,half\n2024-05-01,1.5,1\n2024-05-02,2.5,1.5\n2024-05-01,3.5,\n,4.5,1\n")
    found = mix1d.Sketch.of(path, "day", column="x")
    assert [None if key is None else key.isoformat() for key in found] == ["2024-05-01", "2024-05-02", None]
    assert [sketch.count for sketch in found.values()] == [2, 1, 1]
    assert list(mix1d.Sketch.of(path, "half", column="x")) == [1.0, 1.5, None]
    assert list(mix1d.Sketch.of(path, "x > 2", column="x")) == [False, True]
    assert mix1d.Sketch.of([path, path], "day", column="x")[None].count == 2
    with pytest.raises(ColumnError, match=r"days.csv: by must give text, numbers or dates, found list"):
        mix1d.Sketch.of(path, "[x]", column="x")
    with pytest.raises(ColumnError, match=r"days.csv: by: no column 'dya', did you mean 'day'"):
        mix1d.Sketch.of(path, "dya", column="x")


def test_many_groups_do_not_wait_in_memory(folder, data, monkeypatch):
    monkeypatch.setattr(chunks, "MOST_WAITING", 4000)
    found = mix1d.Sketch.of(folder / "data.parquet", "floor(x * 10)", column="x")
    assert sum(sketch.count for sketch in found.values()) == N
    assert sum(sketch.mean * sketch.count for sketch in found.values()) == pytest.approx(data["x"].sum())


def test_missing_values_are_counted_or_refused(tmp_path):
    path = tmp_path / "data.csv"
    rows = ["x,site", *(f"{i / 7!r},a" for i in range(70_000)), "NA,b", "5.5,b"]
    path.write_text("\n".join(rows) + "\n")
    sketch = mix1d.Sketch.of(path, column="x", missing="drop")
    assert (sketch.count, sketch.n_missing) == (70_001, 1)
    message = (
        f"{path}, row 70001: a value of 'x' is missing (NaN or NULL); pass missing=\"drop\" to leave them out"
    )
    with pytest.raises(mix1d.InputError) as caught:
        mix1d.Sketch.of(path, column="x")
    assert str(caught.value) == message
    assert mix1d.Sketch.of(path, "site", column="x", missing="drop")["b"].n_missing == 1
    with pytest.raises(mix1d.InputError, match=r"rows 1 to 70002: a value of 'x' is missing"):
        mix1d.Sketch.of(path, "site", column="x")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("inf,1", r"rows 1 to 3: values must be finite, found inf at index 2"),
        ("3,-1", r"rows 1 to 3: sample_weight must be finite and at least 0, found -1.0 at index 2"),
        ("3,", r"rows 1 to 3: sample_weight must be finite and at least 0, found nan at index 2"),
    ],
)
def test_values_that_cannot_be_used_are_located(tmp_path, row, message):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("x,w\n1,1\n2,1\n")
    bad.write_text(f"x,w\n1,1\n2,1\n{row}\n")
    with pytest.raises(mix1d.InputError, match=rf"bad.csv, {message}"):
        mix1d.Sketch.of([good, bad], column="x", sample_weight="w")


# ---- saved sketches


@pytest.fixture
def saved(folder, tmp_path):
    paths = []
    for part in range(3):
        path = tmp_path / f"part{part}.m1d"
        path.write_bytes(mix1d.Sketch.of(folder / f"part{part}.parquet", column="x").to_bytes())
        paths.append(path)
    return paths


def test_saved_sketches_are_merged_with_each_other_and_with_data(folder, saved, whole):
    assert distance(fitted(mix1d.Sketch.of(saved)), whole) < 1e-8
    mixed = mix1d.Sketch.of([saved[0], folder / "part1.parquet", saved[2]], column="x")
    assert (mixed.count, mixed.name) == (N, "x")
    assert distance(fitted(mixed), whole) < 1e-8


def test_a_saved_sketch_is_known_by_its_content(saved, tmp_path):
    other = tmp_path / "renamed.bin"
    saved[0].rename(other)
    assert mix1d.Sketch.of(other).count == mix1d.Sketch.of(str(other)).count > 0


def test_saved_sketches_need_no_duckdb(saved, monkeypatch, folder):
    monkeypatch.setattr(opening, "installed", lambda name: False)
    assert mix1d.Sketch.of(saved).count == N
    with pytest.raises(
        mix1d.InputError, match=re.escape('data files are read with duckdb: pip install "mix1d[cli]"')
    ):
        mix1d.Sketch.of(folder / "data.csv", column="x")


@pytest.mark.parametrize("length", [0, 8, 30, 5000])
def test_a_truncated_saved_sketch_is_named(saved, length):
    saved[1].write_bytes(saved[1].read_bytes()[:length])
    with pytest.raises(
        mix1d.SketchFormatError, match=rf"part1.m1d: data are a sketch cut off after {length} of"
    ):
        mix1d.Sketch.of(saved)


def test_other_bytes_with_the_suffix_of_a_sketch(saved):
    saved[1].write_text("x\n1\n2\n")
    with pytest.raises(mix1d.SketchFormatError, match=r"part1.m1d: .*not a sketch"):
        mix1d.Sketch.of(saved)


def test_different_variables_are_not_joined(saved, tmp_path, folder):
    other = tmp_path / "other.m1d"
    other.write_bytes(mix1d.Sketch.of(folder / "part0.parquet", column="n").to_bytes())
    message = re.escape(f"the variable is 'x' in {saved[0]} and 'n' in {other}; choose one with column=")
    with pytest.raises(ColumnError, match=message):
        mix1d.Sketch.of([saved[0], other])
    joined = mix1d.Sketch.of([saved[0], other], column="x or n")
    assert joined.name is None
    assert joined.count == 2 * mix1d.Sketch.of(other).count


@pytest.mark.parametrize("asked", [{"where": "x > 0"}, {"sample_weight": "n"}, {"by": "site"}])
def test_what_a_saved_sketch_cannot_do(saved, asked):
    with pytest.raises(
        ColumnError, match=rf"part0.m1d is a saved sketch, whose rows are not kept: .*{next(iter(asked))}"
    ):
        mix1d.Sketch.of(saved, **asked)


def test_a_condition_concerns_the_data_beside_saved_sketches(folder, saved, data):
    found = mix1d.Sketch.of([saved[0], folder / "data.parquet"], column="x", where="kind > 0")
    assert found.count == N


# ---- what goes wrong


def test_a_corrupt_parquet_file_is_named(folder, tmp_path):
    good = (folder / "data.parquet").read_bytes()
    cut, damaged = tmp_path / "cut.parquet", tmp_path / "damaged.parquet"
    cut.write_bytes(good[: len(good) // 2])
    half = len(good) // 2
    damaged.write_bytes(good[:half] + bytes(half // 2) + good[half + half // 2 :])
    for path in (cut, damaged):
        with pytest.raises(mix1d.InputError, match=rf"{path.name}: "):
            mix1d.Sketch.of([folder / "data.parquet", path], column="x")


def test_a_late_word_among_numbers(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("x,y\n" + "1.5,2\n" * 100_000 + "oops,2\n")
    with pytest.raises(
        mix1d.InputError, match=r"late.csv: column 'x': 1 cell is not a number: 'oops' \(line 100002\)"
    ) as caught:
        mix1d.Sketch.of(path, column="x")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "3 numeric columns, choose one with column=; columns: x (double)"),
        ({"column": "xx"}, "column: no column 'xx', did you mean 'x'; columns: x (double)"),
        ({"column": "site"}, "column 'site' is text, not a number, for example"),
        ({"column": "x", "sample_weight": "nn"}, "sample_weight: no column 'nn', did you mean 'n'"),
        ({"column": "x", "where": "kin = 1"}, "where: no column 'kin', did you mean 'kind'"),
        ({"column": "x", "where": "kind > 5"}, "no rows where kind > 5"),
    ],
)
def test_what_was_asked_for_must_fit(folder, asked, message):
    path = folder / "data.parquet"
    with pytest.raises(mix1d.InputError, match=re.escape(f"{path}: {message}")):
        mix1d.Sketch.of(path, **asked)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"sample_weight": [1.0, 2.0]},
            r"sample_weight must be the name of a column of the files, got \[1.0, 2.0\]",
        ),
        ({"column": 3}, "column must be a string or None, got 3: pass a name"),
        ({"by": ["site"]}, r"by must be a string or None, got \['site'\]: pass a name"),
        ({"threads": 0}, "threads must be at least 1"),
        ({"missing": "ignore"}, "missing must be"),
        ({"progress": "bar"}, "progress must be"),
    ],
)
def test_arguments_are_checked(folder, asked, message):
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.Sketch.of(folder / "data.parquet", **{"column": "x", **asked})


def test_only_when_all_files_are_empty_are_there_no_rows(tmp_path):
    full, empty = tmp_path / "full.csv", tmp_path / "empty.csv"
    full.write_text("x,y\n1,2\n")
    empty.write_text("x,y\n")
    assert mix1d.Sketch.of([empty, full], column="x").count == 1
    with pytest.raises(mix1d.InputError, match=re.escape(f"{empty} to {empty}: no rows")):
        mix1d.Sketch.of([empty, empty], column="x")


# ---- how it is read


def test_progress_rises_to_the_end(folder):
    told = []
    paths = [folder / "data.csv", folder / "data.parquet"]
    mix1d.Sketch.of(paths, column="x", progress=lambda done, total: told.append((done, total)))
    size = sum(os.path.getsize(path) for path in paths)
    done = [number for number, _ in told]
    assert {total for _, total in told} == {size}
    assert done == sorted(done)
    assert done[-1] == size
    assert any(0 < number < size for number in done)


def test_threads_do_not_matter(folder):
    one, two = (mix1d.Sketch.of(folder / "data.parquet", column="x", threads=n) for n in (1, 2))
    assert one.to_bytes() == two.to_bytes()


def test_a_pipe_is_read(data, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("x\n1.5\n2.5\n",))
    writer.start()
    sketch = mix1d.Sketch.of(path)
    writer.join()
    assert (sketch.count, sketch.max) == (2, 2.5)


def test_few_rows_stay_as_they_are_and_more_become_a_sketch(folder, tmp_path, data, whole):
    path = str(folder / "data.csv")
    kept = read_columns([path], column="x", weights="n", most=N)
    assert isinstance(kept, Columns)
    assert kept.values.tolist() == data["x"].tolist()
    assert kept.weights.tolist() == data["n"].tolist()
    found = read_columns([path], column="x", most=N - 1)
    assert isinstance(found, mix1d.Sketch)
    assert distance(fitted(found), whole) < 1e-8
    assert isinstance(read_columns([path], column="x", where="kind = 0"), Columns)  # by default up to 65,536


def test_batches_keep_the_order_of_the_rows(folder, data):
    read = list(row_batches([str(folder / "data.parquet")], column="x"))
    assert np.array_equal(np.concatenate([batch.values for batch in read]), data["x"])


def test_twenty_million_rows_in_little_memory(tmp_path):
    path = tmp_path / "big.parquet"
    with duckdb.connect() as connection:
        normal = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
        connection.execute(f"COPY (SELECT {normal} AS x FROM range(20000000)) TO '{path}'")
    code = (
        "import sys, pathlib, mix1d\n"
        "result = mix1d.fit(pathlib.Path(sys.argv[1]), 1)\n"
        "status = pathlib.Path('/proc/self/status').read_text()\n"
        "print(result.n_obs, status.partition('VmHWM:')[2].split()[0])"
    )
    if not pathlib.Path("/proc/self/status").exists():
        pytest.skip("this system does not say how much memory a process has used")
    ended = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    n_obs, kilobytes = map(int, ended.stdout.split())
    assert n_obs == 20_000_000
    assert kilobytes < 400_000
