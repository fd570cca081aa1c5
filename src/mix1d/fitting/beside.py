"""What was recorded beside many columns, shared out to them: errors, upper ends, labels, windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mix1d.data.frames import Frame
from mix1d.errors import InputError, shown

WINDOW = "truncation"


class Table(NamedTuple):
    """The columns that something stands beside."""

    names: Sequence[Any]
    n_rows: int | None = None
    """Of each column; None: they are columns of a mapping, of any lengths."""
    frame: Frame | None = None
    """Where names of columns may be given."""
    parts: Callable[[Any], list[Any]] | None = None
    """Shares an array of all rows out to groups of them."""


def shared_out(table: Table, recorded: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what `mix1d.fit` is told of each column beside its values.

    `recorded` has its arguments: for each a number for all, an entry for every row, one for every value, the
    name of a column of the frame, or a mapping of the same names. Raises `InputError` for anything else.

    >>> shared_out(Table("ab", 1), {"errors": np.array([[1.0, 2.0]]), "truncation": (0, None)})[1]
    {'errors': array([2.]), 'truncation': (0, None)}
    """
    found: list[dict[str, Any]] = [{} for _ in table.names]
    for argument, given in recorded.items():
        if given is None:
            continue
        each = _windows(table, given) if argument == WINDOW else _each(table, argument, given)
        for one, part in zip(found, each, strict=True):
            if part is not None:
                one[argument] = part
    return found


def columns_named(recorded: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the names of columns among what was recorded, with the argument of each.

    >>> columns_named({"errors": "se", "truncation": ("low", 9.0), "upper": None})
    [('errors', 'se'), ('truncation', 'low')]
    """
    found = []
    for argument, given in recorded.items():
        ends = given if argument == WINDOW and isinstance(given, tuple | list) else [given]
        found += [(argument, end) for end in ends if isinstance(end, str)]
    return found


def _windows(table: Table, given: Any) -> list[Any]:
    if isinstance(given, Mapping):
        return _mapped(table, WINDOW, given)
    if not isinstance(given, tuple | list) or len(given) != 2:
        raise InputError(f"truncation must be (low, high), got {shown(given)}: pass None for an open end")
    ends = [_each(table, WINDOW, end) for end in given]
    return list(zip(*ends, strict=True))


def _each(table: Table, argument: str, given: Any) -> list[Any]:
    m = len(table.names)
    if isinstance(given, Mapping):
        return _mapped(table, argument, given)
    if isinstance(given, str):
        if table.frame is None:
            raise InputError(
                f"{argument} must hold numbers, got {shown(given)}: only columns of a data frame have names"
            )
        given = table.frame.columns[table.frame.place(given, argument)]
    shape = getattr(given, "shape", None)
    if not isinstance(shape, tuple):
        shape = (len(given),) if hasattr(given, "__len__") else ()
    if not shape:
        return [given] * m
    if table.n_rows is None:
        raise InputError(
            f"{argument} must be one number or a mapping with the names of the columns, got "
            f"{type(given).__name__}: pass {{name: {argument}}}"
        )
    if table.parts is None and shape == (table.n_rows, m) and len(shape) == 2:
        cells = np.asarray(given)
        return [cells[:, i] for i in range(m)]
    if len(shape) > 1 or len(given) != table.n_rows:
        wanted = f"({table.n_rows},)" + ("" if table.parts is not None else f" or ({table.n_rows}, {m})")
        raise InputError(
            f"{argument} must have shape {wanted}, got {shape}: pass one entry for every "
            "row" + ("" if table.parts is not None else ", or for every value")
        )
    return [given] * m if table.parts is None else table.parts(_as_array(given))


def _as_array(given: Any) -> Any:
    """Return an array of the numbers, or of the objects that there are."""
    if isinstance(given, np.ndarray):
        return given
    cells = np.empty(len(given), object)
    for row, cell in enumerate(given):
        cells[row] = cell
    return cells


def _mapped(table: Table, argument: str, given: Mapping[Any, Any]) -> list[Any]:
    for key in given:
        if key not in table.names:
            raise InputError(f"{argument}: there is no column {shown(key)}: pass the names of the columns")
    return [given.get(name) for name in table.names]
