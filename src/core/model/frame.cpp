// frame.cpp: mixtures into the frame and back, and the frame of a sample
#include "model/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/numbers.hpp"

namespace mix1d::model {

namespace {

using families::Family;
using families::Space;
using kernels::exp1;
using kernels::log1;

constexpr double INF = std::numeric_limits<double>::infinity();

double log_or_nothing(double x) { return x > 0.0 ? (x < INF ? log1(x) : INF) : -INF; }

}  // namespace

double Frame::bent_in(double x) const {
  if (space == Space::log) return log_or_nothing(std::ldexp(x, -outer));
  if (space == Space::logit) return x >= 1.0 ? INF : log_or_nothing(x / (1.0 - x));
  return x;
}

double Frame::bent_out(double y) const {
  if (space == Space::log) return std::ldexp(exp1(y), outer);
  if (space == Space::logit) return y > 0.0 ? 1.0 / (1.0 + exp1(-y)) : exp1(y) / (1.0 + exp1(y));
  return y;
}

double Frame::in_width(double width, double x) const {
  if (space == Space::real) return in_scale(width);
  if (space == Space::log) return width / x;
  return space == Space::logit ? width / x / (1.0 - x) : width;
}

double Frame::log_units(double total) const {
  return -total * (static_cast<double>(outer + inner) * 0.69314718055994530942);
}

double Frame::log_slope(double y) const {
  if (space == Space::log) return -y;
  const double far = std::fabs(y);
  return space == Space::logit ? far + 2.0 * log1(1.0 + exp1(-far)) : 0.0;
}

double Frame::beside(double y) const {
  return space == Space::log ? (y == INF ? INF : exp1(y)) : log_or_nothing(y);
}

double Frame::beside_out(double other) const {
  return space == Space::log ? log_or_nothing(other) : exp1(other);
}

double Frame::in_location(Family family, double location) const {
  switch (families::facts_of(family).space) {
    case Space::log:
      return log_or_nothing(std::ldexp(std::ldexp(location, -outer), -inner));
    case Space::count:
      return std::max(log_or_nothing(location), families::LEAST_LOG_COUNT);
    case Space::real:
      return space == Space::log ? std::ldexp(location, -outer) : in(location);
    default:
      return location;
  }
}

double Frame::out_location(Family family, double location) const {
  switch (families::facts_of(family).space) {
    case Space::log:
      return std::ldexp(std::ldexp(exp1(location), inner), outer);
    case Space::count:
      return exp1(location);
    case Space::real:
      return space == Space::log ? std::ldexp(location, outer) : out(location);
    default:
      return location;
  }
}

double Frame::in_scale(Family family, double scale) const {
  return families::facts_of(family).space == Space::real ? in_scale(scale) : scale;
}

double Frame::out_scale(Family family, double scale) const {
  return families::facts_of(family).space == Space::real ? out_scale(scale) : scale;
}

Mix Frame::in(const Mix& mix) const {
  Mix m = mix;
  bool plain = true;  // normal in the frame
  for (size_t j = 0; j < m.k; ++j) {
    const Family family = mix.family_of(j);
    m.mean(j) = in_location(family, mix.mean(j));
    m.sd(j) = in_scale(family, mix.sd(j));
    if (space == Space::log && family == Family::lognormal) m.family[j] = Family::normal;
    plain = plain && m.family_of(j) == Family::normal;
  }
  if (plain) m.family.clear(), m.shape.clear();
  return m;
}

Mix Frame::out(const Mix& mix) const {
  Mix m = mix;
  if (space == Space::log && m.all_normal()) m.family.assign(m.k, Family::normal), m.shape.assign(m.k, 0.0);
  for (size_t j = 0; j < m.k; ++j) {
    if (space == Space::log && m.family[j] == Family::normal) m.family[j] = Family::lognormal;
    const Family family = m.family_of(j);
    m.mean(j) = out_location(family, mix.mean(j));
    m.sd(j) = std::max(out_scale(family, mix.sd(j)), 0x1p-1074);
  }
  return m;
}

namespace {

// The least number at which half of the weight is reached.
double lower_median(const double* x, const double* w, size_t n) {
  double total = 0.0, below = 0.0;
  for (size_t i = 0; i < n; ++i) total += w[i];
  for (size_t i = 0; i < n; ++i)
    if ((below += w[i]) >= 0.5 * total) return x[i];
  return x[n - 1];
}

// The power of two that takes the median near 1, and neither underflows nor overflows any positive value.
int outer_of_logarithms(const double* x, const double* w, size_t n) {
  int median = 0, least = 0, most = 0;
  std::frexp(lower_median(x, w, n), &median);
  std::frexp(*std::upper_bound(x, x + n - 1, 0.0), &least);
  std::frexp(x[n - 1], &most);
  constexpr int LOWEST = std::numeric_limits<double>::min_exponent,
                HIGHEST = std::numeric_limits<double>::max_exponent;
  return std::max(std::min(median, least < LOWEST ? 0 : least - LOWEST), most - HIGHEST);
}

}  // namespace

Frame frame_of(const double* x, const double* w, size_t n, const Ground& ground) {
  Frame f;
  f.space = ground.space;
  if (f.space == Space::log) f.outer = outer_of_logarithms(x, w, n);
  if (f.space != Space::real) return f;
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
  if (ground.centred) f.centre = 0.5 * (outer(low) + outer(high));
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
