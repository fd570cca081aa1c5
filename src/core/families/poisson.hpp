// poisson.hpp: counts x with m = log mean, log f = log weight + x m - exp(m) - log x!
#pragma once

#include "families/counts.hpp"

namespace {

struct Poisson {
  static constexpr size_t SLOTS = 1;
  static constexpr bool COUNTS = true;

  static void prepare(const mix1d::families::Coordinates& at, double* n) { Counts::prepare(at, 0.0, n); }

  static MIX1D_INLINE Vec log_of_all(const double* n) { return splat(n[2]); }

  static MIX1D_INLINE Vec log_density(const double* n, Vec x) {
    return Counts::mass<false>(n, x, nullptr, nullptr);
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec x, Vec* u, Vec* h) {
    u[0] = x - n[0];
    h[0] = splat(-n[0]);
    return log_density(n, x);
  }
};

}  // namespace
