// gamma.hpp: the gamma function and its logarithmic derivatives, of one number, for loops and host alike
//
// Nothing but + - * / and the loops' own logarithm, so that every machine gives the same bits.
#pragma once

#include "simd/math.hpp"

namespace {

MIX1D_INLINE double first_lane(Vec v) { return v.p[0][0]; }
inline double log_one(double x) { return first_lane(log_full(splat(x))); }
inline double exp_one(double x) { return first_lane(exp_full(splat(x))); }

// B_2n / (2n (2n - 1)): log Gamma(a) = (a - 1/2) log a - a + log sqrt(2 pi) + sum of c_n / a^(2n - 1)
constexpr size_t STIRLING_TERMS = 9;
constexpr double STIRLING[STIRLING_TERMS] = {
    1.0 / 12.0,        -1.0 / 360.0, 1.0 / 1260.0,       -1.0 / 1680.0,      1.0 / 1188.0,
    -691.0 / 360360.0, 1.0 / 156.0,  -3617.0 / 122400.0, 43867.0 / 244188.0,
};
constexpr double STIRLING_FROM = 10.0;

// Of one number; whatever goes to 0 as it grows keeps its digits.
struct GammaParts {
  double raised;                 // the number plus a whole number, at least 10
  double product, sum, squares;  // of the factors, their inverses and squared inverses, in between
  // of the raised number: remainder of Stirling's series, log - digamma, trigamma - inverse
  double remainder, lag, lead;
};

inline GammaParts gamma_parts(double a) {
  GammaParts g = {a, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0};
  for (; g.raised < STIRLING_FROM; g.raised += 1.0) {
    const double inverse = 1.0 / g.raised;
    g.product *= g.raised;
    g.sum += inverse;
    g.squares += inverse * inverse;
  }
  const double r = 1.0 / g.raised, r2 = r * r;
  for (size_t n = STIRLING_TERMS; n-- > 0;) {
    const double odd = 2.0 * static_cast<double>(n) + 1.0;
    g.remainder = g.remainder * r2 + STIRLING[n];
    g.lag = g.lag * r2 + odd * STIRLING[n];
    g.lead = g.lead * r2 + odd * (odd + 1.0) * STIRLING[n];
  }
  g.remainder *= r;
  g.lag = r * (0.5 + r * g.lag);
  g.lead = r2 * (0.5 + r * g.lead);
  return g;
}

// log Gamma, digamma and trigamma of a > 0, and what is left of them behind their leading terms:
// remainder = log Gamma(a) - (a - 1/2) log a + a - log sqrt(2 pi), lag = log a - digamma, lead = trigamma -
// 1/a
struct GammaFunctions {
  double log_gamma, digamma, trigamma, remainder, lag, lead;
};

inline GammaFunctions gamma_functions(double a) {
  const GammaParts g = gamma_parts(a);
  const double log_raised = log_one(g.raised), log_a = log_one(a);
  GammaFunctions f;
  f.log_gamma = (g.raised - 0.5) * log_raised - g.raised + LOG_SQRT_2PI + g.remainder - log_one(g.product);
  f.digamma = log_raised - g.lag - g.sum;
  f.trigamma = 1.0 / g.raised + g.lead + g.squares;
  const bool far = a >= STIRLING_FROM;
  f.remainder = far ? g.remainder : f.log_gamma - (a - 0.5) * log_a + a - LOG_SQRT_2PI;
  f.lag = far ? g.lag : log_a - f.digamma;
  f.lead = far ? g.lead : f.trigamma - 1.0 / a;
  return f;
}

// a log a - a - log Gamma(a)
inline double gamma_constant(double a) {
  return 0.5 * log_one(a) - LOG_SQRT_2PI - gamma_functions(a).remainder;
}

// log Gamma(z + 1/2) - log Gamma(z) - log(z) / 2 with z = 1 / (2 kappa), and two derivatives by kappa
struct HalfStep {
  double value, first, second;
};

// (1 - 2^(n + 1)) B_(n + 1) / (n (n + 1)), n = 1, 3, ..: the series in powers of kappa
constexpr double HALF_STEP[] = {-1.0 / 4.0,   1.0 / 24.0,   -1.0 / 20.0,     17.0 / 112.0,
                                -31.0 / 36.0, 691.0 / 88.0, -16383.0 / 156.0};

inline HalfStep half_step_series(double kappa) {
  HalfStep s = {0.0, 0.0, 0.0};
  const double k2 = kappa * kappa;
  for (size_t i = 7; i-- > 0;) {
    const double n = 2.0 * static_cast<double>(i) + 1.0;
    s.value = s.value * k2 + HALF_STEP[i];
    s.first = s.first * k2 + n * HALF_STEP[i];
    if (i > 0) s.second = s.second * k2 + n * (n - 1.0) * HALF_STEP[i];
  }
  s.value *= kappa;
  s.second *= kappa;
  return s;
}

// From z to z + 1 it falls by the logarithm of z (z + 1) / (z + 1/2)^2, halved.
inline HalfStep half_step(double kappa) {
  if (kappa < 0.025) return half_step_series(kappa);
  const double start = 0.5 / kappa;
  double z = start, product = 1.0, first = 0.0, second = 0.0;  // derivatives by z
  for (; z < 25.0; z += 1.0) {
    const double middle = z + 0.5, whole = z * (z + 1.0), step = 0.25 / (whole * middle);
    product *= whole / (middle * middle);
    first += step;
    second -= step * (1.0 / z + 1.0 / (z + 1.0) + 1.0 / middle);
  }
  const double far = 0.5 / z;
  const HalfStep s = half_step_series(far);
  const double turn = -2.0 * far * far;  // d kappa / d z
  first += s.first * turn;
  second += s.second * turn * turn + s.first * 8.0 * far * far * far;
  const double back = -2.0 * start * start;  // d z / d kappa
  return {0.5 * log_one(product) + s.value, first * back,
          second * back * back + first * 8.0 * start * start * start};
}

}  // namespace
