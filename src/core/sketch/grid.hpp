// grid.hpp: finds the cell of a value: pieces of equal width, and nodes of finer ones where scales differ
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/kernels.hpp"
#include "sketch/partition.hpp"

namespace mix1d::sketch {

// Over planned cells. The cells of the grid may be finer than those.
class Grid {
 public:
  // The planned cells ascend; of two that overlap, the finer ones count. Most are of the level given.
  Grid(const std::vector<Leaf>& planned, int level);
  Grid(const Grid&) = delete;
  Grid& operator=(const Grid&) = delete;

  size_t cells() const { return cells_.size(); }
  const Leaf& cell(size_t number) const { return cells_[number]; }
  const kernels::CellMap& map() const { return map_; }
  // With those beyond the grid, whose values are found one by one.
  const std::vector<Leaf>& planned() const { return planned_everywhere_; }

 private:
  // The smallest dyadic interval, or the two about zero, that span planned cells.
  struct Span {
    int64_t first;
    int level, bits;  // 2^bits pieces of 2^level from `first` on
    double low() const { return std::ldexp(static_cast<double>(first), level); }
  };

  static int shift(int levels) { return std::min(levels, 63); }

  // Near the ends of the floating-point range widths overflow: values there are found one by one.
  static bool beyond(const Leaf& cell);

  double left(size_t i) const;

  Span span(size_t begin, size_t end) const;

  // The span cut into 2^bits pieces, or into fewer where they would be finer than any double can be.
  static Span divided(Span s, int bits);

  int finest(size_t begin, size_t end) const;

  // Its place in a table of moments.
  int32_t new_cell(int level, int64_t index);

  void lay_out(int level);

  double right(size_t i) const;

  // Sets the entries of the pieces from number `first` on for the planned cells begin .. end - 1: a cell for
  // every piece that a planned one covers, a node where there are finer ones.
  void enter(const Span& pieces, size_t first, size_t begin, size_t end);

  // A node over planned cells, evenly fine where that is not mostly empty; returns its number.
  size_t add_node(size_t begin, size_t end);

  std::vector<Leaf> planned_, planned_everywhere_, cells_;
  std::vector<kernels::CellNode> nodes_;
  std::vector<int32_t> entries_;
  kernels::CellMap map_{};
};

}  // namespace mix1d::sketch
