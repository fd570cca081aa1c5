// buffer.hpp: numbers that start on a cache line
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace mix1d::data {

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

}  // namespace mix1d::data
