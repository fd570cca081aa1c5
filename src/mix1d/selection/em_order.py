"""The EM-test for the number of components, which needs no replicates."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.data.arguments import check_choice
from mix1d.data.recorded_sample import RecordedSample
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.model.mixture import Mixture
from mix1d.native import Candidates, chart_of
from mix1d.selection.record import OrderTest
from mix1d.selection.words import outcome

MOST = 6  # components: 3^k vectors of shares are climbed
FEWEST, FEWEST_EACH = 10, 25  # values for k = 1, and for each component of more; see the notes
COARSEST = 0.5  # rounding in narrowest sds: one normal is rejected in 55 to 100 % of samples from 0.8 on
SHIFT = 2.0 * math.log(0.6)  # the best of the penalties on the shares .1 and .3, against that on .5


def em_test(sample: Sample, n_components: int, *, sds: Literal["free", "equal"] = "free") -> OrderTest:
    """Test a mixture of `n_components` normals against more, without resampling.

    Parameters
    ----------
    sample : Sample
        Pooled values and weights, from `mix1d.data.sample.read_sample`.
    n_components : int
        k, the number under the null hypothesis: 1 to 6, below the number of distinct values; 1 for equal sds.
    sds : {"free", "equal"}
        One sd for each component, or one for all.

    Returns
    -------
    OrderTest
        With the estimate of k components as `null` (those of weight 0 left out), and of 2k components as
        `alternative`; without replicates.

    Raises
    ------
    InputError
        When k is too large for this test, or the sample too small: constant, below 10 values for k = 1, or
        below 25 k for larger k. Also when values are rounded to more than half of the narrowest sd of the
        null, because the test takes ties for components.

    Notes
    -----
    The null is the global maximum of the penalised likelihood followed to the plain maximum-likelihood
    estimate, as in `mix1d.fit`; where a component collapses on the way, the penalised maximum itself. (The
    papers take the penalised maximum always; but its penalty makes a component narrower than a tenth of the
    others so wide that the test rejects any sample for that.) Each of its components, with
    weight w, mean m and sd s, is split in two of weights b w and (1 - b) w, b one of .1, .3 and .5, whose
    means stay between the midpoints of neighbouring m. From the highest

        l - a sum (s^2 / t^2 + log(t^2 / s^2) - 1) + sum log(1 - |1 - 2 b|)

    over the new weights, means and sds t, for each of the 3^k vectors b, three EM steps follow in which b and
    the means are free; the statistic is twice the rise of the best of them over the highest point without a
    split: the null, whose penalties are 0. a = .25 for k = 1, a function of n and of the overlap of
    neighbours for 2 and 3, and .2 above. For large samples the statistic is a chi-square variable with 2k
    degrees of freedom.

    With equal sds (k = 1) the penalty is put once, with a = 1, on the common sd. Then, with F the
    distribution function of a chi-square variable with one degree of freedom and D = 2 log .6,

        P(statistic <= x) = F(x - D) (1 + F(x)) / 2,

    and no p-value is above .66: a third of the statistics are 0.

    Where an empty component is better than any other k-th one, the null has fewer components than k; the
    p-value still takes 2k degrees of freedom, and is too large rather than too small.

    Size at the level of 5 %, in simulations at n = 200: 5.8 % for k = 1 (10,000 samples), 5.3 % with equal
    sds (4000); for k = 2 (1000 each) 6.5 and 6.2 % with means 4 and 3 sds apart, 6.8 % with means half an sd
    apart and sds 1 and 4, 3.5 % with sds 1 and 0.05; 4.5 % for k = 3. For k = 1 it is 5.1 % at n = 50 and
    3.5 % at n = 20; for k = 3 it is too large below about 30 values a component. Power at n = 200 against
    .4 N(0, 1) + .6 N(2.5, 1): 90.5 % (4000 samples; 93.5 % with equal sds,
    1000).

    Cost at n = 200: 0.4, 2, 10 and 40 ms for k = 1, 2, 3 and 4; one second for 6.

    References
    ----------
    Chen, J. and Li, P. (2009). Hypothesis test for normal mixture models: the EM approach. Annals of
    Statistics 37, 2523-2542. doi:10.1214/08-AOS651

    Chen, J., Li, P. and Fu, Y. (2012). Inference on the order of a normal mixture. Journal of the American
    Statistical Association 107, 1096-1105. doi:10.1080/01621459.2012.695668

    Examples
    --------
    >>> from mix1d.data.sample import read_sample
    >>> sample = read_sample([4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4])
    >>> test = em_test(sample, 1)
    >>> test.message
    '2 components fit significantly better than 1 (p = .002)'
    >>> test.alternative.means.round(2).tolist()
    [5.05, 10.05]
    """
    return _held(sample, em_test_as_if_exact(sample, n_components, sds))


def em_test_as_if_exact(sample: Sample, n_components: int, sds: str) -> OrderTest:
    """Do the test whether `too_coarse` has something to say or not; see `em_test`."""
    check_choice("sds", sds, ("free", "equal"))
    check_sample(sample, n_components, sds)
    equal = sds == "equal"
    found = _core.em_test(sample.problem, Candidates([n_components], [chart_of(equal)]))
    return _record(n_components, equal, **found)


def refuse_recorded(sample: Sample) -> None:
    """Refuse rows of other kinds than exact values."""
    if isinstance(sample, RecordedSample):
        raise InputError(
            "data must be exact values for the EM-test, got rows of other kinds: its law is known for exact "
            "values only; use method='bootstrap'"
        )


def check_sample(sample: Sample, k: int, sds: str, most: int = MOST) -> None:
    """Refuse what the test, of `most` components at most, is not for."""
    other = 'take method="bootstrap"'
    refuse_recorded(sample)
    if sds == "equal" and k > 1:
        raise InputError(f"n_components must be 1 in the EM-test with equal sds, got {k}: {other}")
    if k > most:
        raise InputError(f"n_components must be at most {most} in the EM-test, got {k}: {other}")
    distinct = len(sample.values)
    if distinct == 1:
        raise InputError("data must not be constant, got one distinct value: there is nothing to test")
    if k + 1 > distinct:
        raise InputError(
            f"n_components must be below the number of distinct values, {distinct}, because more components "
            f"are tried, got {k}: ask for fewer"
        )
    least = FEWEST if k == 1 else FEWEST_EACH * k
    if sample.total_weight < least:
        raise InputError(
            f"the EM-test of {k} component{'s' * (k > 1)} needs at least {least} values, because its p-value "
            f"is that of large samples, got {sample.total_weight:g}: {other}"
        )


def _record(
    k: int, equal: bool, statistic: float, null: Array, alternative: Array, penalty: float
) -> OrderTest:
    if not math.isfinite(statistic):
        raise InputError(
            "the EM-test needs values that one unit can measure, got some too far from the others: "
            'leave them out, or use method="bootstrap"'
        )
    p_value = shifted_tail(statistic) if equal else chi_square_tail(statistic, k)
    none = np.empty(0)
    none.setflags(write=False)
    return OrderTest(
        statistic,
        p_value,
        Mixture(*null),
        Mixture(*alternative),
        "em",
        0,
        0,
        None,
        none,
        outcome(k, p_value, real=int(np.count_nonzero(null[0]))),
        k,
    )


def too_coarse(sample: Sample, null: Mixture) -> str:
    """Say why the test does not hold for these values, rounded as they are; nothing where it does.

    >>> from mix1d.data.sample import read_sample
    >>> rounded = read_sample([1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0])
    >>> too_coarse(rounded, Mixture([1.0], [2.0], [0.76]))
    'values rounded to multiples of 1 are too coarse for it, more than half of the narrowest sd (0.76)'
    """
    h, narrowest = sample.resolution, float(np.min(null.sds[null.weights > 0.0]))
    if h is None or h <= COARSEST * narrowest:
        return ""
    return (
        f"values rounded to multiples of {h:.6g} are too coarse for it, more than half of the narrowest sd "
        f"({narrowest:.3g})"
    )


def _held(sample: Sample, test: OrderTest) -> OrderTest:
    why = too_coarse(sample, test.null)
    if why:
        raise InputError(
            f"the EM-test takes ties for components: {why}; "
            'take method="bootstrap", whose replicates are rounded alike'
        )
    return test


def chi_square_tail(x: float, half: int) -> float:
    """Return the probability that a chi-square variable with 2 `half` degrees of freedom exceeds x.

    exp(-x/2) times the sum over i < half of (x/2)^i / i!.

    >>> round(chi_square_tail(9.487729, 2), 6)
    0.05
    """
    term = total = 1.0
    for i in range(1, half):
        term *= 0.5 * x / i
        total += term
    return float(_core.exp(np.array([-0.5 * x]))[0]) * total


def shifted_tail(x: float) -> float:
    """Return 1 - F(x - D) (1 + F(x)) / 2, F the law of chi-square with one degree of freedom, D = 2 log .6.

    >>> round(shifted_tail(0.0), 6)
    0.656064
    """
    above, shifted = one_tail(x), one_tail(x - SHIFT)
    return shifted + 0.5 * above * (1.0 - shifted)


def one_tail(x: float) -> float:
    """Return the probability that the square of a standard normal exceeds x."""
    root = math.sqrt(0.5 * x)
    return float((_core.exp(np.array([-root * root])) * _core.erfcx(np.array([root])))[0])
