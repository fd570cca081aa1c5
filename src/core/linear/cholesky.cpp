// cholesky.cpp: column by column, as small systems want it
#include "linear/cholesky.hpp"

#include <cmath>

namespace mix1d::linear {

size_t factor_rows(double* a, size_t m, size_t rows) {
  for (size_t j = 0; j < m; ++j) {
    double* const own = a + j * m;
    double d = own[j];
    const double scale = d;
    for (size_t i = 0; i < j; ++i) d -= own[i] * own[i];
    if (!(d > 1e-13 * std::fabs(scale)) || !(d > 0.0)) {
      own[j] = d;
      return j;
    }
    const double root = std::sqrt(d);
    own[j] = root;
    // two rows at a time: the differences of each wait for one another
    double* row = own + m;
    size_t r = j + 1;
    for (; r + 1 < rows; r += 2, row += 2 * m) {
      double *below = row + m, s = row[j], t = below[j];
      for (size_t i = 0; i < j; ++i) {
        const double by = own[i];
        s -= row[i] * by;
        t -= below[i] * by;
      }
      row[j] = s / root;
      below[j] = t / root;
    }
    if (r == rows) continue;
    double s = row[j];
    for (size_t i = 0; i < j; ++i) s -= row[i] * own[i];
    row[j] = s / root;
  }
  return m;
}

void solve_transposed(const double* a, size_t m, double* b) {
  for (size_t j = m; j-- > 0;) {
    double s = b[j];
    const double* below = a + (j + 1) * m + j;
    for (size_t i = j + 1; i < m; ++i, below += m) s -= *below * b[i];
    b[j] = s / a[j * m + j];
  }
}

double negative_curvature(const double* a, size_t m, size_t at, double* work) {
  // L y = the row of the pivot; (-L^-T y, 1) has the quadratic form of the pivot
  const double* const own = a + at * m;
  double norm = 1.0;
  for (size_t j = at; j-- > 0;) {
    double s = own[j];
    const double* below = a + (j + 1) * m + j;
    for (size_t i = j + 1; i < at; ++i, below += m) s -= *below * work[i];
    work[j] = s / a[j * m + j];
    norm += work[j] * work[j];
  }
  return own[at] / norm;
}

bool cholesky(std::vector<double>& matrix, size_t m) { return factor_rows(matrix.data(), m, m) == m; }

void cholesky_solve(const std::vector<double>& factor, size_t m, std::vector<double>& right) {
  double* const b = right.data();
  for (size_t j = 0; j < m; ++j) {
    const double* row = factor.data() + j * m;
    double s = b[j];
    for (size_t i = 0; i < j; ++i) s -= row[i] * b[i];
    b[j] = s / row[j];
  }
  solve_transposed(factor.data(), m, b);
}

}  // namespace mix1d::linear
