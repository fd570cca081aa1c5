"""Constraints on the weights, means and sds of all components, as they are asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from mix1d.data.columns import as_column, missing_among
from mix1d.errors import InputError, shown
from mix1d.model.parameters import SUM_TOLERANCE

SDS = ("free", "equal", "auto", "proportional")
MEANS = ("free", "equal", "spaced", "growth")
WEIGHTS = ("free", "equal")
MOST_WEIGHTS = 50  # one for each component; a longer list is one of rows
_ORDERS = ("ordered", "sorted", "increasing", "rising")


@dataclass(frozen=True, slots=True)
class Constraint:
    """What is assumed of the weights, the means or the sds of all components."""

    kind: str
    """A word of `SDS`, `MEANS` or `WEIGHTS`; ``"zero"`` and ``"ratio"`` for sds; or ``"list"``."""
    values: tuple[float, ...] = ()
    """For a list: one number for each component, NaN where it is free. For ratios: the ratios."""
    coefficient: float = math.nan
    """The ratio of sd to mean where it is fixed."""

    @property
    def free(self) -> int:
        """How many of a list are free."""
        return sum(map(math.isnan, self.values))


def read_sds(sds: Any) -> Constraint | None:
    """Check the argument `sds`; None where it is left open.

    >>> read_sds({"ratio": [2, 1]}).values
    (2.0, 1.0)
    """
    if sds is None:
        return None
    if isinstance(sds, str):
        if sds in SDS:
            return Constraint(sds)
    elif isinstance(sds, Mapping):
        if list(sds) == ["proportional"]:
            c = _number(sds["proportional"])
            if c is not None and 0.0 < c < math.inf:
                return Constraint("proportional", coefficient=c)
        elif list(sds) == ["ratio"]:
            ratios = numbers_of("sds", sds["ratio"], missing=False)
            for j, ratio in enumerate(ratios):
                if not 0.0 < ratio < math.inf:
                    raise InputError(
                        f"sds must have ratios that are positive and finite; component {j} is {ratio!r}: "
                        "give each sd relative to the others"
                    )
            return Constraint("ratio", ratios)
    elif is_list(sds):
        values = numbers_of("sds", sds)
        for j, sd in enumerate(values):
            if not (math.isnan(sd) or 0.0 <= sd < math.inf):
                raise InputError(
                    f"sds must be finite and at least 0, or None for free; component {j} is {sd!r}: correct"
                )
        return Constraint("list", values)
    elif (number := _number(sds)) is not None:
        if number == 0.0:
            return Constraint("zero")
        raise InputError(
            f"sds must be a list where they are fixed, got {shown(sds)}: pass [{shown(sds)}, ...] with one "
            "number for each component"
        )
    raise InputError(
        'sds must be "free", "equal", "auto", "proportional", {"proportional": c}, {"ratio": [...]}, 0 or a '
        f"list of numbers and None, got {shown(sds)}: pass one of these"
    )


def read_means(means: Any) -> Constraint:
    """Check the argument `means`.

    >>> read_means("growth").kind
    'growth'
    """
    if means is None:
        return Constraint("free")
    if isinstance(means, str):
        _refuse_orders("means", means)
        if means in MEANS:
            return Constraint(means)
    elif is_list(means):
        values = numbers_of("means", means)
        for j, mean in enumerate(values):
            if math.isinf(mean):
                raise InputError(
                    f"means must be finite, or None for free; component {j} is {mean!r}: correct it"
                )
        return Constraint("list", values)
    raise InputError(
        'means must be "equal", "spaced", "growth" or a list of numbers and None, or None for free, got '
        f"{shown(means)}: pass one of these"
    )


def read_weights(weights: Any) -> Constraint:
    """Check the argument `weights`.

    >>> read_weights([0.25, None]).values
    (0.25, nan)
    """
    if weights is None:
        return Constraint("free")
    if isinstance(weights, str):
        _refuse_orders("weights", weights)
        if weights in WEIGHTS:
            return Constraint(weights)
    elif is_list(weights):
        values = numbers_of("weights", weights)
        if len(values) > MOST_WEIGHTS:
            raise InputError(
                f"weights are those of the components, at most {MOST_WEIGHTS}, got a list of {len(values)}: "
                "a weight for each row is sample_weight"
            )
        for j, weight in enumerate(values):
            if not (math.isnan(weight) or 0.0 < weight <= 1.0):
                raise InputError(
                    f"weights must lie above 0 and at most at 1, or be None for free; component {j} is "
                    f"{weight!r}: correct it, or leave that component out; a weight for each row is "
                    "sample_weight"
                )
        return _summed(values)
    raise InputError(
        f'weights must be "equal" or a list of numbers and None, or None for free, got {shown(weights)}: '
        "pass one of these"
    )


def _summed(values: tuple[float, ...]) -> Constraint:
    """Return fixed weights, whose sum leaves something for the free ones."""
    total = math.fsum(value for value in values if not math.isnan(value))
    free = sum(map(math.isnan, values))
    if free == 0:
        if abs(total - 1.0) > SUM_TOLERANCE:
            raise InputError(
                f"weights must sum to 1 within 1e-9, their sum is {total!r}: divide them by their sum, or "
                "pass None for one of them; a weight for each row is sample_weight"
            )
        return Constraint("list", tuple(value / total for value in values))
    if free < len(values) and total > 1.0 - SUM_TOLERANCE:
        raise InputError(
            f"weights must leave something for what is free, the fixed ones sum to {total!r}: lower them"
        )
    return Constraint("list", values)


def _refuse_orders(argument: str, word: str) -> None:
    if word in _ORDERS:
        raise InputError(
            f"{argument} must not be {shown(word)}: an order is a way to number components, no model; they "
            "are sorted by mean anyway, so leave it out"
        )


def is_list(value: object) -> bool:
    """Say whether an argument is a list, a tuple or an array.

    >>> is_list([0]), is_list((0,)), is_list("0"), is_list(0)
    (True, True, False, False)
    """
    several = isinstance(value, Sequence | np.ndarray) and not isinstance(value, str | bytes)
    return several and getattr(value, "ndim", 1) > 0


def numbers_of(argument: str, value: Any, *, missing: bool = True, empty: bool = False) -> tuple[float, ...]:
    """Return the numbers of a list, NaN where one is missing.

    >>> numbers_of("means", [1, None])
    (1.0, nan)
    """
    if not is_list(value):
        _refuse_list(argument, value)
    if len(value) == 0 and not empty:
        raise InputError(
            f"{argument} must name at least one component, got an empty list: pass None for free"
        )
    column, _ = as_column(argument, value)
    found = tuple(column.astype(np.float64).tolist())
    if not missing and any(map(math.isnan, found)):
        _refuse_list(argument, value)
    return found


def _refuse_list(argument: str, value: object) -> NoReturn:
    raise InputError(f"{argument} must be a list of numbers here, got {shown(value)}: pass all of them")


def _number(value: object) -> float | None:
    """Return a number, None for what is none."""
    if isinstance(value, bool | np.bool_ | str | bytes) or missing_among([value])[0]:
        return None
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
