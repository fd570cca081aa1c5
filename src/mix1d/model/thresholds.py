"""Cut-points between components: where two neighbours are equally probable."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from mix1d import _core, showing
from mix1d.arrays import Array

# A second crossing within so many sds of the wider mean leaves more than 0.003 % of the wider component
# on the wrong side of a single cut: enough for samples of ten thousands to show it.
NEAR = 4.0


@showing.record
@dataclass(frozen=True, slots=True, repr=False)
class Threshold:
    """A point where two neighbouring components are equally probable.

    Parameters
    ----------
    value : float
        The point, in the unit of the data; NaN when `kind` is `"none"`.
    lower, upper : float
        Ends of the confidence interval of `value`; NaN where none was asked for.
    below, above : int
        Indices, in the mixture's own order, of the component with the smaller and the larger mean.
    kind : str
        `"crossing"`: walking upwards, the label changes here from `below` to `above`.

        `"second"`: the other crossing, which exists when the sds differ: beyond it the wider component wins
        again. It lies more than four sds of the wider component from that component's mean, so a single
        cut at the crossing mislabels at most 0.003 % of it; or, in a result, no value lies beyond it.

        `"not_monotone"`: a second crossing as well, but within four sds of the wider component's mean: the
        posterior of `above` is not monotone where there are data, and one cut does not separate the two.

        `"none"`: one of the two wins everywhere, so there is no crossing.
    reached_lower, reached_upper : float
        Where `lower` or `upper` is infinite: how far the profile went before the crossing ceased to be there;
        NaN elsewhere.
    """

    value: float
    lower: float
    upper: float
    below: int
    above: int
    kind: str
    reached_lower: float = math.nan
    reached_upper: float = math.nan

    to_dict = showing.to_dict
    to_frame = showing.to_frame


def thresholds(weights: Array, means: Array, sds: Array) -> tuple[Threshold, ...]:
    """Return the equal-posterior points of neighbouring components of a mixture, without intervals.

    Components are taken in the order of their means, ties by sd. Each neighbouring pair contributes its
    crossing, then its second crossing when there is one; or a single entry of kind `"none"`. Only the two
    components of the pair are compared: where a third is more probable than both, the point does not change
    the label.

    log(w_1 phi_1) = log(w_2 phi_2) is a quadratic in x, solved in units of the narrower component and without
    cancellation (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 1.8). Cost:
    microseconds a pair.

    >>> import numpy as np
    >>> for t in thresholds(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([1.0, 2.0])):
    ...     print(f"{t.value:.3f} {t.kind}")
    1.418 crossing
    -3.418 not_monotone
    """
    order = np.lexsort((sds, means))
    pairs = _core.crossings((weights[order], means[order], sds[order]))
    m, s = means.tolist(), sds.tolist()
    found: list[Threshold] = []
    for (below, above), (crossing, second) in zip(
        itertools.pairwise(order.tolist()), pairs.tolist(), strict=True
    ):
        found.append(threshold_of(crossing, below, above, "none" if math.isnan(crossing) else "crossing"))
        if not math.isnan(second):
            wide = below if s[above] < s[below] else above
            # halves, so that the difference of two huge numbers stays finite
            near = abs(0.5 * second - 0.5 * m[wide]) <= 0.5 * NEAR * s[wide]
            found.append(threshold_of(second, below, above, "not_monotone" if near else "second"))
    return tuple(found)


def threshold_of(value: float, below: int, above: int, kind: str) -> Threshold:
    """Return a threshold without an interval."""
    return Threshold(value, math.nan, math.nan, below, above, kind)
