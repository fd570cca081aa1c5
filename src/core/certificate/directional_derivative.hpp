// directional_derivative.hpp: the directional derivative of a log-likelihood towards normals of one sd, and
// its supremum
//
// With that sd as the unit, D(m) = g(m) - n, g(m) = sum_i c_i exp(-(t_i - m)^2 / 2), c_i = w_i phi(0) / f_i.
//
// Where the supremum can lie: beyond the extreme values g is monotone, and where no value is within one unit
// it is convex (every term is), so only means between the extremes and within one unit of a value matter.
//
// Between the points looked at, D is bounded, not interpolated. Around m, g(m + d) differs from its cubic
// Taylor polynomial, whose maximum over |d| <= r is exact, by at most r^4 / 24 sup |g''''|, and
// |g''''| <= sum_i c_i |He_4(z_i)| exp(-z_i^2 / 2) <= 3.75 sum_i c_i exp(-z_i^2 / 4), since
// max |He_4(z)| exp(-z^2 / 4) = 3.732; moving m by r raises exp(-z^2 / 4) by at most exp(|z| r / 2). An
// interval whose bound is not near the largest value seen is done; the others are halved.
#pragma once

#include <cstddef>
#include <vector>

#include "data/poll.hpp"
#include "model/passes.hpp"

namespace mix1d::certificate {

// g as a sum of kernels: t ascending.
struct Curve {
  size_t n = 0;
  const double* t = nullptr;
  const double* c = nullptr;
  double total = 0.0;  // sum of c
  Curve(size_t count, const double* at, const double* mass) : n(count), t(at), c(mass) {
    for (size_t i = 0; i < n; ++i) total += c[i];
  }
};

// A sum in eight lanes, added in their fixed order.
template <class Term>
double in_lanes(size_t n, Term term) {
  double acc[model::LANES] = {};
  size_t i = 0;
  for (; i + model::LANES <= n; i += model::LANES)
    for (size_t l = 0; l < model::LANES; ++l) acc[l] += term(i + l);
  for (size_t l = 0; i < n; ++i, ++l) acc[l] += term(i);
  return model::sum_lanes(acc);
}

// The values within reach of a mean; that at the mean itself always, however coarse the doubles are there.
struct Window {
  size_t begin, end;
};
Window window_at(const double* t, size_t n, double mean);

struct Taylor {
  double value, first, second, third;  // g and its derivatives
  double envelope;                     // sum c exp(-z^2 / 4)
};

Taylor taylor_at(const Curve& curve, double mean);

// A local maximum of g.
struct Summit {
  double at, value;
};

// The local maxima that a grid of the scan step shows, ascending in the mean.
std::vector<Summit> summits_of(const Curve& curve, size_t threads, const data::Poll* poll);

struct Supremum {
  double bound = 0.0;  // g exceeds it nowhere
  Summit seen = {0.0, 0.0};
};

// The bound is within `slack` of the largest value seen, unless rounding forbids.
Supremum supremum_of(const Curve& curve, Summit seen, double slack, size_t threads, const data::Poll* poll);

}  // namespace mix1d::certificate
