"""Classes of values as the caller wants them: numbers or names, missing values, the index of a Series."""

from __future__ import annotations

import operator
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.columns import as_column
from mix1d.errors import InputError, shown
from mix1d.model.parameters import real_numbers

Missing = str | int
Labels = Sequence[Any] | Mapping[int, Any] | None
Codes = NDArray[np.int64]


def numbers_of(x: Any) -> Array:
    """Return values of any shape as float64, missing ones as NaN.

    >>> numbers_of([1, None]).tolist()
    [1.0, nan]
    """
    if hasattr(x, "iloc"):
        return as_column("x", x)[0].astype(np.float64)
    masked = sys.modules.get("numpy.ma")
    if masked is not None and isinstance(x, masked.MaskedArray):
        found: Array = np.array(real_numbers("x", x.data))
        found[np.broadcast_to(x.mask, found.shape)] = np.nan
        return found
    return real_numbers("x", x)


def check_missing(missing: object) -> Missing:
    """Return what to do with missing values: "raise", "nan", or the number that stands for them."""
    if isinstance(missing, str) and missing in ("raise", "nan"):
        return missing
    try:
        code = operator.index(missing)  # type: ignore[arg-type]
    except TypeError:
        code = 0
    if code < 0:
        return code
    raise InputError(
        f'missing must be "raise", "nan" or a number below 0, got {shown(missing)}: pass for example "nan"'
    )


def labelled(
    codes: Codes, absent: NDArray[np.bool_], x: Any, labels: Labels, names: int, missing: Missing
) -> Any:
    """Return classes for values of any shape, as a Series where `x` is one of pandas.

    With `labels` an array of objects, None for a class without a name; else whole numbers, which are floats
    where NaN stands for missing values among them. `names` is the number of classes.
    """
    some = bool(absent.any())
    if some and missing == "raise":
        raise InputError(
            f"x must not be NaN, got nan at index {np.flatnonzero(absent)[0]}: drop missing values first, or "
            'pass missing="nan"'
        )
    found: Any = np.where(absent, missing, codes) if some and missing != "nan" else codes
    if labels is not None:
        known = _named(labels, names)
        found = np.array([known.get(code) for code in found.ravel().tolist()], object).reshape(found.shape)
    if some and missing == "nan":
        found = np.where(absent, None if labels is not None else np.nan, found)
    pandas = sys.modules.get("pandas")
    if pandas is not None and isinstance(x, pandas.Series):
        return pandas.Series(found, index=x.index, name=x.name)
    return found[()]


def _named(labels: Any, names: int) -> dict[int, Any]:
    """Return the name of each class."""
    if isinstance(labels, Mapping):
        wrong = [key for key in labels if isinstance(key, str) or key != int(key) or key >= names]
        if wrong:
            raise InputError(
                f"labels must have whole numbers below {names} for keys, got {shown(wrong[0])}: 0 is the "
                "lowest class"
            )
        return {int(key): name for key, name in labels.items()}
    row = hasattr(labels, "__len__") and getattr(labels, "ndim", 1) == 1
    if isinstance(labels, str | bytes) or not row:
        raise InputError(
            f'labels must be a list of names, got {shown(labels)}: pass for example ["low", "high"]'
        )
    if len(labels) != names:
        raise InputError(
            f"labels must name each of the {names} classes, lowest first, got {len(labels)}: pass {names} "
            "names, or a dict such as {0: 'low'}"
        )
    return dict(enumerate(labels))
