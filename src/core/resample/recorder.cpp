// recorder.cpp: strata of rows, their draws, and what is recorded of them
#include "resample/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "data/failure.hpp"
#include "model/general.hpp"
#include "resample/component_draws.hpp"
#include "resample/draws.hpp"

namespace mix1d::resample {

using namespace model;
using namespace observations;
using families::Family;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();
constexpr int TRIES = 1000;         // for a value of the background that its error leaves inside the window
constexpr int MOST_TRIES = 100000;  // for one of any family

double limit_of(Random& random, const Limits& law, double none) {
  if (law.at.empty()) return none;
  const double u = random.uniform();
  const size_t i = std::upper_bound(law.cumulative.begin(), law.cumulative.end(), u) - law.cumulative.begin();
  return i < law.at.size() ? law.at[i] : none;
}

std::vector<RecordedRow> pooled(std::vector<RecordedRow> rows) {
  std::stable_sort(rows.begin(), rows.end(), before);
  size_t n = 0;
  for (const RecordedRow& row : rows) {
    if (n > 0 && alike(rows[n - 1], row))
      rows[n - 1].weight += row.weight;
    else
      rows[n++] = row;
  }
  rows.resize(n);
  return rows;
}

}  // namespace

Recorder::Recorder(const Recording& recording, Resampling resampling, const Mix& mix)
    : recording_(recording), resampling_(resampling), mix_(mix) {
  if (resampling == Resampling::parametric) {
    add_strata();
    return;
  }
  std::map<uint64_t, std::vector<size_t>> by_mask;
  for (size_t i = 0; i < recording.rows.size(); ++i) by_mask[recording.rows[i].components].push_back(i);
  for (auto& [mask, places] : by_mask) labelled_.push_back(std::move(places));
}

std::vector<RecordedRow> Recorder::draw(Random& random) const {
  std::vector<RecordedRow> rows;
  if (resampling_ != Resampling::parametric) {
    rows = recording_.rows;
    weigh(random, rows);
    std::erase_if(rows, [](const RecordedRow& row) { return !(row.weight > 0.0); });
    return rows;
  }
  for (const Stratum& s : strata_)
    for (size_t i = 0; i < s.draws; ++i) rows.push_back(record(random, s, value(random, s)));
  return pooled(std::move(rows));
}

void Recorder::weigh(Random& random, std::vector<RecordedRow>& rows) const {
  std::vector<double> given, drawn;
  for (const std::vector<size_t>& places : labelled_) {
    double total = 0.0;
    given.clear();
    for (size_t i : places) given.push_back(rows[i].weight), total += rows[i].weight;
    drawn.resize(given.size());
    if (resampling_ == Resampling::weighted)
      draw_weights(random, given.data(), given.size(), drawn.data());
    else
      draw_counts(random, given.data(), given.size(),
                  static_cast<size_t>(std::max(std::nearbyint(total), 1.0)), drawn.data());
    for (size_t i = 0; i < places.size(); ++i) rows[places[i]].weight = drawn[i];
  }
}

void Recorder::add_strata() {
  double largest = 0.0;
  for (size_t j = 0; j < mix_.k; ++j)
    largest = std::max({largest, mix_.sd(j), 1e-3 * std::fabs(mix_.mean(j))});
  for (const RecordedRow& row : recording_.rows) largest = std::max(largest, std::sqrt(row.variance));
  if (mix_.plain()) std::frexp(largest, &unit_);
  for (size_t j = 0; j < mix_.k; ++j) {
    mix_.mean(j) = std::ldexp(mix_.mean(j), -unit_);
    mix_.sd(j) = std::ldexp(mix_.sd(j), -unit_);
  }
  using Key = std::tuple<double, double, double, uint64_t, bool>;
  std::map<Key, double> weights;
  for (const RecordedRow& row : recording_.rows)
    weights[{row.variance, row.low, row.high, row.components, row.rounds}] += row.weight;
  double all = 0.0;
  for (const auto& [key, weight] : weights) all += weight;
  check_draws(all);
  for (const auto& [key, weight] : weights) {
    const auto& [variance, low, high, mask, rounds] = key;
    const double draws = std::max(std::nearbyint(weight), 1.0),
                 error = std::ldexp(std::sqrt(variance), -unit_);
    Stratum s{{0.0, 0.0, variance, low, high, mask, false, rounds, 0.0},
              static_cast<size_t>(draws),
              weight / draws,
              {}};
    Mix inside = mix_;
    for (size_t j = 0; j < inside.k; ++j)
      if (inside.family_of(j) == Family::normal)
        inside.sd(j) = std::sqrt(inside.sd(j) * inside.sd(j) + error * error);
    if (mix_.plain()) reweigh(inside, {std::ldexp(low, -unit_), std::ldexp(high, -unit_)}, 1.0);
    double sum = 0.0;
    for (size_t j = 0; j < inside.k; ++j) s.bound.push_back(sum += allows(mask, j) ? inside.weight(j) : 0.0);
    if (!(sum > 0.0))
      throw data::Refused("a label names a component of weight 0, of which nothing can be drawn");
    strata_.push_back(std::move(s));
  }
}

double Recorder::value(Random& random, const Stratum& s) const {
  constexpr double LARGEST = std::numeric_limits<double>::max();
  if (!mix_.plain()) return value_of_families(random, s);
  const double u = random.uniform() * s.bound.back();
  size_t j = 0;
  while (j + 1 < s.bound.size() && u >= s.bound[j]) ++j;
  const double low = std::ldexp(s.like.low, -unit_), high = std::ldexp(s.like.high, -unit_);
  const double error = std::ldexp(std::sqrt(s.like.variance), -unit_);
  double x, z;
  if (mix_.family_of(j) == Family::normal) {
    const double sd = std::sqrt(mix_.sd(j) * mix_.sd(j) + error * error);
    if (low == -INF && high == INF) {
      random.normals(&z, 1);
    } else {
      z = sd > 0.0 ? random.normal_between((low - mix_.mean(j)) / sd, (high - mix_.mean(j)) / sd) : 0.0;
    }
    x = mix_.mean(j) + sd * z;
  } else {
    const double begin = mix_.mean(j) - 0.5 * mix_.sd(j), end = mix_.mean(j) + 0.5 * mix_.sd(j);
    const double left = error > 0.0 ? begin : std::max(begin, low),
                 right = error > 0.0 ? end : std::min(end, high);
    int tries = 0;
    do {
      x = left + (right - left) * random.uniform();
      if (error > 0.0) random.normals(&z, 1), x += error * z;
    } while (!(x >= low && x <= high) && ++tries < TRIES);
  }
  x = std::clamp(std::ldexp(x, unit_), -LARGEST, LARGEST);
  return std::clamp(x, s.like.low, s.like.high);
}

double Recorder::value_of_families(Random& random, const Stratum& s) const {
  double x = 0.0;
  for (int tries = 0; tries < MOST_TRIES; ++tries) {
    const double u = random.uniform() * s.bound.back();
    size_t j = 0;
    while (j + 1 < s.bound.size() && u >= s.bound[j]) ++j;
    x = draw_component(random, mix_.family_of(j), {mix_.mean(j), mix_.sd(j), mix_.shape_of(j)});
    if (s.like.variance > 0.0) {
      double z;
      random.normals(&z, 1);
      x += std::sqrt(s.like.variance) * z;
    }
    if (x >= s.like.low && x <= s.like.high) return x;
  }
  throw data::Refused(
      "hardly any value of the estimate lies inside the window: none can be drawn anew there");
}

RecordedRow Recorder::record(Random& random, const Stratum& s, double x) const {
  RecordedRow row = s.like;
  row.weight = s.weight;
  row.lower = row.upper = x;
  const std::vector<double>& edges = recording_.edges;
  if (!edges.empty()) {
    const size_t i = std::upper_bound(edges.begin() + 1, edges.end() - 1, x) - edges.begin();
    row.lower = edges[i - 1], row.upper = edges[i];
  } else {
    const double least = limit_of(random, recording_.below, -INF),
                 most = limit_of(random, recording_.above, INF);
    if (x < least || x > most) {
      row.lower = x < least ? -INF : most;
      row.upper = x < least ? least : INF;
    } else if (row.rounds) {
      row.rounded = true;
      const double step = recording_.step, origin = recording_.origin;
      const double cell = origin + step * std::nearbyint((x - origin) / step);
      row.lower = cell - 0.5 * step, row.upper = cell + 0.5 * step;
    }
  }
  row.lower = std::max(row.lower, row.low), row.upper = std::min(row.upper, row.high);
  if (row.lower > row.upper) row.lower = row.upper = x;
  return row;
}

}  // namespace mix1d::resample
