"""Text cells that are limits: ``<0.02`` was not detected, ``>100`` is off the scale."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.columns import missing_among
from mix1d.errors import InputError, shown

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_LIMIT = re.compile(rf"\s*(<|>|<=|>=|≤|≥)\s*({_NUMBER})\s*")
_PLAIN = re.compile(rf"\s*{_NUMBER}\s*")


def cells_with_limits(data: object) -> list[Any] | None:
    """Return the cells of a column of text that has a limit among them, None for any other column.

    Examples
    --------
    >>> cells_with_limits([0.5, "<0.02"]), cells_with_limits(["0.5", "0.02"]), cells_with_limits([0.5])
    ([0.5, '<0.02'], None, None)
    """
    cells = _text_cells(data)
    if cells is None or not any(isinstance(cell, str) and _LIMIT.fullmatch(cell) for cell in cells):
        return None
    return cells


def read_limits(argument: str, cells: Sequence[Any]) -> tuple[Array, Array, int]:
    """Return lower and upper ends (n,), and how many cells are limits; missing cells are NaN in both.

    Raises
    ------
    InputError
        For a cell that is neither a number, a limit nor missing.

    Examples
    --------
    >>> read_limits("data", ["0.5", "< 0.02", ">100", None])
    (array([ 0.5, -inf, 100. ,  nan]), array([0.5 , 0.02,  inf,  nan]), 2)
    """
    lower, upper = np.full(len(cells), np.nan), np.full(len(cells), np.nan)
    n_limits = 0
    for row, (cell, missing) in enumerate(zip(cells, missing_among(cells), strict=True)):
        if missing or (isinstance(cell, str) and not cell.strip()):
            continue
        if isinstance(cell, str):
            limit = _LIMIT.fullmatch(cell)
            if limit:
                n_limits += 1
                end = _finite(argument, limit[2], cell, row)
                below = limit[1] in ("<", "<=", "≤")
                lower[row], upper[row] = (-np.inf, end) if below else (end, np.inf)
                continue
            if not _PLAIN.fullmatch(cell):
                raise InputError(
                    f'{argument} must be numbers and limits such as "<0.02" or ">100", found {shown(cell)} '
                    f"at index {row}: correct that cell, or pass None where a value is missing"
                )
        elif isinstance(cell, bool | np.bool_):
            raise InputError(
                f"{argument} must be numbers and limits, found the truth value {shown(cell)} at index {row}: "
                "correct that cell"
            )
        lower[row] = upper[row] = _finite(argument, cell, cell, row)
    return lower, upper, n_limits


def _finite(argument: str, number: Any, cell: object, row: int) -> float:
    try:
        found = float(number)
    except (TypeError, ValueError):
        raise InputError(
            f"{argument} must be numbers and limits, found {shown(cell)} at index {row}: correct that cell"
        ) from None
    except OverflowError:
        found = np.inf
    if not np.isfinite(found):
        raise InputError(
            f"{argument} must be finite numbers and limits, found {shown(cell)} at index {row}: correct or "
            "remove it"
        )
    return found


def _text_cells(data: object) -> list[Any] | None:
    """Return the cells of what may hold text, None for what cannot."""
    if isinstance(data, str | bytes | bytearray):
        return None
    if isinstance(data, np.ndarray):
        if data.dtype.kind not in "UTO" or data.ndim == 0:
            return None
        return _flat(data)
    if isinstance(data, list | tuple):
        return list(data) if any(isinstance(cell, str) for cell in data) else None
    table: Any = data
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        if len(data.columns) != 1:
            return None
        table = data.iloc[:, 0]
    if hasattr(table, "to_numpy") and hasattr(table, "isna"):  # pandas
        kind = getattr(table.dtype, "kind", "O")
        return None if kind in "fiubcmM" else _flat(table.to_numpy(dtype=object))
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        return _arrow_cells(table)
    return None


def _flat(array: Any) -> list[Any] | None:
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    return array.tolist() if array.ndim == 1 else None


def _arrow_cells(data: Any) -> list[Any] | None:
    try:
        column, kind, _, columns = _core.read_arrow(data)
    except Exception:  # `as_column` says what is wrong
        return None
    if column is not None or kind[0] not in "uUv" or (columns is not None and len(columns) != 1):
        return None
    if columns is not None:  # a table of one column
        data = data[columns[0]]
    for name in ("to_pylist", "to_list"):
        if hasattr(data, name):
            return list(getattr(data, name)())
    return None
