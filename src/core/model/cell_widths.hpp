// cell_widths.hpp: how wide the cells are that quadrature nodes stand for, and the least sd that follows
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mix1d::model {

// The narrowest sd that quadrature nodes can show, by place: a component within one cell sees its nodes as
// ties.
class CellWidths {
 public:
  CellWidths() = default;
  // From rising nodes, their weights and the widths of their cells, averaged over so many neighbours on
  // either side.
  CellWidths(const double* x, const double* w, const double* width, size_t n, size_t neighbours = 8);
  bool none() const { return x_.empty(); }
  double at(double mean) const;

 private:
  std::vector<double> x_, least_;
};

// The least sd of a component with this mean.
struct LeastSd {
  double floor = 0.0;
  const CellWidths* cells = nullptr;  // where the points stand for others

  double operator()(double mean) const { return cells ? std::max(floor, cells->at(mean)) : floor; }
};

}  // namespace mix1d::model
