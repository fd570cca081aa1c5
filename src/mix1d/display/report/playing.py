"""Plain EM as frames of a picture: the one place of a report that plays it."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import numpy as np

from mix1d.display.curves import simplified
from mix1d.display.picture import Picture
from mix1d.display.playback import playback_of
from mix1d.display.report.chart import Chart, across, corners, dash_of, look_of, upwards
from mix1d.display.report.density import height_of
from mix1d.display.watching import moments_of, watching_of
from mix1d.model.mixture import Mixture
from mix1d.outcome.outcome import Outcome
from mix1d.words import letter

_FRAMES = 16
_OFF = 4e-3  # of the height: what a curve may be off between its points


def playing_html(result: Outcome, picture: Picture, name: str) -> str:
    """Return plain EM on the sample of a fit: a slider over pictures, with the numbers of each below it."""
    played = playback_of(result, frames=_FRAMES)
    watching, moments = watching_of(result, played), moments_of(played)
    alone = replace(picture, seen=None)  # plain EM knows neither errors nor windows
    frames = zip(played.weights, played.means, played.sds, strict=True)
    pictures = [alone.of(Mixture._trusted(*frame)) for frame in frames]
    chart = Chart(
        across(*picture.limits, picture.label), upwards(0.0, max(map(height_of, pictures)), "density")
    )
    if picture.density.any():
        chart.area("bars", *corners(picture.edges, picture.density), "bars")
    for i, one in enumerate(pictures):
        off = " off" if i else ""
        if len(one.components) > 1:
            chart.line(f"frame{i}", *_few(one, one.total, chart), f"sum{off}")
        for j, density in enumerate(one.components):
            chart.line(f"frame{i}", *_few(one, density, chart), f"curve {look_of(j)}{off}", dash=dash_of(j))
    drawing = chart.svg(f"{name}-plot", "Plain EM, iteration by iteration", watching.alt["playback"])
    last = len(moments) - 1
    rows = "".join(
        f'<tbody class="frame{" off" * (i > 0)}" data-iteration="{moment.iteration}" '
        f'data-words="{escape(moment.caption)}" data-spoken="{escape(moment.spoken)}">'
        + "".join(
            f'<tr><th scope="row">{letter(j)}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
            for j, cells in enumerate(moment.cells)
        )
        + "</tbody>"
        for i, moment in enumerate(moments)
    )
    return (
        f"<p>{escape(' '.join(watching.words))}</p>"
        f'<div class="playing" id="{name}">'
        '<div class="controls"><button type="button" class="play" aria-pressed="false">Play</button>'
        f'<label for="{name}-frame">Iteration of plain EM</label>'
        f'<input type="range" id="{name}-frame" min="0" max="{last}" step="1" value="0">'
        f'<output for="{name}-frame">{moments[0].iteration}</output></div>'
        f'<div class="plot">{drawing}</div>'
        '<div class="scroll"><table class="numbers"><caption><span class="words" aria-live="off">'
        f"{escape(moments[0].caption)}</span></caption>"
        '<thead><tr><th scope="col">component</th><th scope="col">weight</th><th scope="col">mean</th>'
        f'<th scope="col">sd</th></tr></thead>{rows}</table></div></div>'
    )


def _few(picture: Picture, density: np.ndarray, chart: Chart) -> tuple[np.ndarray, np.ndarray]:
    low, high = picture.limits
    scaled = np.column_stack([(picture.x - low) / (high - low), (density / chart.y.high).clip(max=2.0)])
    seen = np.flatnonzero(scaled[:, 1] > _OFF)
    part = slice(max(seen[0] - 1, 0), seen[-1] + 2) if seen.size else slice(0, 2)
    kept = np.isin(scaled[part, 0], simplified(scaled[part], _OFF)[:, 0])
    return picture.x[part][kept], density[part][kept]
