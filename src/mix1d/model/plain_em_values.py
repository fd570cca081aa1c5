"""Plain EM of exact values and normal components, one step at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, log1
from mix1d.data.sample import LargeSample, Sample
from mix1d.native import Model, Problem, chart_of


@dataclass(frozen=True, slots=True)
class Scaled:
    """A sample divided by a power of two, so that squares neither overflow nor underflow. No bit is lost."""

    problem: Problem
    low: float  # smallest and largest value, not divided
    high: float
    resolution: float | None
    exponent: int
    log_scale: float  # what the division adds to the log-likelihood

    @classmethod
    def of(cls, sample: Sample | LargeSample) -> Scaled:
        """Divide a sample."""
        if isinstance(sample, Sample):
            values, weights = sample.values, sample.weights
            low, high = float(values[0]), float(values[-1])
        else:
            values = np.asarray(sample.column, np.float64)
            weights = np.ones(len(values)) if sample.sample_weight is None else sample.sample_weight
            weights = np.ascontiguousarray(weights, np.float64)
            low, high = sample.minimum, sample.maximum
        exponent = math.frexp(max(abs(low), abs(high)))[1]
        log_two = log1(2.0)
        log_scale = sample.total_weight * exponent * log_two
        values = np.ascontiguousarray(np.ldexp(values, -exponent))
        return cls(Problem(values, weights), low, high, sample.resolution, exponent, log_scale)

    def step(
        self, weights: Array, means: Array, sds: Array, equal: bool
    ) -> tuple[Array, Array, Array, float]:
        """One EM iteration in the units of the data; the log-likelihood is that of the arguments."""
        small_means, small_sds = np.ldexp(means, -self.exponent), np.ldexp(sds, -self.exponent)
        model = Model(weights, small_means, small_sds, chart_of(equal))
        weights, means, sds, log_likelihood = _core.em_step(self.problem, model)
        means, sds = np.ldexp(means, self.exponent), np.ldexp(sds, self.exponent)
        return weights, means, sds, log_likelihood - self.log_scale

    def standard_deviation(self) -> float:
        """Weighted sd of the data: what a single component gets."""
        middle = np.ldexp(spaced(self.low, self.high, 1), -self.exponent)
        one = np.ones(1)
        sds = _core.em_step(self.problem, Model(one, middle, one))[2]
        return math.ldexp(float(sds[0]), self.exponent)

    def sd_floor(self, sd: float) -> float:
        """Smallest sd allowed; see the notes of `em`."""
        spacing = float(np.spacing(max(abs(self.low), abs(self.high))))
        return max(1e-6 * sd if self.resolution is None else self.resolution / math.sqrt(12.0), spacing)


def spaced(low: float, high: float, count: int) -> Array:
    """`count` numbers from low to high (one: the middle); the range may exceed the largest double."""
    fraction = (np.arange(count) / (count - 1)) if count > 1 else np.array([0.5])
    return (1.0 - fraction) * low + fraction * high


def evenly_spaced(sample: Sample | LargeSample, count: int) -> Array:
    """Return means from the smallest to the largest value, as a start has them.

    >>> from mix1d.data.sample import read_sample
    >>> evenly_spaced(read_sample([1.0, 2.0, 5.0]), 3)
    array([1., 3., 5.])
    """
    if isinstance(sample, Sample):
        return spaced(float(sample.values[0]), float(sample.values[-1]), count)
    return spaced(sample.minimum, sample.maximum, count)
