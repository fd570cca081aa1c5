"""The page: its controls, and the places for what they change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from dash import dcc, html

from mix1d.display.layout import Table
from mix1d.display.palette import colour
from mix1d.explore.families import options
from mix1d.explore.figures import CONFIG
from mix1d.explore.session import MOST_COMPONENTS, Raw, Session
from mix1d.explore.transforms import TRANSFORMS
from mix1d.explore.words import Cell, grouped
from mix1d.sources.files import Columns
from mix1d.words import exponent, plain

_STEPS = 500  # of the slider for the range, about


def layout(session: Session) -> Any:
    """Return the page of a session, before anything is fitted."""
    return html.Div(
        [
            html.Header(
                [
                    html.P("mix1d explorer", className="brand"),
                    html.H1(session.title),
                    html.P(
                        "Which groups is a column of numbers made of, how many, and how sure are we? Each "
                        "group is drawn as a curve: a bell (a normal distribution), unless you choose "
                        "another shape."
                    ),
                ]
            ),
            html.Main([html.Section(_controls(session), className="controls"), _results()]),
            dcc.Store(id="choices"),
            dcc.Store(id="shown"),
            dcc.Store(id="settled"),
            dcc.Store(id="details"),
            dcc.Store(id="played"),
            dcc.Store(id="copied"),
            dcc.Download(id="download"),
        ],
        className="page",
    )


def _controls(session: Session) -> list[Any]:
    names = [*session.kinds, *([session.expression] if session.expression else [])]
    columns = [
        {"label": name if _plain(session, name) else f"{name} ({session.kinds[name]})", "value": name}
        for name in names
    ]
    transforms = [
        {"label": transform.name, "value": key, "disabled": session.saved and key != "none"}
        for key, transform in TRANSFORMS.items()
    ]
    numbers = [
        {"label": "auto", "value": 0},
        *({"label": str(k), "value": k} for k in range(1, MOST_COMPONENTS + 1)),
    ]
    spreads = [
        {"label": "each its own", "value": "free"},
        {"label": "all equal", "value": "equal"},
        {"label": "auto", "value": "auto"},
    ]
    missing = [{"label": "Leave out missing values", "value": "drop", "disabled": session.saved}]
    return [
        html.H2("Choose", className="unseen"),
        html.Div(
            [
                html.Label("Column", htmlFor="column"),
                dcc.Dropdown(columns, session.column, id="column", clearable=False),
                html.P(id="about", className="note"),
            ],
            className="field",
        ),
        _pills("Transform", "transform", transforms, "none"),
        _pills(
            "Number of components",
            "components",
            numbers,
            session.begin.components or 0,
            "auto tries 1 to 10 and keeps the number with the smallest BIC.",
        ),
        _pills("Spread (sd) of the components", "sds", spreads, session.begin.sds),
        html.Div(
            [
                html.Label("Shape of the components", htmlFor="family"),
                dcc.Dropdown(
                    list(dict.fromkeys(["normal", "auto", session.begin.family])),
                    session.begin.family,
                    id="family",
                    clearable=False,
                    searchable=False,
                ),
                html.P(
                    "auto compares the shapes that the values allow; what these do not allow is grey.",
                    className="note",
                ),
            ],
            className="field",
        ),
        html.Fieldset(
            [
                html.Legend("Range"),
                dcc.RangeSlider(0, 1, value=[0, 1], id="range", updatemode="drag", marks=None),
                html.Div(_outside(), id="outside-field", className="asked", hidden=True),
            ],
            className="field",
        ),
        html.Div(
            dcc.Checklist(missing, ["drop"] if session.missing == "drop" else [], id="missing"),
            className="field",
        ),
        html.P(_fixed(session), className="note", hidden=not (session.where or session.weights)),
    ]


def _outside() -> list[Any]:
    options = [{"label": "left out", "value": "left"}, {"label": "cut away (truncation)", "value": "cut"}]
    return [
        html.P("What lies outside this range is", id="outside-label"),
        dcc.RadioItems(options, "left", id="outside", className="pills", inline=True),
        html.P(
            "left out: you do not want these values. cut away: there may have been any number of them, but "
            "none could be recorded. The difference is shown below, in words.",
            className="note",
        ),
    ]


def _plain(session: Session, name: str) -> bool:
    return name in session.numeric or name == session.expression


def _fixed(session: Session) -> str:
    parts = []
    if session.where:
        parts.append(f"Only rows where {session.where}.")
    if session.weights:
        parts.append(f"Rows are weighted by {session.weights}.")
    return " ".join(parts)


def _pills(label: str, name: str, options: list[dict[str, Any]], value: Any, note: str = "") -> Any:
    parts = [html.Legend(label), dcc.RadioItems(options, value, id=name, className="pills", inline=True)]
    if note:
        parts.append(html.P(note, className="note"))
    return html.Fieldset(parts, className="field")


def _results() -> Any:
    return html.Div(
        [
            html.Div(id="message", role="alert", className="message", hidden=True),
            html.Div(
                [
                    html.Section(
                        [
                            html.H2(id="headline"),
                            html.P(id="sample", className="note"),
                            html.Div(_graph("figure"), id="picture", role="img"),
                            html.Div(id="components-table", className="scroll"),
                        ],
                        className="card",
                    ),
                    html.Section(id="words", className="card words"),
                    _playback(),
                    _repeat(),
                ],
                id="result",
                className="away",
            ),
        ],
        className="results",
    )


def _playback() -> Any:
    return html.Section(
        [
            html.H2("Watch EM find the components"),
            html.P(
                "EM starts from a guess and repeats two moves: it shares every value out among the "
                "components, then moves each component to the values it was given. Step, press play, or drag "
                "the marks under the axis to start elsewhere.",
                className="note",
            ),
            html.Output(id="status"),
            html.Iframe(id="em", title="Plain EM on this column, step by step"),
        ],
        className="card",
    )


def _graph(name: str) -> Any:
    graph = dcc.Graph(id=name, config={**CONFIG, "displayModeBar": "hover"}, responsive=True)
    return html.Div(graph, className="graph")


def _repeat() -> Any:
    def copied(label: str, name: str) -> Any:
        button = html.Button("Copy", id=f"copy-{name}", type="button")
        return html.Div(
            [html.Div([html.H3(label), button], className="bar"), html.Pre(id=f"code-{name}", tabIndex=0)]
        )

    return html.Section(
        [
            html.H2("Repeat this fit"),
            copied("In Python", "python"),
            copied("On the command line", "shell"),
            html.Div(
                [
                    html.Button("Download the fit (JSON)", id="save", type="button"),
                    html.Span(id="copy-status", role="status", className="note"),
                ],
                className="bar",
            ),
        ],
        className="card",
    )


def range_of(raw: Raw, *, fixed: bool) -> dict[str, Any]:
    """Return the properties of the slider for the range: round ends around the values, in round steps."""
    span = raw.high - raw.low
    if fixed or not (span > 0.0 and math.isfinite(span)):
        return {"min": 0, "max": 1, "step": 1, "value": [0, 1], "disabled": True}
    power = exponent(span / _STEPS)
    step = float(f"1e{power}")
    low, high = math.floor(raw.low / step) * step, math.ceil(raw.high / step) * step
    ends = [float(f"{end:.{max(exponent(end) - power, 0)}e}") for end in (low, high)]
    return {"min": ends[0], "max": ends[1], "step": step, "value": ends, "disabled": False}


def families_of(raw: Raw) -> list[dict[str, Any]]:
    """Return the choices of a shape for a column."""
    kept = raw.data.values[~np.isnan(raw.data.values)] if isinstance(raw.data, Columns) else None
    return options(raw.low, raw.high, kept)


def about(raw: Raw) -> str:
    """Return what a column holds in a line."""
    words = f"{grouped(raw.n)} values from {plain(raw.low)} to {plain(raw.high)}"
    return f"{words}, {grouped(raw.n_missing)} missing" if raw.n_missing else words


def table(header: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str) -> Any:
    """Return a table of numbers, each with its interval below it."""
    return html.Table(
        [
            html.Caption(caption),
            html.Thead(html.Tr([html.Th(name, scope="col") for name in header])),
            html.Tbody([html.Tr([_cell(cell, i == 0) for i, cell in enumerate(row)]) for row in rows]),
        ]
    )


def _cell(cell: Cell, first: bool) -> Any:
    parts: list[Any] = [cell.text]
    if cell.of is not None:
        parts.insert(0, html.Span(className="swatch", style={"backgroundColor": colour(cell.of)}))
    if cell.interval:
        parts.append(html.Small(cell.interval))
    return html.Th(parts, scope="row") if first else html.Td(parts)


def difference(said: str, found: Any = None) -> Any:
    """Return what the meaning of the range matters, with its table where there is one."""
    parts = [html.H3("Left out, or cut away?"), html.P(said)]
    return html.Div(
        [*parts, *([] if found is None else [html.Div(found, className="scroll")])], id="difference"
    )


def words(
    answer: Sequence[str], findings: Sequence[str], cuts: Any, compared: Any, difference: Any
) -> list[Any]:
    """Return the section in sentences; tables, and what the meaning of a range matters, may be None."""
    parts: list[Any] = [html.H2("In words"), html.Ul([html.Li(sentence) for sentence in answer])]
    if findings:
        beware = [html.H3("What to beware of"), html.Ul([html.Li(finding) for finding in findings])]
        parts.append(html.Div(beware, className="beware"))
    return [*parts, *(part for part in (difference, cuts, compared) if part is not None)]


def waiting() -> list[Any]:
    """Return the section in sentences while the intervals are on their way."""
    return [html.H2("In words"), html.P("Working out the intervals …", className="note")]


def compared(title: str, found: Table) -> Any:
    """Return the table of the numbers of components that were compared, folded."""
    head = [html.Th(name, scope="col") for name in found.header]
    rows = [
        html.Tr([html.Td(cell) for cell in row], className="marked" if i == found.marked else "")
        for i, row in enumerate(found.rows)
    ]
    whole = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain")
    return html.Details([html.Summary(title), html.Div(whole, className="scroll")])
