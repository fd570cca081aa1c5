// em_sums.hpp: what an E-step leaves
#pragma once

#include <vector>

namespace mix1d::model {

struct EmSums {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> moments;  // for each component: sum w r z^p, p = 0, 1, 2
};

}  // namespace mix1d::model
