// spread.hpp: location and scale of a sample
#pragma once

#include "model/sample.hpp"

namespace mix1d::model {

// Location and scale of a sample in its own units.
struct Spread {
  double mean = 0.0, sd = 0.0;
  double variance = 0.0;  // min(variance, (IQR / 1.349)^2): what the penalty measures sds against
};

Spread spread_of(const Points& p);

}  // namespace mix1d::model
