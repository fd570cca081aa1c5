// quantile.hpp: inverse of the tail masses of a mixture, eight points at a time
#pragma once

#include "kernels/distribution.hpp"

namespace {

// One lane of the search: mass(x) = target on the given side, between low and high.
struct Search {
  double x, low, high, side, target, step, step_before;
  bool done;
};

// Halves from the end where the mass is smaller, so that mirrored problems have mirrored answers.
inline double middle_of(const Search& s) {
  double half = 0.5 * (s.high - s.low);
  return s.side < 0 ? s.high - half : s.low + half;
}

// Brackets the root between neighbouring points of the table.
inline void start_search(Search& s, const mix1d::kernels::QuantileTable& t, double p, double side) {
  bool upper = p > 0.5;
  s.side = upper ? -side : side;
  s.target = upper ? 1.0 - p : p;  // exact
  s.done = !(p > 0.0 && p < 1.0);
  s.x = p == 0.0 ? -side * __builtin_inf() : p == 1.0 ? side * __builtin_inf() : __builtin_nan("");
  if (s.done) return;
  const double* mass = s.side > 0 ? t.below : t.above;
  size_t a = 0, b = t.size - 1;
  while (b - a > 1) {
    size_t middle = (a + b) / 2;
    bool left = s.side > 0 ? mass[middle] < s.target : mass[middle] > s.target;
    (left ? a : b) = middle;
  }
  if (mass[b] == s.target) {  // hit, or a flat piece: its middle
    size_t c = b;
    while (c + 1 < t.size && mass[c + 1] == s.target) ++c;
    s.x = 0.5 * t.x[b] + 0.5 * t.x[c];
    s.done = true;
    return;
  }
  s.low = t.x[a];
  s.high = t.x[b];
  s.step = s.step_before = s.high - s.low;
  s.x = middle_of(s);
}

// Newton on the log mass; bisection where Newton leaves the bracket or does not halve the step before last.
// gap is log mass minus log target, slope the derivative of the log mass.
inline void advance(Search& s, double gap, double slope) {
  if (gap == 0.0) {
    s.done = true;
    return;
  }
  (gap * s.side < 0 ? s.low : s.high) = s.x;
  double step = gap / slope * s.side, next = s.x - step;
  if (!(next >= s.low && next <= s.high) || !(__builtin_fabs(step + step) <= __builtin_fabs(s.step_before))) {
    step = 0.5 * (s.high - s.low);
    next = middle_of(s);
  }
  s.step_before = s.step;
  s.step = step;
  s.done = next == s.x || next == s.low || next == s.high;
  s.x = next;
}

// log(mass / target); near the root from the difference, which keeps the digits that two logarithms round
// away
MIX1D_INLINE Vec log_gap(const Sum& mass, Vec target) {
  Vec quotient = (linear(mass) - target) / target;
  Vec far = logarithm(mass) - log_full(target);
  Vec close = where_less(splat(1e-290), target, abs(quotient), splat(1.0));
  return where_less(close, splat(1e-5), quotient, far);
}

// x with mass(x) = p, below x for side 1, above x for side -1; in a flat piece between components, about its
// middle
void quantile_all(const ScaledMixture& d, const mix1d::kernels::QuantileTable& table, double side,
                  const double* p, double* out, size_t n) {
  constexpr int MOST_STEPS = 2200;  // bisection through all doubles; Newton takes about five
  double target[LANES], x[LANES], sides[LANES], gap[LANES], slope[LANES];
  Search lanes[LANES];
  for (size_t i = 0; i < n; i += LANES) {
    size_t filled = n - i < LANES ? n - i : LANES;
    bool busy = false;
    for (size_t l = 0; l < LANES; ++l) {
      start_search(lanes[l], table, p[i + (l < filled ? l : 0)], side);
      target[l] = lanes[l].target;
      sides[l] = lanes[l].side;
      busy |= !lanes[l].done;
    }
    for (int step = 0; busy && step < MOST_STEPS; ++step) {
      for (size_t l = 0; l < LANES; ++l) x[l] = lanes[l].x;
      Vec v = load(x);
      Sum tail = mass(d, v, load(sides));
      store(gap, log_gap(tail, load(target)));
      store(slope, ratio(density(d, v), tail));
      busy = false;
      for (size_t l = 0; l < LANES; ++l) {
        if (!lanes[l].done) advance(lanes[l], gap[l], slope[l]);
        busy |= !lanes[l].done;
      }
    }
    for (size_t l = 0; l < filled; ++l) out[i + l] = lanes[l].x / d.scale;
  }
}

}  // namespace
