// summing.hpp: probabilities of intervals under families of counts
#pragma once

#include "families/quadrature.hpp"

namespace {

// Of numbers below 2^51.
MIX1D_INLINE Vec floor_of(Vec a) {
  const Vec whole = (a + ROUNDER) - ROUNDER;
  return where_less(a, whole, whole - 1.0, whole);
}

// The whole numbers from low to high, both included, outwards from the mean.
template <class F>
__attribute__((noinline)) Integral<F::SLOTS> sum_of_masses(const double* t, Vec low, Vec high) {
  constexpr size_t MOST = 1 << 22, SURE = 8;
  const Vec zero = splat(0.0), one = splat(1.0);
  const Vec start = min(max(floor_of(exp_full(splat(t[mix1d::families::LOCATION]))), low), high);
  Vec slope[F::SLOTS + 1], bend[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
  const Vec height = derivatives_at<F>(t, max(start, zero), slope, bend);
  Integral<F::SLOTS> sum(height, slope);
  for (int half = 0; half < 2; ++half) {
    const double side = half == 0 ? 1.0 : -1.0;
    Vec x = side > 0.0 ? start : start - 1.0, goes_on = one;
    for (size_t i = 0; i < MOST; ++i, x = x + side) {
      const Vec inside = where_less(x, low, zero, where_less(high, x, zero, goes_on)), before = sum.mass;
      if (!any_less(zero, inside)) break;
      Vec v[F::SLOTS + 1], w[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
      const Vec log_f = derivatives_at<F>(t, max(x, zero), v, w);
      sum.add(log_f, inside, v, w);
      if (i >= SURE) goes_on = where_less(sum.mass * PANEL_END, sum.mass - before, goes_on, zero);
    }
  }
  return sum;
}

template <class F>
__attribute__((noinline)) Vec mass_by_summing(const double* t, Vec lower, Vec upper, Vec* u, Vec* h) {
  constexpr double MOST_LACK = 0.9;
  const Vec zero = splat(0.0), one = splat(1.0), limit = splat(0x1p51);
  const Vec low = zero - floor_of(zero - min(max(lower, zero), limit));
  const Vec high = floor_of(min(max(upper, splat(-1.0)), limit));
  // a half-line upwards is all but what lies below, unless that is nearly all
  const Vec open = where_less(high, limit, zero, where_less(low, splat(0x1p20), one, zero));
  Vec value = zero, direct = one;
  for (size_t a = 0; a < F::SLOTS; ++a) u[a] = zero;
  for (size_t pair = 0; pair < F::SLOTS * (F::SLOTS + 1) / 2; ++pair) h[pair] = zero;
  if (any_less(zero, open)) {
    const Integral<F::SLOTS> below = sum_of_masses<F>(t, zero, pick(open, low - 1.0, zero));
    const Vec lack = below.mass * exp_full(below.reference - F::log_of_all(t));
    const Vec share = where_less(low, one, zero, min(lack, one)),
              scale = exp_full(below.reference - F::log_of_all(t));
    const Vec inverse = one / max(one - share, splat(1.0 - MOST_LACK));
    const Vec part = where_less(low, one, zero, scale * inverse);
    // (sum f u)' = sum f (u u' + h)
    Vec v[F::SLOTS + 1], w[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
    below.derivatives(v, w);
    const Vec weight = part * below.mass;
    for (size_t a = 0; a < F::SLOTS; ++a) u[a] = zero - v[a] * weight;
    for (size_t a = 0, pair = 0; a < F::SLOTS; ++a)
      for (size_t b = a; b < F::SLOTS; ++b, ++pair)
        h[pair] = zero - fma(v[a], v[b], w[pair]) * weight - u[a] * u[b];
    value = log_normal(max(one - share, splat(0x1p-1000))) + F::log_of_all(t);
    direct = where_less(share, splat(MOST_LACK), one - open, one);
  }
  if (!any_less(zero, direct)) return value;
  Vec v[F::SLOTS + 1], w[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
  const Vec summed = sum_of_masses<F>(t, pick(direct, low, zero), pick(direct, high, zero)).derivatives(v, w);
  for (size_t a = 0; a < F::SLOTS; ++a) u[a] = pick(direct, v[a], u[a]);
  for (size_t pair = 0; pair < F::SLOTS * (F::SLOTS + 1) / 2; ++pair)
    h[pair] = pick(direct, w[pair], h[pair]);
  return pick(direct, summed, value);
}

}  // namespace
