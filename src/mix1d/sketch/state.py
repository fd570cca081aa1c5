"""The contents of a sketch as arrays: what the native core takes and returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array

MOST_VALUES = _core.SKETCH_VALUES
MOST_CELLS = _core.SKETCH_CELLS


class State(NamedTuple):
    """Either distinct values with their weights, or cells; arrays of the other kind are empty.

    A cell is the interval [index, index + 1) * 2^level. Where `counts` is 0, `numbers` holds its moments
    sum w u^p, p = 0 .. 7, in the coordinate u from -1 to 1 across it; else it holds so many values, rising,
    each before its weight.
    """

    values: Array
    weights: Array
    levels: NDArray[np.int32]
    indices: NDArray[np.int64]
    counts: NDArray[np.uint32]
    numbers: Array

    @property
    def exact(self) -> bool:
        """Whether every value was kept."""
        return len(self.levels) == 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return self.exact and len(self.values) == 0


EMPTY = State(
    np.empty(0),
    np.empty(0),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0, np.uint32),
    np.empty((0, 8)),
)
