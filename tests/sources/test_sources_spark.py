"""Spark on two cores: the same sketches as from one process."""

import datetime
import logging
import os
import subprocess
import sys

import numpy as np
import pytest

import mix1d
from engines import FILES, need_spark, same_fit, same_fit_of_gammas, spark_environment, write_sizes

pytestmark = [
    pytest.mark.engine,
    # PySpark 3.5 leaves the socket of a collect() to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket.socket:ResourceWarning"),
]


@pytest.fixture(scope="module")
def spark():
    need_spark()
    from pyspark.sql import SparkSession

    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",  # starts sooner
        "spark.sql.files.openCostInBytes": "16m",  # a partition for each file
        "spark.sql.files.maxPartitionBytes": "16m",
    }
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in spark_environment().items():
            patch.setenv(name, value)
        session = SparkSession.builder.master("local[2]").config(map=options).getOrCreate()
        yield session
        session.stop()


@pytest.fixture(scope="module")
def frame(spark, measurements):
    return spark.read.parquet(str(measurements.folder))


@pytest.fixture(scope="module")
def small(spark):
    """Twelve rows in three partitions, of many types."""
    return spark.range(0, 12, 1, 3).selectExpr(
        "CAST(id AS DOUBLE) AS x",
        "CAST(id % 3 AS INT) AS weight",
        "CAST(id AS DECIMAL(20, 1)) AS part",
        "CASE id % 4 WHEN 0 THEN 1.5D WHEN 1 THEN double('NaN') WHEN 2 THEN NULL ELSE -0.0D END AS level",
        "concat('t', id % 2) AS `the ``text`",
        "date_add(DATE'2024-02-28', CAST(id % 2 AS INT)) AS day",
        "timestampadd(HOUR, CAST(id % 2 AS INT), TIMESTAMP'2024-02-28 12:00:00') AS time",
        "id < 3 AS early",
        "array(id, id + 100) AS pair",
    )


def test_a_frame_is_fitted_as_in_one_process(frame, measurements, monkeypatch):
    from mix1d.sources import spark as reader

    rows = []
    unpacked = reader._unpacked
    monkeypatch.setattr(reader, "_unpacked", lambda found: unpacked(rows.extend(found) or found))
    sketch = mix1d.Sketch.of(frame, column="x")
    assert len(rows) == 1, "the driver gets one sketch"
    assert frame.rdd.getNumPartitions() >= FILES
    assert sketch.name == "x"
    same_fit(sketch, measurements.x)
    again = mix1d.fit(frame.select("x"), 3)
    assert again.n_obs == len(measurements.x)
    assert again.log_likelihood == mix1d.fit(sketch, 3).log_likelihood, "sketches are merged in one order"


def test_expressions_weights_and_a_condition(frame, measurements):
    sketch = mix1d.Sketch.of(
        frame, column="2 * x + 1 -- doubled", sample_weight="w / 2", where="x > -1.5 OR x < -3 -- a gap"
    )
    x = measurements.x
    chosen = (x > -1.5) | (x < -3)
    assert sketch.n_zero_weight == np.sum(measurements.w[chosen] == 0.0)
    same_fit(sketch, 2.0 * x[chosen] + 1.0, measurements.w[chosen] / 2.0)


def test_groups(frame, measurements):
    groups = mix1d.Sketch.of(frame, "g", column="x", sample_weight="w")
    assert list(groups) == ["east", "north", "west", None]
    for name, sketch in groups.items():
        rows = measurements.g == name
        same_fit(sketch, measurements.x[rows], measurements.w[rows])


def test_gammas(spark, tmp_path):
    size, w = write_sizes(tmp_path)
    frame = spark.read.parquet(str(tmp_path))
    assert frame.rdd.getNumPartitions() > 1
    same_fit_of_gammas(mix1d.Sketch.of(frame, column="size"), size)
    weighted = mix1d.Sketch.of(frame, column="size", sample_weight="w")
    same_fit_of_gammas(weighted, size, w)


def test_missing_values_are_refused_with_the_place(frame):
    with pytest.raises(mix1d.InputError) as caught:
        mix1d.Sketch.of(frame, column="gaps")
    message = str(caught.value)
    assert message.startswith("in partition 0, rows from 0 on: values must not have missing values")
    assert message.endswith('pass missing="drop" to leave them out')
    with pytest.raises(
        mix1d.InputError, match=r"in group '?\w+'? of partition 0, rows from 0 on: values must"
    ):
        mix1d.Sketch.of(frame, "g", column="gaps")


def test_missing_values_are_counted(frame, measurements):
    sketch = mix1d.Sketch.of(frame, column="gaps", missing="drop")
    gaps = measurements.gaps
    assert sketch.n_missing == np.sum(np.isnan(gaps))
    same_fit(sketch, gaps[~np.isnan(gaps)])


def test_progress_counts_tasks(frame):
    done = []
    mix1d.Sketch.of(frame, column="x", progress=lambda *step: done.append(step))
    assert all(step <= total for step, total in done)
    assert done[0][1] >= FILES
    assert done[-1][0] == done[-1][1] > FILES


# ---- types


def test_columns_of_every_kind(small):
    for column in ("part", "CAST(x AS TINYINT)"):
        sketch = mix1d.Sketch.of(small, column=column, sample_weight="weight")
        assert (sketch.count, sketch.total_weight, sketch.max) == (8, 12.0, 11.0)
        assert sketch.name == column
    assert mix1d.Sketch.of(small.select("weight")).total_weight == 12.0
    assert mix1d.Sketch.of(small, column="explode(pair)").count == 24
    assert mix1d.Sketch.of(small.select("x", "weight"), sample_weight="weight").total_weight == 12.0


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        ("weight", {0: 4, 1: 4, 2: 4}),
        ("part > 2", {False: 3, True: 9}),
        ("early", {False: 9, True: 3}),
        ("level", {0.0: 3, 1.5: 3, None: 6}),
        ("the `text", {"t0": 6, "t1": 6}),
        ("day", {datetime.date(2024, 2, 28): 6, datetime.date(2024, 2, 29): 6}),
        ("minute(time)", {0: 12}),
        ("CAST(part % 2 AS DECIMAL(3, 1))", {0: 6, 1: 6}),
    ],
)
def test_groups_of_every_kind(small, by, counts):
    groups = mix1d.Sketch.of(small, by, column="x")
    assert {key: sketch.count for key, sketch in groups.items()} == counts
    assert list(groups) == list(counts), "the groups are in order"


def test_groups_of_times(small):
    groups = mix1d.Sketch.of(small, "time", column="x")
    keys = list(groups)
    assert all(isinstance(key, datetime.datetime) for key in keys)
    assert keys[1] - keys[0] == datetime.timedelta(hours=1)


def test_no_rows(small):
    assert mix1d.Sketch.of(small, column="x", where="x > 99").count == 0
    assert mix1d.Sketch.of(small, "early", column="x", where="x > 99") == {}


# ---- what is refused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "column must be given for a table with 4 numeric columns: choose one; columns: x, weight, part"),
        ({"column": "y"}, r"column 'y': .*name `y` cannot be resolved.*; columns: x, weight, part, level"),
        ({"column": "x +"}, r"column 'x \+': .*[Ss]yntax error.*; columns: x"),
        ({"column": "early"}, "column 'early' is boolean, not a number: .* such as 'CAST.early AS DOUBLE.'"),
        ({"column": "time"}, r"column 'time' is timestamp, not a number: .* such as 'unix_seconds\(time\)'"),
        ({"column": "day"}, r"column 'day' is date, not a number: .* such as 'unix_date\(day\)'"),
        ({"column": 3}, "column must be a string or None, got 3: pass a name"),
        ({"column": "x", "sample_weight": "early"}, "sample_weight 'early' is boolean, not a number"),
        ({"column": "x", "sample_weight": [1.0]}, "sample_weight must be text, got .1.0."),
        ({"column": "x", "sample_weight": "x - 5"}, "in partition 0, rows from 0 on: sample_weight must be"),
        ({"column": "x", "by": "pair"}, "by 'pair' is array<bigint>: choose numbers, text, truth values"),
        ({"column": "x", "by": "who"}, "by 'who': .*cannot be resolved"),
        ({"column": "x", "where": "y > 0"}, "where 'y > 0': .*cannot be resolved"),
        ({"column": "x", "where": "x"}, "where 'x' is double: pass a condition"),
        ({"column": "x", "missing": "ignore"}, "missing must be"),
    ],
)
def test_what_is_refused(small, arguments, words):
    with pytest.raises(mix1d.InputError, match=words):
        mix1d.Sketch.of(small, **arguments)


def test_columns_as_objects_and_other_sources(spark, small):
    with pytest.raises(mix1d.InputError, match="column must be a string or None, got Column<'x'>"):
        mix1d.Sketch.of(small, column=small.x)
    for source in (small.rdd, small.groupBy("weight"), small.x):
        with pytest.raises(mix1d.InputError, match="source must be a Spark DataFrame, got pyspark"):
            mix1d.fit(source, 1)
    with pytest.raises(mix1d.InputError, match="source must have an end, got a streaming data frame"):
        mix1d.fit(spark.readStream.format("rate").load().select("value"), 1)


def test_without_pandas_the_extra_is_named():
    need_spark()
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "try: import mix1d.sources.spark\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == 'Mix1dError Spark sources need pyarrow and pandas: pip install "mix1d[spark]"\n'


# ---- failures: Spark starts new Python workers after these, which takes seconds


def test_an_error_of_spark_comes_through_while_progress_is_shown(small):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mix1d.Sketch.of(small, column="x", progress=stop)
    with pytest.raises(Exception, match="no such luck"):
        mix1d.Sketch.of(small, column="x + raise_error('no such luck')", progress=lambda *_: None)


CONNECT = """
import sys
import mix1d
from pyspark.sql import SparkSession
spark = SparkSession.builder.remote("local[2]").config("spark.ui.enabled", "false").getOrCreate()
frame = spark.range(0, 1000, 1, 4).selectExpr("CAST(id AS DOUBLE) AS x", "id % 2 AS half")
print(mix1d.Sketch.of(frame, "half", column="x", sample_weight="half + 1", progress=print))
try:
    mix1d.Sketch.of(frame, column="y")
except mix1d.InputError as error:
    print(str(error)[:11])
spark.stop()
"""


@pytest.mark.skipif(
    not os.environ.get("CI"), reason="a second Spark takes half a minute: only where CI is set"
)
def test_a_session_of_spark_connect():
    need_spark()
    done = subprocess.run(
        [sys.executable, "-c", CONNECT],
        env={**os.environ, **spark_environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        done.stdout == "{0: <Sketch x: n = 500, 0 to 998>, 1: <Sketch x: n = 500, 1 to 999>}\ncolumn 'y':\n"
    )
