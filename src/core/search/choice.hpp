// choice.hpp: which of several fits of a sample is the answer
#pragma once

#include <cmath>
#include <limits>
#include <vector>

namespace mix1d {

struct Choice {
  double criterion = 0.0;  // smaller is better
  size_t k = 0;
  bool equal = false, eligible = true;
};

// The smallest criterion among the eligible; when there are none, one component, or else the fewest. Ties:
// fewer components, then equal sds; of one component, which has but one sd, the first.
inline size_t choose(const std::vector<Choice>& choices) {
  constexpr double TIE = 1e-9;  // criteria this close are equal: the rounding of two sums over the same data
  double best = std::numeric_limits<double>::infinity();
  bool any = false;
  for (const Choice& c : choices)
    if (c.eligible) any = true, best = std::min(best, c.criterion);
  const double margin = TIE * std::max(1.0, std::fabs(best) * 1e-4);
  size_t found = choices.size();
  for (size_t i = 0; i < choices.size(); ++i) {
    const Choice& c = choices[i];
    if (any && !(c.eligible && c.criterion <= best + margin)) continue;
    if (found == choices.size() || c.k < choices[found].k ||
        (c.k == choices[found].k && c.k > 1 && c.equal && !choices[found].equal))
      found = i;
  }
  return found;
}

}  // namespace mix1d
