// em.hpp: steps of the EM algorithm
#pragma once

#include <vector>

#include "model/objective.hpp"

namespace mix1d::solve {

struct EmSums {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> moments;  // for each component: sum w r z^p, p = 0, 1, 2
};

void em_pass(const model::Objective& o, const model::Mix& mix, EmSums& out);

// The M-step: weights n_j / n, means, and sds with the penalty's s^2 = (W + 2 a S) / (n_j + 2 a).
model::Mix em_update(const model::Objective& o, const model::Mix& mix, const EmSums& sums);

}  // namespace mix1d::solve
