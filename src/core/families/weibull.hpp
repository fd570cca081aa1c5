// weibull.hpp: z = (y - m) / s with y = log x, m = log scale, s = 1 / shape; log f = log weight - log s + z -
// exp(z)
#pragma once

#include "families/exponential.hpp"

namespace {

struct Weibull {
  static constexpr size_t SLOTS = 2;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    n[0] = at.location;
    n[1] = 1.0 / at.scale;
    n[2] = at.log_weight - at.log_scale;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Vec z = bounded_above((y - n[0]) * n[1]);
    return z - exp_negative(z) + n[2];
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec zero = splat(0.0), z = bounded_above((y - n[0]) * n[1]);
    const Exponential e = exponential(z);
    const Vec rise = fma(e.value, z, e.less_one);
    u[0] = e.less_one;
    u[1] = fma(e.less_one, z, splat(-1.0));
    h[0] = zero - e.value;
    h[1] = zero - rise;
    h[2] = zero - rise * z;
    return z - e.value + n[2];
  }
};

}  // namespace
