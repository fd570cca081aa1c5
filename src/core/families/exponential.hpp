// exponential.hpp: t = y - m with y = log x and m = log mean, log f = log weight + t - exp(t)
#pragma once

#include "families/family.hpp"
#include "simd/special.hpp"

namespace {

// Exponents stop here, before exp, so that 0 times infinity cannot appear.
constexpr double EXPONENT_LIMIT = 230.0;

MIX1D_INLINE Vec bounded_above(Vec t) { return min(max(t, splat(-Z_LIMIT)), splat(EXPONENT_LIMIT)); }

struct ExponentialFamily {
  static constexpr size_t SLOTS = 1;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    n[0] = at.location;
    n[1] = at.log_weight;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Vec t = bounded_above(y - n[0]);
    return t - exp_negative(t) + n[1];
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec t = bounded_above(y - n[0]);
    const Exponential e = exponential(t);
    u[0] = e.less_one;
    h[0] = splat(0.0) - e.value;
    return t - e.value + n[1];
  }
};

}  // namespace
