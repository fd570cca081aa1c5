"""Cut-points between components: where two neighbours are equally probable."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from mix1d import _core
from mix1d.arrays import Array

# A second crossing within so many sds of the wider mean leaves more than 0.003 % of the wider component
# on the wrong side of a single cut: enough for samples of ten thousands to show it.
NEAR = 4.0


@dataclass(frozen=True, slots=True)
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


def thresholds(weights: Array, means: Array, sds: Array) -> tuple[Threshold, ...]:
    """Return the equal-posterior points of neighbouring components.

    Components are taken in the order of their means, ties by sd. Each neighbouring pair contributes its
    crossing, then its second crossing when there is one; or a single entry of kind `"none"`. Only the two
    components of the pair are compared: where a third is more probable than both, the point does not change
    the label.

    Parameters
    ----------
    weights, means, sds : ndarray (k,)
        A valid mixture. `lower` and `upper` of the results are NaN.

    Returns
    -------
    tuple of Threshold
        Empty for one component.

    Notes
    -----
    log(w_1 phi_1) = log(w_2 phi_2) is a quadratic in x, solved in units of the narrower component and without
    cancellation (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 1.8). Cost:
    microseconds a pair.

    Examples
    --------
    >>> import numpy as np
    >>> for t in thresholds(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([1.0, 2.0])):
    ...     print(f"{t.value:.3f} {t.kind}")
    1.418 crossing
    -3.418 not_monotone
    """
    w, m, s = weights.tolist(), means.tolist(), sds.tolist()
    order = sorted(range(len(w)), key=lambda j: (m[j], s[j], j))
    found: list[Threshold] = []
    for below, above in itertools.pairwise(order):
        # sds ascend within equal means, so `below` is the narrower or the one with the smaller mean
        upper_is_narrow = s[above] < s[below]
        narrow, wide = (above, below) if upper_is_narrow else (below, above)
        left, right = _roots(w, m, s, narrow, wide)
        crossing, second = (left, right) if upper_is_narrow else (right, left)
        if s[above] == s[below]:
            crossing, second = left, math.nan
        found.append(_threshold(crossing, below, above, "none" if math.isnan(crossing) else "crossing"))
        if not math.isnan(second):
            # halves, so that the difference of two huge numbers stays finite
            near = abs(0.5 * second - 0.5 * m[wide]) <= 0.5 * NEAR * s[wide]
            found.append(_threshold(second, below, above, "not_monotone" if near else "second"))
    return tuple(found)


def _threshold(value: float, below: int, above: int, kind: str) -> Threshold:
    return Threshold(value, math.nan, math.nan, below, above, kind)


def _roots(w: list[float], m: list[float], s: list[float], narrow: int, wide: int) -> tuple[float, float]:
    """Return the ends of the interval in which the narrower component wins, NaN for an end that is not there.

    With x = m_n + s_n t, ratio = s_n / s_w, offset = (m_w - m_n) / s_w and
    c = log(w_n / w_w) - log(ratio), the narrower one wins where
    (1 - ratio^2) t^2 + 2 ratio offset t < offset^2 + 2 c.
    With equal sds both ends are the one crossing.
    """
    nothing = (math.nan, math.nan)
    if w[narrow] == 0.0 or w[wide] == 0.0:
        return nothing
    ratio = s[narrow] / s[wide]
    curvature = ((s[wide] - s[narrow]) / s[wide]) * (1.0 + ratio)
    # logarithms of quotients: those of the numbers themselves would depend on the unit of the data
    log_odds, log_ratio = _core.log(np.array([w[narrow] / w[wide], ratio])).tolist()
    shift = 2.0 * (log_odds - log_ratio)
    # t is measured in offsets where those exceed one, and distances are halved, so that nothing overflows
    distance = 0.5 * m[wide] - 0.5 * m[narrow]
    if abs(distance) > s[wide]:
        offset = math.copysign(1.0, distance)
        shift *= (0.5 * s[wide] / distance) ** 2
        length = ratio * abs(distance)
    else:
        offset = 2.0 * distance / s[wide]
        length = 0.5 * s[narrow]
    discriminant = offset * offset + curvature * shift
    if (curvature == 0.0 and offset == 0.0) or discriminant <= 0.0:
        return nothing
    h = ratio * offset
    side = 1.0 if h >= 0.0 else -1.0
    q = abs(h) + math.sqrt(discriminant)
    near = _finite(2.0 * (0.5 * m[narrow] + length * (side * (offset * offset + shift) / q)))
    if curvature == 0.0:
        return near, near
    far = _finite(2.0 * (0.5 * m[narrow] - length * (side * q / curvature)))
    return (far, near) if side > 0.0 else (near, far)


def _finite(x: float) -> float:
    """X, or NaN for a crossing beyond the floating-point range."""
    return x if math.isfinite(x) else math.nan
