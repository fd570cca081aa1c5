// newton.hpp: safeguarded steps of Newton's method in the free coordinates of a chart
//
// The matrix is shifted until it is positive definite, steps are shortened to what local coordinates can
// bear, and the shift follows the ratio of the gain to what the quadratic model had promised.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "model/chart.hpp"

namespace mix1d::solve {

// The longest steps of the coordinates of a component.
struct StepCaps {
  double logit = 1.0, mean = 0.7, log_sd = 0.4, shape = 0.7;
  // of coordinate i of k components
  double at(size_t i, size_t k) const {
    return i < k ? logit : i < 2 * k ? mean : i < 3 * k ? log_sd : shape;
  }
};

class Newton {
 public:
  // `total`: the sum of the weights of the data.
  Newton(const model::Chart& chart, const model::LeastSd& least, double total)
      : chart_(chart), least_(least), total_(total) {}

  // On another path: what was learned on the last one is forgotten.
  void begin() {
    shift_ = 0.0;
    after_rejection_ = false;
  }

  // The step from here. False where there is none: the matrix is not finite.
  bool aim(const model::Mix& mix, const model::Evaluation& at);

  // Half of the gradient times the step: what a full step gains where the objective is quadratic; below zero
  // or NaN where rounding has won.
  double decrement() const { return 0.5 * slope_; }
  bool ascends() const { return slope_ >= 0.0; }

  // Whether the matrix needed no shift.
  bool definite() const { return shift_ == 0.0; }

  // Goes there unless the objective gains less than `least_gain`; a failed step is shorter the next time.
  template <class Evaluate>
  bool step(model::Mix& mix, model::Evaluation& at, double least_gain, Evaluate evaluate) {
    chart_.retract(mix, shortened(mix.k), least_, next_);
    evaluate(next_, trial_);
    const double gain = trial_.objective - at.objective;
    if (!(gain >= least_gain)) {
      reject();
      return false;
    }
    std::swap(mix, next_);
    std::swap(at, trial_);
    accept(gain);
    return true;
  }

  void forget_shift() { shift_ = 0.0; }

 private:
  // Shifts the matrix until it has a factor, in whose last row the right side is half solved.
  bool factorise(const std::vector<double>& matrix, const std::vector<double>& right);
  // Shapes whose step would cross a bound go there, and the others' step is the best beside that; otherwise
  // what the others do to make up for the rest of it would spoil every step.
  bool stop_at_bounds(size_t k, double shift);
  // The step in the units of the free coordinates, within the caps, and what it promises.
  const std::vector<double>& shortened(size_t k);
  void accept(double gain);
  void reject();

  const model::Chart& chart_;
  model::LeastSd least_;
  double total_;
  model::System system_;
  std::vector<double> step_, shortened_, factor_;
  double slope_ = 0.0, predicted_ = 0.0, shift_ = 0.0;
  bool after_rejection_ = false;
  model::Mix next_;
  model::Evaluation trial_;
};

}  // namespace mix1d::solve
