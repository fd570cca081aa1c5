"""Slow twins of the likelihoods of rows of any kind: sums of mpmath numbers, derivatives by differences.

A row is (kind, a, b, weight, components) as in `mix1d._core.observed_derivatives`.
"""

from typing import Any

import mpmath
import numpy as np

POINT, INTERVAL, NOISY = 0, 1, 2


def number(x: float) -> Any:
    return mpmath.mpf(float(x))


def log_interval(lower: float, upper: float, mean: Any, sd: Any) -> Any:
    """log P(lower < y < upper) of a normal y, from the nearer tail."""
    root = mpmath.sqrt(2)
    a, b = ((number(end) - mean) / sd / root for end in (lower, upper))
    if a > 0:
        return mpmath.log((mpmath.erfc(a) - mpmath.erfc(b)) / 2)
    return mpmath.log((mpmath.erfc(-b) - mpmath.erfc(-a)) / 2)


def log_kernel(kind: int, a: float, b: float, mean: Any, sd: Any) -> Any:
    """What a row says of a component."""
    if kind == INTERVAL:
        return log_interval(a, b, mean, sd)
    spread = mpmath.sqrt(sd**2 + (number(b) if kind == NOISY else 0))
    z = (number(a) - mean) / spread
    return -(z**2) / 2 - mpmath.log(spread) - mpmath.log(2 * mpmath.pi) / 2


def parts(row: tuple[int, float, float, float, int], theta: list[Any]) -> list[Any]:
    """Joint probabilities or densities of a row and each component, 0 for those that cannot have made it."""
    kind, a, b, _, components = row
    k = len(theta) // 3
    total = mpmath.fsum(mpmath.exp(logit) for logit in theta[:k])
    return [
        mpmath.exp(theta[j] + log_kernel(kind, a, b, theta[k + j], mpmath.exp(theta[2 * k + j]))) / total
        if components < 0 or components >> j & 1
        else mpmath.mpf(0)
        for j in range(k)
    ]


def log_likelihood(rows: list[tuple[int, float, float, float, int]], theta: list[Any]) -> Any:
    return mpmath.fsum(number(row[3]) * mpmath.log(mpmath.fsum(parts(row, theta))) for row in rows)


def theta_of(weights: Any, means: Any, sds: Any) -> list[Any]:
    """Logits, means and log sds."""
    return (
        [mpmath.log(number(p)) for p in weights]
        + [number(m) for m in means]
        + [mpmath.log(number(s)) for s in sds]
    )


def derivatives(rows: list[tuple[int, float, float, float, int]], weights: Any, means: Any, sds: Any) -> Any:
    """Log-likelihood, gradient and Hessian by central differences, with 60 digits."""
    with mpmath.workdps(60):
        theta, step = theta_of(weights, means, sds), mpmath.mpf(10) ** -15
        m = len(theta)

        def at(*changes: tuple[int, int]) -> Any:
            point = list(theta)
            for index, sign in changes:
                point[index] += sign * step
            return log_likelihood(rows, point)

        gradient, hessian = np.zeros(m), np.zeros((m, m))
        for i in range(m):
            gradient[i] = (at((i, 1)) - at((i, -1))) / (2 * step)
            for j in range(i + 1):
                difference = (
                    at((i, 1), (j, 1)) - at((i, 1), (j, -1)) - at((i, -1), (j, 1)) + at((i, -1), (j, -1))
                )
                hessian[i, j] = hessian[j, i] = difference / (4 * step**2)
        return float(at()), gradient, hessian


def interval_numbers(lower: float, upper: float, mean: float, sd: float) -> list[float]:
    """log P and A_p = (a^p phi(a) - b^p phi(b)) / P, p = 0 .. 3, with a and b the ends in sds."""
    with mpmath.workdps(60):
        log_p = log_interval(lower, upper, number(mean), number(sd))

        def term(end: float, p: int) -> Any:
            z = (number(end) - number(mean)) / number(sd)
            return z**p * mpmath.npdf(z) if mpmath.isfinite(z) else mpmath.mpf(0)

        return [float(log_p)] + [
            float((term(lower, p) - term(upper, p)) / mpmath.exp(log_p)) for p in range(4)
        ]


def responsibilities(
    row: tuple[int, float, float, float, int], weights: Any, means: Any, sds: Any
) -> list[float]:
    with mpmath.workdps(40):
        joint = parts(row, theta_of(weights, means, sds))
        return [float(p / mpmath.fsum(joint)) for p in joint]
