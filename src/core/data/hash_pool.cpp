// hash_pool.cpp: a table from value to weight for each slice of rows
#include "data/hash_pool.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "data/parallel.hpp"

namespace mix1d::data {

namespace {

uint64_t hash_of(uint64_t key) { return (key ^ (key >> 32)) * 0x9e3779b97f4a7c15u; }

// Whether the first rows show that there are more than `cap` distinct values: there are no fewer than
// different hashes, and to mark a hash in a bit takes far less than a table of the values.
bool shows_more_than(size_t cap, const ColumnReader& column, const ColumnReader* weights) {
  constexpr size_t BITS_A_VALUE = 16;  // so that few of the hashes fall together
  const size_t bits = std::bit_ceil(BITS_A_VALUE * cap), rows = std::min(column.n, cap + cap / 4);
  if (rows <= cap) return false;
  const int shift = 64 - std::countr_zero(bits);
  std::vector<uint64_t> marks(bits / 64);
  size_t distinct = 0;
  for (size_t at = 0; at < rows; at += kBlock) {
    for_each_row(column, weights, at, std::min(rows, at + kBlock), [&](size_t, double value, double weight) {
      const uint64_t hash = hash_of(sort_key(value + 0.0)) >> shift, bit = uint64_t(1) << (hash & 63);
      uint64_t& mark = marks[hash >> 6];
      const bool counts = std::fabs(value) <= std::numeric_limits<double>::max() && weight > 0.0;
      distinct += counts & !(mark & bit);
      mark |= counts ? bit : 0;
    });
    if (distinct > cap) return true;
    if (2 * distinct < at) return false;  // values repeat
  }
  return false;
}

// Open-addressing table from value to summed weight, for at most `cap` values; never more than half full.
class ValueTable {
 public:
  explicit ValueTable(size_t cap)
      : cap_(cap), shift_(64 - std::bit_width(2 * cap - 1)), slots_(size_t(1) << (64 - shift_)) {}

  // False when the value would be one too many.
  bool add(uint64_t key, double weight) {
    for (size_t at = hash_of(key) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[at];
      if (slot.key == key) {
        slot.weight += weight;
        return true;
      }
      if (slot.key == kEmpty) {
        if (used_ == cap_) return false;
        ++used_;
        slot = {key, weight};
        return true;
      }
    }
  }

  std::vector<Weighted> rows() const {
    std::vector<Weighted> out;
    out.reserve(used_);
    for (const Slot& slot : slots_)
      if (slot.key != kEmpty) out.push_back({slot.key, slot.weight});
    return out;
  }

 private:
  static constexpr uint64_t kEmpty = 0;  // the key of a NaN, which is never added
  struct Slot {
    uint64_t key = kEmpty;
    double weight = 0.0;
  };

  size_t cap_, used_ = 0;
  int shift_;
  std::vector<Slot> slots_;
};

}  // namespace

bool pool_by_hashing(const ColumnReader& column, const ColumnReader* weights, bool drop_missing, size_t cap,
                     unsigned threads, Pooled& out) {
  if (shows_more_than(cap, column, weights)) return false;
  size_t slice = weights ? std::max<size_t>(column.n, 1) : size_t(1) << 20;
  size_t n_slices = (column.n + slice - 1) / slice;
  std::vector<Census> censuses(n_slices);
  std::optional<ValueTable> all;
  std::mutex all_lock;
  std::atomic<bool> stop{false};

  for_each_slice(n_slices, threads, [&](size_t s) {
    if (stop) return;
    ValueTable table(cap);
    Census census;  // on the stack, where no other thread writes beside it
    size_t end = std::min(column.n, (s + 1) * slice);
    for (size_t at = s * slice; at < end && !stop.load(std::memory_order_relaxed); at += kBlock) {
      bool fits = true;
      for_each_row(column, weights, at, std::min(end, at + kBlock),
                   [&](size_t row, double value, double weight) {
                     if (census.keep(row, value, weight))
                       fits = fits && table.add(sort_key(value + 0.0), weight);
                   });
      if (!fits || census.n_infinite || census.n_bad_weight || (census.n_missing && !drop_missing))
        stop = true;
    }
    censuses[s] = census;
    if (stop) return;
    std::lock_guard<std::mutex> lock(all_lock);
    if (!all) {
      all = std::move(table);
      return;
    }
    for (const Weighted& row : table.rows())
      if (!all->add(row.key, row.weight)) stop = true;
  });

  for (const Census& census : censuses) out.census.append(census);
  if (stop || !out.census.usable(drop_missing)) return false;
  std::vector<Weighted> rows = all->rows();
  pool_rows(rows, out);
  return true;
}

}  // namespace mix1d::data
