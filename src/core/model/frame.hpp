// frame.hpp: the data's own units: centred at the median, scaled by powers of two
//
// Fits are equivariant because everything below works in these units. Scaling by powers of two is exact, and
// done in two steps where one would overflow.
#pragma once

#include <cmath>

#include "model/mixture.hpp"

namespace mix1d {

struct Frame {
  int outer = 0, inner = 0;
  double centre = 0.0;

  double in(double x) const { return std::ldexp(std::ldexp(x, -outer) - centre, -inner); }
  double out(double y) const { return std::ldexp(std::ldexp(y, inner) + centre, outer); }
  double in_scale(double s) const { return std::ldexp(std::ldexp(s, -outer), -inner); }
  double out_scale(double s) const { return std::ldexp(std::ldexp(s, inner), outer); }
  // what the change of units adds to a log-likelihood
  double log_units(double total) const {
    return -total * (static_cast<double>(outer + inner) * 0.69314718055994530942);
  }

  Mix in(const Mix& mix) const {
    Mix m = mix;
    for (size_t j = 0; j < m.k; ++j) m.mean(j) = in(mix.mean(j)), m.sd(j) = in_scale(mix.sd(j));
    return m;
  }
  Mix out(const Mix& mix) const {
    Mix m = mix;
    for (size_t j = 0; j < m.k; ++j)
      m.mean(j) = out(mix.mean(j)), m.sd(j) = std::max(out_scale(mix.sd(j)), 0x1p-1074);
    return m;
  }
};

// Location and scale of a sample in its own units.
struct Spread {
  double mean = 0.0, sd = 0.0;
  double variance = 0.0;  // min(variance, (IQR / 1.349)^2): what the penalty measures sds against
};

// The value at position q (total - 1) of the sample written out with repetitions, linearly between two
// values.
inline double quantile(const double* x, const double* cumulative, size_t n, double q) {
  const double position = q * std::max(cumulative[n] - 1.0, 0.0), whole = std::floor(position);
  auto at = [&](double t) {
    return x[std::min<size_t>(std::upper_bound(cumulative + 1, cumulative + n, t) - (cumulative + 1), n - 1)];
  };
  const double low = at(whole), high = at(whole + 1.0);
  return low + (position - whole) * (high - low);
}

inline Spread spread_of(const Points& p) {
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

// A frame for sorted values with their weights.
inline Frame frame_of(const double* x, const double* w, size_t n) {
  Frame f;
  const double largest = std::max(std::fabs(x[0]), std::fabs(x[n - 1]));
  int e = 0;
  std::frexp(largest, &e);
  if (e > 400 || (e < -400 && largest > 0.0)) f.outer = e;
  double total = 0.0, below = 0.0;
  for (size_t i = 0; i < n; ++i) total += w[i];
  size_t low = n - 1, high = n - 1, q1 = n - 1, q3 = n - 1;
  for (size_t i = 0; i < n; ++i) {
    below += w[i];
    if (low == n - 1 && below >= 0.5 * total) low = i;
    if (high == n - 1 && below > 0.5 * total) high = i;
    if (q1 == n - 1 && below >= 0.25 * total) q1 = i;
    if (q3 == n - 1 && below >= 0.75 * total) q3 = i;
  }
  auto outer = [&](size_t i) { return std::ldexp(x[i], -f.outer); };
  f.centre = 0.5 * (outer(low) + outer(high));
  const double range = outer(n - 1) - outer(0);
  double scale = outer(q3) - outer(q1);
  if (!(scale > 0.0)) scale = range;
  if (!(scale > 0.0)) return f;
  int inner = 0, widest = 0;
  std::frexp(scale, &inner);
  std::frexp(range, &widest);
  f.inner = std::max(inner, widest - 480);
  return f;
}

}  // namespace mix1d
