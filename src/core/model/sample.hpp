// sample.hpp: a weighted sample, or the rows of a long column
#pragma once

#include <algorithm>
#include <cstddef>

#include "data/buffer.hpp"
#include "data/column.hpp"
#include "families/component.hpp"
#include "observations/block.hpp"

namespace mix1d::model {

constexpr size_t LANES = 8;
constexpr size_t BLOCK = 64;

// Values sorted in ascending order with their weights, padded with zero weights to a multiple of eight.
struct Points {
  size_t n = 0;                   // values
  size_t padded = 0;              // rounded up to a multiple of eight
  data::Buffer x, w, cumulative;  // cumulative[i]: weight of the first i values
  data::Buffer distinct;          // where values stand for others: for how many distinct ones; else empty
  double total = 0.0;

  Points() = default;
  Points(const double* values, const double* weights, size_t count)
      : n(count), padded((count + LANES - 1) / LANES * LANES), x(padded), w(padded), cumulative(padded + 1) {
    std::copy_n(values, n, x.data());
    std::copy_n(weights, n, w.data());
    std::fill(x.data() + n, x.data() + padded, n ? values[n - 1] : 0.0);
    for (size_t i = 0; i < padded; ++i) cumulative[i + 1] = cumulative[i] + w[i];
    total = cumulative[padded];
  }
};

// Rows of a long column, read in their order and put into the data's own units on the way.
struct Rows {
  const data::ColumnReader* data = nullptr;
  const data::ColumnReader* weights = nullptr;    // or none: all one
  double outer = 1.0, centre = 0.0, inner = 1.0;  // y = (x * outer - centre) * inner
  families::Space space = families::Space::real;  // then g(y) is taken
  observations::Beside beside = observations::Beside::nothing;

  // Rows begin .. begin + count - 1 into x and w, padded with weight 0 to a multiple of eight; returns that
  // length.
  size_t read(size_t begin, size_t count, double* x, double* w) const;
};

}  // namespace mix1d::model
