"""The dip test of unimodality, which answers another question: modes, not components."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np

from mix1d._errors import InputError, Mix1dError, NeedsDataError
from mix1d.data import Sample
from mix1d.selection.words import LEVEL, p_words

FEWEST = 4
MOST = 100_000_000  # values written out: 0.8 GB
TABLE = 72_000  # the largest sample in the table of p-values


@dataclass(frozen=True, slots=True)
class DipTest:
    """The dip test of unimodality: about modes, not components."""

    dip: float
    """The largest difference between the empirical distribution function and the nearest unimodal one."""
    p_value: float
    """Probability of a dip at least this large if the values were uniform, the worst unimodal case."""
    message: str
    """The outcome in a sentence."""


def dip_test(sample: Sample) -> DipTest:
    """Test whether the values have more than one mode.

    Parameters
    ----------
    sample : Sample
        Pooled values and weights, from `mix1d.data.read_sample`. Weights are repetitions, so they must be
        whole numbers.

    Returns
    -------
    DipTest
        `dip`, `p_value` and a `message`.

    Raises
    ------
    Mix1dError
        When the package diptest is missing.
    InputError
        When a weight is not a whole number, or there are fewer than 4 or more than 100 million values.
    NeedsDataError
        When the sample stands for more than 65,536 different values, which were not kept.

    Notes
    -----
    This is another question than the number of components: two components less than two sds apart share a
    mode, and a skewed population of one mode may need several normal components. The dip test is therefore no
    test of one component against two, and a dip that is not significant is no evidence against a mixture.

    Dip and p-value are those of the package diptest: interpolation in the table of Hartigan and Hartigan's
    test that the R package of that name has; above 72,000 values, its last row, where the law of sqrt(n)
    times the dip no longer changes. Cost: 0.1 microseconds a value.

    References
    ----------
    Hartigan, J. A. and Hartigan, P. M. (1985). The dip test of unimodality. Annals of Statistics 13, 70-84.
    doi:10.1214/aos/1176346577

    Examples
    --------
    >>> from mix1d.data import read_sample
    >>> x = [4.8, 5.0, 5.1, 5.3, 9.7, 9.9, 10.0, 10.1, 10.2, 10.4]
    >>> dip_test(read_sample(x)).message
    'More than one mode (dip = 0.18, p = .001); this is about modes, not components, which can share one'
    """
    try:
        from diptest import diptest
    except ImportError:
        raise Mix1dError('the dip test needs diptest: pip install "mix1d[tests]"') from None
    values = _written_out(sample)
    with warnings.catch_warnings():  # beyond the table: see the notes
        warnings.filterwarnings("ignore", message="Sample size exceeds", category=UserWarning)
        dip, p_value = diptest(values, sort_x=False)
    dip, p_value = float(dip), min(max(float(p_value), 0.0), 1.0)
    verdict = "More than one mode" if p_value <= LEVEL else "One mode is enough"
    how = f"dip = {dip:.3g}, {p_words(p_value)}" + (", limiting law" if len(values) > TABLE else "")
    return DipTest(
        dip, p_value, f"{verdict} ({how}); this is about modes, not components, which can share one"
    )


def _written_out(sample: Sample) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return every value as often as its weight says, in a unit in which no difference overflows."""
    counts = np.rint(sample.weights)
    fractions = np.flatnonzero(counts != sample.weights)
    if len(fractions):
        if sample.rows is None:
            raise NeedsDataError(
                "the dip test needs the values themselves, and a result does not keep more than 65,536 "
                "different ones"
            )
        weight, value = float(sample.weights[fractions[0]]), float(sample.values[fractions[0]])
        raise InputError(
            f"sample_weight must be whole numbers in the dip test, got {weight:g} for the value {value:g}: "
            "round them, or leave this test out"
        )
    n = sample.total_weight
    if n < FEWEST:
        raise InputError(f"the dip test needs at least {FEWEST} values, got {n:g}: there is nothing to test")
    if n > MOST:
        raise InputError(
            f"the dip test takes at most {MOST:,} values, got {n:g}: pass a sample of them to the test"
        )
    exponent = math.frexp(max(abs(float(sample.values[0])), abs(float(sample.values[-1]))))[1]
    return np.repeat(np.ldexp(sample.values, -exponent), counts.astype(np.intp))
