// draws.cpp: draws one by one, as many as a replicate may make
#include "resample/draws.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/failure.hpp"
#include "resample/component_draws.hpp"

namespace mix1d::resample {

using namespace data;
using namespace model;

namespace {

constexpr double MOST_DRAWS = 1e7;  // values that a replicate may draw one by one

}  // namespace

void check_draws(double draws) {
  if (!(draws <= MOST_DRAWS))
    throw Refused("sample_weight sums to too much for replicates, which draw at most 1e7 values: scale it");
}

double Lattice::nearest(double x, families::Family family) const {
  using families::Space;
  const Space space = families::facts_of(family).space;
  if (space == Space::count || family == families::Family::point_mass) return x;
  double place = std::nearbyint((x - origin) / step);
  if (space == Space::log || space == Space::logit) {
    const double first = std::floor(-origin / step) + 1.0;  // above 0
    place = std::max(place, origin + step * first > 0.0 ? first : first + 1.0);
  }
  const double rounded = origin + step * place;
  return space == Space::logit && rounded >= 1.0 ? rounded - step * std::ceil((rounded - 1.0) / step + 0.5)
                                                 : rounded;
}

Drawn draw_values(Random& random, const Mix& mix, size_t n, double weight, const Lattice& lattice) {
  check_draws(static_cast<double>(n));
  constexpr double LARGEST = std::numeric_limits<double>::max();
  std::vector<double> bound(mix.k), x(n);
  double sum = 0.0;
  for (size_t j = 0; j < mix.k; ++j) bound[j] = sum += mix.weight(j);
  const bool normal = std::all_of(mix.family.begin(), mix.family.end(),
                                  [](families::Family f) { return f == families::Family::normal; });
  if (normal) random.normals(x.data(), n);
  for (size_t i = 0; i < n; ++i) {
    const double u = random.uniform() * sum;
    size_t j = 0;
    while (j + 1 < mix.k && u >= bound[j]) ++j;
    if (normal)
      x[i] = mix.mean(j) + mix.sd(j) * x[i];
    else
      x[i] = draw_component(random, mix.family_of(j), {mix.mean(j), mix.sd(j), mix.shape_of(j)});
    if (lattice.step > 0.0) x[i] = lattice.nearest(x[i], mix.family_of(j));
    x[i] = x[i] > -LARGEST ? std::min(x[i], LARGEST) : -LARGEST;
  }
  std::sort(x.begin(), x.end());
  Drawn drawn;
  drawn.values.reserve(n);
  drawn.weights.reserve(n);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && x[end] == x[i]) ++end;
    drawn.values.push_back(x[i]);
    drawn.weights.push_back(weight * static_cast<double>(end - i));
    i = end;
  }
  return drawn;
}

void draw_weights(Random& random, const double* w, size_t n, double* out) {
  double total = 0.0, sum = 0.0;
  bool ones = true;
  for (size_t i = 0; i < n; ++i) ones &= w[i] == 1.0;
  if (ones)
    random.exponentials(out, n);
  else
    for (size_t i = 0; i < n; ++i) out[i] = random.gamma(w[i]);
  for (size_t i = 0; i < n; ++i) total += w[i], sum += out[i];
  if (!(sum > 0.0)) throw Refused("all weights drawn for a replicate are zero: scale sample_weight up");
  const double factor = total / sum;
  for (size_t i = 0; i < n; ++i) out[i] *= factor;
}

void draw_counts(Random& random, const double* w, size_t n, size_t draws, double* out) {
  check_draws(static_cast<double>(draws));
  std::vector<double> bound(n);
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) bound[i] = sum += w[i];
  std::fill_n(out, n, 0.0);
  for (size_t d = 0; d < draws; ++d) {
    const double u = random.uniform() * sum;
    const size_t i = std::upper_bound(bound.begin(), bound.end(), u) - bound.begin();
    out[std::min(i, n - 1)] += 1.0;
  }
}

}  // namespace mix1d::resample
