"""Curves as braille: every character is a grid of two by four dots."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array

Dots = NDArray[np.bool_]

ACROSS, UP = 2, 4  # dots of a character
FAINTEST = 0.5  # dots; a lower curve would only hide the axis
# Bit of each dot in U+2800..U+28FF, the lowest row of dots first (The Unicode Standard, section 21.1).
_BITS = np.array([[0x40, 0x80], [0x04, 0x20], [0x02, 0x10], [0x01, 0x08]])


def curve_dots(heights: Array, n_rows: int) -> Dots:
    """Return which dots a curve sets, (n_rows * 4, columns * 2), the lowest row first.

    `heights` (columns * 2,) are those of the curve at each column of dots, in dots. In each column there is
    the dot that contains the height, and those below it down to just above a lower neighbour, so that a steep
    curve has no gaps.

    >>> import numpy as np
    >>> curve_dots(np.array([0.6, 2.5, 0.2, 9.0]), 1).astype(int)[::-1]
    array([[0, 0, 0, 1],
           [0, 1, 0, 1],
           [0, 1, 0, 1],
           [1, 1, 0, 1]])
    """
    shown = heights >= FAINTEST
    tops = np.where(shown, np.floor(np.minimum(heights, n_rows * UP - 0.5)), -1.0).astype(np.int64)
    beside = np.minimum(np.append(tops[1:], tops[-1]), np.insert(tops[:-1], 0, tops[0]))
    lowest = np.minimum(tops, beside + 1)
    rows = np.arange(n_rows * UP)[:, None]
    return np.asarray(shown & (rows >= lowest) & (rows <= tops))


def characters(dots: Dots) -> NDArray[np.str_]:
    """Return the braille characters (rows, columns) of dots (rows * 4, columns * 2), the lowest row first.

    >>> import numpy as np
    >>> characters(np.array([[1, 1], [0, 0], [0, 0], [1, 0]], bool)).tolist()
    [['⣁']]
    """
    n_rows, n_columns = dots.shape[0] // UP, dots.shape[1] // ACROSS
    cells = dots.reshape(n_rows, UP, n_columns, ACROSS).transpose(0, 2, 1, 3)
    codes = 0x2800 + (cells * _BITS).sum(axis=(2, 3))
    return np.array([[chr(code) for code in row] for row in codes.tolist()])
