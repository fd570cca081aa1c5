"""Read one column of numbers from CSV, Parquet or JSON files with DuckDB."""

from __future__ import annotations

import difflib
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mix1d._errors import InputError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MISSING = ("", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "#N/A")  # as pandas and R write them
_KINDS = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
}
_PACKED = (".gz", ".zst")
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_NUMBERS = _INTEGERS | {"HUGEINT", "UHUGEINT", "FLOAT", "DOUBLE"}


class ColumnError(InputError):
    """The column, the weights or the condition asked for do not fit the file."""


@dataclass(frozen=True)
class Columns:
    """What was read, with NaN for missing values.

    Attributes
    ----------
    values : ndarray, shape (n,)
        The rows of all files, in their order.
    weights : ndarray, shape (n,), or None
        When a column of weights was asked for.
    name : str
        The column or expression.
    """

    values: NDArray[np.float64]
    weights: NDArray[np.float64] | None
    name: str


@dataclass(frozen=True)
class _Source:
    """One file as DuckDB sees it."""

    label: str
    sql: str
    columns: dict[str, str]  # names and DuckDB types

    def numeric(self) -> list[str]:
        return [name for name, kind in self.columns.items() if _is_number(kind)]

    def spelling(self, wanted: str) -> str | None:
        """Return the column of that name; SQL names do not depend on case."""
        if wanted in self.columns:
            return wanted
        return next((name for name in self.columns if name.casefold() == wanted.strip().casefold()), None)

    def listing(self) -> str:
        return "columns: " + ", ".join(f"{name} ({_in_words(kind)})" for name, kind in self.columns.items())


def read_columns(
    paths: Sequence[str], *, column: str | None = None, weights: str | None = None, where: str | None = None
) -> Columns:
    r"""Read the same column from one or more files and join them.

    Parameters
    ----------
    paths : sequence of str
        CSV (delimiter, header and types are sniffed), Parquet or JSON (lines or one array), plain or
        compressed; "-" is standard input, whose kind is told from its first bytes.
    column : str, optional
        A column's name or an SQL expression over the columns; by default the only numeric column.
    weights : str, optional
        A name or expression for the weight of each row.
    where : str, optional
        An SQL condition that rows must meet.

    Returns
    -------
    Columns
        Doubles, each the nearest to the number in the file; empty cells, NULL and NA become NaN.

    Raises
    ------
    ColumnError
        When there is no such column, or none or several to choose from, or the SQL is wrong.
    InputError
        When the content of a file cannot be used.
    OSError
        When a file cannot be opened.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "heights.csv")
    >>> _ = path.write_text("who,height\nAda,1.62\nBo,NA\n")
    >>> read_columns([str(path)]).values
    array([1.62,  nan])
    """
    import duckdb

    # Without the network: a file is read with what DuckDB has built in, or not at all.
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    parts = []
    with connection:
        for path in paths:
            with _as_file(path) as (file, label):
                try:
                    parts.append(_read(connection, file, label, column, weights, where))
                except duckdb.Error as error:
                    raise InputError(f"{label}: {_first_words(error)}") from None
                except RuntimeError as error:
                    if "interrupted" in str(error):  # what DuckDB makes of Ctrl-C
                        raise KeyboardInterrupt from None
                    raise
    for part, path in zip(parts, paths, strict=True):
        if part.name != parts[0].name:
            raise ColumnError(
                f"the only numeric column is {parts[0].name!r} in {paths[0]} and {part.name!r} in {path}; "
                "choose one with --column"
            )
    joined = [part.weights for part in parts if part.weights is not None]
    return Columns(
        np.concatenate([part.values for part in parts]),
        np.concatenate(joined) if joined else None,
        parts[0].name,
    )


@contextmanager
def _as_file(path: str) -> Iterator[tuple[str, str]]:
    """Give the path of a readable file and a name for messages; standard input goes to a temporary file."""
    if path != "-":
        with open(path, "rb"):  # raises an OSError with a clear text, which DuckDB does not
            pass
        yield path, path
        return
    handle, name = tempfile.mkstemp(prefix="mix1d-")
    try:
        with open(handle, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield name, "standard input"
    finally:
        os.unlink(name)


def _read(
    connection: DuckDBPyConnection,
    file: str,
    label: str,
    column: str | None,
    weights: str | None,
    where: str | None,
) -> Columns:
    source = _open(connection, file, label)
    name = _only_numeric(source) if column is None else source.spelling(column) or column
    picked = [_number(connection, source, name, "column")]
    if weights is not None:
        picked.append(_number(connection, source, weights, "weights"))
    condition = "" if where is None else f" WHERE ({where}\n)"
    if where is not None:
        _check(connection, source, f"SELECT 1 FROM {source.sql}{condition}", "where")
    query = ", ".join(f"{sql} AS c{i}" for i, sql in enumerate(picked))
    table = connection.execute(f"SELECT {query} FROM {source.sql}{condition}").fetchnumpy()
    arrays = [np.ma.filled(table[f"c{i}"], np.nan) for i in range(len(picked))]
    if not arrays[0].size:
        raise InputError(f"{label}: no rows{'' if where is None else f' where {where}'}")
    return Columns(arrays[0], arrays[1] if weights is not None else None, name)


def _open(connection: DuckDBPyConnection, file: str, label: str) -> _Source:
    with open(file, "rb") as stream:
        head = stream.read(4096)
    if not head:
        raise InputError(f"{label}: the file is empty")
    path = _literal(glob.escape(file))
    kind = _kind(file, head)
    if kind != "csv":
        return _described(connection, label, f"read_{kind}({path})")
    options = f"nullstr=[{', '.join(map(_literal, _MISSING))}]"
    source = _described(connection, label, f"read_csv({path}, {options})")
    if b";" in head.partition(b"\n")[0] and "VARCHAR" in source.columns.values():
        # Files separated by semicolons often have a decimal comma.
        comma = f"{options}, decimal_separator=','"
        other = _described(connection, label, f"read_csv({path}, {comma})")
        if len(other.numeric()) > len(source.numeric()):
            source, options = other, comma
    integers = [name for name, kind in source.columns.items() if kind in _INTEGERS]
    if integers:
        # Types are sniffed from the first rows; a later 1.5 in a column of integers would be rounded to 2.
        types = ", ".join(f"{_literal(name)}: 'DOUBLE'" for name in integers)
        doubles = dict.fromkeys(integers, "DOUBLE")
        sql = f"read_csv({path}, {options}, types={{{types}}})"
        source = _Source(label, sql, {**source.columns, **doubles})
    return source


def _kind(file: str, head: bytes) -> str:
    suffixes = [suffix.lower() for suffix in Path(file).suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    if suffixes and suffixes[-1] in _KINDS:
        return _KINDS[suffixes[-1]]
    if head.startswith(b"PAR1"):
        return "parquet"
    return "json" if head.lstrip()[:1] in (b"{", b"[") else "csv"


def _described(connection: DuckDBPyConnection, label: str, sql: str) -> _Source:
    rows = connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
    return _Source(label, sql, {str(row[0]): str(row[1]) for row in rows})


def _only_numeric(source: _Source) -> str:
    numeric = source.numeric()
    if len(numeric) == 1 or len(source.columns) == 1:
        return (numeric or list(source.columns))[0]
    if not numeric:
        raise InputError(f"{source.label}: no numeric column; {source.listing()}")
    raise ColumnError(
        f"{source.label}: {len(numeric)} numeric columns, choose one with --column; {source.listing()}"
    )


def _number(connection: DuckDBPyConnection, source: _Source, wanted: str, argument: str) -> str:
    """Return SQL that gives a name or expression as the nearest doubles."""
    name = source.spelling(wanted)
    if name is not None:
        expression, kind = '"' + name.replace('"', '""') + '"', source.columns[name]
    else:
        expression = f"({wanted}\n)"
        kind = _check(connection, source, f"SELECT {expression} FROM {source.sql}", argument, wanted)
    if kind.startswith("DECIMAL") or kind in ("HUGEINT", "UHUGEINT"):
        return f"CAST(CAST({expression} AS VARCHAR) AS DOUBLE)"  # DuckDB's direct cast rounds twice
    if not _is_number(kind):
        text = kind == "VARCHAR"
        stray = f"{expression} IS NOT NULL" + (
            f" AND try_cast({expression} AS DOUBLE) IS NULL" if text else ""
        )
        example = connection.execute(
            f"SELECT CAST({expression} AS VARCHAR) FROM {source.sql} WHERE {stray} LIMIT 1"
        ).fetchone()
        if text and example is None:  # numbers kept as text, or nothing but missing values
            return f"CAST({expression} AS DOUBLE)"
        advice = "choose a numeric one"
        if text or kind.startswith(("DATE", "TIME")):
            sql = f"try_cast({wanted} AS DOUBLE)" if text else f"epoch({wanted})"
            advice += f" or convert it with an expression such as {sql!r}"
        shown = f", for example {example[0]!r}" if example else ""
        raise InputError(
            f"{source.label}: {argument} {wanted!r} is {_in_words(kind)}, not a number{shown}; {advice}; "
            f"{source.listing()}"
        )
    return f"CAST({expression} AS DOUBLE)"


def _check(
    connection: DuckDBPyConnection, source: _Source, query: str, argument: str, wanted: str | None = None
) -> str:
    """Have DuckDB parse and bind a query, and return the type of its first column."""
    import duckdb

    try:
        return str(connection.execute(f"DESCRIBE {query}").fetchall()[0][1])
    except duckdb.Error as error:
        words = _first_words(error)
        unknown = words.partition('Referenced column "')[2].partition('"')[0]
        folded = {name.casefold(): name for name in source.columns}
        if not unknown and wanted is not None and wanted.replace(" ", "_").isidentifier():
            unknown = wanted  # a name of two words is a syntax error to DuckDB
        if unknown:
            close = difflib.get_close_matches(unknown.casefold(), folded, n=1)
            words = f"no column {unknown!r}" + (f", did you mean {folded[close[0]]!r}" if close else "")
        raise ColumnError(f"{source.label}: {argument}: {words}; {source.listing()}") from None


def _first_words(error: Exception) -> str:
    """Return what DuckDB says in one sentence, without its advice on options that are not ours."""
    text = str(error)
    if "Error when sniffing file" in text:
        return "cannot be read as CSV: no delimiter among , ; | and tab gives a table"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    useful = [line for line in lines[:3] if not line.startswith(("LINE ", "^", "Candidate", "Original Line"))]
    return ": ".join(useful).partition(": ")[2] or text


def _in_words(kind: str) -> str:
    return "text" if kind == "VARCHAR" else kind.lower()


def _is_number(kind: str) -> bool:
    return kind in _NUMBERS or kind.startswith("DECIMAL")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
