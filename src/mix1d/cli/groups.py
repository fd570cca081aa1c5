"""Groups of rows of which more is recorded than a value: each as `mix1d fit` alone would have it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

import mix1d
from mix1d.cli.data import asked_rows, check_missing
from mix1d.cli.keywords import in_words_of_options
from mix1d.cli.recorded import Given, assembled, beside_of, check_combinations
from mix1d.errors import InputError
from mix1d.sources.chunks import Groups
from mix1d.sources.files import Columns, read_groups
from mix1d.sources.groups import joined

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


def read_all(asked: argparse.Namespace, notes: list[str], most: float) -> Columns | dict[str, mix1d.Sketch]:
    """Read the rows of all groups with what the options name beside them; or a sketch of each.

    Of more than `most` rows there are sketches where the options do not ask for more. `notes` takes what was
    left out of the files, or read in a special way.
    """
    check_combinations(asked)
    plain = not more_than_values(asked)
    found = read_groups(
        asked.files,
        by=asked.by,
        column=asked.column,
        missing=asked.missing,
        classes=asked.counts is not None and asked.resolution == "auto",
        most=most if plain else np.inf,
        **(asked_rows(asked) | {"notes": notes, "beside": beside_of(asked), "limits": True}),
    )
    if not isinstance(found, Columns):
        sketches = joined({_label(key): sketch} for key, sketch in found.items())
        return {label: sketches[label] for label in _missing_last(sketches)}
    if plain:
        check_missing(np.isnan(found.values), found.name, asked.missing)
    assert found.groups is not None
    return replace(found, groups=_labelled(found.groups))


def parted(columns: Columns, asked: argparse.Namespace, notes: list[str]) -> dict[str, Given | InputError]:
    """Return the rows of each group as the public functions take them; in its place what cannot be used."""
    assert columns.groups is not None
    groups: dict[str, Given | InputError] = {}
    for key, rows in columns.groups.members():
        label = str(key)
        said: list[str] = []
        try:
            groups[label] = assembled(_part(columns, rows), asked, said)
        except InputError as error:
            groups[label] = error
        notes += [f"{label}: {note}" for note in said]
    return groups


def _labelled(groups: Groups) -> Groups:
    """Return the groups by their labels, in the same order; what has none comes last.

    >>> _labelled(Groups([" ", "b", None], np.array([0, 1, 2])))
    Groups(keys=['b', '(missing)'], codes=array([1, 0, 1]))
    """
    labels = [_label(key) for key in groups.keys]
    names = _missing_last(labels)
    places = {name: place for place, name in enumerate(names)}
    return Groups(names, np.array([places[label] for label in labels], np.intp)[groups.codes])


def _missing_last(labels: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(labels), key=_MISSING.__eq__)


def _label(key: Any) -> str:
    text = "" if key is None else str(key)
    return text if text.strip() else _MISSING


def _part(columns: Columns, rows: Any) -> Columns:
    places = rows.tolist()
    return replace(
        columns,
        values=columns.values[rows],
        weights=None if columns.weights is None else columns.weights[rows],
        sides=_sides(columns.sides, rows),
        beside={
            name: cells[rows] if isinstance(cells, np.ndarray) else [cells[i] for i in places]
            for name, cells in columns.beside.items()
        },
        groups=None,
    )


def _sides(sides: Any, rows: Any) -> Any:
    """Return the sides of limits, None where a group has none."""
    if sides is None or not np.any(sides[rows] != 0.0):
        return None
    return sides[rows]
