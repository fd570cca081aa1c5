"""CSV and other text, Parquet, JSON and Excel files as DuckDB tables."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from mix1d.errors import InputError
from mix1d.sources.columns import Wanted
from mix1d.sources.quoting import literal, quoted_name
from mix1d.sources.relations import INTEGERS, Table
from mix1d.sources.separated import is_counter, is_id
from mix1d.sources.textual import CELL, ROW, code_note, text_table, without_codes

if TYPE_CHECKING:
    from mix1d.sources.file import File

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
_MAGIC = ((b"PAR1", "parquet"), (b"PK\x03\x04", "xlsx"))
# What other files begin with, which may have been saved as .csv by mistake.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls): save it as .xlsx or .csv"),
    (b"%PDF", "a PDF file: save the table as .csv"),
    (b"SQLite format 3", "an SQLite database: export the table as .csv"),
    (b"ARROW1", "an Arrow file: save it as .parquet"),
    (b"\x93NUMPY", "a NumPy file: load it with numpy.load and pass the array"),
    (b"\x89HDF", "an HDF5 file: save the table as .csv or .parquet"),
    (b"BZh", "packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "packed with xz: unpack it first"),
)
_LOOKED_AT = 1000  # rows
_JSON = re.compile(rb"\s*\[?\s*\{\s*\"[^\"]*\"\s*:")


def table_of(connection: DuckDBPyConnection, file: File, wanted: Wanted, *, keep: bool = False) -> Table:
    """Return a file as a table; its kind is told from its first bytes, or else from its name.

    Raises
    ------
    InputError
        When it is of a kind that cannot be read, or broken.
    """
    if not file.head:
        raise InputError(f"{file.label}: the file is empty")
    for magic, words in _OTHERS:
        if file.head.startswith(magic):
            raise InputError(f"{file.label} is {words}")
    kind = _kind(file.path, file.head)
    if kind == "xlsx":
        from mix1d.sources.workbooks import saved_as_text

        with saved_as_text(file, wanted) as text:
            return text_table(connection, text, wanted, keep=keep)
    if kind == "csv":
        return text_table(connection, file, wanted, keep=keep)
    table = Table.of(file.label, connection.sql(f"FROM read_{kind}({literal(file.path)})"))
    return _with_counters(_without_codes(table, wanted), wanted, keep)


def _kind(file: str, head: bytes) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if _JSON.match(head):
        return "json"
    suffixes = [suffix.lower() for suffix in Path(file).suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    if suffixes and suffixes[-1] in _KINDS:
        return _KINDS[suffixes[-1]]
    return "json" if head.lstrip()[:1] in (b"{", b"[") else "csv"


def _without_codes(table: Table, wanted: Wanted) -> Table:
    """Return the table with the user's codes taken for missing."""
    codes = wanted.written.na
    if not codes:
        return replace(table, written=wanted.written)
    terms, notes = [], {}
    for name, kind in table.types.items():
        column = quoted_name(name)
        term = without_codes(column, kind, codes)
        if kind == "VARCHAR":
            term = f"CASE WHEN {column} IN ({', '.join(map(literal, codes))}) THEN NULL ELSE {column} END"
        terms.append(f"{term} AS {column}")
        if wanted.mentions(name) and term != column:
            counts = table.relation.aggregate(f"count({column}) - count({term})").fetchall()
            notes[name] = (code_note(int(counts[0][0]), codes),)
    relation = table.relation.project(", ".join(terms))
    return replace(table, relation=relation, column_notes=notes, written=wanted.written)


def _with_counters(table: Table, wanted: Wanted, keep: bool) -> Table:
    """Return the table with the columns found that count its rows, and the kept columns."""
    counters: frozenset[str] = frozenset()
    names = [name for name, kind in table.types.items() if kind in INTEGERS]
    if wanted.column is None and names and len(table.types) > 1:
        rows = table.relation.project(", ".join(map(quoted_name, names))).limit(_LOOKED_AT).fetchall()
        columns = zip(names, zip(*rows, strict=True), strict=False)
        counters = frozenset(name for name, cells in columns if is_counter(name, list(map(str, cells))))
    relation = table.relation
    if keep:
        kept = [f"CAST({quoted_name(name)} AS VARCHAR) AS {quoted_name(CELL + name)}" for name in table.types]
        number = f"row_number() OVER () AS {quoted_name(ROW)}"
        relation = relation.project(", ".join(["*", *kept, number]))
    ids = frozenset(name for name in counters if is_id(name) or name.startswith("__index_level_"))
    return replace(table, relation=relation, counters=counters, ids=ids)
