// quadrature.hpp: Gauss quadrature of a small measure: at most four positive nodes that reproduce its moments
#pragma once

#include <cstddef>

#include "kernels/kernels.hpp"

namespace mix1d::linear {

using kernels::MOST_NODES;

// The recurrence of the orthogonal polynomials of a measure; beta[0] is its mass.
struct Recurrence {
  size_t count = 0;  // of the nodes that it gives
  double alpha[MOST_NODES] = {}, beta[MOST_NODES] = {};
};

// Ascending nodes; shares sum to one.
struct Rule {
  size_t count = 0;
  double nodes[MOST_NODES], shares[MOST_NODES];
};

// Nodes and shares are the eigenvalues and the squared first components of the eigenvectors of a symmetric
// tridiagonal matrix (Golub & Welsch 1969), of eight measures at a time.
void gauss_rules(const Recurrence* recurrences, size_t n, Rule* rules);

// Of a measure on [-1, 1] from its moments 0 .. 2 order - 1, which give the inner products of the
// polynomials. It ends early where fewer nodes carry the measure.
Recurrence recurrence_of(const double* moment, size_t order);

// Shares for nodes that rounding has moved, so that the lower moments, as many as there are nodes, are still
// exact: those of the Lagrange polynomials. They stay as they are where a node would get none.
void reweigh(const double* moment, const double* nodes, size_t count, double* shares);

}  // namespace mix1d::linear
