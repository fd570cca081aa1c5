// derivatives.hpp: the objective with its gradient and Hessian, and the products of the scores
//
// Derivatives are taken in (logit, mean / sd, log sd) of each component: local units, so that a step of 0.1
// means the same for a narrow and a wide component. Formulas: log f has the second derivative
//   -q q' + blockdiag(r (u u' + h)) + pi pi' - diag(pi) in the logits,   q = r (1, z, z^2 - 1).
#pragma once

#include <vector>

#include "model/objective.hpp"

namespace mix1d {

struct Evaluation {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> mass;      // n_j
  std::vector<double> gradient;  // 3k: logits, means in sds, log sds
  std::vector<double> negative;  // -Hessian, (3k)^2, without the gauge of the logits
  std::vector<double> logs;      // log weights, log sds
};

void evaluate(const Objective& o, const Mix& mix, Evaluation& e);

// sum w q q', q = (r - weight, r z, r (z^2 - 1)) of all components: the products of the scores in the
// coordinates of the gradient (3k x 3k). Weights are repetitions.
std::vector<double> products_of_scores(const Objective& o, const Mix& mix);

}  // namespace mix1d
