"""Which form data come in: plain values, or observations that say more."""

from __future__ import annotations

from typing import Any

import numpy as np

from mix1d.data.histograms import as_histogram
from mix1d.data.recorded import check_resolution
from mix1d.data.sample import POOL_LIMIT
from mix1d.errors import InputError, shown


def says_more(data: object) -> bool:
    """Say whether data are more than exact values: a histogram, intervals, or text among which are limits.

    >>> says_more([1.0, 2.0]), says_more((np.ones(2), np.arange(3.0))), says_more(["<1", "2"])
    (False, True, True)
    """
    if isinstance(data, np.ndarray) and data.dtype.kind in "fiub":
        return False
    if as_histogram(data) is not None or hasattr(data, "_uncensored"):
        return True
    kind = getattr(data, "dtype", getattr(data, "type", None))
    if any(word in str(kind).lower() for word in ("interval", "struct")):
        return True
    if kind is None and isinstance(data, list | tuple):
        return any(isinstance(cell, str | dict) for cell in data[:POOL_LIMIT])
    return (
        str(kind) in ("object", "str", "string", "String", "large_string") or getattr(kind, "kind", "") == "U"
    )


def says_how(recorded: dict[str, Any]) -> bool:
    """Say whether arguments of `Observations` tell more of rows than that they may be rounded, or are exact.

    >>> says_how({"resolution": "auto", "errors": None}), says_how({"resolution": 0.5})
    (False, True)
    """
    step = check_resolution(recorded["resolution"])
    return bool(step) or any(value is not None for key, value in recorded.items() if key != "resolution")


def refuse_twice(recorded: dict[str, Any], sample_weight: Any) -> None:
    """Raise `InputError` where arguments say again what `Observations` say."""
    for key, value in {**recorded, "sample_weight": sample_weight}.items():
        if value is not None and not (key == "resolution" and isinstance(value, str)):
            raise InputError(
                f"{key} must be left out for Observations, which say it themselves, got {shown(value)}: "
                "pass it to Observations"
            )
