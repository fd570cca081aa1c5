// long_column.hpp: the quadrature nodes on which a long column is fitted
#pragma once

#include <vector>

#include "search/fit.hpp"
#include "sketch/partition.hpp"

namespace mix1d::search {

// Quadrature nodes that stand for a long column.
struct Nodes {
  std::vector<double> values, weights,
      width;  // width: of the cell that a node stands for, 0 for a value kept
  std::vector<sketch::Refinement> refinements;  // where its cells are finer than a sketch's
};
// Finer where `fits` have components too narrow for the nodes `before`, which may be empty; the same nodes
// when there are none.
Nodes nodes_of(const model::Request& request, const Nodes& before, const std::vector<Fitted>& fits);

}  // namespace mix1d::search
