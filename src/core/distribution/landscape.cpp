// landscape.cpp: what is found between the quantiles of the components
#include "distribution/landscape.hpp"

#include <algorithm>
#include <cmath>

#include "data/failure.hpp"

namespace mix1d::distribution {

namespace {

// Logarithms of the tails whose quantiles are the coarse grid of a component.
constexpr double TAILS[] = {-700.0, -300.0, -150.0, -100.0, -70.0, -50.0, -42.0, -36.0,
                            -30.0,  -25.0,  -20.0,  -16.0,  -13.0, -10.0, -8.0,  -6.0,
                            -5.0,   -4.0,   -3.0,   -2.2,   -1.6,  -1.1,  -0.8};
constexpr int FINE = 4;  // points for each of those
constexpr double MOST_COUNTS = 1e7;

void add_grid(const Law& law, std::vector<double>& grid, double deepest) {
  if (law.family == Family::point_mass) {
    grid.push_back(law.location);
    return;
  }
  for (const double t : TAILS) {
    if (t < deepest) continue;
    grid.push_back(quantile(law, target_of(t, false, true)));
    grid.push_back(quantile(law, target_of(t, true, true)));
  }
}

// Sorted, distinct and finite, with points between; by ratios where neighbours are far apart.
std::vector<double> refined(std::vector<double> coarse) {
  std::sort(coarse.begin(), coarse.end());
  std::vector<double> grid;
  for (const double x : coarse) {
    if (!(std::fabs(x) < INFINITE) || (!grid.empty() && x == grid.back())) continue;
    if (!grid.empty()) {
      const double a = grid.back();
      const double power = a > 0.0 && x > 2.0 * a ? log_ratio(x, a).hi : 0.0;
      const int pieces = power > 0.0 ? static_cast<int>(std::min(std::ceil(power * 2.0), 64.0)) : 1;
      const int points = std::max(FINE, pieces);
      for (int i = 1; i < points; ++i) {
        const double share = static_cast<double>(i) / points;
        const double between = power > 0.0 ? a * exp1(power * share) : a + (x - a) * share;
        if (between > grid.back() && between < x) grid.push_back(between);
      }
    }
    grid.push_back(x);
  }
  return grid;
}

// Where f, of opposite signs at both ends, changes its sign.
template <class F>
double root(double a, double b, double fa, F f) {
  for (int i = 0; i < 300; ++i) {
    const double middle = a > 0.0 && b > 4.0 * a ? std::sqrt(a) * std::sqrt(b) : 0.5 * a + 0.5 * b;
    if (middle <= a || middle >= b) break;
    const double value = f(middle);
    if (value == 0.0) return middle;
    if ((value > 0.0) == (fa > 0.0))
      a = middle;
    else
      b = middle;
  }
  return 0.5 * a + 0.5 * b;
}

double slope_at(const MixedLaws& laws, double x) {
  double top = -INFINITE, total = 0.0, rise = 0.0;
  std::vector<double> terms(laws.size(), -INFINITE);
  for (size_t j = 0; j < laws.size(); ++j) {
    if (discrete(laws.laws()[j].family)) continue;
    terms[j] = laws.log_weights()[j] + log_density(laws.laws()[j], x);
    top = std::max(top, terms[j]);
  }
  if (!(std::fabs(top) < INFINITE)) return 0.0;
  for (size_t j = 0; j < laws.size(); ++j) {
    const double e = exp1(terms[j] - top);
    if (e == 0.0) continue;
    total += e;
    rise += e * log_density_slope(laws.laws()[j], x);
  }
  return rise / total;
}

void continuous_modes(const MixedLaws& laws, std::vector<double>& found) {
  std::vector<double> coarse;
  bool zero = false, one = false, any = false;
  double flat = NO_NUMBER;
  for (const Law& law : laws.laws()) {
    if (discrete(law.family)) continue;
    any = true;
    add_grid(law, coarse, -50.0);
    const Support s = support_of(law);
    zero |= s.low == 0.0 && log_density(law, 0.0) > -INFINITE;
    one |= s.high == 1.0 && log_density(law, 1.0) > -INFINITE;
    if (law.family == Family::uniform) flat = law.location;
  }
  if (!any) return;
  const std::vector<double> grid = refined(coarse);
  double last = 0.0, at = 0.0;
  const size_t before = found.size();
  for (const double x : grid) {
    const double slope = slope_at(laws, x);
    if (slope == 0.0) continue;
    const bool jump = zero && x > 0.0 && at <= 0.0;  // the first point of a density that begins at 0
    if (jump && slope < 0.0)
      found.push_back(0.0);
    else if (last > 0.0 && slope < 0.0)
      found.push_back(root(at, x, last, [&](double v) { return slope_at(laws, v); }));
    last = slope;
    at = x;
  }
  if (last > 0.0 && one) found.push_back(1.0);
  if (found.size() == before) found.push_back(flat == flat ? flat : grid[grid.size() / 2]);
}

// The whole numbers that hold all but exp(-45) of the counts; none where there are no counts.
struct Range {
  double low = 0.0, high = -1.0;
};
Range counts_of(const MixedLaws& laws) {
  Range r{INFINITE, -1.0};
  for (const Law& law : laws.laws())
    if (space_of(law.family) == families::Space::count) {
      r.low = std::min(r.low, quantile(law, target_of(-45.0, false, true)));
      r.high = std::max(r.high, quantile(law, target_of(-45.0, true, true)));
    }
  if (r.high - r.low > MOST_COUNTS)
    throw data::Refused("the counts have too wide a range to be gone through");
  return r;
}

}  // namespace

std::vector<double> modes(const MixedLaws& laws) {
  std::vector<double> found;
  for (const Law& law : laws.laws())
    if (law.family == Family::point_mass) found.push_back(law.location);
  const Range r = counts_of(laws);
  double before = r.low > 0.0 ? laws.log_density(r.low - 1.0) : -INFINITE;
  bool rising = true;
  for (double k = r.low; k <= r.high; k += 1.0) {
    const double here = laws.log_density(k), next = laws.log_density(k + 1.0);
    if (here > before) rising = true;
    if (rising && next < here) {
      found.push_back(k);
      rising = false;
    }
    before = here;
  }
  continuous_modes(laws, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

double entropy(const MixedLaws& laws) {
  double total = 0.0;
  std::vector<double> coarse;
  for (const Law& law : laws.laws()) {
    if (!discrete(law.family)) add_grid(law, coarse, -300.0);
    if (law.family == Family::uniform)
      coarse.insert(coarse.end(), {support_of(law).low, support_of(law).high});
  }
  const std::vector<double> grid = refined(coarse);
  for (size_t g = 0; g + 1 < grid.size(); ++g) {
    const double width = grid[g + 1] - grid[g];
    for (size_t i = 0; i < NODES; ++i) {
      const double x = grid[g] + width * NODE[i];
      double f = -INFINITE;  // whole numbers and point masses have no part in it
      for (size_t j = 0; j < laws.size(); ++j)
        if (!discrete(laws.laws()[j].family))
          f = log_sum(f, laws.log_weights()[j] + log_density(laws.laws()[j], x));
      if (std::fabs(f) < INFINITE) total -= width * NODE_WEIGHT[i] * exp1(f) * f;
    }
  }
  const auto add_atom = [&](double x) {
    const double f = laws.log_density(x);
    if (f > -INFINITE) total -= exp1(f) * f;
  };
  const Range r = counts_of(laws);
  for (double k = r.low; k <= r.high; k += 1.0) add_atom(k);
  std::vector<double> masses;
  for (const Law& law : laws.laws())
    if (law.family == Family::point_mass) masses.push_back(law.location);
  std::sort(masses.begin(), masses.end());
  masses.erase(std::unique(masses.begin(), masses.end()), masses.end());
  for (const double x : masses)
    if (!(x >= r.low && x <= r.high && x == std::floor(x))) add_atom(x);
  return total;
}

std::vector<Crossing> crossings(const Law& first, double log_weight, const Law& second, double other_weight) {
  const auto lead = [&](double x) {
    const double a = log_density(first, x, true) + log_weight,
                 b = log_density(second, x, true) + other_weight;
    return a == b ? 0.0 : a - b;  // also where both are -inf
  };
  std::vector<double> coarse;
  add_grid(first, coarse, -700.0);
  add_grid(second, coarse, -700.0);
  std::vector<Crossing> found;
  double last = 0.0, at = 0.0;
  for (const double x : refined(coarse)) {
    const double now = lead(x);
    if (now == 0.0 || now != now) continue;
    if (last != 0.0 && (now > 0.0) != (last > 0.0)) found.push_back({root(at, x, last, lead), last > 0.0});
    last = now;
    at = x;
  }
  return found;
}

}  // namespace mix1d::distribution
