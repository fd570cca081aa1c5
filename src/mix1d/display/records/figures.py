"""The pictures of records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mix1d.arrays import Array
from mix1d.display.curves import simplified
from mix1d.display.html import places
from mix1d.display.palette import colour
from mix1d.display.picture import Picture, component_label, mixture_picture
from mix1d.display.records.panel import Panel, range_of, svg
from mix1d.display.shapes import lines_of
from mix1d.display.svg import picture_svg
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.outcome.criteria import repeated, value_of
from mix1d.outcome.records import Row, Trace
from mix1d.uncertainty.intervals import Estimate
from mix1d.words import letter, p_words, plain

if TYPE_CHECKING:
    from mix1d.diagnostics.certificate import Certificate
    from mix1d.diagnostics.goodness import GoodnessOfFit, QuantilePlot
    from mix1d.diagnostics.influence import Influence
    from mix1d.selection.record import OrderTest
    from mix1d.uncertainty.resampling import Replicates

THIN = 200  # points of a curve or a cloud that a small picture has room for
_STRONG = 'stroke="currentColor" stroke-width="1.6"'
_WEAK = 'stroke="currentColor" stroke-opacity="0.55" stroke-dasharray="3 3"'
_WITHIN = 0.15  # pixels by which a simplified curve may be off
_MOST = 12  # components that are drawn one by one
_FAR = 20.0  # differences of a criterion that are always drawn to scale


def mixture_figure(mixture: Mixture, cuts: Sequence[Threshold] | None = None, title: str = "") -> str:
    """Draw the density of a mixture, with its own cuts or those given."""
    names = [component_label(mixture, j) for j in range(len(mixture.weights))]
    with np.errstate(all="ignore"):
        picture = mixture_picture(mixture)
        if len(names) > _MOST:
            return _sum_figure(picture, mixture, title)
        if cuts is not None:
            drawn = tuple(cut for cut in cuts if cut.kind in ("crossing", "not_monotone"))
            low, high = picture.limits
            picture = replace(picture, thresholds=tuple(c for c in drawn if low < c.value < high))
        return picture_svg(picture, title or "Density of the mixture", places(mixture), names)


def _sum_figure(picture: Picture, mixture: Mixture, title: str) -> str:
    """Draw the sum of many components alone, with a point at the mean of each."""
    span, height = range_of(picture.x), range_of(picture.total, 0.0)
    if span is None or height is None:
        return ""
    panel = Panel(span, height, label="value", side="density")
    _curve(panel, picture.x, picture.total)
    known = mixture.means[np.isfinite(mixture.means)]
    panel.dots(known, np.zeros(len(known)), part="mean", radius=1.6)
    return svg(title or "Density of the mixture", [panel])


def null_figure(test: OrderTest) -> str:
    """Draw the statistics of the samples drawn, with that of the data."""
    drawn, seen = test.null_statistics[np.isfinite(test.null_statistics)], test.statistic
    if drawn.size < 2 or not math.isfinite(seen):
        return ""
    top = max(float(np.quantile(drawn, 0.995)), seen) * 1.06
    low = min(float(drawn.min()), 0.0)
    if not top > low:
        return ""
    edges = np.linspace(low, top, int(np.clip(math.sqrt(drawn.size), 8, 40)) + 1)
    counts = np.histogram(drawn, edges)[0].astype(np.float64)
    panel = Panel(
        (low, top),
        (0.0, 1.12 * float(counts.max())),
        label="twice the rise of the log-likelihood",
        side="samples",
        height=140.0,
    )
    panel.bars(edges, counts)
    beyond = np.concatenate([[seen], edges[edges > seen]])
    if beyond.size > 1:
        panel.bars(beyond, counts[-(beyond.size - 1) :], opacity=0.35, part="beyond")
    panel.across(seen, part="observed", style=f'stroke="{colour(1)}" stroke-width="2"', said="the data")
    inside = seen < low + 0.6 * (top - low)
    words = f" data: {plain(seen, 3)}, {p_words(test.p_value)} "
    step = 6.0 / panel.width * (top - low)
    panel.words(
        seen + (step if inside else -step),
        1.02 * float(counts.max()),
        words.strip(),
        anchor="start" if inside else "end",
    )
    k = test.n_components
    return svg(f"Statistics of samples drawn from {k} component{'s' * (k > 1)}, and of the data", [panel])


def forest_figure(groups: Sequence[tuple[str, Sequence[tuple[str, Estimate]]]]) -> str:
    """Draw estimates with their intervals, a panel for each group; an open end is an arrow."""
    panels = []
    for label, rows in groups:
        numbers = [
            x for _, e in rows for x in (e.value, *(_end(e, side) for side in (-1, 1))) if math.isfinite(x)
        ]
        span = range_of(np.array(numbers)) if numbers else None
        if span is None:
            continue
        panel = Panel(
            span,
            (len(rows) - 0.4, -0.6),
            label=label,
            width=170.0 if len(groups) > 1 else 500.0,
            height=16.0 + 18.0 * len(rows),
            names=[name for name, _ in rows],
        )
        for i, (name, e) in enumerate(rows):
            _interval(panel, i, name, e)
        panels.append(panel)
    return svg("Estimates with confidence intervals", panels) if panels else ""


def _end(e: Estimate, side: int) -> float:
    bound, reached = (e.lower, e.reached_lower) if side < 0 else (e.upper, e.reached_upper)
    return reached if math.isfinite(reached) else bound


def _interval(panel: Panel, i: int, name: str, e: Estimate) -> None:
    if not math.isfinite(e.value):
        return
    ink = colour(i) if name == letter(i) else "currentColor"
    y, (low, high) = float(i), panel.x_range
    if not (math.isnan(e.lower) or math.isnan(e.upper)):
        ends = []
        for side, edge in ((-1, low), (1, high)):
            is_open = bool(e.open_lower if side < 0 else e.open_upper)
            end = _end(e, side)
            ends.append(edge if is_open or not math.isfinite(end) else end)
            if is_open or not math.isfinite(end):
                panel.arrow(edge, y, side, ink)
        panel.line(
            np.array(ends),
            np.array([y, y]),
            part="interval",
            style=f'stroke="{ink}" stroke-width="1.6"',
        )
    panel.dots([e.value], [y], part="estimate", ink=ink, radius=3.5, said=[f"{name}: {plain(e.value)}"])


def criterion_figure(rows: Sequence[Row], criterion: str) -> str:
    """Draw how much worse each row is than the chosen one, by number of components."""
    best = next(value_of(row, criterion) for row in rows if row.chosen)
    again = repeated(rows)
    points = [
        (row, value_of(row, criterion) - best)
        for i, row in enumerate(rows)
        if i not in again and math.isfinite(value_of(row, criterion) - best)
    ]
    if len({row.n_components for row, _ in points}) < 2:
        return ""
    differences = sorted(d for _, d in points)
    top = max(min(differences[-1], max(_FAR, 4.0 * differences[len(differences) // 2])), 1.0)
    low = min(differences[0], 0.0)
    ks = [row.n_components for row, _ in points]
    panel = Panel(
        (min(ks) - 0.4, max(ks) + 0.9),
        (low - 0.08 * (top - low), top + 0.12 * (top - low)),
        label="number of components",
        side=f"{criterion.upper()} above the chosen",
        height=160.0,
        whole=True,
    )
    lines = lines_of([row for row, _ in points], criterion)
    for place, (name, mine) in enumerate(lines):
        _criterion_line(panel, place, name, [points[i] for i in mine], top, len(lines) > 1)
    return svg(f"{criterion.upper()} by number of components: smaller is better", [panel])


def _criterion_line(
    panel: Panel, place: int, name: str, rows: list[tuple[Row, float]], top: float, named: bool
) -> None:
    ink = colour(place)
    x = np.array([float(row.n_components) for row, _ in rows])
    y = np.array([min(d, 2.0 * top) for _, d in rows])
    panel.line(x, y, part="criterion", style=f'stroke="{ink}" stroke-width="1.6"')
    for (row, d), a, b in zip(rows, x.tolist(), y.tolist(), strict=True):
        words = f"{row.n_components} components, {name}: {d:+.1f}"
        if b <= top * 1.12:
            panel.dots(
                [a],
                [b],
                part="chosen" if row.chosen else "row",
                ink=ink,
                radius=5.0 if row.chosen else 3.0,
                said=[words],
                hollow=not row.eligible,
            )
    if named:
        seen = [(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True) if b <= top]
        if seen:
            panel.words(seen[-1][0] + 0.1, seen[-1][1] - 0.05 * top, name)


def pp_figure(found: GoodnessOfFit) -> str:
    """Draw the distribution of the data against that of the model, which would be the diagonal."""
    if found.curve is None or len(found.curve) < 2:
        return ""
    panel = Panel(
        (0.0, 1.0),
        (0.0, 1.0),
        label="share below, by the model",
        side="share below, seen",
        width=210,
        height=210,
    )
    ends = np.array([0.0, 1.0])
    panel.line(ends, ends, part="diagonal", style=_WEAK)
    x, y = found.curve.T
    panel.line(x, y, part="data", style=f'stroke="{colour(0)}" stroke-width="2"')
    return svg("Share of the data below each value against that of the model", [panel])


def qq_figure(plot: QuantilePlot) -> str:
    """Draw values against the quantiles of the model, with the band."""
    span = range_of(plot.theoretical, plot.values)
    if span is None:
        return ""
    panel = Panel(span, span, label="quantile of the model", side="value", width=230.0, height=230.0)
    some = _thinned(len(plot.values))
    x = plot.theoretical[some]
    known = np.isfinite(plot.lower[some]) & np.isfinite(plot.upper[some]) & np.isfinite(x)
    if known.sum() > 1:
        panel.area(x[known], plot.lower[some][known], plot.upper[some][known])
    panel.line(np.array(span), np.array(span), part="diagonal", style=_WEAK)
    finite = np.isfinite(x)
    panel.dots(x[finite], plot.values[some][finite], ink=colour(0))
    return svg("Values against the quantiles of the model", [panel])


def influence_figure(found: Influence) -> str:
    """Draw what leaving out each value would do, to first order."""
    known = np.isfinite(found.one_step)
    span, height = range_of(found.values), range_of(found.one_step, 0.0)
    if span is None or height is None or not known.any():
        return ""
    panel = Panel(span, height, label="value left out", side="change, standard errors", height=140.0)
    largest = np.argsort(-np.abs(np.where(known, found.one_step, 0.0)), kind="stable")[:THIN]
    some = np.sort(largest)
    some = some[np.isfinite(found.one_step[some])]
    x, y = found.values[some], found.one_step[some]
    panel.line(np.array(span), np.zeros(2), part="zero", style=_WEAK)
    panel.stems(x, y)
    panel.dots(x, y, ink=colour(0))
    return svg("Change of the answer without each value, to first order", [panel])


def certificate_figure(found: Certificate) -> str:
    """Draw where the fit is short of mass."""
    span, height = range_of(found.means), range_of(found.excess, 0.0)
    if span is None or height is None or found.means[0] == found.means[-1]:
        return ""
    panel = Panel(span, height, label="mean of one more component", side="short of mass", height=140.0)
    panel.line(np.array(span), np.zeros(2), part="zero", style=_WEAK)
    _curve(panel, found.means, found.excess)
    if found.short_of_mass is not None:
        panel.across(found.short_of_mass.value, part="short", style=_WEAK, said=found.short_of_mass.message)
    return svg("Where one more component would raise the likelihood: above 0", [panel])


def _curve(panel: Panel, x: Array, y: Array) -> None:
    """Draw a curve with as many points as can be seen."""
    kept = np.isfinite(y)
    points = simplified(np.column_stack([panel.x(x[kept]), panel.y(y[kept])]), _WITHIN)
    low, high = panel.x_range
    bottom, top = panel.y_range
    panel.line(
        low + points[:, 0] / panel.width * (high - low),
        top - points[:, 1] / panel.height * (top - bottom),
        style=f'stroke="{colour(0)}" stroke-width="2"',
    )


def replicates_figure(drawn: Replicates) -> str:
    """Draw the means of the components in the replicates."""
    known = drawn.means[:, np.isfinite(drawn.means).any(axis=0)]
    some = known[np.isfinite(known).all(axis=1)] if known.size else known
    if len(some) < 2:
        return ""
    span = range_of(*np.quantile(some, [0.005, 0.995], axis=0))
    if span is None:
        return ""
    edges = np.linspace(*span, 61)
    heights = [np.histogram(column, edges)[0].astype(np.float64) for column in some.T]
    top = max(float(height.max()) for height in heights)
    panel = Panel(span, (0.0, 1.12 * top), label="mean", side="replicates", height=120.0)
    for j, height in enumerate(heights):
        style = f'stroke="{colour(j)}" stroke-width="1.6" data-component="{letter(j)}"'
        panel.line(np.repeat(edges, 2)[1:-1], np.repeat(height, 2), part="component", style=style)
        peak = int(np.argmax(height))
        panel.words(0.5 * (edges[peak] + edges[peak + 1]), height[peak] + 0.02 * top, letter(j), bold=True)
    return svg("Means of the components in the replicates", [panel])


def trace_figure(steps: Trace) -> str:
    """Draw what the log-likelihood has to go at each step, by powers of ten."""
    if len(steps.phase) < 3:
        return ""
    rise = steps.log_likelihood[-1] - steps.log_likelihood
    floor = 1e-13 * max(abs(float(steps.log_likelihood[-1])), 1.0)
    seen = np.abs(rise) > floor
    if seen.sum() < 2:
        return ""
    logs = np.log10(np.maximum(np.abs(rise), floor))
    span = range_of(logs)
    if span is None:
        return ""
    panel = Panel(
        (0.5, len(rise) + 0.5), span, label="step", side="log10 of the rise to come", height=130.0, whole=True
    )
    x = np.arange(1.0, 1.0 + len(rise))
    panel.line(x, logs, part="trace", style=f'stroke="{colour(0)}" stroke-width="1.6"')
    for phase, place in (("em", 0), ("newton", 1)):
        mine = np.array([one == phase for one in steps.phase])
        if mine.any() and len(rise) <= THIN:
            name = "Newton" if phase == "newton" else "EM"
            said = [f"step {i + 1}: {name}" for i in np.flatnonzero(mine)]
            panel.dots(x[mine], logs[mine], part=phase, ink=colour(place), radius=2.8, said=said)
            first = int(np.flatnonzero(mine)[0])
            panel.words(first + 1.15, float(logs[first]) - 0.12 * (span[1] - span[0]), name)
    return svg("What the log-likelihood has to go at each step", [panel])


def _thinned(size: int) -> Array:
    """Return places of at most `THIN` of so many, the first and the last among them."""
    return np.unique(np.linspace(0, size - 1, min(size, THIN)).round().astype(np.intp))
