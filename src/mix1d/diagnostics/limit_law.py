"""The large-sample law of A^2 and W^2 when the parameters of the mixture were estimated."""

from __future__ import annotations

import math

import numpy as np

from mix1d import _core
from mix1d.arrays import Array, Arrays

NODES, NODES_A_COMPONENT = 128, 20  # the kernel's grid: at least the first number
EDGE = 12.0  # the grid ends where log(F / (1 - F)) has this size
MOST_CELLS = 160  # finer lattices are treated as continuous, with a correction
LEAST_MASS = 1e-7  # of a cell that is looked at
FLAT = 1e-10  # information below this share of the largest is none


def upper_tail(
    mixture: Arrays,
    value: float,
    *,
    equal: bool,
    statistic: str = "anderson_darling",
    step: float = 0.0,
    origin: float = 0.0,
) -> float:
    """Return the probability that the statistic of a fitted sample is at least `value`, for large samples.

    Parameters
    ----------
    mixture : tuple of ndarray (k,)
        Weights, means and sds that were fitted; components of weight 0 do not count.
    value : float
        The statistic, see `mix1d.diagnostics.goodness.GoodnessOfFit`.
    equal : bool
        Whether the sds are one parameter.
    statistic : {"anderson_darling", "cramer_von_mises"}
        Which.
    step, origin : float
        The values are rounded to ``origin`` plus multiples of ``step``; 0 for continuous values.

    Returns
    -------
    float
        NaN where the parameters leave the empirical distribution no freedom, which takes a coarse lattice.

    Notes
    -----
    With estimated parameters sqrt(n) (F_n - F) tends to a normal process with covariance, at s = F(x) and
    t = F(y),

        min(s, t) - s t - g(s)' I^-1 g(t),

    g the derivatives of F by the parameters and I their information in one value (Durbin 1973). A^2 and W^2
    tend to sums of lambda_i chi^2_1, lambda_i the eigenvalues of this kernel weighted by 1 / (t (1 - t)) and
    by 1 (Stephens 1976). They are found on a grid uniform in log(t / (1 - t)); the tail of the sum comes from
    its characteristic function along a line off the real axis. Right to 0.001 in the tail up to k = 3, where
    it takes 2 ms; 6 ms at k = 10.

    For one component this gives the points of Stephens (1986), 0.752 (5 %) and 1.035 (1 %) for A^2, without
    his corrections for small n, which belong to the sd with denominator n - 1.

    For rounded values F is compared at the ends of the cells only, joined linearly in F, and I is the
    information in the counts of the cells.

    References
    ----------
    Durbin, J. (1973). Weak convergence of the sample distribution function when parameters are estimated.
    Annals of Statistics 1, 279-290. doi:10.1214/aos/1176342365

    Stephens, M. A. (1976). Asymptotic results for goodness-of-fit statistics with unknown parameters. Annals
    of Statistics 4, 357-369. doi:10.1214/aos/1176343411

    Stephens, M. A. (1986). Tests based on EDF statistics. In D'Agostino and Stephens (eds), Goodness-of-fit
    techniques. Dekker, New York.

    Examples
    --------
    >>> normal = np.array([1.0]), np.array([0.0]), np.array([1.0])
    >>> round(upper_tail(normal, 0.752, equal=False), 3)
    0.05
    >>> round(upper_tail(normal, 0.126, equal=False, statistic="cramer_von_mises"), 3)
    0.05
    """
    weights, means, sds = mixture
    real = np.flatnonzero(weights)
    exponent = -math.frexp(float(np.max(sds[real])))[1]  # in these units no square overflows
    scaled = weights[real], np.ldexp(means[real], exponent), np.ldexp(sds[real], exponent)
    flat = statistic == "cramer_von_mises"
    h = math.ldexp(step, exponent)
    ends = _cell_ends(scaled, h, math.ldexp(origin, exponent))
    matrix, mean = _rounded(scaled, ends, equal, flat) if len(ends) else _continuous(scaled, h, equal, flat)
    eigenvalues = _core.eigenvalues(matrix.ravel())
    if not len(eigenvalues) or eigenvalues[0] < FLAT:
        return math.nan
    return _tail(eigenvalues, mean, value)


def _tail(eigenvalues: Array, mean: float, value: float) -> float:
    """P(sum of lambda_i chi^2_1 >= value) by the inversion of exp(K(z) - z value) / z along Re z = c > 0.

    The trapezoidal rule: both poles are 1/4 away in units of 1 / lambda_1, so the error is exp(-pi / (2 h)).
    The many small eigenvalues count as their mean.
    """
    largest = float(eigenvalues[0])
    kept = eigenvalues[eigenvalues > 1e-3 * largest]
    rest = value - (mean - float(np.sum(kept)))
    if rest <= 0.0:
        return 1.0
    h, count = 0.08, 500
    z = (0.25 + 1j * h * np.arange(count)) / largest
    product = np.prod(np.sqrt(1.0 - 2.0 * np.multiply.outer(kept, z)), axis=0)
    terms = (np.exp(-z * rest) / (z * product)).real
    total = (float(np.sum(terms)) - 0.5 * float(terms[0])) * h / largest / math.pi
    return min(max(total, 0.0), 1.0)


def _continuous(mixture: Arrays, step: float, equal: bool, flat: bool) -> tuple[Array, float]:
    """Return the kernel's matrix on a grid of y = log(t / (1 - t)), where dt = t (1 - t) dy, and the mean.

    The kernel has a kink on its diagonal, whose part in the error of the trapezoidal rule is taken off. The
    mean needs no such correction: it is the sum of all eigenvalues, those beyond the grid too. A fine lattice
    takes from it what the process does within cells: a bridge of mean square p / 6 in a cell of mass p.
    """
    size = max(NODES, NODES_A_COMPONENT * len(mixture[0]))
    y = np.linspace(-EDGE, EDGE, size)
    h = 2.0 * EDGE / (size - 1)
    below, above = 1.0 / (1.0 + _core.exp(-y)), 1.0 / (1.0 + _core.exp(y))
    half = size // 2
    x = np.concatenate(
        [_core.quantile(below[:half], mixture), _core.quantile(above[half:], mixture, above=True)]
    )
    g = _gradients(mixture, x, below, equal)
    share = np.sqrt(h * below * above) if flat else np.full(size, math.sqrt(h))
    matrix = _covariance(below, above, g, _information(mixture, equal)) * np.multiply.outer(share, share)
    _, _, sds = mixture
    density = np.sum(mixture[0][:, None] * _bell(_standardised(mixture, x)) / sds[:, None], axis=0)
    mean = float(np.trace(matrix)) - step / 6.0 * float(np.sum(share**2 * density))
    matrix[np.diag_indices(size)] -= h * below * above * share**2 / 12.0
    return matrix, mean


def _rounded(mixture: Arrays, ends: Array, equal: bool, flat: bool) -> tuple[Array, float]:
    """Return a matrix with the eigenvalues of the statistic of rounded values, and its trace.

    Between the ends of the cells the process is linear, so the statistic is a quadratic form in its values
    there, tridiagonal; it is found with four Gauss points a cell in log(t / (1 - t)).
    """
    below, above = _core.probability(ends, mixture), _core.probability(ends, mixture, above=True)
    first = np.diff(below, prepend=0.0) > LEAST_MASS
    kept = first & (above > LEAST_MASS)
    ends, below, above = ends[kept], below[kept], above[kept]
    size = len(ends)
    g = _gradients(mixture, ends, below, equal)
    edge = np.zeros((len(g), 1))
    jumps, masses = np.diff(g, prepend=edge, append=edge), np.diff(below, prepend=0.0, append=1.0)
    covariance = _covariance(below, above, g, _products(jumps / masses, jumps))
    y = np.concatenate([[-20.0], _core.log(below / above), [20.0]])  # the tails beyond are empty
    diagonal, beside = np.zeros(size + 2), np.zeros(size + 1)
    for node, part in zip(*np.polynomial.legendre.leggauss(4), strict=True):
        t = 1.0 / (1.0 + _core.exp(-(y[:-1] + 0.5 * np.diff(y) * (1.0 + node))))
        share = 0.5 * np.diff(y) * part * (t * (1.0 - t) if flat else 1.0)
        right = (t - np.concatenate([[0.0], below])) / masses
        diagonal[:-1] += share * (1.0 - right) ** 2
        diagonal[1:] += share * right**2
        beside += share * right * (1.0 - right)
    matrix = _congruent(covariance, *_root(diagonal[1:-1].tolist(), beside[1:-1].tolist()))
    return matrix, float(np.trace(matrix))


def _root(diagonal: list[float], beside: list[float]) -> tuple[Array, Array]:
    """Return the Cholesky factor of a tridiagonal matrix: its diagonal, and the one below it."""
    d: list[float] = []
    e: list[float] = []
    for i, value in enumerate(diagonal):
        d.append(math.sqrt(value - (e[-1] ** 2 if i else 0.0)))
        if i < len(beside):
            e.append(beside[i] / d[-1])
    return np.array(d), np.array(e)


def _congruent(matrix: Array, d: Array, e: Array) -> Array:
    """Return L' M L, L with the diagonal d and e below it."""
    for _ in range(2):
        matrix = matrix.T * d[:, None] + np.vstack([matrix.T[1:] * e[:, None], np.zeros((1, len(d)))])
    return matrix


def _cell_ends(mixture: Arrays, step: float, origin: float) -> Array:
    """Return the ends of the cells of the lattice within 6 sds of a component, none if they are too many."""
    _, means, sds = mixture
    if not step > 0.0 or 12.0 * float(np.sum(sds)) > MOST_CELLS * step:
        return np.empty(0)
    first = np.floor((means - 6.0 * sds - origin) / step)
    last = np.ceil((means + 6.0 * sds - origin) / step)
    ranges = [np.arange(a, b + 1.0) for a, b in zip(first.tolist(), last.tolist(), strict=True)]
    return origin + step * (np.unique(np.concatenate(ranges)) + 0.5)


def _covariance(below: Array, above: Array, g: Array, information: Array) -> Array:
    """Return min(s, t) - s t - g(s)' I^-1 g(t); directions without information are left out.

    Elimination, parameter by parameter: what the later ones add to those before. (LAPACK would let threads
    wait for each other for longer than the sums take.)
    """
    scale = 1.0 / np.sqrt(np.maximum(np.diag(information), 1e-300))
    left, rows = information * np.multiply.outer(scale, scale), g * scale[:, None]
    covariance = np.minimum.outer(below, below) * np.minimum.outer(above, above)
    for i in range(len(g)):
        pivot = float(left[i, i])
        if pivot > FLAT:
            covariance -= np.multiply.outer(rows[i] / pivot, rows[i])
            shares = left[i + 1 :, i] / pivot
            rows[i + 1 :] -= np.multiply.outer(shares, rows[i])
            left[i + 1 :, i:] -= np.multiply.outer(shares, left[i, i:])
    return np.asarray(covariance)


def _products(a: Array, b: Array) -> Array:
    """Return a b' for p rows each."""
    return np.asarray(np.einsum("pi,qi->pq", a, b))


def _gradients(mixture: Arrays, x: Array, below: Array, equal: bool) -> Array:
    """Return the derivatives (p, m) of F at x by the logits (the first held), means / sds and log sds."""
    weights, means, sds = mixture
    one = np.ones(1)
    parts = np.array(
        [_core.probability(x, (one, m, s)) for m, s in zip(means[:, None], sds[:, None], strict=True)]
    )
    z = _standardised(mixture, x)
    density = -weights[:, None] * _bell(z)
    return _free(weights[:, None] * (parts - below), density, z * density, equal)


def _information(mixture: Arrays, equal: bool) -> Array:
    """Return the expected information (p, p) in one value: the mean of the squared scores.

    The trapezoidal rule on a grid around each component, in units of its sd. Each grid stands for a share of
    the integrand that is smooth on its scale: the density of its component over the sum of all, weights aside
    (the balance heuristic of Veach and Guibas 1995, doi:10.1145/218380.218498).
    """
    weights, means, sds = mixture
    k = len(weights)
    grid = np.arange(-32, 33) / 4.0
    x = (means[:, None] + sds[:, None] * grid).ravel()
    z = _standardised(mixture, x)
    heights = _bell(z) / sds[:, None]
    own = np.repeat(np.arange(k), len(grid))
    density = np.sum(weights[:, None] * heights, axis=0)
    masses = sds[own] / 4.0 * heights[own, np.arange(len(x))] / np.sum(heights, axis=0) * density
    r = weights[:, None] * heights / density
    scores = _free(r - weights[:, None], r * z, r * (z * z - 1.0), equal)
    return _products(scores * masses, scores)


def _free(logits: Array, means: Array, log_sds: Array, equal: bool) -> Array:
    return np.vstack([logits[1:], means, np.sum(log_sds, axis=0, keepdims=True) if equal else log_sds])


def _standardised(mixture: Arrays, x: Array) -> Array:
    _, means, sds = mixture
    return np.asarray(np.clip((x - means[:, None]) / sds[:, None], -1e3, 1e3))


def _bell(z: Array) -> Array:
    return _core.exp((-0.5 * z * z).ravel()).reshape(z.shape) / math.sqrt(2.0 * math.pi)
