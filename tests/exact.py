"""Slow twins in mpmath: what the native functions must return, and how far off they are."""

import mpmath
import numpy as np
from mpmath import mpf

mpmath.mp.dps = 50


def ulps(found, exact):
    """Distance in units in the last place of the exact value; of the denormal grid below it."""
    nearest = float(exact)
    if not np.isfinite(nearest) or not np.isfinite(found):
        return 0.0 if found == nearest else np.inf
    return float(abs(mpf(float(found)) - exact) / mpf(float(np.spacing(abs(nearest)))))


def upper_tail(z):
    if z > 1000:
        return (
            mpmath.exp(-z * z / 2) / (z * mpmath.sqrt(2 * mpmath.pi)) * (1 - 1 / z**2 + 3 / z**4 - 15 / z**6)
        )
    return 1 - upper_tail(-z) if z < -1000 else mpmath.erfc(z / mpmath.sqrt(2)) / 2


def components(mixture):
    rows = zip(mixture.weights, mixture.means, mixture.sds, strict=True)
    return [tuple(mpf(float(v)) for v in row) for row in rows]


def pdf(mixture, x):
    total = mpf(0)
    for w, m, s in components(mixture):
        total += w / (s * mpmath.sqrt(2 * mpmath.pi)) * mpmath.exp(-(((mpf(x) - m) / s) ** 2) / 2)
    return total


def logpdf(mixture, x):
    return mpmath.log(pdf(mixture, x))


def tails(mixture, x):
    """Mass below and above; the weights are rounded, so the larger is one minus the smaller."""
    below = above = mpf(0)
    for w, m, s in components(mixture):
        z = (mpf(x) - m) / s
        below += w * upper_tail(-z)
        above += w * upper_tail(z)
    return (below, 1 - below, True) if below < above else (1 - above, above, False)


def mass_below(mixture, x):
    """The sum of the weighted lower tails, smooth in x."""
    return mpmath.fsum(w * upper_tail((m - x) / s) for w, m, s in components(mixture))


def cdf(mixture, x):
    return tails(mixture, x)[0]


def ccdf(mixture, x):
    return tails(mixture, x)[1]


def logcdf(mixture, x):
    below, above, lower = tails(mixture, x)
    return mpmath.log(below) if lower else mpmath.log1p(-above)


def logccdf(mixture, x):
    below, above, lower = tails(mixture, x)
    return mpmath.log1p(-below) if lower else mpmath.log(above)


def entropy(mixture, edges):
    return -mpmath.quad(lambda x: _times_log(pdf(mixture, x)), edges)


def _times_log(density):
    return density * mpmath.log(density) if density > 0 else mpf(0)
