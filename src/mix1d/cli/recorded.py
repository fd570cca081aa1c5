"""What was recorded beside the values: options and columns of files as the public functions take them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

import mix1d
from mix1d.arrays import Array
from mix1d.cli.data import asked_rows, check_count, check_missing
from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import InputError, shown
from mix1d.sources.classes import CLASSES, COUNTS, UPPER, as_histogram, classes_of
from mix1d.sources.columns import Beside, ColumnError
from mix1d.sources.files import Columns, read_columns

ERRORS, LABELS, NONDETECT = "--errors", "--labels", "--nondetect"
WINDOW = ("--truncation (low end)", "--truncation (high end)")
_TRUE = {"true", "t", "yes", "y", "1", "<", "nd", "u"}
_FALSE = {"false", "f", "no", "n", "0", "=", "detected"}
_MARKS = {"<", "nd", "u"}
"""Marks of what was not detected, which are left out where something was."""


class Given(NamedTuple):
    """A column as the public functions take it."""

    data: Any
    options: dict[str, Any]
    """Of `mix1d.fit`: what was recorded beside the data."""
    name: str | None
    n_missing: int
    plain: bool
    """Whether there are values with weights, and nothing else is known of them."""
    size: int

    def observations(self) -> mix1d.Observations:
        """Return everything as one object."""
        return mix1d.Observations(self.data, **self.options)


def given(asked: argparse.Namespace, notes: list[str]) -> Given | mix1d.Sketch:
    """Read what the options name; a sketch for many rows of values, or saved ones.

    `notes` takes what was left out of the files, or read in a special way.
    """
    check_combinations(asked)
    rows = asked_rows(asked) | {"notes": notes, "beside": beside_of(asked), "limits": True}
    constant = _is_constant(asked)
    # the values themselves are needed, however many they are
    found = read_columns(
        asked.files,
        column=asked.column,
        missing=asked.missing,
        classes=asked.counts is not None and asked.resolution == "auto",
        most=np.inf if constant else POOL_LIMIT,
        **rows,
    )
    if isinstance(found, mix1d.Sketch):
        check_count(found)
        if constant:
            raise ColumnError(f"a saved sketch has no rows any more: {constant} needs the data themselves")
        return found
    return assembled(found, asked, notes)


def _is_constant(asked: argparse.Namespace) -> str | None:
    """Return an option that says the same of all rows, and needs no column."""
    if asked.resolution not in ("auto", 0.0):
        return "--resolution"
    if isinstance(asked.errors, float):
        return ERRORS
    return None if asked.truncation is None else "--truncation"


def check_combinations(asked: argparse.Namespace) -> None:
    """Refuse options that say the same or contradict each other."""
    if asked.counts is not None and asked.weights is not None:
        asked.fail(
            "--counts and --weights say the same: give --counts for classes, --weights for values that "
            "occur so "
            "often"
        )
    if asked.upper is not None and asked.nondetect is not None:
        asked.fail(
            "--upper and --nondetect both say where values end: with --upper, leave the lower end of "
            "what was "
            "not detected empty"
        )
    if asked.upper is not None and asked.resolution not in ("auto", 0.0):
        asked.fail(
            "--resolution has no meaning beside --upper, which says how exact a value is: leave one out"
        )


def beside_of(asked: argparse.Namespace) -> tuple[Beside, ...]:
    """Return the columns that are read beside the values."""
    named: list[tuple[str, object, bool]] = [
        (COUNTS, asked.counts, True),
        (UPPER, asked.upper, True),
        (ERRORS, asked.errors, True),
        (LABELS, asked.labels, False),
        (NONDETECT, asked.nondetect, False),
        *((name, end, True) for name, end in zip(WINDOW, asked.truncation or (None, None), strict=True)),
    ]
    return tuple(Beside(name, one, number) for name, one, number in named if isinstance(one, str))


def assembled(columns: Columns, asked: argparse.Namespace, notes: list[str]) -> Given:
    """Put what was read into the arguments of `mix1d.fit`."""
    beside = dict(columns.beside)
    name = columns.name or asked.column or "the column"
    lower, upper = np.array(columns.values), None
    counts = beside.get(COUNTS)
    if asked.counts is not None and asked.resolution == "auto" and UPPER not in beside:
        found = classes_of(lower, beside.get(CLASSES), name, asked.counts)  # type: ignore[arg-type]
        lower, upper = found.lower, found.upper
        notes.append(found.note)
    elif UPPER in beside:
        upper = np.array(beside[UPPER], np.float64)
        _say_open_ends(lower, upper, notes)
        if counts is not None:
            notes.append(
                f"{name}: {len(np.unique(np.stack([lower, upper]), axis=1).T)} classes with both ends"
            )
    if columns.sides is not None:
        if upper is not None:
            other = "--counts" if UPPER not in beside else UPPER
            raise InputError(
                f"{name} holds limits such as <0.5, which cannot stand beside {other}: write both ends "
                "of every "
                "row, and nothing where a row is open"
            )
        upper = np.where(columns.sides > 0.0, np.inf, lower)
        lower = np.where(columns.sides < 0.0, -np.inf, lower)
    if NONDETECT in beside:
        unseen = _nondetects(beside[NONDETECT], asked.nondetect)  # type: ignore[arg-type]
        upper = np.array(lower) if upper is None else upper
        if np.any(np.isinf(upper[unseen])):
            row = int(np.flatnonzero(np.isinf(upper) & unseen)[0])
            raise InputError(
                f"--nondetect says that row {row + 1} was not detected, where {name} is above a limit"
            )
        notes.append(f"{asked.nondetect}: {int(unseen.sum())} values are upper limits")
        lower[unseen & ~np.isnan(upper)] = -np.inf
    absent = np.isnan(lower) if upper is None else np.isnan(lower) & np.isnan(upper)
    check_missing(absent, name, asked.missing)
    options: dict[str, Any] = {"missing": "drop", "name": columns.name or asked.column}
    if counts is not None:
        options["sample_weight"] = _checked_counts(counts, asked.counts)  # type: ignore[arg-type]
    elif columns.weights is not None:
        options["sample_weight"] = columns.weights
    more = _more(beside, asked)
    data: Any = lower
    plain = upper is None and not more and asked.resolution in ("auto", 0.0)
    if counts is not None and upper is not None and not more and not absent.any():
        ends = np.where(np.isnan(lower), -np.inf, lower), np.where(np.isnan(upper), np.inf, upper)
        histogram = as_histogram(*ends, options["sample_weight"])
        if histogram is not None:
            data, upper = histogram, None
            del options["sample_weight"]
    if upper is not None:
        options["upper"] = upper
    if asked.resolution != "auto":
        options["resolution"] = asked.resolution
    return Given(data, {**options, **more}, name, int(absent.sum()), plain, int(np.count_nonzero(~absent)))


def _more(beside: dict[str, Any], asked: argparse.Namespace) -> dict[str, Any]:
    """Return errors, windows and labels."""
    found: dict[str, Any] = {}
    if asked.errors is not None:
        found["errors"] = beside.get(ERRORS, asked.errors)
    if asked.truncation is not None:
        found["truncation"] = tuple(
            beside.get(name, end) for name, end in zip(WINDOW, asked.truncation, strict=True)
        )
    if LABELS in beside:
        found["labels"] = _whole_numbers(beside[LABELS])
    return found


def _say_open_ends(lower: Array, upper: Array, notes: list[str]) -> None:
    """Count the rows that are open at one end."""
    sides = (np.isnan(lower) & ~np.isnan(upper), "below"), (np.isnan(upper) & ~np.isnan(lower), "above")
    words = [f"{int(rows.sum())} {side}" for rows, side in sides if rows.any()]
    if words:
        notes.append(f"--upper: rows with one end only are open, {' and '.join(words)}")


def _nondetects(cells: Sequence[str | None], name: str) -> Any:
    """Return which rows were not detected."""
    words = [None if cell is None else cell.strip().casefold() for cell in cells]
    words = [word[:-2] if word in ("1.0", "0.0") else word for word in words]
    marked = {word for word in words if word} <= _MARKS
    found = []
    for row, word in enumerate(words):
        if word in _TRUE:
            found.append(True)
        elif word in _FALSE or (marked and not word):
            found.append(False)
        else:
            raise InputError(
                f"--nondetect: {name!r} must hold true or false, yes or no, 1 or 0, or < where nothing was "
                f"detected, found {shown(cells[row])} in row {row + 1}: correct that cell"
            )
    return np.array(found, bool)


def _whole_numbers(cells: Sequence[str | None]) -> list[str | int | None]:
    """Return labels as whole numbers where all are, as words otherwise."""
    present = [cell for cell in cells if cell is not None and cell.strip()]
    try:
        numbers = {cell: float(cell) for cell in present}
    except ValueError:
        numbers = {}
    whole = present and len(numbers) > 0 and all(number == int(number) for number in numbers.values())
    return [
        None if cell is None or not cell.strip() else int(numbers[cell]) if whole else cell for cell in cells
    ]


def _checked_counts(counts: Array, name: str) -> Array:
    bad = ~((counts >= 0.0) & (counts < np.inf))
    if bad.any():
        row = int(bad.argmax())
        found = "nothing" if np.isnan(counts[row]) else shown(float(counts[row]))
        raise InputError(
            f"--counts: {name!r} must hold a number of at least 0 in every row, found {found} in row "
            f"{row + 1}: "
            "write 0 for an empty class"
        )
    return counts
