"""Observations as a sample: what the core fits, and values that stand for the rows where they are drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mix1d.arrays import Array
from mix1d.data.observations import Observations
from mix1d.data.sample import POOL_LIMIT, Sample
from mix1d.data.subsets import rounded_to
from mix1d.data.terms import Terms, terms_of
from mix1d.errors import InputError
from mix1d.native import Problem
from mix1d.pickled import filled_in

Range = tuple[float, float]
_OFF = 1e-3  # of a step that a value on a lattice may lie beside it


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RecordedSample(Sample):
    """Rows of which not all are exact values that any component may have made.

    `values` and `weights` stand for them: the middles of intervals, and the ends of half-lines.
    """

    observations: Observations
    terms: Terms
    component_of: tuple[int, ...] = ()
    """The component of each label."""
    background: Range | None = None
    """The ends of a uniform component beside the others."""
    pooled_values: Array | None = None
    """(m,), the values that the rows of the observations stand for, where those are pooled ones."""
    point: float | None = None
    """The value of a component that is one point."""

    def __setstate__(self, state: list[Any]) -> None:
        filled_in(self, state)

    @property
    def pooled(self) -> bool:
        """Whether the rows of the observations are pooled values, and not the caller's rows."""
        return self.pooled_values is not None

    @property
    def problem(self) -> Problem:
        """The rows as native functions take them."""
        ends = self.background if self.point is None else (self.point, self.point)
        observed = self.terms.observed(self.component_of, ends)
        return Problem(self.values, self.weights, observed=observed)

    @property
    def n_distinct(self) -> int:
        """Distinct rows."""
        return int(np.count_nonzero(self.terms.weight > 0.0))

    @property
    def constant(self) -> bool:
        """Whether all rows are the same exact value."""
        return self.n_distinct == 1 and self.terms.kind[0] == 0

    @property
    def step(self) -> float:
        """What values were rounded to, 0 when they were not."""
        return self.terms.step


def recorded_sample(
    observations: Observations,
    component_of: tuple[int, ...] = (),
    background: Range | None = None,
    point: float | None = None,
) -> RecordedSample:
    """Return observations as a sample.

    >>> recorded_sample(Observations([1.0, "<0.5", 3.0])).values
    array([0.5, 1. , 3. ])
    """
    terms = terms_of(observations)
    places = places_of(observations.lower, observations.upper)
    seen = terms.weight > 0.0
    values, at = np.unique(places_of(terms.lower[seen], terms.upper[seen]), return_inverse=True)
    weights = np.asarray(np.bincount(at, weights=terms.weight[seen]), np.float64)
    return RecordedSample(
        values,
        weights,
        observations.n_obs,
        observations.total_weight,
        observations.n_missing,
        observations.n_zero_weight,
        None,
        observations.name,
        places if len(places) <= POOL_LIMIT else None,
        observations=observations,
        terms=terms,
        component_of=component_of,
        background=background,
        point=point,
    )


def places_of(lower: Array, upper: Array) -> Array:
    """Return where rows lie: the middles of intervals, and the ends of half-lines.

    >>> places_of(np.array([1.0, 0.0, -np.inf]), np.array([1.0, 4.0, 3.0]))
    array([1., 2., 3.])
    """
    if np.array_equal(lower, upper):
        return lower.copy()
    with np.errstate(over="ignore", invalid="ignore"):
        middles = lower / 2 + upper / 2
    return np.select([lower == upper, lower == -np.inf, upper == np.inf], [lower, upper, lower], middles)


def as_exact(sample: Sample) -> Sample | None:
    """Return a sample as one of exact values: itself, or what rounded values were; None for all other rows.

    >>> from mix1d.data.sample import read_sample
    >>> rounded = as_rounded(read_sample([1.0, 2.0]), 1.0, np.array([True, True]))
    >>> as_exact(rounded).values, as_exact(recorded_sample(Observations([1.0, "<0.5"])))
    (array([1., 2.]), None)
    """
    if not isinstance(sample, RecordedSample):
        return sample
    observed = sample.observations
    rounded = observed.exact if observed.rounded is None else observed.exact | observed.rounded
    plain = observed.errors is None and observed.truncation is None and observed.labels is None
    if not plain or sample.background is not None or not bool(np.all(rounded)):
        return None
    return Sample(
        sample.values,
        sample.weights,
        sample.n_obs,
        sample.total_weight,
        sample.n_missing,
        sample.n_zero_weight,
        sample.step or None,
        sample.name,
        sample.rows,
    )


def on_one_lattice(sample: RecordedSample) -> bool:
    """Say whether all rows are values rounded to one lattice, and nothing else.

    >>> from mix1d.data.sample import read_sample
    >>> x, both = read_sample([1.0, 2.0, 2.5]), np.array([True, True, True])
    >>> on_one_lattice(as_rounded(x, 0.5, both)), on_one_lattice(as_rounded(x, 1.0, both))
    (True, False)
    """
    rounded = sample.observations.rounded
    if as_exact(sample) is None or rounded is None or not bool(np.all(rounded)):
        return False
    steps = (sample.values - sample.values[0]) / sample.step
    return bool(np.all(np.abs(steps - np.rint(steps)) < _OFF))


def check_exact(sample: Sample, what: str) -> None:
    """Raise `InputError` where a question can be answered for exact values only.

    >>> check_exact(recorded_sample(Observations([1.0, 2.0])), "influence")
    Traceback (most recent call last):
        ...
    mix1d.errors.InputError: influence is known for exact values only, got <Observations: n = 2, 1 to 2, \
2 exact>: leave it out
    """
    if not isinstance(sample, RecordedSample):
        return
    rounded = sample.step > 0.0
    found = (
        f"values rounded to {sample.step:.6g}, which are intervals" if rounded else repr(sample.observations)
    )
    advice = "fit with resolution=0" if rounded else "leave it out"
    raise InputError(f"{what} is known for exact values only, got {found}: {advice}")


def without(sample: Sample, values: Array) -> Sample:
    """Return a sample of exact values without some of them.

    >>> from mix1d.data.sample import read_sample
    >>> without(read_sample([1.0, 2.0, 2.0, 99.0]), np.array([99.0])).values
    array([1., 2.])
    """
    kept = ~np.isin(sample.values, values)
    weights = sample.weights[kept]
    rows = None if sample.rows is None else sample.rows[~np.isin(sample.rows, values)]
    left_out = float(sample.weights[~kept].sum())
    return replace(
        sample,
        values=sample.values[kept],
        weights=weights,
        n_obs=sample.n_obs - round(left_out) if rows is None else len(rows),
        total_weight=float(weights.sum()),
        rows=rows,
    )


def as_rounded(sample: Sample, step: float, rows: NDArray[np.bool_]) -> RecordedSample:
    """Return a pooled sample some values of which stand for x - step / 2 to x + step / 2.

    >>> from mix1d.data.sample import read_sample
    >>> found = as_rounded(read_sample([1.0, 2.0, 2.0, 2.5]), 1.0, np.array([True, True, False]))
    >>> found.problem.observed.a, found.total_weight
    (array([2.5, 0.5, 1.5]), 4.0)
    """
    pooled = Observations(sample.values, sample_weight=sample.weights, name=sample.name)
    found = recorded_sample(rounded_to(pooled, step, rows))
    counts = sample.n_obs, sample.n_missing, sample.n_zero_weight
    return with_counts(found, *counts, sample.rows, sample.values)


def with_counts(
    found: RecordedSample, n_obs: int, n_missing: int, n_zero_weight: int, rows: Array | None, values: Array
) -> RecordedSample:
    """Return a sample of pooled `values` with the counts and `rows` of the column they were pooled from."""
    return replace(
        found,
        n_obs=n_obs,
        n_missing=n_missing,
        n_zero_weight=n_zero_weight,
        rows=rows,
        pooled_values=values,
    )
