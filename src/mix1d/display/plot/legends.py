"""Legends that cover nothing and fit: inside the axes, above all that is drawn, broken into lines."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mix1d.display.plot.sizes import Sizes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of a point of text: inches of a line of a legend, and of an average character; a handle is so many lines.
_LINE, _CHARACTER, _HANDLE = 0.021, 0.0079, 3.2
_MOST_ROOM = 0.65  # of the height of the axes for a legend


def add_legend(ax: Axes, loc: str, sizes: Sizes, ncols: int = 1) -> None:
    """Add the legend: small, with handles long enough to tell dashes apart."""
    handles, labels = ax.get_legend_handles_labels()
    space = {"handlelength": _HANDLE, "borderpad": 0.3, "columnspacing": 1.5, "labelspacing": 0.35}
    look = {"fontsize": sizes.small, "framealpha": 0.85, "edgecolor": "none"}
    words = labels if ncols > 1 else _broken(labels, ax.bbox.width / ax.figure.dpi, sizes)
    box = ax.legend(handles, words, loc=loc, ncols=ncols, **look, **space)
    for text in box.get_texts():
        text.set_parse_math(False)


def add_legend_above(ax: Axes, sizes: Sizes) -> float:
    """Add the legend inside the axes, above all that is drawn, and raise their upper limit to make room.

    Returns the share of the height that it takes.
    """
    _, labels = ax.get_legend_handles_labels()
    width, height = (float(length) / ax.figure.dpi for length in ax.bbox.size)
    ncols = next((n for n in (3, 2) if _columns_fit(labels, n, width, sizes)), 1)
    words = labels if ncols > 1 else _broken(labels, width, sizes)
    columns = np.array_split(np.array(words, dtype=object), ncols)
    rows = max(sum(label.count("\n") + 1 for label in column) for column in columns)
    line = _LINE * sizes.small
    share = min(_MOST_ROOM, float(line * rows + line / 2.0) / height)
    scale = ax.yaxis.get_transform()
    low, high = scale.transform(np.array(ax.get_ylim()))
    (raised,) = scale.inverted().transform(np.array([low + (high - low) / (1.0 - share)]))
    ax.set_ylim(top=raised)
    add_legend(ax, "upper left", sizes, ncols)
    return share


def _room(inches: float, sizes: Sizes) -> int:
    """Return how many characters fit beside a handle."""
    return int((inches - _HANDLE * _LINE * sizes.small) / (_CHARACTER * sizes.small))


def _broken(labels: Sequence[str], inches: float, sizes: Sizes) -> list[str]:
    """Break labels into lines that fit, where they are longer, at a bracket before anywhere else."""
    room = max(_room(inches, sizes), 12)
    return [_broken_label(label, room) for label in labels]


def _broken_label(label: str, room: int) -> str:
    if max(map(len, label.split("\n"))) <= room:
        return label
    parts = label.replace(" (", "\n(").split("\n")
    return "\n".join(textwrap.fill(part, room, break_long_words=False) for part in parts)


def _columns_fit(labels: Sequence[str], ncols: int, width: float, sizes: Sizes) -> bool:
    columns = np.array_split(np.array(labels, dtype=object), ncols)
    if len(labels) < ncols:
        return False
    longest = [max(len(line) for label in column for line in label.split("\n")) for column in columns]
    size = sizes.small
    return sum(_CHARACTER * size * n + _HANDLE * _LINE * size for n in longest) <= width
