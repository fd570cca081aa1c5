// own_errors.hpp: standard errors of a family's own parameters, and of the means and sds of components
#pragma once

#include <vector>

#include "distribution/slopes.hpp"
#include "model/mixture.hpp"

namespace mix1d::inference {

constexpr size_t OWN_COLUMNS = distribution::MOST_PARAMETERS + 2;

// (k, 5) by the delta method: own parameters, NaN behind the last, then mean and sd. `covariance`: (4k)^2, or
// (3k)^2 of a plain mixture, as covariance() leaves it. What is not estimated counts as known; NaN where
// nothing that a number depends on is.
std::vector<double> own_errors(const model::Mix& estimate, const std::vector<double>& covariance);

}  // namespace mix1d::inference
