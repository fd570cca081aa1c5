"""The picture of a fit as a chart, with the numbers that are read off it under the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.display.curves import simplified
from mix1d.display.legend import known_words, limit_words, window_words
from mix1d.display.picture import Picture, component_label
from mix1d.display.report.chart import Chart, across, corners, dash_of, look_of, significant, upwards
from mix1d.display.report.legend import Entry, area, arrow, component, dots, hatch, ticks
from mix1d.display.report.packed import packed
from mix1d.display.svg import top_of
from mix1d.model.thresholds import Threshold
from mix1d.words import letter, near, plain

_OFF = 8e-4  # of the height: what a curve may be off between its points
_COARSE = 3e-3  # likewise of the fits that are not the answer
_FAINT = 1e-3  # of the height, below which a curve lies on the axis
_UNSEEN = 1e-6  # of the height: what nobody looks at
_PARTS = 1e4  # of the height
_PLACES = 1e6  # of the width
_DIGITS = 4  # of densities
_EVENLY = 41  # places to read off a curve that is not the answer, beside those that it needs
_CROWDED = 0.15  # of the width; labels closer together stand below each other
_TOUCH = 0.025, 0.05  # of width and height, likewise for letters
_HIGHEST = 2.2  # times the highest bar: what is worth showing of a density without errors
_ARROW = {True: "M0 -6L0 6M0 0L-26 0M-20 -4L-26 0L-20 4", False: "M0 -6L0 6M0 0L26 0M20 -4L26 0L20 4"}


@dataclass(frozen=True)
class Figure:
    """A chart with its legend, and what a script shows of it, as plain JSON."""

    svg: str
    entries: tuple[Entry, ...]
    numbers: dict[str, Any]


def picture_figure(
    picture: Picture,
    name: str,
    words: tuple[str, str],
    told: Callable[[Threshold], str],
    *,
    fine: bool = True,
) -> Figure:
    """Return the chart of a fit; `name` begins its ids, `told` writes a threshold."""
    return _Drawn(picture, name, told, fine).figure(*words)


def curves_figure(pictures: list[Picture], shown: int, name: str, words: tuple[str, str]) -> Figure:
    """Return the chart of several fits of the bars of the answer, of which one is shown at first.

    The script takes the bars from the answer. Heights are whole parts of a unit.
    """
    picture = pictures[shown]
    chart = _empty(picture, height_of(picture))
    _bars(chart, picture)
    _curves(chart, picture, _COARSE)
    entries = (area("bars", "values", "bars"), *_names_of(picture))
    fits = [*map(_fit, pictures)]
    looks = _looks(max(len(one.components) for one in pictures))
    numbers = {"kind": "density", "shown": shown, "fits": fits, "looks": looks}
    return Figure(chart.svg(name, *words), entries, numbers)


def _looks(k: int) -> dict[str, tuple[str, str]]:
    return {letter(j): (look_of(j), dash_of(j)) for j in range(k)}


def _fit(picture: Picture, off: float = _COARSE) -> dict[str, Any]:
    """Return what is drawn and read off of one fit among many."""
    top, kept = height_of(picture), _few_places(picture, off)
    unit = top / _PARTS
    real = [j for j, density in enumerate(picture.components) if density.any()]
    owned = [] if len(real) < 2 else _owned(picture, kept, real)
    heights = picture.components[real][:, kept] if owned else np.empty((0, len(kept)))
    return {
        **_named(picture, kept, real),
        "y": [0.0, top],
        "unit": unit,
        "labels": [entry.label for entry in _names_of(picture)],
        "total": packed(_whole(picture.total[kept].clip(max=2.0 * top) / unit), 3),
        "components": [packed(_whole(curve.clip(max=2.0 * top) / unit), 3) for curve in heights],
        "shares": owned,
    }


def height_of(picture: Picture) -> float:
    """Return the density at the upper edge."""
    top, true = top_of(picture), picture.without_errors
    bars = float(picture.density.max())
    return top if true is None else max(top, min(1.08 * float(true[1].max()), _HIGHEST * bars))


def shares_at(densities: Array) -> Array:
    """Return what share of the values at every place (m,) belongs to each component, (k, m).

    >>> shares_at(np.array([[1.0, 0.0], [3.0, 0.0]])).tolist()
    [[0.25, 0.0], [0.75, 0.0]]
    """
    total = densities.sum(axis=0)
    return np.asarray(np.divide(densities, total, out=np.zeros_like(densities), where=total > 0.0))


def _empty(picture: Picture, top: float) -> Chart:
    return Chart(across(*picture.limits, picture.label), upwards(0.0, top, "density"))


def _bars(chart: Chart, picture: Picture) -> None:
    if picture.density.any():
        chart.area("bars", *corners(picture.edges, picture.density), "bars")


def _curves(chart: Chart, picture: Picture, off: float = _OFF) -> None:
    if len(picture.components) > 1:
        chart.line("sum", *_few(picture, picture.total, chart, off=off), "sum")
    for j, density in enumerate(picture.components):
        if density.any():
            look = f"curve {look_of(j)}"
            chart.line(letter(j), *_few(picture, density, chart, off=off), look, dash=dash_of(j))


def _few(
    picture: Picture, density: Array, chart: Chart, x: Array | None = None, off: float = _OFF
) -> tuple[Array, Array]:
    """Return the points that a line needs, without what lies on the axis."""
    x, top = picture.x if x is None else x, chart.y.high
    seen = np.flatnonzero(density > _FAINT * top)
    first, last = (seen[0], seen[-1]) if seen.size else [int(np.argmax(density))] * 2
    part = slice(max(first - 1, 0), last + 2)
    scaled = np.column_stack([chart.x.share(x), (density / top).clip(max=2.0)])[part]
    kept = np.isin(scaled[:, 0], simplified(scaled, off)[:, 0])
    return x[part][kept], density[part][kept]


def _names_of(picture: Picture) -> Iterator[Entry]:
    mixture = picture.mixture
    assert mixture is not None
    for j, weight in enumerate(mixture.weights.tolist()):
        if weight > 0.0:
            yield component(letter(j), component_label(mixture, j), j)
    if len(mixture.weights) > 1:
        yield Entry("sum", "sum", "line sum")


def _base(picture: Picture, top: float) -> dict[str, Any]:
    """Return what is the same for all curves over the bars: range, and what each bar holds."""
    return {
        "kind": "density",
        "label": picture.label,
        "x": list(picture.limits),
        "y": [0.0, top],
        "edges": picture.edges.tolist(),
        "bars": significant(picture.density.tolist(), _DIGITS),
        "bins": list(_counts(picture)),
    }


def _counts(picture: Picture) -> Iterator[str]:
    """Say of each bar how many values it has."""
    total = 1.0 if picture.sample is None else picture.sample.total_weight
    expected = picture.expected
    for i, (low, high) in enumerate(pairwise(picture.edges.tolist())):
        width = high - low
        held = plain(float(picture.density[i]) * width * total, 4)
        words = f"{held} values from {near(low, width)} to {near(high, width)}"
        if expected is not None:
            words += f", expected {plain(float(expected[i]) * width * total, 3)}"
        yield words


def _read_off(picture: Picture) -> dict[str, Any]:
    """Return the densities at the places of the curves, and who owns the values there."""
    kept = np.arange(len(picture.x))
    components = np.where(picture.components > _UNSEEN * height_of(picture), picture.components, 0.0)
    real = [j for j, density in enumerate(picture.components) if density.any()]
    several = len(real) > 1
    return {
        **_named(picture, kept, real),
        "looks": _looks(len(components)),
        "total": significant(picture.total.tolist(), _DIGITS),
        "components": [_trimmed(significant(components[j].tolist(), _DIGITS)) for j in real]
        if several
        else [],
        "shares": _owned(picture, kept, real) if several else [],
    }


def _few_read_off(picture: Picture) -> dict[str, Any]:
    """Return the same at fewer places, in heights that are whole parts of a unit."""
    return {**_fit(picture, _OFF), "looks": _looks(len(picture.components))}


def _named(picture: Picture, kept: NDArray[np.intp], real: list[int]) -> dict[str, Any]:
    low, high = picture.limits
    share = (0.5 * picture.x[kept] - 0.5 * low) / (0.5 * high - 0.5 * low)
    return {
        "at": packed(_whole(_PLACES * share), 4),
        "names": [letter(j) for j in real],
    }


def _owned(picture: Picture, kept: NDArray[np.intp], real: list[int]) -> list[list[int | str]]:
    """Return how many in a thousand of the values at each place belong to each component."""
    densities = picture.components[:, kept]
    if picture.background is not None:
        densities = np.vstack([densities, picture.background[kept]])
    return [packed(_whole(1000.0 * share), 2) for share in shares_at(densities)[real]]


def _trimmed(heights: list[float]) -> list[Any]:
    """Return how many zeros come first, and the heights up to the last that is none."""
    there = np.flatnonzero(heights)
    first, last = (int(there[0]), int(there[-1]) + 1) if there.size else (0, 0)
    return [first, heights[first:last]]


def _whole(values: Array) -> list[int]:
    return [int(x) for x in np.rint(values)]


def _few_places(picture: Picture, off: float) -> NDArray[np.intp]:
    """Return which places are enough to draw the curves of a fit and to read some of them off."""
    low, high = picture.limits
    top = height_of(picture)
    heights = np.vstack([picture.components, picture.total]).clip(max=2.0 * top) / top
    scaled = np.column_stack([(picture.x - low) / (high - low), heights.T])
    needed = np.isin(scaled[:, 0], simplified(scaled, off)[:, 0])
    nearest = np.searchsorted(picture.x, np.linspace(low, high, _EVENLY)).clip(max=len(picture.x) - 1)
    needed[nearest] = True
    return np.flatnonzero(needed)


class _Drawn:
    """The chart of an answer with everything that stands beside bars and curves."""

    def __init__(self, picture: Picture, name: str, told: Callable[[Threshold], str], fine: bool) -> None:
        self._picture, self._name, self._told, self._fine = picture, name, told, fine
        self._top = height_of(picture)
        self._chart = _empty(picture, self._top)
        self._beside: list[Entry] = []

    def figure(self, title: str, description: str) -> Figure:
        picture, chart = self._picture, self._chart
        definitions = self._outside()
        self._intervals()
        _bars(chart, picture)
        _curves(chart, picture)
        entries = [area("bars", "values", "bars")] if picture.density.any() else []
        entries += _names_of(picture)
        if picture.cuts:
            several = "s" * (len(picture.cuts) > 1)
            entries.append(Entry("cuts", f"cut-off{several}", "cut"))
            if any(_closed(cut) for cut in picture.cuts):
                entries.append(area("intervals", f"interval{several}", "interval"))
        self._expected()
        self._background()
        self._without_errors()
        self._limits()
        self._rug()
        self._cuts()
        self._letters()
        numbers = {
            **_base(picture, self._top),
            **(_read_off(picture) if self._fine else _few_read_off(picture)),
        }
        svg = chart.svg(self._name, title, description, definitions)
        return Figure(svg, (*entries, *self._beside), numbers)

    def _outside(self) -> str:
        """Hatch where nothing could be recorded; return the pattern."""
        picture = self._picture
        if picture.seen is None or picture.seen.window is None:
            return ""
        low, high = picture.limits
        first, last = picture.seen.window
        words, found = window_words((first, last)), False
        for start, end in ((low, first), (last, high)):
            if math.isfinite(start) and math.isfinite(end) and start < end:
                self._chart.band("window", start, end, "", fill=f"{self._name}-hatch", title=words)
                found = True
        if not found:
            return ""
        self._beside.append(hatch("window", words))
        return (
            f'<defs><pattern id="{self._name}-hatch" width="9" height="9" patternUnits="userSpaceOnUse">'
            '<path class="line soft" d="M0 9L9 0"/></pattern></defs>'
        )

    def _intervals(self) -> None:
        low, high = self._picture.limits
        for cut in self._picture.cuts:
            if _closed(cut):
                ends = max(cut.lower, low), min(cut.upper, high)
                self._chart.band("intervals", *ends, "interval", title="95 % interval of the cut-off")

    def _cuts(self) -> None:
        picture, chart = self._picture, self._chart
        low, high = picture.limits
        ends: list[float] = []  # of the labels in each row
        for cut in sorted(picture.cuts, key=lambda cut: cut.value):
            row = next((i for i, end in enumerate(ends) if cut.value >= end), len(ends))
            ends[row : row + 1] = [cut.value + _CROWDED * (high - low)]
            words = self._told(cut)
            title = f"cut-off {words} between {letter(cut.below)} and {letter(cut.above)}"
            chart.upright("cuts", cut.value, "cut", title=title)
            right = cut.value > low + 0.85 * (high - low)
            look: dict[str, Any] = {"anchor": "end" if right else "start", "right": -4.0 if right else 4.0}
            chart.text("cuts", cut.value, self._top, words, "note", up=-12.0 - 16.0 * row, fixed=True, **look)

    def _letters(self) -> None:
        picture, chart = self._picture, self._chart
        taken: list[tuple[float, float]] = []
        for j, density in enumerate(picture.components):
            if not density.any():
                continue
            peak = int(np.argmax(density))
            x, y = float(chart.x.share(picture.x[peak])), min(float(chart.y.share(density[peak])), 0.94)
            while any(abs(x - a) < _TOUCH[0] and abs(y - b) < _TOUCH[1] for a, b in taken):
                y += _TOUCH[1]
            taken.append((x, y))
            chart.text(letter(j), picture.x[peak], y * self._top, letter(j), "letter", up=6.0)

    def _expected(self) -> None:
        expected = self._picture.expected
        if expected is not None:
            middles = self._picture.edges[:-1] / 2 + self._picture.edges[1:] / 2
            self._chart.dots("expected", middles, expected, "ink dots")
            self._beside.append(dots("expected", "expected in the bins", "line ink dots"))

    def _background(self) -> None:
        picture = self._picture
        if picture.background is not None and picture.seen is not None:
            self._chart.line("background", picture.x, picture.background, "soft", dash="8 5")
            name = f"background: {plain(100.0 * picture.seen.background, 2)} %"
            self._beside.append(Entry("background", name, "line soft", dash="8 5"))

    def _without_errors(self) -> None:
        found, points = self._picture.without_errors, self._picture.points
        for place in points:
            self._chart.upright("true", place, "point")
        if found is not None:
            x, density = found
            self._chart.line("true", *_few(self._picture, density, self._chart, x), "ink", dash="2 3")
            self._beside.append(Entry("true", "without the errors", "line ink", dash="2 3"))
        elif points:
            self._beside.append(Entry("true", "without the errors, sd 0", "point"))

    def _limits(self) -> None:
        low, high = self._picture.limits
        for i, limit in enumerate(self._picture.one_sided):
            place, words = min(max(limit.place, low), high), limit_words(limit)
            drawn, look = _ARROW[limit.below], "line ink arrow"
            self._chart.mark(f"limit{i}", place, 0.035 * self._top, drawn, look, title=words, fixed=True)
            self._beside.append(arrow(f"limit{i}", words, below=limit.below))

    def _rug(self) -> None:
        picture = self._picture
        if picture.rug is not None:
            self._chart.ticks_below("rug", _inside(picture.rug, picture), "ink faint")
            name = "values not labelled" if picture.labelled else "single values"
            self._beside.append(ticks("rug", name, "ink"))
        for j, label, places in picture.labelled:
            self._chart.ticks_below(f"known{j}", _inside(places, picture), f"strong {look_of(j)}")
            self._beside.append(ticks(f"known{j}", known_words(j, label), look_of(j)))


def _inside(places: Array, picture: Picture) -> Array:
    low, high = picture.limits
    return places[(places >= low) & (places <= high)]


def _closed(cut: Threshold) -> bool:
    return math.isfinite(cut.lower) and math.isfinite(cut.upper)
