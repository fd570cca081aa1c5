"""What numbers are held in."""

import numpy as np
from numpy.typing import NDArray

from mix1d import _core

Array = NDArray[np.float64]

Arrays = tuple[Array, Array, Array]
"""Weights, means and sds of the components of a mixture, (k,) each."""

MixedArrays = tuple[Array, Array, Array, NDArray[np.int64], Array]
"""Weights, locations, scales, numbers of families and shapes of components of any families, (k,) each."""


def log1(x: float) -> float:
    """Return the natural logarithm of one number, the core's: that of `math` differs between machines.

    >>> log1(1.0)
    0.0
    """
    return float(_core.log(np.array([x], np.float64))[0])
