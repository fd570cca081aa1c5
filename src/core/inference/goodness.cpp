// goodness.cpp: distances between two distribution functions, in closed form between the values
#include "inference/goodness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/kernels.hpp"
#include "kernels/packed.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace model;

namespace {

// Integral over t from r to 1 of g(t)^2 / t, g linear with g(r) = near and g(1) = far.
double weighted_square(double near, double far, double r, double log_r) {
  if (!(r < 1.0)) return 0.0;
  if (r < 0.8) {
    const double at_zero = (near - far * r) / (1.0 - r), rise = far - near;
    const double logarithm = at_zero != 0.0 ? at_zero * at_zero * -log_r : 0.0;
    return logarithm + 2.0 * at_zero * rise + 0.5 * rise * rise * ((1.0 + r) / (1.0 - r));
  }
  // Gauss-Legendre: the closed form would cancel; error below 1e-12 of the integral
  constexpr double NODE[5] = {-0.90617984593866399280, -0.53846931010568309104, 0.0, 0.53846931010568309104,
                              0.90617984593866399280};
  constexpr double SHARE[5] = {0.23692688505618908751, 0.47862867049936646804, 0.56888888888888888889,
                               0.47862867049936646804, 0.23692688505618908751};
  double sum = 0.0;
  for (int i = 0; i < 5; ++i) {
    const double part = 0.5 * (1.0 + NODE[i]), g = near + (far - near) * part;
    sum += SHARE[i] * g * g / (r + (1.0 - r) * part);
  }
  return 0.5 * (1.0 - r) * sum;
}

}  // namespace

Corners corners_of(const double* x, const double* w, size_t n, double step) {
  Corners c;
  for (size_t i = 0; i < n; ++i) c.total += w[i];
  auto add = [&](double at, double below, double above) {
    c.x.push_back(at);
    c.below.push_back(below / c.total);
    c.above.push_back(above / c.total);
  };
  double sum = 0.0;
  bool joined = false;  // the cell begins where the one before it ends
  for (size_t i = 0; i < n;) {
    const double below = sum;
    size_t last = i;
    sum += w[i];
    // values less than half a step apart are one value, but for rounding
    while (last + 1 < n && x[last + 1] - x[last] < 0.5 * step) sum += w[++last];
    if (step > 0.0) {
      if (!joined) add(x[i] - 0.5 * step, below, below);
      joined = last + 1 < n && x[last + 1] - x[last] < 1.5 * step;
      add(joined ? 0.5 * x[last] + 0.5 * x[last + 1] : x[last] + 0.5 * step, sum, sum);
    } else {
      add(x[i], below, sum);
    }
    i = last + 1;
  }
  return c;
}

Mix unrounded(Mix mix, double step) {
  for (size_t j = 0; j < mix.k; ++j) {
    const double share = step / mix.sd(j) * (step / mix.sd(j)) / 12.0;
    mix.sd(j) *= std::sqrt(std::max(1.0 - share, 1.0 / 16.0));
  }
  return mix;
}

Distances distances(const Corners& c, const Mix& mix) {
  const Distribution model(mix.k, mix.v.data(), mix.v.data() + mix.k, mix.v.data() + 2 * mix.k);
  const size_t n = c.x.size();
  std::vector<double> log_below(n), log_above(n);
  loops().log_probability(model.scaled(), 1.0, c.x.data(), log_below.data(), n);
  loops().log_probability(model.scaled(), -1.0, c.x.data(), log_above.data(), n);
  return distances(c, log_below, log_above);
}

Distances distances(const Corners& c, const std::vector<double>& log_below,
                    const std::vector<double>& log_above) {
  const size_t n = c.below.size();
  // F and 1 - F at the corners and at both ends
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<double> lower(n + 2), upper(n + 2), below(n + 2), ratios(2 * (n + 1));
  std::copy(log_below.begin(), log_below.end(), lower.begin() + 1);
  std::copy(log_above.begin(), log_above.end(), upper.begin() + 1);
  lower[0] = upper[n + 1] = -inf;
  loops().exp(lower.data(), below.data(), n + 2);
  std::vector<double> logs(2 * (n + 1));
  for (size_t i = 0; i <= n; ++i) {
    logs[2 * i] = lower[i] - lower[i + 1];
    logs[2 * i + 1] = upper[i + 1] - upper[i];
  }
  loops().exp(logs.data(), ratios.data(), logs.size());
  Distances d;
  for (size_t i = 0; i <= n; ++i) {
    const double start = (i ? c.above[i - 1] : 0.0) - below[i];
    const double end = i < n ? c.below[i] - below[i + 1] : 0.0;
    d.kolmogorov_smirnov = std::max({d.kolmogorov_smirnov, std::fabs(start), std::fabs(end)});
    d.cramer_von_mises +=
        std::max(below[i + 1] - below[i], 0.0) * (start * start + start * end + end * end) / 3.0;
    d.anderson_darling += weighted_square(start, end, ratios[2 * i], logs[2 * i]) +
                          weighted_square(end, start, ratios[2 * i + 1], logs[2 * i + 1]);
  }
  d.cramer_von_mises *= c.total;
  d.anderson_darling *= c.total;
  return d;
}

}  // namespace mix1d::inference
