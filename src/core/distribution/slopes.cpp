// slopes.cpp: own parameters by formula, moments by differences
#include "distribution/slopes.hpp"

#include <algorithm>
#include <cmath>

#include "distribution/forms.hpp"
#include "distribution/moments.hpp"
#include "families/catalogue.hpp"

namespace mix1d::distribution {

using families::Coordinate;
using families::Space;

namespace {

constexpr double DIFFERENCE = 0x1p-9;

// Fourth order: the error is some 1e-12.
template <class F>
double slope_of(F f, double step) {
  return (8.0 * (f(step) - f(-step)) - (f(2.0 * step) - f(-2.0 * step))) / (12.0 * step);
}

void own_slopes(Family family, const Border& at, double (*by)[BORDER]) {
  const double m = at.location, s = at.scale;
  const auto location = [by](size_t p) -> double& { return by[p][0]; };
  const auto scale = [by](size_t p) -> double& { return by[p][1]; };
  const auto shape = [by](size_t p) -> double& { return by[p][2]; };
  switch (family) {
    case Family::uniform:
      location(0) = location(1) = 1.0;
      scale(0) = -0.5, scale(1) = 0.5;
      return;
    case Family::lognormal:
      location(0) = 1.0 / m;
      scale(1) = 1.0;
      return;
    case Family::gamma:
      scale(0) = -2.0 / (s * s * s);
      location(1) = s * s, scale(1) = 2.0 * m * s;
      return;
    case Family::weibull:
      scale(0) = -1.0 / (s * s);
      location(1) = 1.0;
      return;
    case Family::inverse_gaussian:
      location(0) = 1.0;
      location(1) = 1.0 / (s * s), scale(1) = -2.0 * m / (s * s * s);
      return;
    case Family::student_t:
    case Family::skew_normal:
      shape(0) = family == Family::student_t ? -1.0 / (at.shape * at.shape)
                                             : 0.5 * (exp1(at.shape) + exp1(-at.shape));
      location(1) = scale(2) = 1.0;
      return;
    case Family::beta: {
      const Law law = law_of(family, m, s, at.shape);
      const double mean = law.share.hi, rest = law.rest.hi, total = 1.0 / (s * s);
      location(0) = mean * rest * total, location(1) = -location(0);
      scale(0) = -2.0 * mean * total / s, scale(1) = -2.0 * rest * total / s;
      return;
    }
    case Family::negative_binomial:
      location(0) = 1.0;
      shape(1) = -1.0 / (at.shape * at.shape);
      return;
    case Family::exponential:
    case Family::poisson:
    case Family::point_mass:
      location(0) = 1.0;
      return;
    default:  // normal, logistic
      location(0) = scale(1) = 1.0;
  }
}

}  // namespace

Slopes slopes_of(Family family, const Border& at) {
  const families::FamilyFacts& facts = families::facts_of(family);
  Slopes found{};
  own_slopes(family, at, found.own);
  const bool exponential = facts.space == Space::log || facts.space == Space::count;
  const double room = std::min(at.shape - facts.least_shape, facts.most_shape - at.shape),
               bend = std::min(DIFFERENCE, 0.25 * room);
  for (size_t i = 0; i < 2; ++i) {
    const auto moment = [&](double location, double scale, double shape) {
      const Law law = law_of(family, location, scale, shape);
      return i == 0 ? mean_of(law) : sd_of(law);
    };
    double* by = found.moments[i];
    if (facts.has(Coordinate::location)) {
      const double unit = exponential ? at.location : at.scale;
      const auto moved = [&](double by) {
        return moment(exponential ? at.location * exp1(by) : at.location + by * unit, at.scale, at.shape);
      };
      by[0] = slope_of(moved, DIFFERENCE) / unit;
    }
    if (facts.has(Coordinate::log_scale))
      by[1] = slope_of([&](double by) { return moment(at.location, at.scale * exp1(by), at.shape); },
                       DIFFERENCE) /
              at.scale;
    if (facts.has(Coordinate::shape))
      by[2] = bend > 0.0
                  ? slope_of([&](double by) { return moment(at.location, at.scale, at.shape + by); }, bend)
                  : NO_NUMBER;
  }
  return found;
}

}  // namespace mix1d::distribution
