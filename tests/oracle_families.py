"""Slow twins of the families: log densities as their definitions have them, derivatives by differences.

Coordinates are those of the core: location and scale of y = g(x), and a shape. Derivatives are by location in
units of the scale, by log scale and by shape.
"""

from typing import Any

import mpmath
from mpmath import mpf

NAMES = [
    "normal",
    "uniform",
    "lognormal",
    "gamma",
    "weibull",
    "inverse_gaussian",
    "exponential",
    "student_t",
    "logistic",
    "skew_normal",
    "beta",
    "poisson",
    "negative_binomial",
    "point_mass",
]
NUMBER = {name: number for number, name in enumerate(NAMES)}
LOCATION, LOG_SCALE, SHAPE = range(3)
SLOTS = {
    **dict.fromkeys(NAMES, (LOCATION, LOG_SCALE)),
    **dict.fromkeys(("student_t", "skew_normal"), (LOCATION, LOG_SCALE, SHAPE)),
    **dict.fromkeys(("exponential", "poisson"), (LOCATION,)),
    **dict.fromkeys(("uniform", "point_mass"), ()),
    "negative_binomial": (LOCATION, SHAPE),
}
DIGITS = 120
STEP = mpf(10) ** -25


def normal(y: Any, m: Any, s: Any) -> Any:
    return -mpmath.log(s) - mpmath.log(2 * mpmath.pi) / 2 - ((y - m) / s) ** 2 / 2


def gamma(y: Any, m: Any, s: Any) -> Any:
    a = s**-2
    scale = mpmath.exp(m) / a
    return a * (y - mpmath.log(scale)) - mpmath.exp(y) / scale - mpmath.loggamma(a)


def weibull(y: Any, m: Any, s: Any) -> Any:
    z = (y - m) / s
    return -mpmath.log(s) + z - mpmath.exp(z)


def inverse_gaussian(y: Any, m: Any, s: Any) -> Any:
    x, mean = mpmath.exp(y), mpmath.exp(m)
    shape = mean / s**2
    return y + mpmath.log(shape / (2 * mpmath.pi * x**3)) / 2 - shape * (x - mean) ** 2 / (2 * mean**2 * x)


def student_t(y: Any, m: Any, s: Any, kappa: Any) -> Any:
    if kappa == 0:
        return normal(y, m, s)
    nu = 1 / kappa
    constant = mpmath.loggamma((nu + 1) / 2) - mpmath.loggamma(nu / 2) - mpmath.log(nu * mpmath.pi) / 2
    return constant - mpmath.log(s) - (nu + 1) / 2 * mpmath.log1p(((y - m) / s) ** 2 / nu)


def logistic(y: Any, m: Any, s: Any) -> Any:
    z = (y - m) / s
    return -mpmath.log(s) - z - 2 * mpmath.log1p(mpmath.exp(-z))


def log_normal_mass(u: Any) -> Any:
    return mpmath.log(mpmath.erfc(-u / mpmath.sqrt(2)) / 2)


def skew_normal(y: Any, m: Any, s: Any, b: Any) -> Any:
    return mpmath.log(2) + normal(y, m, s) + log_normal_mass(mpmath.sinh(b) * (y - m) / s)


def beta(y: Any, m: Any, s: Any) -> Any:
    phi = s**-2
    a, b = phi / (1 + mpmath.exp(-m)), phi / (1 + mpmath.exp(m))
    constant = mpmath.loggamma(phi) - mpmath.loggamma(a) - mpmath.loggamma(b)
    return constant - a * mpmath.log1p(mpmath.exp(-y)) - b * mpmath.log1p(mpmath.exp(y))


def poisson(x: Any, m: Any, _: Any = 1) -> Any:
    return x * m - mpmath.exp(m) - mpmath.loggamma(x + 1)


def negative_binomial(x: Any, m: Any, _: Any, kappa: Any) -> Any:
    if kappa == 0:
        return poisson(x, m)
    size, mean = 1 / kappa, mpmath.exp(m)
    choose = mpmath.loggamma(x + size) - mpmath.loggamma(size) - mpmath.loggamma(x + 1)
    return choose - size * mpmath.log1p(mean / size) + x * mpmath.log(mean / (size + mean))


LOG_DENSITY = {
    "normal": normal,
    "lognormal": normal,
    "gamma": gamma,
    "weibull": weibull,
    "inverse_gaussian": inverse_gaussian,
    "exponential": lambda y, m, _: y - m - mpmath.exp(y - m),
    "student_t": student_t,
    "logistic": logistic,
    "skew_normal": skew_normal,
    "beta": beta,
    "poisson": poisson,
    "negative_binomial": negative_binomial,
}


def derivatives(family: str, location: float, scale: float, shape: float, y: float) -> tuple[Any, list, list]:
    """Log density, first derivatives by slot, second ones row by row of the upper triangle."""
    return by_differences(
        family, location, scale, shape, lambda *parameters: LOG_DENSITY[family](mpf(y), *parameters)
    )


def by_differences(
    family: str, location: float, scale: float, shape: float, f: Any, step: Any = STEP, digits: int = DIGITS
) -> tuple[Any, list, list]:
    """The same of any function of location, scale and, where the family has one, shape."""
    with mpmath.workdps(digits):
        m, s, c = (mpf(number) for number in (location, scale, shape))
        slots = SLOTS[family]
        # In its limit a shape has one side only: a small one serves.
        if SHAPE in slots and family != "skew_normal" and c == 0:
            c = mpf(10) ** -20

        def at(*moves: int) -> Any:
            move = {slot: number * step for slot, number in zip(slots, moves, strict=True)}
            arguments = [m + s * move.get(LOCATION, 0), s * mpmath.exp(move.get(LOG_SCALE, 0))]
            if SHAPE in slots:
                arguments.append(c + move.get(SHAPE, 0))
            return f(*arguments)

        n = len(slots)

        def along(signs: dict[int, int]) -> Any:
            return at(*(signs.get(i, 0) for i in range(n)))

        middle = along({})
        first = [(along({i: 1}) - along({i: -1})) / (2 * step) for i in range(n)]
        second = []
        for i in range(n):
            second.append((along({i: 1}) + along({i: -1}) - 2 * middle) / step**2)
            for j in range(i + 1, n):
                corners = (
                    along({i: 1, j: 1}) + along({i: -1, j: -1}) - along({i: 1, j: -1}) - along({i: -1, j: 1})
                )
                second.append(corners / (4 * step**2))
        return middle, first, second


def exp(y: Any) -> Any:
    return mpf(0) if y == -mpmath.inf else mpmath.inf if y == mpmath.inf else mpmath.exp(y)


def mass_of_normal(a: Any, b: Any) -> Any:
    root = mpmath.sqrt(2)
    if a > 0:
        return (mpmath.erfc(a / root) - mpmath.erfc(b / root)) / 2
    return (mpmath.erfc(-b / root) - mpmath.erfc(-a / root)) / 2


def mass_of_gamma(a: Any, b: Any, m: Any, s: Any) -> Any:
    shape = s**-2
    low, high = (exp(end - m) * shape for end in (a, b))
    return mpmath.gammainc(shape, low, high, regularized=True)


def mass_of_weibull(a: Any, b: Any, m: Any, s: Any) -> Any:
    low, high = (exp((end - m) / s) for end in (a, b))
    return mpmath.exp(-low) - (mpmath.exp(-high) if high < mpmath.inf else 0)


def mass_of_inverse_gaussian(a: Any, b: Any, m: Any, s: Any) -> Any:
    def below(end: Any) -> Any:
        t = exp(end - m)
        if t in (0, mpmath.inf):
            return mpf(t > 0)
        root = mpmath.sqrt(1 / t) / s
        return mpmath.ncdf(root * (t - 1)) + mpmath.exp(2 / s**2) * mpmath.ncdf(-root * (t + 1))

    return below(b) - below(a)


def mass_of_t(a: Any, b: Any, m: Any, s: Any, kappa: Any) -> Any:
    low, high = ((end - m) / s for end in (a, b))
    if kappa == 0:
        return mass_of_normal(low, high)
    nu = 1 / kappa

    def above(z: Any) -> Any:  # z >= 0
        at = 0 if z == mpmath.inf else nu / (nu + z**2)
        return mpmath.betainc(nu / 2, mpf(1) / 2, 0, at, regularized=True) / 2

    if low > 0 or high < 0:
        return abs(above(abs(low)) - above(abs(high)))
    return 1 - above(-low) - above(high)


def mass_of_logistic(a: Any, b: Any, m: Any, s: Any) -> Any:
    def below(z: Any) -> Any:
        return 1 / (1 + exp(-z))

    low, high = (a - m) / s, (b - m) / s
    return below(-low) - below(-high) if low > 0 else below(high) - below(low)


def mass_of_skew_normal(a: Any, b: Any, m: Any, s: Any, shape: Any) -> Any:
    """By Owen's T: Phi(z) - 2 T(z, alpha)."""
    alpha = mpmath.sinh(shape)

    def below(z: Any) -> Any:
        if mpmath.isinf(z):
            return mpf(z > 0)
        bound = mpmath.atan(alpha)
        owen = mpmath.quad(
            lambda u: mpmath.exp(-(z**2) / 2 / mpmath.cos(u) ** 2), mpmath.linspace(0, bound, 9)
        ) / (2 * mpmath.pi)
        return mpmath.ncdf(z) - 2 * owen

    return below((b - m) / s) - below((a - m) / s)


def mass_of_beta(a: Any, b: Any, m: Any, s: Any) -> Any:
    phi = s**-2
    low, high = (1 / (1 + exp(-end)) for end in (a, b))
    return mpmath.betainc(phi / (1 + exp(-m)), phi / (1 + exp(m)), low, high, regularized=True)


def mass_of_counts(family: str) -> Any:
    def mass(a: Any, b: Any, *parameters: Any) -> Any:
        density = LOG_DENSITY[family]
        first, last = max(int(mpmath.ceil(a)), 0), mpmath.floor(b) if b < mpmath.inf else None
        if last is None:
            return 1 - sum((mpmath.exp(density(x, *parameters)) for x in range(first)), mpf(0))
        return sum((mpmath.exp(density(x, *parameters)) for x in range(first, int(last) + 1)), mpf(0))

    return mass


MASS = {
    "normal": lambda a, b, m, s: mass_of_normal((a - m) / s, (b - m) / s),
    "lognormal": lambda a, b, m, s: mass_of_normal((a - m) / s, (b - m) / s),
    "gamma": mass_of_gamma,
    "weibull": mass_of_weibull,
    "inverse_gaussian": mass_of_inverse_gaussian,
    "exponential": lambda a, b, m, s: mass_of_weibull(a, b, m, mpf(1)),
    "student_t": mass_of_t,
    "logistic": mass_of_logistic,
    "skew_normal": mass_of_skew_normal,
    "beta": mass_of_beta,
    "poisson": mass_of_counts("poisson"),
    "negative_binomial": mass_of_counts("negative_binomial"),
}
LOGARITHMIC = ("lognormal", "gamma", "weibull", "inverse_gaussian", "exponential")


def log_mass(family: str, lower: float, upper: float, *parameters: Any) -> Any:
    """The logarithm of the probability between two numbers y, which may be infinite."""
    return mpmath.log(MASS[family](mpf(lower), mpf(upper), *parameters))


def log_noisy(family: str, error: Any, edges: Any, *parameters: Any) -> Any:
    """The logarithm of the mean of `error(x)`, x of the family; `edges`: numbers y where to divide."""
    density = LOG_DENSITY[family]

    def height(y: Any) -> Any:
        x = mpmath.exp(y) if family in LOGARITHMIC else y
        return mpmath.exp(density(y, *parameters)) * error(x)

    return mpmath.log(mpmath.quad(height, edges))
