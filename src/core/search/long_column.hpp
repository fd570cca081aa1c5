// long_column.hpp: the quadrature nodes on which a long column is fitted
#pragma once

#include <functional>
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

struct LongFit {
  Nodes nodes;
  std::vector<Fitted> fits;
};

// Fits of the column of a request, by `solve`, which is called with its nodes, and again with finer ones as
// long as there are components too narrow for them.
LongFit fit_long(model::Request request,
                 const std::function<std::vector<Fitted>(const model::Request&)>& solve);

}  // namespace mix1d::search
