"""DuckDB relations as sources: what is asked for becomes part of the query."""

import datetime
import decimal
import re

import duckdb
import numpy as np
import pandas as pd
import pytest

import mix1d
from cases import distance, draw, parameters
from mix1d.sources.columns import ColumnError

N = 200_000


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(8)
    x = draw(8, [0.4, 0.6], [0.0, 5.0], [1.0, 0.5], N)
    return {"x": x, "n": rng.integers(0, 4, N).astype(float), "kind": rng.integers(0, 3, N)}


@pytest.fixture
def connection(data):
    with duckdb.connect() as connection:
        columns = ", ".join(f"unnest(${name}) AS {name}" for name in data)
        connection.execute(
            f"CREATE TABLE t AS SELECT {columns}", {name: array.tolist() for name, array in data.items()}
        )
        yield connection


def fitted(sketch):
    return parameters(mix1d.fit(sketch, 2).mixture)


def test_a_relation_is_fitted_as_the_array(connection, data):
    expected = parameters(mix1d.fit(data["x"], 2).mixture)
    sketch = mix1d.Sketch.of(connection.table("t"), column="x")
    assert (sketch.count, sketch.name) == (N, "x")
    assert distance(fitted(sketch), expected) < 1e-8
    result = mix1d.fit(connection.sql("SELECT x AS height FROM t"), 2)
    assert result.name == "height"
    assert distance(parameters(result.mixture), expected) < 1e-8


def test_weights_condition_and_expression_go_into_the_query(connection, data):
    sketch = mix1d.Sketch.of(connection.table("t"), column="2 * x", sample_weight="n", where="kind = 1")
    mine = data["kind"] == 1
    expected = mix1d.fit(2 * data["x"][mine], 2, sample_weight=data["n"][mine])
    assert sketch.n_zero_weight == np.count_nonzero(data["n"][mine] == 0)
    assert sketch.total_weight == data["n"][mine].sum()
    assert distance(fitted(sketch), parameters(expected.mixture)) < 1e-8


def test_groups(connection, data):
    found = mix1d.Sketch.of(connection.table("t"), "kind", column="x")
    assert list(found) == [0, 1, 2]
    for kind, sketch in found.items():
        expected = mix1d.fit(data["x"][data["kind"] == kind], 2)
        assert distance(fitted(sketch), parameters(expected.mixture)) < 1e-8


@pytest.mark.parametrize(
    ("sql", "keys"),
    [
        ("range % 2 = 0", [False, True]),
        ("DATE '2024-05-01' + (range % 2)::INTEGER", [datetime.date(2024, 5, 1), datetime.date(2024, 5, 2)]),
        ("CASE WHEN range % 2 = 0 THEN 'a' END", ["a", None]),
        ("(range % 2) / 2", [0.0, 0.5]),
        ("((range % 2) / 2)::DECIMAL(5, 2)", [decimal.Decimal("0.00"), decimal.Decimal("0.50")]),
        ("['a', 'b'][1 + range % 2]::ENUM('b', 'a')", ["a", "b"]),
    ],
)
def test_the_keys_are_what_duckdb_gives(sql, keys):
    relation = duckdb.sql(f"SELECT range * 0.5::DOUBLE AS x, {sql} AS g FROM range(10)")
    found = mix1d.Sketch.of(relation, "g", column="x")
    assert list(found) == keys
    assert [sketch.count for sketch in found.values()] == [5, 5]


@pytest.mark.parametrize(
    "kind", ["TINYINT", "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL(10, 3)", "VARCHAR"]
)
def test_numbers_of_every_type(kind):
    relation = duckdb.sql(f"SELECT (range % 100)::{kind} AS x FROM range(1000)")
    sketch = mix1d.Sketch.of(relation)
    assert (sketch.count, sketch.mean, sketch.max) == (1000, 49.5, 99.0)


def test_missing_values_are_counted_or_refused(connection):
    relation = connection.sql(
        "SELECT CASE WHEN kind = 0 THEN NULL WHEN kind = 1 THEN 'nan'::DOUBLE ELSE x END AS x FROM t"
    )
    missing = connection.sql("FROM t WHERE kind < 2").count("*").fetchall()[0][0]
    sketch = mix1d.Sketch.of(relation, missing="drop")
    assert (sketch.count, sketch.n_missing) == (N - missing, missing)
    with pytest.raises(
        mix1d.InputError, match=r"the relation, row \d+: a value of 'x' is missing \(NaN or NULL\); pass"
    ):
        mix1d.Sketch.of(relation)


def test_a_relation_over_a_data_frame(data):
    frame = pd.DataFrame(data)
    sketch = mix1d.Sketch.of(duckdb.sql("SELECT x FROM frame WHERE kind = 2"))
    assert sketch.count == np.count_nonzero(frame["kind"] == 2)


def test_the_relation_and_its_connection_stay_usable(connection):
    relation = connection.table("t")
    first = mix1d.Sketch.of(relation, column="x")
    assert relation.count("*").fetchall() == [(N,)]
    assert mix1d.Sketch.of(relation, column="x").to_bytes() == first.to_bytes()
    with pytest.raises(mix1d.InputError):
        mix1d.Sketch.of(relation, column="y")
    assert connection.sql("SELECT 42").fetchall() == [(42,)]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {},
            "the relation: 3 numeric columns, choose one with column=; columns: x (double)",
        ),
        ({"column": "y"}, "the relation: column: no column 'y'"),
        ({"column": "x", "by": "knd"}, "the relation: by: no column 'knd', did you mean 'kind'"),
        ({"column": "x", "where": "kind ="}, "the relation: where: syntax error at or near"),
        ({"column": "x", "by": "[kind]"}, "the relation: by must give text, numbers or dates, found list"),
        ({"column": "x", "sample_weight": "m"}, "the relation: sample_weight: no column 'm'"),
    ],
)
def test_what_was_asked_for_must_fit(connection, asked, message):
    with pytest.raises(ColumnError, match=re.escape(message)) as caught:
        mix1d.Sketch.of(connection.table("t"), **asked)
    assert "\n" not in str(caught.value)


def test_content_that_cannot_be_used(connection):
    with pytest.raises(mix1d.InputError, match=r"the relation: Could not convert string 'oops'"):
        mix1d.Sketch.of(connection.sql("SELECT CASE WHEN x > 4 THEN 'oops' ELSE '1' END::DOUBLE AS x FROM t"))
    with pytest.raises(
        mix1d.InputError, match=r"sample_weight must be the name of a column of the relation, got array"
    ):
        mix1d.Sketch.of(connection.table("t"), column="x", sample_weight=np.ones(N))
    with pytest.raises(
        mix1d.InputError, match=r"must be a relation of DuckDB, got DuckDBPyConnection: pass connection.sql"
    ):
        mix1d.Sketch.of(connection)


def test_groups_that_change_between_two_readings_are_refused(connection):
    relation = connection.sql("SELECT x, (random() * 1e15)::BIGINT AS g FROM t LIMIT 1000")
    with pytest.raises(
        mix1d.InputError, match=r"the relation: its groups changed between two readings: by needs"
    ):
        mix1d.Sketch.of(relation, "g", column="x")
