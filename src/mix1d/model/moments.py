"""Moments, modes, separation and entropy of a mixture given as plain arrays."""

from __future__ import annotations

import math
import operator
from typing import SupportsIndex, cast

import numpy as np

from mix1d import _core
from mix1d.arrays import Array
from mix1d.errors import InputError, shown

_HIGHEST_ORDER = 10_000  # of a moment

Components = list[tuple[float, float, float]]  # weight, mean, sd

LN2 = 0.6931471805599453
LOG_SQRT_2PI = 0.9189385332046727
# Distances from a mean, in sds, between which the slope of the log-density is looked at for sign changes.
MODE_GRID = np.concatenate([np.arange(0.0, 7.0, 0.25), [7.5, 8.0, 9.0, 10.0, 12.0, 15.0, 20.0, 30.0, 40.0]])
MODE_GRID = np.concatenate([-MODE_GRID[:0:-1], MODE_GRID])
FARTHEST = 1e290  # sds: what is farther, or wider, is as good as that far, or that wide
# Panels of the entropy integral, in sds; less than 1e-22 of a component lies beyond ten.
PANELS = np.arange(-10.0, 10.25, 0.5)
# Gauss-Legendre rule with 16 points: the positive nodes and their weights
NODES = np.array(
    [
        *(0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438),
        *(0.755404408355003, 0.8656312023878318, 0.9445750230732326, 0.9894009349916499),
    ]
)
NODE_WEIGHTS = np.array(
    [
        *(0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674),
        *(0.12462897125553388, 0.09515851168249279, 0.062253523938647894, 0.027152459411754096),
    ]
)
NODES = np.concatenate([-NODES[::-1], NODES])
NODE_WEIGHTS = np.concatenate([NODE_WEIGHTS[::-1], NODE_WEIGHTS])


def checked_order(order: object, kind: object) -> int:
    """Return the order of a moment, or refuse that or its kind."""
    try:
        n = operator.index(cast(SupportsIndex, order))
    except TypeError:
        n = -1
    if n < 0:
        raise InputError(f"order must be an integer of at least 0, got {shown(order)}: moments count from 0")
    if n > _HIGHEST_ORDER:
        raise InputError(f"order must be at most {_HIGHEST_ORDER}, got {shown(n)}: none beyond is finite")
    if not isinstance(kind, str) or kind not in ("raw", "central", "standardized"):
        raise InputError(
            f"kind must be 'raw', 'central' or 'standardized', got {shown(kind)}: choose one of them"
        )
    return n


def moment(weights: Array, means: Array, sds: Array, order: int, kind: str) -> float:
    """Return the raw, central or standardized moment; infinite where it overflows.

    A normal has E x^n = m E x^(n-1) + (n-1) s^2 E x^(n-2). Offsets from the mean are taken from differences
    of means, so that a large common offset costs no digits, and everything is in units of a power of two.
    """
    if order == 0:
        return 1.0
    if kind == "raw" and order != 1:
        weighted, power = _in_units(weights, means, sds)
        return _scaled(_raw_moment(weighted, order), order * power)
    weighted, power = _in_units(weights, means, sds, 1000)
    centred, mean, inner = _centred(weighted)
    if kind == "raw":
        return _scaled(mean, power)
    central = _raw_moment(centred, order)
    if kind == "central":
        return _scaled(central, order * (power + inner))
    variance = _raw_moment(centred, 2)
    for _ in range(order // 2):
        central /= variance
    return central / math.sqrt(variance) if order % 2 else central


def standard_deviation(weights: Array, means: Array, sds: Array) -> float:
    """Return the standard deviation, finite even where the variance overflows."""
    weighted, power = _in_units(weights, means, sds, 1000)
    centred, _, inner = _centred(weighted)
    return _scaled(math.sqrt(_raw_moment(centred, 2)), power + inner)


def modes(weights: Array, means: Array, sds: Array) -> Array:
    """Return all local maxima of the density, ascending.

    They lie between the smallest and the largest mean, at most one per component (Carreira-Perpinan &
    Williams 2003, Scale Space Methods in Computer Vision, LNCS 2695:625-640). The slope of the log-density
    is bracketed between the points of a grid on the scale of every component; where it may cross
    zero inside a cell and turn back, a point beyond zero is found and becomes a grid point too. Safeguarded
    Newton steps then go to the last bits.
    """
    ends = means[weights > 0.0]
    weights, means, sds, power = _rescale(weights, means, sds)
    lowest, highest = means.min(), means.max()
    with np.errstate(over="ignore"):
        grid = (means[:, None] + sds[:, None] * MODE_GRID).ravel()
    grid = np.unique(np.clip(grid, lowest, highest))
    slope, bend = _derivatives(grid, weights, means, sds)
    turns = _turning_points(grid, slope, bend, weights, means, sds)
    if len(turns):
        grid = np.unique(np.concatenate([grid, turns]))
        slope, bend = _derivatives(grid, weights, means, sds)
    # from rising to falling, perhaps over points where the slope is exactly zero; it rises before the first
    # mean and falls behind the last
    slanted = np.flatnonzero(slope)
    before = np.concatenate([[-1], slanted])
    after = np.concatenate([slanted, [len(grid)]])
    rising = np.concatenate([[True], slope[slanted] > 0.0])
    falling = np.concatenate([slope[slanted] < 0.0, [True]])
    before, after = before[rising & falling], after[rising & falling]
    flat = after - before > 1
    left = np.where(flat, (before + after) // 2, np.maximum(before, 0))
    right = np.where(flat, left, np.minimum(after, len(grid) - 1))
    found = np.ldexp(_solve(grid[left], grid[right], weights, means, sds), power)
    return np.clip(found, ends.min(), ends.max())  # below the smallest normal double, the unit costs digits


def least_separation(weights: Array, means: Array, sds: Array) -> float:
    """Return the smallest Ashman's D of neighbours among the components of positive weight, NaN for one.

    NaN also where an sd is infinite.

    >>> least_separation(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.array([1.0, 1.0]))
    3.0
    >>> least_separation(np.array([0.5, 0.5]), np.array([0.0, 3.0]), np.zeros(2))
    inf
    """
    real = np.flatnonzero(weights)
    means, sds = means[real], sds[real]
    if len(real) < 2 or not np.isfinite(sds).all():
        return math.nan
    points = (sds[1:] == 0.0) & (sds[:-1] == 0.0)  # both without any spread: as far apart as can be
    if points.all():
        return math.inf
    widest = float(np.max(sds))
    if widest == 0.0:  # points
        return math.inf if np.all(means[1:] > means[:-1]) else 0.0
    spread = np.sqrt(0.5 * ((sds[1:] / widest) ** 2 + (sds[:-1] / widest) ** 2))
    # beside a component so wide, squares are lost: each of the pair in the wider one's sd
    faint = spread == 0.0
    with np.errstate(over="ignore", under="ignore"):  # halves, so that the difference stays finite
        unit = np.where(faint & ~points, np.maximum(sds[1:], sds[:-1]), widest)
        pair = np.sqrt(0.5 * ((sds[1:] / unit) ** 2 + (sds[:-1] / unit) ** 2))
        apart = (0.5 * means[1:] - 0.5 * means[:-1]) / unit
        together = np.where(points, 1.0, np.where(faint, pair, spread))
        return float(np.min(np.where(points, math.inf, apart * (2.0 / together))))


def entropy(weights: Array, means: Array, sds: Array) -> float:
    """Return minus the integral of pdf * logpdf, in nats, to about 1e-12.

    The sum over components of w_j times the mean of -logpdf under component j, each in coordinates of its
    own, so that narrow components far from zero lose no digits. Gauss-Legendre panels are cut on
    the scale of that component and of every narrower one. Cost: at most 640 k^3 evaluations of one component.
    """
    kept = weights > 0.0
    scales = np.frexp(sds[kept])[1]
    if scales.max() - scales.min() > 900:
        return _entropy_of_scales(weights[kept], means[kept], sds[kept])
    weights, means, sds, power = _rescale(weights, means, sds)
    terms: list[float] = []
    for j in range(len(means)):
        terms += _entropy_terms(j, weights, means - means[j], sds)
    return math.fsum(terms) + power * LN2


def _entropy_of_scales(weights: Array, means: Array, sds: Array) -> float:
    """Return the entropy where no unit suits all: each component sees the others in units of its own sd."""
    terms: list[float] = []
    for j in range(len(means)):
        power = int(np.frexp(sds[j])[1])
        with np.errstate(over="ignore"):
            offsets = np.clip(np.ldexp(means - means[j], -power), -FARTHEST, FARTHEST)
            widths = np.clip(np.ldexp(sds, -power), 5e-324, FARTHEST)
        terms += _entropy_terms(j, weights, offsets, widths)
        terms.append(float(weights[j]) * power * LN2)
    return math.fsum(terms)


def _entropy_terms(j: int, weights: Array, offsets: Array, sds: Array) -> list[float]:
    """Return what adds up to component j's part of the integral; offsets are from its mean."""
    inner = (offsets[sds < sds[j], None] + sds[sds < sds[j], None] * PANELS).ravel()
    inner = np.clip(inner, PANELS[0] * sds[j], PANELS[-1] * sds[j]) / sds[j]
    edges = np.unique(np.concatenate([PANELS, inner]))
    half = 0.5 * (edges[1:] - edges[:-1])
    t = ((edges[:-1] + half)[:, None] + half[:, None] * NODES).ravel()
    share = weights[j] * (half[:, None] * NODE_WEIGHTS).ravel()
    share *= _core.exp(t * t * -0.5 - LOG_SQRT_2PI)
    found: list[float] = (share * -_core.density(t * sds[j], (weights, offsets, sds), log=True)).tolist()
    return found


def _in_units(weights: Array, means: Array, sds: Array, room: int = 0) -> tuple[Components, int]:
    """Components of positive weight, in units of 2^power, so that all means and sds are at most 2^room."""
    found = [c for c in zip(weights.tolist(), means.tolist(), sds.tolist(), strict=True) if c[0] > 0.0]
    power = math.frexp(max(max(abs(m), s) for _, m, s in found))[1] - room
    return [(w, math.ldexp(m, -power), math.ldexp(s, -power)) for w, m, s in found], power


def _centred(components: Components) -> tuple[Components, float, int]:
    """Components about their common mean, in units of 2^power, and that mean in the old units."""
    first, shift = components[0][1], 0.0
    for w, m, _ in components:
        shift += w * (m - first)
    about = [(w, m - first - shift, s) for w, m, s in components]
    power = math.frexp(max(max(abs(m), s) for _, m, s in about))[1]
    return [(w, math.ldexp(m, -power), math.ldexp(s, -power)) for w, m, s in about], first + shift, power


def _raw_moment(components: Components, order: int) -> float:
    total = 0.0
    for w, m, s in components:
        before, last = 0.0, 1.0
        for n in range(order):
            before, last = last, m * last + n * (s * s) * before
        total += w * last
    return total


def _scaled(value: float, power: int) -> float:
    """Value * 2^power, infinite on overflow."""
    try:
        return math.ldexp(value, power)
    except OverflowError:
        return math.copysign(math.inf, value)


def _rescale(weights: Array, means: Array, sds: Array) -> tuple[Array, Array, Array, int]:
    """Leave out weights of zero and divide by 2^power, so that squares stay finite."""
    kept = weights > 0.0
    weights, means, sds = weights[kept], means[kept], sds[kept]
    power = (math.frexp(sds.min())[1] + math.frexp(sds.max())[1]) // 2
    power = max(power, math.frexp(max(np.abs(means).max(), sds.max()))[1] - 1000)
    return weights, np.ldexp(means, -power), np.maximum(np.ldexp(sds, -power), 5e-324), power


def _derivatives(x: Array, weights: Array, means: Array, sds: Array) -> tuple[Array, Array]:
    """First and second derivative of the log-density."""
    shares = _core.responsibilities(x, (weights, means, sds))
    slope, bend = np.zeros_like(x), np.zeros_like(x)
    for j in range(len(means)):
        # a component so far away that the square would overflow has no share
        with np.errstate(over="ignore"):
            pull = np.clip((means[j] - x) / sds[j] / sds[j], -1e150, 1e150)
            curvature = min(1.0 / sds[j] / sds[j], 1e300)
        slope += shares[:, j] * pull
        bend += shares[:, j] * (pull * pull - curvature)
    return slope, bend - slope * slope


def _turning_points(
    grid: Array, slope: Array, bend: Array, weights: Array, means: Array, sds: Array
) -> Array:
    """Points inside cells where the slope has the other sign than at both ends."""
    cells = np.flatnonzero(np.sign(slope[:-1]) == np.sign(slope[1:]))
    left, right = np.stack([grid, slope, bend])[:, cells], np.stack([grid, slope, bend])[:, cells + 1]
    found = [grid[:0]]
    while left.size:
        sign = np.sign(left[1])
        fall, rise = -left[2] * sign, right[2] * sign
        # where the slope turns back, the tangents at both ends meet below it: above zero, there is no root
        turns = (fall > 0.0) & (rise > 0.0)
        width = np.where(turns, right[0] - left[0], 0.0)
        start, end = np.abs(left[1]), np.abs(right[1])
        with np.errstate(over="ignore"):
            fallen = np.minimum(start - end + rise * width, 1e300)
        drop = np.where(turns, fall / np.where(turns, fall + rise, 1.0), 0.0) * fallen
        x = left[0] + 0.5 * width
        kept = turns & (start <= drop) & (x > left[0]) & (x < right[0])
        left, right, sign, x = left[:, kept], right[:, kept], sign[kept], x[kept]
        middle = np.stack([x, *_derivatives(x, weights, means, sds)])
        crossed = middle[1] * sign <= 0.0
        found.append(x[crossed])
        falling = middle[2] * sign < 0.0
        left, right = (
            np.where(falling, middle, left)[:, ~crossed],
            np.where(falling, right, middle)[:, ~crossed],
        )
    return np.concatenate(found)


def _solve(left: Array, right: Array, weights: Array, means: Array, sds: Array) -> Array:
    """Where the slope, positive at `left` and negative at `right`, is zero."""
    x, smallest = left + 0.5 * (right - left), sds.min()
    for _ in range(200):
        slope, bend = _derivatives(x, weights, means, sds)
        left, right = np.where(slope >= 0.0, x, left), np.where(slope <= 0.0, x, right)
        middle = left + 0.5 * (right - left)
        newton = x - np.where(bend < 0.0, slope / np.where(bend < 0.0, bend, 1.0), np.inf)
        step = np.where((newton >= left) & (newton <= right), newton, middle)
        moved = np.abs(step - x) > 4e-16 * (np.abs(x) + smallest)
        x = step
        if not moved.any():
            break
    return x
