"""DuckDB that reads the files it is told and nothing else: no other file, no extension, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
from duckdb import DuckDBPyConnection

from mix1d.sources.columns import ColumnError
from mix1d.sources.quoting import literal

_VERSION = tuple(int(number) for number in re.findall(r"\d+", duckdb.__version__)[:2])
CAN_LOCK = _VERSION >= (1, 2)
"""Whether this DuckDB can be held to files by name."""


@contextmanager
def locked(paths: Sequence[str], threads: int | None = None) -> Iterator[DuckDBPyConnection]:
    """Give a connection that can open these paths only.

    Names and conditions come from the user as SQL, which could read any file (`read_text`, `glob`) or go to
    the network through an extension that another program has installed. Before 1.2, DuckDB cannot be held
    to files by name; there `refuse_queries` keeps expressions to the columns.

    >>> with locked([]) as connection:
    ...     connection.sql("SELECT 1 + 1").fetchall()
    [(2,)]
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(config=config) as connection:
        connection.execute("SET enable_progress_bar = true")  # counts what was read
        connection.execute("SET enable_progress_bar_print = false")
        if CAN_LOCK:
            connection.execute("SET python_enable_replacements = false")  # a name is no variable of ours
            connection.execute(f"SET allowed_paths = [{', '.join(map(literal, paths))}]")
            connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def refuse_queries(expressions: Iterable[str | None]) -> None:
    """Raise `ColumnError` for an expression that holds a query, which alone could name another file.

    >>> refuse_queries(["x / 2", None])
    >>> refuse_queries(["(SELECT 1)"])
    Traceback (most recent call last):
    mix1d.sources.columns.ColumnError: (SELECT 1): an expression is about a row, without SELECT
    """
    given = [expression for expression in expressions if expression is not None]
    with duckdb.connect() as connection:
        for expression in given:
            text = literal(f"SELECT ({expression}\n)")
            found = connection.execute(f"SELECT json_serialize_sql({text})").fetchall()[0][0]
            tree = json.loads(found)
            if not tree.get("error") and _has_query(tree["statements"][0]["node"]["select_list"]):
                raise ColumnError(f"{expression}: an expression is about a row, without SELECT")


def _has_query(node: object) -> bool:
    if isinstance(node, dict):
        return node.get("class") == "SUBQUERY" or any(map(_has_query, node.values()))
    return isinstance(node, list) and any(map(_has_query, node))
