"""Saved files taken apart: each part knows its place, and says what is wrong there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.errors import InputError, shown

NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
INFINITE = {"inf": math.inf, "-inf": -math.inf}
MOST = 2**63 - 1  # rows, or anything else that is counted


class Part:
    """A part of the file, which knows its place for the sake of messages."""

    def __init__(self, value: Any, where: str, path: str) -> None:
        self.value, self.where, self.path = value, where, path

    def refuse(self, key: str, why: str) -> NoReturn:
        place = f"{self.path}.{key}".lstrip(".")
        raise InputError(
            f"{self.where}: {place} {why}: the file was changed or damaged, save the result again"
        )

    def get(self, key: str) -> Any:
        if not isinstance(self.value, Mapping):
            raise InputError(f"{self.where}: {self.path} must be an object, got {shown(self.value)}")
        if key not in self.value:
            self.refuse(key, "is missing")
        return self.value[key]

    def has(self, key: str) -> bool:
        """Say whether there is anything, null included; files from before it was written have nothing."""
        return isinstance(self.value, Mapping) and key in self.value

    def part(self, key: str) -> Part:
        return Part(self.get(key), self.where, f"{self.path}.{key}".lstrip("."))

    def parts(self, key: str) -> list[Part]:
        value = self.get(key)
        if not isinstance(value, list) or not value:
            self.refuse(key, f"must be a list with something in it, got {shown(value)}")
        place = f"{self.path}.{key}".lstrip(".")
        return [Part(item, self.where, f"{place}[{i}]") for i, item in enumerate(value)]

    def flag(self, key: str) -> bool:
        value = self.get(key)
        if not isinstance(value, bool):
            self.refuse(key, f"must be true or false, got {shown(value)}")
        return value

    def count(self, key: str, least: int = 0, most: int = MOST) -> int:
        value = self.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.refuse(key, f"must be a whole number from {least}, got {shown(value)}")
        if value > most:
            self.refuse(key, f"must be at most {most}, got {shown(value)}")
        return value

    def number(self, key: str, *, finite: bool = True) -> float:
        value = self.get(key)
        if not finite and isinstance(value, str) and value in NOT_FINITE:
            return NOT_FINITE[value]
        if not isinstance(value, int | float) or isinstance(value, bool) or not _is_double(value):
            self.refuse(key, f"must be a number, got {shown(value)}")
        return float(value)

    def positive(self, key: str) -> float:
        value = self.number(key)
        if not value > 0.0:
            self.refuse(key, f"must be positive, got {shown(value)}")
        return value

    def text(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str):
            self.refuse(key, f"must be text, got {shown(value)}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            self.refuse(key, f"must be one of {', '.join(allowed)}, got {shown(value)}")
        return value

    def numbers(self, key: str, *, finite: bool = True) -> Array:
        value = self.get(key)
        kinds = {int, float} if finite else {int, float, str}
        if not isinstance(value, list) or not {type(x) for x in value} <= kinds:
            self.refuse(key, "must be a list of numbers")
        if not finite:
            value = [INFINITE.get(x, "") if isinstance(x, str) else x for x in value]
            if "" in value:
                self.refuse(key, 'must be numbers, "inf" or "-inf"')
        if not all(_is_double(x) or x in INFINITE.values() for x in value):
            self.refuse(key, "must be numbers that a double can hold")
        array = np.array(value, np.float64)
        array.setflags(write=False)
        return array

    def flags(self, key: str) -> NDArray[np.bool_]:
        value = self.get(key)
        if not isinstance(value, list) or not {type(x) for x in value} <= {bool}:
            self.refuse(key, "must be a list of true and false")
        return np.array(value, bool)

    def given(self, key: str) -> bool:
        """Say whether there is anything but null."""
        return self.get(key) is not None

    def whole_numbers(self, key: str, most: int, least: int = 0) -> NDArray[np.int64]:
        value = self.get(key)
        if not isinstance(value, list) or not {type(x) for x in value} <= {int}:
            self.refuse(key, "must be a list of whole numbers")
        if value and not least <= min(value) <= max(value) <= most:
            self.refuse(key, f"must be from {least} to {most}")
        return np.array(value, np.int64)


def _is_double(x: float) -> bool:
    """Say whether a number read from JSON is a finite double; 1e400 is read as infinity."""
    try:
        return math.isfinite(x)
    except OverflowError:
        return False
