"""Findings about the intervals: bounds that are open, and standard errors that mislead."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mix1d.outcome.maximum import Maximum
from mix1d.outcome.records import Finding
from mix1d.uncertainty.covariance import condition_number
from mix1d.uncertainty.intervals import Estimate
from mix1d.uncertainty.quantities import LOGARITHMS, LOGITS, Kind, normal_quantile, wald_bounds
from mix1d.words import letter, listed

# Coverage of 95 % intervals from standard errors fell to 87 % where components overlapped so much.
CONDITION = 1e4
FEW = 30.0  # values in a component
PARABOLA = 1.33  # how much longer or shorter than the Wald distance the profile's may be

_NAMES = {Kind.WEIGHT: "weight", Kind.MEAN: "mean", Kind.SD: "sd"}


def precision_findings(fit: Maximum, estimates: tuple[Estimate, ...]) -> Iterator[Finding]:
    """Yield the findings about the intervals of a fit.

    Parameters
    ----------
    fit : Maximum
        What was fitted.
    estimates : tuple of Estimate
        Profile intervals of all weights, means and sds of the components of positive weight, as in
        `Bounds`.
    """
    if not fit.determined or all(math.isnan(e.lower) for e in estimates):
        return
    n = len(fit.real)
    kinds = (Kind.WEIGHT, Kind.MEAN, Kind.SD)
    named = [
        (kinds[i // n], f"{_NAMES[kinds[i // n]]} of {letter(int(fit.real[i % n]))}", e)
        for i, e in enumerate(estimates)
        if not (fit.equal and kinds[i // n] is Kind.SD and i % n)
    ]
    if fit.equal and n > 1:
        named[-1] = (Kind.SD, "common sd", named[-1][2])
    yield from _open_bounds(named)
    yield from _misleading_errors(fit, named)


def _open_bounds(named: list[tuple[Kind, str, Estimate]]) -> Iterator[Finding]:
    for side in ("lower", "upper"):
        reasons: dict[str, list[str]] = {}
        for _, name, e in named:
            reason = e.open_lower if side == "lower" else e.open_upper
            if reason:
                reasons.setdefault(reason, []).append(name)
        for reason, names in reasons.items():
            yield Finding(
                "open_interval",
                f"The data set no {side} bound ({100 * named[0][2].level:g} %) to the {_and(names)}: "
                f"{reason}.",
                value=float(len(names)),
            )


def _misleading_errors(fit: Maximum, named: list[tuple[Kind, str, Estimate]]) -> Iterator[Finding]:
    reasons = []
    weights = fit.mixture[0]
    few = [
        f"{letter(j)} ({size:.1f})"
        for j in fit.real.tolist()
        if j not in fit.held and (size := float(weights[j]) * fit.sample.total_weight) < FEW
    ]
    if few and len(weights) > 1:
        reasons.append(f"few values in {_and(few)}")
    condition = condition_number(fit)
    if condition > CONDITION:
        reasons.append(f"parameters that are hardly told apart (condition number {condition:.1e})")
    bent = [name for kind, name, e in named if _is_bent(kind, e)]
    if bent:
        reasons.append(f"a log-likelihood that is no parabola in the {_and(bent)}")
    if reasons:
        yield Finding(
            "wald",
            f"Do not build intervals from the standard errors: {'; '.join(reasons)}. The profile intervals "
            "allow for that.",
            value=condition,
        )


def _is_bent(kind: Kind, e: Estimate) -> bool:
    """Whether the profile interval differs from the Wald interval by more than `PARABOLA`, on its scale."""
    if not e.standard_error > 0.0:
        return False
    z = normal_quantile(e.level)
    error = e.standard_error
    if kind in LOGITS:
        error /= e.value * (1.0 - e.value)
    elif kind in LOGARITHMS:
        error /= e.value
    for side, bound in ((-1.0, e.lower), (1.0, e.upper)):
        nearest, farthest = (
            wald_bounds(kind, e.value, error, z * factor)[side > 0.0] for factor in (1.0 / PARABOLA, PARABOLA)
        )
        if not side * nearest <= side * bound <= side * farthest:
            return True
    return False


def _and(words: list[str]) -> str:
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} others"]
    return listed(words)
