// elementary.hpp: functions of one number that keep their relative accuracy, some of them in two doubles
//
// Everything rests on the exp, log and erfcx of kernels/numbers.hpp and on operations that IEEE 754 rounds.
#pragma once

#include <cstddef>
#include <limits>

#include "kernels/numbers.hpp"

namespace mix1d::distribution {

constexpr double INFINITE = std::numeric_limits<double>::infinity();
constexpr double NO_NUMBER = std::numeric_limits<double>::quiet_NaN();
constexpr double LOG_ROOT_2PI = 0.91893853320467274178;
constexpr double LOG_2 = 0.69314718055994530942;
constexpr double ROOT_HALF = 0.70710678118654752440;

using kernels::erfcx1;
using kernels::exp1;
using kernels::log1;

// The unevaluated sum of a number and what rounding took from it.
struct Pair {
  double hi, lo;
};

Pair sum_of(double a, double b);
Pair over(Pair a, double b);

// log(x / m) for positive finite numbers, to some twenty digits
Pair log_ratio(double x, double m);
// exp(v), |v| at most 700
Pair exponential(Pair v);

double log_one_plus(double u);
double exp_less_one(double u);
double exp_excess(double u);         // exp(u) - 1 - u
double log1p_lack(double u);         // u - log(1 + u)
double log_complement(double v);     // log(1 - exp(v)), v <= 0
double log_sum(double a, double b);  // log(exp(a) + exp(b))

// log Gamma(a) = (a - 1/2) log a - a + log sqrt(2 pi) + this
double stirling_remainder(double a);
// log Gamma(1 + a) for 0 <= a <= 1, exact where a is small
double log_factorial_below_one(double a);
// log Gamma(1 + 2 a) - 2 log Gamma(1 + a) for 0 <= a <= 1/4, likewise
double log_factorial_excess(double a);

// log P(X <= x) and log P(X > x)
struct Tails {
  double below, above;
};

Tails of_below(double log_below);
Tails of_above(double log_above);

Tails normal_tails(Pair z);

// Gauss and Legendre's rule with 16 nodes on [0, 1]
constexpr size_t NODES = 16;
extern const double NODE[NODES], NODE_WEIGHT[NODES];

// The integral of exp(-fall(u)) over u >= 0, panel by panel, until a panel adds nothing; `fall` rises from 0.
// Within a panel it should rise by less than about 6, or be a parabola over less than 3 of its sds.
template <class F>
double tail_integral(double width, F fall) {
  constexpr size_t MOST = 2000;
  double total = 0.0;
  for (size_t p = 0; p < MOST; ++p) {
    double e[NODES], part = 0.0;
    for (size_t i = 0; i < NODES; ++i) e[i] = -fall(width * (static_cast<double>(p) + NODE[i]));
    kernels::loops().exp(e, e, NODES);
    for (size_t i = 0; i < NODES; ++i) part += NODE_WEIGHT[i] * e[i];
    total += part;
    if (!(part > 1e-18 * total)) break;
  }
  return total * width;
}

}  // namespace mix1d::distribution
