// incomplete_gamma.hpp: both tails of the gamma distribution, as logarithms
#pragma once

#include "distribution/elementary.hpp"

namespace mix1d::distribution {

// log(a^a e^-a / Gamma(a))
double gamma_height(double a);

// r - 1 - t for r = exp(t)
double gamma_deviance(Pair t, double r);

// log P(a, z) and log Q(a, z), z = a r, t = log r, height = gamma_height(a)
Tails gamma_tails(double a, Pair t, double r, double height);

}  // namespace mix1d::distribution
