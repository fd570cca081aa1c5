// catalogue.hpp: what is known of the families outside the loops
#pragma once

#include <cstddef>

#include "families/component.hpp"

namespace mix1d::families {

// Of y = g(x), in which the family has location and scale.
struct Moments {
  double mean = 0.0, sd = 1.0;
};

struct Shaped {
  double location = 0.0, scale = 1.0, shape = 0.0;
};

struct FamilyFacts {
  size_t slots;  // parameters but the weight: location, scale, shape
  // Moments of y, and the component with given moments that has the shape of another one.
  Moments (*moments)(const Shaped& at);
  Shaped (*from_moments)(const Moments& m, double shape);
  double reach;  // beyond so many scales from its location a density is 0 to the search
};

const FamilyFacts& facts_of(Family family);

}  // namespace mix1d::families
