// objective.hpp: what is maximised: a likelihood with its penalty, on a sample
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "kernels/kernels.hpp"
#include "model/cell_widths.hpp"
#include "model/chart.hpp"
#include "model/evaluation.hpp"
#include "model/in_frame.hpp"
#include "model/mixture.hpp"
#include "model/passes.hpp"
#include "observations/blocks.hpp"
#include "observations/window.hpp"

namespace mix1d::model {

// The objective pl_a = l - a * sum(variance / sd^2 + log(sd^2 / variance)) (Chen, Tan & Zhang 2008), with
// the sds bounded from below. Outside a window a component is an exponential inside it, and narrow where its
// slope is steep: there variance / sd^2 is taken with its width inside, sd / sqrt(1 + d^2), d sds from the
// edge.
struct Objective {
  const Points* points = nullptr;
  const Rows* rows = nullptr;  // where given, the passes read these instead
  // What the likelihood is of, where not all components are normal or not all rows exact values that any of
  // them may have made; with them every pass takes the loops for any family and kind (model/general.hpp), and
  // the points only say where a search looks.
  std::shared_ptr<const observations::Blocks> blocks;
  // The range of what was recorded: weights are those inside, kernels are divided by their mass inside.
  observations::Window window;
  const StandIns* stand_ins = nullptr;  // what the points are, where the rows are not exact values
  families::Family family = families::Family::normal;  // of components that a search adds
  double total = 0.0;                                  // sum of the weights
  double penalty = 0.0;
  double variance = 1.0, log_variance = 0.0;
  double variance_beside = 1.0;  // of the numbers that stand beside those of the rows
  LeastSd least_sd;
  bool least_is_zero = false;  // the least sd is that of the errors: an ordinary answer
  const Mix* named = nullptr;  // the first components, which keep their places: where a search begins

  size_t n_named() const { return named ? named->k : 0; }
  size_t n_fixed() const { return chart->n_leading(); }  // a background
  const Chart* chart = &Chart::unconstrained();          // which parameters move
  bool extreme = false;
  size_t threads = 1;
  const data::Poll* poll = nullptr;

  void penalise_beside(double whole);  // the variance, with its logarithm

  // The same objective on other exact values, where `beside` says with what beside them.
  void read(const Points& values, bool general, observations::Beside beside = observations::Beside::nothing);
  void read(const Points& values) { read(values, blocks != nullptr); }
};

constexpr double LOG_SQRT_2PI = 0.91893853320467274178;

// What the loops need of a mixture, with the logarithms of its parameters.
class Prepared {
 public:
  std::vector<double> logs;  // log weights, log sds
  kernels::Components components;

  // The memory of `logs` may be that of another one, which is used again.
  Prepared(const Mix& mix, bool extreme, std::vector<double>&& logs = {});
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

 private:
  static constexpr size_t USUAL = 16;
  double usual_[2 * USUAL];  // 1 / sd and the logarithm of the constant
  std::vector<double> larger_;
};

// The variance that the penalty knows for a component.
double whole_variance(const Objective& o, const Mix& mix, size_t j);

// The sd of a component, and outside a window roughly that of its part inside.
double width_inside(const Objective& o, const Mix& mix, size_t j);

double penalty_term(const Objective& o, const Mix& mix, const double* log_sd);

// What the penalty does to gradient and Hessian.
void add_penalty(const Objective& o, const Mix& mix, Evaluation& e);

template <class Pass>
void run_pass(const Objective& o, size_t width, size_t work_size, double* sums, Pass pass) {
  if (o.rows)
    run_pass(*o.rows, width, work_size, o.threads, o.poll, sums, pass);
  else
    run_pass(*o.points, width, work_size, o.threads, o.poll, sums, pass);
}

double entropy_of(const Objective& o, const Mix& mix);

// The same of a long column where the mixture has been evaluated: sum r log r is in the sums of the
// derivatives already, and only where labels are nearly certain a pass of its own is more exact.
double entropy_at(const Objective& o, const Mix& mix, const Evaluation& e);

}  // namespace mix1d::model
