"""The two sides of a cut: which populations were meant, by letter or index."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from mix1d.arrays import Array
from mix1d.errors import InputError, shown
from mix1d.model.families import FAMILIES, POINT_MASS
from mix1d.outcome.maximum import Maximum, maximum_of
from mix1d.outcome.models import undetermined
from mix1d.outcome.outcome import Outcome
from mix1d.words import letter, listed

ALONE = ("specificity", "sds")  # rules that ask for nothing above


class Pair(NamedTuple):
    """The two sides of a cut, and what of them the core can be asked."""

    fit: Maximum
    numbers: tuple[int, ...]
    """The population below and the one above in the mixture; one alone where there is one."""
    below: int
    """The place of the population below among those of positive weight."""
    counts: bool

    @property
    def last(self) -> int:
        """The place of the highest population."""
        return len(self.fit.real) - 1

    @property
    def arrays(self) -> Sequence[Array]:
        """All populations without point masses, as the core takes them."""
        arrays: Sequence[Array] = self.fit.real_arrays
        if len(arrays) == 3:
            return arrays
        kept = arrays[3] != POINT_MASS.number
        return [np.ascontiguousarray(array[kept]) for array in arrays]

    @property
    def place(self) -> int:
        """The place of the population below among `arrays`."""
        return self.below - (len(self.fit.real) - len(self.arrays[0]))

    @property
    def words(self) -> tuple[str, str]:
        """Both sides in letters."""
        points = len(self.fit.real) - len(self.arrays[0])
        real = [letter(int(j)) for j in self.fit.real]
        return listed(real[points : self.below + 1]), listed(real[self.below + 1 :]) if self.two else ""

    @property
    def two(self) -> bool:
        """Whether there is a population above."""
        return len(self.numbers) > 1

    def at(self, x: float) -> float:
        """Return where to ask about a cut: of counts between two of them, so that rounding is nothing."""
        return math.floor(x) + 0.5 if self.counts else x


def pair_of(outcome: Outcome, between: Any, rule: str) -> Pair:
    """Return the two neighbours that were asked for, or the only population, or raise `InputError`."""
    fit = maximum_of(outcome)
    real = fit.real.tolist()
    families = [] if fit.families is None else [FAMILIES[int(n)] for n in fit.families[3].tolist()]
    points = [j for j in real if families and families[j] is POINT_MASS]
    populations = [j for j in real if j not in points]
    numbers = _numbers(between, populations, points, len(fit.mixture[0]), rule)
    for j in numbers:
        if j == undetermined(outcome.fitted):
            raise InputError(
                f"between must be populations whose place the data determine, got {letter(j)}, of which only "
                "limits or a slope are seen: fit fewer components"
            )
        if not fit.mixture[2][j] > 0.0:
            raise InputError(
                f"between must be populations with a spread, got {letter(j)}, whose values differ by their "
                "errors alone: any number beside it separates it"
            )
    counts = any(families[j].space == "count" for j in populations) if families else False
    return Pair(fit, numbers, real.index(numbers[0]), counts)


def _numbers(between: Any, populations: list[int], points: list[int], k: int, rule: str) -> tuple[int, ...]:
    """Return the two neighbours that were asked for."""
    neighbours = [f"({letter(i)!r}, {letter(j)!r})" for i, j in itertools.pairwise(populations)]
    if between is None:
        if len(populations) == 2:
            return populations[0], populations[1]
        if len(populations) == 1:
            if rule in ALONE:
                return (populations[0],)
            allowed = listed([f'"{name}"' for name in ALONE], "or")
            raise InputError(
                f'rule must be {allowed} where there is one population, got "{rule}": there is nothing above '
                "to tell it from"
            )
        raise InputError(
            f"between must be given where there are {len(populations)} populations: pass "
            f"{listed(neighbours, 'or')}"
        )
    several = isinstance(between, str | list | tuple) or (isinstance(between, np.ndarray) and between.ndim)
    sides = list(between) if several else [between]
    found = sorted({_index(side, k) for side in sides})
    for j in found:
        if j in points:
            raise InputError(
                f"between must be populations with a spread, got {letter(j)}, a single value: values equal "
                "to it belong to it, and need no cut-off"
            )
        if j not in populations:
            raise InputError(f"between must be components that have values, got {letter(j)}: its weight is 0")
    places = [populations.index(j) for j in found]
    if len(found) == 1 and len(populations) == 1 and rule in ALONE:
        return (found[0],)
    if len(places) != 2 or places[1] - places[0] != 1:
        what = listed(neighbours, "or") if neighbours else "nothing: there is one population"
        raise InputError(f"between must be two neighbours, got {shown(between)}: pass {what}")
    return found[0], found[1]


def _index(side: Any, k: int) -> int:
    """Return the index of a component that is called by its letter or its number."""
    for j in range(k):
        if isinstance(side, str) and side == letter(j):
            return j
    try:
        j = -1 if isinstance(side, bool | np.bool_) else operator.index(side)
    except TypeError:
        j = -1
    if not 0 <= j < k:
        letters = f"{letter(0)} to {letter(k - 1)}" if k > 1 else letter(0)
        raise InputError(f"between must have letters from {letters} or indices from 0, got {shown(side)}")
    return j
