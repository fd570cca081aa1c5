"""How a population looks in what was recorded of it: with errors, in a window, beside a background."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.recorded_sample import RecordedSample
from mix1d.display.curves import component_densities, component_masses
from mix1d.model.mixture import Mixture
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.windows import log_share_seen

_FAR_OUT = 500.0  # nats by which a density is multiplied, from which on only logarithms hold it
_MOST_CLASSES = 48  # of errors, and of windows; more of them look the same


class Seen(NamedTuple):
    """What is recorded of a population, as a sum over classes of rows."""

    errors: Array
    """(c,), the error of each class."""
    low: Array
    """(c,), where its window begins, and"""
    high: Array
    """(c,), ends."""
    shares: Array
    """(c,), its share of the rows."""
    background: float
    """The weight of a uniform component beside the others."""
    ends: tuple[float, float]
    """Where that lies."""

    @property
    def truncated(self) -> bool:
        """Whether there are windows."""
        return bool(np.isfinite(self.low).any() or np.isfinite(self.high).any())

    @property
    def window(self) -> tuple[float, float] | None:
        """The window of all rows, None where there is none or several."""
        same = bool(np.all(self.low == self.low[0]) and np.all(self.high == self.high[0]))
        return (float(self.low[0]), float(self.high[0])) if self.truncated and same else None

    @property
    def with_errors(self) -> bool:
        """Whether values are recorded with errors."""
        return bool(np.any(self.errors > 0.0))

    def widened(self, mixture: Mixture) -> Mixture:
        """Return a mixture as wide as what is recorded is at least, for places to look at curves."""
        least = float(self.errors.min())
        return _with_errors(mixture, least)

    def densities(self, mixture: Mixture, x: Array) -> Array:
        """Return weight times density of each component, as it is recorded at x (m,): shape (k, m)."""
        found = np.zeros((len(mixture.weights), len(x)))
        for wide, factor, inside in self._classes(mixture, x):
            found += inside * _multiplied(wide, x, factor)
        return (1.0 - self.background) * found

    def masses(self, mixture: Mixture, edges: Array) -> Array:
        """Return the recorded probability of each component between places (m + 1,): shape (k, m)."""
        middles = edges[:-1] / 2 + edges[1:] / 2
        found = np.zeros((len(mixture.weights), len(middles)))
        for wide, factor, inside in self._classes(mixture, middles):
            if factor < _FAR_OUT:
                found += inside * np.exp(factor) * component_masses(wide, edges)
            else:  # all that is seen is a tail, which is smooth
                found += inside * np.diff(edges) * _multiplied(wide, middles, factor)
        return (1.0 - self.background) * found

    def background_density(self, mixture: Mixture, x: Array) -> Array:
        """Return the recorded density of the background at x (m,)."""
        low, high = self.ends
        height = np.zeros(len(x))
        for _, factor, inside in self._classes(mixture, x):
            height += inside * np.exp(factor)
        return np.where((x >= low) & (x <= high), self.background * height / (high - low), 0.0)

    def _classes(self, mixture: Mixture, x: Array) -> Iterator[tuple[Mixture, float, NDArray[np.bool_]]]:
        """Yield for each class the mixture with its error, a logarithm, and which places its window has.

        The density is multiplied by the exponential of that. Where there is one window curves go on outside.
        """
        several = self.window is None
        for error, low, high, share in zip(
            *(array.tolist() for array in (self.errors, self.low, self.high, self.shares)), strict=True
        ):
            seen = log_share_seen(mixture._arrays, low, high, error, self.background, self.ends)
            inside = (x >= low) & (x <= high) if several else np.ones(len(x), bool)
            if np.isfinite(seen):
                yield _with_errors(mixture, error), float(np.log(share)) - seen, inside


def _multiplied(mixture: Mixture, x: Array, factor: float) -> Array:
    """Return weight times density of each component at x (m,), times the exponential of a number, (k, m)."""
    if factor < _FAR_OUT:
        return float(np.exp(factor)) * component_densities(mixture, x)
    logs = np.array([_core.density(x, c._arrays, log=True) for c in mixture.components])
    return np.asarray(mixture.weights[:, None] * np.exp(logs + factor))


def seen_of(outcome: Outcome) -> Seen | None:
    """Return how the population of a fit is seen, None where as it is.

    Examples
    --------
    >>> import mix1d
    >>> seen_of(mix1d.fit([1.0, 2.0, 4.0], 1)) is None
    True
    >>> seen_of(mix1d.fit([1.0, 2.0, 4.0], 1, errors=0.5)).errors
    array([0.5])
    """
    sample = outcome.sample
    if not isinstance(sample, RecordedSample):
        return None
    rows, share = sample.observations, outcome.background_weight or 0.0
    if rows.errors is None and rows.truncation is None and sample.background is None:
        return None
    n = len(rows)
    weight = np.ones(n) if rows.sample_weight is None else rows.sample_weight
    errors = np.zeros(n) if rows.errors is None else rows.errors
    windows = rows.truncation or (np.full(n, -np.inf), np.full(n, np.inf))
    classes, place = np.unique(np.column_stack([*windows, errors]), axis=0, return_inverse=True)
    shares = np.bincount(place.ravel(), weights=weight, minlength=len(classes)) / weight.sum()
    if len(classes) > _MOST_CLASSES:
        classes, shares = _fewer(classes, shares)
    low, high, error = classes.T
    return Seen(error, low, high, shares, share, sample.background or (0.0, 1.0))


def _fewer(classes: Array, shares: Array) -> tuple[Array, Array]:
    """Put classes together that follow each other: by the error, where all windows are the same."""
    below = np.cumsum(shares) - shares / 2.0
    group = np.minimum((below * _MOST_CLASSES).astype(np.intp), _MOST_CLASSES - 1)
    used = np.unique(group)
    # the middle one stands for its group: windows must stay what they are
    middle = np.array([np.flatnonzero(group == g)[np.count_nonzero(group == g) // 2] for g in used])
    return classes[middle], np.bincount(group, weights=shares)[used]


def _with_errors(mixture: Mixture, error: float) -> Mixture:
    if error == 0.0:
        return mixture
    return Mixture._trusted(mixture.weights, mixture.means, np.sqrt(np.square(mixture.sds) + error * error))
