// cholesky.cpp: column by column, as small systems want it
#include "linear/cholesky.hpp"

#include <cmath>

namespace mix1d::linear {

bool cholesky(std::vector<double>& matrix, size_t m) {
  double* const a = matrix.data();
  for (size_t j = 0; j < m; ++j) {
    double* const own = a + j * m;
    double d = own[j];
    const double scale = d;
    for (size_t i = 0; i < j; ++i) d -= own[i] * own[i];
    if (!(d > 1e-13 * std::fabs(scale)) || !(d > 0.0)) return false;
    const double root = std::sqrt(d);
    own[j] = root;
    // two rows at a time: the differences of each wait for one another
    double* row = own + m;
    size_t r = j + 1;
    for (; r + 1 < m; r += 2, row += 2 * m) {
      double *below = row + m, s = row[j], t = below[j];
      for (size_t i = 0; i < j; ++i) {
        const double by = own[i];
        s -= row[i] * by;
        t -= below[i] * by;
      }
      row[j] = s / root;
      below[j] = t / root;
    }
    if (r == m) continue;
    double s = row[j];
    for (size_t i = 0; i < j; ++i) s -= row[i] * own[i];
    row[j] = s / root;
  }
  return true;
}

void cholesky_solve(const std::vector<double>& factor, size_t m, std::vector<double>& right) {
  const double* const a = factor.data();
  double* const b = right.data();
  for (size_t j = 0; j < m; ++j) {
    const double* row = a + j * m;
    double s = b[j];
    for (size_t i = 0; i < j; ++i) s -= row[i] * b[i];
    b[j] = s / row[j];
  }
  for (size_t j = m; j-- > 0;) {
    double s = b[j];
    const double* below = a + (j + 1) * m + j;
    for (size_t i = j + 1; i < m; ++i, below += m) s -= *below * b[i];
    b[j] = s / a[j * m + j];
  }
}

}  // namespace mix1d::linear
