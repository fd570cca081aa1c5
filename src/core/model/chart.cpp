// chart.cpp: the constraints, and which coordinates are free
#include "model/chart.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mix1d::model {

namespace {

// How many different free coordinates there are.
size_t count_free(const std::vector<Slot>& slots) {
  int most = Slot::HELD;
  for (const Slot& s : slots) most = std::max(most, s.free);
  return static_cast<size_t>(most + 1);
}

}  // namespace

const Chart& Chart::unconstrained() {
  static const Chart chart;
  return chart;
}

const Chart& Chart::equal_sds() {
  static const Chart chart = [] {
    Chart c;
    c.sds_ = Sds::equal;
    return c;
  }();
  return chart;
}

Chart& Chart::of(families::Family family) {
  family_ = family;
  return *this;
}

Chart& Chart::of(std::vector<families::Family> each) {
  families_ = std::move(each);
  return *this;
}

families::Family Chart::family_of(size_t j) const {
  if (!families_.empty()) return families_[j];
  return j < leading_ ? families::Family::uniform : family_;
}

bool Chart::has_shapes() const {
  auto one = [](families::Family f) { return families::facts_of(f).has(families::Coordinate::shape); };
  return families_.empty() ? one(family_) : std::any_of(families_.begin(), families_.end(), one);
}

bool Chart::mixes_space(families::Space space) const {
  return std::any_of(families_.begin(), families_.end(),
                     [&](families::Family f) { return families::facts_of(f).space == space; });
}

Chart Chart::in_frame(families::Space space) const {
  Chart chart = *this;
  if (space == families::Space::log && family_ == families::Family::lognormal)
    chart.family_ = families::Family::normal;
  return chart;
}

size_t Chart::count_before(size_t j, families::Coordinate coordinate) const {
  if (families_.empty() && held_shapes_.empty()) return j - std::min(j, leading_);
  size_t count = 0;
  for (size_t i = leading_; i < j; ++i)
    count += coordinate == families::Coordinate::shape
                 ? shape_of_itself(i)
                 : families_.empty() || families::facts_of(families_[i]).has(coordinate);
  return count;
}

Chart& Chart::at_most(size_t components) {
  most_components_ = components;
  return *this;
}

Chart& Chart::weights(std::vector<Slot> slots) {
  weights_ = Weights::slots;
  weight_slots_ = std::move(slots);
  return *this;
}

Chart& Chart::held_weights() {
  weights_ = Weights::held;
  return *this;
}

Chart& Chart::means(std::vector<Slot> slots) {
  means_ = Means::slots;
  mean_slots_ = std::move(slots);
  return *this;
}

Chart& Chart::spaced_means() {
  means_ = Means::spaced;
  return *this;
}

Chart& Chart::growing_means() {
  means_ = Means::growing;
  return *this;
}

Chart& Chart::sds(std::vector<Slot> slots) {
  sds_ = Sds::slots;
  sd_slots_ = std::move(slots);
  return *this;
}

Chart& Chart::proportional_sds(double origin) {
  sds_ = Sds::proportional;
  origin_ = origin;
  cv_held_ = false;
  return *this;
}

Chart& Chart::proportional_sds(double origin, double cv) {
  proportional_sds(origin);
  cv_held_ = true;
  cv_ = cv;
  return *this;
}

Chart& Chart::held_at(std::vector<double> weights, std::vector<double> means, std::vector<double> sds) {
  held_weights_ = std::move(weights);
  held_means_ = std::move(means);
  held_sds_ = std::move(sds);
  return *this;
}

bool Chart::has_units() const {
  return sds_ == Sds::proportional || sds_ == Sds::held || !held_means_.empty() || !held_sds_.empty() ||
         !low_.empty();
}

bool Chart::allows(size_t k) const {
  auto fits = [&](const auto& list) { return list.empty() || list.size() == k; };
  return fits(weight_slots_) && fits(mean_slots_) && fits(sd_slots_) && fits(families_) &&
         (most_components_ == 0 || k <= most_components_);
}

bool Chart::positional() const {
  auto named = [](const std::vector<Slot>& slots) {
    return std::any_of(slots.begin(), slots.end(), [&](const Slot& s) {
      return s.free != slots.front().free || s.ratio != slots.front().ratio;
    });
  };
  auto values = [](const std::vector<double>& at) {
    return std::any_of(at.begin(), at.end(), [](double v) { return !std::isnan(v); });
  };
  return mixes_families() || (weights_ == Weights::slots && named(weight_slots_)) ||
         (means_ == Means::slots && named(mean_slots_)) || (sds_ == Sds::slots && named(sd_slots_)) ||
         values(held_weights_) || values(held_means_) || !low_.empty();
}

Chart& Chart::held_sds(double sd) {
  sds_ = Sds::held;
  held_sd_ = sd;
  return *this;
}

Chart& Chart::leading(size_t components) {
  leading_ = components;
  return *this;
}

Chart& Chart::within_window(double low, double high) {
  centre_ = 0.5 * (low + high);
  half_width_ = 0.5 * (high - low);
  return *this;
}

Chart& Chart::means_within(std::vector<double> low, std::vector<double> high) {
  low_ = std::move(low);
  high_ = std::move(high);
  return *this;
}

std::vector<size_t> Chart::with_sd_of(size_t j, size_t k) const {
  std::vector<size_t> found;
  for (size_t i = 0; i < k; ++i)
    if (i == j || (moves_sd(j) && sd_of(i) == sd_of(j))) found.push_back(i);
  return found;
}

Chart Chart::with_sds_held(const std::vector<size_t>& held, size_t k) const {
  if (held.empty()) return *this;
  std::vector<Slot> slots(k);
  std::vector<int> number(k, Slot::HELD);
  int next = 0;
  for (size_t j = 0; j < k; ++j) {
    const int free = sd_of(j);
    if (j < leading_ || free == Slot::HELD || std::find(held.begin(), held.end(), j) != held.end()) continue;
    int& renamed = number[static_cast<size_t>(free)];
    if (renamed == Slot::HELD) renamed = next++;
    slots[j] = {renamed, sds_ == Sds::slots ? sd_slots_[j].ratio : 1.0};
  }
  Chart chart = *this;
  return chart.sds(std::move(slots));
}

Chart Chart::with_shape_held(size_t component) const {
  Chart chart = *this;
  chart.held_shapes_.push_back(component);
  return chart;
}

Chart Chart::with_held(size_t component, const Mix& mix) const {
  Chart chart = with_sds_held({component}, mix.k);
  std::vector<Slot> slots(mix.k);
  int next = 0;
  for (size_t j = leading_; j < mix.k; ++j)
    if (j != component && (means_ != Means::slots || mean_slots_[j].free != Slot::HELD))
      slots[j].free = next++;
  return chart.means(std::move(slots));
}

bool Chart::relative_sds() const {
  return sds_ == Sds::proportional ||
         (sds_ == Sds::slots && std::any_of(sd_slots_.begin(), sd_slots_.end(), [](const Slot& s) {
            return s.free != Slot::HELD && s.ratio != 1.0;
          }));
}

bool Chart::sds_tied() const {
  if (families_.empty() && !families::facts_of(family_).has(families::Coordinate::log_scale)) return true;
  if (sds_ == Sds::slots) return count_free(sd_slots_) <= 1;
  return sds_ != Sds::each;
}

bool Chart::closed() const { return symmetric() && (sds_ == Sds::each || sds_ == Sds::equal); }

bool Chart::symmetric() const {
  return weights_ == Weights::each && means_ == Means::each && sds_ != Sds::slots && low_.empty() &&
         families_.empty();
}

Layout Chart::layout(size_t k) const {
  const size_t moving = k - leading_;
  Layout free;
  free.weights = weights_ == Weights::slots ? count_free(weight_slots_) : weights_ == Weights::each ? k : 0;
  switch (means_) {
    case Means::each:
      free.means = count_before(k, families::Coordinate::location);
      break;
    case Means::slots:
      free.means = count_free(mean_slots_);
      break;
    case Means::spaced:
      free.means = std::min<size_t>(moving, 2);
      break;
    case Means::growing:
      free.means = std::min<size_t>(moving, 3);
  }
  const bool scales = !families_.empty() || families::facts_of(family_).has(families::Coordinate::log_scale);
  switch (sds_) {
    case Sds::each:
      free.sds = scales ? count_before(k, families::Coordinate::log_scale) : 0;
      break;
    case Sds::equal:
      free.sds = scales;
      break;
    case Sds::slots:
      free.sds = count_free(sd_slots_);
      break;
    case Sds::proportional:
      free.sds = cv_held_ ? 0 : 1;
      break;
    case Sds::held:
      free.sds = 0;
  }
  free.shapes = has_shapes() ? count_before(k, families::Coordinate::shape) : 0;
  return free;
}

size_t Chart::n_parameters(size_t k) const {
  const Layout free = layout(k);
  return free.size() - (free.weights > 0);
}

int Chart::weight_of(size_t j) const {
  if (weights_ == Weights::slots) return weight_slots_[j].free;
  return weights_ == Weights::each ? static_cast<int>(j) : Slot::HELD;
}

int Chart::sd_of(size_t j) const {
  if (j < leading_ || !families::facts_of(family_of(j)).has(families::Coordinate::log_scale))
    return Slot::HELD;
  if (sds_ == Sds::slots) return sd_slots_[j].free;
  if (sds_ == Sds::each) return static_cast<int>(count_before(j, families::Coordinate::log_scale));
  return sds_ == Sds::held || (sds_ == Sds::proportional && cv_held_) ? Slot::HELD : 0;
}

bool Chart::shape_of_itself(size_t j) const {
  return j >= leading_ && families::facts_of(family_of(j)).has(families::Coordinate::shape) &&
         std::find(held_shapes_.begin(), held_shapes_.end(), j) == held_shapes_.end();
}

int Chart::shape_of(size_t j) const {
  return shape_of_itself(j) ? static_cast<int>(count_before(j, families::Coordinate::shape)) : Slot::HELD;
}

}  // namespace mix1d::model
