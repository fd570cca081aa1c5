// choice.cpp: the smallest criterion, and what decides between equal ones
#include "search/choice.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mix1d::search {

size_t choose(const std::vector<Choice>& choices) {
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

}  // namespace mix1d::search
