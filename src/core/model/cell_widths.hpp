// cell_widths.hpp: how wide the cells are that quadrature nodes stand for, by place
#pragma once

#include <cstddef>
#include <vector>

namespace mix1d {

// The narrowest sd that quadrature nodes can show, by place: a component within one cell sees its nodes as
// ties.
class Grain {
 public:
  Grain() = default;
  // From rising nodes, their weights and the widths of their cells, averaged over neighbours.
  Grain(const double* x, const double* w, const double* width, size_t n);
  bool none() const { return x_.empty(); }
  double at(double mean) const;

 private:
  std::vector<double> x_, least_;
};

}  // namespace mix1d
