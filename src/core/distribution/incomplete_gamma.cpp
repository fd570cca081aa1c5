// incomplete_gamma.cpp: a series, a continued fraction, and an integral where both are slow
#include "distribution/incomplete_gamma.hpp"

#include <cmath>

namespace mix1d::distribution {

namespace {

constexpr double EPSILON = 1e-17;

// P(a, z) a Gamma(a) / (z^a e^-z) = 1 + z / (a + 1) + z^2 / ((a + 1)(a + 2)) + ...
double lower_series(double a, double z) {
  double term = 1.0, sum = 1.0;
  for (double n = 1.0; term > EPSILON * sum; n += 1.0) {
    term *= z / (a + n);
    sum += term;
  }
  return sum;
}

// Q(a, z) Gamma(a) / (z^a e^-z) = 1 / (z + 1 - a - 1 (1 - a) / (z + 3 - a - ...)), by Lentz's recurrence
double upper_fraction(double a, double z) {
  constexpr double TINY = 1e-300;
  double b = z + 1.0 - a, c = 1.0 / TINY, d = 1.0 / (b != 0.0 ? b : TINY), h = d;
  for (double n = 1.0; n < 1e5; n += 1.0) {
    const double numerator = n * (a - n);
    b += 2.0;
    d = b + numerator * d;
    c = b + numerator / c;
    d = 1.0 / (d != 0.0 ? d : TINY);
    if (c == 0.0) c = TINY;
    h *= c * d;
    if (std::fabs(c * d - 1.0) < 1e-16) break;
  }
  return h;
}

// Q(a, z) for small a and z about 1 at most: one less P, without the one
double upper_of_small(double a, double z, double log_z) {
  const double power = a * log_z - log_factorial_below_one(a);
  double term = 1.0, sum = 0.0;
  for (double n = 1.0; std::fabs(term) > EPSILON; n += 1.0) {
    term *= -z / n;
    sum += term / (a + n);
  }
  return -exp_less_one(power) - exp1(power) * a * sum;
}

}  // namespace

double gamma_height(double a) {
  if (a < 1e-3) return a * log1(a) - a - log_factorial_below_one(a) + log1(a);
  return 0.5 * log1(a) - LOG_ROOT_2PI - stirling_remainder(a);
}

double gamma_deviance(Pair t, double r) {
  if (std::fabs(t.hi) > 0.7) return (r - 1.0 - t.hi) - t.lo;
  return exp_excess(t.hi) + exp_less_one(t.hi) * t.lo;
}

Tails gamma_tails(double a, Pair t, double r, double height) {
  const double z = a * r, prefix = height - a * gamma_deviance(t, r);
  const double rise = r < 0.5 || r > 2.0 ? r - 1.0 : exp_less_one(t.hi) + r * t.lo;
  if (prefix == -INFINITE) return r < 1.0 ? Tails{-INFINITE, 0.0} : Tails{0.0, -INFINITE};
  if (a > 60.0 && std::fabs(t.hi) < 0.7) {
    // the density of log z, that falls by a (r (e^u - 1) - u) over u
    const double side = t.hi < 0.0 ? -1.0 : 1.0;
    const double width = 2.0 / (0.4 * a * std::fabs(rise) + std::sqrt(z));
    const double integral =
        tail_integral(width, [&](double u) { return a * (r * exp_excess(side * u) + rise * side * u); });
    const double tail = prefix + log1(integral);
    return side < 0.0 ? of_below(tail) : of_above(tail);
  }
  if (z < a + 1.0 || z < 1.1) {
    const Tails found = of_below(prefix - log1(a) + log1(lower_series(a, z)));
    if (a >= 1.0 || z > 1.1 || found.below < -LOG_2) return found;
    return of_above(log1(upper_of_small(a, z, log1(a) + t.hi)));
  }
  return of_above(prefix + log1(upper_fraction(a, z)));
}

}  // namespace mix1d::distribution
