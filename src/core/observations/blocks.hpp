// blocks.hpp: a sample as homogeneous blocks of 64 rows
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "data/buffer.hpp"
#include "observations/block.hpp"

namespace mix1d::observations {

// What is known of each row (observations/block.hpp). `components` may be absent: any component may have made
// any row.
struct Observations {
  size_t n = 0;
  const Kind* kind = nullptr;  // absent: all exact
  const double* a = nullptr;
  const double* b = nullptr;         // absent: no intervals
  const double* variance = nullptr;  // absent: no errors
  const double* weight = nullptr;
  const uint64_t* components = nullptr;
};

class Blocks {
 public:
  Blocks() = default;

  // Exact values with their weights, read where they are: `rows` of them, a multiple of eight.
  Blocks(const double* x, const double* weights, size_t rows);

  // The same rows with their numbers in another space beside them: `other` of each number.
  void beside(Beside what, const std::function<double(double)>& other);
  Beside beside() const { return beside_; }

  // Rows of one kind and mask come together, in the order they are given in; those of negative weight, which
  // windows make, come last.
  explicit Blocks(const Observations& o);

  const Block* data() const { return list_.data(); }
  size_t size() const { return list_.size(); }
  const Block& operator[](size_t i) const { return list_[i]; }

  // Numbers of rows lie below this.
  size_t rows() const { return rows_; }

  // How many `Observations` there are, and the number of the row of each.
  size_t observed() const { return place_.size(); }
  size_t place(size_t observation) const { return place_[observation]; }

  // So many blocks come before those of negative weight.
  size_t positive() const { return positive_; }

  // The sum of the weights, negative ones included.
  double weight() const { return weight_; }

  // The same rows with other weights, one for every number of a row.
  std::vector<Block> weighted(const double* weights) const;

 private:
  std::vector<Block> list_;
  size_t rows_ = 0, positive_ = 0;
  Beside beside_ = Beside::nothing;
  double weight_ = 0.0;
  data::Buffer a_, b_, variance_, w_, other_a_, other_b_;
  std::vector<size_t> place_;
};

}  // namespace mix1d::observations
