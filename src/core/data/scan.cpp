// scan.cpp: blocks in which every row counts go through in lanes, others row by row
#include "data/scan.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "data/parallel.hpp"

namespace mix1d::data {

namespace {

typedef double Pair __attribute__((vector_size(16)));  // the widest that every processor has

// A block in which every row counts; false, and nothing changed, when one does not.
// Eight independent lanes let the processor work on several; their sums are joined in a fixed order.
bool scan_clean_block(const double* value, const double* weight, size_t count, Scan& scan,
                      CompensatedSum& total) {
  constexpr size_t kLanes = 8, kPairs = kLanes / 2;
  constexpr double kMax = std::numeric_limits<double>::max();
  double sum[kLanes] = {};
  bool good = true;
  Pair low[kPairs], high[kPairs], bad[kPairs] = {};
  std::fill(low, low + kPairs, Pair{} + scan.minimum);
  std::fill(high, high + kPairs, Pair{} + scan.maximum);
  for (size_t i = 0; i < count; i += kLanes) {
    for (size_t j = 0; j < kPairs; ++j) {
      Pair v;
      std::memcpy(&v, value + i + 2 * j, sizeof v);
      low[j] = v < low[j] ? v : low[j];
      high[j] = v > high[j] ? v : high[j];
      bad[j] += v * 0.0;  // NaN from then on if v is infinite or NaN
    }
  }
  if (weight) {
    for (size_t i = 0; i < count; i += kLanes) {
      for (size_t j = 0; j < kLanes; ++j) {
        double w = weight[i + j];
        sum[j] += w;
        good = good & (w > 0.0) & (w <= kMax);
      }
    }
  }
  double least = scan.minimum, most = scan.maximum;
  for (size_t j = 0; j < kPairs; ++j)
    for (size_t half = 0; half < 2; ++half) {
      good = good && bad[j][half] == 0.0;
      least = std::min(least, low[j][half]);
      most = std::max(most, high[j][half]);
    }
  if (!good) return false;
  scan.minimum = least;
  scan.maximum = most;
  scan.census.n_obs += count;
  if (weight)
    for (double part : sum) total.add(part);
  return true;
}

Scan scan_slice(const ColumnReader& column, const ColumnReader* weights, size_t begin, size_t end) {
  Scan scan;
  CompensatedSum total;
  double value_buffer[kBlock], weight_buffer[kBlock];
  for (size_t at = begin; at < end; at += kBlock) {
    size_t count = std::min(kBlock, end - at);
    const double* value = column.block(at, count, value_buffer);
    const double* weight = weights ? weights->block(at, count, weight_buffer) : nullptr;
    if (count % 8 == 0 && scan_clean_block(value, weight, count, scan, total)) continue;
    for_each_row(column, weights, at, at + count, [&](size_t row, double value, double weight) {
      if (!scan.census.keep(row, value, weight)) return;
      scan.minimum = std::min(scan.minimum, value);
      scan.maximum = std::max(scan.maximum, value);
      total.add(weight);
    });
  }
  scan.total_weight = weights ? total.value() : double(scan.census.n_obs);
  return scan;
}

}  // namespace

Scan scan_column(const ColumnReader& column, const ColumnReader* weights, unsigned threads) {
  constexpr size_t kSlice = size_t(1) << 18;
  size_t n_slices = (column.n + kSlice - 1) / kSlice;
  std::vector<Scan> parts(n_slices);
  for_each_slice(n_slices, threads, [&](size_t s) {
    parts[s] = scan_slice(column, weights, s * kSlice, std::min(column.n, (s + 1) * kSlice));
  });
  Scan all;
  CompensatedSum total;
  for (const Scan& part : parts) {
    all.census.append(part.census);
    all.minimum = std::min(all.minimum, part.minimum);
    all.maximum = std::max(all.maximum, part.maximum);
    total.add(part.total_weight);
  }
  all.total_weight = total.value();
  return all;
}

}  // namespace mix1d::data
