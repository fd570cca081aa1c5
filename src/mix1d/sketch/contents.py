"""What a sketch holds."""

from __future__ import annotations

import math
from typing import NamedTuple

from mix1d.data.sample import Checked
from mix1d.sketch.state import EMPTY, State

UNJUDGED = -1.0  # no chunk has said yet whether values are rounded


class Contents(NamedTuple):
    """Everything in a sketch."""

    state: State = EMPTY
    n_obs: int = 0
    n_missing: int = 0
    n_zero_weight: int = 0
    weight: tuple[float, float] = (0.0, 0.0)
    """The total, and what rounding has kept from it."""
    minimum: float = math.inf
    maximum: float = -math.inf
    resolution: float | None = UNJUDGED
    """Spacing of the lattice of the values, None when they look continuous, -1 before that is known."""
    name: str | None = None

    @property
    def total_weight(self) -> float:
        """The sum of the weights."""
        return self.weight[0] + self.weight[1]

    def with_rows(self, chunk: Checked) -> Contents:
        """Return the counts with those of a chunk; its values are not in the state yet."""
        return self._replace(
            n_obs=self.n_obs + chunk.n_obs,
            n_missing=self.n_missing + chunk.n_missing,
            n_zero_weight=self.n_zero_weight + chunk.n_zero_weight,
            weight=_sum(self.weight, (chunk.total_weight, 0.0)),
            minimum=min(self.minimum, chunk.minimum),
            maximum=max(self.maximum, chunk.maximum),
            name=chunk.name if self.name is None and self.n_obs == 0 else self.name,
        )

    def joined(self, other: Contents, state: State) -> Contents:
        """Return the contents of both, given their joint state."""
        both = self, other
        names = {contents.name for contents in both if contents.n_obs}
        names = names or {contents.name for contents in both}
        return Contents(
            state,
            self.n_obs + other.n_obs,
            self.n_missing + other.n_missing,
            self.n_zero_weight + other.n_zero_weight,
            _sum(self.weight, other.weight),
            min(self.minimum, other.minimum),
            max(self.maximum, other.maximum),
            self.resolution if other.resolution == UNJUDGED else self.finer(other.resolution),
            names.pop() if len(names) == 1 else None,
        )

    def finer(self, resolution: float | None) -> float | None:
        """Return the spacing of a lattice that holds this one and another, None when there is none."""
        mine = self.resolution
        if mine == UNJUDGED:
            return resolution
        if mine is None or resolution is None:
            return None
        small, large = sorted((mine, resolution))
        ratio = large / small
        return small if ratio < 2.0**53 and abs(ratio - round(ratio)) <= 1e-3 else None


def _sum(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Add two sums with their rests (Knuth's two-sum)."""
    total = a[0] + b[0]
    part = total - a[0]
    rest = (a[0] - (total - part)) + (b[0] - part)
    return total, rest + a[1] + b[1]
