// criteria.hpp: AIC, BIC and ICL of a fit
#pragma once

#include <cstddef>

#include "model/request.hpp"

namespace mix1d::search {

// Smaller is better. Parameters are counted by the chart of the model.
struct Criteria {
  size_t n_parameters = 0;
  double aic = 0.0, bic = 0.0, icl = 0.0;
  double of(model::Criterion criterion) const;
};

// `undetermined`: parameters that the data say nothing about. `entropy`: that of the labels, sum w_i
// entropy(r_i); `total`: the sum of the weights.
Criteria criteria_of(const model::Chart& chart, size_t k, double log_likelihood, double entropy, double total,
                     size_t undetermined = 0);

}  // namespace mix1d::search
