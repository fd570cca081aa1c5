// roots.hpp: where a function changes its sign, between two places or next to one
#pragma once

#include <algorithm>
#include <cmath>

#include "inference/density.hpp"

namespace mix1d::inference {

// Where f changes its sign between a and b: secants, kept between, and halves where they crawl.
template <class F>
double root_between(double a, double b, double fa, double fb, F f) {
  constexpr int MOST = 200;
  for (int i = 0; i < MOST; ++i) {
    const double middle = 0.5 * a + 0.5 * b;
    if (middle == a || middle == b) break;
    double x =
        i % 3 == 2 || !std::isfinite(fa) || !std::isfinite(fb) ? middle : a - fa * ((b - a) / (fb - fa));
    if (!(x > std::min(a, b) && x < std::max(a, b))) x = middle;
    const double value = f(x);
    if (value == 0.0) return x;
    if ((value > 0.0) == (fa > 0.0))
      a = x, fa = value;
    else
      b = x, fb = value;
  }
  return std::fabs(fa) < std::fabs(fb) ? a : b;
}

// The root next to `near`, sought in growing steps on both sides, or on one; NaN where there is none.
template <class F>
double root_near(double near, double unit, bool left, bool right, F f) {
  constexpr double FIRST = 1e-2, GROWTH = 1.3;
  constexpr int STEPS = 29;  // to some 60 units away, both sides together
  const double start = f(near);
  if (start == 0.0) return near;
  double at[2] = {near, near}, value[2] = {start, start};
  double step = FIRST * unit;
  for (int i = 0; i < STEPS; ++i, step *= GROWTH)
    for (int side = 0; side < 2; ++side) {
      if (!(side ? right : left)) continue;
      const double next = at[side] + (side ? step : -step), found = f(next);
      if (found == 0.0) return next;
      if (found * value[side] < 0.0) return root_between(at[side], next, value[side], found, f);
      if (!std::isnan(found))
        at[side] = next, value[side] = found;
      else
        (side ? right : left) = false;
      if (!left && !right) return NOT_A_NUMBER;
    }
  return NOT_A_NUMBER;
}

// The slope of f, by differences of fourth order that are small beside `unit`.
template <class F>
double slope_near(double x, double unit, F f) {
  constexpr double STEP = 0x1p-9;
  const double h = STEP * unit;
  return (8.0 * (f(x + h) - f(x - h)) - (f(x + 2.0 * h) - f(x - 2.0 * h))) / (12.0 * h);
}

}  // namespace mix1d::inference
