// blocks.cpp: rows sorted by kind and mask, and cut into blocks
#include "observations/blocks.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace mix1d::observations {

Blocks::Blocks(const double* x, const double* weights, size_t rows) : rows_(rows) {
  positive_ = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  list_.reserve(positive_);
  for (size_t first = 0; first < rows; first += BLOCK_ROWS)
    list_.push_back({x + first, nullptr, nullptr, weights + first, first, ANY_COMPONENT,
                     static_cast<uint32_t>(std::min(BLOCK_ROWS, rows - first)), Kind::point});
  for (size_t i = 0; i < rows; ++i) weight_ += weights[i];
}

Blocks::Blocks(const Observations& o) : place_(o.n) {
  constexpr size_t EIGHT = 8;
  std::vector<size_t> order(o.n);
  std::iota(order.begin(), order.end(), size_t{0});
  auto group = [&](size_t i) {
    return std::tuple(o.weight[i] < 0.0, o.kind ? o.kind[i] : Kind::point,
                      o.components ? o.components[i] : ANY_COMPONENT);
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return group(i) < group(j); });
  std::vector<size_t> begins;  // of blocks, in `order`
  for (size_t i = 0, begin = 0; i < o.n; ++i) {
    if (i > 0 && i - begin < BLOCK_ROWS && group(order[i]) == group(order[begin])) continue;
    begins.push_back(begin = i);
  }
  begins.push_back(o.n);
  for (size_t b = 0; b + 1 < begins.size(); ++b) {
    const size_t count = (begins[b + 1] - begins[b] + EIGHT - 1) / EIGHT * EIGHT;
    const auto [negative, kind, components] = group(order[begins[b]]);
    positive_ += !negative;
    list_.push_back(
        {nullptr, nullptr, nullptr, nullptr, rows_, components, static_cast<uint32_t>(count), kind});
    rows_ += count;
  }
  a_ = data::Buffer(rows_), w_ = data::Buffer(rows_);
  if (o.b) b_ = data::Buffer(rows_);
  if (o.variance) variance_ = data::Buffer(rows_);
  for (size_t b = 0; b < list_.size(); ++b) {
    Block& block = list_[b];
    block.a = a_.data() + block.first;
    block.b = o.b ? b_.data() + block.first : nullptr;
    block.variance = o.variance ? variance_.data() + block.first : nullptr;
    block.weight = w_.data() + block.first;
    for (size_t i = 0; i < block.count; ++i) {
      const size_t from = std::min(begins[b] + i, begins[b + 1] - 1), row = order[from], to = block.first + i;
      a_[to] = o.a[row];
      if (o.b) b_[to] = o.b[row];
      if (o.variance) variance_[to] = o.variance[row];
      if (from != begins[b] + i) continue;  // behind the last row its value stands again, with weight 0
      w_[to] = o.weight[row];
      place_[row] = to;
      weight_ += o.weight[row];
    }
  }
}

void Blocks::beside(Beside what, const std::function<double(double)>& other) {
  beside_ = what;
  other_a_ = data::Buffer(rows_), other_b_ = data::Buffer(rows_);
  for (Block& block : list_) {
    block.other_a = other_a_.data() + block.first;
    block.other_b = other_b_.data() + block.first;
    for (size_t i = 0; i < block.count; ++i) {
      other_a_[block.first + i] = other(block.a[i]);
      other_b_[block.first + i] = block.b ? other(block.b[i]) : other_a_[block.first + i];
    }
  }
}

std::vector<Block> Blocks::weighted(const double* weights) const {
  std::vector<Block> out = list_;
  for (Block& block : out) block.weight = weights + block.first;
  return out;
}

}  // namespace mix1d::observations
