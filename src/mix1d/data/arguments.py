"""The arguments that are not data: each check returns the value in one type, or raises `InputError`.

A message says which argument, what was found, what is allowed and what to do.
"""

from __future__ import annotations

import math
import operator
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from mix1d import _core
from mix1d.errors import InputError, shown
from mix1d.native import chart_of
from mix1d.words import listed

MOST_REPLICATES = 10_000_000
_MOST_VALUES, _MOST_DIMENSIONS = 2**48, 32
Rng: TypeAlias = "int | np.random.Generator | None"
"""What the argument `rng` may be."""
DEFAULT_SEED = 0  # what rng=None stands for wherever an answer must be repeatable


def check_n_components(value: object, n_distinct: int, *, equal_only: bool = False) -> tuple[int, ...]:
    """Return the numbers of components to fit, rising, without repetition.

    Parameters
    ----------
    value
        A whole number, an iterable of them, or None or "auto" for 1 .. min(10, n_distinct // 5), and up to 3
        where there are fewer parameters than values, 3k - 1 for k components, or 2k with equal sds.
    n_distinct
        Number of distinct values in the data, the most components that can be asked for.
    equal_only
        Whether no free sds are tried.

    Raises
    ------
    InputError
        When a number is not whole, below 1 or above `n_distinct`, or when there is none.

    Examples
    --------
    >>> check_n_components(range(1, 4), n_distinct=50)
    (1, 2, 3)
    >>> [len(check_n_components(None, distinct)) for distinct in (5, 6, 9, 15, 20, 272)]
    [1, 2, 3, 3, 4, 10]
    """
    if is_auto(value):
        return tuple(range(1, _core.most_components(n_distinct, [chart_of(equal_only)]) + 1))
    several = isinstance(value, Iterable) and not isinstance(value, str | bytes)
    if several and getattr(value, "ndim", 1) == 0:
        several = False
    numbers = set()
    for item in value if several else (value,):  # type: ignore[attr-defined]
        number = _whole("n_components", item)
        if number < 1:
            raise InputError(f"n_components must be at least 1, got {shown(number)}: ask for one or more")
        if number > n_distinct:
            raise InputError(
                f"n_components must be at most the number of distinct values, {n_distinct}, got "
                f"{shown(number)}: ask for fewer"
            )
        numbers.add(number)
    if not numbers:
        raise InputError("n_components must name at least one number, got none: pass for example range(1, 6)")
    return tuple(sorted(numbers))


def is_auto(n_components: object) -> bool:
    """Return whether the number of components is left to the criterion.

    >>> is_auto(None), is_auto("auto"), is_auto(3)
    (True, True, False)
    """
    return n_components is None or (isinstance(n_components, str) and n_components == "auto")


def check_choice(name: str, value: object, allowed: Sequence[str]) -> str:
    """Return `value` when it is one of the words in `allowed`.

    Raises
    ------
    InputError
        When it is not.

    Examples
    --------
    >>> check_choice("sds", "free", ("free", "equal"))
    'free'
    """
    if isinstance(value, str) and value in allowed:
        return value
    words = listed([f'"{word}"' for word in allowed], "or")
    raise InputError(f"{name} must be {words}, got {shown(value)}: pass one of these")


def check_flag(name: str, value: object) -> bool:
    """Return `value` when it is True or False, or a number that stands for one of them.

    Examples
    --------
    >>> check_flag("tests", True)
    True
    """
    if isinstance(value, bool | np.bool_ | int) and value in (0, 1):
        return bool(value)
    raise InputError(f"{name} must be True or False, got {shown(value)}: pass one of these")


def is_masked(value: object) -> bool:
    """Say whether `value` is NumPy's masked element, which becomes NaN with a warning."""
    masked = sys.modules.get("numpy.ma")
    return masked is not None and value is masked.masked


def check_name(name: object) -> None:
    """Raise `InputError` when `name` is neither a string nor None.

    Examples
    --------
    >>> check_name("height")
    """
    if name is not None and not isinstance(name, str):
        raise InputError(f"name must be a string or None, got {shown(name)}: pass str(name)")


def check_positive(name: str, value: object) -> float:
    """Return `value` as a positive, finite float, or raise `InputError`.

    Examples
    --------
    >>> check_positive("tol", 1)
    1.0
    """
    number = _number(name, value, "a positive number")
    if not 0.0 < number < np.inf:
        raise InputError(f"{name} must be positive and finite, got {shown(value)}: pass a number above 0")
    return number


def check_count(name: str, value: object, minimum: int = 1, most: int = 2**31 - 1) -> int:
    """Return `value` as an int from `minimum` to `most`, or raise `InputError`.

    Examples
    --------
    >>> check_count("max_iter", 1000)
    1000
    """
    number = _whole(name, value)
    if number < minimum:
        raise InputError(f"{name} must be at least {minimum}, got {shown(number)}: pass a larger number")
    if number > most:
        raise InputError(f"{name} must be at most {most}, got {shown(number)}: pass a smaller number")
    return number


def check_replicates(value: object, minimum: int = 1) -> int:
    """Return `value` as a number of replicates, or raise `InputError`.

    Examples
    --------
    >>> check_replicates(999)
    999
    """
    return check_count("replicates", value, minimum, MOST_REPLICATES)


def check_shape(name: str, value: object) -> tuple[int, ...]:
    """Return the shape of an array: one size or several, each at least 0.

    Examples
    --------
    >>> check_shape("shape", 3), check_shape("shape", [2, 3]), check_shape("shape", ())
    ((3,), (2, 3), ())
    """
    several = isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.ndim == 1)
    sizes = tuple(check_count(name, size, 0, _MOST_VALUES) for size in (value if several else [value]))  # type: ignore[attr-defined]
    if len(sizes) > _MOST_DIMENSIONS or math.prod(sizes) > _MOST_VALUES:
        raise InputError(
            f"{name} must be that of an array that a machine can hold, got {shown(value)}: ask for less"
        )
    return sizes


def check_probability(name: str, value: object) -> float:
    """Return `value` as a float from 0 to 1, or raise `InputError`.

    Examples
    --------
    >>> check_probability("p", 0.5)
    0.5
    """
    number = _number(name, value, "a probability")
    if not 0.0 <= number <= 1.0:
        raise InputError(f"{name} must lie between 0 and 1, got {shown(value)}: pass a probability")
    return number


def check_level(name: str, value: object) -> float:
    """Return a confidence level, strictly between 0 and 1, or raise `InputError`.

    Examples
    --------
    >>> check_level("level", 0.95)
    0.95
    """
    number = _number(name, value, "a confidence level")
    if not 0.0 < number < 1.0:
        advice = f"write {number / 100:g}" if 1.0 < number < 100.0 else "pass for example 0.95"
        raise InputError(f"{name} must lie strictly between 0 and 1, got {shown(value)}: {advice}")
    return number


def check_rng(rng: object, *, none: Literal["fixed", "fresh"] = "fixed") -> np.random.Generator:
    """Return the random generator that `rng` stands for.

    Parameters
    ----------
    rng
        A `numpy.random.Generator` (used as it is, and advanced), a seed at least 0, or None.
    none
        What None means: ``"fixed"`` for the seed `DEFAULT_SEED`, the same numbers each time, or ``"fresh"``
        for fresh entropy.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> check_rng(7).random() == check_rng(7).random()
    True
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        return np.random.default_rng(DEFAULT_SEED if none == "fixed" else None)
    return np.random.default_rng(_seed(rng))


def check_seed(rng: object) -> int:
    """Return the seed below 2^64 that `rng` stands for, to be recorded with the answer.

    Parameters
    ----------
    rng
        A seed, None for `DEFAULT_SEED`, or a `numpy.random.Generator`, of which one draw of 64 bits is taken.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> check_seed(None), check_seed(7)
    (0, 7)
    """
    if rng is None:
        return DEFAULT_SEED
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**64, dtype=np.uint64))
    seed = _seed(rng)
    if seed >= 2**64:
        raise InputError(f"rng must be a seed below 2**64, got {shown(seed)}: pass a smaller integer")
    return seed


def _seed(rng: object) -> int:
    if isinstance(rng, np.random.RandomState):
        raise InputError(
            "rng must be None, a seed or a numpy.random.Generator, got a RandomState: "
            "pass numpy.random.default_rng(seed)"
        )
    try:
        seed = _whole("rng", rng)
    except InputError:
        raise InputError(
            f"rng must be None, a seed or a numpy.random.Generator, got {shown(rng)}: "
            "pass numpy.random.default_rng(seed)"
        ) from None
    if seed < 0:
        raise InputError(f"rng must be a seed of at least 0, got {shown(seed)}: pass a non-negative integer")
    return seed


def check_threads(threads: object) -> int:
    """Return the number of threads to use, at least 1; None means all processors open to this process.

    Examples
    --------
    >>> check_threads(2)
    2
    """
    if threads is not None:
        return min(check_count("threads", threads), 1024)
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def _whole(name: str, value: object) -> int:
    if not isinstance(value, bool | np.bool_):
        try:
            return operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
    advice = f"write {int(value)}" if isinstance(value, float) and value.is_integer() else "pass an int"
    raise InputError(f"{name} must be a whole number, got {shown(value)}: {advice}")


def _number(name: str, value: object, wanted: str) -> float:
    if not isinstance(value, bool | np.bool_ | str | bytes) and not is_masked(value):
        try:
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            pass
    raise InputError(f"{name} must be {wanted}, got {shown(value)}: pass a float")
