// sides.cpp: logarithms of tails, and roots between places where a balance of them changes its sign
#include "inference/sides.hpp"

#include <cmath>

#include "distribution/moments.hpp"
#include "inference/roots.hpp"

namespace mix1d::inference {

using namespace distribution;
using namespace model;
using families::Family;

namespace {

// Of normals, which are in a frame already.
const Frame OWN;

bool counts(const Law& law) { return law.family != Family::point_mass && discrete(law.family); }

}  // namespace

bool of_sides(Kind kind) { return kind >= Kind::group_quantile; }

bool is_place_of_sides(Kind kind) {
  return kind == Kind::group_quantile || kind == Kind::precise || kind == Kind::valley;
}

Sides::Sides(const Frame* frame, const Mix& mix) : frame_(frame ? *frame : OWN), mixture_(frame_, mix) {}

bool Sides::jumps(const Quantity& q) const {
  const std::vector<Law>& laws = mixture_.laws().laws();
  return (q.kind == Kind::group_quantile || q.kind == Kind::precise) &&
         std::any_of(laws.begin(), laws.end(), counts);
}

distribution::Tails Sides::tails(size_t first, size_t last, double place) const {
  const std::vector<Law>& laws = mixture_.laws().laws();
  const double x = frame_.out(place);
  distribution::Tails sum{-INFINITE, -INFINITE};
  for (size_t j = first; j <= last; ++j) {
    if (laws[j].family == Family::point_mass) continue;
    const distribution::Tails t = log_tails(laws[j], x);
    const double weight = mixture_.laws().log_weights()[j];
    sum = {log_sum(sum.below, t.below + weight), log_sum(sum.above, t.above + weight)};
  }
  return sum;
}

double Sides::quantile(const Quantity& q) const {
  std::vector<double> weights, locations, scales, shapes;
  std::vector<int64_t> numbers;
  double total = 0.0;
  for (size_t j = q.i; j <= q.j; ++j) {
    const Law& law = mixture_.laws().laws()[j];
    if (law.family == Family::point_mass) continue;
    total += mixture_.laws().weights()[j];
    weights.push_back(mixture_.laws().weights()[j]);
    locations.push_back(law.location), scales.push_back(law.scale), shapes.push_back(law.shape);
    numbers.push_back(static_cast<int64_t>(law.family));
  }
  for (double& weight : weights) weight /= total;
  const MixedLaws group(weights.size(), weights.data(), locations.data(), scales.data(), numbers.data(),
                        shapes.data());
  return frame_.in(group.quantile(target_of(q.at, false, false)));
}

double Sides::upper_among_above(size_t i, double place) const {
  return tails(i + 1, last(), place).above - tails(0, i, place).above;
}

double Sides::balance(const Quantity& q, double place) const {
  if (q.kind == Kind::valley) return mixture_.slope(place);
  if (q.kind == Kind::precise) return upper_among_above(q.i, place);
  const distribution::Tails here = tails(q.i, q.j, place), all = tails(q.i, q.j, -INFINITE);
  return q.at <= 0.5 ? here.below - all.above : all.above - here.above;
}

double Sides::balance_slope(const Quantity& q, double place) const {
  return slope_near(place, narrowest(), [&](double at) { return balance(q, at); });
}

double Sides::narrowest() const {
  const std::vector<Law>& laws = mixture_.laws().laws();
  double least = INFINITE;
  for (size_t j = 0; j < laws.size(); ++j)
    if (laws[j].family != Family::point_mass) least = std::min(least, mixture_.spread(j));
  return least;
}

// From the left: with a wide lower group the share falls again far out.
double Sides::precise(const Quantity& q, double near) const {
  const double sought = log1(q.at / (1.0 - q.at));
  auto gap = [&](double place) { return upper_among_above(q.i, place) - sought; };
  if (std::isfinite(near)) {
    const double here = gap(near);
    return root_near(near, narrowest(), here > 0.0, here < 0.0, gap);
  }
  double before = NOT_A_NUMBER, lack = NOT_A_NUMBER;
  for (const double place : mixture_.places()) {
    const double here = gap(place);
    if (std::isnan(here)) continue;
    if (here >= 0.0) return std::isnan(before) ? NOT_A_NUMBER : root_between(before, place, lack, here, gap);
    before = place, lack = here;
  }
  return NOT_A_NUMBER;
}

double Sides::valley(double near) const {
  const std::vector<Law>& laws = mixture_.laws().laws();
  if (std::any_of(laws.begin(), laws.end(), counts)) return NOT_A_NUMBER;
  const double here = mixture_.slope(near);
  return root_near(near, narrowest(), here > 0.0, here < 0.0,
                   [&](double place) { return mixture_.slope(place); });
}

double Sides::value_of(const Quantity& q, double near) const {
  switch (q.kind) {
    case Kind::group_quantile:
      return quantile(q);
    case Kind::group_above: {
      const distribution::Tails t = tails(q.i, q.j, q.at);
      return t.above - t.below;
    }
    case Kind::upper_above:
      return upper_among_above(q.i, q.at);
    case Kind::lower_below:
      return tails(0, q.i, q.at).below - tails(q.i + 1, last(), q.at).below;
    case Kind::wrong: {
      const distribution::Tails low = tails(0, q.i, q.at), high = tails(q.i + 1, last(), q.at);
      return log_sum(low.above, high.below) - log_sum(low.below, high.above);
    }
    case Kind::precise:
      return precise(q, near);
    case Kind::away: {
      const Law& law = mixture_.laws().laws()[q.i];
      return frame_.in(mean_of(law) + q.at * sd_of(law));
    }
    case Kind::valley:
      return valley(near);
    default:
      return NOT_A_NUMBER;
  }
}

}  // namespace mix1d::inference
