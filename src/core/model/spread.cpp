// spread.cpp: moments and quartiles
#include "model/spread.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mix1d::model {

namespace {

// The value at position q (total - 1) of the sample written out with repetitions, linearly between two
// values.
double quantile(const double* x, const double* cumulative, size_t n, double q) {
  const double position = q * std::max(cumulative[n] - 1.0, 0.0), whole = std::floor(position);
  auto at = [&](double t) {
    return x[std::min<size_t>(std::upper_bound(cumulative + 1, cumulative + n, t) - (cumulative + 1), n - 1)];
  };
  const double low = at(whole), high = at(whole + 1.0);
  return low + (position - whole) * (high - low);
}

}  // namespace

Spread spread_of(const Points& p) {
  Spread s;
  double sum = 0.0, square = 0.0;
  for (size_t i = 0; i < p.n; ++i) sum += p.w[i] * p.x[i];
  s.mean = sum / p.total;
  for (size_t i = 0; i < p.n; ++i) square += p.w[i] * (p.x[i] - s.mean) * (p.x[i] - s.mean);
  const double variance = square / p.total;
  s.sd = std::sqrt(variance);
  const double iqr = quantile(p.x.data(), p.cumulative.data(), p.n, 0.75) -
                     quantile(p.x.data(), p.cumulative.data(), p.n, 0.25);
  const double robust = (iqr / 1.349) * (iqr / 1.349);
  s.variance = robust > 0.0 ? std::min(variance, robust) : variance;  // the square may underflow
  return s;
}

}  // namespace mix1d::model
