// quadrature.hpp: Gauss quadrature of a small measure: at most four positive nodes that reproduce its moments
#pragma once

#include <cstddef>

namespace mix1d::linear {

constexpr size_t MOST_NODES = 4;

// Eigenvalues and first components of the eigenvectors of a symmetric tridiagonal matrix (Golub & Welsch
// 1969), by Jacobi rotations on the small dense matrix.
void gauss_nodes(const double* alpha, const double* beta, size_t m, double* nodes, double* shares);

// The rule with at most `order` nodes of a measure on [-1, 1] from its moments 0 .. 2 order - 1, by the
// recurrence of its orthogonal polynomials, whose inner products the moments give. It ends early where fewer
// nodes carry the measure. Shares sum to one; returns the number of nodes.
size_t rule_from_moments(const double* moment, size_t order, double* nodes, double* shares);

// Shares for nodes that rounding has moved, so that the lower moments, as many as there are nodes, are still
// exact: those of the Lagrange polynomials. They stay as they are where a node would get none.
void reweigh(const double* moment, const double* nodes, size_t count, double* shares);

}  // namespace mix1d::linear
