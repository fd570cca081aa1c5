// density.cpp: the log density of each family, and its slope
#include <cmath>

#include "distribution/forms.hpp"
#include "distribution/incomplete_gamma.hpp"

namespace mix1d::distribution {

namespace {

double of_normal(const Law& law, double x) {
  return -half_square(standardised(law, x)) - (law.log_scale + LOG_ROOT_2PI);
}

// At zero: what a density that goes like x^(power - 1) there does, and `at_one` where it goes to a limit.
double at_zero(double power, double at_one) {
  if (power == 1.0) return at_one;
  return power < 1.0 ? INFINITE : -INFINITE;
}

double of_positive(const Law& law, double x) {
  const double m = law.location, a = law.a, s = law.scale;
  if (!(x >= 0.0) || x == INFINITE) return x == x ? -INFINITE : x;
  if (x == 0.0) switch (law.family) {
      case Family::gamma:
        return at_zero(a, -log1(m));
      case Family::weibull:
        return at_zero(1.0 / s, -log1(m));
      case Family::exponential:
        return -log1(m);
      default:
        return -INFINITE;
    }
  const LogPoint p = log_point(law, x);
  const double log_x = log1(x);
  switch (law.family) {
    case Family::lognormal:
      return -half_square(p.z) - (law.log_scale + LOG_ROOT_2PI) - log_x;
    case Family::gamma:
      return law.constant - a * gamma_deviance(p.t, x / m) - log_x;
    case Family::weibull:
      return p.z.hi - exp1(p.z.hi) * (1.0 + p.z.lo) - law.log_scale - log_x;
    case Family::inverse_gaussian: {
      const Pair z = over(twice_sinh_half(p.t), s);
      return -half_square(z) - (law.log_scale + LOG_ROOT_2PI) - 0.5 * p.t.hi - log_x;
    }
    default:
      return -x / m - log1(m);
  }
}

double of_counts(const Law& law, double x, bool between) {
  if (!(x >= 0.0) || x == INFINITE) return x == x ? -INFINITE : x;
  if (!between && x != std::floor(x)) return -INFINITE;
  if (law.family == Family::poisson) {
    if (x == 0.0) return -law.location;
    const double r = law.location / x;
    return -x * gamma_deviance(log_ratio(law.location, x), r) - stirling_remainder(x) - 0.5 * log1(x) -
           LOG_ROOT_2PI;
  }
  if (x == 0.0) return -law.b * log_one_plus(law.shape * law.location);
  const double remainders = stirling_remainder(x + law.b) - stirling_remainder(x) - law.constant;
  return beta_height(beta_point_of_counts(law, x), remainders) - log1(x);
}

// Ends that were taken to a middle and a width may have lost their last bits: what lies at them is inside.
bool beyond_ends(const Law& law, double x) {
  return std::fabs(x - law.location) > 0.5 * law.scale + 0x1p-50 * (std::fabs(law.location) + law.scale);
}

double of_beta(const Law& law, double x) {
  if (!(x >= 0.0 && x <= 1.0)) return x == x ? -INFINITE : x;
  if (x == 0.0) return at_zero(law.a, log1(law.b));
  if (x == 1.0) return at_zero(law.b, log1(law.a));
  const BetaPoint p = beta_point(law, x);
  return beta_height(p, law.constant) - p.log_x - p.log_y;
}

}  // namespace

double log_density(const Law& law, double x, bool between) {
  if (x != x) return x;
  switch (law.family) {
    case Family::normal:
      return of_normal(law, x);
    case Family::uniform:
      return beyond_ends(law, x) ? -INFINITE : -law.log_scale;
    case Family::student_t: {
      const double z = standardised(law, x).hi;
      if (std::fabs(z) == INFINITE) return -INFINITE;
      return law.constant + (law.a + 0.5) * beta_point_of_t(law, z).log_x;
    }
    case Family::logistic: {
      const double z = std::fabs(standardised(law, x).hi);
      return -z - 2.0 * log_one_plus(exp1(-z)) - law.log_scale;
    }
    case Family::skew_normal:
      return of_normal(law, x) + (LOG_2 + log_normal_mass(law.a * standardised(law, x).hi));
    case Family::beta:
      return of_beta(law, x);
    case Family::poisson:
    case Family::negative_binomial:
      return of_counts(law, x, between);
    case Family::point_mass:
      return x == law.location ? 0.0 : -INFINITE;
    default:
      return of_positive(law, x);
  }
}

double log_density_slope(const Law& law, double x) {
  const double m = law.location, s = law.scale, z = standardised(law, x).hi;
  switch (law.family) {
    case Family::normal:
      return -z / s;
    case Family::student_t:
      return -(1.0 + law.shape) * z / (1.0 + law.shape * z * z) / s;
    case Family::logistic: {
      const double e = exp1(-std::fabs(z));
      return (z < 0.0 ? 1.0 : -1.0) * (1.0 - e) / (1.0 + e) / s;
    }
    case Family::skew_normal: {
      const double alpha = law.a, u = alpha * z;
      const double hazard = exp1(-0.5 * u * u - LOG_ROOT_2PI - log_normal_mass(u));
      return (alpha * hazard - z) / s;
    }
    case Family::lognormal:
      return -(log_point(law, x).z.hi / s + 1.0) / x;
    case Family::gamma:
      return (law.a - 1.0) / x - law.a / m;
    case Family::weibull: {
      const double power = exp1(log_point(law, x).z.hi);
      return ((1.0 - power) / s - 1.0) / x;
    }
    case Family::inverse_gaussian: {
      const double r = x / m;
      return (-1.5 - 0.5 * (r - 1.0 / r) / (s * s)) / x;
    }
    case Family::exponential:
      return -1.0 / m;
    case Family::beta:
      return (law.a - 1.0) / x - (law.b - 1.0) / (1.0 - x);
    default:
      return 0.0;
  }
}

}  // namespace mix1d::distribution
