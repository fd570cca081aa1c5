// peaks.hpp: the highest maxima of the penalised likelihood, which tests for the number of components
// take
#pragma once

#include "model/problem.hpp"
#include "search/search.hpp"

namespace mix1d {

// The highest penalised optimum of the search with k components, each of a value's weight at least, to the
// last digit. Those that its few digits leave in doubt are all solved; without any, the objective is minus
// infinity.
inline Solution highest(const Search& search, size_t k) {
  constexpr double DOUBT = 1e-5;  // nats
  PolishOptions options;
  options.max_iter = 200;
  Solution best;
  double bar = -std::numeric_limits<double>::infinity();
  for (const Solution& found : search.optima(k)) {
    if (found.objective < bar) break;
    if (k > 1 && *std::min_element(found.at.mass.begin(), found.at.mass.end()) < 1.0) continue;
    bar = std::max(bar, found.objective - DOUBT);
    Solution s = polish(search.objective(), found.mix, options);
    if (s.objective > best.objective) best = std::move(s);
  }
  return best;
}

// The maximum with up to 1, 2, ... components, one more at each call.
class Peaks {
 public:
  Peaks(const Setting& setting, bool equal)
      : search_(setting.objective(setting.searched(), setting.penalty, equal),
                setting.ladder(setting.least_sd(equal)), setting.spread.mean, {}) {}

  // A component of weight 0 and s^2 = S costs the penalty alone: where no optimum is higher, the maximum with
  // one component more is the maximum without it. Returns whether it has one more.
  bool extend() {
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

  const Solution& top() const { return top_; }

 private:
  Search search_;
  Solution top_;
};

}  // namespace mix1d
