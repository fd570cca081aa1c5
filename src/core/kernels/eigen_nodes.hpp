// eigen_nodes.hpp: the eigenvalues of eight small symmetric matrices at once, by Jacobi rotations
#pragma once

#include "kernels/kernels.hpp"
#include "simd/vec.hpp"

namespace {

using mix1d::kernels::MOST_NODES;

// diagonal[i][lane] and beside[i][lane], between i and i + 1, of tridiagonal matrices; smaller ones are
// padded with zeros, which no rotation touches. Lanes that have converged are turned by nothing while others
// go on.
void eigen_nodes(const double* diagonal, const double* beside, double* values, double* shares) {
  constexpr int MOST_SWEEPS = 30;
  const Vec zero = splat(0.0), one = splat(1.0);
  Vec a[MOST_NODES][MOST_NODES], first[MOST_NODES];  // of the eigenvectors only the first row is wanted
  for (size_t i = 0; i < MOST_NODES; ++i) {
    for (size_t j = 0; j < MOST_NODES; ++j) a[i][j] = zero;
    first[i] = i == 0 ? one : zero;
  }
  for (size_t i = 0; i < MOST_NODES; ++i) {
    a[i][i] = load(diagonal + i * LANES);
    if (i + 1 < MOST_NODES) a[i][i + 1] = a[i + 1][i] = load(beside + i * LANES);
  }
  for (int sweep = 0; sweep < MOST_SWEEPS; ++sweep) {
    Vec off = zero, on = zero;
    for (size_t i = 0; i < MOST_NODES; ++i) {
      on = on + a[i][i] * a[i][i];
      for (size_t j = i + 1; j < MOST_NODES; ++j) off = off + a[i][j] * a[i][j];
    }
    const Vec active = where_less(on * 1e-34, off, one, zero);
    if (!any_less(zero, active)) break;
    for (size_t p = 0; p < MOST_NODES; ++p)
      for (size_t q = p + 1; q < MOST_NODES; ++q) {
        const Vec turned = where_less(zero, absolute(a[p][q]), active, zero);
        const Vec theta = (a[q][q] - a[p][p]) / (a[p][q] * 2.0);
        const Vec t =
            where_less(theta, zero, splat(-1.0), one) / (absolute(theta) + square_root(theta * theta + 1.0));
        const Vec cosine = one / square_root(t * t + 1.0), sine = t * cosine;
        const Vec c = pick(turned, cosine, one), s = pick(turned, sine, zero);
        for (size_t r = 0; r < MOST_NODES; ++r) {
          const Vec x = a[r][p], y = a[r][q];
          a[r][p] = c * x - s * y;
          a[r][q] = s * x + c * y;
        }
        for (size_t r = 0; r < MOST_NODES; ++r) {
          const Vec x = a[p][r], y = a[q][r];
          a[p][r] = c * x - s * y;
          a[q][r] = s * x + c * y;
        }
        const Vec x = first[p], y = first[q];
        first[p] = c * x - s * y;
        first[q] = s * x + c * y;
      }
  }
  for (size_t i = 0; i < MOST_NODES; ++i) {
    store(values + i * LANES, a[i][i]);
    store(shares + i * LANES, first[i] * first[i]);
  }
}

}  // namespace
