// catalogue.cpp: a row for each family
#include "families/catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "simd/gamma.hpp"
#include "simd/special.hpp"

namespace mix1d::families {

namespace {

constexpr double ROOT_12 = 3.46410161513775458705;
constexpr double EULER = 0.57721566490153286061;
constexpr double PI_ROOT_6 =
    1.28254983016186409554;  // pi / sqrt 6, the sd of the logarithm of an exponential
constexpr double PI_ROOT_3 = 1.81379936423421785058;  // pi / sqrt 3, that of a logistic
constexpr double ROOT_2_PI = 0.79788456080286535588;  // sqrt(2 / pi)
constexpr double MOST_KAPPA = 1000.0, MOST_TILT = 5.3;
constexpr double FAR_COUNT = 100.0;
constexpr double EVERYWHERE = std::numeric_limits<double>::infinity();

double expm1_one(double x) { return first_lane(exponential(splat(x)).less_one); }
double log1p_one(double x) { return first_lane(log1p_of(splat(x))); }

Variance own_variance(const Shaped& at) { return {at.scale * at.scale, 0.0, 0.0}; }
template <int NUMERATOR, int DENOMINATOR>  // in units of pi^2
Variance pi_variance(const Shaped& at) {
  constexpr double PI_SQUARED = 9.86960440108935861883;
  return {at.scale * at.scale * (PI_SQUARED * NUMERATOR / DENOMINATOR), 0.0, 0.0};
}

Moments as_it_is(const Shaped& at) { return {at.location, at.scale}; }
Shaped of_itself(const Moments& m, double) { return {m.mean, m.sd, 0.0}; }

// log y of a gamma has mean m + digamma(a) - log a and variance trigamma(a), which is nearly a power of a.
Moments of_gamma(const Shaped& at) {
  const GammaFunctions g = gamma_functions(1.0 / (at.scale * at.scale));
  return {at.location - g.lag, std::sqrt(g.trigamma)};
}
double shape_of_gamma(double variance) {
  double a = variance > 2.0 ? 1.0 / std::sqrt(variance) : 1.0 / variance + 0.5;
  double log_a = log_one(a), before = 0.0, error_before = 0.0;
  const double wanted = log_one(variance);
  for (int i = 0; i < 60; ++i) {
    const double error = log_one(gamma_functions(a).trigamma) - wanted;
    if (std::fabs(error) < 4e-16 * std::max(1.0, std::fabs(wanted))) break;
    const double slope = i && log_a != before ? (error - error_before) / (log_a - before) : -1.0;
    before = log_a;
    error_before = error;
    const double step = -error / std::clamp(slope, -2.0, -1.0);
    if (log_a + step == log_a) break;
    log_a += step;
    a = exp_one(log_a);
  }
  return a;
}
Shaped to_gamma(const Moments& m, double) {
  const double a = shape_of_gamma(m.sd * m.sd);
  return {m.mean + gamma_functions(a).lag, 1.0 / std::sqrt(a), 0.0};
}

Moments of_weibull(const Shaped& at) { return {at.location - EULER * at.scale, at.scale * PI_ROOT_6}; }
Shaped to_weibull(const Moments& m, double) {
  const double scale = m.sd / PI_ROOT_6;
  return {m.mean + EULER * scale, scale, 0.0};
}

// Those of the lognormal with the same mean and variance of x.
Moments of_inverse_gaussian(const Shaped& at) {
  const double v = log1p_one(at.scale * at.scale);
  return {at.location - 0.5 * v, std::sqrt(v)};
}
Shaped to_inverse_gaussian(const Moments& m, double) {
  const double v = std::min(m.sd * m.sd, 5.0);
  return {m.mean + 0.5 * v, std::sqrt(expm1_one(v)), 0.0};
}

double growth_of_t(double kappa) { return std::sqrt(std::max(0.25, 1.0 - 2.0 * kappa)); }
Moments of_t(const Shaped& at) { return {at.location, at.scale / growth_of_t(at.shape)}; }
Shaped to_t(const Moments& m, double kappa) { return {m.mean, m.sd * growth_of_t(kappa), kappa}; }

// Mean and sd of a skew-normal at 0 with scale 1.
Moments of_tilt(double shape) {
  const double less_one = expm1_one(shape), alpha = 0.5 * less_one * (1.0 + 1.0 / (1.0 + less_one));
  const double mean = ROOT_2_PI * alpha / std::sqrt(1.0 + alpha * alpha);
  return {mean, std::sqrt(1.0 - mean * mean)};
}
Moments of_skew_normal(const Shaped& at) {
  const Moments tilt = of_tilt(at.shape);
  return {at.location + at.scale * tilt.mean, at.scale * tilt.sd};
}
Shaped to_skew_normal(const Moments& m, double shape) {
  const Moments tilt = of_tilt(shape);
  const double scale = m.sd / tilt.sd;
  return {m.mean - scale * tilt.mean, scale, shape};
}

// The mean of a logit-normal-like y is its location; the variance is that of x over (mu (1 - mu))^2.
double odds_variance(double location) {
  const double e = exp_one(-std::fabs(location));
  return e / ((1.0 + e) * (1.0 + e));
}
Variance variance_of_beta(const Shaped& at) {
  const double mu = 1.0 / (1.0 + exp_one(-at.location)), v = odds_variance(at.location);
  return {at.scale * at.scale / v, 2.0 * mu - 1.0, 2.0 * v};
}
Moments of_beta(const Shaped& at) { return {at.location, at.scale / std::sqrt(odds_variance(at.location))}; }
Shaped to_beta(const Moments& m, double) { return {m.mean, m.sd * std::sqrt(odds_variance(m.mean)), 0.0}; }

// Moments of counts are those of the counts themselves.
double log_mean(double mean) {
  return mean > 0.0 ? std::max(log_one(mean), LEAST_LOG_COUNT) : LEAST_LOG_COUNT;
}
Moments of_counts(const Shaped& at) {
  const double mean = exp_one(at.location);
  return {mean, std::sqrt(mean * (1.0 + at.shape * mean))};
}
Shaped to_poisson(const Moments& m, double) { return {log_mean(m.mean), 1.0, 0.0}; }
Shaped to_negative_binomial(const Moments& m, double) {
  const double location = log_mean(m.mean), mean = exp_one(location);
  return {location, 1.0, std::clamp((m.sd * m.sd - mean) / (mean * mean), 0.0, MOST_KAPPA)};
}

Information of_normal(const Shaped&) { return {1.0, 2.0}; }
Information of_inverse(const Shaped& at) { return {1.0 + 0.5 * at.scale * at.scale, 2.0}; }
Information of_two_shapes(const Shaped& at) {
  const double mu = 1.0 / (1.0 + exp_one(-at.location)), whole = 1.0 / (at.scale * at.scale), a = mu * whole,
               b = whole / (1.0 + exp_one(at.location)), pull = odds_variance(at.location) / at.scale;
  const GammaFunctions ga = gamma_functions(a), gb = gamma_functions(b), g = gamma_functions(whole);
  return {pull * pull * (ga.trigamma + gb.trigamma),
          4.0 * (a * a * ga.lead + b * b * gb.lead - whole * whole * g.lead)};
}
Information of_gumbel(const Shaped&) { return {1.0, 1.8236806608528793}; }  // pi^2 / 6 + (1 - Euler)^2
Information of_logistic(const Shaped&) { return {1.0 / 3.0, 1.4299560445654842}; }  // (3 + pi^2) / 9
Information of_heavy_tails(const Shaped& at) {
  const double spread = 1.0 + 3.0 * at.shape;
  return {(1.0 + at.shape) / spread, 2.0 / spread, 3.0 / (spread * spread)};
}
Information of_mean(const Shaped& at) {
  const double mean = exp_one(at.location);
  const double grown = 1.0 + at.shape * mean;
  return {mean / grown, 1.0, 0.5 * mean * mean / (grown * grown)};
}

constexpr double NONE[] = {0.0}, HEAVY[] = {0.15}, TILTS[] = {1.1947632172871093, -1.1947632172871093};
constexpr double HEAVIER[] = {0.0, 0.15, 0.6}, SHARPER[] = {3.0, -3.0, TILTS[0], TILTS[1], 4.5, -4.5};
constexpr double SPREAD_OR_NOT[] = {0.0, 0.3}, SPREADS[] = {0.0, 0.1, 0.4, 1.5};

constexpr Coordinate L = Coordinate::location, T = Coordinate::log_scale, S = Coordinate::shape;

constexpr FamilyFacts CATALOGUE[FAMILIES] = {
    // normal, uniform
    {2, {L, T}, Space::real, as_it_is, of_itself, 7.0, own_variance, 0.0, 0.0, of_normal, NONE},
    {0,
     {},
     Space::real,
     [](const Shaped& at) { return Moments{at.location, at.scale / ROOT_12}; },
     [](const Moments& m, double) { return Shaped{m.mean, m.sd * ROOT_12, 0.0}; },
     0.5,
     own_variance,
     0.0,
     0.0,
     of_normal,
     NONE},
    // lognormal, gamma, weibull, inverse Gaussian, exponential
    {2, {L, T}, Space::log, as_it_is, of_itself, 7.0, own_variance, 0.0, 0.0, of_normal, NONE},
    {2, {L, T}, Space::log, of_gamma, to_gamma, EVERYWHERE, own_variance, 0.0, 0.0, of_normal, NONE},
    {2, {L, T}, Space::log, of_weibull, to_weibull, 30.0, pi_variance<1, 6>, 0.0, 0.0, of_gumbel, NONE},
    {2,
     {L, T},
     Space::log,
     of_inverse_gaussian,
     to_inverse_gaussian,
     EVERYWHERE,
     own_variance,
     0.0,
     0.0,
     of_inverse,
     NONE},
    {1,
     {L},
     Space::log,
     [](const Shaped& at) { return Moments{at.location - EULER, PI_ROOT_6}; },
     [](const Moments& m, double) { return Shaped{m.mean + EULER, 1.0, 0.0}; },
     30.0,
     pi_variance<1, 6>,
     0.0,
     0.0,
     of_gumbel,
     NONE},
    // Student t, logistic, skew-normal
    {3,
     {L, T, S},
     Space::real,
     of_t,
     to_t,
     EVERYWHERE,
     own_variance,
     0.0,
     1.0,
     of_heavy_tails,
     HEAVY,
     HEAVIER},
    {2,
     {L, T},
     Space::real,
     [](const Shaped& at) { return Moments{at.location, at.scale * PI_ROOT_3}; },
     [](const Moments& m, double) { return Shaped{m.mean, m.sd / PI_ROOT_3, 0.0}; },
     30.0,
     pi_variance<1, 3>,
     0.0,
     0.0,
     of_logistic,
     NONE},
    {3,
     {L, T, S},
     Space::real,
     of_skew_normal,
     to_skew_normal,
     7.0,
     own_variance,
     -MOST_TILT,
     MOST_TILT,
     of_normal,
     TILTS,
     SHARPER},
    // beta
    {2, {L, T}, Space::logit, of_beta, to_beta, EVERYWHERE, variance_of_beta, 0.0, 0.0, of_two_shapes, NONE},
    // Poisson, negative binomial, point mass
    {1, {L}, Space::count, of_counts, to_poisson, FAR_COUNT, own_variance, 0.0, 0.0, of_mean, NONE},
    {2,
     {L, S},
     Space::count,
     of_counts,
     to_negative_binomial,
     FAR_COUNT,
     own_variance,
     0.0,
     MOST_KAPPA,
     of_mean,
     SPREADS,
     SPREAD_OR_NOT},
    {0,
     {},
     Space::real,
     [](const Shaped& at) { return Moments{at.location, 0.0}; },
     [](const Moments& m, double) { return Shaped{m.mean, 1.0, 0.0}; },
     0.0,
     own_variance,
     0.0,
     0.0,
     of_normal,
     NONE},
};

}  // namespace

const FamilyFacts& facts_of(Family family) { return CATALOGUE[static_cast<size_t>(family)]; }

}  // namespace mix1d::families
