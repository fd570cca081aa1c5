"""The steps of plain EM as a table, in notebooks with the playback below."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mix1d.display.em_frames import below, cells
from mix1d.display.em_runs import Run, race_of
from mix1d.display.palette import colour
from mix1d.display.playing import can_be_drawn, fragment_of
from mix1d.display.records.searching import steps_shown
from mix1d.model.plain_em import EM
from mix1d.words import letter, near

_CELL = "padding:0.15em 0.8em;white-space:nowrap;text-align:right;font-variant-numeric:tabular-nums"


def em_html(ready: EM) -> str:
    """Return some of the steps as a table, and the playback; the cost is that of `playing.fragment`.

    >>> from mix1d import em
    >>> html = em_html(em([1, 2, 2, 3, 8, 9, 9, 10], 2))
    >>> html.count("<table"), "mix1d-em" in html
    (2, True)
    """
    if not can_be_drawn(ready):
        return f"<p>{escape(repr(ready))}</p>"
    race = race_of(ready)
    return f"{table_of(race.runs[0], race.top)}{fragment_of(race)}"


def table_of(run: Run, top: float) -> str:
    """Return the first, the last and some other iterations as a table."""
    last = len(run.steps) - 1
    k = len(run.steps[0].mixture.weights)
    names = [letter(j) for j in range(k)]
    head = _row("th", ["iteration", "log-likelihood", "below the top", *(["share", "mean", "sd"] * k)])
    above = "".join(
        f'<th colspan="3" scope="colgroup" style="{_CELL};border-bottom:3px solid {colour(j)}">{name}</th>'
        for j, name in enumerate(names)
    )
    rows = []
    for i in steps_shown(last):
        step = run.steps[i]
        parts = [text for one in cells(step.mixture) for text in one]
        height = near(step.log_likelihood, 1.0)
        rows.append(_row("td", [str(i), height, below(top - step.log_likelihood), *parts]))
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:0.4em 0"><thead>'
        f'<tr><th colspan="3"></th>{above}</tr>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _row(kind: str, texts: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{kind} style={chr(34)}{_CELL}{chr(34)}>{text}</{kind}>' for text in texts)}</tr>"
