// arrays.hpp: how NumPy arrays cross the border
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace mix1d::bind {

namespace nb = nanobind;

using In = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Out = nb::ndarray<nb::numpy, double, nb::c_contig>;

// A new array (rows,) or, with columns, (rows, columns), owned by Python.
inline Out make_array(size_t rows, size_t columns = 0) {
  if (columns && rows > std::numeric_limits<size_t>::max() / sizeof(double) / columns) throw std::bad_alloc();
  size_t count = columns ? rows * columns : rows;
  double* data = new double[count ? count : 1];
  nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<double*>(p); });
  size_t shape[2] = {rows, columns};
  return Out(data, columns ? 2 : 1, shape, owner);
}

inline Out copy_out(const double* data, size_t rows, size_t columns = 0) {
  Out out = make_array(rows, columns);
  std::copy_n(data, columns ? rows * columns : rows, out.data());
  return out;
}

inline Out copy_out(const std::vector<double>& values) { return copy_out(values.data(), values.size()); }

}  // namespace mix1d::bind
