// peaks.cpp: optima of a search taken to the last digit
#include "search/peaks.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

namespace mix1d::search {

using namespace model;
using namespace solve;

namespace {

// The highest penalised optimum of the search with k components, each but a background of a value's weight
// at least, to the last digit. Those that its few digits leave in doubt are all solved; without any, the
// objective is minus infinity.
Solution highest(const Search& search, size_t k) {
  constexpr double DOUBT = 1e-5;  // nats
  PolishOptions options;
  options.max_iter = 200;
  Solution best;
  double bar = -std::numeric_limits<double>::infinity();
  for (const Solution& found : search.optima(k)) {
    if (found.objective < bar) break;
    const auto first = found.at.mass.begin() + static_cast<long>(search.objective().n_fixed());
    if (k > 1 && *std::min_element(first, found.at.mass.end()) < ONE_VALUE) continue;
    bar = std::max(bar, found.objective - DOUBT);
    Solution s = polish(search.objective(), found.mix, options);
    if (s.objective > best.objective) best = std::move(s);
  }
  return best;
}

}  // namespace

Peaks::Peaks(const Problem& problem, const Chart& chart)
    : search_(problem.objective(problem.searched(), problem.penalty, chart),
              problem.ladder(problem.least_sd(chart)), problem.spread.mean, {}) {}

bool Peaks::extend() {
  search_.extend();
  const size_t k = search_.reached();
  Solution interior = highest(search_, k);
  const double idle = top_.objective - search_.objective().penalty;
  const bool grown = k == 1 || interior.objective > idle;
  if (grown)
    top_ = std::move(interior);
  else
    top_.objective = idle;
  return grown;
}

}  // namespace mix1d::search
