// component_draws.cpp: a line or two a family, from uniform, normal, exponential and Gamma numbers
#include "resample/component_draws.hpp"

#include <algorithm>
#include <cmath>

#include "distribution/elementary.hpp"

namespace mix1d::resample {

using namespace distribution;
using families::Family;
using families::Shaped;

namespace {

constexpr double NO_SHAPE = 1e-12;  // of 1 / df and 1 / size: below it draws are those of the limit

constexpr double LEAST = 0x1p-1022, MOST = 0x1.fffffffffffffp+1023, BELOW_ONE = 0x1.fffffffffffffp-1;

double positive(double x) { return std::clamp(x, LEAST, MOST); }

double normal(Random& random) {
  double z;
  random.normals(&z, 1);
  return z;
}

double exponential_of(Random& random) { return -log1(random.uniform()); }

// The logarithm of a Gamma(shape, 1) number, which may be too small for itself.
double log_gamma_draw(Random& random, double shape) {
  if (shape >= 1.0) return log1(random.gamma(shape));
  const double power = log1(random.uniform()) / shape;
  return log1(random.gamma(shape + 1.0)) + power;
}

// Over its mean, whose share of the variance is v (Michael, Schucany & Haas 1976, doi:10.2307/2683801).
double inverse_gaussian(Random& random, double v) {
  const double z = normal(random), w = 0.5 * v * z * z;
  const double small = 1.0 / (1.0 + w + std::sqrt(w * (2.0 + w)));
  return random.uniform() * (1.0 + small) <= 1.0 ? small : 1.0 / small;
}

double log_factorial(double k) {
  const double a = k + 1.0;
  return (a - 0.5) * log1(a) - a + LOG_ROOT_2PI + stirling_remainder(a);
}

double count_by_rejection(Random& random, double mean) {
  const double log_mean = log1(mean), b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
  const double log_alpha = log1(1.1239 + 1.1328 / (b - 3.4)), sure = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = random.uniform() - 0.5, v = random.uniform(), edge = 0.5 - std::fabs(u);
    const double k = std::floor((2.0 * a / edge + b) * u + mean + 0.43);
    if (edge >= 0.07 && v <= sure) return k;
    if (k < 0.0 || (edge < 0.013 && v > edge)) continue;
    if (log1(v) + log_alpha - log1(a / (edge * edge) + b) <= k * log_mean - mean - log_factorial(k)) return k;
  }
}

}  // namespace

double draw_count(Random& random, double mean) {
  constexpr double FEW = 10.0;
  if (!(mean > 0.0)) return 0.0;
  if (mean >= FEW) return count_by_rejection(random, mean);
  double left = mean, count = 0.0;
  for (left -= exponential_of(random); left > 0.0; left -= exponential_of(random)) count += 1.0;
  return count;
}

double draw_component(Random& random, Family family, const Shaped& at) {
  const double m = at.location, s = at.scale;
  switch (family) {
    case Family::normal:
      return m + s * normal(random);
    case Family::uniform:
      return m + s * (random.uniform() - 0.5);
    case Family::lognormal:
      return positive(m * exp1(s * normal(random)));
    case Family::gamma: {
      const double shape = 1.0 / (s * s);
      return positive(m * exp1(log_gamma_draw(random, shape) - log1(shape)));
    }
    case Family::weibull:
      return positive(m * exp1(s * log1(exponential_of(random))));
    case Family::inverse_gaussian:
      return positive(m * inverse_gaussian(random, s * s));
    case Family::exponential:
      return positive(m * exponential_of(random));
    case Family::student_t: {
      const double z = normal(random);
      if (!(at.shape > NO_SHAPE)) return m + s * z;
      const double half = 0.5 / at.shape;  // of the degrees of freedom
      return m + s * z / std::sqrt(random.gamma(half) / half);
    }
    case Family::logistic: {
      const double u = random.uniform();
      return m + s * log1(u / (1.0 - u));
    }
    case Family::skew_normal: {
      const double up = exp1(at.shape), down = exp1(-at.shape), cosine = 0.5 * (up + down);
      const double delta = 0.5 * (up - down) / cosine, first = std::fabs(normal(random));
      return m + s * (delta * first + normal(random) / cosine);
    }
    case Family::beta: {
      const double e = exp1(-std::fabs(m)), large = 1.0 / (1.0 + e), small = e * large, total = 1.0 / (s * s);
      const double a = total * (m < 0.0 ? small : large), b = total * (m < 0.0 ? large : small);
      const double first = log_gamma_draw(random, a), odds = first - log_gamma_draw(random, b);
      return std::clamp(odds > 0.0 ? 1.0 / (1.0 + exp1(-odds)) : exp1(odds) / (1.0 + exp1(odds)), LEAST,
                        BELOW_ONE);
    }
    case Family::poisson:
      return draw_count(random, m);
    case Family::negative_binomial: {
      if (!(at.shape > NO_SHAPE)) return draw_count(random, m);
      const double size = 1.0 / at.shape;
      return draw_count(random, m * exp1(log_gamma_draw(random, size) - log1(size)));
    }
    default:  // point mass
      return m;
  }
}

}  // namespace mix1d::resample
