"""Slow twins of the likelihoods of rows of any kind: sums of mpmath numbers, derivatives by differences.

A row is (kind, a, b, weight, components) as in `mix1d._core.observed_derivatives`, or `Row`, which is what
observations and terms become: `data/reference/observations.json` has the definition at its top.
"""

from typing import Any, NamedTuple

import mpmath
import numpy as np

POINT, INTERVAL, NOISY = 0, 1, 2
ANY = -1


class Row(NamedTuple):
    """What is known of one row."""

    lower: float
    upper: float
    """Equal to the lower end where the value is known."""
    variance: Any
    """Of the error."""
    weight: float
    """Below 0 for the window of a row."""
    components: int
    """Bit j: component j may have made it; -1: any, and the background."""


class Background(NamedTuple):
    """A uniform component; its weight and those of the others sum to 1."""

    weight: float
    low: float
    high: float


def number(x: Any) -> Any:
    return x if isinstance(x, mpmath.mpf) else mpmath.mpf(float(x))


def row_of(row: Any) -> Row:
    if isinstance(row, Row):
        return row
    kind, a, b, weight, components = row
    return Row(a, b if kind == INTERVAL else a, b if kind == NOISY else 0.0, weight, components)


def log_interval(lower: float, upper: float, mean: Any, sd: Any) -> Any:
    """log P(lower < y < upper) of a normal y, from the nearer tail."""
    root = mpmath.sqrt(2)
    a, b = ((number(end) - mean) / sd / root for end in (lower, upper))
    if a > 0:
        return mpmath.log((mpmath.erfc(a) - mpmath.erfc(b)) / 2)
    return mpmath.log((mpmath.erfc(-b) - mpmath.erfc(-a)) / 2)


def log_kernel(row: Row, mean: Any, sd: Any) -> Any:
    """What a row says of a component."""
    spread = mpmath.sqrt(sd**2 + number(row.variance))
    if row.lower < row.upper:
        return log_interval(row.lower, row.upper, mean, spread)
    z = (number(row.lower) - mean) / spread
    return -(z**2) / 2 - mpmath.log(spread) - mpmath.log(2 * mpmath.pi) / 2


def uniform(row: Row, background: Background) -> Any:
    """What a row says of the background."""
    low, high = number(background.low), number(background.high)
    if row.variance > 0:
        raise NotImplementedError("no reference has a background and errors")
    overlap = min(number(row.upper), high) - max(number(row.lower), low)
    inside = overlap if row.lower < row.upper else mpmath.mpf(1)
    return max(inside, mpmath.mpf(0)) / (high - low) if overlap >= 0 else mpmath.mpf(0)


def parts(row: Any, theta: list[Any], background: Background | None = None) -> list[Any]:
    """Joint probabilities or densities of a row and each component, 0 for those that cannot have made it."""
    row = row_of(row)
    k = len(theta) // 3
    apart = mpmath.mpf(0) if background is None else number(background.weight)
    total = mpmath.fsum(mpmath.exp(logit) for logit in theta[:k]) / (1 - apart)
    found = [
        mpmath.exp(theta[j] + log_kernel(row, theta[k + j], mpmath.exp(theta[2 * k + j]))) / total
        if row.components < 0 or row.components >> j & 1
        else mpmath.mpf(0)
        for j in range(k)
    ]
    if background is not None and row.components < 0:
        found.append(apart * uniform(row, background))
    return found


def log_likelihood(rows: list[Any], theta: list[Any], background: Background | None = None) -> Any:
    return mpmath.fsum(
        number(row.weight) * mpmath.log(mpmath.fsum(parts(row, theta, background)))
        for row in map(row_of, rows)
    )


def theta_of(weights: Any, means: Any, sds: Any) -> list[Any]:
    """Logits, means and log sds."""
    return (
        [mpmath.log(number(p)) for p in weights]
        + [number(m) for m in means]
        + [mpmath.log(number(s)) for s in sds]
    )


def derivatives(rows: list[Any], weights: Any, means: Any, sds: Any) -> Any:
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


def responsibilities(row: Any, weights: Any, means: Any, sds: Any) -> list[float]:
    with mpmath.workdps(40):
        joint = parts(row, theta_of(weights, means, sds))
        return [float(p / mpmath.fsum(joint)) for p in joint]


# ---- what observations mean


def log_likelihood_of(
    obs: Any, mixture: Any, background: Background | None = None, component_of: tuple[int, ...] = ()
) -> Any:
    """The log-likelihood of observations, row by row, unpooled; `component_of` says what labels stand for."""
    with mpmath.workdps(40):
        theta, n = theta_of(*mixture), len(obs)
        weights = np.ones(n) if obs.sample_weight is None else obs.sample_weight
        variances = [mpmath.mpf(0)] * n if obs.errors is None else [number(e) ** 2 for e in obs.errors]
        masks = [ANY if code < 0 else 1 << component_of[code] for code in known(obs.labels, n)]
        rows = list(map(Row, obs.lower, obs.upper, variances, weights, masks))
        if obs.truncation is not None:
            rows += map(Row, *obs.truncation, variances, -weights, [ANY] * n)
        found = log_likelihood(rows, theta, background)
        if obs.rounded is not None:
            found -= mpmath.fsum(weights[obs.rounded]) * mpmath.log(number(obs.resolution))
        return found


def log_likelihood_of_terms(terms: Any, mixture: Any, component_of: tuple[int, ...] = ()) -> Any:
    """The same of what they are pooled into: signed terms, the common window apart."""
    with mpmath.workdps(40):
        variances = [number(e) ** 2 for e in terms.error]
        rows = list(
            map(Row, terms.lower, terms.upper, variances, terms.weight, terms.masks(component_of).tolist())
        )
        if terms.common:
            rows.append(Row(*terms.window, number(terms.window_error) ** 2, -terms.total_weight, ANY))
        found = log_likelihood(rows, theta_of(*mixture))
        return found - rounding_of(terms)


def rounding_of(terms: Any) -> Any:
    """What makes probabilities of rounded rows densities."""
    return number(terms.rounded_weight) * mpmath.log(number(terms.step)) if terms.rounded_weight else 0


def known(labels: Any, n: int) -> Any:
    return [-1] * n if labels is None else labels.tolist()
