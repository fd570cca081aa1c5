"""The first line of an answer: how many components, and how that number came about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from mix1d.data.recorded_sample import RecordedSample
from mix1d.model.families import NAMES
from mix1d.model.mixture import Mixture
from mix1d.outcome.criteria import rivals_of
from mix1d.outcome.findings import UNDECIDED
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Row
from mix1d.words import listed, plain


def headline(result: Outcome) -> str:
    """Return how many components there are, with the name of the variable.

    >>> import mix1d
    >>> headline(mix1d.fit([1.0, 1.2, 0.8, 1.1, 0.9, 5.0, 5.3, 4.6, 5.1, 4.8], 2, name="x"))
    'x: 2 components, as asked'
    """
    (chosen,) = (row for row in result.selection if row.chosen)
    name = f"{result.name}: " if result.name else ""
    numbers = sorted({row.n_components for row in result.selection})
    kinds = {row.sds for row in result.selection}
    k = chosen.n_components
    sds = f" with {chosen.sds} sds" if k > 1 and (chosen.sds == "equal" or len(kinds) > 1) else ""
    shape = "" if chosen.family in ("normal", "mixed") else f"{NAMES[chosen.family].said} "
    each = f" ({_each(chosen.mixture)})" if chosen.family == "mixed" else ""
    answer = f"{name}{k} {shape}component{'s' * (k != 1)}{each}{sds}"
    real = int(np.count_nonzero(chosen.mixture.weights))
    fewer = f", of which the data show only {real}" if real < k else ""
    if len(numbers) == 1:
        origin = "as asked" if result.asked.n_components is not None else "the only number tried"
        return f"{answer}, {origin}{_other_sds(result, chosen) if sds else ''}{fewer}"
    if not chosen.eligible:
        return f"{answer}{fewer}: only a penalty holds up each of {_ranges(numbers)}"
    tried = f"{_ranges(numbers)}{', free and equal sds' if len(kinds) > 1 else ''}"
    families = list(dict.fromkeys(row.family for row in result.selection))
    if len(families) > 1:
        tried += f", {len(families)} families"
    answer += f", chosen by {result.criterion.upper()} among {tried}{fewer}"
    rivals = rivals_of(result.selection, result.criterion)
    if not rivals:
        return f"{answer} (nothing else was eligible)"
    number, kind, difference, family = rivals[0]
    rival = f"{number}{f' {kind}' if len(kinds) > 1 and number > 1 else ''}"
    if len(families) > 1:
        rival = f"{number} {NAMES[family].said}"
    words = "undecided against" if difference < UNDECIDED else "second best:"
    return f"{answer} ({words} {rival}, {result.criterion.upper()} {difference:+.1f})"


def _each(mixture: Mixture) -> str:
    """Name the families of components that have their own.

    >>> from mix1d import Component
    >>> two = [Component("point_mass", value=0.0), Component("poisson", mean=2.0)]
    >>> _each(Mixture([0.2, 0.8], components=two))
    'point mass and Poisson'
    """
    counted = Counter(NAMES[component.family].said for component in mixture.components)
    return listed([said if n == 1 else f"{n} {said}" for said, n in counted.items()])


def sample_line(result: Outcome) -> str:
    """Return how many values there are.

    >>> import mix1d
    >>> sample_line(mix1d.fit([1.0, 2.0, 4.0]))
    '3 values'
    """
    n, total, sample = result.n_obs, result.total_weight, result.sample
    if isinstance(sample, RecordedSample) and sample.observations.histogram is not None:
        return f"{plain(total, 12)} values in {n} bins"
    words = f"{n:,} value{'s' * (n != 1)}" if n >= 10_000 else f"{n} value{'s' * (n != 1)}"
    return words if total == n else f"{words}, total weight {plain(total, 7)}"


def _other_sds(result: Outcome, chosen: Row) -> str:
    """Say how the kind of sds was chosen where the number of components was not."""
    others = rivals_of(result.selection, result.criterion)
    if not others:
        return ""
    return f" (sds chosen by {result.criterion.upper()}; {others[0].sds}: {others[0].difference:+.1f})"


def _ranges(ks: Sequence[int]) -> str:
    if len(ks) > 1 and ks[-1] - ks[0] == len(ks) - 1:
        return f"{ks[0]}..{ks[-1]}"
    return ", ".join(map(str, ks))
