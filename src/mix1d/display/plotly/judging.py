"""What speaks for and against a fit, for Plotly: criteria, quantiles, probabilities, missing mass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import as_exact
from mix1d.diagnostics.certificate import Certificate
from mix1d.diagnostics.goodness import pit, qq
from mix1d.display.palette import BAND, INK, colour
from mix1d.display.picture import Picture
from mix1d.display.plotly.mixture import DOTS, exponents
from mix1d.display.plotly.parts import SOFT, Figure, Trace, area, axis, entry, figure, line, note, transparent
from mix1d.display.shapes import are_several, lines_of, worth_showing
from mix1d.outcome.criteria import value_of
from mix1d.outcome.outcome import Outcome
from mix1d.words import near, plain

CRITERIA = ("bic", "aic", "icl")
_THIN = {"color": INK, "width": 1.2}
_DASHES = ("solid", "10px,4px", DOTS)
_MOST_POINTS = 400  # of a QQ plot, and
_AT_EACH_END = 25  # so many there, where each one tells
_SMALL = 100.0  # total weight below which there are fewer bars of probabilities
_WORSE = 6.0  # times the difference of the second best: farther rows stand at the edge of the picture
_LEAST_RANGE = 10.0  # of a criterion; differences of this size settle a question
_LOWEST = -0.15  # of the height: where rows stand that are better still


def criteria_figure(result: Outcome) -> tuple[Figure, list[dict[str, Any]]]:
    """Return how much worse than the best each row of the selection is, and the legend.

    The marks say which row they belong to: the third of their data.
    """
    rows = result.selection
    several = are_several(rows)
    kinds = lines_of(rows, result.criterion)
    names = sorted(CRITERIA, key=lambda name: name != result.criterion)[: 1 if several else None]
    shown_rows = {i: place for place, i in enumerate(worth_showing(rows, result.criterion))}
    differences = {name: _differences(result, name) for name in names}
    ceiling = min(_most(result), 1.1 * max(1.0, *differences[names[0]]))
    shown = {name: np.clip(found, _LOWEST * ceiling, ceiling) for name, found in differences.items()}
    traces: list[Trace] = []
    entries: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for number, (kind, mine) in enumerate(kinds):
        ks, sound = [rows[i].n_components for i in mine], [rows[i].eligible for i in mine]
        for which, name in enumerate(names):
            title = f"{name.upper()}, {kind}" if len(kinds) > 1 else name.upper()
            equal, here = kind == "equal sds", which == 0
            ink = SOFT if equal else colour(number if several else which)
            own, drawn = differences[name][mine], shown[name][mine]
            mark = {"size": 10, "color": ink, "symbol": _symbols(own - drawn, sound, equal)}
            said = [
                [
                    f"{'+' * (d >= 0.0)}{plain(d, 4)}",
                    "" if there else ", could not be chosen",
                    shown_rows.get(i, -1),
                ]
                for i, d, there in zip(mine, own.tolist(), sound, strict=True)
            ]
            words = f"{title}, %{{x}}: %{{customdata[0]}}%{{customdata[1]}}<extra></extra>"
            dash = _DASHES[number % len(_DASHES) if several else which]
            pen = {"color": ink, "dash": dash, "width": 2}
            look = {"mode": "lines+markers", "line": pen, "marker": mark, "name": name.upper()}
            traces.append(line(ks, drawn, visible=here, customdata=said, hovertemplate=words, **look))
            entries.append(entry(title, [len(entries)], ink, dash=dash, shown=here))
            if here and not several:
                beyond = zip(ks, own.tolist(), drawn.tolist(), strict=True)
                notes += [_beyond(k, d, at, equal, len(kinds) > 1) for k, d, at in beyond if d != at]
    lowest = min(0.0, *(float(found.min()) for found in shown.values()))
    ks = sorted({row.n_components for row in rows})
    across = axis("number of components", tickvals=ks, range=[ks[0] - 0.4, ks[-1] + 0.6])
    up = axis("worse than the best by", range=[lowest - 0.06 * ceiling, 1.06 * ceiling])
    return figure(traces, across, up, hovermode="closest", annotations=notes), entries


def _symbols(beyond: Array, sound: list[bool], equal: bool) -> list[str]:
    """Return the marks: which way a value lies outside of the picture, and hollow where it has no chance."""
    kinds = "square" if equal else "circle", "triangle-up", "triangle-down"
    signs = np.sign(beyond).astype(int).tolist()
    return [kinds[sign] + ("" if there else "-open") for sign, there in zip(signs, sound, strict=True)]


def _differences(result: Outcome, criterion: str) -> Array:
    """Return how much larger the criterion is than in the best row that could be chosen."""
    values = np.array([value_of(row, criterion) for row in result.selection])
    sound = [row.eligible or row.chosen for row in result.selection]
    return np.asarray(values - values[sound].min())


def _most(result: Outcome) -> float:
    """Return the difference at which the picture ends."""
    own = zip(_differences(result, result.criterion).tolist(), result.selection, strict=True)
    others = [difference for difference, row in own if row.eligible and not row.chosen]
    return _WORSE * max(_LEAST_RANGE, min(others, default=0.0))


def _beyond(k: int, difference: float, at: float, equal: bool, several: bool) -> dict[str, Any]:
    """Return the number at a mark whose value lies outside of the picture."""
    words = f"{'equal ' * (equal and several)}{'+' * (difference >= 0.0)}{plain(difference, 3)}"
    look: dict[str, Any] = {"xanchor": "left", "xshift": 9, "yanchor": "top", "yshift": 8 - 18 * equal}
    if difference < 0.0:
        look = {"xanchor": "center", "yanchor": "bottom", "yshift": 7 - 18 * equal}
    return note(k, at, words, **{**look, "font": {"color": SOFT, "size": 12}})


def qq_figure(result: Outcome, picture: Picture) -> Figure:
    """Return a QQ plot: the points of few values all, and some of many."""
    found = qq(result)
    m = len(found.values)
    ends = np.concatenate([np.arange(min(m, _AT_EACH_END)), np.arange(max(0, m - _AT_EACH_END), m)])
    kept = np.unique(np.concatenate([ends, np.linspace(0, m - 1, min(m, _MOST_POINTS)).astype(np.int64)]))
    x, y = found.theoretical[kept], found.values[kept]
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    scale = high - low
    limits = [low - 0.03 * scale, high + 0.03 * scale]
    said = [
        [near(b, scale / 10.0), near(a, scale / 10.0)] for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    powers = exponents(picture)
    both = np.concatenate([found.lower[kept], found.upper[kept][::-1]])
    words = "value %{customdata[0]}, by the model %{customdata[1]}<extra></extra>"
    dots = {"mode": "markers", "marker": {"size": 5, "color": colour(0), "opacity": 0.75}}
    traces = [
        area(np.concatenate([x, x[::-1]]), both, BAND),
        line(limits, limits, line=_THIN),
        line(x, y, customdata=said, hovertemplate=words, **dots),
    ]
    across = axis("by the model", range=limits, minexponent=powers, nticks=5)
    return figure(traces, across, axis(picture.label, range=limits, minexponent=powers), hovermode="closest")


def pit_figure(result: Outcome) -> Figure:
    """Return how the probabilities F(x) are spread: 1 where as many values fall into a bar as expected.

    The weight of a rounded value is spread over the probabilities of its cell (Czado, Gneiting and Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x), so that rounding makes no comb.
    """
    sample, mixture = as_exact(result.sample) or result.sample, result.mixture
    n_bars = 10 if sample.total_weight < _SMALL else 20
    edges = np.linspace(0.0, 1.0, n_bars + 1)
    if sample.resolution is None:
        probabilities, weights = pit(result)
        totals = np.histogram(probabilities, edges, weights=weights)[0]
    else:
        half = sample.resolution / 2.0
        parameters = mixture._arrays
        ends = [_core.probability(sample.values + side, parameters) for side in (-half, half)]
        below = np.cumsum(np.column_stack([np.zeros(sample.weights.size), sample.weights]).ravel())
        totals = np.diff(np.interp(edges, np.maximum.accumulate(np.column_stack(ends).ravel()), below))
    ratio = totals * n_bars / sample.total_weight
    spread = 1.96 * math.sqrt((n_bars - 1.0) / sample.total_weight)
    low, high = max(0.0, 1.0 - spread), 1.0 + spread
    bar = {"color": transparent(colour(0), 0.45), "line": {"color": "#fff", "width": 1}}
    words = "%{y:.3g} times as many values as expected<extra></extra>"
    bars = {"x": (edges[:-1] + edges[1:]) / 2.0, "y": ratio, "width": 1.0 / n_bars, "marker": bar}
    band = {"type": "rect", "layer": "below", "x0": 0.0, "x1": 1.0, "y0": low, "y1": high}
    return figure(
        [{"type": "bar", **bars, "hovertemplate": words}, line([0.0, 1.0], [1.0, 1.0], line=_THIN)],
        axis("probability by the model", range=[0.0, 1.0]),
        axis("found / expected", range=[0.0, 1.05 * max(high, float(ratio.max()))]),
        hovermode="closest",
        bargap=0,
        shapes=[{**band, "fillcolor": BAND, "line": {"width": 0}}],
    )


def certificate_figure(found: Certificate, picture: Picture) -> Figure:
    """Return where one more narrow component would raise the likelihood."""
    every = -(-len(found.means) // _MOST_POINTS)
    means, excess = found.means[::every], found.excess[::every]
    highest, lowest = max(1e-3, float(excess.max())), max(-1.0, float(excess.min()))
    low, high = picture.limits
    notes = []
    if found.short_of_mass is not None:
        place = float(found.short_of_mass.value)
        height = max(0.0, float(excess[np.abs(means - place).argmin()]))
        arrow = {"showarrow": True, "arrowhead": 0, "arrowwidth": 1, "ax": 0, "ay": -22}
        notes.append(note(place, height, near(place, (high - low) / 10.0), **arrow))
    ink, words = colour(1), "%{x:.5~g}: %{y:.2g}<extra></extra>"
    light = {"fill": "tozeroy", "fillcolor": transparent(ink, 0.25), "line": {"width": 0}}
    zero = {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 1, "nticks": 5}
    return figure(
        [
            line(means, excess.clip(min=0.0), **light),
            line(means, excess, line={"color": ink, "width": 1.8}, hovertemplate=words),
        ],
        axis(picture.label, range=[low, high], minexponent=exponents(picture)),
        axis("short of values", range=[1.05 * max(lowest, -3.0 * highest), 1.4 * highest], **zero),
        hovermode="closest",
        annotations=notes,
    )
