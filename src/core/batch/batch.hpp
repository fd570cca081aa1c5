// batch.hpp: many columns at once, each pooled, searched and solved as a sample of its own
#pragma once

#include <vector>

#include "data/column.hpp"
#include "data/pool.hpp"
#include "search/fit.hpp"

namespace mix1d::batch {

struct Batch {
  std::vector<data::ColumnReader> columns;
  std::vector<data::ColumnReader> weights;  // one for each column, or none
  bool drop_missing = true;
  // What is asked of every column; without n_components: 1 .. min(10, max(1, distinct / 5)) each, stopping
  // early.
  model::Request request;
};

// What was tried for a column, as far as the choice depends on it.
struct Tried {
  size_t k = 0;
  bool equal = false, regularized = false;
  double log_likelihood = 0.0, entropy = 0.0;
};

struct BatchRow {
  bool fitted = false;  // else the rows of the column, or their number of distinct values, forbid it
  data::Census census;
  size_t distinct = 0;
  double total_weight = 0.0, resolution = 0.0;
  search::Fitted fit;          // the chosen one
  std::vector<Tried> tried;    // all of them
  std::vector<double> errors;  // 3k standard errors from the observed information, NaN where there are none
};

std::vector<BatchRow> fit_batch(const Batch& batch);

}  // namespace mix1d::batch
