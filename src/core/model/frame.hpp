// frame.hpp: the data's own units: centred at the median, scaled by powers of two, or their logarithms
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
  families::Space space = families::Space::real;

  double in(double x) const {
    return space == families::Space::real ? std::ldexp(std::ldexp(x, -outer) - centre, -inner) : bent_in(x);
  }
  double out(double y) const {
    return space == families::Space::real ? std::ldexp(std::ldexp(y, inner) + centre, outer) : bent_out(y);
  }
  double in_scale(double s) const { return std::ldexp(std::ldexp(s, -outer), -inner); }
  double out_scale(double s) const { return std::ldexp(std::ldexp(s, inner), outer); }
  // The width in the frame of a short interval at x.
  double in_width(double width, double x) const;
  // what the change of units adds to a log-likelihood
  double log_units(double total) const;
  // log |dy / dx| at a number of the frame, without the units
  double log_slope(double y) const;
  // What stands beside a number of the frame, for families that move in the other space: x of its logarithm
  // without units, or the logarithm of x; minus infinity where there is none.
  double beside(double y) const;
  double beside_out(double other) const;

  // Location and scale of a component of a family; outside at the border, where a location of logarithms or
  // of counts is in the unit of the data.
  double in_location(families::Family family, double location) const;
  double out_location(families::Family family, double location) const;
  double in_scale(families::Family family, double scale) const;
  double out_scale(families::Family family, double scale) const;

  Mix in(const Mix& mix) const;
  Mix out(const Mix& mix) const;

 private:
  double bent_in(double x) const;
  double bent_out(double y) const;
};

// In which a chart's families are fitted together, and whether zero keeps its place there.
struct Ground {
  families::Space space = families::Space::real;
  bool centred = true;
};

// A frame for sorted values with their weights.
Frame frame_of(const double* x, const double* w, size_t n, const Ground& ground = {});

}  // namespace mix1d::model
