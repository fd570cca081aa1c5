// special.hpp: log1p, expm1 and their remainders, Mills' ratio and what log Phi is made of, on eight lanes
//
// Every function keeps its relative accuracy where it goes to zero (tests/core/test_families.py).
#pragma once

#include "simd/math.hpp"

namespace {

// exp(t), exp(t) - 1 and exp(t) - 1 - t for |t| <= 708
struct Exponential {
  Vec value, less_one, excess;
};

MIX1D_INLINE Exponential exponential(Vec t) {
  const Vec size = absolute(t), limit = splat(0.34);
  IntVec n;
  Vec r;  // t itself within the limit
  const Vec curve = exp_tail(max(t, splat(-708.0)), n, r), tail = r * r * curve;
  Exponential out;
  out.value = scale_by_power(fma(r * r, curve, r) + 1.0, n);
  const Vec far = out.value - 1.0;
  out.less_one = where_less(size, limit, t + tail, far);
  out.excess = where_less(size, limit, tail, far - t);
  return out;
}

// x - log(1 + x) for |x| < 1/4, and log(1 + x) for the others, from one series; `whole` is 1 + x as exactly
// as it is known
struct LogOfOneMore {
  Vec size, lack, logarithm;
};
MIX1D_INLINE LogOfOneMore log_of_one_more(Vec x, Vec whole) {
  LogOfOneMore out;
  out.size = absolute(x);
  Vec e;
  const Vec far = log_parts(max(whole, splat(0x1p-1000)), e), f = where_less(out.size, splat(0.25), x, far);
  const Vec s = f / (f + 2.0), tail = log_tail(s);
  out.lack = s * (f - tail);
  out.logarithm = log_joined(e, f, s, tail);
  return out;
}

// x - log(1 + x)
MIX1D_INLINE Vec log1p_lack(Vec x, Vec whole) {
  const LogOfOneMore l = log_of_one_more(x, whole);
  return where_less(l.size, splat(0.25), l.lack, x - l.logarithm);
}

// log(1 + x) for x > -1
MIX1D_INLINE Vec log1p_of(Vec x, Vec whole) {
  const LogOfOneMore l = log_of_one_more(x, whole);
  return where_less(l.size, splat(0.25), x - l.lack, l.logarithm);
}
MIX1D_INLINE Vec log1p_of(Vec x) { return log1p_of(x, x + 1.0); }

// f(x) = log(1 + x) / x with two derivatives, f(0) = 1, x > -1
struct LogRatio {
  Vec value, first, second;
};

// f'' = integral of 2 s^2 / (1 + x s)^3 over [0, 1] = (1 + x / 2)^-3 times a series in w = x / (2 + x)
constexpr size_t RATIO_TERMS = 21;
struct RatioSeries {
  double c[RATIO_TERMS];
  constexpr RatioSeries() : c() {
    for (size_t n = 0; n < RATIO_TERMS; ++n) {
      const double a = static_cast<double>(n), even = 2.0 / (a + 1.0) + 2.0 / (a + 3.0),
                   odd = -4.0 / (a + 2.0);
      c[n] = (n % 2 ? odd : even) * (a + 1.0) * (a + 2.0) / 8.0;
    }
  }
};
constexpr RatioSeries RATIO;

// Where all eight lie to one side of the limit, what the other one asks for is left out.
MIX1D_INLINE LogRatio log_ratio(Vec x, Vec whole) {
  const Vec one = splat(1.0), limit = splat(0.25), size = absolute(x);
  const Vec inverse = one / whole, square = inverse * inverse;
  LogRatio near, out;
  const bool some_near = any_less(size, limit);
  if (some_near) {
    const Vec small = min(max(x, splat(-0.25)), limit), half = fma(small, splat(0.5), one);
    near.second = polynomial(RATIO.c, small / (small + 2.0)) / (half * half * half);
    near.first = fma(small, near.second, square) * -0.5;
    near.value = inverse - small * near.first;
    if (all_less(size, limit)) return near;
  }
  const Vec far = where_less(size, limit, one, x);
  out.value = log_normal(max(whole, splat(0x1p-1000))) / far;
  out.first = (inverse - out.value) / far;
  out.second = (splat(0.0) - square - out.first * 2.0) / far;
  if (!some_near) return out;
  out.value = where_less(size, limit, near.value, out.value);
  out.first = where_less(size, limit, near.first, out.first);
  out.second = where_less(size, limit, near.second, out.second);
  return out;
}

// ((1 + x) log(1 + x) - x) / x^2, 1/2 at 0: a deviance over its square
MIX1D_INLINE Vec deviance_ratio(Vec x, Vec whole) {
  const Vec limit = splat(0.25), small = min(max(x, splat(-0.25)), limit), s = small / (small + 2.0),
            u = s * s;
  // (x - log(1 + x)) / x^2, by log1p_lack
  const Vec wide = small + 2.0, lack = (splat(1.0) - s / wide * polynomial(LOG_TAIL, u) * 2.0) / wide;
  const Vec near = splat(1.0) - (small + 1.0) * lack;
  const Vec far = where_less(absolute(x), limit, splat(1.0), x);
  return where_less(absolute(x), limit, near,
                    (whole * log_normal(max(whole, splat(0x1p-1000))) - far) / (far * far));
}

constexpr double SQRT_PI_HALF = 1.25331413731550025121;

// 1 / Mills' ratio of v, less v, by levels of its continued fraction 1 / (v + 2 / (v + 3 / ...))
template <size_t LEVELS>
MIX1D_INLINE Vec mills_fraction(Vec v) {
  const Vec inverse = splat(1.0) / v, w = inverse * inverse;
  Vec above = splat(1.0), below = above, above_last = above, below_last = splat(0.0);
  _Pragma("GCC unroll 2") for (size_t n = 2; n < LEVELS; ++n) {
    const Vec step = w * static_cast<double>(n);
    const Vec a = fma(step, above_last, above), b = fma(step, below_last, below);
    above_last = above;
    below_last = below;
    above = a;
    below = b;
  }
  return inverse * below / above;
}

// The same of v >= 8 within 2^-56: the farther out, the fewer levels.
MIX1D_INLINE Vec hazard_excess(Vec v) {
  const Vec far = splat(20.0);
  if (!any_less(v, far)) return mills_fraction<11>(v);
  const Vec near = mills_fraction<20>(v);
  return all_less(v, far) ? near : where_less(v, far, near, mills_fraction<11>(v));
}

// log Phi(u), R = phi(u) / Phi(u) and u + R, which goes to -1 / u
struct NormalTail {
  Vec log_mass, hazard, excess;
};

// Where all eight lie to one side, what the other one asks for is left out.
MIX1D_INLINE NormalTail normal_tail(Vec u) {
  constexpr double UNSEEN = 0x1p-60;  // log(1 - x) is -x
  const Vec zero = splat(0.0), one = splat(1.0), v = absolute(u);
  const Vec mills = erfcx_positive(v * SQRT_HALF) * SQRT_PI_HALF;
  const bool any_below = any_less(u, zero), any_above = !all_less(u, zero);
  NormalTail out;
  Vec missing = zero, below = zero;
  if (any_above) {
    const Vec density = exp_negative(u * u * -0.5) * 0.39894228040143267794;
    missing = where_less(u, zero, zero, density * mills);
    out.hazard = density / (one - missing);
    out.excess = u + out.hazard;
    out.log_mass = any_less(splat(UNSEEN), missing) ? log1p_of(zero - missing) : zero - missing;
    if (!any_below) return out;
  }
  Vec hazard = one / mills, excess = hazard - v;
  if (any_less(u, splat(-8.0))) {
    const Vec far = hazard_excess(max(v, splat(8.0)));
    excess = where_less(u, splat(-8.0), far, excess);
    hazard = where_less(u, splat(-8.0), v + far, hazard);
  }
  below = fma(u * -0.5, u, zero - log_normal(hazard)) - LOG_SQRT_2PI;
  if (!any_above) return {below, hazard, excess};
  out.log_mass = where_less(u, zero, below, out.log_mass);
  out.hazard = where_less(u, zero, hazard, out.hazard);
  out.excess = where_less(u, zero, excess, out.excess);
  return out;
}

}  // namespace
