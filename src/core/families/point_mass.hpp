// point_mass.hpp: log f = log weight at one value, which is known, and nothing elsewhere
#pragma once

#include "families/uniform.hpp"

namespace {

struct PointMass {
  static constexpr size_t SLOTS = 0;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    n[0] = at.location;
    n[1] = 0x1p-50 * (at.location < 0.0 ? -at.location : at.location);  // the frame may cost the last bits
    n[2] = at.log_weight;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    return where_less(splat(n[1]), absolute(y - n[0]), splat(Uniform::NOWHERE), splat(n[2]));
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec*, Vec*) { return log_density(n, y); }

  static MIX1D_INLINE Vec mass_derivatives(const double* n, Vec lower, Vec upper, Vec*, Vec*) {
    const Vec outside = splat(Uniform::NOWHERE);
    return where_less(splat(n[0] + n[1]), lower, outside,
                      where_less(upper, splat(n[0] - n[1]), outside, splat(n[2])));
  }

  // Errors of its own spread the point.
  static MIX1D_INLINE Vec noisy_derivatives(const double* n, Vec y, Vec variance, Vec*, Vec*) {
    const Vec spread = max(variance, splat(0x1p-1000)), d = y - n[0];
    const Vec noisy = splat(n[2] - LOG_SQRT_2PI) - (d * d / spread + log_normal(spread)) * 0.5;
    return where_less(splat(0.0), variance, noisy, log_density(n, y));
  }

  static MIX1D_INLINE Vec noisy_mass_derivatives(const double* n, Vec lower, Vec upper, Vec variance, Vec*,
                                                 Vec*) {
    const Vec sharp = splat(1.0) / square_root(max(variance, splat(0x1p-1000)));
    return normal_interval(lower, upper, n[0], sharp).log_mass + n[2];
  }
};

}  // namespace
