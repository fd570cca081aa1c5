"""A column of a DuckDB relation: what was asked for as SQL, and its rows batch by batch."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

import duckdb
import numpy as np
from duckdb import DuckDBPyRelation
from numpy.typing import NDArray

from mix1d import _core
from mix1d._errors import InputError
from mix1d.sources.chunks import Groups, Rows
from mix1d.sources.columns import ColumnError, Header, Wanted

T = TypeVar("T")
Elsewhere: TypeAlias = Callable[[Callable[[], T]], "Future[T]"]

INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_NUMBERS = INTEGERS | {"HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE"}
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_STREAMS = int(duckdb.__version__.partition(".")[0]) >= 2


@dataclass(frozen=True)
class Table:
    """A relation with its columns.

    Attributes
    ----------
    label : str
        How messages call it.
    relation : DuckDBPyRelation
        Not executed yet.
    types : dict
        The columns' names and DuckDB types.
    whole : frozenset of str
        Columns of whole numbers, as far as was seen, that are read as doubles.
    """

    label: str
    relation: DuckDBPyRelation
    types: dict[str, str]
    whole: frozenset[str] = frozenset()

    @classmethod
    def of(cls, label: str, relation: DuckDBPyRelation) -> Table:
        """Look at the columns of a relation."""
        kinds = [str(kind) for kind in relation.types]
        return cls(label, relation, dict(zip(relation.columns, kinds, strict=True)))

    @property
    def header(self) -> Header:
        """The columns in words."""
        numeric = tuple(name for name, kind in self.types.items() if is_number(kind))
        return Header(self.label, {name: in_words(kind) for name, kind in self.types.items()}, numeric)


@dataclass(frozen=True)
class Selection:
    """What was asked for, checked against a table."""

    name: str
    table: Table
    rows: DuckDBPyRelation
    picked: tuple[str, ...]  # SQL of the values and the weights, as doubles
    by: str | None
    whole: bool  # the groups are whole numbers read as doubles

    @classmethod
    def of(cls, opened: Callable[[], Table], wanted: Wanted, label: str) -> Selection:
        """Open a table, find the columns and have DuckDB check the expressions.

        Raises
        ------
        ColumnError
            When there is no such column, or none or several to choose from, or the SQL is wrong.
        InputError
            When the table cannot be read, or a column does not hold numbers.
        """
        try:
            return cls._of(opened(), wanted)
        except duckdb.Error as error:
            raise InputError(f"{label}: {first_words(error)}") from None

    @classmethod
    def _of(cls, table: Table, wanted: Wanted) -> Selection:
        header, relation = table.header, table.relation
        if wanted.column is None:
            name = header.only_numeric([wanted.weights, wanted.by], wanted.words)
        else:
            name = header.spelling(wanted.column) or wanted.column
        picked = [number_sql(table, name, "column")]
        if wanted.weights is not None:
            picked.append(number_sql(table, wanted.weights, wanted.words.weights))
        if wanted.where is not None:
            condition = f"({wanted.where}\n)"
            relation = checked(table, lambda: relation.filter(condition), "where")
        by, whole = None, False
        if wanted.by is not None:
            by = _expression(header, wanted.by)
            checked(table, lambda: relation.project(f"{by} AS g"), "by", wanted.by)
            whole = header.spelling(wanted.by) in table.whole
        return cls(name, table, relation, tuple(picked), by, whole)

    def batches(self, elsewhere: Elsewhere[Any]) -> Iterator[Rows]:
        """Read the rows; the next batch is fetched while the caller is busy with this one.

        Raises
        ------
        InputError
            When the content cannot be read or converted.
        """
        groups = None if self.by is None else elsewhere(self._groups).result()
        columns = [*self.picked] if self.by is None else [*self.picked, f"hash({self.by})"]
        for batch in batches_of(self.rows, columns, self.table.label, elsewhere):
            weights = batch[1] if len(self.picked) == 2 else None
            coded = None if groups is None else groups.coded(batch[-1], self.table.label)
            yield Rows(batch[0], weights, coded)

    def _groups(self) -> _Hashed:
        values = self.rows.project(f"{self.by} AS g").distinct()
        found = values.project("g, hash(g) AS h").fetchall()
        keys = [int(key) if self.whole and key is not None and key % 1 == 0 else key for key, _ in found]
        if not all(isinstance(key, Hashable) for key in keys):
            raise ColumnError(
                f"{self.table.label}: by must give text, numbers or dates, found {type(keys[0]).__name__}: "
                "convert it with an expression such as 'CAST(... AS VARCHAR)'"
            )
        hashes = np.array([number for _, number in found], np.uint64)
        order = np.argsort(hashes)
        return _Hashed(tuple(keys), hashes[order], order)


@dataclass(frozen=True)
class _Hashed:
    """Groups by the hash that DuckDB gives them, so that a batch brings numbers only."""

    keys: tuple[Hashable, ...]
    hashes: NDArray[np.uint64]  # rising
    place: NDArray[np.intp]  # of each in `keys`

    def coded(self, hashes: NDArray[np.uint64], label: str) -> Groups:
        at = np.searchsorted(self.hashes, hashes)
        if len(self.hashes) == 0 or not np.array_equal(self.hashes.take(at, mode="clip"), hashes):
            raise InputError(
                f"{label}: its groups changed between two readings: by needs rows that stay the same, for "
                "example those of a table made from the query"
            )
        return Groups(self.keys, self.place[at])


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


def _expression(header: Header, wanted: str) -> str:
    name = header.spelling(wanted)
    return f"({wanted}\n)" if name is None else '"' + name.replace('"', '""') + '"'


def number_sql(table: Table, wanted: str, argument: str) -> str:
    """Return SQL that gives a name or expression as the nearest doubles."""
    header, relation = table.header, table.relation
    name, expression = header.spelling(wanted), _expression(header, wanted)
    if name is not None:
        kind = table.types[name]
    else:
        kind = str(checked(table, lambda: relation.project(expression), argument, wanted).types[0])
    if kind.startswith("DECIMAL") or kind in ("HUGEINT", "UHUGEINT"):
        return f"CAST(CAST({expression} AS VARCHAR) AS DOUBLE)"  # DuckDB's direct cast rounds twice
    if not is_number(kind):
        text = kind == "VARCHAR"
        stray = f"{expression} IS NOT NULL"
        if text:
            stray += f" AND try_cast({expression} AS DOUBLE) IS NULL"
        found = relation.filter(stray).project(f"CAST({expression} AS VARCHAR) AS c").limit(1).fetchall()
        if text and not found:  # numbers kept as text, or nothing but missing values
            return f"CAST({expression} AS DOUBLE)"
        advice = "choose a numeric one"
        if text or kind.startswith(("DATE", "TIME")):
            comma = text and _DECIMAL_COMMA.fullmatch(found[0][0])
            number = f"replace({wanted}, ',', '.')" if comma else wanted
            sql = f"try_cast({number} AS DOUBLE)" if text else f"epoch({wanted})"
            advice += f" or convert it with an expression such as {sql!r}"
        shown = f", for example {found[0][0]!r}" if found else ""
        raise InputError(
            f"{table.label}: {argument} {wanted!r} is {in_words(kind)}, not a number{shown}; {advice}; "
            f"{header.listing()}"
        )
    return f"CAST({expression} AS DOUBLE)"


def checked(
    table: Table, derive: Callable[[], DuckDBPyRelation], argument: str, wanted: str | None = None
) -> DuckDBPyRelation:
    """Have DuckDB parse and bind an expression."""
    try:
        derived = derive()
        _ = derived.types
        return derived
    except duckdb.Error as error:
        words = first_words(error)
        unknown = words.partition('Referenced column "')[2].partition('"')[0]
        if wanted is not None and wanted.replace(" ", "_").isidentifier():
            unknown = wanted  # a name of two words is no name to DuckDB
        header = table.header
        if unknown:
            words = header.unknown(unknown)
        raise ColumnError(f"{table.label}: {argument}: {words}; {header.listing()}") from None


def first_words(error: Exception) -> str:
    """Return what DuckDB says in one sentence, without its advice on options that are not ours."""
    text = str(error)
    if "Error when sniffing file" in text:
        return "cannot be read as CSV: no delimiter among , ; | and tab gives a table"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    useful = [line for line in lines[:3] if not line.startswith(("LINE ", "^", "Candidate", "Original Line"))]
    return ": ".join(useful).partition(": ")[2] or text


def in_words(kind: str) -> str:
    """Return the name of a DuckDB type as messages show it."""
    return "text" if kind == "VARCHAR" else kind.lower()


def is_number(kind: str) -> bool:
    """Say whether a DuckDB type is a number."""
    return kind in _NUMBERS or kind.startswith("DECIMAL")


def read_as_doubles(table: Table, whole: list[str]) -> Table:
    """Return the table with columns of whole numbers, as far as was seen, marked as read as doubles."""
    return replace(table, types={**table.types, **dict.fromkeys(whole, "DOUBLE")}, whole=frozenset(whole))
