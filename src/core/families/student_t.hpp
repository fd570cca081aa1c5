// student_t.hpp: z = (y - m) / s, shape kappa = 1 / degrees of freedom, of which 0 is the normal
//
// log f = log weight + c(kappa) - log s - (1 + kappa) z^2 f(kappa z^2) / 2, f(q) = log(1 + q) / q.
#pragma once

#include "families/family.hpp"
#include "simd/gamma.hpp"
#include "simd/special.hpp"

namespace {

struct StudentT {
  static constexpr size_t SLOTS = 3;
  static constexpr bool COUNTS = false;
  static constexpr double FAR = 1e36;  // its eighth power is still finite

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    const HalfStep c = half_step(at.shape);
    n[0] = at.location;
    n[1] = 1.0 / at.scale;
    n[2] = at.log_weight - at.log_scale - LOG_SQRT_2PI + c.value;
    n[3] = at.shape;
    n[4] = c.first;
    n[5] = c.second;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Vec z = standardised(n, y), z2 = z * z, q = z2 * n[3];
    const Vec ratio = where_less(q, splat(1e-300), splat(1.0), log1p_of(q) / max(q, splat(1e-300)));
    return splat(n[2]) - z2 * ratio * (0.5 + 0.5 * n[3]);
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec zero = splat(0.0), one = splat(1.0), z = standardised(n, y), z2 = z * z, q = z2 * n[3];
    const LogRatio f = log_ratio(q, q + 1.0);
    const double more = 1.0 + n[3];
    const Vec r = one / (q + 1.0), zr = z * r, z4 = z2 * z2;
    u[0] = zr * more;
    u[1] = fma(u[0], z, splat(-1.0));
    u[2] = splat(n[4]) - fma(z4, f.first, z2 * r) * 0.5;
    h[0] = (q - 1.0) * r * r * more;
    h[1] = fma(h[0], z, zero - u[0]);
    // B'_kappa = -z r + (1 + kappa) z^3 r^2 = z (z^2 - 1) r^2
    const Vec tilt = (one - z2) * zr * r;
    h[2] = tilt;
    h[3] = h[1] * z;
    h[4] = tilt * z;
    h[5] = splat(n[5]) - (z4 * z2 * f.second - z4 * r * r) * 0.5;
    return splat(n[2]) - z2 * f.value * (0.5 * more);
  }

 private:
  static MIX1D_INLINE Vec standardised(const double* n, Vec y) {
    return min(max((y - n[0]) * n[1], splat(-FAR)), splat(FAR));
  }
};

}  // namespace
