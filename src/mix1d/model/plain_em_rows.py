"""Plain EM of rows that are not exact values: bins, rounded values, limits, values with errors."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, log1
from mix1d.data.recorded_sample import RecordedSample
from mix1d.errors import InputError
from mix1d.model.mixture import Mixture
from mix1d.native import Model, Observed, chart_of

_OF_VALUES = (0, 2)  # kinds of rows that have densities; the others have probabilities, which have no unit


class RowsSample(NamedTuple):
    """Rows of any kind, divided by a power of two, so that squares neither overflow nor underflow."""

    rows: Observed
    exponent: int
    log_scale: float  # what the division adds to the log-likelihood

    def step(self, mixture: Mixture, equal: bool) -> tuple[Mixture, float]:
        """Return what one EM iteration makes of a mixture of normals, and the log-likelihood before it."""
        model = self._model(mixture, equal)
        weights, means, sds, log_likelihood = _core.observed_em_step(self.rows, model)
        means, sds = np.ldexp(means, self.exponent), np.ldexp(sds, self.exponent)
        return Mixture._trusted(weights, means, sds), log_likelihood - self.log_scale

    def shares(self, mixture: Mixture) -> Array:
        """Return to what part each row belongs to each component, (n, k)."""
        return _core.observed_responsibilities(self.rows, self._model(mixture, False))

    def _model(self, mixture: Mixture, equal: bool) -> Model:
        means, sds = np.ldexp(mixture.means, -self.exponent), np.ldexp(mixture.sds, -self.exponent)
        return Model(mixture.weights, means, sds, chart_of(equal))


def rows_of(sample: RecordedSample) -> RowsSample:
    """Return rows as the steps of EM take them; refuse what these do not know.

    >>> from mix1d import Observations
    >>> from mix1d.data.recorded_sample import recorded_sample
    >>> rows_of(recorded_sample(Observations([1.0, "<0.5", 3.0]))).rows.a
    array([0.25, 0.75, -inf])
    """
    if sample.observations.truncation is not None:
        raise InputError(
            "data must have no truncation in plain EM, whose curves are those of what was recorded: "
            "mix1d.fit takes it into account"
        )
    rows = sample.terms.observed(sample.component_of)
    if not np.isfinite(rows.variance).all():
        largest = float(np.max(sample.terms.error))
        raise InputError(f"errors must be below 1e154 in plain EM, got {largest:g}: rescale the data")
    ends = np.concatenate([rows.a, rows.b])
    exponent = math.frexp(float(np.abs(ends[np.isfinite(ends)]).max()))[1]
    dense = float(rows.weights[np.isin(rows.kind, _OF_VALUES)].sum())
    small = rows._replace(
        a=np.ldexp(rows.a, -exponent),
        b=np.ldexp(rows.b, -exponent),
        variance=np.ldexp(rows.variance, -2 * exponent),
    )
    return RowsSample(small, exponent, dense * exponent * log1(2.0))
