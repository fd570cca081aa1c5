// evaluation.hpp: an objective at a mixture, with its derivatives
#pragma once

#include <vector>

namespace mix1d::model {

struct Evaluation {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> mass;      // n_j
  std::vector<double> gradient;  // 3k: logits, means in sds, log sds; k shapes where a family has one
  std::vector<double> negative;  // -Hessian of all these, without the gauge of the logits
  std::vector<double> logs;      // log weights, log sds
};

}  // namespace mix1d::model
