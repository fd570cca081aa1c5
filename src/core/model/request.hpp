// request.hpp: what is asked of a sample
#pragma once

#include <cstddef>
#include <vector>

#include "data/column.hpp"
#include "data/poll.hpp"
#include "model/chart.hpp"
#include "observations/blocks.hpp"
#include "observations/window.hpp"

namespace mix1d::model {

enum class Criterion { bic, aic, icl };

// Rows of any kind, in the units of the data.
struct Recorded {
  // Windows of truncation of single rows are intervals of negative weight.
  observations::Observations rows;
  // The union of the windows, in which nothing else than the rows was seen; whether it is that of all rows,
  // whose errors are the same: then no row of negative weight stands for it.
  observations::Window window;
  bool common_window = false;
  double log_constant = 0.0;  // is added to log-likelihoods
  size_t named = 0;           // the first components keep their places: masks name them
  // Of the first one, where it is uniform, or, where they are equal, the point that it is.
  double background_low = 0.0, background_high = -1.0;
  bool background() const { return background_low <= background_high; }
};

struct Request {
  const double* values = nullptr;  // sorted, distinct
  const double* weights = nullptr;
  size_t n = 0;
  double resolution = 0.0;           // spacing of the values' lattice, 0 when they are continuous
  std::vector<size_t> n_components;  // ascending
  bool stop_early = false;           // when the criterion has risen three times in a row
  std::vector<const Chart*> charts = {&Chart::unconstrained()};  // a fit for each number and chart
  Criterion criterion = Criterion::bic;
  bool highest = false;
  // Where all competing optima collapse, whether the best of the others that survives is the answer, or else
  // the smaller fit.
  bool pass_over = false;
  double tol = 1e-10;
  size_t max_iter = 1000;
  const Recorded* recorded = nullptr;  // in place of values and weights
  bool general = false;                // the loops for any family and kind, though faster ones would do
  size_t threads = 1;
  data::Poll* poll = nullptr;
  // With these, values and weights are quadrature nodes that stand for a long column, and the last passes
  // read it.
  const data::ColumnReader* column = nullptr;
  const data::ColumnReader* column_weight = nullptr;
  double column_total = 0.0;
  // The width of the cell that each node stands for, where values and weights are nodes.
  const double* width = nullptr;

  // where there is but one
  const Chart& chart() const { return *charts.front(); }
};

}  // namespace mix1d::model
