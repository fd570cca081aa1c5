"""CSV, Parquet and JSON files as DuckDB tables."""

from __future__ import annotations

import glob
from pathlib import Path

from duckdb import DuckDBPyConnection

from mix1d._errors import InputError
from mix1d.sources.relations import INTEGERS, Table, read_as_doubles

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


def table_of(connection: DuckDBPyConnection, file: str, head: bytes, label: str) -> Table:
    """Return a file as a table; its kind is told from its name, or else from its first bytes."""
    if not head:
        raise InputError(f"{label}: the file is empty")
    path = _literal(glob.escape(file))
    kind = _kind(file, head)
    if kind != "csv":
        return _table(connection, label, f"read_{kind}({path})")
    options = f"nullstr=[{', '.join(map(_literal, _MISSING))}]"
    table = _table(connection, label, f"read_csv({path}, {options})")
    if b";" in head.partition(b"\n")[0] and "VARCHAR" in table.types.values():
        # Files separated by semicolons often have a decimal comma.
        comma = f"{options}, decimal_separator=','"
        other = _table(connection, label, f"read_csv({path}, {comma})")
        if len(other.header.numeric) > len(table.header.numeric):
            table, options = other, comma
    whole = [name for name, kind in table.types.items() if kind in INTEGERS]
    if not whole:
        return table
    # Types are sniffed from the first rows; a later 1.5 in a column of integers would be rounded to 2.
    types = ", ".join(f"{_literal(name)}: 'DOUBLE'" for name in whole)
    relation = connection.sql(f"FROM read_csv({path}, {options}, types={{{types}}})")
    return read_as_doubles(Table(label, relation, table.types), whole)


def _kind(file: str, head: bytes) -> str:
    suffixes = [suffix.lower() for suffix in Path(file).suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    if suffixes and suffixes[-1] in _KINDS:
        return _KINDS[suffixes[-1]]
    if head.startswith(b"PAR1"):
        return "parquet"
    return "json" if head.lstrip()[:1] in (b"{", b"[") else "csv"


def _table(connection: DuckDBPyConnection, label: str, sql: str) -> Table:
    return Table.of(label, connection.sql(f"FROM {sql}"))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
