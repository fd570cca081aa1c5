// nodes.hpp: the quadrature nodes that a sketch stands for
#pragma once

#include <cstddef>
#include <vector>

#include "sketch/sketch.hpp"

namespace mix1d::sketch {

// The quadrature nodes of a sketch: rising and distinct. `width` is that of a node's cell, 0 where the value
// itself was kept. With `order` below four, cruder rules from fewer moments, cell by cell.
struct SketchNodes {
  std::vector<double> values, weights, width;
  std::vector<size_t> cell;
};

SketchNodes cell_nodes(const SketchState& state, size_t order);

SketchNodes sorted_nodes(const SketchState& state);

}  // namespace mix1d::sketch
