// compress.hpp: a small weighted sample that stands for a large one
//
// Each cell of neighbouring values is replaced by the Gauss quadrature of its own empirical measure: three
// positive nodes inside the cell that reproduce its moments to degree five. A cell with at most three
// distinct values is kept.
#pragma once

#include <cstddef>
#include <vector>

#include "model/sample.hpp"

namespace mix1d::model {

struct Compressed {
  std::vector<double> values, weights, distinct;  // for how many distinct values each stands
  double finest = 0.0;  // no component much narrower than this can be told from the nodes
};

Points points_of(const Compressed& c);

// Sorted points into about `cells` cells of at most equal weight and of at most equal width over the bulk.
Compressed compress(const Points& p, size_t cells);

// The same with cells of at most this width and this weight.
Compressed compress(const Points& p, double width, double weight);

}  // namespace mix1d::model
