// incomplete_beta.hpp: both tails of the beta distribution, as logarithms
#pragma once

#include "distribution/elementary.hpp"

namespace mix1d::distribution {

// A point x of the beta distribution with shapes a and b, y = 1 - x; each part as exact as the caller knows
// it.
struct BetaPoint {
  double a, b;
  double x, y, log_x, log_y;
  double lead;  // a y - b x: how far x is from the mean, times a + b
};

// log(x^a y^b / B(a, b)); the remainders of Stirling's formula may be given
double beta_height(const BetaPoint& at);
double beta_remainders(double a, double b);  // those of a + b less those of a and of b
double beta_height(const BetaPoint& at, double remainders);

// log I_x(a, b), and that of the complement
Tails beta_tails(const BetaPoint& at, double height);

}  // namespace mix1d::distribution
