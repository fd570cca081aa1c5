// cholesky.hpp: Cholesky's factor of a symmetric matrix, and solutions with it
#pragma once

#include <cstddef>
#include <vector>

namespace mix1d::linear {

// In-place Cholesky factor of the symmetric m x m matrix a (lower triangle); false if it is not positive
// definite.
bool cholesky(std::vector<double>& a, size_t m);

// The same of the first m of `rows` rows of m entries; those below come out as the solutions of L y = row.
// The number of pivots that are positive: m, or that of the first that is not, which is left in its place.
size_t factor_rows(double* a, size_t m, size_t rows);

// The solution of L' x = b in place.
void solve_transposed(const double* factor, size_t m, double* b);

// v'A v / v'v of a direction that the failed pivot number `at` shows: no eigenvalue bounds A from below that
// is larger. `work` has room for m numbers.
double negative_curvature(const double* a, size_t m, size_t at, double* work);

void cholesky_solve(const std::vector<double>& a, size_t m, std::vector<double>& b);

}  // namespace mix1d::linear
