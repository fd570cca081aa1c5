"""What readers of engines share: joining the sketches of parts, and finding columns by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from mix1d.errors import InputError, shown
from mix1d.sketch.summary import Sketch

Groups = dict[Any, Sketch]


def joined(parts: Iterable[Groups]) -> Groups:
    """Return one sketch for each group that occurs in the parts.

    Examples
    --------
    >>> joined([{"a": Sketch.of([1.0, 2.0])}, {"a": Sketch.of([3.0]), "b": Sketch.of([4.0])}])
    {'a': <Sketch n = 3, 1 to 3>, 'b': <Sketch n = 1, 4 to 4>}
    """
    groups: Groups = {}
    for part in parts:
        for key, sketch in part.items():
            groups[key] = groups[key] + sketch if key in groups else sketch
    return groups


def ordered(groups: Groups) -> Groups:
    """Return the groups by rising key where keys have an order, the missing key (None) last.

    Examples
    --------
    >>> list(ordered({None: Sketch(), 2: Sketch(), 1: Sketch()}))
    [1, 2, None]
    """
    return {key: groups[key] for key in order_of(groups)}


def order_of(keys: Iterable[Any]) -> list[Any]:
    """Return keys rising where they have an order, the missing key (None) last.

    Examples
    --------
    >>> order_of([2, None, 1])
    [1, 2, None]
    """
    found = list(keys)
    present = [key for key in found if key is not None]
    try:
        present.sort()
    except TypeError:
        present.sort(key=repr)
    return [*present, *([None] if None in found else [])]


def check_name(argument: str, wanted: object, names: Iterable[Any]) -> None:
    """Raise an InputError unless a column of that name exists.

    Examples
    --------
    >>> check_name("column", "wieght", ["height", "weight"])
    Traceback (most recent call last):
    mix1d.errors.InputError: column: no column 'wieght', did you mean 'weight'? columns: height, weight
    """
    names = list(names)
    if wanted in names:
        return
    close = difflib.get_close_matches(str(wanted), map(str, names), n=1)
    hint = f", did you mean {close[0]!r}?" if close else ";"
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
    return "columns: " + ", ".join(found[:20]) + (", ..." if len(found) > 20 else "")
