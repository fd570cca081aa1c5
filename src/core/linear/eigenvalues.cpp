// eigenvalues.cpp: reduction to a tridiagonal matrix, then QL steps
#include "linear/eigenvalues.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace mix1d::linear {

std::vector<double> eigenvalues(std::vector<double>& a, size_t n) {
  std::vector<double> d(n), e(n, 0.0), v(n), p(n);
  for (size_t k = 0; k + 2 < n; ++k) {
    double square = 0.0;
    for (size_t i = k + 1; i < n; ++i) square += a[i * n + k] * a[i * n + k];
    const double first = a[(k + 1) * n + k];
    const double below = first >= 0.0 ? -std::sqrt(square) : std::sqrt(square);
    e[k] = below;
    const double half = square - first * below;  // v'v / 2
    if (!(half > 0.0)) continue;
    for (size_t i = k + 1; i < n; ++i) v[i] = a[i * n + k], p[i] = 0.0;
    v[k + 1] -= below;
    for (size_t j = k + 1; j < n; ++j) {
      const double factor = v[j] / half;
      for (size_t i = k + 1; i < n; ++i) p[i] += factor * a[j * n + i];
    }
    double overlap = 0.0;
    for (size_t i = k + 1; i < n; ++i) overlap += p[i] * v[i];
    overlap /= 2.0 * half;
    for (size_t i = k + 1; i < n; ++i) p[i] -= overlap * v[i];
    for (size_t j = k + 1; j < n; ++j) {
      const double vj = v[j], pj = p[j];
      for (size_t i = k + 1; i < n; ++i) a[j * n + i] -= vj * p[i] + pj * v[i];
    }
  }
  for (size_t i = 0; i < n; ++i) d[i] = a[i * n + i];
  if (n > 1) e[n - 2] = a[(n - 1) * n + n - 2];
  for (size_t l = 0; l < n; ++l)
    for (int step = 0; step < 60; ++step) {
      size_t m = l;  // the block l .. m is not yet split
      while (m + 1 < n && std::fabs(e[m]) > 0x1p-53 * (std::fabs(d[m]) + std::fabs(d[m + 1]))) ++m;
      if (m == l) break;
      double g = (d[l + 1] - d[l]) / (2.0 * e[l]), r = std::sqrt(g * g + 1.0);
      g = d[m] - d[l] + e[l] / (g >= 0.0 ? g + r : g - r);
      double s = 1.0, c = 1.0, shift = 0.0;
      bool split = false;
      for (size_t i = m; i-- > l;) {
        const double f = s * e[i], b = c * e[i];
        r = std::sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r == 0.0) {
          d[i + 1] -= shift;
          e[m] = 0.0;
          split = true;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        r = (d[i] - g) * s + 2.0 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
      }
      if (split) continue;
      d[l] -= shift;
      e[l] = g;
      e[m] = 0.0;
    }
  std::sort(d.begin(), d.end(), std::greater<double>());
  return d;
}

}  // namespace mix1d::linear
