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

}  // namespace

Distribution::Distribution(size_t k, const double* weights, const double* means, const double* sds) {
  double largest = 0.0, narrowest = std::numeric_limits<double>::infinity();
  for (size_t j = 0; j < k; ++j) {
    largest = std::max({largest, std::fabs(means[j]), sds[j]});
    if (weights[j] > 0.0) narrowest = std::min(narrowest, sds[j]);
  }
  // all leave room for the mean plus or minus 40 sds; beside an sd that would vanish no more than that
  int shift = largest > 0x1p1000 ? (narrowest < 0x1p-900 ? -8 : -60) : largest < 0x1p-900 ? 170 : 0;
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

}  // namespace mix1d::kernels
