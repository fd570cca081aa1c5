// quantile.cpp: the inverse of the tails of one component
#include <cmath>

#include "distribution/forms.hpp"

namespace mix1d::distribution {

namespace {

// log Phi(-z) = log_mass at most log 1/2. The logarithm is concave: from the right Newton's steps do not
// cross.
double normal_upper(double log_mass) {
  if (log_mass >= -LOG_2) return 0.0;
  double z = std::sqrt(-2.0 * log_mass);
  for (int i = 0; i < 60; ++i) {
    const double mills = erfcx1(z * ROOT_HALF) * 1.25331413731550025121;
    const double step = (normal_tails({z, 0.0}).above - log_mass) * mills;
    z += step;
    if (std::fabs(step) <= 2e-16 * z) break;
  }
  return z;
}

// log of the odds of an exponential's upper tail: -log P(X > x), in logarithms
double log_of_fall(Target t) {
  if (t.above) return log1(-t.log_mass);
  return t.log_mass < -40.0 ? t.log_mass : log1(-log_complement(t.log_mass));
}

double grown(double m, double power) {
  return std::fabs(power) < 600.0 ? m * exp1(power) : exp1(power + log1(m));
}

struct Place {
  double x, slope;  // of x by v
};

// A line v on which the logarithm of a tail bends little.
Place place_of(const Law& law, double v) {
  switch (space_of(law.family)) {
    case families::Space::log: {
      const double x = grown(law.location, v);
      return {x, x};
    }
    case families::Space::logit: {
      const double at = law.location + v, e = exp1(-std::fabs(at)), whole = 1.0 + e;
      return {at < 0.0 ? e / whole : 1.0 / whole, e / whole / whole};
    }
    default:
      if (law.family == Family::student_t) {
        const double up = exp1(std::fabs(v)), down = 1.0 / up;
        const double sinh = std::fabs(v) < 0.5 ? 0.5 * twice_sinh_half({2.0 * v, 0.0}).hi
                                               : (v < 0.0 ? -0.5 : 0.5) * (up - down);
        return {law.location + law.scale * sinh, law.scale * 0.5 * (up + down)};
      }
      return {law.location + law.scale * v, law.scale};
  }
}

double unit_of(const Law& law) { return space_of(law.family) == families::Space::real ? 1.0 : law.scale; }

double continuous_quantile(const Law& law, Target t) {
  const double way = t.above ? -1.0 : 1.0;  // of the tail's mass, as v rises
  const auto mass = [&](double v) {
    const Tails found = log_tails(law, place_of(law, v).x);
    return t.above ? found.above : found.below;
  };
  const auto excess = [&](double v) { return way * (mass(v) - t.log_mass); };  // rises with v
  double low = 0.0, high = 0.0, step = unit_of(law);
  if (excess(0.0) > 0.0) {
    for (low = -step; excess(low) > 0.0 && step < 1e6; step *= 2.0, low -= step) high = low;
  } else {
    for (high = step; excess(high) < 0.0 && step < 1e6; step *= 2.0, high += step) low = high;
  }
  double v = 0.5 * (low + high);
  for (int i = 0; i < 200; ++i) {
    const Place at = place_of(law, v);
    const Tails found = log_tails(law, at.x);
    const double tail = t.above ? found.above : found.below, gap = way * (tail - t.log_mass);
    (gap > 0.0 ? high : low) = v;
    double next = v - gap / (exp1(log_density(law, at.x) - tail) * at.slope);
    if (!(next >= low && next <= high)) next = 0.5 * (low + high);
    const double moved = std::fabs(next - v);
    v = next;
    if (moved <= 1e-13 * (std::fabs(v) + unit_of(law)) || gap == 0.0) break;
  }
  double x = place_of(law, v).x;
  for (int i = 0; i < 2; ++i) {  // the last digits, in the unit of the data
    const Tails found = log_tails(law, x);
    const double tail = t.above ? found.above : found.below;
    const double next = x - way * (tail - t.log_mass) / exp1(log_density(law, x) - tail);
    if (std::fabs(next - x) < 1e-9 * std::fabs(x)) x = next;
  }
  const Support ends = support_of(law);
  if (ends.low == 0.0 && x < 1e-300 && mass(v) > t.log_mass + 1.0) return 0.0;  // below the smallest double
  return x > ends.high ? ends.high : x < ends.low ? ends.low : x;
}

double count_quantile(const Law& law, Target t) {
  const auto reached = [&](double k) {
    const Tails found = log_tails(law, k);
    return t.above ? found.above <= t.log_mass + t.slack : found.below >= t.log_mass - t.slack;
  };
  if (reached(0.0)) return 0.0;
  const double mean = law.location, spread = std::sqrt(mean + law.shape * mean * mean);
  double low = 0.0, high = std::floor(mean), step = std::ceil(spread);
  if (reached(high)) {
    for (double k = high - step; k > low; step *= 2.0, k = high - step) {
      if (!reached(k)) {
        low = k;
        break;
      }
      high = k;
    }
  } else {
    for (low = high, high += step; !reached(high) && high < 1e300; step *= 2.0, high += step) low = high;
  }
  while (high - low > 1.0) {
    const double middle = std::floor(0.5 * (low + high));
    if (middle <= low || middle >= high) break;
    (reached(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

double quantile(const Law& law, Target t) {
  if (t.log_mass != t.log_mass) return t.log_mass;
  const Support s = support_of(law);
  if (t.log_mass == -INFINITE) return t.above ? s.high : s.low;
  const double way = t.above ? 1.0 : -1.0, m = law.location;
  switch (law.family) {
    case Family::normal:
      return m + law.scale * (way * normal_upper(t.log_mass));
    case Family::lognormal:
      return grown(m, law.scale * (way * normal_upper(t.log_mass)));
    case Family::student_t:
      return t.log_mass >= -LOG_2 ? m : continuous_quantile(law, t);
    case Family::uniform:
      return t.above ? s.high - law.scale * exp1(t.log_mass) : s.low + law.scale * exp1(t.log_mass);
    case Family::logistic:
      return m + law.scale * (way * (log_complement(t.log_mass) - t.log_mass));
    case Family::exponential:
      return t.above ? -m * t.log_mass : grown(m, log_of_fall(t));
    case Family::weibull:
      return grown(m, law.scale * log_of_fall(t));
    case Family::poisson:
    case Family::negative_binomial:
      return count_quantile(law, t);
    case Family::point_mass:
      return m;
    default:
      return continuous_quantile(law, t);
  }
}

}  // namespace mix1d::distribution
