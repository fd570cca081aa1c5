"""The overview of several fits on one page: a row each, all pictures on one axis."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np

from mix1d.display.curves import simplified
from mix1d.display.picture import Picture
from mix1d.display.report.chart import Axis, Chart, corners
from mix1d.display.report.density import height_of
from mix1d.display.svg import can_be_drawn
from mix1d.outcome.outcome import Outcome
from mix1d.words import plain

_OFF = 1e-2  # of the height: what a curve of a small picture may be off
_MOST_BARS = 48  # of a small picture
_WIDER = 6.0  # times the median range: fits farther apart than that each have an axis of their own


@dataclass(frozen=True)
class Row:
    """A fit in a line, or in words why there is none."""

    name: str
    size: str
    number: str
    picture: str
    words: str
    target: str


def overview(
    results: Mapping[str, Outcome | str], pictures: Mapping[str, Picture], lines: Mapping[str, str]
) -> tuple[tuple[Row, ...], str]:
    """Return a row for each name, and what the axis of the small pictures is."""
    drawn = {name: picture for name, picture in pictures.items() if can_be_drawn(picture)}
    common = _common({name: picture.limits for name, picture in drawn.items()})
    rows = []
    for i, (name, found) in enumerate(results.items(), start=1):
        if isinstance(found, str):
            rows.append(Row(name, "", "", "", f"not fitted: {found}", ""))
            continue
        small = _small(drawn[name], common) if name in drawn else ""
        size = plain(found.total_weight, 7)
        rows.append(Row(name, size, str(len(found.mixture.weights)), small, lines[name], f"fit-{i}"))
    if common is None:
        return tuple(rows), "each picture has an axis of its own"
    low, high = common
    return tuple(rows), f"all pictures from {plain(low, 3)} to {plain(high, 3)}"


def _common(ranges: Mapping[str, tuple[float, float]]) -> tuple[float, float] | None:
    """Return one range for all pictures, None where most of them would be a speck in it."""
    if not ranges:
        return None
    low, high = min(low for low, _ in ranges.values()), max(high for _, high in ranges.values())
    middle = float(np.median([b / 2.0 - a / 2.0 for a, b in ranges.values()]))
    return (low, high) if high / 2.0 - low / 2.0 <= _WIDER * middle else None


def _small(picture: Picture, common: tuple[float, float] | None) -> str:
    low, high = common or picture.limits
    top = height_of(picture)
    chart = Chart(Axis(low, high, "", ()), Axis(0.0, top, "", ()))
    edges, density = picture.edges, picture.density
    every = math.ceil(len(density) / _MOST_BARS)
    if every > 1:
        starts = np.arange(0, len(density), every)
        widths = np.diff(edges)
        kept = np.append(edges[starts], edges[-1])
        density, edges = np.add.reduceat(density * widths, starts) / np.diff(kept), kept
    bars = chart.path(*corners(edges, density))
    scaled = np.column_stack([chart.x.share(picture.x), (picture.total / top).clip(max=2.0)])
    few = np.isin(scaled[:, 0], simplified(scaled, _OFF)[:, 0])
    curve = chart.path(picture.x[few], picture.total[few])
    label = escape(f"Histogram of {picture.label} with the fitted curve")
    return (
        f'<svg class="small" role="img" aria-label="{label}" viewBox="0 0 1000 1000" '
        'preserveAspectRatio="none">'
        f'<path class="bars" d="{bars}Z"/><path class="line thin ink" d="{curve}"/></svg>'
    )
