// row_sums.hpp: sums over the rows of a block that do not know where their densities come from
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

}  // namespace
