// partition.cpp: division by width, by weight and where finer cells are wanted
#include "sketch/partition.hpp"

#include <algorithm>
#include <cmath>
#include <queue>

namespace mix1d::sketch {

namespace {

// Of sorted items.
Ends ends_of(const std::vector<Item>& items) {
  if (items.empty()) return {};
  double highest = items.front().left;
  for (const Item& item : items)
    highest =
        std::max(highest, item.cell ? item.left + std::ldexp(1.0, std::min(item.level, 1023)) : item.left);
  const Item& last = items.back();
  return Ends::between(items.front().left, !last.cell && last.left == 1.0 ? 2.0 : highest);
}

}  // namespace

Partition::Partition(const std::vector<Item>& items, const Rule& rule) : items_(items), rule_(rule) {
  before_.resize(items.size() + 1, 0.0);
  cells_before_.resize(items.size() + 1, 0);
  for (size_t i = 0; i < items.size(); ++i) {
    before_[i + 1] = before_[i] + items[i].mass;
    cells_before_[i + 1] = cells_before_[i] + (items[i].cell ? 1 : 0);
  }
  const size_t zero = static_cast<size_t>(
      std::lower_bound(items.begin(), items.end(), 0.0, [](const Item& a, double b) { return a.left < b; }) -
      items.begin());
  if (zero > 0) leaves_.push_back({COARSEST_LEVEL, -1, 0, zero});
  if (zero < items.size()) leaves_.push_back({COARSEST_LEVEL, 0, zero, items.size()});
  ends_ = ends_of(items);
  divide_by_width();
  divide_towards_ends();
  divide_by_mass();
  refine_spans();
  std::sort(leaves_.begin(), leaves_.end(), [](const Leaf& a, const Leaf& b) { return a.begin < b.begin; });
}

bool Partition::can_divide(const Leaf& leaf) const {
  constexpr int64_t MOST_INDEX = int64_t(1) << 52;  // beyond it doubles are as far apart as cells
  if (leaf.level <= FINEST_LEVEL || items_[leaf.end - 1].level == leaf.level) return false;
  if (leaf.index >= MOST_INDEX || leaf.index < -MOST_INDEX) return false;
  const bool only_values = cells_before_[leaf.end] == cells_before_[leaf.begin];
  return !(rule_.keep_few && only_values && leaf.end - leaf.begin <= FEW);
}

double Partition::mass_around(const Leaf& leaf) const {
  constexpr double REACH = 8.0;
  const double width = std::ldexp(1.0, std::min(leaf.level, 1000));
  const double low = std::ldexp(static_cast<double>(leaf.index), leaf.level) - REACH * width;
  auto place = [&](double x) {
    return static_cast<size_t>(std::lower_bound(items_.begin(), items_.end(), x,
                                                [](const Item& a, double b) { return a.left < b; }) -
                               items_.begin());
  };
  return before_[place(low + (2.0 * REACH + 1.0) * width)] - before_[place(low)];
}

size_t Partition::halves(const Leaf& leaf, Leaf out[3]) const {
  size_t own = leaf.begin, count = 0;
  while (own < leaf.end && items_[own].level == leaf.level) ++own;
  const double middle = std::ldexp(static_cast<double>(2 * leaf.index + 1), leaf.level - 1);
  const auto first = items_.begin() + static_cast<ptrdiff_t>(own),
             last = items_.begin() + static_cast<ptrdiff_t>(leaf.end);
  const size_t split = static_cast<size_t>(
      std::lower_bound(first, last, middle, [](const Item& a, double b) { return a.left < b; }) -
      items_.begin());
  if (own > leaf.begin) out[count++] = {leaf.level, leaf.index, leaf.begin, own};
  if (split > own) out[count++] = {leaf.level - 1, 2 * leaf.index, own, split};
  if (leaf.end > split) out[count++] = {leaf.level - 1, 2 * leaf.index + 1, split, leaf.end};
  return count;
}

void Partition::divide_by_width() {
  std::vector<Leaf> finer;
  Leaf parts[3];
  for (int level = COARSEST_LEVEL;; --level) {
    uniform_level_ = level;
    finer.clear();
    bool divided = false;
    for (const Leaf& leaf : leaves_) {
      if (leaf.level != level || !can_divide(leaf)) {
        finer.push_back(leaf);
        continue;
      }
      divided = true;
      const size_t count = halves(leaf, parts);
      finer.insert(finer.end(), parts, parts + count);
    }
    if (!divided || finer.size() > rule_.uniform) return;
    leaves_.swap(finer);
  }
}

void Partition::divide_by_mass() {
  struct Entry {
    double mass;
    size_t leaf;
    bool operator<(const Entry& other) const {
      return mass != other.mass ? mass < other.mass : leaf > other.leaf;
    }
  };
  std::priority_queue<Entry> queue;
  for (size_t i = 0; i < leaves_.size(); ++i)
    if (can_divide(leaves_[i])) queue.push({mass_around(leaves_[i]), i});
  Leaf parts[3];
  while (!queue.empty() && leaves_.size() + 2 <= rule_.most) {
    const Entry top = queue.top();
    if (top.mass < rule_.least_mass) return;
    queue.pop();
    const size_t count = halves(leaves_[top.leaf], parts);
    for (size_t i = 0; i < count; ++i) {
      const size_t at = i == 0 ? top.leaf : leaves_.size();
      if (i == 0)
        leaves_[at] = parts[0];
      else
        leaves_.push_back(parts[i]);
      if (can_divide(parts[i])) queue.push({mass_around(parts[i]), at});
    }
  }
}

template <class TooWide>
void Partition::divide_while(TooWide too_wide) {
  Leaf parts[3];
  for (size_t i = 0; i < leaves_.size(); ++i)
    while (can_divide(leaves_[i]) && too_wide(leaves_[i])) {
      const size_t count = halves(leaves_[i], parts);
      leaves_[i] = parts[0];
      leaves_.insert(leaves_.end(), parts + 1, parts + count);
    }
}

void Partition::divide_towards_ends() {
  if (ends_.zero) divide_while([&](const Leaf& leaf) { return ends_.too_wide(leaf.level, leaf.index); });
}

void Partition::refine_spans() {
  if (rule_.refinements.empty()) return;
  divide_while([&](const Leaf& leaf) {
    const double left = std::ldexp(static_cast<double>(leaf.index), leaf.level);
    for (const Refinement& f : rule_.refinements)
      if (leaf.level > f.level && left < f.high && left + std::ldexp(1.0, std::min(leaf.level, 1023)) > f.low)
        return true;
    return false;
  });
}

}  // namespace mix1d::sketch
