// goodness.hpp: how far a sample lies from a mixture
#pragma once

#include <cstddef>
#include <vector>

#include "distribution/mixture.hpp"
#include "model/mixture.hpp"

namespace mix1d::inference {

// D = max |F_n - F|, A^2 = n int (F_n - F)^2 / (F (1 - F)) dF, W^2 = n int (F_n - F)^2 dF.
struct Distances {
  double kolmogorov_smirnov = 0.0, anderson_darling = 0.0, cramer_von_mises = 0.0;
};

// The empirical distribution function: it jumps from `below` to `above` at x, and runs linearly in F between.
struct Corners {
  std::vector<double> x, below, above;
  double total = 0.0;
};

// Values rounded to a lattice tell F_n at the ends of their cells only. Between, it is joined linearly in F,
// as if the values of a cell were spread over it like the model's; without a lattice the cells are points.
Corners corners_of(const double* x, const double* w, size_t n, double step);

// The model of the values before they were rounded: rounding has widened each sd^2 by step^2 / 12 (Sheppard
// 1898, doi:10.1112/plms/s1-29.1.353).
model::Mix unrounded(model::Mix mix, double step);

// Every term is positive, and the tails of F come as logarithms: nothing cancels, however far out a value.
Distances distances(const Corners& c, const model::Mix& mix);

Distances distances(const Corners& c, const distribution::MixedLaws& laws);

// The same with the logarithms of F and of 1 - F at the corners.
Distances distances(const Corners& c, const std::vector<double>& log_below,
                    const std::vector<double>& log_above);

// sum (O - E)^2 / E and 2 sum O log(O / E) over bins, neighbours of which are pooled until 3 values are
// expected in each.
struct Pooled {
  double pearson = 0.0, deviance = 0.0;
  size_t cells = 0;  // of them
};

Pooled pooled_distances(const std::vector<double>& counts, const std::vector<double>& expected);

// Of counts: bins are whole numbers, or several where they go far, and all above the largest one.
Pooled pooled_distances(const double* x, const double* w, size_t n, const distribution::MixedLaws& laws);

}  // namespace mix1d::inference
