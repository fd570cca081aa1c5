// sketch.hpp: a mergeable summary of any number of values: the moments of their dyadic cells
#pragma once

#include <cstddef>
#include <vector>

#include "sketch/partition.hpp"

namespace mix1d::sketch {

constexpr size_t MOST_CELLS = 4096;
constexpr size_t MOST_VALUES = 16384;  // so many distinct values are kept as they are

// Either distinct values with their weights, rising, or cells in the order of level and index.
struct SketchState {
  std::vector<double> values, weights;
  std::vector<Cell> cells;
};

// Values and cells, divided anew into at most MOST_CELLS cells.
std::vector<Cell> gathered(const std::vector<double>& values, const std::vector<double>& weights,
                           const std::vector<Cell>& cells, const std::vector<Refinement>& refinements = {});

void merge_values(const SketchState& from, SketchState& into);

// Adds one sketch to another.
void merge(const SketchState& from, SketchState& into);

}  // namespace mix1d::sketch
