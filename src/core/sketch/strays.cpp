// strays.cpp: cells made as values come, and gathered when they are many
#include "sketch/strays.hpp"

#include <algorithm>
#include <cmath>

namespace mix1d::sketch {

Strays::Strays(const std::vector<Leaf>& planned, const Ends& ends) : planned_(&planned), ends_(ends) {
  for (const Leaf& leaf : planned) left_.push_back(std::ldexp(static_cast<double>(leaf.index), leaf.level));
}

void Strays::add(double x, double w) {
  const int level = std::max(ends_.level_at(x, level_at(x)), finest_level_at(x));
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

void Strays::hand_over(std::vector<Cell>& out) {
  out.insert(out.end(), settled_.begin(), settled_.end());
  out.insert(out.end(), cells_.begin(), cells_.end());
}

int Strays::level_at(double x) const {
  constexpr int EIGHTH = 3;
  size_t next = 0;  // the first that begins beyond x, by steps whose way is no branch: it cannot be foretold
  for (size_t size = left_.size(); size > 0;) {
    const size_t half = size / 2;
    const bool beyond = left_[next + half] > x;
    next = beyond ? next : next + half + 1;
    size = beyond ? half : size - half - 1;
  }
  int level = COARSEST_LEVEL;
  auto look = [&](const Leaf& leaf, double distance) {
    const int graded = distance > 0.0 ? std::ilogb(distance) - EIGHTH : leaf.level;
    level = std::min(level, std::max(leaf.level, graded));
  };
  if (next < planned_->size()) look((*planned_)[next], left_[next] - x);
  if (next > 0) {
    const Leaf& before = (*planned_)[next - 1];
    look(before, x - std::ldexp(static_cast<double>(before.index + 1), before.level));
  }
  return level;
}

}  // namespace mix1d::sketch
