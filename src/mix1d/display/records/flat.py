"""Records as dicts for JSON, and as the columns of a data frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from mix1d.data.frames import Origin, frame_of
from mix1d.display.records.card import Columns
from mix1d.model.component import Component
from mix1d.model.mixture import Mixture
from mix1d.outcome.records import plain
from mix1d.uncertainty.intervals import Estimate

_OF_ESTIMATES = ("standard_error", "lower", "upper")


def dict_of(record: Any) -> dict[str, Any]:
    """Return a record as names and values, ready for JSON.

    What a record keeps only to be drawn (fields without a place in its `repr`) is left out.

    >>> from mix1d.model.thresholds import threshold_of
    >>> dict_of(threshold_of(2.0, 0, 1, "crossing"))["lower"] is None
    True
    """
    if isinstance(record, Mixture):
        found: dict[str, Any] = plain(record)
        return found
    if isinstance(record, Component):
        return {"family": record.family, **_json(record.parameters)}
    if is_dataclass(record):
        return {field.name: _json(getattr(record, field.name)) for field in fields(record) if field.repr}
    return {name: _json(value) for name, value in _named(record).items()}


def _named(record: Any) -> Mapping[str, Any]:
    names: Sequence[str] = record._fields
    return {name: getattr(record, name) for name in names}


def _json(value: Any) -> Any:
    if isinstance(value, np.generic):
        return _json(value.item())
    if isinstance(value, np.ndarray):
        return _json(value.tolist())
    if isinstance(value, Mixture | Component) or is_dataclass(value) or hasattr(value, "_fields"):
        return dict_of(value)
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    return plain(value)


def columns_of_rows(records: Sequence[Any]) -> Columns:
    """Return a row for each record: its numbers and words, estimates with their intervals, no mixtures.

    >>> from mix1d.model.thresholds import threshold_of
    >>> columns_of_rows([threshold_of(2.0, 0, 1, "crossing")])["value"]
    array([2.])
    """
    rows = [_flat(record) for record in records]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _flat(record: Any, before: str = "") -> dict[str, Any]:
    """Return the simple parts of a record under the names of fields, those of its records behind theirs."""
    found: dict[str, Any] = {}
    named = (
        {field.name: getattr(record, field.name) for field in fields(record) if field.repr}
        if is_dataclass(record)
        else _named(record)
    )
    for name, value in named.items():
        whole = before + name
        if isinstance(value, Estimate):
            found[whole] = value.value
            found |= {f"{whole}_{part}": getattr(value, part) for part in _OF_ESTIMATES}
        elif is_dataclass(value):
            found |= _flat(value, f"{whole}_")
        elif isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            found[whole] = " ".join(value)
        elif isinstance(value, tuple) and all(isinstance(item, float) for item in value):
            found[whole] = " ".join(map(repr, value))
        elif not isinstance(value, Mixture | tuple | np.ndarray):
            found[whole] = value
    return found


def _column(values: list[Any]) -> Any:
    """Return an array of one type; missing numbers are NaN, and missing words nothing."""
    known = [value for value in values if value is not None]
    if all(isinstance(value, str) for value in known) and known:
        return np.array(["" if value is None else value for value in values])
    if len(known) < len(values):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array(values)


def frame(columns: Columns, library: str | None) -> Any:
    """Return columns as a data frame; those that are records of one row are made from single values."""
    return frame_of({name: np.atleast_1d(values) for name, values in columns.items()}, Origin(), library)
