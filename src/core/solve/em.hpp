// em.hpp: steps of the EM algorithm
#pragma once

#include <vector>

#include "model/em_sums.hpp"
#include "model/objective.hpp"

namespace mix1d {

void em_pass(const Objective& o, const Mix& mix, EmSums& out);

// The M-step: weights n_j / n, means, and sds with the penalty's s^2 = (W + 2 a S) / (n_j + 2 a).
Mix em_update(const Objective& o, const Mix& mix, const EmSums& sums);

}  // namespace mix1d
