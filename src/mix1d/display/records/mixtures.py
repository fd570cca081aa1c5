"""Mixtures, components, and what was recorded: observations and sketches."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mix1d.data.described import in_words
from mix1d.data.observations import Observations
from mix1d.data.recorded import Recorded
from mix1d.display.layout import Table
from mix1d.display.parameters import columns_of, shape_words
from mix1d.display.picture import sketch_picture
from mix1d.display.records.card import Card, Columns
from mix1d.display.records.figures import mixture_figure
from mix1d.display.svg import picture_svg
from mix1d.model.component import Component
from mix1d.model.families import NAMES
from mix1d.model.mixture import Mixture
from mix1d.model.typical import widths
from mix1d.outcome.records import plain as in_json
from mix1d.sketch.summary import Sketch
from mix1d.words import letter, near, plain

_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
_OF_ROWS = ("lower", "upper", "sample_weight", "errors", "labels")
_OF_SKETCHES = (
    "name",
    "count",
    "total_weight",
    "min",
    "max",
    "mean",
    "variance",
    "n_missing",
    "n_zero_weight",
    "exact",
)
_LARGEST = 1e300  # beyond which differences overflow


def _mixture(mixture: Mixture) -> Card:
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
    rows = tuple((letter(j), *cells) for j, cells in enumerate(zip(*columns, strict=True)))
    families = {component.family for component in mixture.components}
    shape = f"{NAMES[families.pop()].said} " if len(families) == 1 else ""
    headline = f"Mixture of {k} {shape}distribution{'s' * (k > 1)}"
    header = ("", "weight", "mean", "sd", *(name for name, _ in own))
    align = "<" if any(name == "family" for name, _ in own) else ">"
    return Card(
        headline,
        Table(header, rows, f"<>>>{align * len(own)}"),
        picture=lambda: mixture_figure(mixture, title=f"Density of a m{headline[1:]}"),
        by_component=True,
        columns=lambda: _of_mixture(mixture),
    )


def _of_mixture(mixture: Mixture) -> Columns:
    columns: dict[str, Any] = {"component": np.arange(len(mixture.weights))}
    for one, several in (("weight", "weights"), ("mean", "means"), ("sd", "sds")):
        columns[one] = np.array(getattr(mixture, several))
    if mixture._mixed is None:
        return columns
    columns["family"] = np.array([component.family for component in mixture.components])
    names = dict.fromkeys(name for component in mixture.components for name in component.parameters)
    for name in names:
        if name not in columns:
            columns[name] = np.array([c.parameters.get(name, math.nan) for c in mixture.components])
    return columns


def _component(component: Component) -> Card:
    title = shape_words(component) or NAMES[component.family].said
    moments = [
        ("mean", component.mean),
        ("sd", component.sd),
        ("median", component.median),
        *((name, x) for name, x in component.parameters.items() if name not in ("mean", "sd")),
    ]
    cells = tuple(
        plain(x) if math.isfinite(x) else "none" if i < 2 else "no limit" for i, (_, x) in enumerate(moments)
    )
    alone = Mixture([1.0], components=[component])
    return Card(
        f"{title[0].upper()}{title[1:]}" + " distribution" * (title == NAMES[component.family].said),
        Table(tuple(name for name, _ in moments), (cells,), ">" * len(moments)),
        picture=lambda: mixture_figure(alone, title=f"Density: {title}"),
        columns=lambda: {
            "family": np.array([component.family]),
            **{name: np.array([x]) for name, x in moments},
        },
    )


def _sketch(sketch: Sketch) -> Card:
    name = f"{sketch.name}: " if sketch.name else ""
    left_out = [
        f"{count:,} {what} left out"
        for what, count in (("missing", sketch.n_missing), ("of weight 0", sketch.n_zero_weight))
        if count
    ]
    if not sketch.count:
        return Card(", ".join([f"{name}an empty sketch", *left_out]), columns=lambda: _of_sketch(sketch))
    sd = math.sqrt(sketch.variance)
    values = f"{sketch.count:,} value{'s' * (sketch.count > 1)}"
    if sketch.total_weight != sketch.count:
        values += f", total weight {plain(sketch.total_weight, 7)}"
    kept = "All distinct values are kept, with their weights."
    if not sketch.exact:
        kept = "Values are represented by cells with their moments."
    quantiles = sketch.quantile(list(_QUANTILES)).tolist()
    header = ("mean", "sd", "least", *(f"{100.0 * p:g} %" for p in _QUANTILES), "largest")
    ends = plain(sketch.min, 7), plain(sketch.max, 7)
    cells = (near(sketch.mean, sd), plain(sd), ends[0], *(near(q, sd) for q in quantiles), ends[1])
    return Card(
        ", ".join([f"{name}sketch of {values}", *left_out]),
        Table(header, (cells,), ">" * len(header), spare=(3, 9, 4, 8)),
        (kept,),
        picture=lambda: _sketch_figure(sketch, values),
        columns=lambda: _of_sketch(sketch),
    )


def _sketch_figure(sketch: Sketch, values: str) -> str:
    if max(abs(sketch.min), abs(sketch.max)) > _LARGEST:
        return ""
    with np.errstate(all="ignore"):
        return picture_svg(
            sketch_picture(sketch), f"Histogram of {sketch.name or 'the values'}", f"{values}."
        )


def _of_sketch(sketch: Sketch) -> Columns:
    quantiles = [math.nan] * len(_QUANTILES)
    if sketch.count:
        quantiles = sketch.quantile(list(_QUANTILES)).tolist()
    return {"probability": np.array(_QUANTILES), "quantile": np.array(quantiles)}


def _observations(rows: Observations) -> Card:
    words = in_words(Recorded(*rows._parts()))
    return Card(
        f"Observations {rows.name}" if rows.name else "Observations",
        Table(("what was recorded",), tuple((line,) for line in words), "<"),
        columns=lambda: _of_observations(rows),
    )


def _of_observations(rows: Observations) -> Columns:
    kept = ((name, getattr(rows, name)) for name in _OF_ROWS)
    columns: dict[str, Any] = {name: np.array(values) for name, values in kept if values is not None}
    if rows.truncation is not None:
        columns["truncated_below"] = np.broadcast_to(rows.truncation.low, len(rows)).copy()
        columns["truncated_above"] = np.broadcast_to(rows.truncation.high, len(rows)).copy()
    return columns


def _dict_of_observations(rows: Observations) -> dict[str, Any]:
    columns = {name: in_json(values) for name, values in _of_observations(rows).items()}
    return {"name": rows.name, "n_obs": rows.n_obs, "total_weight": rows.total_weight, **columns}


def _dict_of_sketch(sketch: Sketch) -> dict[str, Any]:
    if not sketch.count:
        return {"name": sketch.name, "count": 0, "n_missing": sketch.n_missing}
    found = {name: in_json(getattr(sketch, name)) for name in _OF_SKETCHES}
    return {**found, **{name: in_json(values) for name, values in _of_sketch(sketch).items()}}


CARDS: dict[type, Callable[[Any], Card]] = {
    Mixture: _mixture,
    Component: _component,
    Sketch: _sketch,
    Observations: _observations,
}
DICTS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Sketch: _dict_of_sketch,
    Observations: _dict_of_observations,
}
