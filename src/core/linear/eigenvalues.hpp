// eigenvalues.hpp: eigenvalues of a symmetric matrix
#pragma once

#include <cstddef>
#include <vector>

namespace mix1d::linear {

// All eigenvalues of the n x n matrix a, descending; a is overwritten. Householder's reduction to a
// tridiagonal matrix, then the implicit QL algorithm (Dubrulle, Martin & Wilkinson 1968,
// doi:10.1007/BF02165404).
std::vector<double> eigenvalues(std::vector<double>& a, size_t n);

}  // namespace mix1d::linear
