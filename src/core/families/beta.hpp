// beta.hpp: y = logit x, m = logit mean mu, phi = a + b = 1 / s^2; t = y - m, both mirrored so that mu <= 1/2
//
// log f = log weight + K(a) + K(b) - K(phi) + phi (mu t - log(1 + mu expm1(t))), K(a) = a log a - a - log
// Gamma(a). With v = a and b: lag(v) = log v - digamma(v), lead(v) = trigamma(v) - 1 / v.
#pragma once

#include "families/exponential.hpp"
#include "simd/gamma.hpp"

namespace {

struct Beta {
  static constexpr size_t SLOTS = 2;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    const double side = at.location > 0.0 ? -1.0 : 1.0, odds = exp_one(side * at.location);
    const double mean = odds / (1.0 + odds), rest = 1.0 / (1.0 + odds);
    const double whole = 1.0 / (at.scale * at.scale), a = mean * whole, b = rest * whole;
    const GammaFunctions ga = gamma_functions(a), gb = gamma_functions(b), g = gamma_functions(whole);
    const double pull = mean * rest / at.scale;  // phi mu (1 - mu), by location in units of the scale
    n[0] = at.location;
    n[1] = side;
    n[2] = mean;
    n[3] = whole;
    // K(v) = log(v) / 2 - log sqrt(2 pi) - remainder(v)
    n[4] = at.log_weight + 0.5 * (log_one(mean) + log_one(b)) - LOG_SQRT_2PI - ga.remainder - gb.remainder +
           g.remainder;
    n[5] = pull * side;
    n[6] = ga.lag - gb.lag;
    n[7] = -2.0 * (a * ga.lag + b * gb.lag - whole * g.lag);
    n[8] = -pull * pull * (ga.trigamma + gb.trigamma);
    n[9] = mean * rest * (rest - mean);
    n[10] = 2.0 * pull * side * (a * ga.lead - b * gb.lead);
    n[11] = 4.0 * (whole * whole * g.lead - a * a * ga.lead - b * b * gb.lead);
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    return fma(shape(n, offset(n, y)), splat(n[3]), splat(n[4]));
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec t = offset(n, y), kernel = shape(n, t) * n[3], gap = t + n[6];
    u[0] = gap * n[5];
    u[1] = fma(kernel, splat(-2.0), splat(n[7]));
    h[0] = fma(gap, splat(n[9]), splat(n[8]));
    h[1] = fma(u[0], splat(-2.0), splat(n[10]));
    h[2] = fma(u[1], splat(-2.0), splat(n[11]));
    return kernel + n[4];
  }

 private:
  static MIX1D_INLINE Vec offset(const double* n, Vec y) {
    return min(max((y - n[0]) * n[1], splat(-Z_LIMIT)), splat(Z_LIMIT));
  }

  // mu t - log(1 + mu expm1(t))
  static MIX1D_INLINE Vec shape(const double* n, Vec t) {
    const Exponential e = exponential(min(max(t, splat(-EXPONENT_LIMIT)), splat(EXPONENT_LIMIT)));
    const Vec w = e.less_one * n[2], near = log1p_lack(w, w + 1.0) - e.excess * n[2];
    // beyond the limit the logarithm grows as t does
    const Vec beyond = max(t - EXPONENT_LIMIT, splat(0.0));
    return where_less(splat(1.0), absolute(t), t * n[2] - beyond - log1p_of(w), near);
  }
};

}  // namespace
