"""The arguments of a `Mixture`: real numbers, one parameter per component, weights."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mix1d.arrays import Array
from mix1d.errors import InputError, shown

SUM_TOLERANCE = 1e-9


def real_numbers(name: str, values: ArrayLike) -> Array:
    """Any real array as float64, without a copy where possible."""
    array = _array(name, values)
    if array.dtype.kind not in "fiubO":
        raise InputError(f"{name} must be real numbers, got dtype {array.dtype}: convert it to float first")
    try:
        return array.astype(np.float64, copy=False)
    except OverflowError:
        raise InputError(
            f"{name} must be real numbers that fit a double (at most 1.8e308), got {shown(values)}: rescale"
        ) from None
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{name} must be real numbers, got an array of objects ({error}): convert it to float"
        ) from None


def _array(name: str, values: object) -> NDArray[Any]:
    """Return an array of any type."""
    try:
        return np.asarray(values)
    except Exception as error:  # rows of unequal lengths, or what an object of another library says
        what = " ".join(str(error).split())
        raise InputError(
            f"{name} must be real numbers, got {shown(values)} ({what}): convert it to an array of floats"
        ) from None


def vector(name: str, values: ArrayLike) -> Array:
    """Return a private float64 copy of one parameter per component."""
    array = np.array(_array(name, values), order="C")
    if array.dtype != np.float64:
        array = np.array(real_numbers(name, values), order="C")
    if array.ndim != 1 or not len(array):
        raise InputError(
            f"{name} must be one-dimensional with at least one element, got shape {array.shape}: "
            "give one number per component"
        )
    return array


def check_weights(weights: list[float]) -> float:
    """Return the sum of the weights, or refuse them."""
    # added one by one: sum() compensates in some versions of Python, and the last bits count
    total = 0.0
    for j, weight in enumerate(weights):
        if not 0.0 <= weight < math.inf:
            raise InputError(
                f"weights must be at least 0 and finite; component {j} is {weight!r}: 0 switches it off"
            )
        total += weight
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise InputError(
            f"weights must sum to 1 within 1e-9, their sum is {total!r}: divide them by their sum"
        )
    return total
