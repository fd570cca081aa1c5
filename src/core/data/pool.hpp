// pool.hpp: checks a column, and turns it into sorted distinct values with summed weights
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "data/column.hpp"

namespace mix1d::data {

// What was found in a column and its weights. Each first_* is a row, meaningful when its count is positive.
// A missing row takes its weight with it, so that weight is not judged.
struct Census {
  size_t n_missing = 0, first_missing = 0;
  size_t n_infinite = 0, first_infinite = 0;
  size_t n_bad_weight = 0, first_bad_weight = 0;
  size_t n_zero_weight = 0;
  size_t n_obs = 0;  // rows with a finite value and a positive weight

  static void note(size_t row, size_t& count, size_t& first) {
    if (count++ == 0) first = row;
  }

  // Adds the census of later rows.
  void append(const Census& later) {
    auto join = [](size_t& count, size_t& first, size_t more, size_t more_first) {
      if (count == 0) first = more_first;
      count += more;
    };
    join(n_missing, first_missing, later.n_missing, later.first_missing);
    join(n_infinite, first_infinite, later.n_infinite, later.first_infinite);
    join(n_bad_weight, first_bad_weight, later.n_bad_weight, later.first_bad_weight);
    n_zero_weight += later.n_zero_weight;
    n_obs += later.n_obs;
  }

  bool usable(bool drop_missing) const {
    return n_infinite == 0 && n_bad_weight == 0 && n_obs > 0 && (drop_missing || n_missing == 0);
  }

  // Judges one row; true when it is to be kept.
  bool keep(size_t row, double value, double weight) {
    if (!(std::fabs(value) <= std::numeric_limits<double>::max())) {
      if (std::isnan(value))
        note(row, n_missing, first_missing);
      else
        note(row, n_infinite, first_infinite);
      return false;
    }
    if (!(weight >= 0.0 && weight <= std::numeric_limits<double>::max())) {
      note(row, n_bad_weight, first_bad_weight);
      return false;
    }
    if (weight == 0.0) {
      ++n_zero_weight;
      return false;
    }
    ++n_obs;
    return true;
  }
};

// Sum with Neumaier's compensation (doi:10.1002/zamm.19740540106): right to rounding whatever the count.
struct CompensatedSum {
  double sum = 0.0, rest = 0.0;
  void add(double x) {
    double next = sum + x;
    rest += std::fabs(sum) >= std::fabs(x) ? (sum - next) + x : (x - next) + sum;
    sum = next;
  }
  // The rest is NaN once the sum has overflowed.
  double value() const { return std::isfinite(sum) ? sum + rest : sum; }
};

// Doubles as unsigned integers of the same order.
inline uint64_t sort_key(double x) {
  uint64_t bits = std::bit_cast<uint64_t>(x);
  return bits ^ (uint64_t(int64_t(bits) >> 63) | 0x8000000000000000u);
}
inline double from_sort_key(uint64_t key) {
  return std::bit_cast<double>(key ^ (key >> 63 ? 0x8000000000000000u : ~uint64_t(0)));
}

struct Weighted {
  uint64_t key;
  double weight;
};

struct Pooled {
  Census census;
  std::vector<double> values, weights;  // distinct values, rising, and their summed weights
  std::vector<double> rows;             // the kept rows in their own order
  double total_weight = 0.0;
};

// By value, and those of equal value by rising weight, so that adding them up does not depend on the order of
// the rows.
void sort_rows(std::vector<Weighted>& rows);
void sort_rows(std::vector<uint64_t>& keys);

// Sums the weights of equal values.
void pool_rows(std::vector<Weighted>& rows, Pooled& out);
void pool_rows(std::vector<uint64_t>& keys, Pooled& out);

// Calls f(row, value, weight) for every row; without weights each weighs 1.
template <class F>
void for_each_row(const ColumnReader& column, const ColumnReader* weights, size_t begin, size_t end, F&& f) {
  double value_buffer[kBlock], weight_buffer[kBlock];
  for (size_t at = begin; at < end; at += kBlock) {
    size_t count = std::min(kBlock, end - at);
    const double* value = column.block(at, count, value_buffer);
    if (weights) {
      const double* weight = weights->block(at, count, weight_buffer);
      for (size_t i = 0; i < count; ++i) f(at + i, value[i], weight[i]);
    } else {
      for (size_t i = 0; i < count; ++i) f(at + i, value[i], 1.0);
    }
  }
}

// Pools a column by sorting. Nothing but the census is filled unless that is usable.
Pooled pool_by_sorting(const ColumnReader& column, const ColumnReader* weights, bool drop_missing);

}  // namespace mix1d::data
