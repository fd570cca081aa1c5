"""The records that a result is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

from mix1d import showing
from mix1d.arrays import Array
from mix1d.data.apart import SetApart
from mix1d.model.mixture import Mixture
from mix1d.pickled import filled_in


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """One thing to know before believing a fit."""

    code: str
    """One word, from the list in `docs/findings.md`."""
    message: str
    """A sentence or two."""
    component: int | None = None
    """The component concerned, by its place in the mixture."""
    value: float | None = None
    """The number that the message is about."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
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
    family: str = "normal"
    """Of its components; ``"mixed"`` where each has its own."""
    background: bool = False
    """Whether it has a uniform component beside the others."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __setstate__(self, state: list[Any]) -> None:
        filled_in(self, state)


@showing.record
class Selection(tuple[Row, ...]):
    """The rows of `FitResult.selection`: a tuple that a notebook shows as a table."""

    criterion: str
    """The one that chose: ``"bic"``, ``"aic"`` or ``"icl"``."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame

    def __new__(cls, rows: Iterable[Row], criterion: str) -> Selection:  # noqa: D102
        selection = super().__new__(cls, rows)
        selection.criterion = criterion
        return selection

    def __getnewargs__(self) -> tuple[tuple[Row, ...], str]:
        return tuple(self), self.criterion


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class Optimum:
    """A local maximum found by the search."""

    mixture: Mixture
    log_likelihood: float
    penalised: float
    """Its penalised log-likelihood, by which optima are ranked."""
    regularized: bool
    """Whether only the penalty keeps it from collapsing."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


@showing.record
@dataclass(frozen=True, slots=True, eq=False, repr=False)
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

    to_dict = showing.to_dict
    to_frame = showing.to_frame


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
    """``"free"``, ``"equal"`` or ``"auto"``, or what else was assumed."""
    specification: Any = None
    """What was assumed beyond that; None in fits of earlier versions."""


class Apart(NamedTuple):
    """What was set apart of a column, and the column as it was before."""

    values: tuple[SetApart, ...] = ()
    heaped: tuple[float, ...] = ()
    column: Any = None
    """The whole sample, None where it is what was fitted."""


def plain(value: Any) -> Any:
    """Return records, mixtures and arrays as dicts, lists and numbers; numbers that are not finite as None.

    A mixture has its moments and, where not all are normal, its components with their own parameters. What
    a record keeps to be shown (fields without ``repr``) is left out.

    >>> plain((np.array([1.0, np.nan]), 2, "a"))
    [[1.0, None], 2, 'a']
    """
    if isinstance(value, Mixture):
        moments = {name: plain(getattr(value, name)) for name in ("weights", "means", "sds")}
        if all(component.family == "normal" for component in value.components):
            return moments
        components = [{"family": c.family, **plain(c.parameters)} for c in value.components]
        return {**moments, "components": components}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value) if field.repr}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
