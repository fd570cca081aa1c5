"""What the findings of a fit are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.model.thresholds import Threshold
from mix1d.outcome.records import Apart

if TYPE_CHECKING:
    from mix1d._core import Fitted


class Facts(NamedTuple):
    """What the findings are drawn from."""

    sample: Sample
    fitted: Fitted
    stop_reason: str
    max_iter: int
    weighted: bool
    stable: Fitted | None  # the stable answer, where the highest was asked for
    rivals: Sequence[tuple[int, str, float, str]]  # other eligible models: k, sds, how much worse, family
    largest: int | None  # the number of components, where it is the largest that was tried
    criterion: str
    objective: str
    thresholds: tuple[Threshold, ...]
    apart: Apart = Apart()
    told_apart: bool = False
    """Whether the caller named the values that were set apart."""

    @property
    def recorded(self) -> RecordedSample | None:
        """The sample, where rows are more than exact values."""
        return self.sample if isinstance(self.sample, RecordedSample) else None
