"""Records of tests and checks: does the model fit, are there more components, what does it hang on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mix1d.diagnostics.certificate import Certificate, ShortOfMass
from mix1d.diagnostics.goodness import GoodnessOfFit, QuantilePlot, Statistic
from mix1d.diagnostics.influence import Influence, InfluentialValue
from mix1d.diagnostics.shapes import Shape
from mix1d.display.layout import Table
from mix1d.display.records.card import Card, Kind
from mix1d.display.records.figures import (
    certificate_figure,
    influence_figure,
    mixture_figure,
    null_figure,
    pp_figure,
    qq_figure,
)
from mix1d.display.records.flat import columns_of_rows
from mix1d.display.shapes import family_words
from mix1d.selection.dip import DipTest
from mix1d.selection.record import OrderTest
from mix1d.words import letter, p_words, plain, value_and_error

_TESTS = (
    ("anderson_darling", "Anderson-Darling"),
    ("cramer_von_mises", "Cramer-von Mises"),
    ("kolmogorov_smirnov", "Kolmogorov-Smirnov"),
    ("pearson", "Pearson"),
    ("deviance", "deviance"),
    ("galbraith", "Galbraith's sum of squares"),
)
_SHOWN = 12  # values of a QQ plot in a table
_CLOSE = 20.0  # parts of the range that two digits are left for


def p_cell(p_value: float) -> str:
    """Return a p-value for a column that is headed p.

    >>> p_cell(0.0004), p_cell(0.25)
    ('< .001', '.25')
    """
    return "-" if math.isnan(p_value) else p_words(p_value).removeprefix("p ").removeprefix("= ")


def _order(test: OrderTest) -> Card:
    k = test.n_components
    names = {"bootstrap": "Bootstrap likelihood-ratio test", "em": "EM-test"}
    name = names.get(test.method, test.method)
    header = ("test", "null", "against", "statistic", "p", "samples", "as large")
    drawn = (str(test.replicates), str(test.exceed))
    # The EM-test splits every component, which is no model that anybody would report.
    against = "more" if test.method == "em" else str(len(test.alternative.weights))
    row = (name, str(k), against, plain(test.statistic, 4), p_cell(test.p_value), *drawn)
    table = Table(header, (row,), "<>>>>>>", spare=(6, 5))
    return Card(
        f"{name} of {k} component{'s' * (k > 1)} against {against}: {p_words(test.p_value)}",
        table if test.replicates else table.without(6).without(5),
        (test.message[:1].upper() + test.message[1:],),
        picture=lambda: null_figure(test),
        line="",
    )


def _goodness(found: GoodnessOfFit) -> Card:
    rows = tuple(
        (said, plain(one.statistic, 4), p_cell(one.p_value))
        for name, said in _TESTS
        if (one := getattr(found, name)) is not None
    )
    return Card(
        "Goodness of fit",
        Table(("distance", "statistic", "p"), rows, "<>>"),
        (
            f"{found.message}.",
            f"{found.replicates} samples drawn from the fit and refitted, seed {found.seed}.",
        ),
        picture=lambda: pp_figure(found),
        columns=lambda: {
            "test": np.array([name for name, _ in _TESTS if getattr(found, name) is not None]),
            **columns_of_rows([getattr(found, n) for n, _ in _TESTS if getattr(found, n) is not None]),
        },
    )


def _qq(plot: QuantilePlot) -> Card:
    places = np.unique(
        np.linspace(0, len(plot.values) - 1, min(len(plot.values), _SHOWN)).round().astype(int)
    )
    spread = float(plot.values[-1]) - float(plot.values[0])

    def cell(x: float) -> str:
        return value_and_error(x, spread / _CLOSE)[0]

    rows = tuple(
        (cell(plot.values[i]), cell(plot.theoretical[i]), f"{cell(plot.lower[i])} to {cell(plot.upper[i])}")
        for i in places.tolist()
    )
    outside = int(np.count_nonzero((plot.values < plot.lower) | (plot.values > plot.upper)))
    n = len(plot.values)
    more = f", {len(rows)} of them in the table" if len(rows) < n else ""
    return Card(
        f"QQ plot of {n} distinct value{'s' * (n > 1)}{more}",
        Table(("value", "quantile of the model", "band"), rows, ">>>"),
        (f"{outside or 'None'} of them outside of the band, which holds for each point alone.",),
        picture=lambda: qq_figure(plot),
        columns=lambda: {
            name: np.array(getattr(plot, name))
            for name in ("values", "weights", "theoretical", "lower", "upper")
        },
    )


def _certificate(found: Certificate) -> Card:
    rows = (
        ("least sd of the mixtures compared with", plain(found.min_sd)),
        ("log-likelihood that the best one found gains", plain(found.gain, 4)),
        ("none can gain more than", plain(found.upper_bound, 4)),
        ("components of the best one found", str(found.n_atoms)),
    )
    short = found.short_of_mass
    return Card(
        "Certificate: how much better any mixture could fit",
        Table(("", "value"), rows, "<>"),
        (found.message, *([short.message] if short is not None else [])),
        picture=lambda: certificate_figure(found),
        columns=lambda: {"mean": np.array(found.means), "excess": np.array(found.excess)},
    )


def _influence(found: Influence) -> Card:
    return Card(
        "Which values, left out, change the answer most",
        Table(_INFLUENTIAL.header, tuple(map(_INFLUENTIAL.cells, found.top)), _INFLUENTIAL.align),
        (found.message,),
        picture=lambda: influence_figure(found),
        columns=lambda: {"value": np.array(found.values), "one_step": np.array(found.one_step)},
    )


def _influential_cells(one: InfluentialValue) -> tuple[str, ...]:
    where = f" of {letter(one.component)}" if one.component is not None else " of all"
    what = f"{one.parameter}{where}" if one.parameter else "a component is lost"
    return plain(one.value), str(one.n_rows), what, f"{one.change:+.2f}", f"{one.one_step:+.2f}"


def _influential_line(one: InfluentialValue) -> str:
    value, _, what, change, _ = _influential_cells(one)
    return f"{value}: {what}" if not one.parameter else f"{value}: {what} moves by {change} standard errors"


def _dip(found: DipTest) -> Card:
    row = (plain(found.dip, 3), p_cell(found.p_value), f"{found.n:,}")
    note = found.message[:1].upper() + found.message[1:]
    return Card("Dip test of one mode", Table(("dip", "p", "values"), (row,), ">>>"), (f"{note}.",))


def _left_out(one: InfluentialValue) -> str:
    return "" if one.mixture is None else mixture_figure(one.mixture, title="The fit without the value")


_INFLUENTIAL = Kind(
    "value left out",
    "values left out",
    ("value", "rows", "parameter", "change in s.e.", "first order"),
    ">><>>",
    _influential_cells,
    _influential_line,
    alone=_left_out,
)
CARDS: dict[type, Callable[[Any], Card]] = {
    OrderTest: _order,
    GoodnessOfFit: _goodness,
    QuantilePlot: _qq,
    Certificate: _certificate,
    Influence: _influence,
    DipTest: _dip,
}
KINDS: dict[type, Kind] = {
    InfluentialValue: _INFLUENTIAL,
    Statistic: Kind(
        "statistic",
        "statistics",
        ("statistic", "p"),
        ">>",
        lambda one: (plain(one.statistic, 4), p_cell(one.p_value)),
        lambda one: f"{plain(one.statistic, 4)}, {p_words(one.p_value)}",
    ),
    ShortOfMass: Kind(
        "place short of mass",
        "places short of mass",
        ("mean", "weight", "gain in log-likelihood", ""),
        ">>><",
        lambda one: (plain(one.value), f"{plain(100.0 * one.weight, 3)} %", plain(one.gain, 3), one.message),
        lambda one: f"at {plain(one.value)}: {plain(one.gain, 3)} nats",
    ),
    Shape: Kind(
        "other shape",
        "other shapes",
        ("family", "components", "BIC against this fit"),
        "<>>",
        lambda one: (family_words(one.family), str(one.n_components), f"{one.difference:+.1f}"),
        lambda one: f"{one.n_components} {family_words(one.family)}, BIC {one.difference:+.1f}",
        none="None is compared.",
    ),
}
