"""What all figures for Plotly share: lines, axes, their look, and numbers with the digits that are seen."""

from __future__ import annotations

from typing import Any

from mix1d.display.palette import INK, colour, dashes
from mix1d.outcome.records import plain

Figure = dict[str, Any]
"""What Plotly draws, as plain JSON: its own classes would take longer than the fit."""
Trace = dict[str, Any]

SOFT = "#565b61"
_LINE, _GRID = "#d5d8dc", "#eef0f2"
_WIDTH_OF_LINES = 2.0  # pixels
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, Arial, sans-serif"
_PAGE = {"autosize": True, "showlegend": False, "paper_bgcolor": "#fff", "plot_bgcolor": "#fff"}
_LOOK: dict[str, Any] = _PAGE | {
    "separators": ".",
    "margin": {"l": 50, "r": 14, "t": 14, "b": 44},
    "font": {"family": _FONT, "size": 13, "color": INK},
    "hoverlabel": {"bgcolor": "#fff", "bordercolor": _LINE, "font": {"color": INK}},
}
_TICKS = {"ticks": "outside", "ticklen": 4, "tickcolor": _LINE, "linecolor": SOFT, "gridcolor": _GRID}
_NUMBERS = {"exponentformat": "power", "minexponent": 5}
_AXIS: dict[str, Any] = {"zeroline": False, "automargin": True} | _TICKS | _NUMBERS


def figure(traces: list[Trace], xaxis: dict[str, Any], yaxis: dict[str, Any], **layout: Any) -> Figure:
    """Return a figure with the look that all have, as plain JSON."""
    across = {"showgrid": False, "showline": True, **xaxis}
    found: Figure = as_json({"data": traces, "layout": {**_LOOK, "xaxis": across, "yaxis": yaxis, **layout}})
    return found


def axis(title: str, **more: Any) -> dict[str, Any]:
    """Return an axis."""
    return {"title": {"text": literal(title), "standoff": 8}, **_AXIS, **more}


def line(x: Any, y: Any, **more: Any) -> Trace:
    """Return a line, which says nothing under the pointer unless it is told to."""
    quiet = {} if "hovertemplate" in more else {"hoverinfo": "skip"}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, **quiet, **more}


def area(x: Any, y: Any, ink: str, **more: Any) -> Trace:
    """Return the inside of a line that comes back to its beginning."""
    return line(x, y, fill="toself", fillcolor=ink, line={"width": 0}, **more)


def style(component: int) -> dict[str, str]:
    """Return colour and dashes of a component, as Plotly and SVG want them.

    >>> style(0), style(1)
    ({'colour': '#0072B2', 'dash': 'solid'}, {'colour': '#D55E00', 'dash': '10px,4px'})
    """
    lengths = ",".join(f"{_WIDTH_OF_LINES * length:g}px" for length in dashes(component))
    return {"colour": colour(component), "dash": lengths or "solid"}


def pen(component: int, width: float) -> dict[str, Any]:
    """Return the line of a component."""
    return {"color": colour(component), "dash": style(component)["dash"], "width": width}


def transparent(ink: str, alpha: float) -> str:
    """Return a colour through which others are seen.

    >>> transparent("#0072B2", 0.5)
    'rgba(0,114,178,0.5)'
    """
    red, green, blue = (int(ink[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def literal(words: str) -> str:
    """Return text that Plotly shows as it is: it would take <b> and the like for its own."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_json(value: Any) -> Any:
    """Return arrays and records as lists and dicts, at any depth; numbers that are not finite become None."""
    if isinstance(value, dict):
        return {name: as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return plain(value)
