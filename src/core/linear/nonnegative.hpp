// nonnegative.hpp: maximises a concave quadratic over vectors without a negative entry
//
// The active-set method of Lawson and Hanson (1974, Solving Least Squares Problems, chapter 23) on the normal
// equations, begun from a feasible point. The matrix is a band: far entries of the vector do not interact.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace mix1d::linear {

// A symmetric matrix with zeros more than `width` away from the diagonal; the lower half is kept.
struct Band {
  size_t n = 0, width = 0;
  std::vector<double> entries;
  Band(size_t size, size_t reach) : n(size), width(reach), entries(size * (reach + 1), 0.0) {}
  double& at(size_t i, size_t j) {
    return entries[i * (width + 1) + (j + width - i)];
  }  // i - width <= j <= i
  double at(size_t i, size_t j) const { return entries[i * (width + 1) + (j + width - i)]; }
  size_t first(size_t i) const { return i > width ? i - width : 0; }
};

// A x
std::vector<double> times(const Band& a, const std::vector<double>& x);

// Raises b'y - y'A y / 2 from y >= 0, to its maximum over such y unless the steps run out first; `pause` is
// called before each.
void maximise_nonnegative(const Band& a, const std::vector<double>& b, std::vector<double>& y,
                          const std::function<void()>& pause);

}  // namespace mix1d::linear
