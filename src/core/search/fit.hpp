// fit.hpp: the estimator: from a sample to the fits that were asked for
#pragma once

#include <vector>

#include "search/choice.hpp"
#include "sketch/finer_cells.hpp"
#include "solve/newton.hpp"

namespace mix1d {

enum class Criterion { bic, aic, icl };

struct Request {
  const double* values = nullptr;  // sorted, distinct
  const double* weights = nullptr;
  size_t n = 0;
  double resolution = 0.0;           // spacing of the values' lattice, 0 when they are continuous
  std::vector<size_t> n_components;  // ascending
  bool stop_early = false;           // when the criterion has risen three times in a row
  bool free_sds = true, equal_sds = false;
  Criterion criterion = Criterion::bic;
  bool highest = false;
  double tol = 1e-10;
  size_t max_iter = 1000;
  size_t threads = 1;
  Poll* poll = nullptr;
  // With these, values and weights are quadrature nodes that stand for a long column, and the last passes
  // read it.
  const ColumnReader* column = nullptr;
  const ColumnReader* column_weight = nullptr;
  double column_total = 0.0;
  // The width of the cell that each node stands for, where values and weights are nodes.
  const double* width = nullptr;
};

// One optimum in the units of the data.
struct Optimum {
  Mix mix;
  double log_likelihood = 0.0, penalised = 0.0;
  bool regularized = false;
};

// One row of the table of fits, in the units of the data.
struct Fitted {
  bool equal = false;
  Mix mix, start;  // `start` is where the last solve began
  double log_likelihood = 0.0, entropy = 0.0, decrement = 0.0;
  bool converged = false, positive_definite = false, regularized = false, sound = true;
  Stop stop = Stop::max_iter;
  size_t null_components = 0;
  long collapsed = -1;  // the component held up by the penalty only
  std::vector<Optimum> optima;
};

// The fits that were asked for but those that doubles cannot hold; throws Refused when none is left.
std::vector<Fitted> fit(const Request& request);

// Smaller is better; `total` is the sum of the weights.
double criterion_of(Criterion criterion, const Fitted& f, double total);

// The nearest optimum to a start: `request` has one number of components. Throws Refused when the way there
// leaves the doubles.
Fitted fit_from(const Request& request, const Mix& start);

// The steps of the solve from `start`: on the plain likelihood, or on the penalised one and, unless the
// answer is `held` there, on to the plain one.
std::vector<Step> replay(const Request& request, const Mix& start, bool plain, bool held);

// Quadrature nodes that stand for a long column.
struct Nodes {
  std::vector<double> values, weights,
      width;                 // width: of the cell that a node stands for, 0 for a value kept
  std::vector<Focus> focus;  // where its cells are finer than a sketch's
};
// Finer where `fits` have components too narrow for the nodes `before`, which may be empty; the same nodes
// when there are none.
Nodes nodes_of(const Request& request, const Nodes& before, const std::vector<Fitted>& fits);

}  // namespace mix1d
