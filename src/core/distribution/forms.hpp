// forms.hpp: what densities and tails of a family have in common: its point on the scale of logarithms or
// logits
#pragma once

#include "distribution/incomplete_beta.hpp"
#include "distribution/law.hpp"

namespace mix1d::distribution {

// (x - location) / scale
Pair standardised(const Law& law, double x);

// log(x / location) and that over the scale
struct LogPoint {
  Pair t, z;
};
LogPoint log_point(const Law& law, double x);

// z^2 / 2
double half_square(Pair z);

// 2 sinh(t / 2)
Pair twice_sinh_half(Pair t);

// Where a beta distribution, the tail of a t distribution and that of a negative binomial are asked.
BetaPoint beta_point(const Law& law, double x);
BetaPoint beta_point_of_t(const Law& law, double z);
BetaPoint beta_point_of_counts(const Law& law, double a);  // of a - 1 and more

// log Phi(alpha z) and the probability of a skew normal's tail
double log_normal_mass(double u);
Tails skew_normal_tails(Pair z, double alpha);

double hyperbolic_sine(double x);

}  // namespace mix1d::distribution
