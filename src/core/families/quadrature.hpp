// quadrature.hpp: probabilities of intervals and densities of noisy values where a family has no formula
//
// An integral over the numbers in which a family moves is taken outwards from the place where the integrand
// is largest, or nearly so, on either side until nothing is left, 16 points of Gauss and Legendre a panel.
// Panels quadruple, which algebraic tails allow, and are cut to where the logarithm has not moved by more
// than 14. Derivatives of an integral are integrals of derivatives.
#pragma once

#include "families/family.hpp"
#include "simd/normal_interval.hpp"

namespace {

// Sums over the points, all relative to exp(reference), and first derivatives to those at one place: far out
// they are large and hardly differ.
template <size_t SLOTS>
struct Integral {
  static constexpr size_t PAIRS = SLOTS * (SLOTS + 1) / 2;
  Vec reference, centre[SLOTS + 1], mass, first[SLOTS + 1], second[PAIRS + 1];

  Integral(Vec at, const Vec* u) : reference(at), mass(splat(0.0)) {
    for (size_t a = 0; a < SLOTS; ++a) centre[a] = u[a];
    for (Vec& sum : first) sum = splat(0.0);
    for (Vec& sum : second) sum = splat(0.0);
  }

  void add(Vec log_height, Vec weight, const Vec* u, const Vec* h) {
    const Vec p = weight * exp_full(min(log_height - reference, splat(600.0)));
    mass = mass + p;
    for (size_t a = 0, pair = 0; a < SLOTS; ++a) {
      const Vec d = u[a] - centre[a];
      first[a] = fma(p, d, first[a]);
      for (size_t b = a; b < SLOTS; ++b, ++pair)
        second[pair] = fma(p, fma(d, u[b] - centre[b], h[pair]), second[pair]);
    }
  }

  // Derivatives of the logarithm, which is returned.
  Vec derivatives(Vec* u, Vec* h) const {
    const Vec inverse = splat(1.0) / max(mass, splat(0x1p-1000));
    for (size_t a = 0; a < SLOTS; ++a) u[a] = first[a] * inverse;
    for (size_t a = 0, pair = 0; a < SLOTS; ++a)
      for (size_t b = a; b < SLOTS; ++b, ++pair) h[pair] = second[pair] * inverse - u[a] * u[b];
    for (size_t a = 0; a < SLOTS; ++a) u[a] = u[a] + centre[a];
    return reference + log_normal(max(mass, splat(0x1p-1000)));
  }
};

// One copy of a family's functions for all integrals.
template <class F>
__attribute__((noinline)) Vec log_density_at(const double* t, Vec y) {
  return F::log_density(t, y);
}
template <class F>
__attribute__((noinline)) Vec derivatives_at(const double* t, Vec y, Vec* u, Vec* h) {
  return F::derivatives(t, y, u, h);
}

constexpr double PANEL_GROWTH = 4.0, PANEL_END = 1e-18;
constexpr double MOST_FALL = 14.0, AIM = 12.0, LEAST_CUT = 0x1p-6;
constexpr size_t MOST_PANELS = 120, MOST_CUTS = 40;

// In units of the scale, how far from the location a density may change by itself.
template <class F>
MIX1D_INLINE double unit_of(const double* t) {
  const double scale = t[mix1d::families::SCALE];
  if constexpr (requires { F::sharpness(t); })
    return scale / (1.0 + F::sharpness(t));
  else
    return scale;
}

// From `from` to `to`, on one side of it; `panel`: the width of the first piece, at most.
template <class F, class Weight>
__attribute__((noinline)) void integrate_outwards(const double* t, Vec from, Vec to, Vec panel,
                                                  const Weight& log_weight, Integral<F::SLOTS>& sum) {
  const Vec zero = splat(0.0), one = splat(1.0), side = where_less(to, from, splat(-1.0), one);
  const auto height = [&](Vec y) { return max(log_density_at<F>(t, y) + log_weight(y), splat(-1e300)); };
  Vec begin = from, width = panel, level = height(from);
  for (size_t p = 0; p < MOST_PANELS; ++p) {
    const Vec rest = max((to - begin) * side, zero);
    if (!any_less(zero, rest)) return;
    Vec piece = min(width, rest), reached = level;
    for (size_t cut = 0; cut < MOST_CUTS; ++cut) {
      reached = height(fma(piece, side, begin));
      const Vec fall = absolute(reached - level);
      if (!any_less(splat(MOST_FALL), fall)) break;
      piece = where_less(splat(MOST_FALL), fall,
                         piece * max(min(splat(AIM) / fall, splat(0.5)), splat(LEAST_CUT)), piece);
    }
    const Vec half = piece * 0.5, middle = fma(half, side, begin), before = sum.mass;
    _Pragma("GCC unroll 1") for (size_t q = 0; q < 16; ++q) {
      const Vec y = fma(half, splat(q < 8 ? LEGENDRE_NODES[q] : -LEGENDRE_NODES[q - 8]), middle);
      Vec u[F::SLOTS + 1], h[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
      const Vec log_f = derivatives_at<F>(t, y, u, h) + log_weight(y);
      sum.add(log_f, half * LEGENDRE_WEIGHTS[q < 8 ? q : q - 8], u, h);
    }
    begin = fma(piece, side, begin);
    width = piece * PANEL_GROWTH;
    level = reached;
    // a lane that has come to its end adds nothing more, whatever the others need
    to = where_less(sum.mass * PANEL_END, sum.mass - before, to, begin);
  }
}

constexpr double FARTHEST_END = 1e150;  // of an integral: whatever lies beyond has no mass

template <class F>
__attribute__((noinline)) Vec mass_by_quadrature(const double* t, Vec lower, Vec upper, Vec* u, Vec* h) {
  const Vec location = splat(t[mix1d::families::LOCATION]), panel = splat(unit_of<F>(t));
  const Vec limit = splat(FARTHEST_END), zero = splat(0.0);
  const Vec low = min(max(lower, zero - limit), limit), high = min(max(upper, zero - limit), limit);
  // the place of the interval nearest to the middle of the component
  const Vec start = min(max(location, low), high);
  Vec slope[F::SLOTS + 1], bend[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
  const Vec height = derivatives_at<F>(t, start, slope, bend);
  Integral<F::SLOTS> sum(height, slope);
  const auto none = [&](Vec) { return zero; };
  integrate_outwards<F>(t, start, high, panel, none, sum);
  integrate_outwards<F>(t, start, low, panel, none, sum);
  return sum.derivatives(u, h);
}

}  // namespace
