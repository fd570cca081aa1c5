// pool.cpp: rows sorted by their bits, then added up
#include "data/pool.hpp"

namespace mix1d::data {

namespace {

uint64_t key_of(uint64_t key) { return key; }
inline uint64_t key_of(const Weighted& row) { return row.key; }

// Sorts by key, stably: eight passes over bytes, those skipped in which all keys agree.
template <class T>
void radix_sort(std::vector<T>& rows) {
  std::vector<uint32_t> counts(8 * 256);
  for (const T& row : rows)
    for (int byte = 0; byte < 8; ++byte) ++counts[byte * 256 + (key_of(row) >> (8 * byte) & 255)];
  std::vector<T> other(rows.size());
  for (int byte = 0; byte < 8; ++byte) {
    uint32_t* count = counts.data() + byte * 256;
    if (count[key_of(rows[0]) >> (8 * byte) & 255] == rows.size()) continue;
    uint32_t start = 0;
    for (int digit = 0; digit < 256; ++digit) {
      uint32_t here = count[digit];
      count[digit] = start;
      start += here;
    }
    for (const T& row : rows) other[count[key_of(row) >> (8 * byte) & 255]++] = row;
    rows.swap(other);
  }
}

// Below this many rows a comparison sort is faster.
constexpr size_t kRadixMin = 700;

double weight_of(uint64_t) { return 1.0; }
inline double weight_of(const Weighted& row) { return row.weight; }

template <class T>
void pool_sorted(std::vector<T>& rows, Pooled& out) {
  sort_rows(rows);
  out.values.reserve(rows.size());
  out.weights.reserve(rows.size());
  CompensatedSum total;
  for (size_t i = 0; i < rows.size();) {
    uint64_t key = key_of(rows[i]);
    double weight = weight_of(rows[i]);
    for (++i; i < rows.size() && key_of(rows[i]) == key; ++i) weight += weight_of(rows[i]);
    out.values.push_back(from_sort_key(key));
    out.weights.push_back(weight);
    total.add(weight);
  }
  out.total_weight = total.value();
}

}  // namespace

void sort_rows(std::vector<Weighted>& rows) {
  auto by_weight = [](const Weighted& a, const Weighted& b) { return a.weight < b.weight; };
  if (rows.size() < kRadixMin) {
    std::sort(rows.begin(), rows.end(), [&](const Weighted& a, const Weighted& b) {
      return a.key < b.key || (a.key == b.key && by_weight(a, b));
    });
    return;
  }
  radix_sort(rows);
  for (auto begin = rows.begin(); begin != rows.end();) {
    auto end = begin + 1;
    while (end != rows.end() && end->key == begin->key) ++end;
    if (end - begin > 1) std::sort(begin, end, by_weight);
    begin = end;
  }
}

void sort_rows(std::vector<uint64_t>& keys) {
  if (keys.size() < kRadixMin)
    std::sort(keys.begin(), keys.end());
  else
    radix_sort(keys);
}

void pool_rows(std::vector<Weighted>& rows, Pooled& out) { pool_sorted(rows, out); }
void pool_rows(std::vector<uint64_t>& keys, Pooled& out) { pool_sorted(keys, out); }

Pooled pool_by_sorting(const ColumnReader& column, const ColumnReader* weights, bool drop_missing) {
  Pooled out;
  out.rows.reserve(column.n);
  if (weights) {
    std::vector<Weighted> rows;
    rows.reserve(column.n);
    for_each_row(column, weights, 0, column.n, [&](size_t row, double value, double weight) {
      if (!out.census.keep(row, value, weight)) return;
      value += 0.0;  // -0.0 and 0.0 are one value
      out.rows.push_back(value);
      rows.push_back({sort_key(value), weight});
    });
    if (out.census.usable(drop_missing)) pool_rows(rows, out);
  } else {
    std::vector<uint64_t> keys;
    keys.reserve(column.n);
    for_each_row(column, nullptr, 0, column.n, [&](size_t row, double value, double) {
      if (!out.census.keep(row, value, 1.0)) return;
      value += 0.0;
      out.rows.push_back(value);
      keys.push_back(sort_key(value));
    });
    if (out.census.usable(drop_missing)) pool_rows(keys, out);
  }
  return out;
}

}  // namespace mix1d::data
