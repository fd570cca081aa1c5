"""What numbers are held in."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Arrays = tuple[Array, Array, Array]
"""Weights, means and sds of the components of a mixture, (k,) each."""
