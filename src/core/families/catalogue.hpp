// catalogue.hpp: what is known of the families outside the loops
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "families/component.hpp"

namespace mix1d::families {

// Of y = g(x), in which the family has location and scale; of a point mass, and where there is no variance,
// what serves as such in a search.
struct Moments {
  double mean = 0.0, sd = 1.0;
};

struct Shaped {
  double location = 0.0, scale = 1.0, shape = 0.0;
};

// What the penalty calls the variance of a component, proportional to scale^2, and the derivatives of its
// logarithm by location, which are 0 but for the beta.
struct Variance {
  double value, by_location, twice;
};

// What a slot moves.
enum class Coordinate : uint8_t { location, log_scale, shape };

// What a value tells of location, in units of the scale, of log scale and of shape: the expected information,
// that of shapes roughly.
struct Information {
  double location, log_scale, shape = 1.0;
};

struct FamilyFacts {
  size_t slots;  // parameters but the weight
  Coordinate coordinate[MOST_SLOTS];
  Space space;
  bool has(Coordinate wanted) const {
    for (size_t s = 0; s < slots; ++s)
      if (coordinate[s] == wanted) return true;
    return false;
  }
  // Moments of y, and the component with given moments that has the shape of another one; a negative binomial
  // takes the shape that the moments ask for.
  Moments (*moments)(const Shaped& at);
  Shaped (*from_moments)(const Moments& m, double shape);
  double reach;  // beyond so many scales from its location a density is 0 to the search
  Variance (*variance)(const Shaped& at);
  double least_shape, most_shape;  // both 0: the family has none
  Information (*information)(const Shaped& at);
  // The shapes with which a search begins, at least one; of counts, what is tried for (variance - mean) /
  // mean^2.
  std::span<const double> shapes;
  // Those that each component of an optimum is given in turn: optima may differ by nothing else.
  std::span<const double> turns = {};
};

const FamilyFacts& facts_of(Family family);

}  // namespace mix1d::families
