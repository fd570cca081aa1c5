"""Which column is meant: by its name, or because it is the only one of numbers."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from mix1d.errors import InputError, shown

MOST_LISTED = 20


def close_to(wanted: str, names: Iterable[str]) -> str | None:
    """Return the name that may have been meant, whatever its case: nearly the same, or begun alike.

    >>> close_to("wieght", ["height", "Weight"]), close_to("body", ["body mass", "x"]), close_to("a", ["x"])
    ('Weight', 'body mass', None)
    """
    folded = {name.casefold(): name for name in names}
    asked = wanted.strip().casefold()
    begun = [name for name in folded if asked and name.startswith(asked)]
    close = difflib.get_close_matches(asked, folded, n=1) or (begun if len(begun) == 1 else [])
    return folded[close[0]] if close else None


def check_name(argument: str, wanted: object, names: Iterable[Any]) -> None:
    """Raise an InputError unless a column of that name exists.

    Examples
    --------
    >>> check_name("column", "wieght", ["height", "weight"])
    Traceback (most recent call last):
    mix1d.errors.InputError: column: no column 'wieght', did you mean 'weight'? columns: height, weight
    """
    names = list(names)
    if wanted not in names:
        close = close_to(str(wanted), map(str, names))
        hint = f", did you mean {close!r}?" if close else ";"
        raise InputError(f"{argument}: no column {shown(wanted)}{hint} {listing(names)}")


def only_numeric(numeric: list[Any], names: Iterable[Any]) -> Any:
    """Return the only numeric column, for callers who named none.

    Examples
    --------
    >>> only_numeric(["x"], ["x", "label"])
    'x'
    """
    if len(numeric) == 1:
        return numeric[0]
    found = f"{len(numeric)} numeric columns" if numeric else "no numeric column"
    raise InputError(f"column must be given for a table with {found}: choose one; {listing(names)}")


def listing(names: Iterable[Any]) -> str:
    """Return the names of columns as messages list them, no more than twenty.

    Examples
    --------
    >>> listing(["x", "label"])
    'columns: x, label'
    """
    found = [str(name) for name in names]
    return "columns: " + ", ".join(found[:MOST_LISTED]) + (", ..." if len(found) > MOST_LISTED else "")


def holds_numbers(kind: Any) -> bool:
    """Say whether a type of pandas, polars or NumPy is that of numbers.

    >>> import numpy as np
    >>> holds_numbers(np.dtype("u1")), holds_numbers(np.dtype("M8[D]"))
    (True, False)
    """
    if hasattr(kind, "is_numeric"):  # polars
        return bool(kind.is_numeric())
    return getattr(kind, "kind", "O") in "fiu"
