"""The records that a result is made of, and how they come from what the native search returns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.data.sample import Sample
from mix1d.model.mixture import Mixture

if TYPE_CHECKING:
    from mix1d._core import Fitted


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `FitResult.selection`: what was tried, and how good it is."""

    n_components: int
    sds: str
    """``"free"`` or ``"equal"``."""
    log_likelihood: float
    n_parameters: int
    aic: float
    bic: float
    icl: float
    converged: bool
    regularized: bool
    eligible: bool
    """False for a regularized fit: its likelihood is not a maximum."""
    chosen: bool
    mixture: Mixture
    evidence_weight: float
    """exp(-d / 2), d the difference in the criterion from the best, as a share of all eligible rows; 0 for
    the others. For BIC an approximate posterior probability (Burnham & Anderson 2002, section 2.9)."""
    undecided: bool
    """Whether it is eligible, not chosen, and within 2 of the chosen row's criterion."""
    separation: float
    """Smallest Ashman's D of two neighbouring components; NaN for one component."""
    findings: tuple[str, ...]
    """Codes of what to know about this row; see `docs/findings.md`."""


class Selection(tuple[Row, ...]):
    """The rows of `FitResult.selection`: a tuple that a notebook shows as a table."""

    criterion: str
    """The one that chose: ``"bic"``, ``"aic"`` or ``"icl"``."""

    def __new__(cls, rows: Iterable[Row], criterion: str) -> Selection:
        selection = super().__new__(cls, rows)
        selection.criterion = criterion
        return selection

    def __getnewargs__(self) -> tuple[tuple[Row, ...], str]:
        return tuple(self), self.criterion

    def _repr_html_(self) -> str:
        from mix1d.display.html import selection_html

        return selection_html(self, self.criterion)


@dataclass(frozen=True, slots=True)
class Optimum:
    """A local maximum found by the search."""

    mixture: Mixture
    log_likelihood: float
    penalised: float
    """Its penalised log-likelihood, by which optima are ranked."""
    regularized: bool
    """Whether only the penalty keeps it from collapsing."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The last solve, step by step; the last entry is the reported fit."""

    phase: tuple[str, ...]
    """(n_iter,), ``"em"`` or ``"newton"``."""
    penalty: Array
    """(n_iter,), the factor of the penalty."""
    objective: Array
    """(n_iter,), the penalised log-likelihood, which never falls within a phase."""
    log_likelihood: Array
    """(n_iter,)"""
    weights: Array
    """(n_iter, k)"""
    means: Array
    """(n_iter, k)"""
    sds: Array
    """(n_iter, k)"""


class Asked(NamedTuple):
    """What the caller of `fit` asked for, as far as the result depends on it."""

    criterion: str
    highest: bool
    tol: float
    max_iter: int
    weighted: bool
    started: bool
    n_components: tuple[int, ...] | None
    """None where they were left to `fit`."""
    sds: str
    """``"free"``, ``"equal"`` or ``"auto"``."""


class Criteria(NamedTuple):
    """Number of parameters and the criteria of one fit; smaller is better."""

    n_parameters: int
    aic: float
    bic: float
    icl: float


def criteria(fitted: Fitted, total_weight: float) -> Criteria:
    """Return AIC, BIC and ICL; see `FitResult`."""
    k = len(fitted["mixture"][0])
    n_parameters = 2 * k if fitted["equal"] else 3 * k - 1
    deviance = -2.0 * fitted["log_likelihood"]
    bic = deviance + n_parameters * float(_core.log(np.array([total_weight]))[0])
    return Criteria(n_parameters, deviance + 2.0 * n_parameters, bic, bic + 2.0 * fitted["entropy"])


def evidence_weights(values: Sequence[float], eligible: Sequence[bool]) -> list[float]:
    """Return exp(-d / 2) of criteria, d their differences from the smallest, as shares of the eligible ones.

    Examples
    --------
    >>> evidence_weights([10.0, 10.0, 0.0], [True, True, False])
    [0.5, 0.5, 0.0]
    """
    if not any(eligible):
        return [0.0] * len(values)
    best = min(value for value, counts in zip(values, eligible, strict=True) if counts)
    halves = np.array([-0.5 * max(value - best, 0.0) for value in values])
    shares = [share if counts else 0.0 for share, counts in zip(_core.exp(halves), eligible, strict=True)]
    total = math.fsum(shares)
    return [float(share) / total for share in shares]


def separation_of(mixture: Arrays) -> float:
    """Return the smallest Ashman's D of neighbours among the components of positive weight, NaN for one."""
    real = np.flatnonzero(mixture[0])
    means, sds = mixture[1][real], mixture[2][real]
    if len(real) < 2:
        return math.nan
    widest = float(np.max(sds))
    spread = np.sqrt(0.5 * ((sds[1:] / widest) ** 2 + (sds[:-1] / widest) ** 2))
    faint = (
        spread == 0.0
    )  # beside a component so wide, squares are lost: each of the pair in the wider one's sd
    with np.errstate(over="ignore", under="ignore"):  # halves, so that the difference stays finite
        unit = np.where(faint, np.maximum(sds[1:], sds[:-1]), widest)
        pair = np.sqrt(0.5 * ((sds[1:] / unit) ** 2 + (sds[:-1] / unit) ** 2))
        return float(
            np.min((0.5 * means[1:] - 0.5 * means[:-1]) / unit * (2.0 / np.where(faint, pair, spread)))
        )


def stop_reason(fitted: Fitted, tol: float) -> str:
    """Return the word of `FitResult.stop_reason`."""
    if fitted["converged"]:
        return "decrement"
    if not fitted["positive_definite"] and fitted["decrement"] < tol:
        return "flat"
    return "max_iter" if fitted["max_iter_reached"] else "stalled"


def choose(rows: Sequence[Fitted], criterion: str, total_weight: float) -> int:
    """Return the index of the chosen row.

    The smallest criterion among the rows that are not regularized; when all are, one component, or else the
    fewest that were tried. Ties: fewer components, then equal sds.
    """
    if len(rows) == 1:
        return 0
    values = [float(getattr(criteria(row, total_weight), criterion)) for row in rows]
    sizes = [float(len(row["mixture"][0])) for row in rows]
    equal = [float(row["equal"]) for row in rows]
    eligible = [float(not row["regularized"]) for row in rows]
    return _core.choose(np.array(values), np.array(sizes), np.array(equal), np.array(eligible))


def trace_of(fitted: Fitted, sample: Sample, asked: Asked) -> Trace:
    """Run the last solve again and keep its steps."""
    phases, penalty, objective, log_likelihood, steps = _core.replay(
        sample.values,
        sample.weights,
        sample.resolution or 0.0,
        *fitted["start"],
        equal=fitted["equal"],
        plain=asked.started or (asked.highest and fitted["sound"] and not fitted["equal"]),
        held=fitted["collapsed"] >= 0,
        tol=asked.tol,
        max_iter=asked.max_iter,
    )
    parameters = steps.reshape(len(phases), 3, len(fitted["start"][0]))
    if fitted["null_components"]:
        parameters = _padded(parameters, fitted["mixture"])
    weights, means, sds = (np.ascontiguousarray(parameters[:, i]) for i in range(3))
    for array in (penalty, objective, log_likelihood, weights, means, sds):
        array.setflags(write=False)
    return Trace(tuple(phases), penalty, objective, log_likelihood, weights, means, sds)


def _padded(steps: Array, mixture: Arrays) -> Array:
    """Put the components of weight 0 into the steps (m, 3, real) of a solve that left them out."""
    real = np.flatnonzero(mixture[0])
    order = np.lexsort((steps[-1, 2], steps[-1, 1]))
    padded = np.tile(np.array(mixture), (len(steps), 1, 1))
    padded[:, :, real] = steps[:, :, order]
    return padded


class OtherModel(NamedTuple):
    """An eligible row that was not chosen."""

    n_components: int
    sds: str
    difference: float
    """How much worse its criterion is."""


def rivals_of(selection: Sequence[Row], criterion: str) -> tuple[OtherModel, ...]:
    """Return the other eligible models, the best first."""
    (chosen,) = (row for row in selection if row.chosen)
    if not chosen.eligible:
        return ()
    best = float(getattr(chosen, criterion))
    others = [
        OtherModel(row.n_components, row.sds, float(getattr(row, criterion)) - best)
        for row in selection
        if row.eligible and not row.chosen and not same_model(row, chosen)
    ]
    return tuple(sorted(others, key=lambda other: other.difference))


def largest_tried(selection: Sequence[Row], asked: Asked, distinct: int) -> int | None:
    """Return the chosen number where it is the largest of several, and more could be estimated."""
    (k,) = (row.n_components for row in selection if row.chosen)
    several = asked.n_components is None or len(asked.n_components) > 1
    # of k + 1 components there are 3 (k + 1) - 1 parameters
    largest = several and k == max(row.n_components for row in selection) and 3 * k + 2 < distinct
    return k if largest else None


def same_model(row: Row, chosen: Row) -> bool:
    """Say whether another row is the chosen model again: one component, with free and with equal sds."""
    return not row.chosen and row.n_components == chosen.n_components == 1


def plain(value: Any) -> Any:
    """Return records, mixtures and arrays as dicts, lists and numbers; numbers that are not finite as None.

    Examples
    --------
    >>> plain((np.array([1.0, np.nan]), 2, "a"))
    [[1.0, None], 2, 'a']
    """
    if isinstance(value, Mixture):
        return {name: getattr(value, name).tolist() for name in ("weights", "means", "sds")}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
