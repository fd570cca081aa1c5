"""Whole numbers as short texts, so that a page can carry the curves of many fits."""

from __future__ import annotations

from collections.abc import Iterable

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def packed(values: Iterable[int], width: int) -> list[int | str]:
    """Return how many zeros come first, and the numbers up to the last that is none, to the base 36.

    >>> packed([0, 0, 35, 36, 0, 1, 0], 2)
    [2, '0z100001']
    """
    numbers = list(values)
    there = [i for i, x in enumerate(numbers) if x]
    first, last = (there[0], there[-1] + 1) if there else (0, 0)
    return [first, "".join(_text(x, width) for x in numbers[first:last])]


def _text(x: int, width: int) -> str:
    found = ""
    for _ in range(width):
        x, digit = divmod(x, 36)
        found = _DIGITS[digit] + found
    if x:
        raise ValueError(f"values must be below 36**{width}")
    return found
