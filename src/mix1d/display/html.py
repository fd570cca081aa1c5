"""A result as a fragment of HTML, for notebooks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from mix1d.display.markup import LINE, folded, fragment, pairs_html, table_html
from mix1d.display.parameters import shape_words
from mix1d.display.picture import component_label, picture_of
from mix1d.display.summary import summarise
from mix1d.display.svg import picture_svg
from mix1d.display.text import BEWARE, DETAILS
from mix1d.model.mixture import Mixture
from mix1d.model.typical import centres, widths
from mix1d.outcome.outcome import Outcome
from mix1d.uncertainty.derived import thresholds
from mix1d.words import letter, near, plain


def result_html(result: Outcome) -> str:
    """Return a fit as HTML: what `print(result)` shows, at the same cost; the details are folded."""
    parts = summarise(result)
    trace = result.trace
    newton = sum(phase == "newton" for phase in trace.phase)
    steps = f"{result.n_iter} in the last solve, {newton} of them Newton steps"
    reached = [*parts.verdicts, ("Steps", steps), ("Criteria", parts.criteria)]
    body = [
        f'<p style="{LINE}"><strong>{escape(parts.bottom_line)}</strong></p>',
        *(f'<p style="{LINE}">{escape(sentence)}</p>' for sentence in parts.read),
        _picture(result),
        table_html(parts.groups, by_component=True),
        pairs_html(parts.below) if parts.below else "",
        f'<p style="{LINE}">{escape(parts.fit)}</p>',
    ]
    if parts.beware:
        body += [f'<p style="{LINE}"><strong>{BEWARE}</strong></p>', _bullets(parts.beware)]
    details = [
        *(f'<p style="{LINE}">{escape(sentence)}</p>' for sentence in (parts.headline, *parts.tests)),
        _bullets(parts.findings) if parts.findings else "",
        table_html(parts.components),
        pairs_html(reached),
    ]
    if parts.selection is not None:
        details += [f'<p style="{LINE}">{escape(parts.selection_title)}</p>', table_html(parts.selection)]
    body.append(folded(DETAILS, "".join(details)))
    return fragment("".join(body))


def _bullets(sentences: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f'<ul style="margin:0.25em 0 0.5em;padding-left:1.5em">{items}</ul>'


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
        svg = picture_svg(picture, title, places(mixture, result), names)
    if outside > 0.0 and svg:
        counted = result.total_weight == result.n_obs
        what = ("value" if outside == 1.0 else "values") if counted else "of the weight"
        svg += f'<p style="{LINE}">Not shown: {plain(outside)} {what} farther out.</p>'
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


def places(mixture: Mixture, result: Outcome | None = None) -> str:
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
