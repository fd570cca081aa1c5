// cholesky.cpp: row by row, as small systems want it
#include "linear/cholesky.hpp"

#include <cmath>

namespace mix1d::linear {

bool cholesky(std::vector<double>& a, size_t m) {
  for (size_t j = 0; j < m; ++j) {
    double d = a[j * m + j];
    const double scale = d;
    for (size_t i = 0; i < j; ++i) d -= a[j * m + i] * a[j * m + i];
    if (!(d > 1e-13 * std::fabs(scale)) || !(d > 0.0)) return false;
    const double root = std::sqrt(d);
    a[j * m + j] = root;
    for (size_t r = j + 1; r < m; ++r) {
      double s = a[r * m + j];
      for (size_t i = 0; i < j; ++i) s -= a[r * m + i] * a[j * m + i];
      a[r * m + j] = s / root;
    }
  }
  return true;
}

void cholesky_solve(const std::vector<double>& a, size_t m, std::vector<double>& b) {
  for (size_t j = 0; j < m; ++j) {
    double s = b[j];
    for (size_t i = 0; i < j; ++i) s -= a[j * m + i] * b[i];
    b[j] = s / a[j * m + j];
  }
  for (size_t j = m; j-- > 0;) {
    double s = b[j];
    for (size_t i = j + 1; i < m; ++i) s -= a[i * m + j] * b[i];
    b[j] = s / a[j * m + j];
  }
}

}  // namespace mix1d::linear
