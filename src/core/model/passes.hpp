// passes.hpp: passes over a sample in fixed slices, whose sums do not depend on the number of threads
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "data/parallel.hpp"
#include "data/poll.hpp"
#include "model/sample.hpp"

namespace mix1d::model {

constexpr size_t SLICE = 8192;

inline double sum_lanes(const double* a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

// Partial results (slices x width) added pairwise, in an order that depends on the number of slices only.
inline void add_pairwise(double* partial, size_t slices, size_t width) {
  for (size_t gap = 1; gap < slices; gap *= 2)
    for (size_t s = 0; s + gap < slices; s += 2 * gap)
      for (size_t i = 0; i < width; ++i) partial[s * width + i] += partial[(s + gap) * width + i];
}

// An accumulating pass: `pass(x, w, count, work, acc)` adds to `width` sums of eight lanes. Slices are fixed,
// their results are added in a fixed order: the number of threads changes nothing.
template <class Pass>
void run_slices(size_t n, size_t width, size_t threads, const data::Poll* poll, double* sums, Pass pass) {
  const size_t slices = (n + SLICE - 1) / SLICE;
  std::vector<double> partial(std::max<size_t>(slices, 1) * width, 0.0);
  auto go_on = [&] { return !poll || !poll->stop || !poll->stop(poll->context, poll->done, poll->total); };
  const bool complete = data::for_each_slice(
      slices, threads,
      [&](size_t s) {
        std::vector<double> acc(width * LANES);
        pass(s * SLICE, std::min(SLICE, n - s * SLICE), acc.data());
        for (size_t i = 0; i < width; ++i) partial[s * width + i] = sum_lanes(acc.data() + i * LANES);
      },
      go_on);
  if (!complete) throw data::Interrupted();
  add_pairwise(partial.data(), slices, width);
  std::copy_n(partial.begin(), width, sums);
}

template <class Pass>
void run_pass(const Points& points, size_t width, size_t work_size, size_t threads, const data::Poll* poll,
              double* sums, Pass pass) {
  if (points.padded <= SLICE) {
    // not thread_local, which ends the process where memory is short
    constexpr size_t USUAL = 4096;
    alignas(64) double usual[USUAL];
    const size_t need = work_size + width * LANES;
    std::vector<double> larger(need > USUAL ? need : 0);
    double* scratch = need > USUAL ? larger.data() : usual;
    double* acc = scratch + work_size;
    std::fill_n(acc, width * LANES, 0.0);
    pass(points.x.data(), points.w.data(), points.padded, scratch, acc);
    for (size_t i = 0; i < width; ++i) sums[i] = sum_lanes(acc + i * LANES);
    return;
  }
  run_slices(points.padded, width, threads, poll, sums, [&](size_t begin, size_t count, double* acc) {
    std::vector<double> work(work_size);
    pass(points.x.data() + begin, points.w.data() + begin, count, work.data(), acc);
  });
}

template <class Pass>
void run_pass(const Rows& rows, size_t width, size_t work_size, size_t threads, const data::Poll* poll,
              double* sums, Pass pass) {
  run_slices(rows.data->n, width, threads, poll, sums, [&](size_t begin, size_t count, double* acc) {
    alignas(64) double x[data::kBlock], w[data::kBlock];
    std::vector<double> work(work_size);
    for (size_t done = 0; done < count; done += data::kBlock) {
      const size_t padded = rows.read(begin + done, std::min(data::kBlock, count - done), x, w);
      pass(x, w, padded, work.data(), acc);
    }
  });
}

}  // namespace mix1d::model
