// reading.cpp: a sample of the rows, the cells planned from it, and the rows in them
#include "sketch/reading.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>

#include "data/buffer.hpp"
#include "data/hash_pool.hpp"
#include "data/parallel.hpp"
#include "kernels/kernels.hpp"
#include "sketch/grid.hpp"
#include "sketch/strays.hpp"

namespace mix1d::sketch {

using namespace kernels;
using namespace data;

namespace {

// Values that repeat so often that they stay apart from their neighbours.
class Ties {
 public:
  // From a sorted sample.
  explicit Ties(const std::vector<double>& sample) {
    constexpr size_t OFTEN = 64, MOST = 1024;
    std::vector<uint64_t> keys;
    for (size_t i = 0; i < sample.size() && keys.size() < MOST;) {
      size_t end = i + 1;
      while (end < sample.size() && sample[end] == sample[i]) ++end;
      if (end - i >= OFTEN) keys.push_back(sort_key(sample[i]));
      i = end;
    }
    if (keys.empty()) return;
    slots_.assign(std::bit_ceil(4 * keys.size()), {});
    for (uint64_t key : keys) *find(key) = {key, 0.0};
  }

  bool any() const { return !slots_.empty(); }

  // Whether x is one of them; its weight is then counted here.
  bool take(double x, double w) {
    const uint64_t key = sort_key(x + 0.0);
    Weighted* slot = find(key);
    if (slot->key != key || key == 0) return false;
    slot->weight += w;
    return true;
  }

  void hand_over(SketchState& out) const {
    std::vector<Weighted> rows;
    for (const Weighted& slot : slots_)
      if (slot.weight > 0.0) rows.push_back(slot);
    std::sort(rows.begin(), rows.end(), [](const Weighted& a, const Weighted& b) { return a.key < b.key; });
    SketchState found;
    for (const Weighted& row : rows) {
      found.values.push_back(from_sort_key(row.key));
      found.weights.push_back(row.weight);
    }
    merge_values(found, out);
  }

 private:
  Weighted* find(uint64_t key) {
    const size_t mask = slots_.size() - 1;
    size_t at = ((key ^ (key >> 32)) * 0x9e3779b97f4a7c15u >> 32) & mask;
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & mask;
    return &slots_[at];
  }
  std::vector<Weighted> slots_;  // key 0 is that of a NaN: a free slot
};

// Evenly spaced rows of positive weight, sorted, with the weight that they stand for.
struct Sample {
  std::vector<double> values, weights;
};

// Nothing where one of them cannot be taken as it is.
std::optional<Sample> sample_of(const ColumnReader& data, const ColumnReader* weights) {
  constexpr size_t ROWS = 16384;
  const size_t count = std::min(ROWS, data.n);
  const double each = static_cast<double>(data.n) / static_cast<double>(count);
  std::vector<uint64_t> keys;
  std::vector<Weighted> rows;
  for (size_t i = 0; i < count; ++i) {
    const size_t row = static_cast<size_t>((static_cast<double>(i) + 0.5) * each);
    double x, w = 1.0;
    data.read(row, 1, &x);
    if (weights) weights->read(row, 1, &w);
    Census judged;
    const bool kept = judged.keep(row, x, w);
    if (!kept && judged.n_zero_weight == 0) return std::nullopt;
    if (kept && weights) rows.push_back({sort_key(x + 0.0), w * each});
    if (kept && !weights) keys.push_back(sort_key(x + 0.0));
  }
  sort_rows(rows);
  sort_rows(keys);
  Sample sample;
  for (uint64_t key : keys) sample.values.push_back(from_sort_key(key)), sample.weights.push_back(each);
  for (const Weighted& row : rows)
    sample.values.push_back(from_sort_key(row.key)), sample.weights.push_back(row.weight);
  return sample;
}

// The cells into which a column goes, from a sample of it and from what the sketch holds already.
struct Plan {
  int level;  // of most of them
  std::vector<Leaf> leaves;
  Ends ends;

  Plan(const Sample& sample, const SketchState& state, const std::vector<Refinement>& refinements) {
    constexpr size_t ROWS_A_CELL = 8;  // of the sample: with fewer, most values would find no cell
    constexpr double SHARES = 12.0;    // cells with more weight around them are divided further
    std::vector<Item> items;
    for (const Cell& cell : state.cells) {
      if (cell.values == 0) items.push_back({cell.left(), cell.level, cell.mass(), &cell});
      for (size_t i = 0; i < cell.values; ++i)
        items.push_back({cell.numbers[2 * i], Item::VALUE, cell.numbers[2 * i + 1], nullptr});
    }
    double total = 0.0;
    for (size_t i = 0; i < sample.values.size(); ++i) {
      items.push_back({sample.values[i], Item::VALUE, sample.weights[i], nullptr});
      total += sample.weights[i];
    }
    if (!state.cells.empty()) std::stable_sort(items.begin(), items.end());
    size_t kept = 0, distinct = 0;
    for (const Item& item : items) {
      const bool again = kept > 0 && !item.cell && !items[kept - 1].cell && items[kept - 1].left == item.left;
      if (again)
        items[kept - 1].mass += item.mass;
      else
        items[kept++] = item, distinct += !item.cell;
    }
    items.resize(kept);
    Partition::Rule rule;
    rule.keep_few = false;
    rule.uniform =
        std::max<size_t>(state.cells.empty() ? 16 : MOST_CELLS, std::min(MOST_CELLS, distinct / ROWS_A_CELL));
    rule.most = 2 * MOST_CELLS;
    rule.least_mass = total / SHARES;
    rule.refinements = refinements;
    const Partition partition(items, rule);
    level = partition.uniform_level();
    leaves = partition.leaves();
    ends = partition.ends();
  }
};

// One of the fixed parts of a column, with the cells that its values fill and what its rows are seen to be.
struct Part {
  Part(const Grid& grid, const Ends& ends, const Ties& known)
      : table(MOMENTS * grid.cells()), strays(grid.planned(), ends), ties(known) {}
  Buffer table;
  Strays strays;
  Ties ties;
  Scan seen;
  CompensatedSum total;

  // False where a row is missing or infinite, or has a weight that is no weight.
  bool add(const Grid& grid, const ColumnReader& data, const ColumnReader* weights, size_t begin,
           size_t end) {
    alignas(64) double x[kBlock], w[kBlock];
    uint32_t outside[kBlock];
    for (size_t at = begin; at < end; at += kBlock) {
      const size_t size = std::min(kBlock, end - at);
      size_t count = size;
      const double* values = data.block(at, count, x);
      if (weights) weights->read(at, count, w);
      Scan tied;
      bool full = true;  // every tie has a positive and finite weight
      if (ties.any()) {
        count = 0;
        for (size_t i = 0; i < size; ++i) {
          const double value = values[i], weight = weights ? w[i] : 1.0;
          if (ties.take(value, weight)) {
            full = full && weight > 0.0 && std::isfinite(weight);
            tied.minimum = std::min(tied.minimum, value);
            tied.maximum = std::max(tied.maximum, value);
            tied.total_weight += weight;
            continue;
          }
          x[count] = value;
          w[count++] = weight;
        }
        values = x;
      }
      RowRange range;
      const size_t left = loops().add_cell_moments(grid.map(), values, weights ? w : nullptr, count,
                                                   table.data(), outside, &range);
      full = full && range.full;
      for (size_t i = 0; i < left; ++i) full = full && std::isfinite(values[outside[i]]);
      if (full)
        see(range, tied, weights != nullptr, size);
      else if (!see_each(data, weights, at, size))
        return false;
      for (size_t i = 0; i < left; ++i) {
        const double weight = weights ? w[outside[i]] : 1.0;
        if (weight > 0.0) strays.add(values[outside[i]] + 0.0, weight);
      }
    }
    return true;
  }

 private:
  // Rows that all count.
  void see(const RowRange& range, const Scan& tied, bool weighted, size_t count) {
    seen.minimum = std::min({seen.minimum, range.minimum, tied.minimum});
    seen.maximum = std::max({seen.maximum, range.maximum, tied.maximum});
    seen.census.n_obs += count;
    if (!weighted) return;
    for (double lane : range.weight) total.add(lane);
    total.add(tied.total_weight);
  }

  // Any rows; false where one cannot be taken as it is.
  bool see_each(const ColumnReader& data, const ColumnReader* weights, size_t row, size_t count) {
    Census& census = seen.census;
    for_each_row(data, weights, row, row + count, [&](size_t i, double x, double w) {
      if (!census.keep(i, x, w)) return;
      seen.minimum = std::min(seen.minimum, x);
      seen.maximum = std::max(seen.maximum, x);
      if (weights) total.add(w);
    });
    return census.n_missing + census.n_infinite + census.n_bad_weight == 0;
  }
};

// What the rows of all parts are.
Scan joined(const std::vector<std::unique_ptr<Part>>& parts, bool weighted) {
  Scan all;
  CompensatedSum total;
  for (const auto& part : parts) {
    all.census.append(part->seen.census);
    all.minimum = std::min(all.minimum, part->seen.minimum);
    all.maximum = std::max(all.maximum, part->seen.maximum);
    total.add(part->total.value());
  }
  all.total_weight = weighted ? total.value() : static_cast<double>(all.census.n_obs);
  return all;
}

}  // namespace

std::optional<Scan> add_column(SketchState& state, const ColumnReader& data, const ColumnReader* weights,
                               size_t threads, Poll* poll, const std::vector<Refinement>& refinements) {
  if (state.cells.empty() || data.n <= MOST_VALUES) {
    Pooled pooled;
    if (pool_by_hashing(data, weights, false, MOST_VALUES, static_cast<unsigned>(threads), pooled)) {
      const Scan seen{pooled.census, pooled.values.front(), pooled.values.back(), pooled.total_weight};
      SketchState found;
      found.values = std::move(pooled.values);
      found.weights = std::move(pooled.weights);
      merge(found, state);
      return seen;
    }
  }
  constexpr size_t PARTS = 16, ROUND = size_t(1) << 20;  // rows of a part between two looks at the clock
  const std::optional<Sample> sample = sample_of(data, weights);
  if (!sample) return std::nullopt;
  const Plan plan(*sample, state, refinements);
  const Grid grid(plan.leaves, plan.level);
  const Ties ties(sample->values);
  const size_t parts = std::clamp<size_t>(data.n / 65536, 1, PARTS);
  std::vector<std::unique_ptr<Part>> filled(parts);
  const size_t length = (data.n + parts - 1) / parts;
  std::atomic<bool> sound{true};
  auto go_on = [&] { return !poll || !poll->stop || !poll->stop(poll->context, poll->done, poll->total); };
  for (size_t round = 0; round < length; round += ROUND) {
    const bool complete = for_each_slice(
        parts, threads,
        [&](size_t p) {
          if (!filled[p]) filled[p] = std::make_unique<Part>(grid, plan.ends, ties);
          const size_t begin = p * length + round;
          const size_t end = std::min({begin + ROUND, (p + 1) * length, data.n});
          if (begin < end && sound && !filled[p]->add(grid, data, weights, begin, end)) sound = false;
        },
        go_on);
    if (!complete) throw Interrupted();
    if (!sound) return std::nullopt;
  }
  const Scan seen = joined(filled, weights != nullptr);
  if (seen.census.n_obs == 0) return seen;
  Buffer& table = filled[0]->table;
  for (size_t gap = 1; gap < parts; gap *= 2)
    for (size_t p = 0; p + gap < parts; p += 2 * gap) {
      double* into = filled[p]->table.data();
      const double* from = filled[p + gap]->table.data();
      for (size_t i = 0, size = table.size(); i < size; ++i) into[i] += from[i];
    }
  std::vector<Cell> cells = std::move(state.cells);
  for (size_t slot = 1; slot < grid.cells(); ++slot) {
    const double* moments = table.data() + 8 * slot;
    if (!(moments[0] > 0.0)) continue;
    Cell cell;
    cell.level = grid.cell(slot).level;
    cell.index = grid.cell(slot).index;
    std::copy_n(moments, MOMENTS, cell.numbers);
    cells.push_back(cell);
  }
  for (const auto& part : filled) {
    part->strays.hand_over(cells);
    part->ties.hand_over(state);
  }
  state.cells = gathered(state.values, state.weights, cells, refinements);
  state.values.clear();
  state.weights.clear();
  return seen;
}

}  // namespace mix1d::sketch
