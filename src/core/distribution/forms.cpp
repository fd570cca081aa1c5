// forms.cpp: points in the coordinates in which a family is simple
#include "distribution/forms.hpp"

#include <cmath>

namespace mix1d::distribution {

namespace {

constexpr double SCALED = 2.50662827463100050242;  // sqrt(2 pi)

// log of the integral of phi(t) Phi(-alpha t) over t >= h; h and alpha at least 0
double log_opposed(double h, double alpha) {
  const double grown = alpha * alpha + 1.0, at = alpha * ROOT_HALF;
  const double width = 2.0 / (0.4 * grown * h + std::sqrt(grown));
  double integral = 0.0;
  for (size_t p = 0; p < 400; ++p) {
    double e[NODES], f[NODES], part = 0.0;
    for (size_t i = 0; i < NODES; ++i) {
      const double u = width * (static_cast<double>(p) + NODE[i]);
      e[i] = -grown * (h + 0.5 * u) * u;
      f[i] = at * (h + u);
    }
    kernels::loops().exp(e, e, NODES);
    kernels::loops().erfcx(f, f, NODES);
    for (size_t i = 0; i < NODES; ++i) part += NODE_WEIGHT[i] * (e[i] * f[i]);
    integral += part;
    if (!(part > 1e-18 * integral)) break;
  }
  return -0.5 * grown * h * h + log1(0.5 * width * integral / SCALED);
}

// Phi(z) - Phi(-z) for z >= 0
double around(double z) {
  if (z > 0.5) return 1.0 - 2.0 * exp1(normal_tails({z, 0.0}).above);
  const double half = -0.5 * z * z;
  double term = 1.0, sum = 1.0;
  for (int n = 1; n < 16; ++n) {
    term *= half / n;
    sum += term / (2 * n + 1);
  }
  return 2.0 * z * sum / SCALED;
}

}  // namespace

Pair standardised(const Law& law, double x) {
  const Pair lead = sum_of(x, -law.location);
  if (!(std::fabs(lead.hi) < INFINITE)) return {lead.hi, 0.0};
  return over(lead, law.scale);
}

LogPoint log_point(const Law& law, double x) {
  const Pair t = log_ratio(x, law.location);
  return {t, over(t, law.scale)};
}

double half_square(Pair z) {
  const double half = 0.5 * z.hi * z.hi;
  return half < 1e200 ? half + z.hi * z.lo : half;
}

Pair twice_sinh_half(Pair t) {
  const Pair half{0.5 * t.hi, 0.5 * t.lo};
  if (std::fabs(half.hi) > 0.5) {
    if (std::fabs(half.hi) > 700.0) return {half.hi > 0.0 ? INFINITE : -INFINITE, 0.0};
    const Pair up = exponential(half), down = exponential({-half.hi, -half.lo});
    const Pair found = sum_of(up.hi, -down.hi);
    return {found.hi, found.lo + (up.lo - down.lo)};
  }
  const double u = half.hi * half.hi;
  double tail = 1.0;
  for (int k = 10; k > 1; --k) tail = std::fma(tail, u / (2 * k * (2 * k + 1)), 1.0);
  return sum_of(t.hi, t.hi * tail * u / 6.0 + t.lo * (1.0 + 0.5 * u));
}

BetaPoint beta_point(const Law& law, double x) {
  const double total = 1.0 / (law.scale * law.scale), y = 1.0 - x;
  const Pair lead = law.location < 0.0 ? sum_of(law.share.hi, -x) : sum_of(y, -law.rest.hi);
  const double low = law.location < 0.0 ? law.share.lo : ((1.0 - y) - x) - law.rest.lo;
  return {law.a, law.b, x, y, log1(x), log_one_plus(-x), total * (lead.hi + (lead.lo + low))};
}

BetaPoint beta_point_of_t(const Law& law, double z) {
  const double size = std::fabs(z), q = law.shape * z * z;
  if (!(q < 1e300)) {
    const double log_q = log1(law.shape) + 2.0 * log1(size);
    return {law.a, 0.5, 0.0, 1.0, -log_q, 0.0, law.a};
  }
  const double log_x = -log_one_plus(q), half = 0.5 * (1.0 + law.shape) * z * z / (1.0 + q);
  return {law.a,     0.5, 1.0 / (1.0 + q), q / (1.0 + q), log_x, log1(law.shape) + 2.0 * log1(size) + log_x,
          half - 0.5};
}

BetaPoint beta_point_of_counts(const Law& law, double a) {
  const double mean = law.location, rise = law.shape * mean, whole = 1.0 + rise;
  const double log_y = -log_one_plus(rise);
  return {
      a, law.b, rise / whole, 1.0 / whole, log1(law.shape) + log1(mean) + log_y, log_y, (a - mean) / whole};
}

double log_normal_mass(double u) { return normal_tails({u, 0.0}).below; }

Tails skew_normal_tails(Pair z, double alpha) {
  if (alpha < 0.0) {
    const Tails mirrored = skew_normal_tails({-z.hi, -z.lo}, -alpha);
    return {mirrored.above, mirrored.below};
  }
  const double h = std::fabs(z.hi);
  const double opposed =
      LOG_2 + log_opposed(h, alpha) + (z.hi < 0.0 ? 1.0 : -1.0) * z.lo * (alpha * alpha + 1.0) * h;
  if (z.hi <= 0.0) return of_below(opposed);
  const double plain = LOG_2 + normal_tails(z).above, less = opposed - plain;
  const double above = plain + log_complement(less < -LOG_2 ? less : -LOG_2);
  if (above < -LOG_2) return of_above(above);
  return of_below(log1(around(z.hi) + exp1(opposed)));
}

double hyperbolic_sine(double x) { return 0.5 * twice_sinh_half({2.0 * x, 0.0}).hi; }

}  // namespace mix1d::distribution
