"""Weights of rows, and how messages count what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.data.columns import as_column
from mix1d.errors import InputError, shown


def read_weights(sample_weight: object, n: int, argument: str = "data") -> NDArray[Any]:
    """Return one weight for each of `n` rows, not yet judged.

    >>> read_weights([1, 2], 2)
    array([1., 2.])
    """
    weights, _ = as_column("sample_weight", sample_weight)
    if len(weights) != n:
        raise InputError(
            f"sample_weight must have one weight for each of the {n} rows of {argument}, got {len(weights)}: "
            "pass a weight for every row, missing ones too"
        )
    return weights


def fault_of_weights(weight: object, n_bad: int, first_bad: int) -> InputError:
    """Return what is wrong with weights of which `n_bad` are, or all are 0 when none is.

    >>> print(fault_of_weights(-2.0, 1, 4))
    sample_weight must be finite and at least 0, found -2.0 at index 4: use 0 for rows that should not count
    """
    if n_bad:
        return InputError(
            f"sample_weight must be finite and at least 0, found {shown(weight)} "
            f"at index {first_bad}{in_all(n_bad)}: use 0 for rows that should not count"
        )
    return InputError(
        "sample_weight must have at least one positive weight, all are zero: pass None for equal weights"
    )


def in_all(count: int) -> str:
    """Return how many there are beside the first, for messages.

    >>> in_all(1), in_all(3)
    ('', ' (3 in all)')
    """
    return "" if count == 1 else f" ({count} in all)"


def first_of(bad: NDArray[np.bool_]) -> tuple[int, str]:
    """Return the index of the first bad row, and the words of `in_all`.

    >>> first_of(np.array([False, True, True]))
    (1, ' (2 in all)')
    """
    return int(bad.argmax()), in_all(int(np.count_nonzero(bad)))
