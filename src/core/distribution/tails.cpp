// tails.cpp: the probabilities below and above a point, of each family
#include <cmath>

#include "distribution/forms.hpp"
#include "distribution/incomplete_gamma.hpp"

namespace mix1d::distribution {

namespace {

constexpr Tails NOTHING_BELOW{-INFINITE, 0.0}, NOTHING_ABOVE{0.0, -INFINITE};

Tails of_t(const Law& law, double z) {
  if (std::fabs(z) == INFINITE) return z < 0.0 ? NOTHING_BELOW : NOTHING_ABOVE;
  double half = -LOG_2;
  if (z != 0.0) {
    const BetaPoint p = beta_point_of_t(law, z);
    if (p.log_y > -INFINITE && p.y > 0.0) half += beta_tails(p, beta_height(p)).below;
  }
  const Tails found = of_above(half);
  return z < 0.0 ? Tails{found.above, found.below} : found;
}

// Phi(a) + exp(2 c) Phi(-b), where b^2 = a^2 + 4 c: both terms hold exp(-a^2 / 2)
Tails of_inverse_gaussian(const Law& law, double x) {
  const LogPoint p = log_point(law, x);
  const Pair a = over(twice_sinh_half(p.t), law.scale);
  const double size = std::fabs(a.hi), fall = -half_square(a);
  const double e = exp1(-0.5 * std::fabs(p.t.hi));
  const double b = (e + 1.0 / e) / law.scale;
  if (!(size < 1e150)) return a.hi < 0.0 ? NOTHING_BELOW : NOTHING_ABOVE;
  const double near = erfcx1(size * ROOT_HALF), far = erfcx1(b * ROOT_HALF);
  if (a.hi < 0.0) return of_below(fall + log1(0.5 * (near + far)));
  if (p.t.hi < 1.0) return of_above(fall + log1(0.5 * (near - far)));
  const double c = 1.0 / (law.scale * law.scale), half = 0.5 * p.t.hi;
  const double sinh = 0.5 * (exp1(p.t.hi) - exp1(-p.t.hi)), cosh = sinh + exp1(-p.t.hi);
  const double fit = 2.0 / (0.4 * (0.5 + c * sinh) + std::sqrt(c * cosh)), width = fit < 1.0 ? fit : 1.0;
  // the density of log x, over which it falls by u / 2 + c (cosh(t + u) - cosh t)
  const double integral = tail_integral(width, [&](double u) {
    const double excess = exp_excess(u), down = exp_excess(-u);
    return 0.5 * u + c * (sinh * (u + 0.5 * (excess - down)) + cosh * 0.5 * (excess + down));
  });
  return of_above(fall - half - law.log_scale - LOG_ROOT_2PI + log1(integral));
}

Tails of_positive(const Law& law, double x) {
  if (!(x > 0.0)) return NOTHING_BELOW;
  if (x == INFINITE) return NOTHING_ABOVE;
  switch (law.family) {
    case Family::lognormal:
      return normal_tails(log_point(law, x).z);
    case Family::gamma:
      return gamma_tails(law.a, log_ratio(x, law.location), x / law.location, law.constant);
    case Family::weibull: {
      const Pair z = log_point(law, x).z;
      if (z.hi < -700.0) return {z.hi, 0.0};
      return of_above(-exp1(z.hi) * (1.0 + z.lo));
    }
    case Family::inverse_gaussian:
      return of_inverse_gaussian(law, x);
    default: {
      const double r = x / law.location;
      return r < 1e-290 ? Tails{log_ratio(x, law.location).hi, -r} : of_above(-r);
    }
  }
}

Tails of_counts(const Law& law, double x) {
  if (!(x >= 0.0)) return NOTHING_BELOW;
  if (x == INFINITE) return NOTHING_ABOVE;
  const double a = std::floor(x) + 1.0;
  Tails found;
  if (law.family == Family::poisson) {
    const double r = law.location / a;
    found = gamma_tails(a, log_ratio(law.location, a), r, gamma_height(a));
  } else {
    const BetaPoint p = beta_point_of_counts(law, a);
    found = beta_tails(p, beta_height(p));
  }
  return {found.above, found.below};
}

Tails of_uniform(const Law& law, double x) {
  const double low = law.location - 0.5 * law.scale, high = law.location + 0.5 * law.scale;
  if (x <= low) return NOTHING_BELOW;
  if (x >= high) return NOTHING_ABOVE;
  const double below = (x - low) / law.scale, above = (high - x) / law.scale;
  return below < above ? of_below(log1(below)) : of_above(log1(above));
}

// The logarithm of the integral of the density over an interval in which it does not change much.
double narrow(const Law& law, double low, double high) {
  constexpr int PANELS = 4;
  const bool positive = support_of(law).low == 0.0 && low > 0.0;
  const double length = positive ? log_ratio(high, low).hi : high - low;
  const double first = log_density(law, low);
  double total = 0.0;
  for (int p = 0; p < PANELS; ++p)
    for (size_t i = 0; i < NODES; ++i) {
      const double u = length * ((p + NODE[i]) / PANELS), rise = exp_less_one(u);
      const double x = positive ? low + low * rise : low + u;
      total += NODE_WEIGHT[i] * exp1(log_density(law, x) - first) * (positive ? 1.0 + rise : 1.0);
    }
  return first + log1(total / PANELS) + log1(length) + (positive ? log1(low) : 0.0);
}

}  // namespace

Tails log_tails(const Law& law, double x) {
  if (x != x) return {x, x};
  switch (law.family) {
    case Family::normal:
      return normal_tails(standardised(law, x));
    case Family::uniform:
      return of_uniform(law, x);
    case Family::student_t:
      return of_t(law, standardised(law, x).hi);
    case Family::logistic: {
      const double z = standardised(law, x).hi;
      const double rest = log_one_plus(exp1(-std::fabs(z))), near = -std::fabs(z) - rest;
      return z < 0.0 ? Tails{near, -rest} : Tails{-rest, near};
    }
    case Family::skew_normal: {
      const Pair z = standardised(law, x);
      if (std::fabs(z.hi) > 1e150) return z.hi < 0.0 ? NOTHING_BELOW : NOTHING_ABOVE;
      return skew_normal_tails(z, law.a);
    }
    case Family::beta: {
      if (!(x > 0.0)) return NOTHING_BELOW;
      if (x >= 1.0) return NOTHING_ABOVE;
      const BetaPoint p = beta_point(law, x);
      return beta_tails(p, beta_height(p, law.constant));
    }
    case Family::poisson:
    case Family::negative_binomial:
      return of_counts(law, x);
    case Family::point_mass:
      return x < law.location ? NOTHING_BELOW : NOTHING_ABOVE;
    default:
      return of_positive(law, x);
  }
}

double log_interval(const Law& law, double low, double high) {
  if (!(low < high)) return low == high ? -INFINITE : NO_NUMBER;
  const Tails a = log_tails(law, low), b = log_tails(law, high);
  const bool steps = discrete(law.family) || law.family == Family::uniform;
  if (b.below <= -LOG_2 || a.above <= -LOG_2) {  // both on one side of the middle
    const double near = b.below <= -LOG_2 ? b.below : a.above, far = b.below <= -LOG_2 ? a.below : b.above;
    if (near == -INFINITE || far - near < -LOG_2 || steps)
      return near == -INFINITE ? near : near + log_complement(far - near);
    return narrow(law, low, high);
  }
  const double outside = exp1(a.below) + exp1(b.above);
  if (outside > 0.5 && !steps) return narrow(law, low, high);
  return log_one_plus(-outside);
}

}  // namespace mix1d::distribution
