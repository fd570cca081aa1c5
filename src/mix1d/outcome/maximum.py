"""A maximum of the likelihood, as far as errors and intervals depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Arrays, MixedArrays
from mix1d.data.recorded_sample import Range, RecordedSample
from mix1d.data.sample import Sample
from mix1d.native import EQUAL, Chart, Model, Problem, model_of
from mix1d.outcome.models import behind_background, chart_of_fit
from mix1d.outcome.outcome import Outcome, remembered


class Maximum(NamedTuple):
    """What errors and intervals need to know of a fit: a maximum of the likelihood of a sample."""

    sample: Sample
    mixture: Arrays
    """Weights, means and sds."""
    chart: Chart
    regular: bool
    """Whether this is a maximum of the plain likelihood that determines all parameters."""
    held: tuple[int, ...] = ()
    """Where it is one of the penalised likelihood that determines all parameters but the widths of some
    components, which the penalty makes: these."""
    background: tuple[float, Range] | None = None
    """The weight and the ends of a uniform component beside the others."""
    families: MixedArrays | None = None
    """The components as the core takes them, where not all are normal."""

    @property
    def equal(self) -> bool:
        """Whether one sd is that of all."""
        return self.chart == EQUAL

    @property
    def determined(self) -> bool:
        """Whether there are standard errors and profile intervals of any component."""
        return self.regular or bool(self.held)

    @property
    def held_places(self) -> list[int]:
        """Where the components held stand among those of positive weight."""
        return [int(i) for i in np.searchsorted(self.real, np.array(self.held, np.intp))]

    @property
    def real(self) -> NDArray[np.intp]:
        """The components of positive weight."""
        return np.flatnonzero(self.mixture[0])

    @property
    def problem(self) -> Problem:
        """The sample as native functions take it."""
        return self.sample.problem

    @property
    def real_arrays(self) -> Any:
        """Those components alone, as the core takes them."""
        if self.families is None:
            return self.real_mixture
        return [np.ascontiguousarray(array[self.real]) for array in self.families]

    @property
    def model(self) -> Model:
        """Those components, as native functions take them."""
        return model_of(self._native(self.real_arrays), self.chart, self._behind(self.held_places))

    @property
    def whole(self) -> Model:
        """All components."""
        arrays: Sequence[Any] = self.mixture if self.families is None else self.families
        return model_of(self._native(arrays), self.chart, self._behind(self.held))

    def _behind(self, components: Sequence[int]) -> list[int]:
        """Count a background, which comes first."""
        return [int(self.background is not None) + i for i in components]

    def _native(self, mixture: Sequence[Any]) -> Sequence[Any]:
        return mixture if self.background is None else behind_background(mixture, *self.background)

    @property
    def real_mixture(self) -> Arrays:
        """Those components alone."""
        w, m, s = self.mixture
        return w[self.real], m[self.real], s[self.real]


def maximum_of(outcome: Outcome) -> Maximum:
    """Return the fit of an outcome, and say which of its parameters the data determine."""
    return remembered(outcome, "maximum", lambda: _maximum(outcome))


def _maximum(outcome: Outcome) -> Maximum:
    fitted, sample = outcome.fitted, outcome.sample
    mixture, equal, collapsed = fitted["mixture"], fitted["equal"], fitted["collapsed"]
    sound = fitted["positive_definite"] and len(sample.values) > 1
    held: tuple[int, ...] = ()
    if sound and collapsed >= 0 and not equal and chart_of_fit(fitted).means == "free":
        plain = "native" not in fitted
        held = _propped(sample, mixture, collapsed) if plain else (collapsed,)
        held = held if len(held) < np.count_nonzero(mixture[0]) else ()
    chart, background = chart_of_fit(fitted), None
    if isinstance(sample, RecordedSample) and sample.background is not None:
        background = fitted["background_weight"], sample.background
    regular = sound and collapsed < 0
    if sound and fitted.get("prop") in ("unseen", "window"):
        # the likelihood says nothing of its mean and sd, and all of the rest
        chart, regular, held = _without_place(chart, len(mixture[0]), collapsed), True, ()
    return Maximum(sample, mixture, chart, regular, held, background, fitted.get("native"))


def _without_place(chart: Chart, k: int, component: int) -> Chart:
    """Return the chart with the mean and the sd of one component held; others are free, or have one sd."""
    behind = int(chart.background)
    held, place = (-1, 1.0), component + behind
    numbers = [i for i in range(behind, k + behind) if i != place]
    slots = [held] * (k + behind)
    means, sds = list(slots), list(slots)
    for free, i in enumerate(numbers):
        means[i] = (free, 1.0)
        sds[i] = (0 if chart.sds == "equal" else free, 1.0)
    return chart._replace(means=means, sds=sds)


def _propped(sample: Sample, mixture: Arrays, collapsed: int) -> tuple[int, ...]:
    """Return the components whose widths the penalty makes: the one that collapsed, and those like it.

    That is more than half of the variance s^2 = (W + 2 a S) / (n + 2 a) of a component at a maximum of the
    penalised likelihood (`mix1d.fit` has the formula), n its weight and W the sum of squares within.
    """
    found = _core.propped(sample.problem, mixture, collapsed)
    return tuple(found.astype(np.intp).tolist())
