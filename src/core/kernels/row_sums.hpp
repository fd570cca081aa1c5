// row_sums.hpp: sums over rows that do not know where their densities come from
#pragma once

#include "simd/math.hpp"

namespace {

constexpr size_t BLOCK = 64;

// sum w log f over a block. Every total lies in [1, k], so where all weights are the same, one logarithm of a
// product of eight serves eight values.
MIX1D_INLINE Vec log_likelihood(const double* w, size_t count, const double* top, const double* total) {
  Vec apart = splat(0.0);
  for (size_t i = 0; i < count; i += LANES) {
    const Vec d = load(w + i) - w[0];
    apart = max(apart, max(d, splat(0.0) - d));
  }
  const bool uniform = count == BLOCK && ::sum(apart) == 0.0;
  Vec sum = splat(0.0);
  if (uniform) {
    Vec product = load(total);
    sum = load(top);
    for (size_t i = LANES; i < BLOCK; i += LANES) {
      product = product * load(total + i);
      sum = sum + load(top + i);
    }
    return (sum + log_normal(product)) * w[0];
  }
  for (size_t i = 0; i < count; i += LANES)
    sum = fma(load(w + i), load(top + i) + log_normal(load(total + i)), sum);
  return sum;
}

MIX1D_INLINE void add_to(double* accumulator, Vec v) { store(accumulator, load(accumulator) + v); }

// The largest gain sum w log(1 + e q) + outside log(1 - e), q = phi/f - 1, in the weight e of an inserted
// component: concave in e, so a safeguarded Newton iteration from below finds it.
MIX1D_INLINE double best_share(const double* w, const double* excess, size_t n, double outside,
                               double* share) {
  double low = 0.0, high = 1.0, e = 0.0;
  for (int step = 0; step < 6; ++step) {
    Vec first = splat(0.0), second = splat(0.0);
    for (size_t i = 0; i < n; i += LANES) {
      Vec q = load(excess + i);
      Vec ratio = q / fma(q, splat(e), splat(1.0));
      Vec weighted = load(w + i) * ratio;
      first = first + weighted;
      second = fma(weighted, ratio, second);
    }
    const double rest = outside / (1.0 - e);
    const double slope = sum(first) - rest, curvature = sum(second) + rest / (1.0 - e);
    if (step == 0 && !(slope > 0.0)) return 0.0;
    (slope > 0.0 ? low : high) = e;
    double next = curvature > 0.0 ? e + slope / curvature : high;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double change = next - e;
    e = next;
    if (change < 1e-3 * e && change > -1e-3 * e) break;
  }
  *share = e;
  Vec gain = splat(0.0);
  for (size_t i = 0; i < n; i += LANES)
    gain = fma(load(w + i), log_normal(fma(load(excess + i), splat(e), splat(1.0))), gain);
  alignas(64) double rest[LANES];
  store(rest, log_normal(splat(1.0 - e)));
  return sum(gain) + outside * rest[0];
}

}  // namespace
