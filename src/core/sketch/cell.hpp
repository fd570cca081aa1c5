// cell.hpp: cells [index, index + 1) * 2^level, and what a sketch keeps of the values in one
//
// Dyadic intervals nest, so cells made by different processes fit together. A cell of at most four distinct
// values keeps them; any other keeps the moments sum w u^p, p = 0 .. 7, in its own coordinate u in [-1, 1].
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace mix1d::sketch {

constexpr size_t MOMENTS = 8;        // a cache line of moments
constexpr size_t FEW = MOMENTS / 2;  // values that fit into the same place
constexpr int FINEST_LEVEL = -1022, COARSEST_LEVEL = 1024;

struct Cell {
  int32_t level = 0;
  uint32_t values = 0;  // 0: moments; else so many values, rising, each before its weight
  int64_t index = 0;
  double numbers[MOMENTS] = {};

  double left() const { return std::ldexp(static_cast<double>(index), level); }
  double centre() const { return std::ldexp(static_cast<double>(index) + 0.5, level); }
  double mass() const;
  bool empty() const { return values == 0 && numbers[0] == 0.0; }
  bool same_place(const Cell& other) const { return level == other.level && index == other.index; }

  // Adds one value; four are kept, a fifth turns the cell into moments.
  void add(double x, double w);

  // Adds another cell, of this place or inside it.
  void add(Cell other);

  // The parent cell, with the same contents: u becomes (u -+ 1) / 2, by the binomial theorem.
  void rise();

 private:
  void to_moments();

  void add_moments(double x, double w);
};

// The level of the finest cells whose index at x is an exact integer.
int finest_level_at(double x);

int64_t index_at(double x, int level);

}  // namespace mix1d::sketch
