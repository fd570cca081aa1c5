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

enum class Support { line, positive, unit, counts };  // all numbers; x > 0; 0 < x < 1; 0, 1, 2, ...

struct FamilyFacts {
  const char* name;
  size_t slots;  // parameters but the weight: location, scale, shape
  Support support;
  // Moments of y, and the component with given moments that has the shape of another one.
  Moments (*moments)(const Shaped& at);
  Shaped (*from_moments)(const Moments& m, double shape);
  double variance;  // of y over scale^2: what the penalty compares
  double reach;     // beyond so many scales from its location a density is 0 to the search
};

const FamilyFacts& facts_of(Family family);

}  // namespace mix1d::families
