// partition.hpp: which dyadic cells a weighted sample deserves
//
// Half of the cells are as wide as each other wherever there are values, so that a light and narrow component
// within a wide one is resolved; the other half goes where most of the weight is within a few cells, whatever
// their width, so that clusters of very different scales are resolved, and their flanks too. Both rules look
// at totals only: the order in which values came plays hardly any part.
//
// Densities of positive values may be singular at 0, and there the distance from 0 is the scale: no cell is
// wider than a sixteenth of it. Where all values lie between 0 and 1, the same holds at 1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sketch/cell.hpp"
#include "sketch/ends.hpp"

namespace mix1d::sketch {

struct Refinement {
  double low = 0.0, high = 0.0;
  int level = 0;  // cells there are at most 2^level wide
};

// A value, or a cell that cannot be divided.
struct Item {
  static constexpr int VALUE = std::numeric_limits<int>::min();
  double left = 0.0;  // the value itself, or the cell's left end
  int level = VALUE;
  double mass = 0.0;
  const Cell* cell = nullptr;
  bool operator<(const Item& other) const {
    return left != other.left ? left < other.left : level > other.level;
  }
};

// A cell of the partition, with the items that lie inside it.
struct Leaf {
  int level = 0;
  int64_t index = 0;
  size_t begin = 0, end = 0;
};

class Partition {
 public:
  struct Rule {
    size_t uniform = 2048, most = 4096;   // cells of equal width, and all cells
    bool keep_few = true;                 // at most four values are not divided any more
    double least_mass = 0.0;              // nor a cell with less around it, by the second rule
    std::vector<Refinement> refinements;  // what is divided beyond both rules
  };

  // Sorted items, no value twice.
  Partition(const std::vector<Item>& items, const Rule& rule);

  const std::vector<Leaf>& leaves() const { return leaves_; }
  int uniform_level() const { return uniform_level_; }
  const Ends& ends() const { return ends_; }

 private:
  bool can_divide(const Leaf& leaf) const;

  // The weight within a few widths of a cell.
  double mass_around(const Leaf& leaf) const;

  // The cells of this place itself, and the left and right half, as far as there is something in them.
  size_t halves(const Leaf& leaf, Leaf out[3]) const;

  // All cells of one width at a time, as long as their number stays within the rule.
  void divide_by_width();

  // Where all values are positive.
  void divide_towards_ends();

  // Divides each cell, and what comes of it, as long as it should be.
  template <class TooWide>
  void divide_while(TooWide too_wide);

  void divide_by_mass();

  void refine_spans();

  const std::vector<Item>& items_;
  Rule rule_;
  std::vector<double> before_;
  std::vector<size_t> cells_before_;
  std::vector<Leaf> leaves_;
  int uniform_level_ = COARSEST_LEVEL;
  Ends ends_;
};

}  // namespace mix1d::sketch
