// grid.cpp: planned cells laid out as a table of pieces
#include "sketch/grid.hpp"

#include <utility>

namespace mix1d::sketch {

using namespace kernels;

Grid::Grid(const std::vector<Leaf>& planned, int level) : cells_(1) {  // cell 0 is for values outside
  std::vector<Leaf> kept;
  for (size_t i = 0; i < planned.size(); ++i) {
    const Leaf& cell = planned[i];
    const bool holds_next = i + 1 < planned.size() && planned[i + 1].level < cell.level &&
                            planned[i + 1].index >> shift(cell.level - planned[i + 1].level) == cell.index;
    if (holds_next) continue;
    planned_everywhere_.push_back(cell);
    if (!beyond(cell)) kept.push_back(cell);
  }
  planned_ = std::move(kept);
  if (planned_.empty()) {
    entries_.assign(2, NO_CELL);
    map_.root = {0.0, 0.0, 0.0, 0};
  } else {
    lay_out(level);
  }
  map_.entries = entries_.data() + 1;
  map_.nodes = nodes_.data();
}

bool Grid::beyond(const Leaf& cell) {
  return cell.level > 1000 || std::fabs(std::ldexp(static_cast<double>(cell.index), cell.level)) > 0x1p1000;
}

double Grid::left(size_t i) const {
  return std::ldexp(static_cast<double>(planned_[i].index), planned_[i].level);
}

Grid::Span Grid::span(size_t begin, size_t end) const {
  const Leaf &front = planned_[begin], &back = planned_[end - 1];
  int level = std::max(front.level, back.level);
  int64_t first = front.index >> shift(level - front.level), last = back.index >> shift(level - back.level);
  while (first != last && !(first == -1 && last == 0)) {
    ++level;
    first >>= 1;
    last >>= 1;
  }
  return {first, level, first == last ? 0 : 1};
}

Grid::Span Grid::divided(Span s, int bits) {
  bits = std::min(bits, s.level + s.bits - FINEST_LEVEL);
  const int finer = bits - s.bits;
  return {s.first << finer, s.level - finer, bits};
}

int Grid::finest(size_t begin, size_t end) const {
  int level = planned_[begin].level;
  for (size_t i = begin; i < end; ++i) level = std::min(level, planned_[i].level);
  return level;
}

int32_t Grid::new_cell(int level, int64_t index) {
  cells_.push_back({level, index, 0, 0});
  return static_cast<int32_t>(MOMENTS * (cells_.size() - 1));
}

void Grid::lay_out(int level) {
  constexpr int MOST_BITS = 16, FEWER = 12;
  const Span whole = span(0, planned_.size());
  const int wanted = std::max(whole.level + whole.bits - level, 0);
  const Span pieces = divided(whole, wanted <= MOST_BITS ? wanted : FEWER);
  const size_t count = size_t(1) << pieces.bits;
  map_.root = {pieces.low(), std::ldexp(1.0, -pieces.level), static_cast<double>(count), 0};
  entries_.assign(1 + count + 1, NO_CELL);
  enter(pieces, 0, 0, planned_.size());
}

double Grid::right(size_t i) const {
  return std::ldexp(static_cast<double>(planned_[i].index + 1), planned_[i].level);
}

void Grid::enter(const Span& pieces, size_t first, size_t begin, size_t end) {
  size_t i = begin;
  for (size_t p = 0; p < size_t(1) << pieces.bits && i < end; ++p) {
    const int64_t index = pieces.first + static_cast<int64_t>(p);
    const double from = std::ldexp(static_cast<double>(index), pieces.level),
                 stop = std::ldexp(static_cast<double>(index + 1), pieces.level);
    while (i < end && right(i) <= from) ++i;
    size_t last = i;
    while (last < end && left(last) < stop) ++last;
    if (last == i) continue;
    const int32_t entry = planned_[i].level >= pieces.level
                              ? new_cell(pieces.level, index)
                              : NO_CELL - 1 - static_cast<int32_t>(add_node(i, last));
    entries_[1 + first + p] = entry;
  }
}

size_t Grid::add_node(size_t begin, size_t end) {
  constexpr int FANOUT = 8;
  const Span whole = span(begin, end);
  const int needed = whole.level + whole.bits - finest(begin, end);
  const bool even = needed <= 20 && (size_t(1) << needed) <= 64 + 8 * (end - begin);
  const Span pieces = divided(whole, even ? needed : FANOUT);
  const size_t node = nodes_.size(), first = entries_.size() - 1, count = size_t(1) << pieces.bits;
  nodes_.push_back({pieces.low(), std::ldexp(1.0, -pieces.level), static_cast<double>(count),
                    static_cast<int32_t>(first)});
  entries_.resize(1 + first + count, NO_CELL);
  enter(pieces, first, begin, end);
  return node;
}

}  // namespace mix1d::sketch
