"""Groups of rows of which more is recorded than a value: each as `mix1d fit` alone would have it."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

import mix1d
from mix1d.cli.data import asked_rows
from mix1d.cli.keywords import in_words_of_options
from mix1d.cli.recorded import Given, assembled, beside_of, check_combinations
from mix1d.errors import InputError
from mix1d.sources.columns import Beside, ColumnError
from mix1d.sources.files import Columns, read_columns

BY = "--by"
_MISSING = "(missing)"
_RECORDED = ("upper", "errors", "truncation", "labels", "nondetect", "counts")
_ASSUMED = ("means", "weights_model", "background")


def more_than_values(asked: argparse.Namespace) -> bool:
    """Say whether options tell or assume more of rows than a sketch of their values knows."""
    told = any(getattr(asked, name) is not None for name in (*_RECORDED, *_ASSUMED))
    return (
        told
        or isinstance(asked.family, list)
        or asked.resolution != "auto"
        or asked.set_apart != "auto"
        or not isinstance(asked.sds, str | None)
    )


def model_of(asked: argparse.Namespace) -> dict[str, Any]:
    """Return what is assumed of the model, and how it is chosen."""
    return {
        "family": asked.family,
        "sds": asked.sds,
        "means": asked.means,
        "weights": asked.weights_model,
        "background": asked.background,
        "set_apart": asked.set_apart,
        "criterion": asked.criterion,
        "objective": asked.objective,
    }


def fitted(found: Given | mix1d.Sketch, asked: argparse.Namespace) -> mix1d.FitResult:
    """Fit what was read, however it was recorded; errors are in the words of options."""
    with in_words_of_options(found.name or asked.column):
        if isinstance(found, Given):
            return mix1d.fit(found.data, asked.components, **found.options, **model_of(asked))
        return mix1d.fit(found, asked.components, **model_of(asked), name=found.name or asked.column)


def constants_of(asked: argparse.Namespace) -> dict[str, Any]:
    """Return what is recorded alike of all rows of all columns; refuse what only a column can tell."""
    ends = asked.truncation or (None, None)
    alone = {name: getattr(asked, name) for name in ("upper", "labels", "nondetect", "counts")}
    alone["errors"] = asked.errors if isinstance(asked.errors, str) else None
    alone["truncation"] = next((end for end in ends if isinstance(end, str)), None)
    named = next((name for name, value in alone.items() if value is not None), None)
    if named is not None:
        asked.fail(
            f"--{named} names a column that belongs to one other: choose that with --column, and groups of "
            "rows with --by, or use mix1d fit"
        )
    found: dict[str, Any] = {"errors": asked.errors, "truncation": asked.truncation}
    return {name: one for name, one in found.items() if one is not None} | {"resolution": asked.resolution}


def given_groups(
    asked: argparse.Namespace, notes: list[str]
) -> tuple[dict[str, Given | InputError], str | None]:
    """Read the rows of each group with what the options name beside them, and the name of the column.

    What cannot be used of a group stands in its place. `notes` takes what was left out of the files, or read
    in a special way.
    """
    check_combinations(asked)
    beside = (*beside_of(asked), Beside(BY, asked.by, False))
    found = read_columns(
        asked.files,
        column=asked.column,
        missing=asked.missing,
        classes=asked.counts is not None and asked.resolution == "auto",
        **(asked_rows(asked) | {"notes": notes, "beside": beside, "limits": True}),
    )
    if isinstance(found, mix1d.Sketch):
        raise ColumnError(f"a saved sketch has no rows any more: {BY} needs the data themselves")
    labels = [_MISSING if not cell or not cell.strip() else cell for cell in map(_text, found.beside[BY])]
    rest = {name: cells for name, cells in found.beside.items() if name != BY}
    groups: dict[str, Given | InputError] = {}
    for label in _ordered(set(labels)):
        rows = np.array([one == label for one in labels])
        said: list[str] = []
        try:
            groups[label] = assembled(_part(replace(found, beside=rest), rows), asked, said)
        except InputError as error:
            groups[label] = error
        notes += [f"{label}: {note}" for note in said]
    return groups, found.name


def _text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def _part(columns: Columns, rows: Any) -> Columns:
    places = np.flatnonzero(rows)
    return replace(
        columns,
        values=columns.values[rows],
        weights=None if columns.weights is None else columns.weights[rows],
        sides=_sides(columns.sides, rows),
        beside={
            name: cells[rows] if isinstance(cells, np.ndarray) else [cells[i] for i in places]
            for name, cells in columns.beside.items()
        },
    )


def _sides(sides: Any, rows: Any) -> Any:
    """Return the sides of limits, None where a group has none."""
    if sides is None or not np.any(sides[rows] != 0.0):
        return None
    return sides[rows]


def _ordered(labels: set[str]) -> list[str]:
    """Return labels rising, as numbers where all are, the missing one last.

    >>> _ordered({"10", "9", "(missing)"}), _ordered({"b", "10"})
    (['9', '10', '(missing)'], ['10', 'b'])
    """
    present = sorted(labels - {_MISSING})
    with suppress(ValueError):
        present.sort(key=float)
    return [*present, *([_MISSING] if _MISSING in labels else [])]
