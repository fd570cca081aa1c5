"""A mixture over the histogram of its values, for Plotly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from mix1d.display.palette import BARS, CUTS, INK, colour
from mix1d.display.picture import Picture, component_label
from mix1d.display.plotly.parts import (
    Figure,
    Trace,
    area,
    axis,
    figure,
    line,
    pen,
    transparent,
)
from mix1d.model.mixture import Mixture
from mix1d.words import letter, near

_ROOM, _HIGHEST = 1.08, 2.2  # over the bars; a spike may rise so many times above them
DOTS = "3px,3px"
_MANY_BARS = 80  # that have no gaps


def height_of(picture: Picture) -> float:
    """Return the density at the upper edge of a figure."""
    bars = float(picture.density.max())
    true = picture.without_errors
    curves = [picture.highest] if true is None else [picture.highest, float(true[1].max())]
    return _ROOM * max(bars, min(max(curves), _HIGHEST * bars))


def bars(picture: Picture, name: str, words: Iterable[str]) -> Trace:
    """Return the histogram, with words for each bar."""
    widths = np.diff(picture.edges)
    gap = {"color": "#fff", "width": 0 if len(widths) > _MANY_BARS else 0.5}
    said = {"text": list(words), "textposition": "none", "hovertemplate": "%{text}<extra></extra>"}
    places = {"x": picture.edges[:-1] + widths / 2.0, "y": picture.density, "width": widths}
    return {"type": "bar", "name": name, "marker": {"color": BARS, "line": gap}} | places | said


def shares(picture: Picture, back: Callable[[float], float] | None) -> Iterable[str]:
    """Say of each bar what share of the values it has, and where it lies in the column."""
    for (low, high), density in zip(pairwise(picture.edges.tolist()), picture.density.tolist(), strict=True):
        width = high - low
        span = f"{near(low, 10.0 * width)} to {near(high, 10.0 * width)}"
        if back is not None:
            span += f" (in the column: {back(low):.4g} to {back(high):.4g})"
        yield f"{span}<br>{100.0 * density * width:.3g} % of the values"


def filled_curves(picture: Picture, names: Sequence[str]) -> list[Trace]:
    """Return each component that has a name, filled, and the sum of several as a thin line."""
    traces = []
    for j, name in enumerate(names):
        if name:
            look = {"line": pen(j, 2.4), "fill": "tozeroy", "fillcolor": transparent(colour(j), 0.1)}
            traces.append(line(picture.x, picture.components[j], name=name, **look))
    if len(names) > 1:
        traces.append(line(picture.x, picture.total, name="sum", line={"color": INK, "width": 1.6}))
    return traces


def cuts(picture: Picture, top: float, *, told: bool) -> list[Trace]:
    """Return the thresholds as upright lines, on bands that are their intervals.

    `told`: whether the pointer says which they are, and a legend of Plotly has an entry for all.
    """
    low, high = picture.limits
    group = {"legendgroup": "thresholds"}
    dots = {"color": CUTS, "width": 1.5, "dash": DOTS}
    traces = []
    for i, cut in enumerate(picture.cuts):
        if math.isfinite(cut.lower) or math.isfinite(cut.upper):
            ends = max(cut.lower, low), min(cut.upper, high)
            x = [ends[0], ends[0], ends[1], ends[1]]
            traces.append(area(x, [0.0, top, top, 0.0], transparent(CUTS, 0.13), showlegend=False, **group))
        value = near(cut.value, (high - low) / 5.0)
        words = f"threshold between {letter(cut.below)} and {letter(cut.above)}: {value}<extra></extra>"
        name = f"threshold {value}" if len(picture.cuts) == 1 else "thresholds"
        more = {"hovertemplate": words} if told else {}
        heights = [0.0, top / 2.0, top]
        traces.append(
            line([cut.value] * 3, heights, line=dots, name=name, showlegend=i == 0, **group, **more)
        )
    return traces


def over_bars(
    traces: list[Trace], picture: Picture, top: float, *, depth: float = 0.0, **more: Any
) -> Figure:
    """Return a figure of densities as wide as a picture; `depth`: of the height, below the axis."""
    return figure(
        traces,
        axis(picture.label, range=list(picture.limits), minexponent=exponents(picture), hoverformat=".6~g"),
        axis("density", range=[-depth * top, top], rangemode="nonnegative", nticks=6),
        **{"hovermode": "x unified", "bargap": 0, **more},
    )


def exponents(picture: Picture) -> int:
    """Return from which power of ten on places are written with it: years and counts are written out."""
    low, high = picture.limits
    return 12 if max(-low, high) > 1.0 else 5


def names_of(mixture: Mixture) -> list[str]:
    """Return the names of components with their shares; of those without values an empty one."""
    real = (mixture.weights > 0.0).tolist()
    return [component_label(mixture, j) if there else "" for j, there in enumerate(real)]
