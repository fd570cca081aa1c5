// basin.cpp: the drop that its Hessian predicts against the real one
#include "solve/basin.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <vector>

namespace mix1d::solve {

using namespace model;

bool in_basin(const Mix& mix, const Evaluation& e, const Solution& known) {
  constexpr double NEAR = 0.02, WIDE = 12.0;  // of the range of a shape
  const size_t k = mix.k, m = known.at.gradient.size();
  const double drop = known.objective - e.objective;
  if (!(drop < 20.0) || drop < -1e-6) return false;
  constexpr size_t USUAL = 64;
  double usual[USUAL];
  bool usual_used[USUAL];
  std::vector<double> larger(m > USUAL ? m : 0);
  std::unique_ptr<bool[]> larger_used(m > USUAL ? new bool[k] : nullptr);
  double* d = m > USUAL ? larger.data() : usual;
  bool* used = m > USUAL ? larger_used.get() : usual_used;
  std::fill_n(used, k, false);
  for (size_t j = 0; j < k; ++j) {
    size_t best = k;
    double least = std::numeric_limits<double>::infinity();
    for (size_t l = 0; l < k; ++l) {
      if (used[l] || mix.family_of(l) != known.mix.family_of(j)) continue;
      const double dm = (mix.mean(l) - known.mix.mean(j)) / known.mix.sd(j),
                   ds = e.logs[k + l] - known.at.logs[k + j], distance = dm * dm + ds * ds;
      if (distance < least) least = distance, best = l;
    }
    if (best == k) return false;  // the squares of all the distances overflow
    used[best] = true;
    d[j] = e.logs[best] - known.at.logs[j];
    d[k + j] = (mix.mean(best) - known.mix.mean(j)) / known.mix.sd(j);
    d[2 * k + j] = e.logs[k + best] - known.at.logs[k + j];
    if (m == 3 * k) continue;
    d[3 * k + j] = mix.shape_of(best) - known.mix.shape_of(j);
    // along a shape the likelihood is nearly flat, and a bound may be an optimum of its own
    const families::FamilyFacts& facts = families::facts_of(known.mix.family_of(j));
    if (std::fabs(d[3 * k + j]) > NEAR * std::min(facts.most_shape - facts.least_shape, WIDE)) return false;
  }
  double predicted = 0.0;
  const double* negative = known.at.negative.data();
  for (size_t i = 0; i < m; ++i, negative += m) {
    double row = 0.0;
    for (size_t j = 0; j < m; ++j) row += negative[j] * d[j];
    predicted += 0.5 * d[i] * row;
  }
  const double slack = 1e-7 * (1.0 + 1e-3 * std::fabs(known.objective));
  return std::fabs(predicted - drop) <= 0.5 * std::max(drop, 0.0) + slack;
}

}  // namespace mix1d::solve
