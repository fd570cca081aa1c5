// em_sums.hpp: what an E-step leaves
#pragma once

#include <cstddef>

#include <vector>

namespace mix1d::model {

struct EmSums {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> moments;  // for each component: sum w r z^p, p = 0, 1, 2
  // sum w r, where the moments count what a window hid as well; else empty
  std::vector<double> seen;
  std::vector<double> logs;  // memory that the next pass uses again

  double mass(size_t j) const { return seen.empty() ? moments[3 * j] : seen[j]; }
};

}  // namespace mix1d::model
