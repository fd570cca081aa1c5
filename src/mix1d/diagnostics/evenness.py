"""Whether values are spread evenly over their range, as running numbers and dates are, and make no groups."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mix1d.arrays import Array, log1
from mix1d.data.recorded_sample import as_exact
from mix1d.diagnostics.shapes import bic_without_idle
from mix1d.outcome.models import family_of_fit
from mix1d.outcome.outcome import Outcome
from mix1d.outcome.records import Finding
from mix1d.words import plain

# Of samples of 60 to 100 values from two normals 3 sds apart an even spread has the lower BIC in one of four,
# by up to 20: its ends follow the data. That of 100 even values is lower by 26 at the median.
CLEAR = 20.0
_UNEVEN = 0.01  # p-value
# Of a distance between distributions; thousands of values refute any spread that is even but for little.
_SLIGHT = 0.1


def evenly_spread(outcome: Outcome) -> float | None:
    """Return how much lower BIC is for an even spread over the range of the values, where that is clear.

    None elsewhere: where the lead over the fit, or over one normal, is below 20, and where more than a tenth
    of the weight would have to move, unless Kolmogorov's test lets that pass. The ends of the even spread are
    its parameters, half a step beyond the outermost values where values were rounded. Fits of several normals
    to values that may be rounded, without constraints, are looked at.

    >>> import mix1d
    >>> evenly_spread(mix1d.fit([0.1 * i for i in range(200)])) < -20.0
    True
    >>> evenly_spread(mix1d.fit([1.0, 2.0, 2.0, 3.0, 8.0, 9.0, 9.0, 10.0])) is None
    True
    """
    exact, specification = as_exact(outcome.sample), outcome.asked.specification
    bound = specification is not None and not specification.plain
    if exact is None or bound or np.count_nonzero(outcome.mixture.weights) < 2:
        return None
    if family_of_fit(outcome.fitted) != "normal":
        return None
    half, total = 0.5 * (exact.resolution or 0.0), outcome.total_weight
    x, low, high = exact.values, float(exact.values[0]) - half, float(exact.values[-1]) + half
    if not 0.0 < high - low < math.inf:
        return None
    even = 2.0 * total * log1(high - low) + 2.0 * log1(total)
    difference = even - bic_without_idle(outcome)
    if not max(difference, even - _bic_of_one(x, exact.weights)) <= -CLEAR:
        return None
    up_to = np.cumsum(exact.weights) / total
    expected = (x + half - low) / (high - low)
    gaps = np.abs(up_to - expected)
    if not half:
        gaps = np.maximum(gaps, np.abs(up_to - exact.weights / total - expected))
    distance = float(gaps.max())
    return difference if distance <= _SLIGHT or _kolmogorov(distance, total) > _UNEVEN else None


def _bic_of_one(x: Array, weights: Array) -> float:
    """Return BIC of one normal, which stands where somebody asks for more than there are."""
    total, width = float(weights.sum()), float(x[-1] - x[0])  # as wide as 1e308
    variance = float(np.cov((x - x[0]) / width, aweights=weights, bias=True))
    return total * (log1(2.0 * math.pi) + log1(variance) + 2.0 * log1(width) + 1.0) + 2.0 * log1(total)


def evenness_finding(outcome: Outcome) -> Iterator[Finding]:
    """Yield a finding where the values are spread evenly."""
    difference = evenly_spread(outcome)
    if difference is None:
        return
    low, high = (plain(float(outcome.sample.values[i]), 7) for i in (0, -1))
    k = int(np.count_nonzero(outcome.mixture.weights))
    yield Finding(
        "evenly_spread",
        f"The values are spread about evenly from {low} to {high}, as running numbers and dates are: that "
        f"describes them better than {k} normals (BIC {difference:.1f}).",
        value=difference,
    )


def _kolmogorov(distance: float, n: float) -> float:
    """Return the p-value of a largest distance between distributions (Stephens 1970, J. R. Stat. Soc. B 32).

    >>> round(_kolmogorov(0.134, 100.0), 2), _kolmogorov(0.01, 100.0)
    (0.05, 1.0)
    """
    root = math.sqrt(n)
    reach = (root + 0.12 + 0.11 / root) * distance
    if reach < 0.3:  # the series converges slowly, to 1
        return 1.0
    return 2.0 * math.fsum((-1.0) ** (i - 1) * math.exp(-2.0 * (i * reach) ** 2) for i in range(1, 40))
