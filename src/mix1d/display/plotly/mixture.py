"""The figures of the page, for Plotly: the fit, plain EM step by step, and how fast it rises."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mix1d._finding import letter
from mix1d.display.palette import BARS, CUTS, INK, colour, dashes
from mix1d.display.picture import component_densities, component_label, curve_places, picture_of
from mix1d.display.rounding import near
from mix1d.mixture import Mixture

if TYPE_CHECKING:
    from mix1d.display.picture import Picture
    from mix1d.display.playback import Playback
    from mix1d.result import FitResult
    from mix1d.thresholds import Threshold

Figure = dict[str, Any]
"""What Plotly draws, as plain JSON: its own classes would take longer than the fit."""

_WIDTH = 2.4  # of the lines, in pixels
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_GRID = "#ECEEF1"
_BAND = "rgba(85,85,85,0.13)"  # lies over the bars
_REACHED = 1e-9  # nats: nothing smaller is drawn on the axis of powers of ten

# What the buttons over a figure may do; its file is a PNG without a name of ours on it.
CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,  # nothing leaves this machine
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"filename": "mix1d", "scale": 2},
}


def fit_figure(result: FitResult, back: Callable[[float], float] | None = None, *, sure: bool) -> Figure:
    """Return the histogram of a fit with its components, their sum and the thresholds.

    Parameters
    ----------
    result : FitResult
        Any fit.
    back : callable, optional
        From the scale of the fit to that of the column, for the labels under the pointer.
    sure : bool
        Whether to show the intervals of the thresholds, whose cost may be seconds.

    Returns
    -------
    Figure
        One trace for the bars, one for each component, one for the sum, one for each threshold.
    """
    mixture = result.mixture
    picture = picture_of(result, None if sure else mixture)
    low, high = picture.limits
    cuts = picture.cuts if sure else _cuts(mixture, low, high)
    figure = _empty(picture)
    _add_bars(figure, picture, back)
    top = 1.05 * max(float(picture.density.max(initial=0.0)), float(picture.total.max(initial=0.0)))
    for i, cut in enumerate(cuts):
        _add_cut(figure, cut, (low, high), top, legend=(i == 0, len(cuts) == 1))
    for j in range(len(mixture.means)):
        if mixture.weights[j] > 0.0:
            _add_curve(figure, picture.x, picture.components[j], component_label(mixture, j), j)
    if len(mixture.means) > 1:
        _add_curve(figure, picture.x, picture.total, "sum", None)
    if picture.rug is not None:
        _add_rug(figure, picture.rug, top)
    figure["layout"]["yaxis"]["range"] = [-0.035 * top if picture.rug is not None else 0.0, top]
    return figure


def playback_figure(result: FitResult, played: Playback) -> Figure:
    """Return the figure whose curves the page moves: bars, k components without heights, and their sum.

    The places of the curves serve all iterations, however narrow the components get.
    """
    mixture = result.mixture
    picture = picture_of(result, mixture)
    low, high = picture.limits
    figure = _empty(picture)
    _add_bars(figure, picture, None)
    frames = [_frame(played, f) for f in range(len(played.iterations))]
    spread = frames[:: max(1, len(frames) // 8)] + frames[-1:]
    x = np.unique(np.concatenate([curve_places(low, high, frame) for frame in spread]))
    heights = [float(component_densities(frame, x).sum(axis=0).max()) for frame in (frames[0], frames[-1])]
    for j in range(len(mixture.means)):
        _add_curve(figure, x, np.zeros_like(x), letter(j), j)
    _add_curve(figure, x, np.zeros_like(x), "sum", None)
    top = 1.05 * max(float(picture.density.max(initial=0.0)), *heights)
    figure["layout"]["yaxis"]["range"] = [0.0, top]
    figure["layout"]["hovermode"] = False
    return figure


def rise_figure(result: FitResult, played: Playback) -> Figure:
    """Return how much log-likelihood each iteration of plain EM, and each step of the solver, still lacks.

    The third trace is the marker that the page moves.
    """
    lacks_em, lacks_solver = lacking(result, played)
    y = {"type": "log", "exponentformat": "power", "dtick": 2}
    figure = _figure("iteration", "log-likelihood still to gain", {"rangemode": "tozero"}, y)
    for values, name, ink, dash in (
        (lacks_em, "plain EM", colour(0), None),
        (lacks_solver, "solver of mix1d", colour(1), "5px,3px"),
    ):
        _scatter(
            figure,
            x=list(range(len(values))),
            y=values,
            name=name,
            mode="lines+markers" if len(values) < 60 else "lines",
            line={"color": ink, "width": 2.0, "dash": dash},
            marker={"size": 5},
            hovertemplate="%{x}: %{y:.2g}<extra>" + name + "</extra>",
        )
    _scatter(
        figure,
        x=[0],
        y=[lacks_em[0]],
        name="shown",
        mode="markers",
        marker={"size": 12, "color": colour(0), "line": {"color": "white", "width": 2}},
        showlegend=False,
        hoverinfo="skip",
    )
    return figure


def lacking(result: FitResult, played: Playback) -> tuple[list[float], list[float]]:
    """Return what plain EM and the solver lack after each iteration of the highest of all log-likelihoods."""
    em, solver = played.path, played.solver_path
    best = max(float(em.max()), float(solver.max()))
    if not result.regularized and result._sample.widths is None:  # nodes have a likelihood of their own
        best = max(best, result.log_likelihood)
    return np.maximum(best - em, _REACHED).tolist(), np.maximum(best - solver, _REACHED).tolist()


def _frame(played: Playback, f: int) -> Mixture:
    return Mixture._trusted(played.weights[f], played.means[f], played.sds[f])


def _cuts(mixture: Mixture, low: float, high: float) -> tuple[Threshold, ...]:
    return tuple(cut for cut in mixture.thresholds() if cut.kind != "second" and low <= cut.value <= high)


def _figure(x_title: str, y_title: str, x: dict[str, Any], y: dict[str, Any]) -> Figure:
    axis = {"gridcolor": _GRID, "zeroline": False, "linecolor": "#9AA1A9", "ticks": "outside", "ticklen": 4}
    axis["automargin"] = True
    layout = {
        "font": {"family": _FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 56, "r": 16, "t": 36, "b": 48},
        "legend": {"orientation": "h", "x": 0.0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "hoverlabel": {"bgcolor": "white", "bordercolor": "#C5CAD0", "font": {"color": INK}},
        "xaxis": {**axis, "title": {"text": x_title}, **x},
        "yaxis": {**axis, "title": {"text": y_title}, **y},
        "bargap": 0.0,
    }
    return {"data": [], "layout": layout}


def _empty(picture: Picture) -> Figure:
    return _figure(picture.label, "density", {"range": list(picture.limits), "showgrid": False}, {})


def _scatter(figure: Figure, **trace: Any) -> None:
    figure["data"].append({"type": "scatter", **trace})


def _add_bars(figure: Figure, picture: Picture, back: Callable[[float], float] | None) -> None:
    edges = picture.edges
    width = float(edges[1] - edges[0])
    spans = [f"{near(a, 10.0 * width)} to {near(b, 10.0 * width)}" for a, b in _pairs(edges.tolist())]
    if back is not None:
        own = [f"{back(a):.4g} to {back(b):.4g}" for a, b in _pairs(edges.tolist())]
        spans = [f"{span} (in the column: {mine})" for span, mine in zip(spans, own, strict=True)]
    shares = 100.0 * picture.density * width
    figure["data"].append(
        {
            "type": "bar",
            "x": ((edges[:-1] + edges[1:]) / 2.0).tolist(),
            "y": picture.density.tolist(),
            "width": width,
            "name": "data",
            "marker": {"color": BARS, "line": {"color": "white", "width": 0.5}},
            "text": [
                f"{span}<br>{share:.3g} % of the values" for span, share in zip(spans, shares, strict=True)
            ],
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
        }
    )


def _pairs(edges: list[float]) -> list[tuple[float, float]]:
    return list(itertools.pairwise(edges))


def _add_curve(figure: Figure, x: Any, y: Any, name: str, component: int | None) -> None:
    own = component is not None
    ink = colour(component) if component is not None else INK
    lengths = dashes(component) if component is not None else ()
    _scatter(
        figure,
        x=x.tolist(),
        y=y.tolist(),
        name=name,
        mode="lines",
        line={
            "color": ink,
            "width": _WIDTH if own else 1.6,
            "dash": ",".join(f"{length * _WIDTH:g}px" for length in lengths) or "solid",
        },
        fill="tozeroy" if own else None,
        fillcolor=_light(ink),
        hoverinfo="skip",
    )


def _add_cut(
    figure: Figure, cut: Threshold, limits: tuple[float, float], top: float, legend: tuple[bool, bool]
) -> None:
    """Add a threshold as a trace, so that the legend can hide it, and its interval as a band.

    `legend` says whether it stands in the legend, which has one entry for all, and whether it is alone.
    """
    value = float(cut.value)
    low, high = (float(end) for end in (cut.lower, cut.upper))
    words = near(value, (limits[1] - limits[0]) / 5.0)
    between = f"threshold between {letter(cut.below)} and {letter(cut.above)}"
    if low < high and math.isfinite(high - low):
        ends = [min(max(end, limits[0]), limits[1]) for end in (low, high)]
        _scatter(
            figure,
            x=[ends[0], ends[0], ends[1], ends[1]],
            y=[0.0, top, top, 0.0],
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=_BAND,
            legendgroup="thresholds",
            showlegend=False,
            hoverinfo="skip",
        )
    _scatter(
        figure,
        x=[value, value, value],
        y=[0.0, top / 2.0, top],
        mode="lines",
        line={"color": CUTS, "width": 1.3, "dash": "4px,3px"},
        name=f"threshold {words}" if legend[1] else "thresholds",
        legendgroup="thresholds",
        showlegend=legend[0],
        hovertemplate=f"{between}: {words}<extra></extra>",
    )


def _add_rug(figure: Figure, rows: Any, top: float) -> None:
    _scatter(
        figure,
        x=rows.tolist(),
        y=[-0.0175 * top] * len(rows),
        name="values",
        mode="markers",
        marker={"symbol": "line-ns", "size": 8, "line": {"width": 1, "color": "rgba(34,34,34,0.35)"}},
        showlegend=False,
        hovertemplate="%{x}<extra></extra>",
    )


def _light(ink: str) -> str:
    red, green, blue = (int(ink[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.10)"
