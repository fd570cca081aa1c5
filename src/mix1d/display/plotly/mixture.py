"""A mixture over the histogram of its values, for Plotly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.display.palette import BARS, CUTS, INK, colour
from mix1d.display.picture import Picture, component_label
from mix1d.display.plotly.parts import (
    Figure,
    Trace,
    area,
    axis,
    entry,
    figure,
    line,
    note,
    pen,
    rounded,
    style,
    transparent,
)
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.words import letter, near, plain

_ROOM, _HIGHEST = 1.08, 2.2  # over the bars; a spike may rise so many times above them
# Of the sum, on which the components stand out.
_HALO: dict[str, Any] = {"color": transparent(INK, 0.32), "width": 7}
_FINE = 1e-5  # of the height; more digits of a component nobody sees
DOTS = "3px,3px"
_CROWDED = 0.1  # of the width; labels closer together stand below each other
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


def counts(picture: Picture, total: float) -> Iterable[str]:
    """Say of each bar how many values it has."""
    for (low, high), density in zip(pairwise(picture.edges.tolist()), picture.density.tolist(), strict=True):
        width = high - low
        yield f"{plain(density * width * total, 4)} values from {near(low, width)} to {near(high, width)}"


def shares(picture: Picture, back: Callable[[float], float] | None) -> Iterable[str]:
    """Say of each bar what share of the values it has, and where it lies in the column."""
    for (low, high), density in zip(pairwise(picture.edges.tolist()), picture.density.tolist(), strict=True):
        width = high - low
        span = f"{near(low, 10.0 * width)} to {near(high, 10.0 * width)}"
        if back is not None:
            span += f" (in the column: {back(low):.4g} to {back(high):.4g})"
        yield f"{span}<br>{100.0 * density * width:.3g} % of the values"


def curves(picture: Picture) -> list[Trace]:
    """Return the sum, where there are several components, and on it each of them."""
    x, total, several = picture.x, picture.total, len(picture.components) > 1
    density = {"hovertemplate": "density %{y:.3g}<extra></extra>"}
    traces = [line(x, total, name="sum", line=_HALO, **density)] if several else []
    for j, shares in enumerate(shares_here(picture.components)):
        look, name = pen(j, 2.3), letter(j)
        if several:
            y = rounded(picture.components[j].tolist(), _FINE * total.max())
            here = f"{name}: %{{customdata}} % of values here<extra></extra>"
            traces.append(line(x, y, name=name, line=look, customdata=shares, hovertemplate=here))
        else:
            traces.append(line(x, total, name=name, line=look, **density))
    return traces


def shares_here(components: NDArray[np.float64]) -> list[list[str]]:
    """Say at every place how many per cent of the values there belong to each component."""
    total = components.sum(axis=0)
    found = np.divide(components, total, out=np.zeros_like(components), where=total > 0.0)
    return [[_percent(share) for share in curve] for curve in found.tolist()]


def _percent(share: float) -> str:
    if 0.9995 < share < 1.0:
        return "> 99.9"
    return "< 0.1" if 0.0 < share < 0.0005 else f"{100.0 * share:.1f}"


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


def labels(picture: Picture, top: float, words: Callable[[Threshold], str]) -> list[dict[str, Any]]:
    """Return the numbers at the thresholds; those close together stand below each other."""
    low, high = picture.limits
    look = {"xanchor": "left", "yanchor": "top", "xshift": 3, "font": {"color": CUTS}, "borderpad": 1}
    found: list[dict[str, Any]] = []
    level, last = 0, -math.inf
    for cut in sorted(picture.cuts, key=lambda cut: cut.value):
        level = level + 1 if cut.value - last < _CROWDED * (high - low) else 0
        last = cut.value
        light = "rgba(255,255,255,.75)"
        found.append(note(cut.value, top, words(cut), yshift=-17 * level, bgcolor=light, **look))
    return found


def legend(names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the entries for bars and curves, whose traces are the first; no name makes no entry."""
    first = 1 + (len(names) > 1)
    own = [entry(name, [first + j], **style(j)) for j, name in enumerate(names) if name]
    total = [entry("sum", [1], _HALO["color"], width=_HALO["width"])] if len(names) > 1 else []
    return [entry("values", [0], BARS, area=True), *own, *total]


def names_of(mixture: Mixture) -> list[str]:
    """Return the names of components with their shares; of those without values an empty one."""
    real = (mixture.weights > 0.0).tolist()
    return [component_label(mixture, j) if there else "" for j, there in enumerate(real)]
