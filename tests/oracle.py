"""Slow, obvious twins of the native functions, for the tests.

NumPy and loops for everything, mpmath where digits matter. A mixture is given as three arrays
(weights, means, sds) and a sample as (values, sample_weight), as in `mix1d._core`. Nothing here is
tuned: each function is the formula as one would write it on paper.
"""

import math
from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Parameters = tuple[Array, Array, Array]


# The likelihood and its penalty


def log_densities(values: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike) -> Array:
    """log(weight_k * normal density_k(x_i)), shape (n, k)."""
    x, means, sds = np.asarray(values, float)[:, None], np.asarray(means, float), np.asarray(sds, float)
    with np.errstate(divide="ignore"):
        log_weights = np.log(np.asarray(weights, float))
    return log_weights - np.log(sds) - 0.5 * np.log(2 * np.pi) - 0.5 * ((x - means) / sds) ** 2


def log_pdf(values: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike) -> Array:
    """Log density of the mixture at each value, by log-sum-exp."""
    parts = log_densities(values, weights, means, sds)
    top = parts.max(axis=1)
    return top + np.log(np.exp(parts - top[:, None]).sum(axis=1))


def responsibilities(values: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike) -> Array:
    """Posterior probability of each component given each value, shape (n, k)."""
    parts = log_densities(values, weights, means, sds)
    parts = np.exp(parts - parts.max(axis=1, keepdims=True))
    return parts / parts.sum(axis=1, keepdims=True)


def log_likelihood(
    values: ArrayLike, sample_weight: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike
) -> float:
    """Total weighted log-likelihood, natural logarithm."""
    return float(np.sum(np.asarray(sample_weight, float) * log_pdf(values, weights, means, sds)))


def robust_variance(values: ArrayLike, sample_weight: ArrayLike) -> float:
    """S = min(variance, (IQR / 1.349)^2), the variance where the IQR is 0; whole-number weights only."""
    x = np.repeat(np.asarray(values, float), np.asarray(sample_weight).astype(int))
    spread = float(np.subtract(*np.quantile(x, [0.75, 0.25])) / 1.349) ** 2
    variance = float(np.var(x))
    return min(variance, spread) if spread > 0 else variance


def penalty_term(sds: ArrayLike, penalty: float, penalty_variance: float) -> float:
    """a * sum(S / s^2 + log(s^2 / S)), what the penalised objective subtracts (Chen, Tan & Zhang 2008)."""
    ratio = np.asarray(sds, float) ** 2 / penalty_variance
    return float(penalty * np.sum(1 / ratio + np.log(ratio)))


def penalised(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    penalty: float,
    penalty_variance: float,
) -> float:
    """Penalised log-likelihood pl_a."""
    total = log_likelihood(values, sample_weight, weights, means, sds)
    return total - penalty_term(sds, penalty, penalty_variance)


# EM


def em_sums(
    values: ArrayLike, sample_weight: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike
) -> Parameters:
    """Per component: n_k = sum w r, the weighted mean, and sum w r (x - that mean)^2.

    An empty component (n_k = 0) gives its old mean and 0.
    """
    x, w = np.asarray(values, float), np.asarray(sample_weight, float)
    wr = w[:, None] * responsibilities(x, weights, means, sds)
    counts, centres, squares = wr.sum(axis=0), np.array(means, float), np.zeros(wr.shape[1])
    for k in np.flatnonzero(counts):
        centres[k] = np.sum(wr[:, k] * x) / counts[k]
        squares[k] = np.sum(wr[:, k] * (x - centres[k]) ** 2)
    return counts, centres, squares


def em_step(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    equal: bool = False,
    penalty: float = 0.0,
    penalty_variance: float = 1.0,
    floor: float = 0.0,
) -> tuple[Array, Array, Array, float]:
    """One EM iteration: new weights, means, sds and the log-likelihood of the OLD parameters.

    An empty component keeps its mean and, without a penalty, its sd. Equal sds carry no penalty.
    """
    before = log_likelihood(values, sample_weight, weights, means, sds)
    counts, centres, squares = em_sums(values, sample_weight, weights, means, sds)
    total = float(np.sum(sample_weight))
    new_sds = np.array(sds, float)
    if equal:
        new_sds[:] = np.sqrt(squares.sum() / total)
    else:
        for k in range(len(counts)):
            if counts[k] + penalty > 0:
                new_sds[k] = np.sqrt(
                    (squares[k] + 2 * penalty * penalty_variance) / (counts[k] + 2 * penalty)
                )
    return counts / total, centres, np.maximum(new_sds, floor), before


def plain_em(
    values: ArrayLike, sample_weight: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike
) -> Iterator[tuple[Array, Array, Array, float]]:
    """Yield (weights, means, sds, their own log-likelihood), the start first, for ever."""
    current = (np.array(weights, float), np.array(means, float), np.array(sds, float))
    while True:
        *following, own = em_step(values, sample_weight, *current)
        yield *current, own
        current = tuple(following)


# Gradient and Hessian in theta = (logits, means, log sds)


def derivatives(
    values: ArrayLike, sample_weight: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike
) -> tuple[float, Array, Array]:
    """Log-likelihood, gradient (3k,) and Hessian (3k, 3k), one observation at a time."""
    pi, mu, s = (np.asarray(a, float) for a in (weights, means, sds))
    k = len(pi)
    posterior = responsibilities(values, pi, mu, s)
    gradient, hessian = np.zeros(3 * k), np.zeros((3 * k, 3 * k))
    for x, w, r in zip(np.asarray(values, float), np.asarray(sample_weight, float), posterior, strict=True):
        z = (x - mu) / s
        q = np.concatenate([r, r * z / s, r * (z**2 - 1)])
        curvature = -np.outer(q, q)
        for j in range(k):
            a, m, t = j, k + j, 2 * k + j
            curvature[a, a] += r[j]
            curvature[a, m] += r[j] * z[j] / s[j]
            curvature[a, t] += r[j] * (z[j] ** 2 - 1)
            curvature[m, m] += r[j] * (z[j] ** 2 - 1) / s[j] ** 2
            curvature[m, t] += r[j] * (z[j] ** 3 - 3 * z[j]) / s[j]
            curvature[t, t] += r[j] * (z[j] ** 4 - 4 * z[j] ** 2 + 1)
            for row, column in ((a, m), (a, t), (m, t)):
                curvature[column, row] = curvature[row, column]
        curvature[:k, :k] += np.outer(pi, pi) - np.diag(pi)
        score = q.copy()
        score[:k] -= pi
        gradient += w * score
        hessian += w * curvature
    return log_likelihood(values, sample_weight, pi, mu, s), gradient, hessian


def derivatives_mp(
    values: ArrayLike, sample_weight: ArrayLike, weights: Any, means: Any, sds: Any
) -> tuple[Any, Any, Any]:
    """`derivatives` in mpmath at the working precision; vectors and matrices are mpmath's."""
    mp = mpmath.mp
    k = len(weights)
    gradient, hessian, total = mp.zeros(3 * k, 1), mp.zeros(3 * k), mp.mpf(0)
    half_log_2pi = mp.log(2 * mp.pi) / 2
    log_scale = [mp.log(weights[j]) - mp.log(sds[j]) - half_log_2pi for j in range(k)]
    for x, w in zip(values, sample_weight, strict=True):
        z = [(mp.mpf(x) - means[j]) / sds[j] for j in range(k)]
        parts = [mp.exp(log_scale[j] - z[j] ** 2 / 2) for j in range(k)]
        density = mp.fsum(parts)
        r = [part / density for part in parts]
        w = mp.mpf(w)
        total += w * mp.log(density)
        q = r + [r[j] * z[j] / sds[j] for j in range(k)] + [r[j] * (z[j] ** 2 - 1) for j in range(k)]
        for j in range(k):
            a, m, t = j, k + j, 2 * k + j
            hessian[a, a] += w * r[j]
            hessian[m, a] += w * q[m]
            hessian[t, a] += w * q[t]
            hessian[m, m] += w * r[j] * (z[j] ** 2 - 1) / sds[j] ** 2
            hessian[t, m] += w * r[j] * (z[j] ** 3 - 3 * z[j]) / sds[j]
            hessian[t, t] += w * r[j] * (z[j] ** 4 - 4 * z[j] ** 2 + 1)
        for i in range(3 * k):
            gradient[i] += w * (q[i] - (weights[i] if i < k else 0))
            for j in range(i + 1):
                hessian[i, j] -= w * q[i] * q[j]
                if i < k:
                    hessian[i, j] += w * weights[i] * (weights[j] - (1 if i == j else 0))
    for i in range(3 * k):
        for j in range(i):
            hessian[j, i] = hessian[i, j]
    return total, gradient, hessian


def derivatives_numerical(
    values: ArrayLike, sample_weight: ArrayLike, weights: ArrayLike, means: ArrayLike, sds: ArrayLike
) -> tuple[Array, Array]:
    """Gradient and Hessian by central differences of the log-likelihood in 60-digit arithmetic."""
    k = len(np.asarray(weights))
    with mpmath.workdps(60):
        mp = mpmath.mp
        theta = [mp.log(mp.mpf(float(p))) for p in np.asarray(weights)]
        theta += [mp.mpf(float(m)) for m in np.asarray(means)]
        theta += [mp.log(mp.mpf(float(s))) for s in np.asarray(sds)]
        step = mp.mpf(10) ** -15

        def objective(*changes: tuple[int, int]) -> Any:
            point = list(theta)
            for index, sign in changes:
                point[index] += sign * step
            normaliser = mp.fsum(mp.exp(a) for a in point[:k])
            total = mp.mpf(0)
            for x, w in zip(np.asarray(values, float), np.asarray(sample_weight, float), strict=True):
                density = mp.mpf(0)
                for a, m, t in zip(point[:k], point[k : 2 * k], point[2 * k :], strict=True):
                    density += mp.exp(a) / normaliser * mp.npdf(mp.mpf(float(x)), m, mp.exp(t))
                total += mp.mpf(float(w)) * mp.log(density)
            return total

        gradient, hessian = np.zeros(3 * k), np.zeros((3 * k, 3 * k))
        for i in range(3 * k):
            gradient[i] = (objective((i, 1)) - objective((i, -1))) / (2 * step)
            for j in range(i + 1):
                difference = objective((i, 1), (j, 1)) - objective((i, 1), (j, -1))
                difference += objective((i, -1), (j, -1)) - objective((i, -1), (j, 1))
                hessian[i, j] = hessian[j, i] = difference / (4 * step**2)
    return gradient, hessian


def free_directions(n_components: int, equal: bool) -> Array:
    """Matrix (3k, p) from the p free parameters to theta: last logit fixed, log sds shared if equal."""
    k = n_components
    identity = np.eye(3 * k)
    logits, means, log_sds = identity[:, : k - 1], identity[:, k : 2 * k], identity[:, 2 * k :]
    return np.hstack([logits, means, log_sds.sum(axis=1, keepdims=True) if equal else log_sds])


# Standard errors


def covariance(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    equal: bool = False,
) -> Array:
    """Covariance (3k, 3k) of (weights, means, sds): inverse observed information, delta method."""
    pi, s = np.asarray(weights, float), np.asarray(sds, float)
    k = len(pi)
    hessian = derivatives(values, sample_weight, pi, means, s)[2]
    free = free_directions(k, equal)
    chain = np.eye(3 * k)
    chain[:k, :k] = np.diag(pi) - np.outer(pi, pi)
    chain[2 * k :, 2 * k :] = np.diag(s)
    jacobian = chain @ free
    return jacobian @ np.linalg.inv(-free.T @ hessian @ free) @ jacobian.T


def standard_errors(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    equal: bool = False,
) -> Parameters:
    """Observed-information standard errors of weights, means and sds."""
    matrix = covariance(values, sample_weight, weights, means, sds, equal)
    errors = np.sqrt(np.maximum(np.diag(matrix), 0.0))
    k = len(errors) // 3
    return errors[:k], errors[k : 2 * k], errors[2 * k :]


# The exact stationary point


def newton(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    *,
    equal: bool = False,
    penalty: float = 0.0,
    penalty_variance: float = 1.0,
    digits: int = 50,
) -> tuple[list[Any], list[Any], list[Any], Any]:
    """Polish a mixture to the stationary point next to it by Newton's method with `digits` digits.

    Returns weights, means and sds as lists of mpmath numbers and the unpenalised log-likelihood. Plain
    Newton steps: the start must be close already. ArithmeticError if it is not.
    """
    x = np.asarray(values, float).tolist()
    w = np.asarray(sample_weight, float).tolist()
    k = len(np.asarray(weights))
    with mpmath.workdps(digits + 10):
        mp = mpmath.mp
        free = mp.matrix(free_directions(k, equal).tolist())
        logits = [mp.log(mp.mpf(float(p))) for p in np.asarray(weights)]
        mu = [mp.mpf(float(m)) for m in np.asarray(means)]
        tau = [mp.log(mp.mpf(float(s))) for s in np.asarray(sds)]
        for _ in range(30):
            pi, s = softmax(logits), [mp.exp(t) for t in tau]
            total, gradient, hessian = derivatives_mp(x, w, pi, mu, s)
            for j in range(k):
                pull = 2 * penalty * mp.mpf(penalty_variance) / s[j] ** 2
                gradient[2 * k + j] += pull - 2 * penalty
                hessian[2 * k + j, 2 * k + j] -= 2 * pull
            step = free * mp.lu_solve(-(free.T * hessian * free), free.T * gradient)
            logits = [a + step[j] for j, a in enumerate(logits)]
            mu = [m + step[k + j] for j, m in enumerate(mu)]
            tau = [t + step[2 * k + j] for j, t in enumerate(tau)]
            relative = [*step[:k], *(step[k + j] / s[j] for j in range(k)), *step[2 * k :]]
            largest = max(abs(value) for value in relative)
            if largest > 1:
                raise ArithmeticError(f"the start is too far from a stationary point: {float(largest)}")
            if largest < mp.mpf(10) ** (-digits / 2 - 5):  # quadratic: the step just taken reaches all digits
                return softmax(logits), mu, [mp.exp(t) for t in tau], total
    raise ArithmeticError("Newton's method did not converge in 30 steps")


def softmax(logits: list[Any]) -> list[Any]:
    """Weights of a list of mpmath logits."""
    parts = [mpmath.exp(a) for a in logits]
    return [part / mpmath.fsum(parts) for part in parts]


# Insertion of one more component


def insertion_derivative(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    mean: float,
    sd: float,
) -> float:
    """D(mean, sd) = sum w phi(x; mean, sd) / f(x) - n."""
    ratio = np.exp(log_pdf(values, [1.0], [mean], [sd]) - log_pdf(values, weights, means, sds))
    w = np.asarray(sample_weight, float)
    return float(np.sum(w * ratio) - np.sum(w))


def insertion_gain(
    values: ArrayLike,
    sample_weight: ArrayLike,
    weights: ArrayLike,
    means: ArrayLike,
    sds: ArrayLike,
    mean: float,
    sd: float,
) -> tuple[float, float]:
    """Gain of the new component at its best weight, and that weight: max_e sum w log(1 - e + e phi / f).

    Concave in e, so the derivative is bisected; (0, 0) where D <= 0.
    """
    w = np.asarray(sample_weight, float)
    excess = np.expm1(log_pdf(values, [1.0], [mean], [sd]) - log_pdf(values, weights, means, sds))
    if np.sum(w * excess) <= 0:
        return 0.0, 0.0
    low, high = 0.0, 1.0
    for _ in range(200):
        e = 0.5 * (low + high)
        slope = np.sum(w * excess / (1 + e * excess))
        low, high = (e, high) if slope > 0 else (low, e)
    return float(np.sum(w * np.log1p(low * excess))), low


# A sample on which plain EM crawls


def slow_sample() -> tuple[Array, Array]:
    """Values in steps of 0.1 and whole-number weights, n near 4500: three unit normals at 0, 1.6 and 4.

    Expected counts, rounded: plain EM needs tens of thousands of iterations to settle ten digits.
    """
    values = np.arange(-30, 71) / 10.0
    density = np.exp(log_pdf(values, [1 / 3] * 3, [0.0, 1.6, 4.0], [1.0] * 3))
    counts = np.rint(4500 * 0.1 * density)
    return values[counts > 0], counts[counts > 0]


# Sketches


def cell_coordinates(values: ArrayLike, level: int, index: int) -> Array:
    """Where values lie in the cell [index, index + 1) * 2^level, from -1 to 1."""
    return np.array([float(2 * (mpmath.mpf(float(x)) / mpmath.mpf(2) ** level - index) - 1) for x in values])


def power_sums(values: ArrayLike, sample_weight: ArrayLike, unit: float | None = None) -> Array:
    """Sums of w (x / unit)^p, p = 0 .. 7, by default with the largest |x| as unit."""
    x = np.asarray(values, np.longdouble)
    x = x / (np.max(np.abs(x)) if unit is None else np.longdouble(unit))
    return np.array([float(np.sum(np.asarray(sample_weight, np.longdouble) * x**p)) for p in range(8)])


def sketch_power_sums(state: Any, unit: float) -> Array:
    """The same from the cells: each power of x = centre + half-width * u by the binomial theorem."""
    cells: list[Any] = []
    for level, index, count, numbers in zip(*state[2:6], strict=True):
        if count:
            cells.append((numbers[: 2 * count : 2], numbers[1 : 2 * count : 2]))
        else:
            cells.append((int(level), int(index), numbers))
    total = np.zeros(8, np.longdouble)
    for cell in cells:
        if len(cell) == 2:
            total += power_sums(cell[0], cell[1], unit)
            continue
        level, index, moments = cell
        centre = np.ldexp(np.longdouble(2 * index + 1), level - 1) / np.longdouble(unit)
        half = np.ldexp(np.longdouble(1), level - 1) / np.longdouble(unit)
        for p in range(8):
            for q in range(p + 1):
                total[p] += math.comb(p, q) * centre ** (p - q) * half**q * np.longdouble(moments[q])
    return total.astype(np.float64)
