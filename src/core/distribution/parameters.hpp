// parameters.hpp: a family's own parameters, and its coordinates at the border
#pragma once

#include "distribution/law.hpp"

namespace mix1d::distribution {

constexpr size_t MOST_PARAMETERS = 3;

struct Border {
  double location, scale, shape;
};

// In the order of model/component.py, NaN behind the last.
struct Own {
  double value[MOST_PARAMETERS];
};

Own own_parameters(Family family, const Border& at);
Border border_of(Family family, const Own& own);

}  // namespace mix1d::distribution
