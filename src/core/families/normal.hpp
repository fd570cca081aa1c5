// normal.hpp: z = (y - m) / s, log f = log weight - log s - log sqrt(2 pi) - z^2 / 2
#pragma once

#include "families/family.hpp"
#include "simd/normal_interval.hpp"

namespace {

struct Normal {
  static constexpr size_t SLOTS = 2;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* t) {
    t[0] = at.location;
    t[1] = 1.0 / at.scale;
    t[2] = at.log_weight - at.log_scale - LOG_SQRT_2PI;
    t[3] = at.log_weight;
    t[4] = t[1] * t[1];
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

  static MIX1D_INLINE Vec mass_derivatives(const double* t, Vec lower, Vec upper, Vec* u, Vec* h) {
    const NormalInterval p = normal_interval(lower, upper, t[0], splat(t[1]));
    _Pragma("GCC unroll 2") for (size_t s = 0; s < 2; ++s) u[s] = p.first[s];
    _Pragma("GCC unroll 3") for (size_t s = 0; s < 3; ++s) h[s] = p.second[s];
    return p.log_mass + t[3];
  }

  // The density of y plus an error of its own: T^2 = s^2 + variance, share = s^2 / T^2.
  static MIX1D_INLINE Vec noisy_derivatives(const double* t, Vec y, Vec variance, Vec* u, Vec* h) {
    const Vec z = standardised(t, y), grown = fma(variance, splat(t[4]), splat(1.0));
    const Vec share = splat(1.0) / grown, zs = z * share, rise = fma(zs, z, splat(-1.0));
    u[0] = zs;
    u[1] = share * rise;
    h[0] = splat(0.0) - share;
    h[1] = zs * share * -2.0;
    h[2] = share * fma(splat(1.0) - share, rise, zs * z * share * -1.0) * 2.0;
    return fma(zs * -0.5, z, fma(log_normal(grown), splat(-0.5), splat(t[2])));
  }

  // The probability that y plus such an error lies in an interval: that of the wider normal, carried over.
  static MIX1D_INLINE Vec noisy_mass_derivatives(const double* t, Vec lower, Vec upper, Vec variance, Vec* u,
                                                 Vec* h) {
    const Vec share = splat(1.0) / fma(variance, splat(t[4]), splat(1.0)), root = square_root(share);
    const NormalInterval p = normal_interval(lower, upper, t[0], root * t[1]);
    u[0] = root * p.first[0];
    u[1] = share * p.first[1];
    h[0] = share * p.second[0];
    h[1] = root * share * p.second[1];
    h[2] = share * fma(share, p.second[2], (splat(1.0) - share) * p.first[1] * 2.0);
    return p.log_mass + t[3];
  }

 private:
  static MIX1D_INLINE Vec standardised(const double* t, Vec y) {
    return min(max((y - t[0]) * t[1], splat(-Z_LIMIT)), splat(Z_LIMIT));
  }
};

}  // namespace
