// frame.cpp: mixtures into the frame and back, and the frame of a sample
#include "model/frame.hpp"

#include <algorithm>

namespace mix1d::model {

double Frame::log_units(double total) const {
  return -total * (static_cast<double>(outer + inner) * 0.69314718055994530942);
}

Mix Frame::in(const Mix& mix) const {
  Mix m = mix;
  for (size_t j = 0; j < m.k; ++j) m.mean(j) = in(mix.mean(j)), m.sd(j) = in_scale(mix.sd(j));
  return m;
}

Mix Frame::out(const Mix& mix) const {
  Mix m = mix;
  for (size_t j = 0; j < m.k; ++j)
    m.mean(j) = out(mix.mean(j)), m.sd(j) = std::max(out_scale(mix.sd(j)), 0x1p-1074);
  return m;
}

Frame frame_of(const double* x, const double* w, size_t n) {
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

}  // namespace mix1d::model
