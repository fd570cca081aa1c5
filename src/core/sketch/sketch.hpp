// sketch.hpp: a mergeable summary of any number of values: the moments of their dyadic cells
#pragma once

#include <unordered_map>

#include "data/hash_pool.hpp"
#include "model/sample.hpp"
#include "sketch/grid.hpp"

namespace mix1d {

constexpr size_t MOST_CELLS = 4096;
constexpr size_t MOST_VALUES = 16384;  // so many distinct values are kept as they are

// Either distinct values with their weights, rising, or cells in the order of level and index.
struct SketchState {
  std::vector<double> values, weights;
  std::vector<Cell> cells;
};

// Values and cells, divided anew into at most MOST_CELLS cells.
inline std::vector<Cell> gathered(const std::vector<double>& values, const std::vector<double>& weights,
                                  const std::vector<Cell>& cells, const std::vector<Focus>& focus = {}) {
  std::vector<Item> items;
  items.reserve(values.size() + 2 * cells.size());
  for (size_t i = 0; i < values.size(); ++i) items.push_back({values[i], Item::VALUE, weights[i], nullptr});
  for (const Cell& cell : cells) {
    if (cell.values == 0) items.push_back({cell.left(), cell.level, cell.mass(), &cell});
    for (size_t i = 0; i < cell.values; ++i)
      items.push_back({cell.numbers[2 * i], Item::VALUE, cell.numbers[2 * i + 1], nullptr});
  }
  std::stable_sort(items.begin(), items.end());
  size_t kept = 0;  // equal values become one
  for (const Item& item : items)
    if (kept > 0 && !item.cell && !items[kept - 1].cell && items[kept - 1].left == item.left)
      items[kept - 1].mass += item.mass;
    else
      items[kept++] = item;
  items.resize(kept);

  Partition::Rule rule;
  rule.uniform = MOST_CELLS / 2;
  rule.most = MOST_CELLS;
  rule.focus = focus;
  const Partition partition(items, rule);
  std::vector<Cell> out;
  out.reserve(partition.leaves().size());
  for (const Leaf& leaf : partition.leaves()) {
    Cell cell;
    cell.level = leaf.level;
    cell.index = leaf.index;
    for (size_t i = leaf.begin; i < leaf.end; ++i)
      if (items[i].cell)
        cell.add(*items[i].cell);
      else
        cell.add(items[i].left, items[i].mass);
    out.push_back(cell);
  }
  std::sort(out.begin(), out.end(), [](const Cell& a, const Cell& b) {
    return a.level != b.level ? a.level < b.level : a.index < b.index;
  });
  return out;
}

inline void merge_values(const SketchState& from, SketchState& into) {
  SketchState all;
  const auto &x = into.values, &y = from.values;
  for (size_t i = 0, j = 0; i < x.size() || j < y.size();) {
    const bool first = j == y.size() || (i < x.size() && x[i] <= y[j]);
    const bool both = i < x.size() && j < y.size() && x[i] == y[j];
    all.values.push_back(first ? x[i] : y[j]);
    all.weights.push_back(both    ? into.weights[i] + from.weights[j]
                          : first ? into.weights[i]
                                  : from.weights[j]);
    if (first || both) ++i;
    if (!first || both) ++j;
  }
  into.values = std::move(all.values);
  into.weights = std::move(all.weights);
}

// Adds one sketch to another.
inline void merge(const SketchState& from, SketchState& into) {
  if (into.cells.empty() && from.cells.empty()) {
    merge_values(from, into);
    if (into.values.size() <= MOST_VALUES) return;
    into.cells = gathered(into.values, into.weights, {});
  } else {
    std::vector<Cell> cells = into.cells;
    cells.insert(cells.end(), from.cells.begin(), from.cells.end());
    merge_values(from, into);
    into.cells = gathered(into.values, into.weights, cells);
  }
  into.values.clear();
  into.weights.clear();
}

// Values that lie in no planned cell, in cells that are made as they come: as wide as the nearest planned
// one, or an eighth of the way to it.
class Strays {
 public:
  // Planned cells, ascending.
  explicit Strays(const std::vector<Leaf>& planned) : planned_(&planned) {}

  void add(double x, double w) {
    const int level = std::max(level_at(x), finest_level_at(x));
    const int64_t index = index_at(x, level);
    const Key key{level, index};
    auto [at, made] = places_.try_emplace(key, cells_.size());
    if (made) {
      cells_.emplace_back();
      cells_.back().level = level;
      cells_.back().index = index;
    }
    cells_[at->second].add(x, w);
    if (cells_.size() < MANY) return;
    cells_.insert(cells_.end(), settled_.begin(), settled_.end());
    settled_ = gathered({}, {}, cells_);
    cells_.clear();
    places_.clear();
  }

  void hand_over(std::vector<Cell>& out) {
    out.insert(out.end(), settled_.begin(), settled_.end());
    out.insert(out.end(), cells_.begin(), cells_.end());
  }

 private:
  static constexpr size_t MANY = 16384;

  int level_at(double x) const {
    constexpr int EIGHTH = 3;
    auto left = [](const Leaf& leaf) { return std::ldexp(static_cast<double>(leaf.index), leaf.level); };
    const auto next = std::upper_bound(planned_->begin(), planned_->end(), x,
                                       [&](double a, const Leaf& leaf) { return a < left(leaf); });
    int level = COARSEST_LEVEL;
    auto look = [&](const Leaf& leaf, double distance) {
      const int graded = distance > 0.0 ? std::ilogb(distance) - EIGHTH : leaf.level;
      level = std::min(level, std::max(leaf.level, graded));
    };
    if (next != planned_->end()) look(*next, left(*next) - x);
    if (next != planned_->begin()) {
      const Leaf& before = *(next - 1);
      look(before, x - std::ldexp(static_cast<double>(before.index + 1), before.level));
    }
    return level;
  }

  struct Key {
    int level;
    int64_t index;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& k) const {
      return (static_cast<uint64_t>(k.index) * 0x9e3779b97f4a7c15u) ^ static_cast<uint64_t>(k.level);
    }
  };
  const std::vector<Leaf>* planned_;
  std::unordered_map<Key, size_t, Hash> places_;
  std::vector<Cell> cells_, settled_;
};

}  // namespace mix1d
