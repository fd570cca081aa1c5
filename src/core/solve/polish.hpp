// polish.hpp: a few EM steps, then safeguarded exact Newton steps to the last digit
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "model/derivatives.hpp"
#include "model/em_sums.hpp"
#include "solve/newton.hpp"
#include "solve/paths.hpp"

namespace mix1d::solve {

enum class Stop { converged, stalled, max_iter, given_up, duplicate };
enum class Phase { em, newton };

struct Step {
  Phase phase;
  double penalty, objective, log_likelihood;
  model::Mix mix;
};

struct Solution {
  model::Mix mix, start;
  double objective = -std::numeric_limits<double>::infinity();
  double log_likelihood = objective;
  double decrement = std::numeric_limits<double>::infinity();
  bool positive_definite = false;
  Stop stop = Stop::max_iter;
  size_t iterations = 0;
  model::Evaluation at;
};

struct PolishOptions {
  size_t em_steps = 0;
  size_t max_iter = 60;
  double tol = 1e-10;       // nats that the quadratic model still promises
  bool to_the_end = true;   // go on until the decrement no longer falls
  double least_mass = 0.0;  // a component with less, and falling, is given up
  double least_sd = 0.0;    // the same for its sd
  double bar =
      -std::numeric_limits<double>::infinity();  // given up when it crawls and will not come this high
  double hope = std::numeric_limits<double>::infinity();  // or this many times its promise is not as high
  const std::vector<Solution>* known = nullptr;  // stop when the path has entered the basin of one of these
  const std::vector<Solution>* rejected = nullptr;
  Paths* paths = nullptr;                 // stop where it crosses one of these
  const model::Evaluation* at = nullptr;  // of the start, where it is known and no EM step comes first
  std::vector<Step>* trace = nullptr;
};

// Polishes on one objective, of which each uses the memory of the one before.
class Polisher {
 public:
  explicit Polisher(const model::Objective& objective)
      : o_(objective), newton_(*objective.chart, objective.least_sd, objective.total) {}

  // The solution may be moved away.
  Solution& polish(const model::Mix& start, const PolishOptions& options);

 private:
  bool leads_nowhere_new(const PolishOptions& options) const;

  const model::Objective& o_;
  Newton newton_;
  Solution s_;
  model::EmSums sums_;
};

Solution polish(const model::Objective& o, const model::Mix& start, const PolishOptions& options);

}  // namespace mix1d::solve
