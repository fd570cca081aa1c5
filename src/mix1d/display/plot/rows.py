"""What a plot shows of rows that are not exact values: limits, windows, a background, expected heights."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mix1d.arrays import Array
from mix1d.display.legend import apart_words, known_words, limit_words, window_words
from mix1d.display.palette import INK
from mix1d.display.picture import Picture
from mix1d.display.plot.axes import DASHED, DATA, DOTTED, Sheet
from mix1d.display.recorded_bins import Limit
from mix1d.words import plain

_FOOT = 0.035  # of the height, where arrows stand
_LENGTH = 0.06  # of the width, of arrows


def draw_rows(sheet: Sheet, picture: Picture) -> None:
    """Draw what the rows of a sample are besides exact values; nothing for a sample of those alone."""
    expected = picture.expected
    if expected is not None:
        middles = picture.edges[:-1] / 2 + picture.edges[1:] / 2
        dots: dict[str, Any] = {"marker": "o", "linestyle": "", "markersize": 4.0, "zorder": 3.2}
        sheet.line(middles, sheet.unit.densities(expected), INK, "expected in the bins", **dots)
    if picture.background is not None and picture.seen is not None:
        label = f"background: {plain(100.0 * picture.seen.background, 2)} %"
        flat = sheet.unit.densities(picture.background)
        sheet.line(picture.x, flat, DATA, label, linestyle=DASHED, linewidth=1.4, zorder=2.9)
    _without_errors(sheet, picture)
    _outside(sheet, picture)
    for limit in picture.one_sided:
        _arrow(sheet, picture, limit)
    if picture.apart:
        sheet.ax.plot([], [], linestyle="", label=apart_words(picture.apart))


def draw_rug(sheet: Sheet, picture: Picture) -> None:
    """Draw a mark for each row where they are few, in the colour of the component where that is known."""
    low, high = float(picture.edges[0]), float(picture.edges[-1])
    below = {"transform": sheet.ax.get_xaxis_transform(), "linestyle": "", "marker": "|"}

    def marks(places: Array, height: float, ink: str, label: str, **style: Any) -> None:
        inside = places[(places >= low) & (places <= high)]
        sheet.line(inside, np.full(len(inside), height), ink, label, **below, **style)

    if picture.rug is not None:
        marks(picture.rug, 0.015, INK, "_rug", markersize=6.0, markeredgewidth=0.7, alpha=0.5, zorder=3.5)
    for j, name, places in picture.labelled:
        look = {"markersize": 12.0, "markeredgewidth": 1.3, "zorder": 3.6}
        marks(places, 0.03, sheet.look.ink(j), known_words(j, name, sheet.look.name(j)), **look)


def _without_errors(sheet: Sheet, picture: Picture) -> None:
    for i, point in enumerate(picture.points):
        at = sheet.unit.lengths(point)
        label = "_" if i else "without the errors, sd 0"
        sheet.ax.axvline(at, color=INK, linewidth=4.0, alpha=0.18, zorder=1.5, label=label)
    found = picture.without_errors
    if found is not None:
        x, density = found
        style: dict[str, Any] = {"linestyle": DOTTED, "linewidth": 1.6, "zorder": 3.1}
        sheet.line(x, sheet.unit.densities(density), INK, "without the errors", **style)


def _outside(sheet: Sheet, picture: Picture) -> None:
    """Hatch where nothing could be recorded."""
    if picture.seen is None or picture.seen.window is None:
        return
    label = window_words(picture.seen.window)
    low, high = picture.limits
    first, last = picture.seen.window
    for start, end in ((low, first), (last, high)):
        if math.isfinite(start) and math.isfinite(end) and start < end:
            ends = sheet.unit.lengths(np.array([start, end]))
            sheet.ax.axvspan(
                *ends, facecolor="none", edgecolor=DATA, hatch="///", linewidth=0.0, zorder=4.5, label=label
            )
            label = "_"


def _arrow(sheet: Sheet, picture: Picture, limit: Limit) -> None:
    """Draw an arrow from a limit to where its rows lie, with their number in the legend."""
    low, high = picture.limits
    start = min(max(limit.place, low), high)
    sign = -1.0 if limit.below else 1.0
    end = start + sign * _LENGTH * (high - low)
    x = sheet.unit.lengths(np.array([start, end]))
    across = sheet.ax.get_xaxis_transform()
    style: dict[str, Any] = {
        "arrowstyle": "-|>",
        "color": INK,
        "linewidth": 1.6,
        "shrinkA": 0.0,
        "shrinkB": 0.0,
    }
    sheet.ax.annotate(
        "",
        (float(x[1]), _FOOT),
        (float(x[0]), _FOOT),
        xycoords=across,
        textcoords=across,
        arrowprops=style,
        zorder=4.0,
        annotation_clip=False,
    )
    marker = "<" if limit.below else ">"
    sheet.ax.plot([], [], color=INK, marker=marker, linestyle="", markersize=5.0, label=limit_words(limit))
