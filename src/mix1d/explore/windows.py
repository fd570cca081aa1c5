"""The range of the page as a window: outside of it nothing could be recorded."""

from __future__ import annotations

import math

import numpy as np

from mix1d.arrays import Array
from mix1d.data.rounding import lattice_of
from mix1d.explore.transforms import Transform

Window = tuple[float | None, float | None]


def window_of(values: Array, low: float | None, high: float | None, transform: Transform | None) -> Window:
    """Return the window of the fit for ends of a range; None is an open end.

    `values` are those inside, transformed; `transform` is None where they are those of the column. A range
    acts on what was written down: of values rounded to h, one that starts at 50 begins at 50 - h / 2.

    >>> window_of(np.array([50.0, 50.0, 51.0, 53.0, 53.0]), 49.5, None, None)
    (49.5, None)
    >>> window_of(np.array([50.2, 51.6, 53.7]), 50.0, 60.0, None)
    (50.0, 60.0)
    """
    distinct, counts = np.unique(values, return_counts=True)
    found = lattice_of(distinct, counts.astype(np.float64)) if transform is None else None
    ends: list[float | None] = []
    for end, outer, up in ((low, float(distinct[0]), False), (high, float(distinct[-1]), True)):
        if end is None:
            ends.append(None)
            continue
        place = end if transform is None else transform.forward(end) if not transform.refuses(end) else None
        if place is not None and found is not None and found.holds(np.array([outer]))[0]:
            steps = (place - found.origin) / found.step
            near = math.floor(steps + 1e-9) if up else math.ceil(steps - 1e-9)
            place = found.origin + (near + (0.5 if up else -0.5)) * found.step
        # the last digit of a transform must not leave a value outside
        ends.append(None if place is None else max(place, outer) if up else min(place, outer))
    return ends[0], ends[1]


def in_python(window: Window) -> str:
    """Return a window as an argument.

    >>> in_python((49.5, None))
    '(49.5, None)'
    """
    return f"({', '.join('None' if end is None else repr(end) for end in window)})"


def in_shell(window: Window) -> list[str]:
    """Return a window as an option.

    >>> in_shell((49.5, None)), in_shell((-2.0, 8.0))
    (['--truncation', '49.5:'], ['--truncation=-2.0:8.0'])
    """
    text = ":".join("" if end is None else repr(end) for end in window)
    return [f"--truncation={text}"] if text.startswith("-") else ["--truncation", text]
