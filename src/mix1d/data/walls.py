"""Walls: where values end abruptly, as they do where a range was cut by hand or a scale has its end."""

from __future__ import annotations

import math

import numpy as np

from mix1d.arrays import Array

LEAST, SHARE = 40.0, 0.06  # rows nearest to an end that are looked at: the larger of the two
MOST = 0.4  # of all rows that they may be
HALVED = 0.42  # of those rows in the outer half of their range; in a tail there are few
DISTINCT = 12  # values among them, at least
ZERO = 0.1  # of the median: an end so near to 0 is that of positive values
SCALES = (1.0, 100.0)  # where shares and percentages end


def is_wall(values: Array, weights: Array, low: bool) -> bool:
    """Say whether values (m,), distinct and rising, are as dense at one end as next to it.

    Of the 40 or 6 % of the rows nearest to the end at least 42 % lie in the outer half of their range. In a
    normal tail those are 10 to 20 %; one half where the density is flat. Tuned on 366 columns of data sets of
    R packages; `outcome.findings_of_kinds` asks besides that the fit expects five values beyond.

    >>> is_wall(np.linspace(0.0, 1.0, 200), np.ones(200), low=True)
    True
    >>> from mix1d import Mixture
    >>> tail = Mixture([1.0], [0.0], [1.0]).icdf((np.arange(200) + 0.5) / 200)
    >>> is_wall(tail, np.ones(200), low=True)
    False
    """
    inward, counts = (values, weights) if low else (-values[::-1], weights[::-1])
    below = np.cumsum(counts)
    wanted = max(LEAST, SHARE * float(below[-1]))
    if wanted > MOST * below[-1]:
        return False
    last = int(np.searchsorted(below, wanted))
    if last < DISTINCT:
        return False
    middle = inward[0] / 2 + inward[last] / 2
    outer = below[int(np.searchsorted(inward, middle, side="right")) - 1]
    return bool(outer >= HALVED * below[last])


def is_natural(values: Array, weights: Array, low: bool) -> bool:
    """Say whether an end lies next to 0, which positive values have for an end without anybody's doing.

    >>> is_natural(np.array([0.01, 1.0, 2.0]), np.ones(3), low=True)
    True
    """
    end = float(values[0] if low else -values[-1])
    middle = float(values[int(np.searchsorted(np.cumsum(weights), 0.5 * weights.sum()))])
    return 0.0 <= end <= ZERO * abs(middle)


def place_of(values: Array, low: bool) -> float:
    """Return the roundest number next to an end, no farther than three values there lie from each other.

    The upper end of shares and percentages, of values none of which is below 0, is looked for three times
    as far.

    >>> place_of(np.array([8.1, 8.4, 8.6, 8.997]), low=False)
    9.0
    >>> place_of(np.array([0.0, 98.8, 99.2, 99.4, 99.6, 99.87]), low=False)
    100.0
    """
    nearest = values[:DISTINCT] if low else values[-DISTINCT:][::-1]
    end = float(nearest[0])
    reach = 3.0 * abs(float(nearest[-1]) - end) / (len(nearest) - 1)
    if not 0.0 < reach < math.inf:
        return end
    if low and 0.0 <= end <= reach:
        return 0.0
    for scale in SCALES:
        if not low and values[0] >= 0.0 and 0.0 <= scale - end <= 3.0 * reach:
            return scale
    for digits in range(1, 17):
        near = float(f"{end:.{digits - 1}e}")
        step = 10.0 ** (math.floor(math.log10(abs(end))) - digits + 1) if end else 0.0
        for candidate in (near, near - step, near + step):
            place = float(f"{candidate:.{digits - 1}e}")
            outside = place <= end if low else place >= end
            if outside and abs(place - end) <= reach:
                return place
    return end
