// negative_binomial.hpp: counts x with m = log mean and shape kappa = 1 / size (families/counts.hpp)
#pragma once

#include "families/counts.hpp"

namespace {

struct NegativeBinomial {
  static constexpr size_t SLOTS = 2;  // location and shape
  static constexpr bool COUNTS = true;

  static void prepare(const mix1d::families::Coordinates& at, double* n) { Counts::prepare(at, at.shape, n); }

  static MIX1D_INLINE Vec log_of_all(const double* n) { return splat(n[2]); }

  static MIX1D_INLINE Vec log_density(const double* n, Vec x) {
    return Counts::mass<false>(n, x, nullptr, nullptr);
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec x, Vec* u, Vec* h) {
    const Vec d = x - n[0], raised = fma(x, splat(n[1]), splat(1.0));
    u[0] = d * n[4];
    h[0] = raised * (-n[0] * n[4] * n[4]);
    h[1] = d * (-n[0] * n[4] * n[4]);
    return Counts::mass<true>(n, x, &u[1], &h[2]);
  }
};

}  // namespace
