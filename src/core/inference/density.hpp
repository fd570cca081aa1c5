// density.hpp: density, tails, quantiles and modes of a mixture, one number at a time
#pragma once

#include <limits>

#include "model/mixture.hpp"

namespace mix1d::inference {

constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();

// P(X < x) and P(X > x) for one component, each exact in its own tail.
struct Tails {
  double below, above;
};

Tails tails(double x, double mean, double sd);

Tails tails(double x, const model::Mix& mix);

double density(const model::Mix& mix, double x, double* slope = nullptr, double* curvature = nullptr);

// Newton on the slope of the density from a point near the mode; NaN where there is none any more.
double mode_near(const model::Mix& mix, double x);

// Newton on the logarithm of the smaller tail, kept between the extreme quantiles of the components.
double quantile(const model::Mix& mix, double p, double x);

}  // namespace mix1d::inference
