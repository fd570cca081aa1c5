"""Results, mixtures, selections and sketches as fragments of HTML, for notebooks.

A fragment has no id, no script, no style sheet and no reference to anything outside: styles stand in the
elements, colours of text are those of the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from mix1d.display.comparison import selection_table, selection_title
from mix1d.display.layout import Table
from mix1d.display.palette import colour
from mix1d.display.parameters import columns_of, shape_words
from mix1d.display.picture import component_label, mixture_picture, picture_of, sketch_picture
from mix1d.display.summary import summarise
from mix1d.display.svg import picture_svg
from mix1d.display.text import BEWARE, DETAILS
from mix1d.display.typical import centres, widths
from mix1d.model.families import NAMES
from mix1d.model.mixture import Mixture
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Row
from mix1d.sketch.summary import Sketch
from mix1d.uncertainty.derived import thresholds
from mix1d.words import letter, near, plain

_FIGURE_BLANK = "\N{FIGURE SPACE}"  # as wide as a digit, so that signs stand below each other
_CELL = "padding:0.15em 0.8em;white-space:nowrap;font-variant-numeric:tabular-nums"
_FIRST = "text-align:left;font-weight:normal;vertical-align:top;opacity:0.75"
_LINE = "margin:0.25em 0"
_SHOWN = 40  # rows of a table of components
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def result_html(result: Outcome) -> str:
    """Return a fit as HTML: what `print(result)` shows, at the same cost; the details are folded."""
    parts = summarise(result)
    trace = result.trace
    newton = sum(phase == "newton" for phase in trace.phase)
    steps = f"{result.n_iter} in the last solve, {newton} of them Newton steps"
    reached = [*parts.verdicts, ("Steps", steps), ("Criteria", parts.criteria)]
    body = [
        f'<p style="{_LINE}"><strong>{escape(parts.bottom_line)}</strong></p>',
        *(f'<p style="{_LINE}">{escape(sentence)}</p>' for sentence in parts.read),
        _picture(result),
        _table(parts.groups, by_component=True),
        _pairs(parts.below) if parts.below else "",
        f'<p style="{_LINE}">{escape(parts.fit)}</p>',
    ]
    if parts.beware:
        body += [f'<p style="{_LINE}"><strong>{BEWARE}</strong></p>', _bullets(parts.beware)]
    details = [
        *(f'<p style="{_LINE}">{escape(sentence)}</p>' for sentence in (parts.headline, *parts.tests)),
        _bullets(parts.findings) if parts.findings else "",
        _table(parts.components),
        _pairs(reached),
    ]
    if parts.selection is not None:
        details += [f'<p style="{_LINE}">{escape(parts.selection_title)}</p>', _table(parts.selection)]
    body.append(_folded(DETAILS, "".join(details)))
    return _fragment("".join(body))


def _bullets(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul style="margin:0.25em 0 0.5em;padding-left:1.5em">{items}</ul>'


def mixture_html(mixture: Mixture) -> str:
    """Return a mixture as HTML: its parameters, and its density."""
    k = len(mixture.weights)
    own = columns_of(mixture)
    columns = [
        [f"{100.0 * weight:.4g} %" for weight in mixture.weights.tolist()],
        [
            near(m, s) if math.isfinite(m) else "none"
            for m, s in zip(mixture.means.tolist(), widths(mixture).tolist(), strict=True)
        ],
        [plain(sd) if math.isfinite(sd) else "none" for sd in mixture.sds.tolist()],
        *(cells for _, cells in own),
    ]
    rows = [(letter(j), *cells) for j, cells in enumerate(zip(*columns, strict=True))]
    families = {component.family for component in mixture.components}
    shape = f"{NAMES[families.pop()].said} " if len(families) == 1 else ""
    headline = f"Mixture of {k} {shape}distribution{'s' * (k > 1)}"
    title = f"Density of a m{headline[1:]}"
    names = [component_label(mixture, j) for j in range(k)]
    with np.errstate(all="ignore"):
        picture = picture_svg(mixture_picture(mixture), title, _places(mixture), names)
    header = ("", "weight", "mean", "sd", *(name for name, _ in own))
    align = "<" if any(name == "family" for name, _ in own) else ">"
    table = Table(header, tuple(rows[:_SHOWN]), f"<>>>{align * len(own)}")
    more = f'<p style="{_LINE}">and {k - _SHOWN} more</p>' if k > _SHOWN else ""
    return _fragment(
        f'<p style="{_LINE}"><strong>{headline}</strong></p>{picture}{_table(table, by_component=True)}{more}'
    )


def selection_html(rows: Sequence[Row], criterion: str) -> str:
    """Return the numbers of components compared as HTML."""
    caption = f'<p style="{_LINE}">{escape(selection_title(criterion, rows))}</p>'
    return _fragment(caption + _table(selection_table(rows, criterion)))


def sketch_html(sketch: Sketch) -> str:
    """Return a sketch as HTML: its counts, range, moments and quantiles, and its histogram."""
    name = f"{sketch.name}: " if sketch.name else ""
    left_out = [
        (what, f"{count:,}")
        for what, count in (("missing", sketch.n_missing), ("of weight 0", sketch.n_zero_weight))
        if count
    ]
    words = "".join(f", {count} {what} left out" for what, count in left_out)
    if not sketch.count:
        return _fragment(f'<p style="{_LINE}"><strong>{escape(name)}an empty sketch</strong>{words}</p>')
    sd = math.sqrt(sketch.variance)
    values = f"{sketch.count:,} value{'s' * (sketch.count > 1)}"
    if sketch.total_weight != sketch.count:
        values += f", total weight {plain(sketch.total_weight, 7)}"
    exact = (
        "all distinct values are kept, with their weights"
        if sketch.exact
        else "values are represented by cells with their moments"
    )
    pairs = [
        ("Range", f"{plain(sketch.min, 7)} to {plain(sketch.max, 7)}"),
        ("Mean", near(sketch.mean, sd)),
        ("Standard deviation", plain(sd)),
    ]
    quantiles = [near(q, sd) for q in sketch.quantile(list(_QUANTILES)).tolist()]
    table = Table(
        ("quantile", *(f"{100.0 * p:g} %" for p in _QUANTILES)),
        (("", *quantiles),),
        "<" + ">" * len(quantiles),
    )
    title = f"Histogram of {sketch.name or 'the values'}"
    with np.errstate(all="ignore"):
        far = max(abs(sketch.min), abs(sketch.max)) > 1e300
        picture = "" if far else picture_svg(sketch_picture(sketch), title, f"{values}.")
    return _fragment(
        f'<p style="{_LINE}"><strong>{escape(name)}sketch of {values}</strong>{words}; {exact}.</p>'
        f"{picture}{_pairs(pairs)}{_table(table)}"
    )


def _fragment(body: str) -> str:
    return f'<div style="line-height:1.4;max-width:60em;overflow-x:auto">{body}</div>'


def _picture(result: Outcome) -> str:
    mixture, values = result.mixture, result.sample.values
    if max(abs(float(values[0])), abs(float(values[-1]))) > 1e300:  # differences would overflow
        return ""
    k = len(mixture.weights)
    title = f"Histogram of {result.name or 'the values'} with {k} fitted component{'s' * (k > 1)}"
    names = [f"{component_label(mixture, j)}, {_moments(mixture, j)}" for j in range(k)]
    with np.errstate(all="ignore"):
        picture = picture_of(result)
        outside = picture.outside
        svg = picture_svg(picture, title, _places(mixture, result), names)
    if outside > 0.0 and svg:
        counted = result.total_weight == result.n_obs
        what = ("value" if outside == 1.0 else "values") if counted else "of the weight"
        svg += f'<p style="{_LINE}">Not shown: {plain(outside)} {what} farther out.</p>'
    return svg


def _moments(mixture: Mixture, j: int) -> str:
    """Return mean, sd and shape of a component."""
    mean, sd, width = float(mixture.means[j]), float(mixture.sds[j]), float(widths(mixture)[j])
    parts = [
        f"mean {near(mean, width)}" if math.isfinite(mean) else f"median {plain(float(mixture.medians[j]))}"
    ]
    if math.isfinite(sd):
        parts.append(f"sd {plain(sd)}")
    return ", ".join(part for part in (*parts, shape_words(mixture.components[j])) if part)


def _places(mixture: Mixture, result: Outcome | None = None) -> str:
    """Say in words where the components are, and the thresholds between them."""
    components = (
        f"{letter(j)} around {near(float(m), float(s))}"
        for j, (m, s) in enumerate(zip(centres(mixture), widths(mixture), strict=True))
        if mixture.weights[j] > 0.0
    )
    words = f"Components: {', '.join(components)}."
    cuts = [] if result is None else [c for c in thresholds(result) if math.isfinite(c.value)]
    cuts = [cut for cut in cuts if cut.kind != "second"]
    if cuts:
        values = (near(float(c.value), float(min(widths(mixture)[[c.below, c.above]]))) for c in cuts)
        words += f" Thresholds: {', '.join(values)}."
    return words


def _folded(title: str, body: str) -> str:
    return (
        f'<details style="margin:0.4em 0"><summary style="cursor:pointer">{escape(title)}</summary>'
        f"{body}</details>"
    )


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><th scope="row" style="{_CELL};{_FIRST}">'
        f'{escape(what)}</th><td style="padding:0.15em 0.8em;text-align:left">{escape(text)}</td></tr>'
        for what, text in pairs
    )
    return f'<table style="border-collapse:collapse;margin:0.4em 0"><tbody>{lines}</tbody></table>'


def _table(table: Table, by_component: bool = False) -> str:
    sides = ["right" if align == ">" else "left" for align in table.align]
    head = "".join(
        f'<th scope="col" style="{_CELL};text-align:{side};border-bottom:1px solid currentColor">'
        f"{escape(title)}</th>"
        for title, side in zip(table.header, sides, strict=True)
    )
    names = [cells[0] if by_component else "" for cells in table.rows]  # not that of a background
    rows = "".join(
        f"<tr>{''.join(_cells(cells, sides, j == table.marked, j if name == letter(j) else None))}</tr>"
        for j, (cells, name) in enumerate(zip(table.rows, names, strict=True))
    )
    return (
        '<table style="border-collapse:collapse;margin:0.4em 0">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cells(cells: Sequence[str], sides: Sequence[str], marked: bool, component: int | None) -> Iterator[str]:
    for i, (cell, side) in enumerate(zip(cells, sides, strict=True)):
        style = f"{_CELL};text-align:{side}"
        if marked or (i == 0 and component is not None):
            style += ";font-weight:bold"
        if i == 0 and component is not None:  # a coloured edge: coloured text is hard to read on dark pages
            style += f";border-left:4px solid {colour(component)}"
        yield f'<td style="{style}">{escape(_aligned(cell))}</td>'


def _aligned(cell: str) -> str:
    """Fill a number with blanks as wide as its digits; those around the sign before an error stay."""
    if " ± " not in cell:
        return cell
    return " ± ".join(half.replace(" ", _FIGURE_BLANK) for half in cell.split(" ± "))
