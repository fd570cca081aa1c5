"""What a report says in words and tables; the templates only lay it out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mix1d.data.recorded_sample import RecordedSample, as_exact
from mix1d.data.recording import shapes_of
from mix1d.diagnostics.certificate import Certificate, certificate
from mix1d.diagnostics.findings import findings
from mix1d.diagnostics.goodness import qq
from mix1d.display.beware import LEFT_OUT, beware
from mix1d.display.bottom_line import answer_of
from mix1d.display.estimates import size_words
from mix1d.display.interval import Ends, cut_ends, ends_of, interval_words
from mix1d.display.layout import Table
from mix1d.display.legend import explained
from mix1d.display.parameters import shape_words
from mix1d.display.picture import Picture
from mix1d.display.shapes import are_several, family_words, worth_showing
from mix1d.display.summary import summarise
from mix1d.errors import InputError, Mix1dError
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import centres, meet, widths
from mix1d.outcome.findings import find
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome, facts_of_row
from mix1d.outcome.records import Finding, Row
from mix1d.outcome.windows import sizes
from mix1d.selection.evidence import evidence
from mix1d.uncertainty.derived import thresholds
from mix1d.uncertainty.parameters import Bounds, confidence_interval, standard_errors
from mix1d.words import letter, near, plain, value_and_error

_MOST_VALUES = 5000  # distinct ones, and
_MOST_WEIGHT = 1e6  # the weight up to which the certificate takes a second or two
DASH = "–"  # stands for a number that there is none of
_KINDS = {
    "crossing": "the first is the more probable below it, the second above it",
    "second": "second crossing, far out: the wider one wins again beyond it, for hardly any value",
    "not_monotone": "beyond it the wider one is the more probable again: one cut does not separate them",
    "none": "one of the two is nowhere the more probable",
}


@dataclass(frozen=True)
class Cell:
    """A number with its error, and its interval below."""

    value: str
    error: str
    interval: str


@dataclass(frozen=True)
class Line:
    """A component in a table."""

    name: str
    weight: Cell
    mean: Cell
    sd: Cell
    size: str
    shape: str
    """Family and own parameters, empty for a normal."""


@dataclass(frozen=True)
class Cut:
    """A threshold in a table."""

    pair: str
    value: str
    interval: str
    words: str


@dataclass(frozen=True)
class Tried:
    """A number of components that was tried, with its fit."""

    title: str
    cells: tuple[str, ...]
    chosen: bool
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Said:
    """What is said of a fit in sentences, in the order of reading."""

    bottom_line: str
    notes: tuple[str, ...]
    """What was set apart, left out, or read in a special way."""
    warnings: tuple[Finding, ...]
    """At most three, the gravest first."""
    details: tuple[str, ...]
    others: tuple[Finding, ...]
    """Findings that are neither: also those that the bottom line tells in short."""
    verdicts: tuple[tuple[str, str], ...]
    criteria: str
    selection_title: str
    selection: Table | None


@dataclass(frozen=True)
class Sections:
    """The parts of a report that are not figures."""

    name: str
    said: Said
    lines: tuple[Line, ...]
    bounded: bool  # whether there are intervals of the parameters
    level: str
    cuts: tuple[Cut, ...]
    tried: tuple[Tried, ...]
    tried_header: tuple[str, ...]
    order: str
    goodness: str
    not_compared: tuple[str, ...]  # why there are no figures of values against the model
    certificate: str
    alt: dict[str, str]
    explained: tuple[str, ...]  # what the picture shows beside bars, curves and thresholds


def said_of(result: Outcome) -> Said:
    """Return the sentences about a fit: the one place of a report that asks for them."""
    summary, answer, found = summarise(result), answer_of(result), findings(result)
    gravest, _ = beware(found, answer.told)
    others = [one for one in found if one.code not in LEFT_OUT and one not in gravest]
    tests = [one for one in summary.tests if one != evidence(result).goodness]  # it has a part of its own
    return Said(
        bottom_line=answer.text,
        notes=summary.read,
        warnings=tuple(gravest),
        details=(summary.headline, *summary.sentences[1:], *tests),
        others=tuple(others),
        verdicts=summary.verdicts,
        criteria=summary.criteria,
        selection_title=summary.selection_title,
        selection=summary.selection,
    )


def sections_of(result: Outcome, picture: Picture, certificate: Certificate | str) -> Sections:
    """Return words and tables of a report."""
    said, bounds = said_of(result), confidence_interval(result)
    bounded = bool(np.isfinite(bounds.lower.means).any() or np.isfinite(bounds.lower.weights).any())
    name = result.name or "value"
    return Sections(
        name=name,
        said=said,
        lines=_lines(result, bounds if bounded else None),
        bounded=bounded,
        level=f"{100.0 * bounds.level:g} %",
        cuts=tuple(_cuts(result)),
        tried=_tried(result, said.selection),
        tried_header=said.selection.header[1:] if said.selection else (),
        order=evidence(result).order,
        goodness=evidence(result).goodness,
        not_compared=tuple(_not_compared(result)),
        certificate=_in_words(certificate),
        alt=_alt(result, name, said.bottom_line),
        explained=tuple(explained(picture)),
    )


def _not_compared(result: Outcome) -> Iterator[str]:
    """Say which figures of values against the model there are not, and why."""
    sample = result.sample
    if len(sample.values) < 2:
        yield "All values are equal: there is no shape to compare."
        return
    if not isinstance(sample, RecordedSample) or as_exact(sample) is not None:
        return
    shapes = shapes_of(sample.observations)
    if (shapes.below | shapes.above | shapes.between).any():
        yield (
            "Bins, intervals and limits are no places, so values cannot be set against the model one by one; "
            "result.goodness_of_fit(), or --tests, compares how many there are with how many the fit expects."
        )
        return
    try:
        finite = bool(np.isfinite(qq(result).theoretical).all())
    except InputError:
        yield (
            "There is no QQ plot: the values do not have one distribution in common, since errors, windows "
            "or a background differ from value to value."
        )
        return
    if not finite:
        yield "There is no QQ plot: so far out in a tail the fit has no quantiles that a double can hold."


def _lines(result: Outcome, bounds: Bounds | None) -> tuple[Line, ...]:
    """Return the components; without intervals where there are no bounds."""
    mixture = result.mixture
    k = len(mixture.weights)
    errors = standard_errors(result)
    uncertain = [errors.weights, errors.means, errors.sds]
    numbers = [mixture.weights, mixture.means, mixture.sds]
    lines = []
    held, lost = sizes(result.fitted, result.sample).tolist(), undetermined(result.fitted)
    for j in range(k):
        cells: list[Cell] = []
        ends = None if bounds is None else ends_of(bounds, j)
        width = float(widths(mixture)[j])
        for i, scale in enumerate((1.0, width, width)):
            error = float(uncertain[i][j])
            interval = "" if ends is None else interval_text(ends[i], scale)
            value, error_text = value_and_error(float(numbers[i][j]), error)
            if (i and j == lost) or not math.isfinite(float(numbers[i][j])):
                value, error, interval = DASH, math.nan, ""
            cells.append(Cell(value, "" if math.isnan(error) else error_text, interval))
        lines.append(
            Line(
                letter(j),
                cells[0],
                cells[1],
                cells[2],
                size_words(held[j]),
                shape_words(mixture.components[j]),
            )
        )
    return tuple(lines)


def row_title(result: Outcome, row: Row) -> str:
    """Name a row of the selection: its number of components, and its kind of sds where there are two."""
    shape = f"{family_words(row.family)} " if are_several(result.selection) else ""
    words = f"{row.n_components} {shape}component{'s' * (row.n_components != 1)}"
    if len({other.sds for other in result.selection}) > 1:
        words += f" with {row.sds} sds"
    return words


def cut_label(cut: Threshold, mixture: Mixture) -> str:
    """Write the value of a threshold as far as its interval lets it matter."""
    width = float(cut.upper) - float(cut.lower)
    sd = float(min(widths(mixture)[[cut.below, cut.above]]))
    if math.isinf(width):
        return near(float(cut.value), 1e3 * sd)
    return near(float(cut.value), 10.0 * width if width > 0.0 else sd)


def interval_text(ends: Ends, scale: float) -> str:
    """Write an interval as far as its width matters; a dash where there is none.

    >>> interval_text(Ends(53.2387, 55.8912), 5.9), interval_text(Ends(float("nan"), 1.0), 1.0)
    ('53.24 to 55.89', '–')
    >>> interval_text(Ends(-float("inf"), 7.25), 1.0)
    'at most 7.25'
    """
    if math.isfinite(ends.width) and ends.width > 0.0:
        scale = 10.0 * ends.width
    return interval_words(ends, lambda x: near(x, scale)) or DASH


def _cuts(result: Outcome) -> list[Cut]:
    found = []
    for cut in thresholds(result):
        if not meet(result.mixture, cut.below, cut.above):
            continue
        below, above = letter(cut.below), letter(cut.above)
        there = cut.kind != "none"
        scale = float(min(widths(result.mixture)[[cut.below, cut.above]]))
        value = cut_label(cut, result.mixture) if there else DASH
        interval = interval_text(cut_ends(cut), scale) if there else DASH
        found.append(Cut(f"{below} | {above}", value, interval, _KINDS[cut.kind]))
    return found


def _tried(result: Outcome, table: Table | None) -> tuple[Tried, ...]:
    """Return the rows of the selection, each with its own fit, errors and findings."""
    if table is None:
        return ()
    found = []
    shown = worth_showing(result.selection, result.criterion)
    for i, cells in zip(shown, table.rows, strict=True):
        row = result.selection[i]
        other = dataclasses.replace(result, index=i)
        findings = tuple(find(facts_of_row(other, other.fitted)))
        texts = tuple(DASH if cell == "-" else cell for cell in cells[1:])
        found.append(Tried(row_title(result, row), texts, row.chosen, _lines(other, None), findings))
    return tuple(found)


def missing_mass(result: Outcome) -> Certificate | str:
    """Return the certificate of a fit, or in words why there is none."""
    sample = result.sample
    if result.mixture._mixed is not None:
        return "Not looked for: what bounds how much better any mixture could fit is for normal components."
    if len(sample.values) > _MOST_VALUES or sample.total_weight > _MOST_WEIGHT:
        return (
            "Not looked for: with so many values that takes from seconds to minutes. result.certificate() "
            "bounds how much better any mixture could fit."
        )
    try:
        return certificate(result)
    except Mix1dError as error:
        return f"Not to be had: {error}."


def _in_words(certificate: Certificate | str) -> str:
    if isinstance(certificate, str):
        return certificate
    short = certificate.short_of_mass
    return f"{certificate.message} {short.message if short else ''}".strip()


def _alt(result: Outcome, name: str, headline: str) -> dict[str, str]:
    """Return what the figures show, for those who do not see them."""
    m = result.mixture
    parts = [
        f"{letter(j)} around {near(float(centres(m)[j]), float(widths(m)[j]))}, "
        f"sd {plain(float(m.sds[j]), 3)}, {100.0 * float(m.weights[j]):.3g} %"
        for j in range(len(m.weights))
    ]
    cuts = [
        cut_label(cut, result.mixture)
        for cut in thresholds(result)
        if cut.kind in ("crossing", "not_monotone")
    ]
    places = f" Thresholds at {', '.join(cuts)}." if cuts else ""
    return {
        "picture": f"Histogram of {name} with the fitted curves: {'; '.join(parts)}.{places}",
        "criteria": f"{result.criterion.upper()} against the number of components: {headline}",
        "row": "Histogram with the curves of the number of components chosen below.",
        "qq": f"QQ plot of {name}: values against quantiles of the fit. {evidence(result).goodness}".strip(),
        "pit": "Histogram of the probabilities that the fit gives to the values; flat where it fits.",
        "certificate": "Where one more component would raise the likelihood, along the axis of the values.",
    }
