"""What the commands read and write: data, mixtures, text."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

import mix1d
from mix1d.arrays import Array
from mix1d.cli.process import flush_output, on_output
from mix1d.data.sample import Sample, read_sample
from mix1d.errors import InputError
from mix1d.sources.columns import Written
from mix1d.sources.files import COMMAND_LINE, Columns, read_columns
from mix1d.words import visible
from mix1d.writing import replaced, text_replaced, utf8


def written(asked: argparse.Namespace) -> Written:
    """Return what the user says about how the files are written."""
    codes = [code.strip() for text in asked.na or () for code in text.split(",")]
    header = None if asked.header is None else asked.header == "yes"
    return Written(asked.decimal, header, tuple(code for code in codes if code), asked.sheet)


def asked_rows(asked: argparse.Namespace) -> dict[str, Any]:
    """Return what readers of files are told, with a list that takes their notes."""
    return {"where": asked.where, "weights": asked.weights, "written": written(asked), "notes": []}


def read(asked: argparse.Namespace, notes: list[str] | None = None) -> Columns | mix1d.Sketch:
    """Return the rows of the files as they are while they are few, or else a sketch.

    `notes` takes what was left out of the files, or read in a special way.
    """
    rows = asked_rows(asked) | {"notes": notes}
    found = read_columns(asked.files, column=asked.column, missing=asked.missing, **rows)
    if isinstance(found, mix1d.Sketch):
        check_count(found)
        return found
    check_missing(np.isnan(found.values), found.name, asked.missing)
    return found


def check_missing(absent: NDArray[np.bool_], name: str | None, missing: str) -> None:
    """Refuse a column without values, and one with missing values where the user said so."""
    count = int(np.count_nonzero(absent))
    if count == absent.size:
        raise InputError(f"all {count} values of {name!r} are missing")
    if count and missing == "raise":
        raise InputError(
            f"{count} of {absent.size} values of {name!r} are missing, the first in row "
            f"{int(absent.argmax()) + 1}; {COMMAND_LINE.drop}"
        )


def say(text: str, *, aside: bool = False) -> None:
    """Print a line that may hold names and cells of files, with what a terminal would obey made visible.

    A line that is `aside` goes to standard error, where standard output is for programs.
    """
    print(visible(text), file=sys.stderr if aside else sys.stdout)


def say_notes(notes: Sequence[str], *, aside: bool = False) -> None:
    """Print what was left out of files, or read in a special way, a line each."""
    for note in notes:
        say(note, aside=aside)


def check_count(found: mix1d.Sketch) -> None:
    """Refuse a sketch without values."""
    if not found.count:
        what = "missing" if found.n_missing else "of weight 0"
        raise InputError(f"all {found.n_missing + found.n_zero_weight} values of {found.name!r} are {what}")


def present(columns: Columns) -> tuple[Array, Array | None]:
    """Return values and weights without the missing values."""
    kept = ~np.isnan(columns.values)
    return columns.values[kept], None if columns.weights is None else columns.weights[kept]


def taken(data: Columns | mix1d.Sketch) -> tuple[Any, Array | None, int]:
    """Return what the public functions take of files, the weights, and how many values are missing."""
    if not isinstance(data, Columns):
        return data, None, data.n_missing
    values, weights = present(data)
    return values, weights, data.values.size - values.size


def left_out(n_missing: int) -> str:
    """Say how many values were missing; nothing where none was."""
    return f", {n_missing} missing left out" if n_missing else ""


def points_of(sketch: mix1d.Sketch) -> Sample:
    """Return the weighted points that stand for the values of a sketch."""
    return cast(Sample, read_sample(sketch))


def load_mixture(path: str) -> mix1d.Mixture:
    """Return the mixture of a fit that was saved as JSON."""
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    try:
        saved = json.loads(text)
        parameters = saved.get("mixture", saved)
        lists = [parameters[key] for key in ("weights", "means", "sds")]
        told = [dict(one) for one in parameters.get("components", ())]
        families = [one.pop("family") for one in told]
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise InputError(f"{path}: not a fit saved by mix1d fit --json") from None
    if not told:
        return mix1d.Mixture(*lists)
    # JSON has no infinite numbers: those of freedom, say
    own = [{name: math.inf if value is None else value for name, value in one.items()} for one in told]
    components = [mix1d.Component(family, **one) for family, one in zip(families, own, strict=True)]
    return mix1d.Mixture(lists[0], components=components)


@contextmanager
def text_file(path: str) -> Iterator[IO[str]]:
    """Open a file for text, changed once all was written, or standard output for "-": both in UTF-8."""
    if path != "-":
        with text_replaced(path) as file:
            yield file
        return
    flush_output()
    with on_output():
        yield utf8(sys.stdout.buffer)
        sys.stdout.buffer.flush()


def write_text(text: str, path: str) -> None:
    """Write text and a newline."""
    with text_file(path) as file:
        file.write(text + "\n")


def write_bytes(data: bytes, path: str) -> None:
    """Write bytes to a file, at once or not at all, or to standard output for "-"."""
    if path == "-":
        flush_output()
        with on_output():
            sys.stdout.buffer.write(data)
        return
    with replaced(path) as file:
        file.write(data)
