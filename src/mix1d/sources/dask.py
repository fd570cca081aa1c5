"""Dask arrays, series and data frames: a sketch of each partition where it lives, merged as a tree.

One task reads a partition and returns its sketches; Dask fuses it with the tasks that make the partition, so
that sketches are all that workers send to each other and to the caller.
"""

from __future__ import annotations

import functools
import uuid
from typing import TYPE_CHECKING, Any

import dask.array as da
import numpy as np
from dask.base import get_scheduler
from dask.callbacks import Callback
from dask.delayed import delayed
from dask.utils import is_dataframe_like, is_index_like, is_series_like

from mix1d.errors import InputError, shown
from mix1d.native import Report
from mix1d.progress import Progress
from mix1d.sketch.summary import Sketch
from mix1d.sources.groups import Groups, joined, ordered
from mix1d.sources.names import check_name, holds_numbers, only_numeric

if TYPE_CHECKING:
    from mix1d.sources.asked import Asked
    from mix1d.sources.chunks import Sketches

FAN_IN = 8  # sketches that one merge takes
_ALL = ""  # the key of the only group when no groups are asked for


def sketch(source: Any, asked: Asked) -> Sketches:
    """Return a sketch of a Dask collection, or a dict of them; see `Sketch.of`.

    Parameters
    ----------
    source : dask.array.Array (n,) or (n, 1), dask.dataframe.Series or DataFrame
        Computed by the scheduler that is active: threads, processes, or the cluster of a client.
    asked : Asked
        `sample_weight` is a column for a data frame, or a collection partitioned like the values; `threads`
        is for each task, one by default, since many run at once.

    Raises
    ------
    InputError
        When the collection has no such columns, or a partition has values that cannot be used; raised in a
        worker, it arrives as it is, with the number of the partition.

    Notes
    -----
    When a worker is lost, Dask computes its partitions again and the result is the same.

    Examples
    --------
    >>> import dask.array, mix1d
    >>> x = dask.array.arange(1_000_000, chunks=100_000)
    >>> mix1d.Sketch.of(x)
    <Sketch n = 1000000, 0 to 999999>
    """
    Sketch().add([], missing=asked.missing, threads=asked.threads)  # checks the arguments here, not in a task
    if asked.where is not None:
        raise InputError(
            f"where must be None for Dask, which has no SQL, got {shown(asked.where)}: "
            "select the rows first, for example frame[frame.x > 0]"
        )
    meta = getattr(source, "_meta", None)
    if isinstance(source, da.Array):
        parts = _of_array(source, asked)
    elif is_dataframe_like(meta):
        parts = _of_frame(source, asked)
    elif is_series_like(meta) or is_index_like(meta):
        _no_columns(source, asked)
        parts = _of_series(source, asked)
    else:
        raise InputError(
            f"source must be a Dask array, Series or DataFrame, got {type(source).__name__}: "
            "convert it, for example with to_dataframe() or to_dask_array()"
        )
    groups = _computed(parts, asked.progress)
    return ordered(groups) if asked.by is not None else groups[_ALL]


# ---- one task for each partition


def _of_array(source: Any, asked: Asked) -> list[Any]:
    _no_columns(source, asked)
    values = source[:, 0] if source.ndim == 2 and source.shape[1] == 1 else source
    if values.ndim != 1:
        raise InputError(
            f"source must have shape (n,) or (n, 1), got {source.shape}: select one column, "
            f"for example source[:{', 0' * (source.ndim - 1)}]"
        )
    weights = None if asked.sample_weight is None else _weights_of_array(asked.sample_weight, values)
    blocks = da.map_blocks(
        functools.partial(_block, missing=asked.missing, threads=asked.threads),
        values,
        *([] if weights is None else [weights]),
        dtype=object,
        meta=np.empty(0, object),
        name=f"mix1d-sketch-{uuid.uuid4().hex}",
    )
    return list(blocks.to_delayed())


def _weights_of_array(sample_weight: Any, values: Any) -> Any:
    if isinstance(sample_weight, str):
        raise InputError(
            f"sample_weight must be an array for a Dask array, got {shown(sample_weight)}: "
            "pass a Dask array of the same length"
        )
    if is_series_like(getattr(sample_weight, "_meta", None)):
        sample_weight = sample_weight.values
    unknown = np.isnan(values.shape[0])
    if not isinstance(sample_weight, da.Array) and not unknown:
        sample_weight = da.from_array(np.asarray(sample_weight), chunks=-1)
    shape: tuple[Any, ...] = getattr(sample_weight, "shape", ())
    if len(shape) == 2 and shape[1] == 1:
        sample_weight = sample_weight[:, 0]
    if unknown or np.isnan(sum(shape)):
        if getattr(sample_weight, "numblocks", None) != values.numblocks:
            raise InputError(
                f"sample_weight must be a Dask array of {values.numblocks[0]} chunks, as the values are one "
                "of unknown length: take both from the same collection, or call compute_chunk_sizes() on both"
            )
        return sample_weight
    if sample_weight.shape != values.shape:
        raise InputError(
            f"sample_weight must have one weight for each of the {values.shape[0]} rows, "
            f"got shape {shape}: pass a weight for every row, missing ones too"
        )
    return sample_weight.rechunk(values.chunks)


def _block(
    values: Any, weights: Any = None, *, missing: Any, threads: int | None, block_id: tuple[int, ...]
) -> Groups:
    return {_ALL: _sketch_of(values, weights, missing, threads, f"chunk {block_id[0]}")}


def _of_frame(frame: Any, asked: Asked) -> list[Any]:
    names = list(frame.columns)
    weight, weights = asked.sample_weight, None
    if is_series_like(getattr(weight, "_meta", None)):
        weight, weights = None, weight
    elif weight is not None and not isinstance(weight, str):
        raise InputError(
            f"sample_weight must be the name of a column of the data frame, got {shown(weight)}: "
            "assign the weights to a column first"
        )
    for argument, name in (("column", asked.column), ("by", asked.by), ("sample_weight", weight)):
        if name is not None:
            check_name(argument, name, names)
    column = asked.column
    if column is None:
        kinds = zip(names, frame.dtypes, strict=True)
        free = [name for name, kind in kinds if holds_numbers(kind) and name not in (weight, asked.by)]
        column = only_numeric(free, names)
    wanted = [name for name in (column, weight, asked.by) if name is not None]
    return _mapped(frame[list(dict.fromkeys(wanted))], weights, asked, column=column, weight=weight)


def _of_series(values: Any, asked: Asked) -> list[Any]:
    weights = asked.sample_weight
    if weights is not None and not is_series_like(getattr(weights, "_meta", None)):
        raise InputError(
            f"sample_weight must be a Dask Series for a Dask Series, got {shown(weights)}: "
            "take both from the same data frame"
        )
    return _mapped(values, weights, asked)


def _mapped(source: Any, weights: Any, asked: Asked, **names: Any) -> list[Any]:
    if weights is not None and weights.npartitions != source.npartitions:
        raise InputError(
            f"sample_weight must be partitioned like the values ({source.npartitions} partitions), "
            f"got {weights.npartitions} partitions: take both from the same data frame"
        )
    mapped = source.map_partitions(
        functools.partial(_partition, by=asked.by, missing=asked.missing, threads=asked.threads, **names),
        *([] if weights is None else [weights]),
        meta=source._meta,
        enforce_metadata=False,  # it is sketches that come back
        token="mix1d-sketch",
    )
    return list(mapped.to_delayed())


def _partition(
    part: Any,
    weights: Any = None,
    *,
    column: Any = None,
    weight: Any = None,
    by: Any = None,
    missing: Any,
    threads: int | None,
    partition_info: dict[str, Any],
) -> Groups:
    """Return the sketches of one partition, a pandas Series or DataFrame."""
    where = f"partition {partition_info['number']}"
    if weights is not None and hasattr(part, "index") and not part.index.equals(weights.index):
        raise InputError(
            f"sample_weight must have the same index as the values, which it has not in {where}: "
            "take both from the same data frame"
        )
    if column is None:
        return {_ALL: _sketch_of(part, weights, missing, threads, where)}
    if weights is not None:
        weight = "mix1d weight"
        part = part.assign(**{weight: weights.array})
    tables = [(_ALL, part)] if by is None else part.groupby(by, sort=False, dropna=False, observed=True)
    groups: Groups = {}
    for value, rows in tables:
        key, place = _key(value), where
        if by is not None:
            place = f"group {key!r} of {where}"
        chosen = None if weight is None else rows[weight]
        groups[key] = _sketch_of(rows[column], chosen, missing, threads, place)
    return groups


def _key(value: Any) -> Any:
    """Return a group's value as Python has it, None for every kind of missing value."""
    from pandas import isna

    if isna(value) is True:
        return None
    return value.item() if isinstance(value, np.generic) else value


def _sketch_of(values: Any, weights: Any, missing: Any, threads: int | None, where: str) -> Sketch:
    found = Sketch()
    try:
        found.add(values, weights, missing=missing, threads=threads or 1)
    except InputError as error:
        raise InputError(f"in {where}: {error}") from None
    return found


# ---- the tree


def _computed(parts: list[Any], progress: Any) -> Groups:
    """Merge the partitions, and have it all computed by the scheduler that is active."""
    merge = delayed(joined, pure=False)
    run = uuid.uuid4().hex
    level, tasks = 0, parts
    while len(tasks) > 1 or level == 0:
        tasks = [
            merge(tasks[i : i + FAN_IN], dask_key_name=f"mix1d-merge-{run}-{level}-{i // FAN_IN}")
            for i in range(0, len(tasks), FAN_IN)
        ]
        level += 1
    try:
        with Progress(progress) as report:
            found: Groups = tasks[0].compute() if report is None else _watched(tasks[0], parts, report)
    except InputError as error:
        # Dask's scheduler of processes adds the worker's traceback to the message.
        raise InputError(str(getattr(error, "exception", error))) from None
    return found


def _watched(root: Any, parts: list[Any], report: Report) -> Any:
    scheduler = getattr(get_scheduler(collections=[root]), "__self__", None)
    if type(scheduler).__module__.startswith("distributed."):
        return _watched_cluster(scheduler, root, parts, report)
    keys = {part.key for part in parts}
    done = 0

    def count(key: Any, *_: Any) -> None:
        nonlocal done
        if key in keys:
            done += 1
            report(done, len(keys))

    with Callback(posttask=count):
        return root.compute()


def _watched_cluster(client: Any, root: Any, parts: list[Any], report: Report) -> Any:
    from distributed import as_completed

    whole, *pending = client.compute([root, *parts])
    total = len(pending)
    try:
        waiting = as_completed(pending)
        del pending  # a sketch that nobody holds is dropped once it is merged
        for done, part in enumerate(waiting, 1):
            if part.status != "finished":
                break
            report(done, total)
        return whole.result()
    finally:
        whole.release()


def _no_columns(source: object, asked: Asked) -> None:
    for name in ("by", "column"):
        value = getattr(asked, name)
        if value is not None:
            raise InputError(
                f"{name} must be None for a Dask {type(source).__name__}, which has no named columns, "
                f"got {shown(value)}: pass a data frame, or select the values first"
            )
