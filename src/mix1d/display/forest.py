"""The cut-offs of many fits, compared: which of them are the same one, and whether one value suits all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mix1d.display.alike import OTHER
from mix1d.display.ridges import Ridges
from mix1d.model.thresholds import Threshold
from mix1d.uncertainty.pooled import Pooled, pooled
from mix1d.words import LEVEL, letter, near, p_words

Pair = tuple[int, int]
_REST = (OTHER, OTHER)


@dataclass(frozen=True, eq=False)
class Forest:
    """The cut-offs of many fits by the pair of components that they part."""

    ridges: Ridges

    @cached_property
    def cuts(self) -> dict[Pair, list[tuple[int, Threshold]]]:
        """For each pair of neighbours the places of the fits that have them, and their cut-offs.

        The pair (OTHER, OTHER), the last, has those beside components that too few fits have to be compared.
        """
        found: dict[Pair, list[tuple[int, Threshold]]] = {}
        for i, (row, numbers) in enumerate(zip(self.ridges.rows, self.ridges.numbers, strict=True)):
            for cut in row.cuts:
                pair = numbers[cut.below], numbers[cut.above]
                found.setdefault(_REST if OTHER in pair else pair, []).append((i, cut))
        return dict(sorted(found.items(), key=lambda item: (item[0] == _REST, item[0])))

    @cached_property
    def together(self) -> dict[Pair, Pooled | None]:
        """For each pair what its cut-offs have in common, where two or more have finite intervals."""
        found = {}
        for pair, cuts in self.cuts.items():
            values, lower, upper = np.array([(cut.value, cut.lower, cut.upper) for _, cut in cuts]).T
            one = pooled(values, lower, upper)
            found[pair] = one if one is not None and one.count > 1 and pair != _REST else None
        return found

    @cached_property
    def limits(self) -> tuple[float, float]:
        """A range with all cut-offs and their intervals, as far as these are not much wider than most."""
        cuts = [cut for cuts in self.cuts.values() for _, cut in cuts]
        values = np.array([cut.value for cut in cuts])
        widths = np.array([cut.upper - cut.lower for cut in cuts])
        known = widths[np.isfinite(widths)]
        far = 3.0 * float(np.median(known)) if len(known) else float(np.ptp(values)) or 1.0
        reaches = [
            [
                cut.value + side * far / 2.0
                if not math.isfinite(end)
                else cut.value + side * min(abs(end - cut.value), far)
            ]
            for cut in cuts
            for end, side in ((cut.lower, -1.0), (cut.upper, 1.0))
        ]
        low, high = float(np.min(reaches)), float(np.max(reaches))
        margin = 0.05 * (high - low) or 1.0
        return low - margin, high + margin

    def words(self, pair: Pair) -> str:
        """Say what the cut-offs of a pair have in common.

        >>> import mix1d
        >>> from mix1d.display.ridges import ridges_of
        >>> x = [1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0]
        >>> three = {s: mix1d.fit([v + s for v in x], 2, sds="equal") for s in (0.0, 0.1, 0.2)}
        >>> Forest(ridges_of(three)).words((0, 1))
        'a|b: 5.6 (4.87 to 6.33), 3 groups; no evidence that they differ (p = .89)'
        """
        one = self.together[pair]
        if pair == _REST:
            return "grey: beside groups that few have, not compared"
        name = "|".join(map(letter, pair))
        if one is None:
            return f"{name}: fewer than two intervals, not pooled"
        scale = 5.0 * (one.upper - one.lower)
        value, low, high = (near(x, scale, 2) for x in (one.value, one.lower, one.upper))
        known = f"{name}: {value} ({low} to {high}), {one.count} groups"
        if one.p_value >= LEVEL:
            return f"{known}; no evidence that they differ ({p_words(one.p_value)})"
        strong = "strong" if one.p_value < 0.01 else "some"
        spread = near(one.spread, one.spread, 1)
        return f"{known}; {strong} evidence that they differ ({p_words(one.p_value)}, sd {spread})"
