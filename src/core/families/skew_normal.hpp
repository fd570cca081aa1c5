// skew_normal.hpp: z = (y - m) / s, alpha = sinh(shape), R = phi / Phi at u = alpha z
//
// log f = log weight + log 2 - log s - log sqrt(2 pi) - z^2 / 2 + log Phi(u).
#pragma once

#include "families/family.hpp"
#include "simd/gamma.hpp"
#include "simd/special.hpp"

namespace {

struct SkewNormal {
  static constexpr size_t SLOTS = 3;
  static constexpr bool COUNTS = false;
  static constexpr double LOG_2 = 0.69314718055994530942;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    const Exponential e = exponential(splat(at.shape));
    const double value = first_lane(e.value), less_one = first_lane(e.less_one);
    n[0] = at.location;
    n[1] = 1.0 / at.scale;
    n[2] = at.log_weight - at.log_scale - LOG_SQRT_2PI + LOG_2;
    n[3] = 0.5 * less_one * (1.0 + 1.0 / value);  // alpha
    n[4] = 0.5 * (value + 1.0 / value);           // its derivative by the shape
  }

  // how much steeper than a normal its flank at 0 is, twice
  static MIX1D_INLINE double sharpness(const double* n) { return n[3] < 0.0 ? -2.0 * n[3] : 2.0 * n[3]; }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Vec z = standardised(n, y);
    return fma(z * -0.5, z, splat(n[2])) + normal_tail(z * n[3]).log_mass;
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec zero = splat(0.0), z = standardised(n, y), a = z * n[3];
    const NormalTail p = normal_tail(a);
    const Vec bend = zero - p.hazard * p.excess;  // dR / du
    const Vec turn = fma(a, bend, p.hazard), lean = z * p.hazard;
    u[0] = z - p.hazard * n[3];
    u[1] = fma(z, u[0], splat(-1.0));
    u[2] = lean * n[4];
    h[0] = fma(bend, splat(n[3] * n[3]), splat(-1.0));
    h[1] = fma(z, splat(-2.0), turn * n[3]);
    h[2] = turn * -n[4];
    h[3] = h[1] * z;
    h[4] = h[2] * z;
    h[5] = fma(z * z * bend, splat(n[4] * n[4]), lean * n[3]);
    return fma(z * -0.5, z, splat(n[2])) + p.log_mass;
  }

 private:
  static MIX1D_INLINE Vec standardised(const double* n, Vec y) {
    return min(max((y - n[0]) * n[1], splat(-Z_LIMIT)), splat(Z_LIMIT));
  }
};

}  // namespace
