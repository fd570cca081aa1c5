// cholesky.hpp: Cholesky's factor of a symmetric matrix, and solutions with it
#pragma once

#include <cstddef>
#include <vector>

namespace mix1d::linear {

// In-place Cholesky factor of the symmetric m x m matrix a (lower triangle); false if it is not positive
// definite.
bool cholesky(std::vector<double>& a, size_t m);

void cholesky_solve(const std::vector<double>& a, size_t m, std::vector<double>& b);

}  // namespace mix1d::linear
