// goodness.cpp: distances between two distribution functions, in closed form between the values
#include "inference/goodness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
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

Distances distances(const Corners& c, const distribution::MixedLaws& laws) {
  std::vector<double> log_below, log_above;
  for (double x : c.x) {
    const distribution::Tails t = laws.log_tails(x);
    log_below.push_back(t.below), log_above.push_back(t.above);
  }
  return distances(c, log_below, log_above);
}

Pooled pooled_distances(const std::vector<double>& counts, const std::vector<double>& expected) {
  constexpr double LEAST_EXPECTED = 3.0;
  const size_t bins = counts.size();
  std::vector<double> pooled_counts, pooled;
  double count = 0.0, mean = 0.0;
  for (size_t i = 0; i < bins; ++i) {
    count += counts[i], mean += expected[i];
    if (mean < LEAST_EXPECTED && i + 1 < bins) continue;
    if (mean < LEAST_EXPECTED && !pooled.empty()) {
      pooled_counts.back() += count, pooled.back() += mean;
    } else {
      pooled_counts.push_back(count), pooled.push_back(mean);
    }
    count = mean = 0.0;
  }
  Pooled found;
  found.cells = pooled.size();
  for (size_t i = 0; i < pooled.size(); ++i) {
    const double away = pooled_counts[i] - pooled[i];
    found.pearson += away * away / pooled[i];
    if (pooled_counts[i] > 0.0) found.deviance += 2.0 * pooled_counts[i] * log1(pooled_counts[i] / pooled[i]);
  }
  return found;
}

Pooled pooled_distances(const double* x, const double* w, size_t n, const distribution::MixedLaws& laws) {
  constexpr double MOST_BINS = 4096.0;
  double total = 0.0;
  for (size_t i = 0; i < n; ++i) total += w[i];
  const double width = std::ceil((x[n - 1] - x[0] + 1.0) / MOST_BINS), first = x[0];
  const size_t bins = static_cast<size_t>((x[n - 1] - first) / width) + 2;  // the last one is above them
  std::vector<double> counts(bins, 0.0), expected(bins, 0.0);
  for (size_t i = 0; i < n; ++i) counts[static_cast<size_t>((x[i] - first) / width)] += w[i];
  for (size_t b = 0; b < bins; ++b) {
    const double high = first + width * static_cast<double>(b + 1) - 1.0;
    const double mass = b == 0          ? laws.log_tails(high).below
                        : b + 1 == bins ? laws.log_tails(high - width).above
                                        : laws.log_interval(high - width, high);
    expected[b] = total * exp1(mass);
  }
  return pooled_distances(counts, expected);
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
