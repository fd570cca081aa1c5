"""The EM-test for the number of Poisson or exponential components."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, MixedArrays
from mix1d.data.sample import Sample
from mix1d.model.families import family_of
from mix1d.model.mixture import Mixture
from mix1d.native import Options
from mix1d.selection.em_law import correlations, tail, weights_of_chi_squares
from mix1d.selection.em_order import check_sample
from mix1d.selection.reading import tested
from mix1d.selection.record import OrderTest
from mix1d.selection.words import outcome

MOST = 3  # components: of more neither the penalty nor the law is tabulated
SHARES = (0.1, 0.3, 0.5)
STEPS = 3
FIRST, LAST, RISE = 8, 100, 1e-5  # leaps from each start, and from the best of them, while they rise
SPREADS = (0.1, 0.5)  # of the way from a null mean to the ends of its interval


def em_test_of_one_parameter(sample: Sample, n_components: int, family: str) -> OrderTest:
    """Test a mixture of Poisson or exponential components against more, without resampling.

    Parameters
    ----------
    sample : Sample
        Pooled values and weights, from `mix1d.data.sample.read_sample`.
    n_components : int
        k, the number under the null hypothesis: 1 to 3, below the number of distinct values.
    family : {"poisson", "exponential"}
        Of all components.

    Returns
    -------
    OrderTest
        With the estimate of k components as `null`, and of 2k components as `alternative`; without
        replicates.

    Raises
    ------
    InputError
        When k is too large for this test, or the sample too small.

    Notes
    -----
    Each component of the maximum-likelihood estimate of the null, with weight w and mean t, is split in two
    of weights b w and (1 - b) w, b one of .1, .3 and .5, whose means stay between the midpoints of
    neighbouring t. From the highest likelihood over the new weights and means, for each of the 3^k vectors
    b, three EM steps follow in which b and the means are free and

        l + C sum log(1 - |1 - 2 b|)

    rises; the statistic is twice the rise of the best of them over the null. For large samples it is a
    mixture of chi-square variables with 0 to k degrees of freedom, whose weights depend on the correlations
    of what is left of the second derivatives by the means, once weights and means are estimated. C is a
    function of n and of these correlations.

    Where k components fit no better than fewer, more do not either: the statistic is 0.

    References
    ----------
    Li, P. and Chen, J. (2010). Testing the order of a finite mixture. Journal of the American Statistical
    Association 105, 1084-1092. doi:10.1198/jasa.2010.tm09032

    Varadhan, R. and Roland, C. (2008). Simple and globally convergent methods for accelerating the
    convergence of any EM algorithm. Scandinavian Journal of Statistics 35, 335-353.

    Examples
    --------
    >>> from mix1d.data.sample import read_sample
    >>> deaths = read_sample(range(10), [162, 267, 271, 185, 111, 61, 27, 8, 3, 1])
    >>> test = em_test_of_one_parameter(deaths, 1, "poisson")
    >>> round(test.statistic, 2), test.message
    (22.46, '2 components fit significantly better than 1 (p < .001)')
    """
    check_sample(sample, n_components, "free", MOST)
    null = _null(sample, n_components, family)
    if len(null[0]) < n_components:
        return _record(n_components, 0.0, 1.0, null, null)
    correlation = np.ones((1, 1)) if n_components == 1 else correlations(null, family)
    penalty = _penalty(family, correlation, sample.total_weight)
    split = _Splits(sample, null, penalty)
    highest, alternative = split.best()
    statistic = max(0.0, 2.0 * (highest - split.log_likelihood(null)))
    p_value = tail(statistic, weights_of_chi_squares(correlation))
    return _record(n_components, statistic, p_value, null, alternative)


def _null(sample: Sample, k: int, family: str) -> MixedArrays:
    """Return the estimate of k components by rising mean, without those of weight 0."""
    rows, _ = _core.fit(sample.problem, tested(sample, (k,), "free", family), Options())
    weights, means, *_ = rows[0]["mixture"]
    kept = np.flatnonzero(weights > 0.0)
    kept = kept[np.argsort(means[kept], kind="stable")]
    return _arrays(weights[kept], means[kept], family)


def _arrays(weights: Array, means: Array, family: str) -> MixedArrays:
    k = len(weights)
    families = np.full(k, family_of(family).number, np.int64)
    return np.ascontiguousarray(weights), np.ascontiguousarray(means), np.ones(k), families, np.zeros(k)


def _penalty(family: str, correlation: Array, n: float) -> float:
    """Return the weight of the penalty on the shares, by the formulas of MixtureInf."""
    neighbours = [float(correlation[i, i + 1]) for i in range(len(correlation) - 1)]
    if family == "poisson":
        if not neighbours:
            return 0.54
        if len(neighbours) == 1:
            return 0.5 * _logistic(5.0 - 10.6 * neighbours[0] - 123.0 / n)
        return 0.5 * _logistic(3.3 - 5.5 * math.fsum(neighbours) - 165.0 / n)
    if not neighbours:
        return _logistic(0.74 + 82.0 / n)
    if len(neighbours) == 1:
        return _logistic(2.3 - 8.5 * neighbours[0])
    return _logistic(2.2 - 5.9 * math.fsum(neighbours))


def _logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)).

    >>> _logistic(0.0)
    0.5
    """
    small = float(_core.exp(np.array([-abs(x)]))[0])
    return (1.0 if x >= 0.0 else small) / (1.0 + small)


class _Split(NamedTuple):
    """Weights and means of the null's components, each in two."""

    alpha: Array
    """(k,), of both together."""
    share: Array
    """(k,), of the first of each."""
    first: Array
    second: Array

    def arrays(self, family: str) -> MixedArrays:
        weights = np.concatenate([self.alpha * self.share, self.alpha * (1.0 - self.share)])
        return _arrays(weights, np.concatenate([self.first, self.second]), family)


class _Splits:
    """The climbs from a null whose components are split."""

    def __init__(self, sample: Sample, null: MixedArrays, penalty: float) -> None:
        self.x, self.w, self.penalty = sample.values, sample.weights, penalty
        self.family = "poisson" if null[3][0] == family_of("poisson").number else "exponential"
        self.alpha, self.means = null[0], null[1]
        self.least = 1e-9 * math.fsum((null[0] * null[1]).tolist())  # a mean of 0 is no distribution
        inner = 0.5 * self.means[:-1] + 0.5 * self.means[1:]
        low = self.least if self.family == "poisson" else float(self.x[0])
        self.low = np.concatenate([[low], inner])
        self.high = np.concatenate([inner, [float(self.x[-1])]])

    def log_likelihood(self, arrays: MixedArrays) -> float:
        return math.fsum((self.w * _core.density(self.x, arrays, log=True)).tolist())

    def best(self) -> tuple[float, MixedArrays]:
        """Return the highest penalised log-likelihood of all vectors of shares, and where it is."""
        found = [self._from(np.array(shares)) for shares in itertools.product(SHARES, repeat=len(self.alpha))]
        value, split = max(found, key=lambda one: one[0])
        return value, split.arrays(self.family)

    def _from(self, share: Array) -> tuple[float, _Split]:
        """Climb from given shares: first with these fixed, then all is free for some steps."""
        climbed = [self._climb(start, FIRST) for start in self._starts(share)]
        _, split = max(climbed, key=lambda one: one[0])
        _, split = self._climb(split, LAST)
        for _ in range(STEPS):
            split, _ = self._step(split, free=True)
        gaps = 1.0 - np.abs(1.0 - 2.0 * split.share)
        value = self.log_likelihood(split.arrays(self.family))
        return value + self.penalty * math.fsum(_core.log(gaps).tolist()), split

    def _starts(self, share: Array) -> Sequence[_Split]:
        """Return pairs of means on either side of each mean of the null, in both orders."""
        starts = []
        for spread in SPREADS:
            below = self.means - spread * np.maximum(self.means - self.low, 0.0)
            above = self.means + spread * np.maximum(self.high - self.means, 0.0)
            both = [(False,) if one == 0.5 else (False, True) for one in share.tolist()]
            for swapped in itertools.product(*both):
                turned = np.array(swapped)
                starts.append(
                    _Split(self.alpha, share, np.where(turned, above, below), np.where(turned, below, above))
                )
        return starts

    def _climb(self, split: _Split, leaps: int) -> tuple[float, _Split]:
        """Climb by EM steps extrapolated (Varadhan and Roland 2008), in logarithms."""
        one, value = self._step(split, free=False)
        for _ in range(leaps):
            two, _ = self._step(one, free=False)
            at, first, second = (self._logs(part) for part in (split, one, two))
            rise, bend = first - at, second - 2.0 * first + at
            long, curved = _length(rise), _length(bend)
            a = max(1.0, long / curved) if curved > 0.0 else 1.0
            far = self._of_logs(at + 2.0 * a * rise + a * a * bend, split.share)
            after, reached = self._step(far, free=False)
            if not reached > value:
                far = two
                after, reached = self._step(far, free=False)
            gain, split, one, value = reached - value, far, after, reached
            if gain <= RISE:
                break
        return value, split

    def _logs(self, split: _Split) -> Array:
        return _core.log(np.maximum(np.concatenate([split.alpha, split.first, split.second]), 1e-300))

    def _of_logs(self, logs: Array, share: Array) -> _Split:
        alpha, first, second = np.split(_core.exp(np.minimum(logs, 700.0)), 3)
        ends = self.low, self.high
        return _Split(alpha / math.fsum(alpha.tolist()), share, np.clip(first, *ends), np.clip(second, *ends))

    def _step(self, split: _Split, *, free: bool) -> tuple[_Split, float]:
        """Return the next split, and the log-likelihood of this one."""
        arrays = split.arrays(self.family)
        shares = _core.responsibilities(self.x, arrays)
        k = len(split.alpha)
        n, sums = np.empty(2 * k), np.empty(2 * k)
        for j in range(2 * k):
            part = self.w * shares[:, j]
            n[j], sums[j] = math.fsum(part.tolist()), math.fsum((part * self.x).tolist())
        at = np.concatenate([split.first, split.second])
        means = np.maximum(np.divide(sums, n, out=at, where=n > 0.0), self.least)
        first, second, together = means[:k], means[k:], n[:k] + n[k:]
        share = split.share
        if free:
            share = self._shares(n[:k], together)
        else:
            first, second = (np.clip(part, self.low, self.high) for part in (first, second))
        after = _Split(together / math.fsum(together.tolist()), share, first, second)
        return after, self.log_likelihood(arrays)

    def _shares(self, first: Array, together: Array) -> Array:
        """Return the shares at which the penalised likelihood of the E-step is highest."""
        c = self.penalty
        above = np.minimum((first + c) / (together + c), 0.5)
        below = np.maximum(first / (together + c), 0.5)
        return np.where(first <= 0.5 * together, above, below)


def _length(vector: Array) -> float:
    return math.sqrt(math.fsum((vector * vector).tolist()))


def _record(
    k: int, statistic: float, p_value: float, null: MixedArrays, alternative: MixedArrays
) -> OrderTest:
    none = np.empty(0)
    none.setflags(write=False)
    order = np.argsort(alternative[1], kind="stable")
    ordered: MixedArrays = tuple(np.ascontiguousarray(array[order]) for array in alternative)  # type: ignore[assignment]
    return OrderTest(
        statistic,
        p_value,
        Mixture._of_arrays(null),
        Mixture._of_arrays(ordered),
        "em",
        0,
        0,
        None,
        none,
        outcome(k, p_value, real=len(null[0])),
        k,
    )
