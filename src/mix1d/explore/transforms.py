"""Transforms of a column: their SQL, which values they cannot take, and the way back."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True)
class Transform:
    """A rising function of the values."""

    name: str  # what the page calls it
    sql: str  # its SQL, with a place for the column
    allowed: str  # the condition in SQL that a value must meet, empty when there is none
    refused: str  # in words, the values that it cannot take
    forward: Callable[[float], float]
    inverse: Callable[[float], float]

    def of(self, column: str) -> str:
        """Return the SQL of the transformed column.

        >>> TRANSFORMS["log"].of('"mass"')
        'ln("mass")'
        """
        return self.sql.format(column)

    def refuses(self, x: float) -> bool:
        """Say whether a value cannot be transformed."""
        return bool(self.allowed) and (x < 0.0 or (x == 0.0 and self.allowed == "{} > 0"))

    def back(self, y: float) -> float:
        """Return the value that is transformed to y, infinite where that overflows.

        >>> TRANSFORMS["sqrt"].back(3.0), TRANSFORMS["log10"].back(1e6), TRANSFORMS["sqrt"].back(-1.0)
        (9.0, inf, 0.0)
        """
        if math.isnan(y):
            return y
        try:
            return self.inverse(y)
        except OverflowError:
            return math.copysign(math.inf, y)


TRANSFORMS = {
    "none": Transform("none", "{}", "", "", float, float),
    "log": Transform("log (ln)", "ln({})", "{} > 0", "of 0 or less", math.log, math.exp),
    "log2": Transform("log2", "log2({})", "{} > 0", "of 0 or less", math.log2, partial(math.pow, 2.0)),
    "log10": Transform("log10", "log10({})", "{} > 0", "of 0 or less", math.log10, partial(math.pow, 10.0)),
    "arcsinh": Transform("arcsinh", "asinh({})", "", "", math.asinh, math.sinh),
    "sqrt": Transform("square root", "sqrt({})", "{} >= 0", "below 0", math.sqrt, lambda y: max(y, 0.0) ** 2),
}
