"""The arguments of a `Mixture`: real numbers, one parameter per component, weights."""

from __future__ import annotations

import math
from collections.abc import Callable
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


def at_each(function: Callable[..., Array], x: ArrayLike, arrays: object, name: str = "x") -> Any:
    """Return a function of a mixture at numbers of any shape; a scalar gives a scalar."""
    values = real_numbers(name, x)
    flat = np.ascontiguousarray(values).reshape(-1)
    return function(flat, arrays).reshape(values.shape)[()]


def at_pairs(function: Callable[..., Array], x: ArrayLike, y: ArrayLike, arrays: object) -> Any:
    """Return a function of two numbers and a mixture, of shapes that go together."""
    first, second = real_numbers("x", x), real_numbers("y", y)
    try:
        low, high = np.broadcast_arrays(first, second)
    except ValueError:
        raise InputError(
            f"x and y must have shapes that go together, got {first.shape} and {second.shape}: pass as "
            "many of each"
        ) from None
    return function(low.ravel(), high.ravel(), arrays).reshape(low.shape)[()]


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


def check_normals(k: int, m: Array, s: Array) -> None:
    """Refuse means and sds that are not those of k normals."""
    if len(m) != k or len(s) != k:
        raise InputError(
            f"weights, means and sds must have the same length, got {k}, {len(m)} and {len(s)}: "
            "give one of each for every component"
        )
    for j, mean in enumerate(m.tolist()):
        if not -math.inf < mean < math.inf:
            raise InputError(
                f"means must be finite; component {j} is {mean!r}: correct it or drop that component"
            )
    for j, sd in enumerate(s.tolist()):
        if not 0.0 < sd < math.inf:
            raise InputError(f"sds must be positive and finite; component {j} is {sd!r}: widen it or drop it")
