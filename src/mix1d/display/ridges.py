"""Many fits as one picture, as numbers: a curve and cut-offs for each, on a common axis."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.diagnostics.findings import findings
from mix1d.display.alike import alike
from mix1d.display.bottom_line import answer_of
from mix1d.display.curves import component_densities, component_masses, curve_places
from mix1d.display.few_words import in_few_words
from mix1d.display.picture import ends_of
from mix1d.display.shapes import family_words
from mix1d.model.mixture import Mixture
from mix1d.model.thresholds import Threshold
from mix1d.model.typical import centres, meet, widths
from mix1d.outcome.outcome import Outcome, facts_of
from mix1d.uncertainty.derived import thresholds
from mix1d.words import near, visible

_MARGIN = 0.02  # of the range, on either side
_FAR = 3.0  # median widths beyond most of the others: a single wide fit does not squash them
_MOST = 0.1  # of the fits at either end, that is
_OWN, _SQUASHED = 0.1, 0.25  # a column narrower than this share of the axis is squashed; so many may be
_LONGEST_NAME = 40


@dataclass(frozen=True, eq=False)
class Ridge:
    """One fit among many."""

    name: str
    n: float
    """Its values, or their weight where that is all there is; NaN where it is not known."""
    mixture: Mixture | None
    """None where it was not fitted."""
    cuts: tuple[Threshold, ...] = ()
    """Where neighbours are equally probable, with intervals where these are known."""
    words: str = ""
    """The bottom line in few words, or what to beware of."""
    error: str = ""
    """Why it was not fitted."""

    @property
    def k(self) -> int:
        """How many components there are."""
        return 0 if self.mixture is None else len(self.mixture.weights)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Where most of the mixture lies; NaN where there is none."""
        if self.mixture is None:
            return math.nan, math.nan
        low, high = ends_of(self.mixture).tolist()
        return (low, high) if math.isfinite(high - low) else (math.nan, math.nan)

    def places(self, *, shares: bool = False) -> list[tuple[str, str]]:
        """Return centres of components and cut-offs as they follow each other, in words, with what they are.

        What they are is "centre" or "cut"; centres are followed by the shares where these are asked for.
        """
        if self.mixture is None:
            return []
        spread = widths(self.mixture)
        found = [
            (x, near(x, sd, 1) + (f" ({100.0 * weight:.0f} %)" if shares else ""), "centre")
            for x, sd, weight in zip(
                centres(self.mixture).tolist(), spread.tolist(), self.mixture.weights.tolist(), strict=True
            )
            if weight > 0.0
        ]
        found += [
            (cut.value, near(cut.value, float(spread[[cut.below, cut.above]].min()), 1), "cut")
            for cut in self.cuts
        ]
        return [(words, what) for _, words, what in sorted(found)]


@dataclass(frozen=True, eq=False)
class Ridges:
    """Many fits, in the order given."""

    label: str
    """What the values are, or "value"."""
    heading: str
    """What a fit is of: "group" or "column", or what tells the groups."""
    rows: tuple[Ridge, ...]
    apart: bool = False
    """Whether they may be of different quantities, as the columns of a table are."""

    @cached_property
    def numbers(self) -> tuple[tuple[int, ...], ...]:
        """For each row the number of each component, the same for those in the same place; see `alike`.

        Where rows cannot be compared it is their own.
        """
        if not self.comparable:
            return tuple(tuple(range(row.k)) for row in self.rows)
        return tuple(
            alike([np.empty(0) if row.mixture is None else centres(row.mixture) for row in self.rows])
        )

    @cached_property
    def limits(self) -> tuple[float, float]:
        """The range of the common axis: of all rows, but not as far as a few go beyond the others."""
        ends = np.array([row.ends for row in self.rows if math.isfinite(row.ends[0])])
        if not len(ends):
            return 0.0, 1.0
        low, high = ends.T
        far = _FAR * float(np.median(high - low))
        least = max(float(low.min()), float(np.quantile(low, _MOST)) - far)
        most = min(float(high.max()), float(np.quantile(high, 1.0 - _MOST)) + far)
        margin = _MARGIN * (most - least)
        return least - margin, most + margin

    @cached_property
    def comparable(self) -> bool:
        """Whether one axis suits all: groups always, columns where none would be squashed."""
        ends = np.array([row.ends for row in self.rows if math.isfinite(row.ends[0])])
        if not self.apart or len(ends) < 2:
            return True
        low, high = self.limits
        narrow = np.quantile(ends[:, 1] - ends[:, 0], _SQUASHED, method="lower")
        return float(narrow) >= _OWN * (high - low)

    def limits_of(self, row: Ridge) -> tuple[float, float]:
        """Return the range of a row: that of all, or its own where columns cannot be compared."""
        if self.comparable or not math.isfinite(row.ends[0]):
            return self.limits
        margin = _MARGIN * (row.ends[1] - row.ends[0])
        return row.ends[0] - margin, row.ends[1] + margin


def masses_of(row: Ridge, edges: Array) -> Array:
    """Return the probability of each component between places (m + 1,): shape (k, m).

    >>> import mix1d
    >>> two = ridges_of({"x": mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0], 2)})
    >>> masses_of(two.rows[0], np.array([-9.0, 5.5, 20.0])).round(3).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    if row.mixture is None:
        return np.zeros((0, len(edges) - 1))
    with np.errstate(all="ignore"):
        return np.asarray(np.nan_to_num(component_masses(row.mixture, edges), posinf=0.0))


def curves_of(row: Ridge, limits: tuple[float, float]) -> tuple[Array, Array]:
    """Return rising places (m,) in a range, and weight times density of each component there, (k, m)."""
    if row.mixture is None:
        return np.array(limits), np.zeros((0, 2))
    with np.errstate(all="ignore"):
        x = curve_places(*limits, row.mixture)
        return x, np.asarray(np.nan_to_num(component_densities(row.mixture, x), posinf=0.0))


def ridge_of(name: str, result: Outcome, *, intervals: bool = True) -> Ridge:
    """Return one fit among many; without intervals of its cut-offs it costs no more than the bottom line."""
    cuts = thresholds(result) if intervals else facts_of(result).thresholds
    mixture = result.mixture
    drawn = tuple(cut for cut in cuts if cut.kind == "crossing" and meet(mixture, cut.below, cut.above))
    sample = result.sample
    binned = isinstance(sample, RecordedSample) and sample.observations.histogram is not None
    n = sample.total_weight if binned else sample.n_obs
    return Ridge(short(name), float(n), mixture, drawn, _words(result))


def _words(result: Outcome) -> str:
    """Return the bottom line in at most three words."""
    answer = answer_of(result)
    if answer.also is not None and answer.family is not None:
        return f"{answer.also} {family_words(answer.family)}?"
    if answer.also is not None:
        return "{} or {} groups".format(*sorted((answer.n_components, answer.also)))
    return in_few_words(finding.code for finding in findings(result)) or "settled" * answer.settled


def ridges_of(
    results: Mapping[Any, Outcome] | Sequence[Outcome],
    *,
    heading: str = "group",
    label: str | None = None,
    intervals: bool = True,
) -> Ridges:
    """Return the picture of several fits: of a mapping from names, or of a sequence of fits with names.

    `label` is what the values are; by default the name that all fits share, or else "value".

    >>> import mix1d
    >>> both = ridges_of({"new": mix1d.fit([1.0, 2.0, 4.0], 1), "old": mix1d.fit([3.0, 4.0, 6.0], 1)})
    >>> [row.name for row in both.rows], both.label, both.numbers
    (['new', 'old'], 'value', ((0,), (0,)))
    """
    if isinstance(results, Mapping):
        named = [(str(name), result) for name, result in results.items()]
    else:
        named = [(result.name or str(i), result) for i, result in enumerate(results)]
    names = {result.name for _, result in named}
    shared = names.pop() if isinstance(results, Mapping) and len(names) == 1 else None
    rows = tuple(ridge_of(name, result, intervals=intervals) for name, result in named)
    return Ridges(short(label or shared or "value"), heading, rows)


def short(name: str) -> str:
    """Return a name in one line of at most 40 characters."""
    words = " ".join(visible(" ".join(name.split())).split()) or "-"
    return words if len(words) <= _LONGEST_NAME else f"{words[: _LONGEST_NAME - 1]}…"


def counts_in_words(numbers: Sequence[int]) -> str:
    """Say how many fits have how many components.

    >>> counts_in_words([2, 1, 2, 0])
    '1 with 1 component, 2 with 2, 1 not fitted'
    """
    counts = Counter(numbers)
    failed = counts.pop(0, 0)
    words = [
        f"{counts[k]} with {k}" + (f" component{'s' * (k > 1)}" if i == 0 else "")
        for i, k in enumerate(sorted(counts))
    ]
    return ", ".join([*words, *([f"{failed} not fitted"] if failed else [])])
