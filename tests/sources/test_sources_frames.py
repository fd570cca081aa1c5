"""Data frames and iterators of chunks as sources."""

import io
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest

import mix1d
from cases import distance, draw, parameters
from mix1d.sources.columns import ColumnError

N = 80_000


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(10)
    x = draw(10, [0.4, 0.6], [0.0, 5.0], [1.0, 0.5], N)
    return {"x": x, "n": rng.integers(0, 4, N), "site": rng.choice(["north", "south"], N).tolist()}


FRAMES = pytest.mark.parametrize("frame_of", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])


@FRAMES
def test_a_column_with_weights(data, frame_of):
    frame = frame_of(data)
    sketch = mix1d.Sketch.of(frame, column="x", sample_weight="n")
    expected = mix1d.fit(data["x"], 2, sample_weight=data["n"])
    assert (sketch.name, sketch.total_weight) == ("x", data["n"].sum())
    assert distance(parameters(mix1d.fit(sketch, 2).mixture), parameters(expected.mixture)) < 1e-8
    beside = mix1d.Sketch.of(frame, column="x", sample_weight=data["n"])
    assert beside.to_bytes() == sketch.to_bytes()
    assert mix1d.Sketch.of(frame, sample_weight="n").to_bytes() == sketch.to_bytes()


@FRAMES
def test_groups(data, frame_of):
    found = mix1d.Sketch.of(frame_of(data), "site", column="x", sample_weight="n")
    assert list(found) == ["north", "south"]
    for site, sketch in found.items():
        mine = np.array(data["site"]) == site
        expected = mix1d.fit(data["x"][mine], 2, sample_weight=data["n"][mine])
        assert sketch.name == "x"
        assert distance(parameters(mix1d.fit(sketch, 2).mixture), parameters(expected.mixture)) < 1e-8


@FRAMES
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["a", None, "b", "a"], {"a": 2, None: 1, "b": 1}),
        ([1, 2, 2, 2], {1: 1, 2: 3}),
        ([1.5, None, 1.5, None], {1.5: 2, None: 2}),
    ],
)
def test_a_missing_key_is_a_group(frame_of, keys, expected):
    frame = frame_of({"x": [1.0, 2.0, 3.0, 4.0], "g": keys})
    found = mix1d.Sketch.of(frame, "g", column="x")
    assert {key: sketch.count for key, sketch in found.items()} == expected


def test_pandas_columns_of_every_kind():
    frame = pd.DataFrame(
        {
            "x": pd.array([1, None, 3], dtype="Int64"),
            "g": pd.Categorical(["a", "b", "a"], categories=["a", "b", "c"]),
            7: [1.0, 2.0, 3.0],
        }
    )
    found = mix1d.Sketch.of(frame, "g", column="x", missing="drop")
    assert {key: (sketch.count, sketch.n_missing) for key, sketch in found.items()} == {
        "a": (2, 0),
        "b": (0, 1),
    }
    assert mix1d.Sketch.of(frame, column="7").name == "7"


@FRAMES
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "2 numeric columns, choose one with column=; columns: x ("),
        ({"column": "xx"}, "column: no column 'xx', did you mean 'x'"),
        ({"column": "x", "sample_weight": "nn"}, "sample_weight: no column 'nn', did you mean 'n'"),
        ({"column": "x", "by": "sit"}, "by: no column 'sit', did you mean 'site'"),
    ],
)
def test_what_was_asked_for_must_fit(data, frame_of, asked, message):
    with pytest.raises(ColumnError, match=r"(pandas|polars) DataFrame: " + re.escape(message)):
        mix1d.Sketch.of(frame_of(data), **asked)


@FRAMES
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"column": "site"}, "values must be real numbers, got text"),
        (
            {"column": "x", "where": "x > 0"},
            "where must be None for a (pandas|polars) DataFrame, got 'x > 0'",
        ),
        (
            {"column": "x", "by": "site", "sample_weight": [1.0]},
            "must be the name of a column when by is given",
        ),
    ],
)
def test_content_that_cannot_be_used(data, frame_of, asked, message):
    with pytest.raises(mix1d.InputError, match=message):
        mix1d.Sketch.of(frame_of(data), **asked)


def test_an_array_has_no_columns():
    for argument in ("by", "column", "where"):
        with pytest.raises(
            mix1d.InputError, match=f"{argument} must be None for ndarray, which has no named columns"
        ):
            mix1d.Sketch.of(np.arange(3.0), **{argument: "x"})


# ---- iterators


def test_chunks_with_progress(data):
    told = []
    chunks = iter(np.array_split(data["x"], 7))
    sketch = mix1d.Sketch.of(chunks, progress=lambda done, total: told.append((done, total)))
    expected = parameters(mix1d.fit(data["x"], 2).mixture)
    assert distance(parameters(mix1d.fit(sketch, 2).mixture), expected) < 1e-8
    assert told == [(i, 7) for i in range(1, 8)]


def test_a_generator_does_not_know_its_length(data):
    told = []
    chunks = (chunk for chunk in np.array_split(data["x"], 7))
    assert mix1d.Sketch.of(chunks, progress=lambda done, total: told.append(total)).count == N
    assert told == []
    assert mix1d.Sketch.of(iter([])).count == 0


def test_chunks_that_are_frames(data):
    text = io.StringIO(pd.DataFrame(data).to_csv(index=False))
    chunks = pd.read_csv(text, chunksize=9000)
    found = mix1d.Sketch.of(chunks, "site", column="x", sample_weight="n")
    for site, sketch in found.items():
        mine = np.array(data["site"]) == site
        assert sketch.total_weight == data["n"][mine].sum()
        assert sketch.mean == pytest.approx(np.average(data["x"][mine], weights=data["n"][mine]), rel=1e-12)


def test_the_chunk_that_cannot_be_used_is_named():
    with pytest.raises(mix1d.InputError, match=r"chunk 2: values must be finite, found inf at index 1"):
        mix1d.Sketch.of(iter([[1.0, 2.0], [3.0, np.inf]]))
    with pytest.raises(mix1d.InputError, match=r"chunk 1: column must be None for list"):
        mix1d.Sketch.of(iter([[1.0, 2.0]]), column="x")
    with pytest.raises(
        mix1d.InputError, match=r"sample_weight must be None or the name of a column for an iterator"
    ):
        mix1d.Sketch.of(iter([[1.0, 2.0]]), sample_weight=[1.0, 2.0])
