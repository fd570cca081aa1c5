// frame.hpp: the data's own units: centred at the median, scaled by powers of two
//
// Fits are equivariant because everything below works in these units. Scaling by powers of two is exact, and
// done in two steps where one would overflow.
#pragma once

#include <cmath>
#include <cstddef>

#include "model/mixture.hpp"

namespace mix1d::model {

struct Frame {
  int outer = 0, inner = 0;
  double centre = 0.0;

  double in(double x) const { return std::ldexp(std::ldexp(x, -outer) - centre, -inner); }
  double out(double y) const { return std::ldexp(std::ldexp(y, inner) + centre, outer); }
  double in_scale(double s) const { return std::ldexp(std::ldexp(s, -outer), -inner); }
  double out_scale(double s) const { return std::ldexp(std::ldexp(s, inner), outer); }
  // what the change of units adds to a log-likelihood
  double log_units(double total) const;

  Mix in(const Mix& mix) const;
  Mix out(const Mix& mix) const;
};

// A frame for sorted values with their weights.
Frame frame_of(const double* x, const double* w, size_t n);

}  // namespace mix1d::model
