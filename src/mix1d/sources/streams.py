"""Rows of a DuckDB relation, batch by batch, while another thread runs the query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import duckdb
from duckdb import DuckDBPyRelation
from numpy.typing import NDArray

from mix1d import _core
from mix1d.errors import InputError

T = TypeVar("T")
Elsewhere: TypeAlias = Callable[[Callable[[], T]], "Future[T]"]

_STREAMS = int(duckdb.__version__.partition(".")[0]) >= 2


@contextmanager
def in_another_thread(interrupt: Callable[[], object] | None) -> Iterator[Elsewhere[Any]]:
    """Give a function that runs queries in a thread, so that Ctrl-C is heard while DuckDB is at work.

    `interrupt` ends the query that runs when something else fails; without it, the query is left to itself.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="mix1d-duckdb")
    try:
        yield pool.submit
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        if interrupt is not None:
            interrupt()
            pool.shutdown()
        raise
    pool.shutdown()


def batches_of(
    rows: DuckDBPyRelation, columns: Sequence[str], label: str, elsewhere: Elsewhere[Any]
) -> Iterator[list[NDArray[Any]]]:
    """Read columns, given in SQL, batch by batch, the next one while the caller is busy with this one."""
    query = rows.project(", ".join(f"{sql} AS c{i}" for i, sql in enumerate(columns)))
    try:
        stream = elsewhere(lambda: _stream(query)).result()
        ahead = elsewhere(lambda: _core.read_arrow_batch(stream))
        while (batch := ahead.result()) is not None:
            ahead = elsewhere(lambda: _core.read_arrow_batch(stream))
            yield batch
    except (duckdb.Error, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{label}: {first_words(error)}") from None


def _stream(query: Any) -> object:
    if not _STREAMS:
        query.fetchmany(0)  # before 2.0 only a query that runs already streams; others are held in memory
    return query.__arrow_c_stream__()


def first_words(error: Exception) -> str:
    """Return what DuckDB says in one sentence, without its advice on options that are not ours."""
    text = str(error)
    if "Error when sniffing file" in text:
        return "cannot be read as CSV: no delimiter among , ; | and tab gives a table"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    useful = [line for line in lines[:3] if not line.startswith(("LINE ", "^", "Candidate", "Original Line"))]
    return ": ".join(useful).partition(": ")[2] or text
