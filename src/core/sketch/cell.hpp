// cell.hpp: cells [index, index + 1) * 2^level, and what a sketch keeps of the values in one
//
// Dyadic intervals nest, so cells made by different processes fit together. A cell of at most four distinct
// values keeps them; any other keeps the moments sum w u^p, p = 0 .. 7, in its own coordinate u in [-1, 1].
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "linear/quadrature.hpp"

namespace mix1d {

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
  double mass() const {
    if (values == 0) return numbers[0];
    double sum = 0.0;
    for (size_t i = 0; i < values; ++i) sum += numbers[2 * i + 1];
    return sum;
  }
  bool empty() const { return values == 0 && numbers[0] == 0.0; }
  bool same_place(const Cell& other) const { return level == other.level && index == other.index; }

  // Adds one value; four are kept, a fifth turns the cell into moments.
  void add(double x, double w) {
    if (empty()) {
      values = 1;
      numbers[0] = x;
      numbers[1] = w;
      return;
    }
    if (values > 0) {
      size_t at = 0;
      while (at < values && numbers[2 * at] < x) ++at;
      if (at < values && numbers[2 * at] == x) {
        numbers[2 * at + 1] += w;
        return;
      }
      if (values < FEW) {
        for (size_t i = values; i > at; --i)
          numbers[2 * i] = numbers[2 * i - 2], numbers[2 * i + 1] = numbers[2 * i - 1];
        numbers[2 * at] = x;
        numbers[2 * at + 1] = w;
        ++values;
        return;
      }
      to_moments();
    }
    add_moments(x, w);
  }

  // Adds another cell, of this place or inside it.
  void add(Cell other) {
    if (other.values > 0) {
      for (size_t i = 0; i < other.values; ++i) add(other.numbers[2 * i], other.numbers[2 * i + 1]);
      return;
    }
    while (other.level < level) other.rise();
    if (values > 0) to_moments();
    for (size_t p = 0; p < MOMENTS; ++p) numbers[p] += other.numbers[p];
  }

  // The parent cell, with the same contents: u becomes (u -+ 1) / 2, by the binomial theorem.
  void rise() {
    if (values == 0) {
      const double side = index & 1 ? 1.0 : -1.0;
      double shifted[MOMENTS];
      std::copy_n(numbers, MOMENTS, shifted);
      for (size_t done = 1; done < MOMENTS; ++done)
        for (size_t p = MOMENTS - 1; p >= done; --p) shifted[p] += side * shifted[p - 1];
      double half = 1.0;
      for (size_t p = 0; p < MOMENTS; ++p, half *= 0.5) numbers[p] = half * shifted[p];
    }
    index >>= 1;
    ++level;
  }

 private:
  void to_moments() {
    double kept[MOMENTS];
    std::copy_n(numbers, MOMENTS, kept);
    const size_t count = values;
    values = 0;
    std::fill_n(numbers, MOMENTS, 0.0);
    for (size_t i = 0; i < count; ++i) add_moments(kept[2 * i], kept[2 * i + 1]);
  }

  void add_moments(double x, double w) {
    const double u = (x - centre()) * std::ldexp(1.0, 1 - level);
    double power = w;
    for (size_t p = 0; p < MOMENTS; ++p, power *= u) numbers[p] += power;
  }
};

// The level of the finest cells whose index at x is an exact integer.
inline int finest_level_at(double x) {
  if (x == 0.0) return FINEST_LEVEL;
  return std::max(FINEST_LEVEL, std::ilogb(x) - 51);
}

inline int64_t index_at(double x, int level) {
  return static_cast<int64_t>(std::floor(std::ldexp(x, -level)));
}

}  // namespace mix1d
