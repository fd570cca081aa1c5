"""What was tried, how good each of it is, and which of it is chosen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mix1d import _core
from mix1d.native import Chart, chart_of
from mix1d.outcome.models import chart_of_fit, determined, family_of_fit, has_point, sds_of_fit
from mix1d.outcome.records import Asked, Row

if TYPE_CHECKING:
    from mix1d._core import Fitted


class Tried(NamedTuple):
    """What was tried and how good it is, as far as a choice depends on it; `Row` explains the fields."""

    n_components: int
    sds: str
    log_likelihood: float
    n_parameters: int
    aic: float
    bic: float
    icl: float
    eligible: bool
    chosen: bool
    family: str = "normal"
    background: bool = False


def n_parameters(n_components: int, equal: bool) -> int:
    """Return how many parameters AIC and BIC count.

    >>> n_parameters(3, equal=False), n_parameters(3, equal=True)
    (8, 6)
    """
    return _core.criteria(n_components, chart_of(equal), 0.0, 0.0, 1.0)[0]


def tried(
    n_components: int,
    chart: Chart,
    log_likelihood: float,
    entropy: float,
    eligible: bool,
    total_weight: float,
    *,
    sds: str,
    unseen: bool = False,
    chosen: bool = False,
    family: str = "normal",
) -> Tried:
    """Return a fit with its criteria; see `FitResult`. `entropy` is the sum of w_i times that of r_i.

    A component of which nothing but limits on one side are seen (`unseen`) has no mean and no sd to count.
    """
    background = chart.background and not has_point(chart)
    found = _core.criteria(
        n_components + int(background), chart, log_likelihood, entropy, total_weight, 2 * int(unseen)
    )
    return Tried(n_components, sds, log_likelihood, *found, eligible, chosen, family, background)


def table_of(rows: Sequence[Fitted], total_weight: float, index: int = -1) -> tuple[Tried, ...]:
    """Return all rows that were fitted; the one at `index` is the chosen one."""
    return tuple(
        tried(
            len(row["mixture"][0]),
            chart_of_fit(row),
            row["log_likelihood"],
            row["entropy"],
            determined(row),
            total_weight,
            sds=sds_of_fit(row),
            unseen=row.get("prop") == "unseen",
            chosen=i == index,
            family=family_of_fit(row),
        )
        for i, row in enumerate(rows)
    )


def evidence_weights(values: Sequence[float], eligible: Sequence[bool]) -> list[float]:
    """Return exp(-d / 2) of criteria, d their differences from the smallest, as shares of the eligible ones.

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
    table = table_of(rows, total_weight)
    return _core.choose(
        np.array([value_of(row, criterion) for row in table]),
        np.array([float(row.n_components) for row in table]),
        np.array([float(row.sds == "equal") for row in table]),
        np.array([float(row.eligible) for row in table]),
    )


class OtherModel(NamedTuple):
    """An eligible row that was not chosen."""

    n_components: int
    sds: str
    difference: float
    """How much worse its criterion is."""
    family: str = "normal"


def rivals_of(table: Sequence[Tried | Row], criterion: str) -> tuple[OtherModel, ...]:
    """Return the other eligible models, the best first."""
    (chosen,) = (row for row in table if row.chosen)
    if not chosen.eligible:
        return ()
    best = value_of(chosen, criterion)
    again = repeated(table) if chosen.n_components == 1 else ()
    others = [
        OtherModel(row.n_components, row.sds, value_of(row, criterion) - best, row.family)
        for i, row in enumerate(table)
        if row.eligible and not row.chosen and i not in again
    ]
    return tuple(sorted(others, key=lambda other: other.difference))


def largest_tried(table: Sequence[Tried | Row], asked: Asked, distinct: int) -> int | None:
    """Return the chosen number where it is the largest of several, and more could be estimated."""
    (k,) = (row.n_components for row in table if row.chosen)
    several = asked.n_components is None or len(asked.n_components) > 1
    largest = (
        several
        and k == max(row.n_components for row in table)
        and n_parameters(k + 1, equal=False) < distinct
    )
    return k if largest else None


def repeated(table: Sequence[Tried | Row]) -> set[int]:
    """Return the places of rows that are another row again: one component, with free and with equal sds."""
    again: set[int] = set()
    for family in dict.fromkeys(row.family for row in table):
        ones = [i for i, row in enumerate(table) if row.n_components == 1 and row.family == family]
        counts = [i for i in ones if table[i].chosen] or ones[:1]
        again |= set(ones) - set(counts)
    return again


def value_of(row: Tried | Row, criterion: str) -> float:
    """Return the criterion of that name."""
    return float(getattr(row, criterion))
