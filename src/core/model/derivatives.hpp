// derivatives.hpp: the objective with its gradient and Hessian, and the products of the scores
//
// Derivatives are taken in (logit, mean / sd, log sd) of each component: local units, so that a step of 0.1
// means the same for a narrow and a wide component. Formulas: log f has the second derivative
//   -q q' + blockdiag(r (u u' + h)) + pi pi' - diag(pi) in the logits,   q = r (1, z, z^2 - 1).
#pragma once

#include <vector>

#include "model/evaluation.hpp"
#include "model/objective.hpp"

namespace mix1d::model {

void evaluate(const Objective& o, const Mix& mix, Evaluation& e);

// sum w q q', q = (r - weight, r z, r (z^2 - 1)) of all components: the products of the scores in the
// coordinates of the gradient (3k x 3k). Weights are repetitions.
std::vector<double> products_of_scores(const Objective& o, const Mix& mix);

}  // namespace mix1d::model
