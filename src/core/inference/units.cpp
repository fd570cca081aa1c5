// units.cpp: places, lengths, probabilities and shapes
#include "inference/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/numbers.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace model;
using families::Space;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();

enum class Scale { place, location, shape, logarithm, logit };

Scale scale_of(Kind kind) {
  switch (kind) {
    case Kind::weight:
    case Kind::background:
    case Kind::above:
    case Kind::error:
    case Kind::group_above:
    case Kind::upper_above:
    case Kind::lower_below:
    case Kind::wrong:
      return Scale::logit;
    case Kind::sd:
    case Kind::distance:
    case Kind::bimodality:
      return Scale::logarithm;
    case Kind::mean:
      return Scale::location;
    case Kind::shape:
      return Scale::shape;
    default:
      return Scale::place;
  }
}

// The sd of a component where that of the errors counts to it, and back.
double without_error(double sd, double variance) {
  return variance > 0.0 ? std::sqrt(std::max(sd * sd - variance, 0.0)) : sd;
}

bool exponential(families::Family family) {
  const Space space = families::facts_of(family).space;
  return space == Space::log || space == Space::count;
}

}  // namespace

double Units::out(double g) const {
  switch (scale_of(kind_)) {
    case Scale::place:
      return frame_.out(g);
    case Scale::location:
      return frame_.out_location(family_, g);
    case Scale::shape:
      return g;
    case Scale::logarithm:
      return kind_ == Kind::sd ? out_sd(exp1(g)) : exp1(g);
    default: {
      if (g > 0.0) return 1.0 / (1.0 + exp1(-g));
      const double e = exp1(g);
      return e / (1.0 + e);
    }
  }
}

double Units::out_sd(double sd) const { return frame_.out_scale(family_, without_error(sd, variance_)); }

double Units::in(double value) const {
  switch (scale_of(kind_)) {
    case Scale::place:
      return frame_.in(value);
    case Scale::location:
      return frame_.in_location(family_, value);
    case Scale::shape:
      return value;
    case Scale::logarithm: {
      if (kind_ != Kind::sd) return log1(value);
      const double sd = frame_.in_scale(family_, value);
      return log1(variance_ > 0.0 ? std::sqrt(sd * sd + variance_) : sd);
    }
    default:
      return log1(value / (1.0 - value));
  }
}

double Units::error(double sigma, double g) const {
  const Scale scale = scale_of(kind_);
  if (scale == Scale::location && exponential(family_)) return sigma * frame_.out_location(family_, g);
  if (scale == Scale::location && families::facts_of(family_).space == Space::logit) return sigma;
  if (scale == Scale::place && frame_.space == Space::log) return sigma * frame_.out(g);
  if (scale == Scale::place && frame_.space == Space::logit) {
    const double x = frame_.out(g);
    return sigma * x * (1.0 - x);
  }
  if (scale == Scale::place || scale == Scale::location) return frame_.out_scale(sigma);
  if (kind_ != Kind::sd || !(variance_ > 0.0)) return sigma;
  const double sd = exp1(g);
  return sigma * (sd * sd / (sd * sd - variance_));
}

double Units::open(double side) const {
  const Scale scale = scale_of(kind_);
  if (scale == Scale::shape) return limit(side);
  if (scale == Scale::logit) return side > 0.0 ? 1.0 : 0.0;
  const Space space = frame_.space;
  const bool place = scale == Scale::place, unit = place && space == Space::logit;
  if (unit && side > 0.0) return 1.0;
  const bool positive = scale == Scale::logarithm || unit || (place && space == Space::log) ||
                        (scale == Scale::location && exponential(family_));
  return positive && side < 0.0 ? 0.0 : side * INF;
}

double Units::limit(double side) const {
  const families::FamilyFacts& facts = families::facts_of(family_);
  if (kind_ == Kind::shape) return side > 0.0 ? facts.most_shape : facts.least_shape;
  if (kind_ == Kind::mean && facts.space == Space::count && side < 0.0) return families::LEAST_LOG_COUNT;
  return side * INF;
}

Quantity in_frame(const Frame& frame, Quantity q, bool plain) {
  switch (q.kind) {
    case Kind::crossing:
    case Kind::second:
      if (plain) break;
      [[fallthrough]];
    case Kind::above:
    case Kind::mode:
    case Kind::group_above:
    case Kind::upper_above:
    case Kind::lower_below:
    case Kind::wrong:
    case Kind::valley:
      q.at = frame.in(q.at);
      break;
    default:
      break;
  }
  if (!plain) q.frame = &frame;
  return q;
}

}  // namespace mix1d::inference
