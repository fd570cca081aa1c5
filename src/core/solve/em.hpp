// em.hpp: steps of the EM algorithm
#pragma once

#include <vector>

#include "model/em_sums.hpp"
#include "model/objective.hpp"

namespace mix1d::solve {

void em_pass(const model::Objective& o, const model::Mix& mix, model::EmSums& out);

// The M-step: weights n_j / n, means, and sds with the penalty's s^2 = (W + 2 a S) / (n_j + 2 a).
model::Mix em_update(const model::Objective& o, const model::Mix& mix, const model::EmSums& sums);

}  // namespace mix1d::solve
