// own_errors.cpp: quadratic forms in the covariance of each component
#include "inference/own_errors.hpp"

#include <cmath>

#include "inference/density.hpp"

namespace mix1d::inference {

using namespace distribution;
using namespace model;

std::vector<double> own_errors(const Mix& estimate, const std::vector<double>& covariance) {
  const size_t k = estimate.k, parts = estimate.parts(), size = parts * k;
  std::vector<double> out(k * OWN_COLUMNS, NOT_A_NUMBER);
  for (size_t j = 0; j < k; ++j) {
    if (!(estimate.weight(j) > 0.0)) continue;
    const Slopes slopes =
        slopes_of(estimate.family_of(j), {estimate.mean(j), estimate.sd(j), estimate.shape_of(j)});
    const auto entry = [&](size_t a, size_t b) {
      return covariance[((1 + a) * k + j) * size + (1 + b) * k + j];
    };
    const auto error = [&](const double* by) {
      double variance = 0.0;
      bool estimated = false;
      for (size_t a = 0; a + 1 < parts; ++a) {
        if (by[a] == 0.0 || std::isnan(entry(a, a))) continue;
        estimated = true;
        for (size_t b = 0; b + 1 < parts; ++b)
          if (by[b] != 0.0 && !std::isnan(entry(b, b))) variance += by[a] * by[b] * entry(a, b);
      }
      return estimated && std::isfinite(variance) ? std::sqrt(variance) : NOT_A_NUMBER;
    };
    for (size_t p = 0; p < MOST_PARAMETERS; ++p) out[j * OWN_COLUMNS + p] = error(slopes.own[p]);
    for (size_t p = 0; p < 2; ++p) out[j * OWN_COLUMNS + MOST_PARAMETERS + p] = error(slopes.moments[p]);
  }
  return out;
}

}  // namespace mix1d::inference
