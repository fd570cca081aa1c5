// slopes.hpp: how a family's own parameters, and its moments, change with its coordinates at the border
#pragma once

#include "distribution/parameters.hpp"

namespace mix1d::distribution {

constexpr size_t BORDER = 3;  // location, scale, shape

struct Slopes {
  double own[MOST_PARAMETERS][BORDER];
  double moments[2][BORDER];  // of mean and sd
};

// NaN where a number is not finite; 0 by what a family does not have.
Slopes slopes_of(Family family, const Border& at);

}  // namespace mix1d::distribution
