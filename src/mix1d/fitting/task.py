"""What is to be fitted to a sample, and the table of fits that a search makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mix1d import _core
from mix1d.arrays import Arrays
from mix1d.data.arguments import check_n_components, is_auto
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.model.charts import chart_of_row
from mix1d.model.mixture import Mixture
from mix1d.model.specification import Specification
from mix1d.native import FREE, Candidates, Chart, Options, charts_of
from mix1d.outcome.criteria import choose, table_of, value_of
from mix1d.outcome.models import before_background, behind_background

if TYPE_CHECKING:
    from mix1d._core import Fitted


class Task(NamedTuple):
    """What the caller of `fit` wants to know of a column."""

    specification: Specification
    n_components: Any
    """As the caller gave it."""
    criterion: str
    highest: bool
    start: Mixture | None
    how: Options
    pass_over: bool = False

    @property
    def chosen_here(self) -> bool:
        """Whether the number of components is left to the criterion."""
        return is_auto(self.n_components) and self.specification.length is None

    def numbers(self, sample: Sample) -> tuple[int, ...]:
        """Return the numbers of components to try."""
        length = self.specification.length
        if length is not None and is_auto(self.n_components):
            return (length,)
        equal_only = self.sds_kind == "equal"
        found = check_n_components(self.n_components, sample.n_distinct, equal_only=equal_only)
        self.specification.check_numbers(found)
        return found

    @property
    def sds_kind(self) -> str | None:
        """The word for the sds, None where they were left open."""
        return None if self.specification.sds is None else self.specification.sds.kind

    def sds(self, numbers: Sequence[int]) -> str:
        """Return "free", "equal" or "auto", or what else is assumed of the sds."""
        if self.sds_kind is not None:
            return self.sds_kind
        several = self.chosen_here or len(numbers) > 1
        return "auto" if several else "free"

    def rows(self, sample: Sample, numbers: Sequence[int]) -> list[Fitted]:
        """Return the fits that were asked for."""
        if self.specification.plain and not isinstance(sample, RecordedSample):
            found, _ = _core.fit(
                sample.problem._replace(widths=sample.widths), self.wanted(numbers), self.how
            )
            return found
        rows: list[Fitted] = []
        for charts, some in self._groups(sample, numbers):
            wanted = self.wanted(some)._replace(charts=[chart for chart, _ in charts])
            if self.start is not None:
                wanted = wanted._replace(start=_with_background(self.start, sample))
            found, _ = _core.fit(sample.problem, wanted, self.how)
            rows += _labelled(found, charts)
        return rows

    def wanted(self, numbers: Sequence[int]) -> Candidates:
        """Return the candidates of a model without constraints."""
        wanted = Candidates(
            numbers,
            charts_of(self.sds(numbers)) if self.specification.plain else (FREE,),
            self.chosen_here,
            self.criterion,
            self.highest,
            self.pass_over,
        )
        if self.start is not None:
            wanted = wanted._replace(start=self.start._arrays)
        return wanted

    def _groups(
        self, sample: Sample, numbers: Sequence[int]
    ) -> list[tuple[list[tuple[Chart, str]], tuple[int, ...]]]:
        """Return the numbers that can be searched together, with the charts and the words for their sds.

        Constraints that name components have a chart for each number.
        """
        kind = self.sds(numbers)
        words = ("free", "equal") if kind == "auto" else (kind,)
        background = isinstance(sample, RecordedSample) and sample.background is not None
        behind = int(background)
        if self.specification.plain or self.specification.symmetric:
            charts = [(chart_of_row(self.specification, 2, word, background), word) for word in words]
            return [(charts, tuple(k + behind for k in numbers))]
        return [
            ([(chart_of_row(self.specification, k, word, background), word) for word in words], (k + behind,))
            for k in numbers
        ]


def _with_background(start: Mixture, sample: Sample) -> Arrays:
    """Return a start with a uniform component of a tenth before the others, where there is to be one."""
    if not isinstance(sample, RecordedSample) or sample.background is None:
        return start._arrays
    return behind_background(start._arrays, 0.1, sample.background)


def _labelled(rows: list[Fitted], charts: list[tuple[Chart, str]]) -> list[Fitted]:
    """Say of each row which chart it has, and take a background out of its mixtures."""
    for row in rows:
        row["chart"], row["sds"] = charts[int(row["equal"]) if len(charts) == 2 else 0]
        if row["chart"].background:
            row["background_weight"], row["mixture"] = before_background(row["mixture"])
            row["optima"] = [(before_background(optimum[0])[1], *optimum[1:]) for optimum in row["optima"]]
            row["collapsed"] = max(row["collapsed"] - 1, -1)
    return rows


def best(rows: Sequence[Fitted], criterion: str, total_weight: float) -> tuple[int, int]:
    """Return the places of the chosen row, and of that with the smallest criterion, eligible or not."""
    table = table_of(rows, total_weight)
    values = [value_of(row, criterion) for row in table]
    return choose(rows, criterion, total_weight), min(range(len(rows)), key=values.__getitem__)


def could_be_chosen(
    rows: Sequence[Fitted], criterion: str, total_weight: float, within: Literal[10] = 10
) -> list[Fitted]:
    """Return the rows whose criterion is within 10 of the best, eligible or not."""
    values = [value_of(row, criterion) for row in table_of(rows, total_weight)]
    return [row for row, value in zip(rows, values, strict=True) if value < min(values) + within]
