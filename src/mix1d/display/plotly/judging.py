"""The numbers behind the figures of a report, for the scripts to draw."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d._records import plain
from mix1d.display.palette import BAND, BARS, CUTS, INK, colour, dashes
from mix1d.display.picture import component_label, picture_of
from mix1d.display.rounding import near

if TYPE_CHECKING:
    from mix1d.diagnostics.certificate import Certificate
    from mix1d.mixture import Mixture
    from mix1d.result import FitResult, Row
    from mix1d.thresholds import Threshold

Array = NDArray[np.float64]

CRITERIA = ("bic", "aic", "icl")
_MOST_POINTS = 400  # of a QQ plot, and
_AT_EACH_END = 25  # so many there, where each one tells
_SMALL = 100.0  # total weight below which there are fewer bars of probabilities
_WORSE = 6.0  # times the difference of the second best: farther rows stand at the edge of the picture
_LEAST_RANGE = 10.0  # of a criterion; differences of this size settle a question
_WIDTH_OF_LINES = 2.0  # pixels


def figures_of(result: FitResult, certificate: Certificate | str) -> dict[str, Any]:
    """Return what the figures of a fit show, as plain numbers without NaN.

    Parameters
    ----------
    result : FitResult
        Any fit.
    certificate : Certificate or str
        See `sections.missing_mass`.

    Notes
    -----
    Mixtures are given by their parameters: the scripts draw the curves.
    """
    most = max(row.n_components for row in result.selection)
    found: dict[str, Any] = plain_dict(
        label=result.name or "value",
        styles=styles(most),
        colours={"bars": BARS, "ink": INK, "cuts": CUTS, "band": BAND},
        picture=_picture(result),
        rows=[
            {"title": row_title(result, row), "mixture": _mixture(row.mixture)} for row in result.selection
        ],
        chosen=next(i for i, row in enumerate(result.selection) if row.chosen),
        criteria=_criteria(result) if len(result.selection) > 1 else None,
        qq=_qq(result),
        pit=_pit(result),
        certificate=_excess(certificate),
    )
    return found


def plain_dict(**values: Any) -> dict[str, Any]:
    """Return arrays as lists and records as dicts, at any depth of dicts and lists; NaN becomes None."""
    return {
        name: plain_dict(**value)
        if isinstance(value, dict)
        else [plain_dict(**item) if isinstance(item, dict) else plain(item) for item in value]
        if isinstance(value, list)
        else plain(value)
        for name, value in values.items()
    }


def styles(n_components: int) -> list[dict[str, str]]:
    """Return colour and dashes of each component, as Plotly and SVG want them.

    >>> styles(2)
    [{'colour': '#0072B2', 'dash': 'solid'}, {'colour': '#D55E00', 'dash': '10px,4px'}]
    """
    found = []
    for component in range(n_components):
        lengths = ",".join(f"{_WIDTH_OF_LINES * length:g}px" for length in dashes(component))
        found.append({"colour": colour(component), "dash": lengths or "solid"})
    return found


def row_title(result: FitResult, row: Row) -> str:
    """Name a row of the selection: its number of components, and its kind of sds where there are two."""
    words = f"{row.n_components} component{'s' * (row.n_components != 1)}"
    if len({other.sds for other in result.selection}) > 1:
        words += f" with {row.sds} sds"
    return words


def cut_label(cut: Threshold, result: FitResult) -> str:
    """Write the value of a threshold as far as its interval lets it matter."""
    width = float(cut.upper) - float(cut.lower)
    sd = float(min(result.mixture.sds[[cut.below, cut.above]]))
    if math.isinf(width):
        return near(float(cut.value), 1e3 * sd)
    return near(float(cut.value), 10.0 * width if width > 0.0 else sd)


def _mixture(mixture: Mixture) -> dict[str, Any]:
    return {
        "weights": mixture.weights,
        "means": mixture.means,
        "sds": mixture.sds,
        "labels": [component_label(mixture, j) for j in range(len(mixture.weights))],
    }


def histogram(result: FitResult) -> dict[str, Any]:
    """Return the bars of a fit, without its mixture."""
    picture = picture_of(result, result.mixture)
    low, high = picture.limits
    return {
        "edges": picture.edges,
        "density": picture.density,
        "total": result.total_weight,
        "low": low,
        "high": high,
    }


def _picture(result: FitResult) -> dict[str, Any]:
    picture = picture_of(result)
    low, high = picture.limits
    cuts: list[Any] = []
    for cut in picture.cuts:
        known = math.isfinite(cut.lower) or math.isfinite(cut.upper)
        cuts.append(
            {
                "value": cut.value,
                "lower": max(cut.lower, low) if known else None,
                "upper": min(cut.upper, high) if known else None,
                "label": cut_label(cut, result),
            }
        )
    return {**histogram(result), "cuts": cuts, "rug": picture.rug}


def _criteria(result: FitResult) -> dict[str, Any]:
    """Return how much worse than the chosen row each one is; `most` is where the picture ends."""
    rows = result.selection
    (chosen,) = (row for row in rows if row.chosen)
    names = sorted(CRITERIA, key=lambda name: name != result.criterion)
    curves: list[Any] = []
    for kind in sorted({row.sds for row in rows}, reverse=True):  # free first, as in the table
        for name in names:
            mine = [(i, row) for i, row in enumerate(rows) if row.sds == kind]
            best = min(float(getattr(row, name)) for row in rows if row.eligible or row.chosen)
            curves.append(
                {
                    "criterion": name.upper(),
                    "sds": kind,
                    "rows": [i for i, _ in mine],
                    "k": [row.n_components for _, row in mine],
                    "difference": [float(getattr(row, name)) - best for _, row in mine],
                    "eligible": [row.eligible for _, row in mine],
                }
            )
    others = sorted(
        float(getattr(row, result.criterion)) - float(getattr(chosen, result.criterion))
        for row in rows
        if row.eligible and not row.chosen
    )
    most = _WORSE * max(_LEAST_RANGE, others[0] if others else 0.0)
    kinds = len({row.sds for row in rows}) > 1
    return {"curves": curves, "most": most, "kinds": kinds, "chosen": result.criterion.upper()}


def _qq(result: FitResult) -> dict[str, Any] | None:
    """Return the points of a QQ plot, all of few and some of many."""
    if len(result._sample.values) < 2:
        return None
    found = result.qq()
    m = len(found.values)
    ends = np.concatenate([np.arange(min(m, _AT_EACH_END)), np.arange(max(0, m - _AT_EACH_END), m)])
    kept = np.unique(np.concatenate([ends, np.linspace(0, m - 1, min(m, _MOST_POINTS)).astype(np.int64)]))
    return {name: getattr(found, name)[kept] for name in ("theoretical", "values", "lower", "upper")}


def _pit(result: FitResult) -> dict[str, Any] | None:
    """Return how the probabilities F(x) are spread: 1 where as many values fall into a bar as expected.

    The weight of a rounded value is spread over the probabilities of its cell (Czado, Gneiting and Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x), so that rounding makes no comb.
    """
    sample, mixture = result._sample, result.mixture
    if len(sample.values) < 2:
        return None
    n_bars = 10 if sample.total_weight < _SMALL else 20
    edges = np.linspace(0.0, 1.0, n_bars + 1)
    parameters = mixture.weights, mixture.means, mixture.sds
    if sample.resolution is None:
        probabilities, weights = result.pit()
        totals = np.histogram(probabilities, edges, weights=weights)[0]
    else:
        half = sample.resolution / 2.0
        ends = [_core.cdf(sample.values + side, *parameters) for side in (-half, half)]
        below = np.cumsum(np.column_stack([np.zeros(sample.weights.size), sample.weights]).ravel())
        totals = np.diff(np.interp(edges, np.maximum.accumulate(np.column_stack(ends).ravel()), below))
    expected = sample.total_weight / n_bars
    spread = 1.96 * math.sqrt((1.0 - 1.0 / n_bars) / expected)
    return {"edges": edges, "ratio": totals / expected, "low": max(0.0, 1.0 - spread), "high": 1.0 + spread}


def _excess(found: Certificate | str) -> dict[str, Any] | None:
    if isinstance(found, str) or len(found.means) < 2:
        return None
    every = -(-len(found.means) // _MOST_POINTS)
    place = found.short_of_mass.value if found.short_of_mass else None
    return {"means": found.means[::every], "excess": found.excess[::every], "place": place}
