// logistic.hpp: z = (y - m) / s, log f = log weight - log s - |z| - 2 log(1 + exp(-|z|))
#pragma once

#include "families/family.hpp"
#include "simd/special.hpp"

namespace {

struct Logistic {
  static constexpr size_t SLOTS = 2;
  static constexpr bool COUNTS = false;

  static void prepare(const mix1d::families::Coordinates& at, double* n) {
    n[0] = at.location;
    n[1] = 1.0 / at.scale;
    n[2] = at.log_weight - at.log_scale;
  }

  static MIX1D_INLINE Vec log_density(const double* n, Vec y) {
    const Vec size = absolute(standardised(n, y));
    return splat(n[2]) - size - one_more(exp_negative(splat(0.0) - size)).logarithm * 2.0;
  }

  static MIX1D_INLINE Vec derivatives(const double* n, Vec y, Vec* u, Vec* h) {
    const Vec zero = splat(0.0), z = standardised(n, y), size = absolute(z);
    const Exponential e = exponential(max(zero - size, splat(-708.0)));
    const OneMore whole = one_more(e.value);
    const Vec lift = e.less_one * whole.inverse;
    u[0] = where_less(z, zero, lift, zero - lift);  // tanh(z / 2)
    u[1] = fma(u[0], z, splat(-1.0));
    h[0] = e.value * whole.inverse * whole.inverse * -2.0;
    h[1] = h[0] * z - u[0];
    h[2] = h[1] * z;
    return splat(n[2]) - size - whole.logarithm * 2.0;
  }

 private:
  // 1 / (1 + e) and log(1 + e) for 0 < e <= 1 by one division: 1 + e is (1 + f) times one or two
  struct OneMore {
    Vec inverse, logarithm;
  };
  static MIX1D_INLINE OneMore one_more(Vec e) {
    const Vec least = splat(0.41421356237309504880), zero = splat(0.0);
    const Vec f = where_less(e, least, e, (e - 1.0) * 0.5), twice = where_less(e, least, zero, splat(1.0));
    const Vec whole = e + 1.0, beside = f + 2.0, both = splat(1.0) / (whole * beside);
    const Vec s = f * (both * whole);
    return {both * beside, log_joined(twice, f, s, log_tail(s))};
  }

  static MIX1D_INLINE Vec standardised(const double* n, Vec y) {
    return min(max((y - n[0]) * n[1], splat(-Z_LIMIT)), splat(Z_LIMIT));
  }
};

}  // namespace
