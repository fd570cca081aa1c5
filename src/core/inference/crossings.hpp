// crossings.hpp: where two components are equally probable, and the errors of the labels between
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "inference/density.hpp"

namespace mix1d::inference {

// Where two components are equally probable: with x = mean + sd t of the narrower one, the ratio of their
// sds, offset = (mean_wide - mean_narrow) / sd_wide and c = log(w_narrow / w_wide) - log ratio, t solves
//   (1 - ratio^2) t^2 + 2 ratio offset t = offset^2 + 2 c,
// without cancellation (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 1.8). `near`,
// the one between the means where there is one there, stays finite where the sds become equal.
struct Roots {
  double near = NOT_A_NUMBER, far = NOT_A_NUMBER;
};

// Lengths are halved, and measured in offsets where these exceed `longest`, so that nothing overflows; in the
// frame of the data nothing does.
Roots roots(const model::Mix& mix, size_t i, size_t j,
            double longest = std::numeric_limits<double>::infinity());

// The line cut at all crossings of pairs: between two neighbouring cuts one component is the most probable.
struct Regions {
  std::vector<double> cuts;
  std::vector<size_t> winner;  // one more than cuts
};

Regions regions(const model::Mix& mix);

// confusion[i k + j]: the probability that a value of component i is given to j, the most probable one where
// it lies.
std::vector<double> confusion(const model::Mix& mix, const Regions& r);

struct ErrorRate {
  double value = 0.0;
  std::vector<double> gradient;  // 3k
};

// The probability that the most probable component is not the one a value comes from. At the cuts the
// weighted densities are equal, so the gradient is that with the cuts held.
ErrorRate error_rate(const model::Mix& mix);

}  // namespace mix1d::inference
