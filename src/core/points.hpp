// points.hpp: a weighted sample as the passes want it, and the runner that cuts it into fixed slices
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include "kernels.hpp"

namespace mix1d {

constexpr size_t LANES = 8;
constexpr size_t BLOCK = 64;

// 64-byte aligned numbers, set to zero.
class Buffer {
 public:
  explicit Buffer(size_t size = 0) : size_(size) {
    if (size) {
      data_.reset(static_cast<double*>(::operator new(size * sizeof(double), std::align_val_t(64))));
      std::fill_n(data_.get(), size, 0.0);
    }
  }
  double* data() { return data_.get(); }
  const double* data() const { return data_.get(); }
  size_t size() const { return size_; }
  double& operator[](size_t i) { return data_[i]; }
  double operator[](size_t i) const { return data_[i]; }

 private:
  struct Free {
    void operator()(double* p) const { ::operator delete(p, std::align_val_t(64)); }
  };
  std::unique_ptr<double[], Free> data_;
  size_t size_ = 0;
};

// Raised when the caller's poll asks to stop; bindings turn it into the pending Python exception.
struct Interrupted {};

// Asked about every 50 ms on the calling thread whether to stop; `done` and `total` report the progress.
struct Poll {
  bool (*stop)(void* context, double done, double total) = nullptr;
  void* context = nullptr;
  double done = 0.0, total = 1.0;
  void operator()() const {
    if (stop && stop(context, done, total)) throw Interrupted();
  }
};

// Values sorted in ascending order with their weights, padded with zero weights to a multiple of eight.
struct Points {
  size_t n = 0;       // values
  size_t padded = 0;  // rounded up to a multiple of eight
  Buffer x, w, cumulative;  // cumulative[i]: weight of the first i values
  double total = 0.0;

  Points() = default;
  Points(const double* values, const double* weights, size_t count)
      : n(count), padded((count + LANES - 1) / LANES * LANES), x(padded), w(padded), cumulative(padded + 1) {
    std::copy_n(values, n, x.data());
    std::copy_n(weights, n, w.data());
    std::fill(x.data() + n, x.data() + padded, n ? values[n - 1] : 0.0);
    for (size_t i = 0; i < padded; ++i) cumulative[i + 1] = cumulative[i] + w[i];
    total = cumulative[padded];
  }
};

constexpr size_t SLICE = 8192;

inline double sum_lanes(const double* a) {
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

// Calls job(slice) for every slice on up to `threads` threads; poll runs on the calling thread.
template <class Job>
void for_slices(size_t slices, size_t threads, const Poll* poll, Job job) {
  threads = std::min(threads, slices);
  if (threads <= 1) {
    for (size_t s = 0; s < slices; ++s) {
      job(s);
      if (poll && s % 16 == 15) (*poll)();
    }
    return;
  }
  std::atomic<size_t> next{0};
  std::atomic<bool> stopped{false};
  auto work = [&](bool caller) {
    size_t count = 0;
    for (size_t s; !stopped && (s = next++) < slices;) {
      job(s);
      if (caller && poll && ++count % 16 == 0 && poll->stop && poll->stop(poll->context, poll->done, poll->total))
        stopped = true;
    }
  };
  std::vector<std::thread> helpers;
  for (size_t t = 1; t < threads; ++t) helpers.emplace_back(work, false);
  work(true);
  for (auto& helper : helpers) helper.join();
  if (stopped) throw Interrupted();
}

// Partial results (slices x width) added pairwise, in an order that depends on the number of slices only.
inline void add_pairwise(double* partial, size_t slices, size_t width) {
  for (size_t gap = 1; gap < slices; gap *= 2)
    for (size_t s = 0; s + gap < slices; s += 2 * gap)
      for (size_t i = 0; i < width; ++i) partial[s * width + i] += partial[(s + gap) * width + i];
}

// Runs an accumulating pass over all points: `pass(x, w, count, work, acc)` with `width` sums of eight lanes.
template <class Pass>
void run_pass(const Points& points, size_t width, size_t work_size, size_t threads, const Poll* poll, double* sums,
              Pass pass) {
  const size_t slices = (points.padded + SLICE - 1) / SLICE;
  if (slices <= 1) {
    thread_local std::vector<double> scratch;
    const size_t need = work_size + width * LANES + LANES;
    if (scratch.size() < need) scratch.resize(need);
    double* acc = scratch.data() + work_size;
    std::fill_n(acc, width * LANES, 0.0);
    pass(points.x.data(), points.w.data(), points.padded, scratch.data(), acc);
    for (size_t i = 0; i < width; ++i) sums[i] = sum_lanes(acc + i * LANES);
    return;
  }
  std::vector<double> partial(slices * width);
  for_slices(slices, threads, poll, [&](size_t s) {
    std::vector<double> work(work_size), acc(width * LANES);
    const size_t begin = s * SLICE, count = std::min(SLICE, points.padded - begin);
    pass(points.x.data() + begin, points.w.data() + begin, count, work.data(), acc.data());
    for (size_t i = 0; i < width; ++i) partial[s * width + i] = sum_lanes(acc.data() + i * LANES);
  });
  add_pairwise(partial.data(), slices, width);
  std::copy_n(partial.begin(), width, sums);
}

}  // namespace mix1d
