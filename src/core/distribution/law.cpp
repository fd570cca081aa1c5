// law.cpp: components from their coordinates at the border, and where they live
#include "distribution/law.hpp"

#include <cmath>
#include <string>

#include "data/failure.hpp"
#include "distribution/forms.hpp"
#include "distribution/incomplete_beta.hpp"
#include "distribution/incomplete_gamma.hpp"
#include "simd/gamma.hpp"

namespace mix1d::distribution {

using families::FAMILIES;
using families::Space;

namespace {

constexpr Space SPACES[FAMILIES] = {Space::real,  Space::real,  Space::log,   Space::log,  Space::log,
                                    Space::log,   Space::log,   Space::real,  Space::real, Space::real,
                                    Space::logit, Space::count, Space::count, Space::real};

void check(const Law& law) {
  const bool positive = space_of(law.family) == Space::log || space_of(law.family) == Space::count;
  if (!(std::fabs(law.location) < INFINITE) || (positive && !(law.location > 0.0)) ||
      !(law.scale > 0.0 && law.scale < INFINITE) || !(std::fabs(law.shape) < INFINITE))
    throw data::Refused("component of family " + std::to_string(static_cast<int>(law.family)) +
                        " has coordinates that are none");
}

}  // namespace

Space space_of(Family family) { return SPACES[static_cast<size_t>(family)]; }

bool discrete(Family family) { return space_of(family) == Space::count || family == Family::point_mass; }

Law law_of(Family family, double location, double scale, double shape) {
  Law law{family, location, scale, shape};
  check(law);
  law.log_scale = log1(scale);
  switch (family) {
    case Family::gamma:
      law.a = 1.0 / (scale * scale);
      law.constant = gamma_height(law.a);
      break;
    case Family::student_t:
      if (shape < 1e-290) {
        law.family = Family::normal;
        break;
      }
      law.a = 0.5 / shape;
      law.b = 0.5;
      law.constant = half_step(shape).value - LOG_ROOT_2PI - law.log_scale;
      break;
    case Family::skew_normal:
      law.a = hyperbolic_sine(shape);
      break;
    case Family::beta: {
      const double total = 1.0 / (scale * scale);
      const Pair e = exponential({-std::fabs(location), 0.0}), whole = sum_of(1.0, e.hi);
      const double inverse = 1.0 / whole.hi;
      const double lost = std::fma(-inverse, whole.hi, 1.0) - inverse * (whole.lo + e.lo);
      const Pair large = sum_of(inverse, lost * inverse);
      Pair small = sum_of(e.hi * large.hi, std::fma(e.hi, large.hi, -(e.hi * large.hi)));
      small = sum_of(small.hi, small.lo + (e.hi * large.lo + e.lo * large.hi));
      law.share = location < 0.0 ? small : large;
      law.rest = location < 0.0 ? large : small;
      law.a = total * law.share.hi;
      law.b = total * law.rest.hi;
      law.constant = beta_remainders(law.a, law.b);
      break;
    }
    case Family::negative_binomial:
      law.b = 1.0 / shape;
      if (!(law.b < 1e290))
        law.family = Family::poisson;
      else
        law.constant = stirling_remainder(law.b);
      break;
    default:
      break;
  }
  return law;
}

Support support_of(const Law& law) {
  switch (space_of(law.family)) {
    case Space::log:
    case Space::count:
      return {0.0, INFINITE};
    case Space::logit:
      return {0.0, 1.0};
    default:
      if (law.family == Family::uniform)
        return {law.location - 0.5 * law.scale, law.location + 0.5 * law.scale};
      if (law.family == Family::point_mass) return {law.location, law.location};
      return {-INFINITE, INFINITE};
  }
}

Target target_of(double p, bool above, bool log) {
  constexpr double UNIT = 0x1p-52;
  const auto target = [](double log_mass, bool side, double rounding) {
    return Target{log_mass, side, rounding + 8.0 * UNIT * (1.0 + std::fabs(log_mass))};
  };
  if (log) {
    if (p > -LOG_2) return target(p > 0.0 ? NO_NUMBER : log_complement(p), !above, UNIT);
    return target(p, above, 0.0);
  }
  if (!(p >= 0.0 && p <= 1.0)) return target(NO_NUMBER, above, 0.0);
  if (p > 0.5) return target(log1(1.0 - p), !above, UNIT / (1.0 - p));  // the difference is exact
  return target(log1(p), above, 0.0);
}

}  // namespace mix1d::distribution
