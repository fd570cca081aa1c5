"""Sketches by group: those of parts joined, and all in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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
