// inverse_gaussian.hpp: t = y - m with y = log x, m = log mean, s = sqrt(mean / shape)
//
// log f = log weight - log s - log sqrt(2 pi) - t / 2 - (cosh(t) - 1) / s^2; as s goes to 0, the lognormal.
#pragma once

#include "families/exponential.hpp"

namespace {

struct InverseGaussian {
  static constexpr size_t SLOTS = 2;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    n[0] = at.location;
    n[1] = 1.0 / at.scale;
    n[2] = at.log_weight - at.log_scale - LOG_SQRT_2PI;
    n[3] = n[1] * n[1];
    n[4] = 0.5 * at.scale;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Vec t = bounded(y - n[0]);
    const Exponential e = exponential(t);
    return fma(t, splat(-0.5), splat(n[2])) - e.less_one * e.less_one / e.value * (0.5 * n[3]);
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec zero = splat(0.0), one = splat(1.0), t = bounded(y - n[0]);
    const Exponential e = exponential(t);
    const Vec inverse = one / e.value, rise = e.less_one * e.less_one * inverse;  // 2 (cosh(t) - 1)
    const Vec twice_sinh = e.less_one * (inverse + 1.0), fall = rise * n[3];
    u[0] = fma(twice_sinh, splat(0.5 * n[1]), splat(n[4]));
    u[1] = fall - 1.0;
    h[0] = fma(rise, splat(-0.5), splat(-1.0));
    h[1] = zero - twice_sinh * n[1];
    h[2] = fall * -2.0;
    return fma(t, splat(-0.5), splat(n[2])) - fall * 0.5;
  }

 private:
  static MIX1D_INLINE Vec bounded(Vec t) {
    return min(max(t, splat(-EXPONENT_LIMIT)), splat(EXPONENT_LIMIT));
  }
};

}  // namespace
