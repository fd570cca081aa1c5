"""Data frames of pandas and polars, which are in memory: one column of them, with weights and groups."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, Any

from mix1d.errors import InputError, shown
from mix1d.sketch.summary import Sketch
from mix1d.sources.columns import Header
from mix1d.sources.names import holds_numbers

if TYPE_CHECKING:
    from mix1d.sources.asked import Asked


def is_frame(source: object) -> bool:
    """Say whether something is a table in memory with named columns."""
    kind = type(source)  # a lazy frame, which is left out, finds its columns when it is asked for them
    has = all(hasattr(kind, name) for name in ("columns", "dtypes", "__getitem__"))
    return has and not hasattr(kind, "collect")


def add_frame(frame: Any, asked: Asked, sketches: dict[Hashable, Sketch]) -> None:
    """Add a column of a frame to the sketches of its groups, or to that of None.

    Examples
    --------
    >>> import pandas
    >>> from mix1d.sources.asked import Asked
    >>> frame = pandas.DataFrame({"x": [1.0, 2.0, 4.0], "site": ["a", "b", "a"]})
    >>> found = {}
    >>> add_frame(frame, Asked(by="site"), found)
    >>> {site: sketch.count for site, sketch in found.items()}
    {'a': 2, 'b': 1}
    """
    if asked.where is not None:
        raise InputError(
            f"where must be None for a {_label(frame)}, got {shown(asked.where)}: select the rows first"
        )
    names = {str(name): name for name in frame.columns}
    kinds = dict(zip(map(str, frame.columns), frame.dtypes, strict=True))
    numeric = tuple(name for name, kind in kinds.items() if holds_numbers(kind))
    header = Header(_label(frame), {name: str(kind) for name, kind in kinds.items()}, numeric)
    weights = asked.sample_weight
    named = weights if isinstance(weights, str) else None
    if asked.column is None:
        name = header.only_numeric([named, asked.by])
    else:
        name = header.find(asked.column, "column")
    column = names[name]
    if named is not None:
        weights = names[header.find(named, "sample_weight")]
    elif weights is not None and asked.by is not None:
        raise InputError(
            f"sample_weight must be the name of a column when by is given, got {shown(weights)}: add the "
            "weights to the table"
        )
    if asked.by is None:
        parts = iter([(None, frame)])
    else:
        by = names[header.find(asked.by, "by")]
        needed = list(dict.fromkeys([column, by] if named is None else [column, by, weights]))
        parts = _parts(frame[needed], by)
    for key, part in parts:
        if key not in sketches:
            sketches[key] = Sketch(name)
        sketches[key].add(
            part[column],
            part[weights] if named is not None else weights,
            missing=asked.missing,
            threads=asked.threads,
            progress=asked.progress if asked.by is None else False,
        )


def _parts(frame: Any, by: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the groups; a missing value is the group None."""
    if hasattr(frame, "group_by"):  # polars
        for (key,), part in frame.group_by([by], maintain_order=True):
            yield key, part
        return
    for (key,), part in frame.groupby([by], dropna=False, sort=False, observed=True):
        yield None if part[by].isna().iloc[0] else key, part


def _label(frame: object) -> str:
    return f"{type(frame).__module__.partition('.')[0]} {type(frame).__name__}"
