// hash_pool.cpp: a table from value to weight for each slice of rows
#include "data/hash_pool.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "data/parallel.hpp"

namespace mix1d::data {

namespace {

// Open-addressing table from value to summed weight, for at most `cap` values; never more than half full.
class ValueTable {
 public:
  explicit ValueTable(size_t cap)
      : cap_(cap), shift_(64 - std::bit_width(2 * cap - 1)), slots_(size_t(1) << (64 - shift_)) {}

  // False when the value would be one too many.
  bool add(uint64_t key, double weight) {
    uint64_t hash = (key ^ (key >> 32)) * 0x9e3779b97f4a7c15u;
    for (size_t at = hash >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
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
