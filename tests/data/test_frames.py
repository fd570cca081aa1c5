"""Tables for the caller: their content, the caller's library, names and index."""

import sys

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import mix1d
from places import DATA

WAITING = np.loadtxt(DATA / "faithful_waiting.csv", skiprows=1)
LIBRARIES = {
    "pandas": (lambda x: pd.Series(x, name="waiting"), pd.DataFrame),
    "nullable pandas": (lambda x: pd.Series(x, name="waiting", dtype="Float64"), pd.DataFrame),
    "pandas frame": (lambda x: pd.DataFrame({"waiting": x}), pd.DataFrame),
    "polars": (lambda x: pl.Series("waiting", x), pl.DataFrame),
    "polars frame": (lambda x: pl.DataFrame({"waiting": x}), pl.DataFrame),
    "pyarrow": (lambda x: pa.chunked_array([x]), pa.Table),
}


def as_dict(frame):
    """The columns of a frame of any library as lists."""
    if isinstance(frame, pa.Table):
        return frame.to_pydict()
    return {name: list(frame[name]) for name in frame.columns}


@pytest.fixture(scope="module")
def result():
    return mix1d.fit(WAITING, [1, 2, 3], sds="auto", name="waiting")


def test_components(result):
    frame = result.to_frame()
    errors, interval = result.standard_errors(), result.confidence_interval()
    assert frame["component"].tolist() == [0, 1]
    for one, several in (("weight", "weights"), ("mean", "means"), ("sd", "sds")):
        assert frame[one].tolist() == getattr(result.mixture, several).tolist()
        assert frame[f"{one}_error"].tolist() == getattr(errors, several).tolist()
        assert frame[f"{one}_lower"].tolist() == getattr(interval.lower, several).tolist()
        assert frame[f"{one}_upper"].tolist() == getattr(interval.upper, several).tolist()
    assert frame["n"].sum() == pytest.approx(272.0)


def test_selection(result):
    frame = result.to_frame("selection")
    assert len(frame) == len(result.selection) == 6
    assert frame["n_components"].tolist() == [1, 1, 2, 2, 3, 3]
    assert set(frame["sds"]) == {"free", "equal"}
    assert frame["bic"].tolist() == [row.bic for row in result.selection]
    assert frame["chosen"].tolist() == [row.chosen for row in result.selection]
    assert frame["findings"].tolist() == [" ".join(row.findings) for row in result.selection]


def test_trace(result):
    frame = result.to_frame("trace")
    assert len(frame) == result.n_iter
    assert frame["log_likelihood"].tolist() == result.trace.log_likelihood.tolist()
    np.testing.assert_array_equal(frame[["mean_0", "mean_1"]].to_numpy(), result.trace.means)
    assert frame["phase"].tolist() == list(result.trace.phase)


def test_responsibilities(result):
    frame = result.to_frame("responsibilities")
    assert frame["value"].tolist() == WAITING.tolist()
    assert frame["component"].tolist() == result.predict().tolist()
    np.testing.assert_array_equal(frame[["p_0", "p_1"]].to_numpy(), result.responsibilities())


@pytest.mark.parametrize("name", LIBRARIES)
def test_tables_come_in_the_callers_library(name):
    make, kind = LIBRARIES[name]
    result = mix1d.fit(make(WAITING), 2)
    plain = mix1d.fit(WAITING, 2)
    for table in ("components", "selection", "trace", "responsibilities"):
        frame = result.to_frame(table)
        assert isinstance(frame, kind)
        expected = as_dict(plain.to_frame(table, "pandas"))
        for column, values in as_dict(frame).items():
            np.testing.assert_array_equal(np.array(values), np.array(expected[column]))


def test_the_index_is_kept():
    series = pd.Series([*WAITING[:50], None, 1e9], index=[f"row {i}" for i in range(52)])
    weights = [*[1.0] * 51, 0.0]
    result = mix1d.fit(series, 2, missing="drop", sample_weight=weights)
    frame = result.to_frame("responsibilities")
    assert frame.index.tolist() == [f"row {i}" for i in range(50)]
    assert frame["value"].tolist() == WAITING[:50].tolist()
    table = mix1d.fit(series.to_frame("x"), 2, missing="drop", sample_weight=weights)
    assert table.to_frame("responsibilities").index.tolist() == frame.index.tolist()
    assert result.to_frame().index.tolist() == [0, 1]
    assert isinstance(result.to_frame("responsibilities", "polars"), pl.DataFrame)


def test_another_library_can_be_asked_for(result):
    for library, kind in (("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("pyarrow", pa.Table)):
        assert isinstance(result.to_frame(library=library), kind)
    relation = result.to_frame("selection", "duckdb")
    assert relation.fetchall()[0][:2] == (1, "free")


def test_a_relation_gives_relations():
    connection = duckdb.connect()
    relation = connection.sql("SELECT range AS x FROM range(40)")
    frame = mix1d.fit(relation, 1).to_frame()
    assert type(frame) is type(relation)
    assert frame.fetchall()[0][:2] == (0, 1.0)


def test_wrong_names_are_refused(result):
    with pytest.raises(mix1d.InputError, match="table must be"):
        result.to_frame("parameters")
    with pytest.raises(mix1d.InputError, match=r"library must be one of 'pandas', .* got 'excel'"):
        result.to_frame(library="excel")


def test_long_columns_have_no_rows():
    x = np.random.default_rng(1).normal(size=70_000)
    result = mix1d.fit(pd.Series(x), 1)
    assert len(result.to_frame()) == 1
    with pytest.raises(mix1d.NeedsDataError):
        result.to_frame("responsibilities")


@pytest.mark.parametrize(
    ("missing", "library"), [("narwhals", "pandas"), ("cudf", "cudf"), ("modin", "modin")]
)
def test_a_missing_library_is_named(result, monkeypatch, missing, library):
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(mix1d.Mix1dError, match=f"data frames of {library} need {missing}: pip install"):
        result.to_frame(library=library)


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_container_gives_the_same_bits(name):
    make, _ = LIBRARIES[name]
    expected = mix1d.fit(WAITING.tolist(), 2, name="waiting" if name != "pyarrow" else None).to_dict()
    assert mix1d.fit(make(WAITING), 2).to_dict() == expected
    masked = np.ma.array(WAITING, mask=False)
    assert mix1d.fit(masked, 2, name=expected["name"]).to_dict() == expected
