"""Labels: the known component of some rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d.data.columns import missing_among
from mix1d.errors import InputError, shown

UNKNOWN = -1


class Labels(NamedTuple):
    """The known component of each row."""

    codes: NDArray[np.int64]
    """(n,), the place of each row's label in `names`, -1 where it is unknown."""
    names: tuple[str | int, ...]
    """The labels that occur: numbers rising, words sorted, those of a categorical column in its order."""


def read_labels(labels: Any, n: int) -> Labels | None:
    """Read one label for each row.

    Parameters
    ----------
    labels
        Words or whole numbers; -1, None, NaN and pandas.NA: unknown.
    n
        The number of rows.

    Returns
    -------
    Labels or None
        None when all are unknown.

    Raises
    ------
    InputError
        For another number of labels, for numbers below -1 and for what is neither a word nor a whole number.

    Examples
    --------
    >>> read_labels(["short", None, "long"], 3)
    Labels(codes=array([ 1, -1,  0]), names=('long', 'short'))
    >>> read_labels([2, -1, 0.0], 3)
    Labels(codes=array([ 1, -1,  0]), names=(0, 2))
    """
    cells, order = _cells(labels)
    if len(cells) != n:
        raise InputError(
            f"labels must have one label for each of the {n} rows of data, got {len(cells)}: pass -1 or None "
            "where the component is unknown"
        )
    missing = missing_among(cells)
    read = [None if missing[row] else _label(cell, row) for row, cell in enumerate(cells)]
    kinds = {type(label) for label in read if label is not None}
    if len(kinds) > 1:
        first = {kind: next(row for row, label in enumerate(read) if type(label) is kind) for kind in kinds}
        raise InputError(
            f"labels must be all words or all whole numbers, got {shown(read[first[str]])} at index "
            f"{first[str]} and {shown(read[first[int]])} at index {first[int]}: write them in one way"
        )
    found = {label for label in read if label is not None}
    if not found:
        return None
    names = [name for name in order if name in found] if order else sorted(found)
    place = {name: i for i, name in enumerate(names)}
    codes = np.array([UNKNOWN if label is None else place[label] for label in read], np.int64)
    return Labels(codes, tuple(names))


def components_of(names: Sequence[str | int], n_components: int) -> tuple[int, ...]:
    """Return the component that each label stands for.

    Whole numbers below `n_components` are the places of components, from 0; else labels are taken in order.

    Raises
    ------
    InputError
        When there are more labels than components.

    Examples
    --------
    >>> components_of(("long", "short"), 3), components_of((0, 2), 3), components_of((1, 2), 2)
    ((0, 1), (0, 2), (0, 1))
    """
    if len(names) > n_components:
        words = ", ".join(map(str, names[:8])) + (", ..." if len(names) > 8 else "")
        raise InputError(
            f"n_components must be at least the number of labels, {len(names)} ({words}), got "
            f"{n_components}: ask for more components, or make labels unknown (-1)"
        )
    if all(isinstance(name, int) and name < n_components for name in names):
        return tuple(int(name) for name in names)
    return tuple(range(len(names)))


def _cells(labels: Any) -> tuple[list[Any], tuple[Any, ...]]:
    """Return one object a row, and the order of the categories of a categorical column."""
    one = isinstance(labels, str | bytes) or getattr(labels, "ndim", 1) == 0
    if one or not hasattr(labels, "__len__"):
        raise InputError(
            f"labels must be a list or column with one label a row, got {shown(labels)}: pass a list"
        )
    array = getattr(labels, "array", labels)
    order: tuple[Any, ...] = ()
    if hasattr(array, "categories") and hasattr(array, "codes"):  # pandas
        order = tuple(array.categories.tolist())
    masked = np.ma.isMaskedArray(labels) if isinstance(labels, np.ndarray) else False
    if masked:
        mask = np.ma.getmaskarray(labels).reshape(-1)
        return [
            None if hidden else cell for cell, hidden in zip(_flat(labels.data), mask, strict=True)
        ], order
    for name in ("to_pylist", "to_list", "tolist"):
        if hasattr(labels, name):
            found = getattr(labels, name)()
            return _checked(found), order
    return _checked(list(labels)), order


def _flat(labels: Any) -> list[Any]:
    return _checked(labels.tolist())


def _checked(cells: list[Any]) -> list[Any]:
    for cell in cells:
        if isinstance(cell, list | tuple):
            if len(cell) == 1:
                continue
            raise InputError(
                f"labels must have shape (n,) or (n, 1), got a row of {len(cell)}: pass one label a row"
            )
    return [cell[0] if isinstance(cell, list | tuple) else cell for cell in cells]


def _label(cell: Any, row: int) -> str | int | None:
    """Return a label as a word or whole number, None where it is unknown."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return int(cell)
    try:
        number = int(cell)
        whole = number == cell
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise InputError(
            f"labels must be words or whole numbers, found {shown(cell)} at index {row}: name the component, "
            "or pass -1 or None where it is unknown"
        )
    if number < UNKNOWN:
        raise InputError(
            f"labels must be at least 0, or -1 for unknown, found {shown(cell)} at index {row}: number the "
            "components from 0, or name them"
        )
    return None if number == UNKNOWN else number
