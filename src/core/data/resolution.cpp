// resolution.cpp: the largest spacing of which all gaps are multiples
#include "data/resolution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace mix1d::data {

double lattice_spacing(const double* x, size_t m) {
  constexpr double kNoise = 0x1p-50;  // four spacings of doubles, relative to the larger end of the gap
  constexpr size_t kMaxGaps = 2000;
  struct Gap {
    double length, noise;
  };
  if (m < 2) return 0.0;
  // so small a unit that neither a gap nor the sum of all leaves the range of doubles
  const double unit = std::max(std::fabs(x[0]), std::fabs(x[m - 1])) > 0x1p1000 ? 0x1p-20 : 1.0;
  auto gap_after = [x, unit](size_t i) {
    const double low = x[i] * unit, high = x[i + 1] * unit;
    return Gap{high - low, kNoise * std::max(std::fabs(low), std::fabs(high))};
  };
  double shortest = std::numeric_limits<double>::infinity();
  for (size_t i = 0; i + 1 < m; ++i) {
    Gap gap = gap_after(i);
    if (gap.length > gap.noise) shortest = std::min(shortest, gap.length);
  }
  if (!std::isfinite(shortest)) return 0.0;

  size_t count = std::min(m - 1, kMaxGaps);
  std::vector<Gap> gaps(count);
  for (size_t j = 0; j < count; ++j) gaps[j] = gap_after(j * (m - 1) / count);
  std::sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) {
    return a.length < b.length || (a.length == b.length && a.noise < b.noise);
  });

  for (int q = 1; q <= 10; ++q) {
    double sum = shortest, steps = q, h = shortest / q;
    size_t informative = 0;
    bool fits = h > 0.0;
    for (size_t j = 0; fits && j < count; ++j) {
      // A gap known no better than to an eighth of h is a multiple of it by chance alone.
      if (!(gaps[j].noise < h / 8)) continue;
      ++informative;
      double multiple = std::nearbyint(gaps[j].length / h);
      fits = std::fabs(gaps[j].length - multiple * h) <= std::max(gaps[j].noise, 1e-3 * h);
      sum += gaps[j].length;
      steps += multiple;
      h = sum / steps;
    }
    if (fits && 2 * informative >= count) return std::min(h / unit, std::numeric_limits<double>::max());
  }
  return 0.0;
}

double resolution_of(const double* x, size_t m, double total_weight) {
  return double(m) < 0.9 * total_weight ? lattice_spacing(x, m) : 0.0;
}

}  // namespace mix1d::data
