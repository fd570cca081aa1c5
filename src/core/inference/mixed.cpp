// mixed.cpp: roots near a place, and masses between cuts
#include "inference/mixed.hpp"

#include <algorithm>
#include <cmath>

#include "distribution/moments.hpp"
#include "inference/roots.hpp"

namespace mix1d::inference {

using namespace distribution;
using namespace model;
using families::Family;
using families::Space;

MixedLaws laws_of(const Mix& border) {
  std::vector<int64_t> family(border.k, static_cast<int64_t>(Family::normal));
  std::vector<double> shape(border.k, 0.0);
  for (size_t j = 0; j < border.k; ++j)
    family[j] = static_cast<int64_t>(border.family_of(j)), shape[j] = border.shape_of(j);
  const double* v = border.v.data();
  return MixedLaws(border.k, v, v + border.k, v + 2 * border.k, family.data(), shape.data());
}

MixedMixture::MixedMixture(const Frame& frame, const Mix& mix)
    : frame_(frame), inside_(mix), laws_(laws_of(frame.out(mix))) {}

bool MixedMixture::discrete() const {
  const std::vector<Law>& laws = laws_.laws();
  return std::any_of(laws.begin(), laws.end(),
                     [](const Law& law) { return distribution::discrete(law.family); });
}

double MixedMixture::spread(size_t j) const {
  if (frame_.space == Space::log || frame_.space == Space::logit) return moments_of(inside_, j).sd;
  const Law& law = laws_.laws()[j];
  const double sd = sd_of(law);
  return frame_.in_scale(std::isfinite(sd) && sd > 0.0 ? sd : law.scale);
}

double MixedMixture::term(size_t j, double place) const {
  return laws_.log_weights()[j] + log_density(laws_.laws()[j], frame_.out(place), true);
}

double MixedMixture::crossing(size_t i, size_t j, double near) const {
  auto lead = [&](double place) {
    const double a = term(i, place), b = term(j, place);
    return a == b ? (std::isfinite(a) ? 0.0 : NOT_A_NUMBER) : a - b;
  };
  return root_near(near, std::min(spread(i), spread(j)), true, true, lead);
}

double MixedMixture::stretch(double place) const {
  if (frame_.space == Space::log) return frame_.out(place);
  if (frame_.space != Space::logit) return frame_.out_scale(1.0);
  const double x = frame_.out(place);
  return x * (1.0 - x);
}

double MixedMixture::balance(const Quantity& q, double place) const {
  if (q.kind == Kind::quantile) {
    const distribution::Tails t = laws_.log_tails(frame_.out(place));
    return q.at <= 0.5 ? t.below : -t.above;
  }
  return term(q.i, place) - term(q.j, place);
}

double MixedMixture::balance_slope(const Quantity& q, double place) const {
  const double x = frame_.out(place);
  if (q.kind == Kind::quantile) {
    const distribution::Tails t = laws_.log_tails(x);
    return exp1(laws_.log_density(x) - (q.at <= 0.5 ? t.below : t.above)) * stretch(place);
  }
  const Law &one = laws_.laws()[q.i], &other = laws_.laws()[q.j];
  if (distribution::discrete(one.family) || distribution::discrete(other.family))  // known by differences
    return slope_near(place, std::min(spread(q.i), spread(q.j)), [&](double at) { return balance(q, at); });
  return (log_density_slope(one, x) - log_density_slope(other, x)) * stretch(place);
}

double MixedMixture::slope(double place) const {
  const double x = frame_.out(place);
  double top = -INFINITE, total = 0.0, rise = 0.0;
  std::vector<double> terms(laws_.size());
  for (size_t j = 0; j < terms.size(); ++j) top = std::max(top, terms[j] = term(j, place));
  for (size_t j = 0; j < terms.size(); ++j) {
    if (terms[j] == -INFINITE) continue;
    const double e = exp1(terms[j] - top);
    total += e, rise += e * log_density_slope(laws_.laws()[j], x);
  }
  return rise / total;
}

double MixedMixture::mode(double near) const {
  if (discrete()) return NOT_A_NUMBER;
  double unit = spread(0);
  for (size_t j = 1; j < laws_.size(); ++j) unit = std::min(unit, spread(j));
  const double here = slope(near);
  return root_near(near, unit, here < 0.0, here > 0.0, [&](double place) { return slope(place); });
}

double MixedMixture::value_of(const Quantity& q, double near) const {
  switch (q.kind) {
    case Kind::crossing:
    case Kind::second:
      return crossing(q.i, q.j, near);
    case Kind::quantile:
      return frame_.in(laws_.quantile(target_of(q.at, false, false)));
    case Kind::above: {
      const distribution::Tails t = laws_.log_tails(frame_.out(q.at));
      return t.above - t.below;
    }
    case Kind::error:
      return error(partition());
    case Kind::distance:
    case Kind::bimodality: {
      const Law &one = laws_.laws()[q.i], &other = laws_.laws()[q.j];
      const double a = sd_of(one), b = sd_of(other), scale = std::max(a, b);
      const double spread = scale * std::sqrt(0.5 * ((a / scale) * (a / scale) + (b / scale) * (b / scale)));
      const double d = std::fabs(mean_of(one) - mean_of(other)) / spread;
      if (q.kind == Kind::distance) return log1(d);
      const double total = laws_.weights()[q.i] + laws_.weights()[q.j], share = laws_.weights()[q.i] / total;
      return log1(d * std::sqrt(share * (laws_.weights()[q.j] / total)));
    }
    case Kind::mode:
      return mode(near);
    default:
      return NOT_A_NUMBER;
  }
}

size_t MixedMixture::best_at(double place) const {
  size_t best = laws_.size();
  double most = -INFINITE;
  for (size_t j = 0; j < laws_.size(); ++j) {
    if (laws_.laws()[j].family == Family::point_mass) continue;
    if (const double t = term(j, place); t > most) most = t, best = j;
  }
  return best;
}

double MixedMixture::place(size_t j, double sds) const {
  const families::Moments m = moments_of(inside_, j);
  const double at = m.mean + sds * m.sd;
  const bool logarithms = families::facts_of(inside_.family_of(j)).space == Space::log;
  return logarithms && frame_.space == Space::real ? frame_.in(frame_.out_location(Family::lognormal, at))
                                                   : at;
}

std::vector<double> MixedMixture::places() const {
  constexpr double DENSE = 4.0, STEP = 0.25, GROWTH = 1.15, FARTHEST = 200.0;  // in sds from each mean
  std::vector<double> places;
  for (size_t j = 0; j < laws_.size(); ++j) {
    if (laws_.laws()[j].family == Family::point_mass) continue;
    for (double c = 0.0; c < FARTHEST; c = c < DENSE ? c + STEP : c * GROWTH)
      for (double sds : {-c, c})
        if (const double at = place(j, sds); std::isfinite(at)) places.push_back(at);
  }
  std::sort(places.begin(), places.end());
  return places;
}

Partition MixedMixture::partition() const {
  const size_t k = laws_.size();
  Partition p;
  double before = 0.0;
  for (const double at : places()) {
    const size_t best = best_at(at);
    if (best == k) continue;
    if (p.winner.empty()) {
      p.winner.push_back(best);
    } else if (const size_t last = p.winner.back(); best != last) {
      auto lead = [&](double x) { return term(last, x) - term(best, x); };
      p.cuts.push_back(frame_.out(root_between(before, at, lead(before), lead(at), lead)));
      p.winner.push_back(best);
    }
    before = at;
  }
  for (size_t j = 0; j < k; ++j) {
    const Law& law = laws_.laws()[j];
    if (law.family != Family::point_mass) continue;
    const size_t best = best_at(frame_.in(law.location));
    p.atom_wins.push_back(best == k || !distribution::discrete(laws_.laws()[best].family) ||
                          laws_.log_weights()[j] >= term(best, frame_.in(law.location)));
  }
  return p;
}

double MixedMixture::error(const Partition& p) const {
  double wrong = 0.0, right = 0.0;
  for (size_t j = 0; j < laws_.size(); ++j) {
    const Law& law = laws_.laws()[j];
    if (law.family == Family::point_mass) continue;
    for (size_t r = 0; r < p.winner.size(); ++r) {
      const bool first = r == 0, last = r == p.cuts.size();
      const double mass = first && last ? 0.0
                          : first       ? log_tails(law, p.cuts[0]).below
                          : last        ? log_tails(law, p.cuts[r - 1]).above
                                        : log_interval(law, p.cuts[r - 1], p.cuts[r]);
      (p.winner[r] == j ? right : wrong) += exp1(laws_.log_weights()[j] + mass);
    }
  }
  for (size_t j = 0, atom = 0; j < laws_.size(); ++j) {
    const Law& law = laws_.laws()[j];
    if (law.family != Family::point_mass) continue;
    const double weight = laws_.weights()[j];
    if (!p.atom_wins[atom++]) {
      wrong += weight;
      continue;
    }
    right += weight;
    size_t region = 0;
    while (region < p.cuts.size() && law.location > p.cuts[region]) ++region;
    const size_t best = p.winner[region];
    if (best == laws_.size() || !distribution::discrete(laws_.laws()[best].family)) continue;
    const double lost = exp1(laws_.log_weights()[best] + log_density(laws_.laws()[best], law.location));
    wrong += lost, right -= lost;
  }
  return log1(wrong / right);
}

}  // namespace mix1d::inference
