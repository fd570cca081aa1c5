// choice.hpp: which of several fits of a sample is the answer
#pragma once

#include <cstddef>
#include <vector>

namespace mix1d::search {

struct Choice {
  double criterion = 0.0;  // smaller is better
  size_t k = 0;
  bool equal = false, eligible = true;
};

// The smallest criterion among the eligible; when there are none, one component, or else the fewest. Ties:
// fewer components, then equal sds; of one component, which has but one sd, the first.
size_t choose(const std::vector<Choice>& choices);

}  // namespace mix1d::search
