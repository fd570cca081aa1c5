// density.cpp: each exact in its own tail
#include "inference/density.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace model;

Tails tails(double x, double mean, double sd) {
  const double z = (x - mean) / sd;
  const double small = 0.5 * erfcx1(std::fabs(z) * 0.70710678118654752440) * exp1(-0.5 * z * z);
  return z < 0.0 ? Tails{small, 1.0 - small} : Tails{1.0 - small, small};
}

Tails tails(double x, const Mix& mix) {
  Tails sum{0.0, 0.0};
  for (size_t j = 0; j < mix.k; ++j) {
    const Tails t = tails(x, mix.mean(j), mix.sd(j));
    sum.below += mix.weight(j) * t.below;
    sum.above += mix.weight(j) * t.above;
  }
  return sum;
}

double density(const Mix& mix, double x, double* slope, double* curvature) {
  double f = 0.0, first = 0.0, second = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    const double s = mix.sd(j), z = (x - mix.mean(j)) / s;
    const double e = exp1(-0.5 * z * z) * (mix.weight(j) / s);
    f += e;
    first -= e * z / s;
    second += e * (z * z - 1.0) / s / s;
  }
  if (slope) *slope = first;
  if (curvature) *curvature = second;
  return f;
}

double mode_near(const Mix& mix, double x) {
  double least = mix.sd(0);
  for (size_t j = 1; j < mix.k; ++j) least = std::min(least, mix.sd(j));
  for (int step = 0; step < 50; ++step) {
    double slope, curvature;
    density(mix, x, &slope, &curvature);
    if (!(curvature < 0.0)) return NOT_A_NUMBER;
    const double change = std::clamp(-slope / curvature, -0.5 * least, 0.5 * least);
    x += change;
    if (std::fabs(change) < 1e-14 * least) break;
  }
  return x;
}

double quantile(const Mix& mix, double p, double x) {
  const bool lower = p <= 0.5;
  const double target = log1(lower ? p : 1.0 - p);
  double low = std::numeric_limits<double>::infinity(), high = -low, most = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    low = std::min(low, mix.mean(j) - 40.0 * mix.sd(j));
    high = std::max(high, mix.mean(j) + 40.0 * mix.sd(j));
    most = std::max(most, mix.sd(j));
  }
  if (!(x > low && x < high)) x = 0.5 * (low + high);
  for (int step = 0; step < 200; ++step) {
    const Tails t = tails(x, mix);
    const double mass = lower ? t.below : t.above, side = lower ? 1.0 : -1.0;
    double next = 0.5 * (low + high);
    if (mass > 0.0) {
      const double gap = log1(mass) - target;
      (gap * side < 0.0 ? low : high) = x;
      const double newton = x - side * gap * mass / (density(mix, x) * 0.39894228040143267794);
      next = newton > low && newton < high ? newton : 0.5 * (low + high);
    } else {
      (lower ? low : high) = x;
      next = 0.5 * (low + high);
    }
    const double change = next - x;
    x = next;
    if (std::fabs(change) < 1e-14 * most) break;
  }
  return x;
}

}  // namespace mix1d::inference
