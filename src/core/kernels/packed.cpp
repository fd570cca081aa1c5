// packed.cpp: powers of two out of the way of the loops
#include "kernels/packed.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mix1d::kernels {

namespace {

constexpr double SQRT_2PI = 2.50662827463100050242;

// value = part * 2^power with part in [1, 2)
double split(double value, double& power) {
  int exponent;
  double part = std::frexp(value, &exponent);
  power = exponent - 1;
  return 2.0 * part;
}

// Points that separate the scales of the components: neighbours in the table enclose one scale, or a flat
// piece.
std::vector<double> table_points(const Distribution& d) {
  std::vector<double> points;
  for (const Normal& c : d.normals()) {
    for (double t : {0.0, 0.5, 1.0, 2.0, 3.0, 4.5, 6.5, 9.0, 14.0, 25.0, 39.0}) {
      points.push_back(c.mean - t * c.sd);
      points.push_back(c.mean + t * c.sd);
    }
    // the neighbours of a mean whose sd is below its own rounding
    double spacing = std::fabs(c.mean) * 0x1p-51;
    points.push_back(c.mean - spacing);
    points.push_back(c.mean + spacing);
  }
  constexpr double MOST = std::numeric_limits<double>::max();
  for (double& point : points) point = std::clamp(point, -MOST, MOST);
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

}  // namespace

Distribution::Distribution(size_t k, const double* weights, const double* means, const double* sds) {
  double largest = 0.0, narrowest = std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < k; ++j) {
    if (weights[j] == 0.0) continue;
    largest = std::max({largest, std::fabs(means[j]), sds[j]});
    narrowest = std::min(narrowest, sds[j]);
  }
  // all leave room for the mean plus or minus 40 sds, unless an sd would lose digits
  const int shift = largest > 0x1p1000 ? (narrowest < 0x1p-900 ? 0 : -60) : largest < 0x1p-900 ? 170 : 0;
  for (size_t j = 0; j < k; ++j) {
    if (weights[j] == 0.0) continue;
    Normal c;
    c.mean = std::ldexp(means[j], shift);
    c.sd = std::max(std::ldexp(sds[j], shift), 0x1p-1074);
    c.weight = weights[j];
    c.weight_part = split(weights[j], c.weight_power);
    double sd_power, height_power;
    double sd_part = split(c.sd, sd_power);
    c.height = split(c.weight_part / (sd_part * SQRT_2PI), height_power);
    c.height_power = height_power + c.weight_power - sd_power;
    normals_.push_back(c);
    column_.push_back(j);
  }
  scaled_ = {normals_.size(), normals_.data(), std::ldexp(1.0, shift), double(shift)};
}

void Distribution::quantiles(double side, const double* p, double* out, size_t n) const {
  const Kernels& table = loops();
  const std::vector<double> points = table_points(*this);
  std::vector<double> below(points.size()), above(points.size());
  const ScaledMixture unscaled = {scaled_.k, scaled_.normals, 1.0, 0.0};
  table.probability(unscaled, 1.0, points.data(), below.data(), points.size());
  table.probability(unscaled, -1.0, points.data(), above.data(), points.size());
  table.quantile(scaled_, {points.size(), points.data(), below.data(), above.data()}, side, p, out, n);
}

}  // namespace mix1d::kernels
