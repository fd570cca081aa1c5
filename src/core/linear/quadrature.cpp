// quadrature.cpp: nodes from the recurrence of orthogonal polynomials
#include "linear/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mix1d::linear {

void gauss_nodes(const double* alpha, const double* beta, size_t m, double* nodes, double* shares) {
  double a[MOST_NODES][MOST_NODES] = {}, v[MOST_NODES][MOST_NODES] = {};
  for (size_t i = 0; i < m; ++i) {
    a[i][i] = alpha[i];
    v[i][i] = 1.0;
    if (i + 1 < m) a[i][i + 1] = a[i + 1][i] = std::sqrt(beta[i + 1]);
  }
  for (int sweep = 0; sweep < 30; ++sweep) {
    double off = 0.0, diagonal = 0.0;
    for (size_t i = 0; i < m; ++i) {
      diagonal += a[i][i] * a[i][i];
      for (size_t j = i + 1; j < m; ++j) off += a[i][j] * a[i][j];
    }
    if (off <= 1e-34 * diagonal || off == 0.0) break;
    for (size_t p = 0; p < m; ++p)
      for (size_t q = p + 1; q < m; ++q) {
        if (a[p][q] == 0.0) continue;
        const double theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
        const double t = (theta >= 0.0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1.0));
        const double c = 1.0 / std::sqrt(t * t + 1.0), s = t * c;
        for (size_t r = 0; r < m; ++r) {
          const double x = a[r][p], y = a[r][q];
          a[r][p] = c * x - s * y;
          a[r][q] = s * x + c * y;
        }
        for (size_t r = 0; r < m; ++r) {
          const double x = a[p][r], y = a[q][r];
          a[p][r] = c * x - s * y;
          a[q][r] = s * x + c * y;
        }
        for (size_t r = 0; r < m; ++r) {
          const double x = v[r][p], y = v[r][q];
          v[r][p] = c * x - s * y;
          v[r][q] = s * x + c * y;
        }
      }
  }
  for (size_t i = 0; i < m; ++i) {
    nodes[i] = a[i][i];
    shares[i] = v[0][i] * v[0][i];
  }
  for (size_t i = 1; i < m; ++i)  // ascending
    for (size_t j = i; j > 0 && nodes[j] < nodes[j - 1]; --j) {
      std::swap(nodes[j], nodes[j - 1]);
      std::swap(shares[j], shares[j - 1]);
    }
}

size_t rule_from_moments(const double* moment, size_t order, double* nodes, double* shares) {
  double poly[MOST_NODES + 1][MOST_NODES + 1] = {{1.0}}, alpha[MOST_NODES], beta[MOST_NODES], last = 0.0;
  size_t count = 0;
  for (; count < order; ++count) {
    double norm = 0.0, first = 0.0;
    for (size_t i = 0; i <= count; ++i)
      for (size_t j = 0; j <= count; ++j) {
        norm += poly[count][i] * poly[count][j] * moment[i + j];
        first += poly[count][i] * poly[count][j] * moment[i + j + 1];
      }
    beta[count] = count ? norm / last : norm;
    if (count && !(beta[count] > 1e-12)) break;
    alpha[count] = first / norm;
    last = norm;
    for (size_t i = 0; i <= count; ++i) {
      poly[count + 1][i + 1] += poly[count][i];
      poly[count + 1][i] -= alpha[count] * poly[count][i];
      if (count) poly[count + 1][i] -= beta[count] * poly[count - 1][i];
    }
  }
  gauss_nodes(alpha, beta, count, nodes, shares);
  return count;
}

void reweigh(const double* moment, const double* nodes, size_t count, double* shares) {
  double found[MOST_NODES];
  for (size_t i = 0; i < count; ++i) {
    double poly[MOST_NODES] = {1.0}, scale = moment[0];
    size_t degree = 0;
    for (size_t j = 0; j < count; ++j) {
      if (j == i) continue;
      ++degree;
      for (size_t p = degree; p > 0; --p) poly[p] = poly[p - 1] - nodes[j] * poly[p];
      poly[0] *= -nodes[j];
      scale *= nodes[i] - nodes[j];
    }
    double sum = 0.0;
    for (size_t p = 0; p <= degree; ++p) sum += poly[p] * moment[p];
    found[i] = sum / scale;
    if (!(found[i] > 0.0)) return;
  }
  std::copy_n(found, count, shares);
}

}  // namespace mix1d::linear
