// gamma.hpp: t = y - m with y = log x, m = log mean, a = shape = 1 / s^2
//
// log f = log weight + K(a) + a (t - expm1(t)), K(a) = a log a - a - log Gamma(a); as s goes to 0, the
// lognormal.
#pragma once

#include "families/exponential.hpp"
#include "simd/gamma.hpp"

namespace {

struct Gamma {
  static constexpr size_t SLOTS = 2;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    const double inverse = 1.0 / at.scale, a = inverse * inverse;
    const GammaFunctions g = gamma_functions(a);
    n[0] = at.location;
    n[1] = a;
    n[2] = inverse;
    n[3] = at.log_weight - at.log_scale - LOG_SQRT_2PI - g.remainder;
    n[4] = -2.0 * a * g.lag;
    n[5] = -4.0 * a * a * g.lead;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Exponential e = exponential(bounded_above(y - n[0]));
    return splat(n[3]) - e.excess * n[1];
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Exponential e = exponential(bounded_above(y - n[0]));
    const Vec fall = e.excess * n[1];
    u[0] = e.less_one * n[2];
    u[1] = fma(fall, splat(2.0), splat(n[4]));
    h[0] = splat(0.0) - e.value;
    h[1] = u[0] * -2.0;
    h[2] = splat(n[5]) - u[1] * 2.0;
    return splat(n[3]) - fall;
  }
};

}  // namespace
