"""What speaks for and against a fit as charts: criteria, quantiles, probabilities, missing mass."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import as_exact
from mix1d.diagnostics.certificate import Certificate
from mix1d.diagnostics.goodness import pit, qq
from mix1d.display.curves import simplified
from mix1d.display.picture import Picture
from mix1d.display.report.chart import Axis, Chart, across, corners, look_of, upwards
from mix1d.display.report.density import Figure
from mix1d.display.report.legend import Entry
from mix1d.display.shapes import are_several, lines_of, worth_showing
from mix1d.outcome.criteria import value_of
from mix1d.outcome.outcome import Outcome
from mix1d.words import near, plain

CRITERIA = ("bic", "aic", "icl")
_DASHES = ("", "10 4", "3 3")
_CIRCLE = "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z"
_SQUARE = "M-4.5 -4.5H4.5V4.5H-4.5Z"
_UP, _DOWN = "M-6 5L0 -6L6 5Z", "M-6 -5L0 6L6 -5Z"
_MOST_POINTS = 200  # of a certificate
_MOST_LABELS = 4  # beside marks of values outside of the picture
_AT_EACH_END = 0.1  # of the points of a QQ plot, where each one tells
_OFF = 2e-3  # of the height: what a band may be off between its points
_SMALL = 100.0  # total weight below which there are fewer bars of probabilities
_WORSE = 6.0  # times the difference of the second best: farther rows stand at the edge of the picture
_LEAST_RANGE = 10.0  # of a criterion; differences of this size settle a question
_LOWEST = -0.15  # of the height: where rows stand that are better still
Words = tuple[str, str]


def criteria_figure(result: Outcome, name: str, words: Words) -> Figure:
    """Return how much worse than the best each row of the selection is."""
    rows = result.selection
    several = are_several(rows)
    kinds = lines_of(rows, result.criterion)
    names = sorted(CRITERIA, key=lambda name: name != result.criterion)[: 1 if several else None]
    places = {i: place for place, i in enumerate(worth_showing(rows, result.criterion))}
    differences = {name: _differences(result, name) for name in names}
    ceiling = min(_most(result), 1.1 * max(1.0, *differences[names[0]]))
    lowest = max(min(0.0, *(float(found.min()) for found in differences.values())), _LOWEST * ceiling)
    ks = sorted({row.n_components for row in rows})
    x = Axis(ks[0] - 0.4, ks[-1] + 0.6, "number of components", tuple((float(k), str(k)) for k in ks))
    chart = Chart(x, upwards(lowest - 0.06 * ceiling, 1.06 * ceiling, "worse than the best by"))
    first = differences[names[0]]
    beyond = np.count_nonzero(first != first.clip(_LOWEST * ceiling, ceiling))
    entries: list[Entry] = []
    points: list[list[object]] = []
    for number, (kind, mine) in enumerate(kinds):
        at = np.array([rows[i].n_components for i in mine], np.float64)
        for which, criterion in enumerate(names):
            title = f"{criterion.upper()}, {kind}" if len(kinds) > 1 else criterion.upper()
            equal, off = kind == "equal sds", " off" if which else ""
            ink = "soft" if equal else look_of(number if several else which)
            part, dash = f"{criterion}{number}", _DASHES[(number if several else which) % len(_DASHES)]
            own = differences[criterion][mine]
            drawn = own.clip(_LOWEST * ceiling, ceiling)
            chart.line(part, at, drawn, f"curve {ink}{off}", dash=dash)
            entries.append(Entry(part, title, f"line curve {ink}", dash=dash, shown=not which))
            if which:
                chart.dots(part, at, drawn, f"dots large {ink}{off}")
            for i, k, d, y in zip(mine, at.tolist(), own.tolist(), drawn.tolist(), strict=True):
                sound = "" if rows[i].eligible else ", could not be chosen"
                said = f"{title}, {k:.0f}: {'+' * (d >= 0.0)}{plain(d, 4)}{sound}"
                points.append([*_at(chart, k, y), said, part, places.get(i, -1)])
                if which:
                    continue
                shape = (_UP if d > y else _DOWN) if d != y else _SQUARE if equal else _CIRCLE
                chart.mark(part, k, y, shape, f"mark {ink}{' hollow' * (not rows[i].eligible)}")
                if d != y and not several and beyond <= _MOST_LABELS:
                    more = f"{'equal ' * (equal and len(kinds) > 1)}{'+' * (d >= 0.0)}{plain(d, 3)}"
                    up = -4.0 - 17.0 * (not equal)
                    chart.text(part, k, y, more, "note", anchor="start", right=9.0, up=up)
    return Figure(chart.svg(name, *words), tuple(entries), {"kind": "points", "points": points})


def _at(chart: Chart, x: float, y: float) -> list[float]:
    """Return where a point lies, from the upper left corner, as shares of width and height."""
    return [round(float(chart.x.share(x)), 4), round(1.0 - float(chart.y.share(y)), 4)]


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


def qq_figure(result: Outcome, picture: Picture, name: str, words: Words, most: int) -> Figure | None:
    """Return a QQ plot: the points of few values all, and some of many; None without finite quantiles."""
    found = qq(result)
    if not np.isfinite([found.theoretical, found.values, found.lower, found.upper]).all():
        return None
    m, end = len(found.values), round(_AT_EACH_END * most)
    both = np.concatenate([np.arange(min(m, end)), np.arange(max(0, m - end), m)])
    kept = np.unique(np.concatenate([both, np.linspace(0, m - 1, min(m, most)).astype(np.int64)]))
    x, y = found.theoretical[kept], found.values[kept]
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    margin = 0.03 * (high - low)
    limits = low - margin, high + margin
    chart = Chart(across(*limits, f"{picture.label} by the model"), upwards(*limits, picture.label))
    ends = np.column_stack([x, found.lower[kept].clip(*limits), found.upper[kept].clip(*limits)])
    at, lower, upper = simplified((ends - low) / (high - low), _OFF).T * (high - low) + low
    chart.area("band", np.concatenate([at, at[::-1]]), np.concatenate([lower, upper[::-1]]), "band")
    chart.line("equal", np.array(limits), np.array(limits), "ink")
    chart.dots("values", x, y, f"dots {look_of(0)}")
    scale = (high - low) / 10.0
    points = [
        [*_at(chart, a, b), [near(b, scale), near(a, scale)]]
        for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    numbers = {"kind": "points", "points": points, "say": "value {0}, by the model {1}"}
    return Figure(chart.svg(name, *words), (), numbers)


def pit_figure(result: Outcome, name: str, words: Words) -> Figure:
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
    chart = Chart(
        across(0.0, 1.0, "probability by the model"),
        upwards(0.0, 1.05 * max(high, float(ratio.max())), "found / expected"),
    )
    ends_of_band = np.array([0.0, 1.0, 1.0, 0.0])
    chart.area("band", ends_of_band, np.array([low, low, high, high]), "band")
    chart.area("bars", *corners(edges, ratio), f"filled {look_of(0)}")
    chart.level("one", 1.0, "ink")
    points = [
        [*_at(chart, a / 2.0 + b / 2.0, y), f"{a:g} to {b:g}: {plain(y, 3)} times as many values as expected"]
        for (a, b), y in zip(pairwise(edges.round(3).tolist()), ratio.tolist(), strict=True)
    ]
    return Figure(chart.svg(name, *words), (), {"kind": "points", "points": points})


def certificate_figure(found: Certificate, picture: Picture, name: str, words: Words) -> Figure:
    """Return where one more narrow component would raise the likelihood."""
    every = -(-len(found.means) // _MOST_POINTS)
    means, excess = found.means[::every], found.excess[::every]
    highest, lowest = max(1e-3, float(excess.max())), max(-1.0, float(excess.min()))
    low, high = picture.limits
    bottom = min(1.05 * max(lowest, -3.0 * highest), -0.05 * highest)
    chart = Chart(across(low, high, picture.label), upwards(bottom, 1.4 * highest, "short of values"))
    ends = np.concatenate([means[:1], means, means[-1:]])
    chart.area("short", ends, np.concatenate([[0.0], excess.clip(min=0.0), [0.0]]), f"filled {look_of(1)}")
    chart.line("excess", means, excess.clip(min=bottom), f"thin {look_of(1)}")
    chart.level("zero", 0.0, "ink")
    if found.short_of_mass is not None:
        place = float(found.short_of_mass.value)
        height = max(0.0, float(excess[np.abs(means - place).argmin()]))
        chart.text("short", place, height, near(place, (high - low) / 10.0), "note", up=8.0)
    scale = (high - low) / 10.0
    points = [
        [*_at(chart, x, max(y, bottom)), f"{near(x, scale)}: {plain(y, 2)}"]
        for x, y in zip(means.tolist(), excess.tolist(), strict=True)
    ]
    return Figure(chart.svg(name, *words), (), {"kind": "points", "points": points})
