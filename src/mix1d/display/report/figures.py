"""The figures of a report with their legends: the scripts of the page only show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mix1d.diagnostics.certificate import Certificate
from mix1d.display.palette import CUTS
from mix1d.display.picture import Picture
from mix1d.display.playback import Playback
from mix1d.display.plotly.judging import certificate_figure, criteria_figure, pit_figure, qq_figure
from mix1d.display.plotly.mixture import (
    DOTS,
    bars,
    counts,
    curves,
    cuts,
    height_of,
    labels,
    legend,
    names_of,
    over_bars,
)
from mix1d.display.plotly.parts import Figure, as_json, entry, style
from mix1d.display.plotly.playing import frames_of, path_figure, path_legend, pictures_of, ring_at
from mix1d.display.plotly.rows import depth_of, entries_of, layers
from mix1d.display.report.sections import cut_label, row_title
from mix1d.display.shapes import worth_showing
from mix1d.display.watching import moments_of
from mix1d.errors import InputError
from mix1d.outcome.outcome import Outcome
from mix1d.words import letter

Numbers = dict[str, Any]


def figures_of(result: Outcome, picture: Picture, certificate: Certificate | str) -> Numbers:
    """Return the figures of a fit, as plain JSON.

    ``rows`` have the curves only, which stand over the bars of the picture, and their places once.
    """
    several = len(result.selection) > 1
    rows = [result.selection[i] for i in worth_showing(result.selection, result.criterion)]
    shape = len(result.sample.values) > 1
    return {
        "label": picture.label,
        "picture": _picture(result, picture),
        "rows": [{"title": row_title(result, row), **_row(picture.of(row.mixture))} for row in rows],
        "chosen": next(i for i, row in enumerate(rows) if row.chosen),
        "criteria": _with_legend(*criteria_figure(result)) if several else None,
        "qq": _if_offered(lambda: qq_figure(result, picture)) if shape else None,
        "pit": _if_offered(lambda: pit_figure(result)) if shape else None,
        "certificate": None
        if isinstance(certificate, str) or len(certificate.means) < 2
        else certificate_figure(certificate, picture),
    }


def _if_offered(draw: Callable[[], Figure]) -> Figure | None:
    """Return a figure, None where rows of a kind have none; `why_not` says it in words."""
    try:
        return draw()
    except InputError:
        return None


def _picture(result: Outcome, picture: Picture) -> Numbers:
    assert picture.mixture is not None
    mixture, top = picture.mixture, height_of(picture)
    first = [bars(picture, "values", counts(picture, result.total_weight)), *curves(picture)]
    lines = cuts(picture, top, told=False)
    entries = legend(names_of(mixture))
    if lines:
        name = f"threshold{'s' * (len(picture.cuts) > 1)}"
        places = list(range(len(first), len(first) + len(lines)))
        entries.append(entry(name, places, CUTS, dash=DOTS, width=2))
    traces = [*first, *lines]
    beside = layers(picture, top)
    entries += entries_of(beside, len(traces))
    traces += [trace for layer in beside for trace in layer.traces]
    notes = labels(picture, top, lambda cut: cut_label(cut, mixture))
    return _with_legend(over_bars(traces, picture, top, depth=depth_of(picture), annotations=notes), entries)


def _row(picture: Picture) -> Numbers:
    assert picture.mixture is not None
    figure = over_bars(curves(picture), picture, height_of(picture))
    for trace in figure["data"]:
        places = trace.pop("x")
    return {**_with_legend(figure, legend(names_of(picture.mixture))), "x": places}


def playback_numbers(result: Outcome, picture: Picture, played: Playback) -> Numbers:
    """Return the figures of the playback, and what changes from frame to frame."""
    pictures = pictures_of(played, picture)
    top = max(map(height_of, pictures))
    first, k = pictures[0], played.means.shape[1]
    traces = [bars(picture, "values", counts(picture, result.total_weight)), *curves(first)]
    moments = moments_of(played)
    names = [letter(j) for j in range(k)]
    frames = frames_of(pictures, top, shares=k > 1)
    found: Numbers = as_json(
        {
            "label": picture.label,
            "figure": over_bars(traces, picture, top),
            "legend": legend(names),
            "components": [{"name": name, "style": style(j)} for j, name in enumerate(names)],
            "moved": [1] if k == 1 else [*range(2, k + 2), 1],
            "frames": [
                {**frame, "ring": ring_at(played, i), "words": moments[i]} for i, frame in enumerate(frames)
            ],
            "path": _with_legend(path_figure(played), path_legend()),
        }
    )
    return found


def _with_legend(figure: Numbers, entries: list[Numbers]) -> Numbers:
    return {**figure, "legend": entries}
