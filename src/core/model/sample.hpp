// sample.hpp: a weighted sample, or the rows of a long column, and the passes over them in fixed slices
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <vector>

#include "data/column.hpp"
#include "data/parallel.hpp"
#include "kernels/kernels.hpp"

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
  size_t n = 0;             // values
  size_t padded = 0;        // rounded up to a multiple of eight
  Buffer x, w, cumulative;  // cumulative[i]: weight of the first i values
  Buffer distinct;          // where values stand for others: for how many distinct ones; else empty
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

// Partial results (slices x width) added pairwise, in an order that depends on the number of slices only.
inline void add_pairwise(double* partial, size_t slices, size_t width) {
  for (size_t gap = 1; gap < slices; gap *= 2)
    for (size_t s = 0; s + gap < slices; s += 2 * gap)
      for (size_t i = 0; i < width; ++i) partial[s * width + i] += partial[(s + gap) * width + i];
}

// Rows of a long column, read in their order and put into the data's own units on the way.
struct Rows {
  const ColumnReader* data = nullptr;
  const ColumnReader* weights = nullptr;          // or none: all one
  double outer = 1.0, centre = 0.0, inner = 1.0;  // y = (x * outer - centre) * inner

  // Rows begin .. begin + count - 1 into x and w, padded with weight 0 to a multiple of eight; returns that
  // length.
  size_t read(size_t begin, size_t count, double* x, double* w) const {
    const double* from = data->block(begin, count, x);
    for (size_t i = 0; i < count; ++i) x[i] = (from[i] * outer - centre) * inner;
    if (weights)
      weights->read(begin, count, w);
    else
      std::fill_n(w, count, 1.0);
    const size_t padded = (count + LANES - 1) / LANES * LANES;
    for (size_t i = count; i < padded; ++i) x[i] = 0.0, w[i] = 0.0;
    return padded;
  }
};

// An accumulating pass: `pass(x, w, count, work, acc)` adds to `width` sums of eight lanes. Slices are fixed,
// their results are added in a fixed order: the number of threads changes nothing.
template <class Pass>
void run_slices(size_t n, size_t width, size_t threads, const Poll* poll, double* sums, Pass pass) {
  const size_t slices = (n + SLICE - 1) / SLICE;
  std::vector<double> partial(std::max<size_t>(slices, 1) * width, 0.0);
  auto go_on = [&] { return !poll || !poll->stop || !poll->stop(poll->context, poll->done, poll->total); };
  const bool complete = for_each_slice(
      slices, threads,
      [&](size_t s) {
        std::vector<double> acc(width * LANES);
        pass(s * SLICE, std::min(SLICE, n - s * SLICE), acc.data());
        for (size_t i = 0; i < width; ++i) partial[s * width + i] = sum_lanes(acc.data() + i * LANES);
      },
      go_on);
  if (!complete) throw Interrupted();
  add_pairwise(partial.data(), slices, width);
  std::copy_n(partial.begin(), width, sums);
}

template <class Pass>
void run_pass(const Points& points, size_t width, size_t work_size, size_t threads, const Poll* poll,
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
void run_pass(const Rows& rows, size_t width, size_t work_size, size_t threads, const Poll* poll,
              double* sums, Pass pass) {
  run_slices(rows.data->n, width, threads, poll, sums, [&](size_t begin, size_t count, double* acc) {
    alignas(64) double x[kBlock], w[kBlock];
    std::vector<double> work(work_size);
    for (size_t done = 0; done < count; done += kBlock) {
      const size_t padded = rows.read(begin + done, std::min(kBlock, count - done), x, w);
      pass(x, w, padded, work.data(), acc);
    }
  });
}

}  // namespace mix1d
