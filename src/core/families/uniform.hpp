// uniform.hpp: log f = log weight - log(scale) within half a scale of the location, a background whose ends
// are known
#pragma once

#include "families/family.hpp"
#include "simd/normal_interval.hpp"

namespace {

struct Uniform {
  static constexpr size_t SLOTS = 0;
  static constexpr bool COUNTS = false;
  static constexpr double NOWHERE = -1e200;  // the log density outside: less than any normal's

  static void prepare(const mix1d::families::Coordinates& at, double* t) {
    // Ends that were taken to a middle and a width may have lost their last bits: what lies at them is
    // inside.
    const double lost = 0x1p-50 * ((at.location < 0.0 ? -at.location : at.location) + at.scale);
    t[0] = at.location - 0.5 * at.scale - lost;
    t[1] = at.location + 0.5 * at.scale + lost;
    t[2] = at.log_weight - at.log_scale;
    t[3] = 1.0 / at.scale;
    t[4] = at.log_weight;
  }

  static MIX1D_INLINE Vec log_density(const double* t, Vec y) {
    const Vec low = splat(t[0]), high = splat(t[1]), outside = splat(NOWHERE);
    return where_less(y, low, outside, where_less(high, y, outside, splat(t[2])));
  }

  static MIX1D_INLINE Vec derivatives(const double* t, Vec y, Vec*, Vec*) { return log_density(t, y); }

  static MIX1D_INLINE Vec mass_derivatives(const double* t, Vec lower, Vec upper, Vec*, Vec*) {
    const Vec low = max(lower, splat(t[0])), high = min(upper, splat(t[1])), share = (high - low) * t[3];
    const Vec inside = log_normal(max(share, splat(0x1p-1000))) + t[4];
    return where_less(low, high, inside, splat(NOWHERE));
  }

  // An error of its own lets a value lie outside: the mass of the range under a normal about the value.
  static MIX1D_INLINE Vec noisy_derivatives(const double* t, Vec y, Vec variance, Vec*, Vec*) {
    const Vec zero = splat(0.0);
    const NormalInterval p =
        normal_interval(splat(t[0]) - y, splat(t[1]) - y, 0.0, splat(1.0) / square_root(variance));
    return where_less(zero, variance, p.log_mass + t[2], log_density(t, y));
  }

  // Errors of limits are taken for small beside the range.
  static MIX1D_INLINE Vec noisy_mass_derivatives(const double* t, Vec lower, Vec upper, Vec, Vec* u, Vec* h) {
    return mass_derivatives(t, lower, upper, u, h);
  }
};

}  // namespace
