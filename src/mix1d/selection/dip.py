"""The dip test of unimodality: about modes, which is another question than components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mix1d import showing
from mix1d.data.sample import Sample
from mix1d.errors import InputError
from mix1d.optional import need
from mix1d.words import LEVEL, p_words

TABLE = 72_000  # values up to which the null distribution is tabulated
SMALLEST = 1e-5  # p-value that the table resolves


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class DipTest:
    """A test of one mode against several. Made by `dip_test`."""

    dip: float
    """Largest distance between the empirical distribution function and the nearest unimodal one."""
    p_value: float
    """For a uniform null distribution, the least favourable; not below 1e-5, which the table resolves."""
    n: int
    """Values that were looked at."""
    message: str
    """The outcome in a sentence."""

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def dip_test(sample: Sample) -> DipTest:
    """Test whether a sample of at least 4 values has more than one mode (Hartigan & Hartigan 1985).

    More than 72,000 values are represented by as many quantiles. Raises `InputError` when weights are not
    whole numbers (they are written out as repetitions) or there are too few values, and `Mix1dError` when the
    package diptest is missing.

    Not a test for the number of components: two components less than about two sds apart have one mode, and
    one skewed population has one as well. Rounded values have ties, which count as modes: the test is then
    too ready to reject.

    Hartigan, J. A. and Hartigan, P. M. (1985). The dip test of unimodality. Annals of Statistics 13, 70-84.
    doi:10.1214/aos/1176346577

    >>> from mix1d.data.sample import read_sample
    >>> dip_test(read_sample([1.0, 1.1, 1.2, 1.3, 9.0, 9.1, 9.2, 9.3])).message
    'more than one mode (dip test, p < .001); modes are not components'
    """
    need("tests", "diptest", doing="the dip test needs")
    from diptest import diptest

    counts = np.rint(sample.weights)
    if not np.array_equal(counts, sample.weights):
        raise InputError(
            "sample_weight must be whole numbers for the dip test, which counts values: "
            f"got {float(sample.weights[counts != sample.weights][0])!r}"
        )
    total = int(counts.sum())
    if total < 4:
        raise InputError(f"data must have at least 4 values for the dip test, got {total}")
    if total > TABLE:
        places = (np.arange(TABLE) + 0.5) * (total / TABLE)
        x = sample.values[np.searchsorted(np.cumsum(counts), places, side="right")]
    else:
        x = np.repeat(sample.values, counts.astype(np.intp))
    # in units of the range, so that no difference leaves the range of doubles
    low, span = float(x[0]), 0.5 * float(x[-1]) - 0.5 * float(x[0])
    dip, p = diptest((0.5 * x - 0.5 * low) / span if span > 0.0 else np.zeros(len(x)))
    p_value = max(float(p), SMALLEST)
    verdict = "more than one mode" if p_value <= LEVEL else "one mode is enough"
    part = f", {TABLE:,} quantiles of {total:,} values" if total > TABLE else ""
    message = f"{verdict} (dip test, {p_words(p_value)}{part}); modes are not components"
    return DipTest(float(dip), p_value, len(x), message)
