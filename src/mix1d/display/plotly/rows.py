"""What figures show of rows that are not exact values: expected heights, limits, windows, errors, labels."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.display.legend import known_words, limit_words, window_words
from mix1d.display.palette import INK, colour
from mix1d.display.picture import Picture
from mix1d.display.plotly.parts import SOFT, Trace, area, line, transparent
from mix1d.display.recorded_bins import Limit
from mix1d.words import plain

DEPTH = 0.07  # of the height, below the axis: room for single values
_FOOT = 0.03  # of the height, where arrows stand
_LENGTH = 0.06  # of the width, of arrows
_PALE = transparent(INK, 0.25)
_DOTTED, _DASHED = "2px,3px", "8px,5px"


class Layer(NamedTuple):
    """Traces that are shown and hidden together, and their look in a legend of check boxes."""

    name: str
    traces: list[Trace]
    look: dict[str, Any]


def layers(picture: Picture, top: float) -> list[Layer]:
    """Return what a figure of a height shows beside bars, curves and thresholds."""
    found = [
        _expected(picture),
        _background(picture),
        _without_errors(picture, top),
        _outside(picture, top),
        *(_arrow(picture, limit, top) for limit in picture.one_sided),
        *_rug(picture, top),
    ]
    return [layer for layer in found if layer is not None]


def depth_of(picture: Picture) -> float:
    """Return how much room a figure has below the axis, as a share of its height."""
    return DEPTH if picture.rug is not None or picture.labelled else 0.0


def traces_of(layers: list[Layer], **more: Any) -> list[Trace]:
    """Return the traces with an entry in Plotly's own legend for each layer."""
    return [
        {"name": layer.name, "legendgroup": layer.name, "showlegend": i == 0, **trace, **more}
        for layer in layers
        for i, trace in enumerate(layer.traces)
    ]


def _expected(picture: Picture) -> Layer | None:
    expected = picture.expected
    if expected is None or picture.sample is None:
        return None
    widths = np.diff(picture.edges)
    numbers = (expected * widths * picture.sample.total_weight).tolist()
    said = [[plain(number, 4)] for number in numbers]
    trace = line(
        picture.edges[:-1] + widths / 2.0,
        expected,
        mode="markers",
        marker={"size": 8, "color": INK},
        customdata=said,
        hovertemplate="expected: %{customdata[0]} values<extra></extra>",
    )
    return Layer("expected in the bins", [trace], {"colour": INK, "mark": "dot"})


def _background(picture: Picture) -> Layer | None:
    if picture.background is None or picture.seen is None:
        return None
    pen = {"color": SOFT, "width": 1.8, "dash": _DASHED}
    name = f"background: {plain(100.0 * picture.seen.background, 2)} %"
    return Layer(name, [line(picture.x, picture.background, line=pen)], {"colour": SOFT, "dash": _DASHED})


def _without_errors(picture: Picture, top: float) -> Layer | None:
    traces = [line([x, x], [0.0, top], line={"color": _PALE, "width": 6}) for x in picture.points]
    found = picture.without_errors
    if found is not None:
        x, density = found
        traces.append(line(x, density, line={"color": INK, "width": 1.8, "dash": _DOTTED}))
    if not traces:
        return None
    name = "without the errors" + ("" if found is not None else ", sd 0")
    look = {"colour": _PALE, "width": 6} if found is None else {"colour": INK, "dash": _DOTTED}
    return Layer(name, traces, look)


def _outside(picture: Picture, top: float) -> Layer | None:
    """Hatch where nothing could be recorded."""
    if picture.seen is None or picture.seen.window is None:
        return None
    low, high = picture.limits
    first, last = picture.seen.window
    hatch = {"shape": "/", "fgcolor": SOFT, "size": 9, "solidity": 0.12, "fillmode": "overlay"}
    traces = [
        area([start, start, end, end], [0.0, top, top, 0.0], "rgba(255,255,255,0)", fillpattern=hatch)
        for start, end in ((low, first), (last, high))
        if math.isfinite(start) and math.isfinite(end) and start < end
    ]
    return Layer(window_words((first, last)), traces, {"colour": SOFT, "mark": "hatch"}) if traces else None


def _arrow(picture: Picture, limit: Limit, top: float) -> Layer:
    """Draw an arrow from a limit to where its rows lie."""
    low, high = picture.limits
    start = min(max(limit.place, low), high)
    end = start + (-_LENGTH if limit.below else _LENGTH) * (high - low)
    symbol = "triangle-left" if limit.below else "triangle-right"
    trace = line(
        [start, end],
        [_FOOT * top] * 2,
        mode="lines+markers",
        line={"color": INK, "width": 2.2},
        marker={"symbol": ["line-ns-open", symbol], "size": [10, 12], "color": INK, "line": {"width": 2}},
        cliponaxis=False,
        hovertemplate=f"{limit_words(limit)}<extra></extra>",
    )
    return Layer(limit_words(limit), [trace], {"colour": INK, "mark": "below" if limit.below else "above"})


def _rug(picture: Picture, top: float) -> list[Layer]:
    """Return a mark below the axis for each value where they are few, in the colour of what is known."""
    found = []
    if picture.rug is not None:
        name = "values not labelled" if picture.labelled else "single values"
        found.append(Layer(name, [_marks(picture.rug, top, INK, 0.45, 1.0)], _ticks(INK)))
    for j, label, places in picture.labelled:
        trace = _marks(places, top, colour(j), 1.0, 1.8)
        found.append(Layer(known_words(j, label), [trace], _ticks(colour(j))))
    return found


def _marks(places: Array, top: float, ink: str, opacity: float, width: float) -> Trace:
    marker = {"symbol": "line-ns-open", "size": 9, "color": ink, "opacity": opacity, "line": {"width": width}}
    return line(places, [-DEPTH / 2.0 * top] * len(places), mode="markers", marker=marker)


def _ticks(ink: str) -> dict[str, Any]:
    return {"colour": ink, "dash": "1px,4px", "width": 8}
