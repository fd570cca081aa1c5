"""What is to be fitted to a sample, and the table of fits that a search makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays
from mix1d.data.arguments import check_n_components, is_auto
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import LargeSample, Sample
from mix1d.model.charts import chart_of_family, chart_of_row, family_chart
from mix1d.model.choice import WITHOUT_SCALE, allowed_by, check_support, space_of
from mix1d.model.mixture import Mixture
from mix1d.model.specification import Specification
from mix1d.native import FREE, Candidates, Options, Problem, charts_of
from mix1d.outcome.criteria import choose, table_of, value_of
from mix1d.outcome.models import Compared, behind_background, labelled

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
        if length is not None:
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

    def families(self, sample: Sample) -> tuple[str, ...]:
        """Return the families of the models that are compared, which the values allow."""
        choice = self.specification.family
        lower, upper, weights = _ends_of(sample)
        if choice.kind == "auto":
            return allowed_by(lower, upper, weights)
        check_support(choice.names, lower, upper, weights)
        return choice.names

    def counts(self, sample: Sample) -> bool:
        """Return whether only families of counts are fitted: no rule on rounding or piles is about them."""
        specification = self.specification
        if specification.plain:
            return False
        auto = specification.family.kind == "auto"
        named = self.families(sample) if auto else specification.family.names
        return all(space_of(name) == "count" for name in named)

    def rows(self, sample: Sample, numbers: Sequence[int]) -> list[Fitted]:
        """Return the fits that were asked for."""
        if self.specification.plain and not isinstance(sample, RecordedSample):
            searched = Problem(sample.values, sample.weights, sample.resolution or 0.0, sample.widths)
            found, _ = _core.fit(searched, self.wanted(numbers), self.how)
            return found
        rows: list[Fitted] = []
        for models, some in self.groups(sample, numbers):
            wanted = self.wanted(some)._replace(charts=[model.chart for model in models])
            if self.start is not None:
                wanted = wanted._replace(start=_with_background(self.start, sample))
            found, _ = _core.fit(sample.problem, wanted, self.how)
            rows += labelled(found, models)
        return rows

    def rows_of_column(
        self, column: LargeSample, numbers: Sequence[int]
    ) -> tuple[list[Fitted], tuple[Array, Array, Array]]:
        """Return the fits of a long column, and the quadrature nodes that stand for it."""
        wanted = self.wanted(numbers)
        if self.specification.plain:
            rows, nodes = _core.fit(column.problem, wanted, self.how)
        else:
            ends = np.array([column.column.min(), column.column.max()], np.float64)
            stand_in = Sample(ends, np.ones(2), 0, 0.0, 0, 0, None, None, None, widths=np.zeros(2))
            ((models, some),) = self.groups(stand_in, numbers)
            wanted = wanted._replace(n_components=some, charts=[model.chart for model in models])
            rows, nodes = _core.fit(column.problem, wanted, self.how)
            rows = labelled(rows, models)
        assert nodes is not None
        return rows, nodes

    def wanted(self, numbers: Sequence[int]) -> Candidates:
        """Return the candidates of a model without constraints."""
        return Candidates(
            numbers,
            charts_of(self.sds(numbers)) if self.specification.plain else (FREE,),
            self.chosen_here,
            self.criterion,
            self.highest,
            self.pass_over,
            None if self.start is None else self.start._arrays,
        )

    def groups(self, sample: Sample, numbers: Sequence[int]) -> list[tuple[list[Compared], tuple[int, ...]]]:
        """Return the numbers that can be searched together, with the models that are compared.

        Constraints that name components have a chart for each number.
        """
        specification = self.specification
        kind = self.sds(numbers)
        words = ("free", "equal") if kind == "auto" else (kind,)
        background = isinstance(sample, RecordedSample) and sample.background is not None
        behind = int(background)
        if specification.family.kind == "each":
            self.families(sample)
            chart = family_chart(specification.family.names, background)
            return [([Compared(chart, "free", "mixed")], tuple(k + behind for k in numbers))]
        if specification.free or specification.symmetric:
            several = self.chosen_here or len(numbers) > 1
            models = [
                Compared(
                    chart_of_family(chart_of_row(specification, 2, word, background), family, several),
                    word,
                    family,
                )
                for family in self.families(sample)
                for word in words
                if word == words[0] or family not in WITHOUT_SCALE
            ]
            return [(models, tuple(k + behind for k in numbers))]
        return [
            (
                [Compared(chart_of_row(specification, k, word, background), word) for word in words],
                (k + behind,),
            )
            for k in numbers
        ]


def _ends_of(sample: Sample) -> tuple[Array, Array, Array]:
    """Return the ends of rows, or values twice, and their weights."""
    if isinstance(sample, RecordedSample):
        rows = sample.observations
        weights = np.ones(len(rows.lower)) if rows.sample_weight is None else rows.sample_weight
        return rows.lower, rows.upper, weights
    return sample.values, sample.values, sample.weights


def _with_background(start: Mixture, sample: Sample) -> Arrays:
    """Return a start with a uniform component of a tenth before the others, where there is to be one."""
    if not isinstance(sample, RecordedSample) or sample.background is None:
        return start._arrays
    return behind_background(start._arrays, 0.1, sample.background)


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
