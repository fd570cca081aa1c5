"""Observations as parts of a fit want them: some rows, rows as rounded, the plain sample, exact values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.observations import Observations, remade
from mix1d.data.recorded import total_of
from mix1d.data.rounding import widened
from mix1d.data.sample import LargeSample, Sample, read_sample
from mix1d.data.windows import Windows, cut
from mix1d.errors import InputError, InternalError


def sample_of(observations: Observations, threads: int | None = None) -> Sample | LargeSample:
    """Return the pooled sample of plain observations, as `read_sample` makes it of the same column.

    >>> sample_of(Observations([2.0, 1.0, 2.0])).weights
    array([1., 2.])
    """
    if not observations.plain:
        raise InputError(
            f"data must be exact values without errors, truncation and labels here, got {observations!r}: "
            "use a verb that takes Observations"
        )
    found = read_sample(
        observations.lower, observations.sample_weight, name=observations.name, threads=threads
    )
    return replace(found, n_missing=observations.n_missing, n_zero_weight=observations.n_zero_weight)


def rounded_to(observations: Observations, step: float, rows: NDArray[np.bool_]) -> Observations:
    """Return the same with some exact rows standing for x - step / 2 to x + step / 2.

    >>> obs = rounded_to(Observations([1.0, 2.0, 2.25]), 1.0, np.array([True, True, False]))
    >>> obs.lower.tolist(), obs.upper.tolist()
    ([0.5, 1.5, 2.25], [1.5, 2.5, 2.25])
    """
    chosen = np.asarray(rows, bool) & observations.exact
    lower, upper = widened(observations.lower, observations.upper, step, chosen)
    n_cut = observations.n_cut
    if observations.truncation is not None:
        lower, upper, changed = cut(lower, upper, observations.truncation)
        n_cut += int(np.count_nonzero(changed))
    changes = {"lower": lower, "upper": upper, "resolution": float(step), "rounded": chosen, "n_cut": n_cut}
    return remade(observations, **changes)


def exact_values(observations: Observations) -> tuple[Array, Array]:
    """Return the distinct exact values, rising, and their summed weights: what lattices and piles are of.

    >>> exact_values(Observations([2.0, 1.0, 2.0, "<1"]))
    (array([1., 2.]), array([1., 2.]))
    """
    rows = observations.exact
    if not rows.any():
        return np.empty(0), np.empty(0)
    weights = None if observations.sample_weight is None else observations.sample_weight[rows]
    pooled, _ = _core.pool(observations.lower[rows], weights, False)
    if pooled is None:
        raise InternalError("exact values could not be pooled: please report it")
    return pooled[0], pooled[1]


def selected(observations: Observations, rows: NDArray[np.bool_]) -> Observations:
    """Return some of the rows, of which at least one must be.

    >>> obs = Observations([1.0, 2.0, 99.0], errors=[0.1, 0.2, 0.3])
    >>> selected(obs, np.array([True, True, False]))
    <Observations: n = 2, 1 to 2, 2 exact, errors 0.1 to 0.2>
    """
    keep = np.asarray(rows, bool)
    by_row = ("lower", "upper", "sample_weight", "errors", "labels", "rounded")
    parts = {name: getattr(observations, name) for name in by_row}
    changes = {name: None if part is None else part[keep] for name, part in parts.items()}
    windows, index = observations.truncation, observations.origin.index
    return remade(
        observations,
        **changes,
        truncation=None if windows is None else Windows(windows.low[keep], windows.high[keep]),
        total_weight=total_of(changes["sample_weight"], int(np.count_nonzero(keep))),
        histogram=observations.histogram if keep.all() else None,
        origin=replace(observations.origin, index=None if index is None else index[keep]),
    )
