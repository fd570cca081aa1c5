"""The figures of the page with the legends of Plotly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mix1d.display.palette import CUTS
from mix1d.display.picture import Picture
from mix1d.display.plotly.mixture import (
    DOTS,
    bars,
    cuts,
    filled_curves,
    height_of,
    names_of,
    over_bars,
    shares,
)
from mix1d.display.plotly.parts import Figure, Trace, line
from mix1d.display.plotly.rows import depth_of, layers, traces_of

Back = Callable[[float], float]
"""From the scale of a fit to that of the column."""

# What the buttons over a figure may do; its file is a PNG without a name of ours on it.
CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,  # nothing leaves this machine
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"filename": "mix1d", "scale": 2},
}
_LEGEND: dict[str, Any] = {
    "showlegend": True,
    "legend": {"orientation": "h", "x": 0.0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
    "margin": {"l": 56, "r": 16, "t": 36, "b": 48},
}


def fit_figure(
    picture: Picture, back: Back | None = None, other: tuple[str, Picture] | None = None
) -> Figure:
    """Return the histogram of a fit with its components, their sum and the thresholds.

    The picture may be without the intervals of the thresholds, which may cost seconds. `back` leads from the
    scale of the fit to that of the column, for the labels under the pointer. `other` is a fit to compare
    with, and its name.
    """
    assert picture.mixture is not None
    top = height_of(picture)
    traces = [
        _bars(picture, back),
        *cuts(picture, top, told=True),
        *filled_curves(picture, names_of(picture.mixture)),
        *traces_of(layers(picture, top)),
    ]
    if other is not None:
        name, drawn = other
        inside = (drawn.x >= picture.limits[0]) & (drawn.x <= picture.limits[1])
        look = {"color": CUTS, "width": 2, "dash": DOTS}
        traces.append(line(drawn.x[inside], drawn.total[inside], name=name, line=look))
    return over_bars(traces, picture, top, depth=depth_of(picture), hovermode="closest", **_LEGEND)


def _bars(picture: Picture, back: Back | None) -> Trace:
    return bars(picture, "data", shares(picture, back))
