"""What a fit does with a column before it believes a table: rounding, piles and strays.

In this order. Piles, values that many rows share, are set apart before the search. Where the values lie on a
lattice, and a component of a fit that could be chosen is so narrow that rounding matters, they become
intervals, and all is fitted anew. Then strays, and ties that a component stands on, are set apart, and the
rest is fitted anew, at most five times (`mix1d.data.strays`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.apart import SetApart, of_pile, of_stray
from mix1d.data.arguments import is_auto
from mix1d.data.piles import ROWS, Pile, piles_of
from mix1d.data.recorded_sample import RecordedSample, as_rounded, recorded_sample, without
from mix1d.data.rounding import Lattice, lattice_of, matters
from mix1d.data.sample import Sample
from mix1d.data.strays import FEW, FEW_SHARE, ROUNDS, Stray, stray_in
from mix1d.data.subsets import exact_values, rounded_to
from mix1d.fitting.task import Task, best, could_be_chosen
from mix1d.outcome.criteria import Tried, value_of
from mix1d.outcome.models import arrays_of

if TYPE_CHECKING:
    from mix1d._core import Fitted


# The fewest values, and rows, of a column whose lattice is looked at: fewer intervals do not tell two
# populations apart, and of fewer rows a step is not known.
FEWEST, FEWEST_ROWS = 6, 20.0


class Solved(NamedTuple):
    """The table of a column, and what was done with the column for it."""

    sample: Sample
    """What was fitted."""
    rows: list[Fitted]
    numbers: tuple[int, ...]
    """The numbers of components that were tried."""
    apart: tuple[SetApart, ...] = ()
    heaped: tuple[float, ...] = ()
    """Values inside that rows favour, which is no reason to set them apart."""


def solve(task: Task, sample: Sample, *, round_off: bool, set_apart: bool) -> Solved:
    """Return the table of a pooled sample; `round_off` and `set_apart`: whether these rules are asked for."""
    if isinstance(sample, RecordedSample):
        return _of_recorded(task, sample, round_off)
    if sample.constant or sample.sketch is not None or task.counts(sample):
        numbers = task.numbers(sample)
        return Solved(sample, task.rows(sample, numbers), numbers)
    lattice = lattice_of(sample.values, sample.weights) if round_off or set_apart else None
    apart: list[SetApart] = []
    heaped: tuple[float, ...] = ()
    values = task.specification.set_apart
    if isinstance(values, tuple):
        sample = _without_given(sample, values, apart)
    elif set_apart:
        found = piles_of(sample.values, sample.weights, lattice)
        heaped = tuple(pile.value for pile in found.heaped)
        sample = _without_piles(sample, found.piles, task, apart)
    widens = round_off and lattice is not None and _enough_for_a_lattice(sample.weights)
    solver = _Solver(task, sample, lattice if widens else None)
    # a solve from a start has its components: none is to lose its values
    if set_apart and task.start is None:
        total = float(sample.weights.sum()) + sum(one.weight for one in apart)
        for _ in range(ROUNDS):
            stray = solver.stray(lattice)
            if stray is None or not solver.leave_out(stray):
                break
            apart.append(of_stray(stray, total))
        if len(solver.numbers) > 1:
            solver.pass_over()
    return Solved(solver.sample, solver.rows, solver.numbers, tuple(apart), heaped)


def _of_recorded(task: Task, sample: RecordedSample, round_off: bool) -> Solved:
    """Return the table of rows of which some may be exact values on a lattice that matters."""
    numbers = task.numbers(sample)
    rows = task.rows(sample, numbers)
    observations = sample.observations
    if not round_off or observations.resolution != "auto" or sample.pooled or task.counts(sample):
        return Solved(sample, rows, numbers)
    values, weights = exact_values(observations)
    lattice = lattice_of(values, weights) if _enough_for_a_lattice(weights) else None
    near = could_be_chosen(rows, task.criterion, sample.total_weight)
    error = 0.0 if observations.errors is None else float(observations.errors.min())
    if lattice is None or not any(matters(lattice.step, math.hypot(narrowest(row), error)) for row in near):
        return Solved(sample, rows, numbers)
    on = lattice.holds(observations.lower) & observations.exact
    rounded = recorded_sample(
        rounded_to(observations, lattice.step, on), sample.component_of, sample.background, sample.point
    )
    return Solved(rounded, task.rows(rounded, numbers), numbers)


class _Solver:
    """A sample of exact values, and the table of it, or of it as rounded values where that matters."""

    def __init__(self, task: Task, values: Sample, lattice: Lattice | None) -> None:
        self.task, self.values, self._lattice = task, values, lattice
        self._fit()

    def _fit(self) -> None:
        self.sample = self.values
        self.numbers = self.task.numbers(self.values)
        self.rows = self.task.rows(self.values, self.numbers)
        lattice = self._lattice
        if lattice is None or self.values.constant:
            return
        near = could_be_chosen(self.rows, self.task.criterion, self.values.total_weight)
        if any(matters(lattice.step, narrowest(row)) for row in near):
            self.sample = as_rounded(self.values, lattice.step, lattice.holds(self.values.values))
            self.rows = self.task.rows(self.sample, self.numbers)

    def stray(self, lattice: Lattice | None) -> Stray | None:
        """Return what the answer, or the row with the best criterion, stands on that is no population."""
        if self.values.constant or not any(_may_stand_on_strays(row) for row in self.rows):
            return None
        places = best(self.rows, self.task.criterion, self.values.total_weight)
        for place in dict.fromkeys(places):
            row = self.rows[place]
            if not _may_stand_on_strays(row):
                continue
            found = stray_in(
                self.values.values,
                self.values.weights,
                posterior_of(row, self.values.values),
                row["collapsed"],
                row["equal"],
                lattice,
            )
            if found is not None:
                return found
        return None

    def pass_over(self) -> None:
        """Fit anew without the optima that collapse, where one of them would be better than the answer."""
        chosen, best_of_all = best(self.rows, self.task.criterion, self.values.total_weight)
        if chosen != best_of_all:
            self.task = self.task._replace(pass_over=True)
            self._fit()

    def leave_out(self, stray: Stray) -> bool:
        """Fit the rest anew, if there is enough of it."""
        rest = without(self.values, stray.values)
        if not enough(rest, self.task):
            return False
        self.values = rest
        self._fit()
        return True


def _may_stand_on_strays(row: Fitted) -> bool:
    return len(row["mixture"][0]) > 1 and (row["collapsed"] >= 0 or row["equal"])


def _enough_for_a_lattice(weights: Array) -> bool:
    return len(weights) >= FEWEST and float(weights.sum()) >= FEWEST_ROWS


def narrowest(row: Fitted) -> float:
    """Return the least sd of the components of positive weight."""
    weights, _, sds = row["mixture"]
    return float(np.min(sds[weights > 0.0]))


def posterior_of(row: Fitted, values: Array) -> Array:
    """Return the probability of each component given each value, (m, k)."""
    return _core.responsibilities(values, arrays_of(row))


def enough(sample: Sample, task: Task) -> bool:
    """Return whether a sample can be fitted as asked: it has as many distinct values as components."""
    asked, named = task.n_components, task.specification.length
    least = (named or 2) if is_auto(asked) else max(np.atleast_1d(np.array(asked, dtype=object)).tolist())
    return len(sample.values) >= max(2, int(least))


def _without_given(sample: Sample, values: Sequence[float], apart: list[SetApart]) -> Sample:
    """Set apart the values that the caller names, as far as they occur."""
    total = float(sample.weights.sum())
    for value in values:
        place = int(np.searchsorted(sample.values, value))
        if place == len(sample.values) or sample.values[place] != value:
            continue
        weight = float(sample.weights[place])
        last = len(sample.values) - 1
        side = "lowest" if place == 0 else "highest" if place == last else "inside"
        apart.append(of_pile(Pile(float(value), weight, weight / total, side)))
    return _without_all(sample, [one.values for one in apart])


def _without_all(sample: Sample, values: Sequence[tuple[float, ...]]) -> Sample:
    """Return the rest, of which values are taken one after the other, as those of a saved result are."""
    for some in values:
        sample = without(sample, np.array(some))
    return sample


def _without_piles(sample: Sample, piles: Sequence[Pile], task: Task, apart: list[SetApart]) -> Sample:
    """Set apart the piles of a column, if enough is left of it."""
    rest = _without_all(sample, [(pile.value,) for pile in piles])
    if not piles or not enough(rest, task):
        return sample
    apart += [of_pile(pile) for pile in piles]
    return rest


def judged_alone(sample: Sample, table: Sequence[Tried], criterion: str, smallest: float) -> bool:
    """Return whether one of these rules may be about a column that was fitted as one of many.

    `smallest`: the least weight of a component of the chosen fit, in rows.
    """
    if sample.constant:
        return False
    if sample.resolution is not None or lattice_of(sample.values, sample.weights) is not None:
        return True
    if float(sample.weights.max()) >= ROWS and piles_of(sample.values, sample.weights).piles:
        return True
    best_of_all = min(table, key=lambda row: value_of(row, criterion))
    (chosen,) = (row for row in table if row.chosen)
    if not (chosen.eligible and best_of_all.eligible):
        return True
    return chosen.sds == "equal" and smallest <= max(FEW, FEW_SHARE * sample.total_weight) + 1.0
