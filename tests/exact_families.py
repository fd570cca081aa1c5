"""Slow twins in mpmath of one component of any family, from its coordinates at the border."""

import mpmath
from mpmath import mpf

WORDS = (
    *("normal", "uniform", "lognormal", "gamma", "weibull", "inverse_gaussian", "exponential", "student_t"),
    *("logistic", "skew_normal", "beta", "poisson", "negative_binomial", "point_mass"),
)


def upper_normal(z):
    return mpmath.erfc(z / mpmath.sqrt(2)) / 2


def phi(z):
    return mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi)


def tail_integral(log_density, x, side, scale):
    """The integral of a density from x outwards, by panels on the scale on which it falls."""
    top = log_density(x)
    slope = abs(mpmath.diff(log_density, x))
    bend = abs(mpmath.diff(log_density, x, 2))
    width = 2 / (slope + mpmath.sqrt(bend) + 1 / scale)
    total, at = mpf(0), mpf(x)
    for _ in range(400):
        part = mpmath.quad(lambda t: mpmath.exp(log_density(t) - top), [at, at + side * width])
        total += abs(part)
        at += side * width
        if abs(part) < mpf(10) ** -35 * total:
            break
    return total * mpmath.exp(top)


class Twin:
    """logpdf, cdf and sf of one component."""

    def __init__(self, family, location, scale=1.0, shape=0.0):
        self.family = family
        self.m, self.s, self.k = mpf(location), mpf(scale), mpf(shape)

    def pdf(self, x):
        return getattr(self, f"_{self.family}")(mpf(x))[0]

    def tails(self, x):
        return getattr(self, f"_{self.family}")(mpf(x))[1:]

    def _normal(self, x):
        z = (x - self.m) / self.s
        return phi(z) / self.s, upper_normal(-z), upper_normal(z)

    def _lognormal(self, x):
        z = mpmath.log(x / self.m) / self.s
        return phi(z) / self.s / x, upper_normal(-z), upper_normal(z)

    def _gamma(self, x):
        a, r = 1 / self.s**2, x / self.m
        z = a * r
        pdf = mpmath.exp(a * mpmath.log(z) - z - mpmath.loggamma(a)) / x
        if a > 2000 and mpmath.fabs(r - 1) < 0.5:

            def log_density(t):
                return a * t - z * mpmath.exp(t)

            scale = 1 / mpmath.sqrt(z)
            norm = mpmath.exp(a * mpmath.log(z) - mpmath.loggamma(a))
            side = 1 if r > 1 else -1
            tail = tail_integral(log_density, mpf(0), side, scale) * norm
            return (pdf, 1 - tail, tail) if side > 0 else (pdf, tail, 1 - tail)
        below = mpmath.gammainc(a, 0, z, regularized=True)
        above = mpmath.gammainc(a, z, mpmath.inf, regularized=True)
        return pdf, below, above

    def _weibull(self, x):
        power = (x / self.m) ** (1 / self.s)
        return power / self.s / x * mpmath.exp(-power), -mpmath.expm1(-power), mpmath.exp(-power)

    def _exponential(self, x):
        r = x / self.m
        return mpmath.exp(-r) / self.m, -mpmath.expm1(-r), mpmath.exp(-r)

    def _inverse_gaussian(self, x):
        m, shape = self.m, self.m / self.s**2
        root = mpmath.sqrt(shape / x)
        pdf = mpmath.sqrt(shape / (2 * mpmath.pi * x**3)) * mpmath.exp(-shape * (x - m) ** 2 / (2 * m**2 * x))
        a, b = root * (x / m - 1), root * (x / m + 1)
        extra = mpmath.exp(2 * shape / m) * upper_normal(b)
        return pdf, upper_normal(-a) + extra, upper_normal(a) - extra

    def _student_t(self, x):
        if self.k == 0:
            return self._normal(x)
        nu, z = 1 / self.k, (x - self.m) / self.s
        q = self.k * z * z
        c = mpmath.gamma((nu + 1) / 2) / mpmath.gamma(nu / 2) / mpmath.sqrt(nu * mpmath.pi)
        pdf = c / self.s * (1 + q) ** (-(nu + 1) / 2)
        w = 1 / (1 + q)
        if w >= mpf("0.9") and abs(z) > 3:

            def log_density(t):
                return -(nu + 1) / 2 * mpmath.log1p(self.k * t * t)

            tail = c * tail_integral(log_density, abs(z), 1, mpf(1))
        elif w < mpf("0.9"):
            tail = mpmath.betainc(nu / 2, 0.5, 0, w, regularized=True) / 2
        else:
            tail = (1 - mpmath.betainc(0.5, nu / 2, 0, q * w, regularized=True)) / 2
        return (pdf, 1 - tail, tail) if z > 0 else (pdf, tail, 1 - tail)

    def _logistic(self, x):
        z = (x - self.m) / self.s
        below, above = 1 / (1 + mpmath.exp(-z)), 1 / (1 + mpmath.exp(z))
        return below * above / self.s, below, above

    def _skew_normal(self, x):
        z, alpha = (x - self.m) / self.s, mpmath.sinh(self.k)

        def log_density(t):
            return mpmath.log(2 * phi(t) * upper_normal(-alpha * t))

        pdf = mpmath.exp(log_density(z)) / self.s
        centre = mpf(0)
        side = 1 if z > centre else -1
        scale = 1 / (1 + (mpmath.fabs(alpha) if side * alpha < 0 or abs(alpha * z) < 10 else 0))
        tail = tail_integral(log_density, z, side, scale)
        return (pdf, 1 - tail, tail) if side > 0 else (pdf, tail, 1 - tail)

    def _beta(self, x):
        share, total = 1 / (1 + mpmath.exp(-self.m)), 1 / self.s**2
        a, b = share * total, (1 - share) * total
        height = a * mpmath.log(x) + b * mpmath.log1p(-x) - mpmath.log(mpmath.beta(a, b))
        pdf = mpmath.exp(height) / x / (1 - x)

        def log_density(t):
            return -a * mpmath.log1p(mpmath.exp(-t)) - b * mpmath.log1p(mpmath.exp(t))

        at = mpmath.log(x) - mpmath.log1p(-x)
        side = 1 if x > share else -1
        if total < 300:
            below = mpmath.betainc(a, b, 0, x, regularized=True)
            above = mpmath.betainc(b, a, 0, 1 - x, regularized=True)
            return pdf, below, above
        norm = mpmath.log(mpmath.beta(a, b))
        tail = tail_integral(lambda t: log_density(t) - norm, at, side, mpf(1))
        return (pdf, 1 - tail, tail) if side > 0 else (pdf, tail, 1 - tail)

    def _poisson(self, x):
        n = mpmath.floor(x)
        pmf = mpmath.exp(x * mpmath.log(self.m) - self.m - mpmath.loggamma(x + 1))
        if n + 1 > 2000:
            return (pmf, *self._summed(n))
        above = mpmath.gammainc(n + 1, 0, self.m, regularized=True)
        return pmf, mpmath.gammainc(n + 1, self.m, mpmath.inf, regularized=True), above

    def _mass(self, x):
        if self.k == 0:
            return mpmath.exp(x * mpmath.log(self.m) - self.m - mpmath.loggamma(x + 1))
        size, q = 1 / self.k, self.k * self.m / (1 + self.k * self.m)
        parts = mpmath.loggamma(x + size) - mpmath.loggamma(size) - mpmath.loggamma(x + 1)
        return mpmath.exp(parts + x * mpmath.log(q) + size * mpmath.log1p(-q))

    def _summed(self, n):
        """The smaller tail term by term, from its largest."""
        side = 1 if n >= self.m else -1
        at, total = n + 1 if side > 0 else n, mpf(0)
        term = self._mass(at)
        while at >= 0:
            total += term
            if term < mpf(10) ** -35 * total:
                break
            if side > 0:
                term *= (self.m * (1 + self.k * at)) / ((at + 1) * (1 + self.k * self.m))
            else:
                term *= at * (1 + self.k * self.m) / (self.m * (1 + self.k * (at - 1)))
            at += side
        return (1 - total, total) if side > 0 else (total, 1 - total)

    def _negative_binomial(self, x):
        return (self._mass(x), *self._summed(mpmath.floor(x)))

    def _uniform(self, x):
        low = self.m - self.s / 2
        return 1 / self.s, (x - low) / self.s, (low + self.s - x) / self.s
