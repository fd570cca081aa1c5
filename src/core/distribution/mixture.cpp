// mixture.cpp: sums over components, on the scale of logarithms
#include "distribution/mixture.hpp"

#include <algorithm>
#include <cmath>

#include "data/failure.hpp"

namespace mix1d::distribution {

namespace {

double log_sum_of(const std::vector<double>& terms) {
  double top = -INFINITE, total = 0.0;
  for (const double t : terms) top = t > top ? t : top;
  if (std::fabs(top) == INFINITE) return top;
  for (const double t : terms) total += exp1(t - top);
  return top + log1(total);
}

// The smaller tail decides.
Tails both(double below, double above) { return below < above ? of_below(below) : of_above(above); }

}  // namespace

MixedLaws::MixedLaws(size_t k, const double* weights, const double* locations, const double* scales,
                     const int64_t* families, const double* shapes) {
  for (size_t j = 0; j < k; ++j) {
    if (families[j] < 0 || families[j] >= static_cast<int64_t>(families::FAMILIES))
      throw data::Refused("families must be numbers of families");
    if (!(weights[j] > 0.0)) continue;
    laws_.push_back(law_of(static_cast<Family>(families[j]), locations[j], scales[j], shapes[j]));
    weights_.push_back(weights[j]);
    log_weights_.push_back(log1(weights[j]));
    column_.push_back(j);
    any_discrete_ |= discrete(laws_.back().family);
  }
  if (laws_.empty()) throw data::Refused("a mixture needs a component of positive weight");
}

bool MixedLaws::all_discrete() const {
  return std::all_of(laws_.begin(), laws_.end(), [](const Law& law) { return discrete(law.family); });
}

void MixedLaws::terms(double x, std::vector<double>& out) const {
  out.resize(size());
  bool atom = false;
  for (size_t j = 0; j < size(); ++j) {
    out[j] = log_weights_[j] + distribution::log_density(laws_[j], x);
    atom |= discrete(laws_[j].family) && out[j] > -INFINITE;
  }
  if (any_discrete_ && atom)
    for (size_t j = 0; j < size(); ++j)
      if (!discrete(laws_[j].family)) out[j] = -INFINITE;
}

double MixedLaws::log_density(double x) const {
  if (x != x) return x;
  if (size() == 1) return log_weights_[0] + distribution::log_density(laws_[0], x);
  std::vector<double> t;
  terms(x, t);
  return log_sum_of(t);
}

void MixedLaws::shares(double x, double* out) const {
  std::vector<double> t;
  double at = x;
  if (std::fabs(x) == INFINITE) {  // the limit, as far as doubles show it
    at = std::copysign(1e300, x);
  }
  terms(at, t);
  double top = -INFINITE, total = 0.0;
  for (const double v : t) top = v > top ? v : top;
  if (x != x || std::fabs(top) == INFINITE) {
    size_t best = 0, poles = 0;
    for (size_t j = 0; j < size(); ++j) poles += t[j] == INFINITE;
    if (x == x && !poles) {
      // nothing has a density here: the component whose tail, or whose end, is nearest
      double nearest = INFINITE;
      for (size_t j = 0; j < size(); ++j) {
        const Support s = support_of(laws_[j]);
        const double away = at < s.low ? s.low - at : at > s.high ? at - s.high : 0.0;
        const double score = away > 0.0 ? away : std::fabs(at - laws_[j].location) / laws_[j].scale * 1e-300;
        if (score < nearest) {
          nearest = score;
          best = j;
        }
      }
    }
    for (size_t j = 0; j < size(); ++j) {
      const double share =
          poles ? (t[j] == INFINITE ? 1.0 / static_cast<double>(poles) : 0.0) : (j == best ? 1.0 : 0.0);
      out[j] = x != x ? x : share;
    }
    return;
  }
  for (size_t j = 0; j < size(); ++j) total += out[j] = exp1(t[j] - top);
  for (size_t j = 0; j < size(); ++j) out[j] /= total;
}

Tails MixedLaws::log_tails(double x) const {
  if (size() == 1) return distribution::log_tails(laws_[0], x);
  if (x != x) return {x, x};
  std::vector<double> below(size()), above(size());
  for (size_t j = 0; j < size(); ++j) {
    const Tails t = distribution::log_tails(laws_[j], x);
    below[j] = t.below + log_weights_[j];
    above[j] = t.above + log_weights_[j];
  }
  return both(log_sum_of(below), log_sum_of(above));
}

double MixedLaws::log_interval(double low, double high) const {
  if (!(low <= high)) return NO_NUMBER;
  std::vector<double> parts(size());
  for (size_t j = 0; j < size(); ++j)
    parts[j] = log_weights_[j] + distribution::log_interval(laws_[j], low, high);
  const double inside = log_sum_of(parts);
  if (inside < -LOG_2) return inside;
  const double outside = log_sum(log_tails(low).below, log_tails(high).above);
  return log_complement(outside < 0.0 ? outside : 0.0);
}

double MixedLaws::quantile(Target t) const {
  if (t.log_mass != t.log_mass) return t.log_mass;
  double low = INFINITE, high = -INFINITE;
  for (const Law& law : laws_) {
    const double q = distribution::quantile(law, t);
    low = std::min(low, q);
    high = std::max(high, q);
  }
  if (t.log_mass == -INFINITE) return t.above ? high : low;
  if (low == high || size() == 1) return low;
  const auto gap_at = [&](double x) {  // rises with x
    const Tails found = log_tails(x);
    return t.above ? t.log_mass - found.above : found.below - t.log_mass;
  };
  const auto reached = [&](double x) { return gap_at(x) >= -t.slack; };
  if (any_discrete_) {
    // a jump across the probability sought is the answer; whole numbers and point masses have jumps
    if (reached(low)) return low;
    for (const Law& law : laws_)
      if (law.family == Family::point_mass && law.location > low && law.location <= high) {
        const double before = std::nextafter(law.location, -INFINITE);
        if (reached(law.location)) {
          if (!reached(before)) return law.location;
          high = before;
        } else {
          low = law.location;
        }
      }
    const bool counts = std::any_of(laws_.begin(), laws_.end(), [](const Law& law) {
      return space_of(law.family) == families::Space::count;
    });
    if (counts) {
      double a = std::floor(low), b = std::ceil(high);  // not reached, reached
      while (b - a > 1.0) {
        const double middle = std::floor(0.5 * a + 0.5 * b);
        if (middle <= a || middle >= b) break;
        (reached(middle) ? b : a) = middle;
      }
      const double before = std::nextafter(b, -INFINITE);
      if (!reached(before)) return b;
      low = std::max(low, a);
      high = std::min(high, before);
    }
  }
  double x = low > 0.0 && high > 4.0 * low ? std::sqrt(low) * std::sqrt(high) : 0.5 * low + 0.5 * high;
  for (int i = 0; i < 3000 && low < high; ++i) {
    const Tails found = log_tails(x);
    const double tail = t.above ? found.above : found.below;
    const double gap = t.above ? t.log_mass - tail : tail - t.log_mass;
    if (gap == 0.0) break;
    (gap > 0.0 ? high : low) = x;
    const bool powers = low > 0.0 && high > 4.0 * low;
    const double slope = exp1(log_density(x) - tail), step = gap / slope;
    double next = powers ? x * exp1(-step / x) : x - step;
    if (!(next > low && next < high))
      next = powers ? std::sqrt(low) * std::sqrt(high) : 0.5 * low + 0.5 * high;
    const double moved = std::fabs(next - x);
    if (next <= low || next >= high) break;
    x = next;
    if (moved <= 2e-16 * std::fabs(x)) break;
  }
  return x;
}

}  // namespace mix1d::distribution
