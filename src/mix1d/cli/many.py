"""`mix1d fit-many`: a fit of every column, or of one column in every group, in one table."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import numpy as np

import mix1d
from mix1d.cli.data import asked_rows, say, say_notes
from mix1d.cli.groups import constants_of, model_of, more_than_values, parted, read_all
from mix1d.cli.keywords import in_words_of_options
from mix1d.cli.recorded import Given
from mix1d.cli.tables import check_ending, write_table
from mix1d.display.ridges import counts_in_words
from mix1d.errors import InputError
from mix1d.fitting.table import spread
from mix1d.sources.files import Columns
from mix1d.sources.tables import read_table

_MOST_LINES = 400
_KINDS = {"f": "DOUBLE", "i": "BIGINT", "b": "BOOLEAN"}  # of arrays, as DuckDB calls them


def fit_many(asked: argparse.Namespace) -> None:
    """Fit all columns, and print or save the table."""
    options: dict[str, Any] = model_of(asked) | {"missing": asked.missing, "layout": asked.layout}
    check_ending(asked)
    reading = asked_rows(asked)
    if asked.by is None:
        if asked.column is not None:
            asked.fail("--column goes with --by: choose columns with --columns")
        recorded = constants_of(asked)
        columns, weights = read_table(asked.files, columns=_names(asked.columns), **reading)
        heavy = None if weights is None else dict.fromkeys(columns, weights)
        with in_words_of_options(None):
            table = mix1d.fit_many(columns, asked.components, sample_weight=heavy, **recorded, **options)
        name, title = None, f"{len(columns)} column{'s' * (len(columns) != 1)}"
    else:
        if asked.columns is not None:
            asked.fail("--columns does not go with --by: choose the column with --column")
        table, name = _of_groups(asked, options, reading["notes"])
        count = len(np.unique(table["group"]))
        title = f"{name} by {asked.by}: {count} group{'s' * (count != 1)}"
    if asked.output is not None:
        _save(spread(table), asked.output)
    if asked.output == "-":
        say_notes(reading["notes"], aside=True)
    else:
        _print(table, title, name, reading["notes"], asked)


def _of_groups(
    asked: argparse.Namespace, options: dict[str, Any], notes: list[str]
) -> tuple[dict[str, Any], str | None]:
    """Fit one column in every group; return the table and the name of the column."""
    found = read_all(asked, notes, np.inf)
    assert isinstance(found, Columns)
    assert found.groups is not None
    if found.sides is None and not more_than_values(asked):
        labels, by = np.array(found.groups.keys), found.groups.codes
        table = mix1d.fit_many(found.values, asked.components, by=by, sample_weight=found.weights, **options)
        table["group"] = labels[table["group"]]
        return table, found.name
    groups, name = parted(found, asked, notes), found.name
    columns = {label: _observed(one) for label, one in groups.items()}
    with in_words_of_options(name):
        table = mix1d.fit_many(columns, asked.components, **options)
    return {"group" if key == "column" else key: values for key, values in table.items()}, name


def _observed(found: Given | InputError) -> mix1d.Observations | InputError:
    if isinstance(found, InputError):
        return found
    try:
        with in_words_of_options(found.name):
            return found.observations()
    except InputError as error:
        return error


def _names(lists: list[str] | None) -> list[str] | None:
    """Return the names in lists such as "a,b"; what has a parenthesis is one SQL expression."""
    if lists is None:
        return None
    names = [[text] if "(" in text else text.split(",") for text in lists]
    return [name.strip() for part in names for name in part]


# ---- in words


def _save(table: dict[str, Any], path: str) -> None:
    columns = [column.tolist() for column in table.values()]
    kinds = [_KINDS.get(column.dtype.kind, "VARCHAR") for column in table.values()]
    write_table(list(table), zip(*columns, strict=True), kinds, path)


def _print(
    table: dict[str, Any], title: str, name: str | None, notes: list[str], asked: argparse.Namespace
) -> None:
    heading = "group" if "group" in table else "column"
    first = table.get("component", np.ones(len(table["k"]))) <= 1  # component of each column
    lines = np.flatnonzero(first)
    say(f"{title}: {counts_in_words(table['k'][lines].tolist())}")
    say_notes(notes)
    if asked.output is not None:
        n_rows = len(table["k"])
        say(f"{asked.output}: {n_rows} row{'s' * (n_rows != 1)}")
        return
    from mix1d.display.ridge_tables import ridges_of_table
    from mix1d.display.terminal import print_many

    print()
    ridges = ridges_of_table(table, label=name)
    print_many(replace(ridges, rows=ridges.rows[:_MOST_LINES]), ascii=asked.ascii)
    for i in lines[:_MOST_LINES][table["k"][lines[:_MOST_LINES]] == 0].tolist():
        print()
        say(f"{table[heading][i]}: {table['error'][i]}")
    if len(lines) > _MOST_LINES:
        print(f"... and {len(lines) - _MOST_LINES} more: -o table.csv writes them all")
