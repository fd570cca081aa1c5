"""Records of how the answer was chosen and reached: findings, rows of the selection, optima, steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mix1d.data.apart import SetApart
from mix1d.display.comparison import selection_table, selection_title
from mix1d.display.layout import Table
from mix1d.display.records.card import Card, Columns, Kind
from mix1d.display.records.figures import criterion_figure, mixture_figure, trace_figure
from mix1d.display.records.flat import columns_of_rows, dict_of
from mix1d.display.shapes import family_words
from mix1d.model.mixture import Mixture
from mix1d.model.plain_em import EM, EMStep
from mix1d.model.typical import centres, widths
from mix1d.outcome.records import Finding, Optimum, Row, Selection, Trace
from mix1d.words import letter, listed, near, plain

_FIRST, _LAST = 5, 5  # steps of a long trace that are shown
_STEPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # of plain EM that are shown, beside the last
_NAMED = 4  # values set apart, and means, that are listed


def _places(mixture: Mixture) -> str:
    """Return where the components of a mixture lie, in one cell."""
    pairs = zip(centres(mixture).tolist(), widths(mixture).tolist(), strict=True)
    words = [near(m, s, 2) for m, s in pairs]
    return ", ".join(words[:_NAMED] + ["..."] * (len(words) > _NAMED))


def _selection(rows: Selection) -> Card:
    return Card(
        selection_title(rows.criterion, rows),
        selection_table(rows, rows.criterion) if rows else None,
        picture=lambda: criterion_figure(rows, rows.criterion),
        columns=lambda: columns_of_rows(rows),
    )


def _row_cells(row: Row) -> tuple[str, ...]:
    return (
        str(row.n_components),
        family_words(row.family),
        row.sds,
        f"{row.log_likelihood:.2f}",
        str(row.n_parameters),
        f"{row.aic:.1f}",
        f"{row.bic:.1f}",
        f"{row.icl:.1f}",
        "chosen" if row.chosen else "undecided" if row.undecided else "" if row.eligible else "not eligible",
    )


def _row_line(row: Row) -> str:
    k, family, sds, log_likelihood, _, _, bic, _, verdict = _row_cells(row)
    what = f"{k} {family}{'s' * (k != '1') if family == 'normal' else ''}, {sds} sds"
    return ", ".join(filter(None, (what, f"log-likelihood {log_likelihood}", f"BIC {bic}", verdict)))


def _optimum_cells(one: Optimum) -> tuple[str, ...]:
    held = "by the penalty alone" if one.regularized else ""
    return f"{one.log_likelihood:.3f}", f"{one.penalised:.3f}", _places(one.mixture), held


def _step_cells(step: EMStep) -> tuple[str, ...]:
    return str(step.iteration), f"{step.log_likelihood:.4f}", _places(step.mixture)


def _apart_cells(one: SetApart) -> tuple[str, ...]:
    values = [plain(value) for value in one.values]
    shown = [*values[:_NAMED], f"{len(values) - _NAMED} more"] if len(values) > _NAMED + 1 else values
    what = "many equal values" if one.kind == "tie" else "far from all others"
    return listed(shown), str(one.count), f"{plain(100.0 * one.share, 3)} %", what, one.side


def _trace(steps: Trace) -> Card:
    n, k = len(steps.phase), steps.means.shape[1]
    newton = sum(phase == "newton" for phase in steps.phase)
    kept = [i for i in range(n) if i < _FIRST or i >= n - _LAST]
    rows: list[tuple[str, ...]] = []
    names = tuple(f"mean {letter(j)}" for j in range(min(k, _NAMED)))
    for i in kept:
        if rows and int(rows[-1][0]) != i:
            rows.append(("...", *[""] * (2 + len(names))))
        scale = steps.sds[i]
        means = (near(float(steps.means[i, j]), float(scale[j]), 3) for j in range(len(names)))
        rows.append((str(i + 1), steps.phase[i], f"{steps.log_likelihood[i]:.6f}", *means))
    header = ("step", "phase", "log-likelihood", *names)
    return Card(
        f"The last solve: {n} step{'s' * (n != 1)}, {newton} of them Newton steps",
        Table(
            header, tuple(rows), "><" + ">" * (len(header) - 2), spare=tuple(range(len(header) - 1, 2, -1))
        ),
        picture=lambda: trace_figure(steps),
        columns=lambda: _of_trace(steps),
    )


def _of_trace(steps: Trace) -> Columns:
    columns: dict[str, Any] = {"step": np.arange(len(steps.phase)), "phase": np.array(steps.phase)}
    columns |= {name: np.array(getattr(steps, name)) for name in ("penalty", "objective", "log_likelihood")}
    for one, several in (("weight", "weights"), ("mean", "means"), ("sd", "sds")):
        table = getattr(steps, several)
        columns |= {f"{one}_{j}": np.ascontiguousarray(table[:, j]) for j in range(table.shape[1])}
    return columns


def steps_shown(last: int) -> list[int]:
    """Return which steps of a run of EM are shown: the first, the last, and others ever further apart.

    >>> steps_shown(23)
    [0, 1, 2, 5, 10, 20, 23]
    """
    return sorted({i for i in _STEPS if i < last} | {last})


def _em(ready: EM) -> Card:
    steps = list(ready)
    last = len(steps) - 1
    rows = tuple(_step_cells(steps[i]) for i in steps_shown(last))
    return Card(
        f"Plain EM, {last} iteration{'s' * (last != 1)}",
        Table(("step", "log-likelihood", "means"), rows, ">><"),
        columns=lambda: columns_of_rows(steps),
    )


CARDS: dict[type, Callable[[Any], Card]] = {Selection: _selection, Trace: _trace, EM: _em}
KINDS: dict[type, Kind] = {
    Finding: Kind(
        "finding",
        "findings",
        ("code", "what to beware of"),
        "<<",
        lambda one: (one.code, one.message),
        lambda one: f"{one.code}: {one.message}",
        none="Nothing to beware of.",
    ),
    Row: Kind(
        "model that was tried",
        "models that were tried",
        ("k", "family", "sds", "log-lik.", "par.", "AIC", "BIC", "ICL", "verdict"),
        "><<>>>>><",
        _row_cells,
        _row_line,
        alone=lambda row: mixture_figure(row.mixture),
        spare=(4, 7, 5),
    ),
    Optimum: Kind(
        "optimum of the search",
        "optima of the search",
        ("log-likelihood", "penalised", "means", ""),
        ">><<",
        _optimum_cells,
        lambda one: f"log-likelihood {one.log_likelihood:.3f}, means {_places(one.mixture)}",
        alone=lambda one: mixture_figure(one.mixture),
    ),
    EMStep: Kind(
        "step of plain EM",
        "steps of plain EM",
        ("step", "log-likelihood", "means"),
        ">><",
        _step_cells,
        lambda one: f"{one.iteration}: log-likelihood {one.log_likelihood:.4f}, means {_places(one.mixture)}",
        alone=lambda one: mixture_figure(one.mixture, title=f"Step {one.iteration} of plain EM"),
    ),
    SetApart: Kind(
        "value or group set apart",
        "values or groups set apart",
        ("values", "rows", "share", "why", "side"),
        "<>><<",
        _apart_cells,
        lambda one: "{}: {} rows, {}, {}, {}".format(*_apart_cells(one)),
        none="Nothing was set apart.",
    ),
}
DICTS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Selection: lambda rows: {"criterion": rows.criterion, "rows": [dict_of(row) for row in rows]},
    EM: lambda ready: {"steps": [dict_of(step) for step in ready]},
}
