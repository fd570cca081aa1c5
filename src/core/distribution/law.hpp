// law.hpp: one component of any family, made ready to be asked for densities, tails and quantiles
//
// Location, scale and shape are those of the border: in the unit of the data where a family lives on the
// scale of logarithms, else as in families/component.hpp.
#pragma once

#include "distribution/elementary.hpp"
#include "families/component.hpp"

namespace mix1d::distribution {

using families::Family;

struct Law {
  Family family;
  double location, scale, shape;
  // What the family needs: two shapes (of a skew normal: alpha), and constants of its log density.
  double a = 0.0, b = 0.0, constant = 0.0, log_scale = 0.0;
  Pair share{0.0, 0.0}, rest{0.0, 0.0};  // the mean of a beta distribution, and one less it
};

// Refuses what is no component.
Law law_of(Family family, double location, double scale, double shape);

bool discrete(Family family);
families::Space space_of(Family family);

// Infinite where a density has a pole. Of counts and point masses: the log of a probability; `between` also
// between the whole numbers, where the formula still means something.
double log_density(const Law& law, double x, bool between = false);
double log_density_slope(const Law& law, double x);
Tails log_tails(const Law& law, double x);
// log P(low < X <= high), low <= high
double log_interval(const Law& law, double low, double high);

// A tail: log P(X <= x) or log P(X > x) is sought to be `log_mass`, at most log 1/2 but for rounding. Where
// it jumps, what is nearer than `slack` is taken for equal: that much rounding p has moved its logarithm.
struct Target {
  double log_mass;
  bool above;
  double slack;
};

// The x below (above) which the probability is p, or exp(p); NaN where there is none.
double quantile(const Law& law, Target target);
Target target_of(double p, bool above, bool log);

struct Support {
  double low, high;
};
Support support_of(const Law& law);

}  // namespace mix1d::distribution
