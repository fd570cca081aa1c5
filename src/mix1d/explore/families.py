"""Which shapes of components the page offers for a column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from mix1d.arrays import Array
from mix1d.model.choice import FIXED, allowed_by
from mix1d.model.families import FAMILIES, Space

OFFERED = ("normal", "auto", *(family.name for family in FAMILIES if family.name not in ("normal", *FIXED)))
"""What may be chosen."""


def options(low: float, high: float, values: Array | None) -> list[dict[str, Any]]:
    """Return the choices for values between two ends; those that these do not allow cannot be chosen.

    `values` are those that are there, None where only a sketch of them is.

    >>> [one["label"] for one in options(-1.0, 2.0, np.array([-1.0, 2.0])) if not one["disabled"]]
    ['normal', 'auto', 'Student t', 'logistic', 'skew-normal']
    """
    spaces = set(_spaces(low, high, values))
    found: list[dict[str, Any]] = [
        {"label": family.said, "value": family.name, "disabled": family.space not in spaces}
        for family in FAMILIES
        if family.name not in FIXED
    ]
    tried = "" if values is None or not len(values) else ", ".join(_said(allowed_by(values, values)))
    auto = {
        "label": "auto",
        "value": "auto",
        "disabled": False,
        "title": f"compares {tried}" if tried else "",
    }
    return [found[0], auto, *found[1:]]


def _said(names: tuple[str, ...]) -> list[str]:
    return [family.said for family in FAMILIES if family.name in names]


def _spaces(low: float, high: float, values: Array | None) -> Iterator[Space]:
    yield "real"
    if low > 0.0:
        yield "log"
        if high < 1.0:
            yield "logit"
    if low >= 0.0 and values is not None and bool(np.all(values == np.floor(values))):
        yield "count"
