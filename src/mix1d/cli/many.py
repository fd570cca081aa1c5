"""`mix1d fit-many`: a fit of every column, or of one column in every group, in one table."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

import numpy as np

import mix1d
from mix1d.cli.data import asked_rows, say, say_notes
from mix1d.cli.fitting import components_in_short, print_fits
from mix1d.cli.groups import constants_of, given_groups, model_of, more_than_values
from mix1d.cli.keywords import in_words_of_options
from mix1d.cli.recorded import Given
from mix1d.cli.tables import check_ending, write_table
from mix1d.errors import InputError
from mix1d.fitting.table import spread
from mix1d.sources.tables import read_groups, read_table

_MOST_LINES = 50
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
        title = f"{len(columns)} column{'s' * (len(columns) != 1)}"
    else:
        if asked.columns is not None:
            asked.fail("--columns does not go with --by: choose the column with --column")
        table, name = _of_groups(asked, options, reading)
        count = len(np.unique(table["group"]))
        title = f"{name} by {asked.by}: {count} group{'s' * (count != 1)}"
    if asked.output is not None:
        _save(spread(table), asked.output)
    if asked.output == "-":
        say_notes(reading["notes"], aside=True)
    else:
        _print(table, title, reading["notes"], asked)


def _of_groups(
    asked: argparse.Namespace, options: dict[str, Any], reading: dict[str, Any]
) -> tuple[dict[str, Any], str | None]:
    """Fit one column in every group; return the table and the name of the column."""
    if not more_than_values(asked):
        values, weights, places, keys, name = read_groups(
            asked.files, by=asked.by, column=asked.column, **reading
        )
        table = mix1d.fit_many(values, asked.components, by=places, sample_weight=weights, **options)
        labels = np.array(["(missing)" if key is None else str(key) for key in keys])
        table["group"] = labels[table["group"]]
        return table, name
    groups, name = given_groups(asked, reading["notes"])
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


def _print(table: dict[str, Any], title: str, notes: list[str], asked: argparse.Namespace) -> None:
    heading = "group" if "group" in table else "column"
    first = table.get("component", np.ones(len(table["k"]))) <= 1  # component of each column
    lines = np.flatnonzero(first)
    say(f"{title}: {_counts(table['k'][lines].tolist())}")
    say_notes(notes)
    if asked.output is not None:
        n_rows = len(table["k"])
        say(f"{asked.output}: {n_rows} row{'s' * (n_rows != 1)}")
        return
    rows = [
        (
            str(table[heading][i]),
            str(table["n"][i]) if k else "-",
            str(k) if k else "-",
            components_in_short(*_parameters(table, i, k)) if k else "-",
            str(table["findings"][i]) if k else "not fitted, see below",
        )
        for i, k in zip(lines[:_MOST_LINES].tolist(), table["k"][lines].tolist(), strict=False)
    ]
    print_fits(heading, rows, asked)
    for i in lines[:_MOST_LINES][table["k"][lines[:_MOST_LINES]] == 0].tolist():
        print()
        say(f"{table[heading][i]}: {table['error'][i]}")
    if len(lines) > _MOST_LINES:
        print(f"... and {len(lines) - _MOST_LINES} more: -o table.csv writes them all")


def _parameters(table: dict[str, Any], i: int, k: int) -> list[list[float]]:
    if "component" in table:
        return [table[name][i : i + k].tolist() for name in ("weight", "mean", "sd")]
    return [table[name][i, :k].tolist() for name in ("weights", "means", "sds")]


def _counts(numbers: list[int]) -> str:
    """Say how many columns have how many components.

    >>> _counts([2, 1, 2, 0])
    '1 with 1 component, 2 with 2, 1 not fitted'
    """
    counts = Counter(numbers)
    failed = counts.pop(0, 0)
    words = [
        f"{counts[k]} with {k}" + (f" component{'s' * (k > 1)}" if i == 0 else "")
        for i, k in enumerate(sorted(counts))
    ]
    return ", ".join([*words, *([f"{failed} not fitted"] if failed else [])])
