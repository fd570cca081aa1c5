"""Spark data frames: a sketch of each partition in the Python worker beside it, merged there in two steps.

Rows go as Arrow batches from an executor to its Python worker and no further: what Spark shuffles, and what
the driver receives, are sketches.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from pyspark import InheritableThread
from pyspark.errors import AnalysisException
from pyspark.sql import types

from mix1d.errors import InputError, Mix1dError, shown
from mix1d.native import Report
from mix1d.progress import Progress
from mix1d.sketch.summary import Sketch
from mix1d.sources.groups import Groups, joined, ordered
from mix1d.sources.names import listing, only_numeric

try:
    import pandas  # noqa: F401 (PySpark's Arrow functions do not run without it)
    import pyarrow as pa
except ImportError:
    raise Mix1dError('Spark sources need pyarrow and pandas: pip install "mix1d[spark]"') from None

if TYPE_CHECKING:
    from mix1d.sources.asked import Asked
    from mix1d.sources.chunks import Sketches

POLL = 0.1  # seconds between two looks at a job
_GROUPS = (
    types.NumericType,
    types.StringType,
    types.BooleanType,
    types.DateType,
    types.TimestampType,
    types.TimestampNTZType,
)


def sketch(source: Any, asked: Asked) -> Sketches:
    """Return a sketch of a Spark data frame, or a dict of them; see `Sketch.of`.

    Parameters
    ----------
    source : pyspark.sql.DataFrame
        Of a session whose Python workers have mix1d installed.
    asked : Asked
        `column` and `sample_weight` are names or Spark SQL expressions, `by` is a name or an expression of
        numbers, text, truth values, dates or times, `where` is a condition; `threads` is for each partition,
        one by default, since Spark runs many at once.

    Raises
    ------
    InputError
        When there is no such column, the SQL is wrong, or a partition has values that cannot be used; the
        message then names the partition.

    Notes
    -----
    The steps: `mapInArrow`, one row for each partition (and group); the same over as many tasks as Spark
    finds worth while, which merge those rows in the order of the partitions; the same in one task (groups
    need no third step). A partition that is lost is computed again by Spark. NULL and NaN groups are one,
    under None.

    Progress is counted in Spark's tasks, whose number is known only step by step; a session of Spark Connect
    does not report any.

    With a `SparkSession` named `spark`::

        days = spark.read.parquet("measurements/")
        sketch = mix1d.Sketch.of(days, column="log(x)", where="x > 0", sample_weight="w")
        result = mix1d.fit(sketch)
    """
    Sketch().add([], missing=asked.missing, threads=asked.threads)  # checks the arguments here, not in a task
    _check_source(source)
    picked, schema = _picked(source, asked)
    read = functools.partial(
        _read,
        weighted=asked.sample_weight is not None,
        grouped=asked.by is not None,
        missing=asked.missing,
        threads=asked.threads,
    )
    rows = picked.mapInArrow(read, schema)
    rows = _merge_step(_merge_step(rows, "part")) if asked.by is None else _merge_step(rows, "group")
    groups = _unpacked(_collected(rows, asked.progress))
    return ordered(groups) if asked.by is not None else groups.get(None, Sketch())


# ---- what is asked of Spark


def _check_source(source: Any) -> None:
    kind = type(source)
    if not hasattr(kind, "mapInArrow"):
        raise InputError(
            f"source must be a Spark DataFrame, got {kind.__module__}.{kind.__qualname__}: "
            "convert it, for example with toDF() or to_spark()"
        )
    if source.isStreaming:
        raise InputError(
            "source must have an end, got a streaming data frame: call Sketch.of for each batch, "
            "in foreachBatch, and add up the sketches"
        )


def _picked(frame: Any, asked: Asked) -> tuple[Any, types.StructType]:
    """Return the columns to read: values, weights, groups; and the schema of the rows of sketches."""
    if asked.where is not None:
        _, kind = _analysed("where", frame, asked.where)
        if not isinstance(kind, types.BooleanType):
            raise InputError(
                f"where {asked.where!r} is {kind.simpleString()}: pass a condition, such as 'x > 0'; "
                f"{listing(frame.columns)}"
            )
        frame = frame.where(f"({asked.where}\n)")
    weight, column = asked.sample_weight, asked.column
    weights = [] if weight is None else [f"{_number(frame, 'sample_weight', weight)} AS weight"]
    if column is None:
        numeric = [f.name for f in frame.schema.fields if isinstance(f.dataType, types.NumericType)]
        column = only_numeric([name for name in numeric if name not in (weight, asked.by)], frame.columns)
    wanted = [f"{_number(frame, 'column', column)} AS {_quoted(column)}", *weights]
    group: types.DataType = types.IntegerType()
    if asked.by is not None:
        expression, group = _analysed("by", frame, asked.by)
        if not isinstance(group, _GROUPS):
            raise InputError(
                f"by {asked.by!r} is {group.simpleString()}: choose numbers, text, truth values, dates or "
                "times"
            )
        wanted.append(f"{expression} AS group")
    schema = types.StructType(
        [
            types.StructField("group", group),
            types.StructField("part", types.LongType()),
            types.StructField("sketch", types.BinaryType()),
            types.StructField("fault", types.StringType()),
        ]
    )
    return frame.selectExpr(*wanted), schema


def _number(frame: Any, argument: str, wanted: Any) -> str:
    """Return SQL that gives a name or expression as numbers."""
    expression, kind = _analysed(argument, frame, wanted)
    if isinstance(kind, types.DecimalType):
        return f"CAST({expression} AS DOUBLE)"
    if not isinstance(kind, types.NumericType):
        if isinstance(kind, types.DateType | types.TimestampType | types.TimestampNTZType):
            example = f"unix_seconds({wanted})" if kind == types.TimestampType() else f"unix_date({wanted})"
        else:
            example = f"CAST({wanted} AS DOUBLE)"
        raise InputError(
            f"{argument} {wanted!r} is {kind.simpleString()}, not a number: choose a numeric column or "
            f"convert it with an expression such as {example!r}; {listing(frame.columns)}"
        )
    return expression


def _analysed(argument: str, frame: Any, wanted: Any) -> tuple[str, types.DataType]:
    """Have Spark analyse a column's name or an expression, and return it as SQL with its type."""
    if not isinstance(wanted, str):
        raise InputError(
            f"{argument} must be text, got {shown(wanted)}: pass the name of a column or an SQL expression"
        )
    expression = _quoted(wanted) if wanted in frame.columns else f"({wanted}\n)"
    try:
        return expression, frame.selectExpr(f"{expression} AS found").schema.fields[0].dataType
    except AnalysisException as error:
        words = str(error).strip().partition("\n")[0].partition(" SQLSTATE:")[0].rstrip(".")
        raise InputError(f"{argument} {wanted!r}: {words}; {listing(frame.columns)}") from None


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _merge_step(rows: Any, key: str | None = None) -> Any:
    spread = rows.repartition(1) if key is None else rows.repartition(key)
    return spread.sortWithinPartitions("part").mapInArrow(_merge, rows.schema)


# ---- what Spark's Python workers do


def _read(
    batches: Iterable[pa.RecordBatch], *, weighted: bool, grouped: bool, missing: Any, threads: int | None
) -> Iterator[pa.RecordBatch]:
    """Return a row for each group of one partition, or one that says what is wrong with it."""
    from pyspark import TaskContext

    part = TaskContext.get().partitionId()
    groups: Groups = {}
    kind, row, fault = pa.int32(), 0, None
    for batch in batches:
        if fault is not None:
            continue  # a worker that leaves rows unread cannot be used again, and a new one takes seconds
        kind = batch.schema.types[-1] if grouped else kind
        for key, rows in _split(batch) if grouped else [(None, batch)]:
            weights = rows.column(1) if weighted else None
            sketch = groups.setdefault(key, Sketch())
            try:
                sketch.add(rows.select([0]), weights, missing=missing, threads=threads or 1)
            except InputError as error:
                place = f"partition {part}, rows from {row} on"
                place = f"group {key!r} of {place}" if grouped else place
                fault = f"in {place}: {error}"
                break
        row += batch.num_rows
    if groups:
        yield _packed(groups, part, kind, fault)


def _split(batch: pa.RecordBatch) -> Iterator[tuple[Any, pa.RecordBatch]]:
    """Give the rows of each group, whose value stands in the last column."""
    coded = batch.columns[-1].dictionary_encode(null_encoding="encode")
    keys = coded.dictionary.to_pylist()
    codes = coded.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    rows = batch.take(pa.array(order))
    bounds = np.searchsorted(codes[order], np.arange(len(keys) + 1))
    for key, begin, end in zip(keys, bounds[:-1], bounds[1:], strict=True):
        yield (key if key == key else None), rows.slice(begin, end - begin)


def _merge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Return a row for each group that occurs in rows of sketches, or the first that says what is wrong."""
    groups: Groups = {}
    part, kind, fault = None, None, None
    for batch in batches:
        kind = batch.schema.types[0]
        for row in batch.to_pylist():
            part = row["part"] if part is None else part
            fault = row["fault"] if fault is None else fault
            if row["sketch"] is not None:
                groups = joined([groups, {row["group"]: Sketch.from_bytes(row["sketch"])}])
    if kind is not None:
        yield _packed(groups, part, kind, fault)


def _packed(groups: Groups, part: int | None, kind: pa.DataType, fault: str | None = None) -> pa.RecordBatch:
    keys: list[Any] = [None]
    sketches: list[bytes | None] = [None]
    if fault is None:
        keys, sketches = list(groups), [found.to_bytes() for found in groups.values()]
    n = len(keys)
    columns = {
        "group": pa.array(keys, kind),
        "part": pa.array([part] * n, pa.int64()),
        "sketch": pa.array(sketches, pa.binary()),
        "fault": pa.array([fault] * n, pa.string()),
    }
    return pa.RecordBatch.from_pydict(columns)


# ---- what the driver does


def _unpacked(rows: Iterable[Any]) -> Groups:
    faults = [(row["part"], row["fault"]) for row in rows if row["fault"] is not None]
    if faults:
        raise InputError(min(faults)[1])
    return joined({row["group"]: Sketch.from_bytes(row["sketch"])} for row in rows)


def _collected(rows: Any, progress: Any) -> list[Any]:
    remote = type(rows).__module__.startswith("pyspark.sql.connect")
    with Progress(progress) as report:
        if report is None or remote:
            return list(rows.collect())
        return _watched(rows, rows.sparkSession.sparkContext, report)


def _watched(rows: Any, context: Any, report: Report) -> list[Any]:
    """Collect in a thread, and count Spark's finished tasks meanwhile."""
    job = f"mix1d-{uuid.uuid4().hex}"
    outcome: list[Any] = []

    def collect() -> None:
        context.setJobGroup(job, "mix1d.Sketch.of")
        try:
            outcome.append(rows.collect())
        except BaseException as error:
            outcome.append(error)

    thread = InheritableThread(target=collect, daemon=True)
    thread.start()
    try:
        total = 0
        while thread.is_alive():
            thread.join(POLL)
            total = _count(context.statusTracker(), job, report)
        report(total, total)
    except BaseException:
        context.cancelJobGroup(job)
        raise
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return list(outcome[0])


def _count(tracker: Any, job: str, report: Report) -> int:
    """Report the finished and all tasks of the stages that have begun; return the latter."""
    jobs = map(tracker.getJobInfo, tracker.getJobIdsForGroup(job))
    stages = {stage for info in jobs if info for stage in info.stageIds}
    known = [info for info in map(tracker.getStageInfo, sorted(stages)) if info]
    begun = [info for info in known if info.numActiveTasks or info.numCompletedTasks]
    total = int(sum(info.numTasks for info in begun))
    if total:
        report(sum(info.numCompletedTasks for info in begun), total)
    return total
