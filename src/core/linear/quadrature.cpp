// quadrature.cpp: nodes from the recurrence of orthogonal polynomials
#include "linear/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mix1d::linear {

void gauss_rules(const Recurrence* recurrences, size_t n, Rule* rules) {
  constexpr size_t LANES = 8;
  using Lanes = double[MOST_NODES][LANES];
  for (size_t begin = 0; begin < n; begin += LANES) {
    const size_t lanes = std::min(LANES, n - begin);
    Lanes diagonal = {}, beside = {}, values, shares;
    for (size_t l = 0; l < lanes; ++l) {
      const Recurrence& r = recurrences[begin + l];
      for (size_t i = 0; i < r.count; ++i) {
        diagonal[i][l] = r.alpha[i];
        if (i + 1 < r.count) beside[i][l] = std::sqrt(r.beta[i + 1]);
      }
    }
    kernels::loops().eigen_nodes(diagonal[0], beside[0], values[0], shares[0]);
    for (size_t l = 0; l < lanes; ++l) {
      Rule& rule = rules[begin + l];
      rule.count = recurrences[begin + l].count;
      for (size_t i = 0; i < rule.count; ++i) {
        size_t at = i;
        for (; at > 0 && values[i][l] < rule.nodes[at - 1]; --at) {
          rule.nodes[at] = rule.nodes[at - 1];
          rule.shares[at] = rule.shares[at - 1];
        }
        rule.nodes[at] = values[i][l];
        rule.shares[at] = shares[i][l];
      }
    }
  }
}

Recurrence recurrence_of(const double* moment, size_t order) {
  Recurrence out;
  double poly[MOST_NODES + 1][MOST_NODES + 1] = {{1.0}}, last = 0.0;
  for (size_t& count = out.count; count < order; ++count) {
    double norm = 0.0, first = 0.0;
    for (size_t i = 0; i <= count; ++i)
      for (size_t j = 0; j <= count; ++j) {
        norm += poly[count][i] * poly[count][j] * moment[i + j];
        first += poly[count][i] * poly[count][j] * moment[i + j + 1];
      }
    out.beta[count] = count ? norm / last : norm;
    if (count && !(out.beta[count] > 1e-12)) break;
    out.alpha[count] = first / norm;
    last = norm;
    for (size_t i = 0; i <= count; ++i) {
      poly[count + 1][i + 1] += poly[count][i];
      poly[count + 1][i] -= out.alpha[count] * poly[count][i];
      if (count) poly[count + 1][i] -= out.beta[count] * poly[count - 1][i];
    }
  }
  return out;
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
