// incomplete_beta.cpp: a series near the ends, and elsewhere an integral on the scale of the logit
#include "distribution/incomplete_beta.hpp"

#include <cmath>
#include <utility>

namespace mix1d::distribution {

namespace {

// x' / mean - 1 - log(x' / mean), where that is `over` = x / mean - 1
double deviance(double over, double log_x, double total, double shape) {
  if (over < -0.5) return over - (log_x + log1(total / shape));
  return log1p_lack(over);
}

// I_x(a, b) a B(a, b) / x^a = 1 + a sum of (1 - b)(2 - b) ... (n - b) / n! x^n / (a + n)
double power_series(double a, double b, double x) {
  double term = 1.0, sum = 1.0;
  for (double n = 1.0; std::fabs(term) > 1e-18 * std::fabs(sum) && n < 1e5; n += 1.0) {
    term *= (n - b) / n * x;
    sum += a * term / (a + n);
  }
  return sum;
}

// I_x(a, b) a B(a, b) / (x^a y^b) by Lentz's recurrence, for x at or below the mean; 0 where that is slow.
// With a its error grows: the first denominator is (a + 1 - (a + b) x) / (a + 1).
double fraction(double a, double b, double x) {
  constexpr double TINY = 1e-300, LARGEST_A = 100.0;
  constexpr int MOST = 200;
  if (a > LARGEST_A) return 0.0;
  const auto other = [](double v) { return v == 0.0 ? TINY : v; };
  double c = 1.0, d = 1.0 / other(1.0 - (a + b) * x / (a + 1.0)), h = d;
  for (int i = 1; i < MOST; ++i) {
    const double m = i, even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / other(1.0 + even * d);
    c = other(1.0 + even / c);
    h *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / other(1.0 + odd * d);
    c = other(1.0 + odd / c);
    h *= d * c;
    if (std::fabs(d * c - 1.0) < 2e-16) return h;
  }
  return 0.0;
}

// log I_x(a, b) for x at or below the mean
double lower(const BetaPoint& at, double height) {
  const double a = at.a, b = at.b, x = at.x, y = at.y, n = a + b;
  if (height == -INFINITE) return height;
  if (x <= 0.7 && (b <= 1.0 || b * x <= 0.7))
    return height - b * at.log_y - log1(a) + log1(power_series(a, b, x));
  if (a < 1.0 && x > 0.7) {  // all but a small corner
    const double corner = height - a * at.log_x - log1(b) + log1(power_series(b, a, y));
    return log_complement(corner < 0.0 ? corner : 0.0);
  }
  const double quick = fraction(a, b, x);
  if (quick > 0.0) return height + log1(quick / a);
  const double scale = std::sqrt(n * x * y);
  const double widest = 1.5, fit = 2.0 / (0.4 * at.lead + scale), width = fit < widest ? fit : widest;
  return height + log1(tail_integral(width, [&](double u) {
           // the density of the logit falls by a u + (a + b) log(y + x e^-u) over u
           const bool left = x < 0.5;
           const double part = left ? x : y, excess = exp_excess(left ? -u : u);
           const double grown = part * (left ? excess - u : excess + u);
           if (grown > 1.0) return n * log_one_plus(grown) - b * u;
           return at.lead * u + n * (part * excess - log1p_lack(grown));
         }));
}

}  // namespace

double beta_remainders(double a, double b) {
  return stirling_remainder(a + b) - stirling_remainder(a) - stirling_remainder(b);
}

double beta_height(const BetaPoint& at) { return beta_height(at, beta_remainders(at.a, at.b)); }

double beta_height(const BetaPoint& at, double remainders) {
  const double a = at.a, b = at.b, n = a + b;
  const double d = a * deviance(-at.lead / a, at.log_x, n, a) + b * deviance(at.lead / b, at.log_y, n, b);
  const double small = a < b ? a : b, large = a < b ? b : a;
  return 0.5 * (log1(small) - log_one_plus(small / large)) - LOG_ROOT_2PI + remainders - d;
}

Tails beta_tails(const BetaPoint& at, double height) {
  if (at.lead >= 0.0) return of_below(lower(at, height));
  const BetaPoint mirrored{at.b, at.a, at.y, at.x, at.log_y, at.log_x, -at.lead};
  return of_above(lower(mirrored, height));
}

}  // namespace mix1d::distribution
