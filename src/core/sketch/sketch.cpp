// sketch.cpp: two sketches into one, and cells divided anew
#include "sketch/sketch.hpp"

#include <algorithm>
#include <utility>

namespace mix1d::sketch {

std::vector<Cell> gathered(const std::vector<double>& values, const std::vector<double>& weights,
                           const std::vector<Cell>& cells, const std::vector<Refinement>& refinements) {
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
  rule.refinements = refinements;
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

void merge_values(const SketchState& from, SketchState& into) {
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

void merge(const SketchState& from, SketchState& into) {
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

}  // namespace mix1d::sketch
