// normal.hpp: z = (y - m) / s, log f = log weight - log s - log sqrt(2 pi) - z^2 / 2
#pragma once

#include "families/family.hpp"

namespace {

struct Normal {
  static constexpr size_t SLOTS = 2;

  static void prepare(const mix1d::families::Coordinates& at, double* t) {
    t[0] = at.location;
    t[1] = 1.0 / at.scale;
    t[2] = at.log_weight - at.log_scale - LOG_SQRT_2PI;
  }

  static MIX1D_INLINE Vec log_density(const double* t, Vec y) {
    const Vec z = standardised(t, y);
    return fma(z * -0.5, z, splat(t[2]));
  }

  static MIX1D_INLINE Vec derivatives(const double* t, Vec y, Vec* u, Vec* h) {
    const Vec z = standardised(t, y), z2 = z * z;
    u[0] = z;
    u[1] = z2 - 1.0;
    h[0] = splat(-1.0);
    h[1] = z * -2.0;
    h[2] = z2 * -2.0;
    return fma(z * -0.5, z, splat(t[2]));
  }

 private:
  static MIX1D_INLINE Vec standardised(const double* t, Vec y) {
    return min(max((y - t[0]) * t[1], splat(-Z_LIMIT)), splat(Z_LIMIT));
  }
};

}  // namespace
