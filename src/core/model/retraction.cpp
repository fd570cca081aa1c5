// retraction.cpp: the way back from free coordinates to a mixture
#include <algorithm>
#include <cmath>

#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
#include "model/chart.hpp"

namespace mix1d::model {

using namespace kernels;

namespace {

// Growths that are tried where a mixture is brought to growing means.
constexpr double LEAST_GROWTH = 0.25, MOST_GROWTH = 4.0, GROWTH_STEP = 1.0905077326652577;  // 2^(1/8)

// What is left of d (1 + r + ... + r^(j - 1)) by the best first mean and step, for means y with weights w.
struct Line {
  double first = 0.0, step = 0.0, left = 0.0;
};

// `place` holds those of the components from number `begin` on.
Line fitted_line(const Mix& mix, size_t begin, const std::vector<double>& place) {
  double mass = 0.0, p = 0.0, y = 0.0, pp = 0.0, py = 0.0;
  auto at = [&](size_t j) { return place[j - begin]; };
  for (size_t j = begin; j < mix.k; ++j)
    mass += mix.weight(j), p += mix.weight(j) * at(j), y += mix.weight(j) * mix.mean(j);
  p /= mass, y /= mass;
  for (size_t j = begin; j < mix.k; ++j) {
    pp += mix.weight(j) * (at(j) - p) * (at(j) - p);
    py += mix.weight(j) * (at(j) - p) * (mix.mean(j) - y);
  }
  Line line;
  line.step = pp > 0.0 ? py / pp : 0.0;
  line.first = y - line.step * p;
  for (size_t j = begin; j < mix.k; ++j) {
    const double rest = mix.mean(j) - line.first - line.step * at(j);
    line.left += mix.weight(j) * rest * rest;
  }
  return line;
}

// 0, 1, 1 + r, 1 + r + r^2, ...
std::vector<double> growing_places(size_t k, double growth) {
  std::vector<double> place(k, 0.0);
  double power = 1.0;
  for (size_t j = 1; j < k; ++j) place[j] = place[j - 1] + power, power *= growth;
  return place;
}

// Whether a parameter is held at a number of its own.
bool at(const std::vector<double>& values, size_t j) { return j < values.size() && !std::isnan(values[j]); }

}  // namespace

Mix Chart::retract(const Mix& mix, const std::vector<double>& step, const LeastSd& least) const {
  Mix next;
  retract(mix, step, least, next);
  return next;
}

void Chart::retract(const Mix& mix, const std::vector<double>& step, const LeastSd& least, Mix& next) const {
  constexpr size_t USUAL = 64;
  const Layout free = layout(mix.k);
  next = mix;
  double usual[USUAL];
  const size_t count = free.weights + free.sds;
  std::vector<double> larger(count > USUAL ? count : 0);
  double* factor = count > USUAL ? larger.data() : usual;
  std::copy_n(step.begin(), free.weights, factor);
  const double* log_sds = step.data() + free.weights + free.means;
  std::copy_n(log_sds, free.sds, factor + free.weights);
  loops().exp(factor, factor, count);
  move_weights(mix, factor, next);
  move_means(mix, step.data() + free.weights, next);
  move_sds(mix, factor + free.weights, least, next);
  move_natural(mix, step, least, next);
  if (!all_normal()) move_shapes(mix, log_sds + free.sds, next);
}

void Chart::move_weights(const Mix& mix, const double* factor, Mix& next) const {
  if (weights_ == Weights::each) {
    double total = 0.0;
    for (size_t j = 0; j < mix.k; ++j) total += next.weight(j) = mix.weight(j) * factor[j];
    for (size_t j = 0; j < mix.k; ++j) next.weight(j) /= total;
    return;
  }
  const size_t free = layout(mix.k).weights;
  std::vector<double> weight(free, 0.0);
  double rest = 0.0, total = 0.0;
  bool held = false;
  for (size_t j = 0; j < mix.k; ++j) {
    const int f = weight_of(j);
    if (f == Slot::HELD)
      held = true;
    else
      rest += mix.weight(j), weight[static_cast<size_t>(f)] += mix.weight(j);
  }
  for (size_t a = 0; a < free; ++a) total += weight[a] *= factor[a];
  for (size_t j = 0; j < mix.k; ++j) {
    const int f = weight_of(j);
    if (f == Slot::HELD) {
      next.weight(j) = mix.weight(j);
      continue;
    }
    next.weight(j) = weight[static_cast<size_t>(f)] / total * weight_slots_[j].ratio;
    if (held) next.weight(j) *= rest;
  }
}

void Chart::move_natural(const Mix& mix, const std::vector<double>& step, const LeastSd& least,
                         Mix& next) const {
  if (half_width_ == 0.0) return;
  const size_t weights = layout(mix.k).weights;
  for (size_t j = leading_; j < mix.k; ++j) {
    if (natural(mix, j)) {
      const double beta =
          (mix.mean(j) - centre_) / mix.sd(j) * (half_width_ / mix.sd(j)) + step[weights + j - leading_];
      double& sd = next.sd(j) = std::min(next.sd(j), most_sd());
      next.mean(j) = centre_ + beta * sd * (sd / half_width_);
      sd = std::max(sd, least(next.mean(j)));
    } else if (sd_of(j) != Slot::HELD) {
      next.sd(j) = std::min(next.sd(j), most_sd());
    }
  }
}

void Chart::move_means(const Mix& mix, const double* step, Mix& next) const {
  const size_t k = mix.k;
  switch (means_) {
    case Means::each:
      for (size_t j = leading_, f = 0; j < k; ++j) {
        const families::FamilyFacts& facts = families::facts_of(family_of(j));
        if (!facts.has(families::Coordinate::location)) continue;
        next.mean(j) = mix.mean(j) + mix.sd(j) * step[f++];
        if (facts.space == families::Space::count)
          next.mean(j) = std::max(next.mean(j), families::LEAST_LOG_COUNT);
      }
      break;
    case Means::slots: {
      std::vector<double> shift(layout(k).means, std::nan(""));
      for (size_t j = 0; j < k; ++j) {
        next.mean(j) = mix.mean(j);
        if (mean_slots_[j].free == Slot::HELD) continue;
        const auto f = static_cast<size_t>(mean_slots_[j].free);
        if (std::isnan(shift[f])) shift[f] = mix.sd(j) * step[f];
        next.mean(j) += shift[f];
      }
      break;
    }
    case Means::spaced:
    case Means::growing: {
      const size_t a = leading_, moving = k - a;
      const double first = mix.mean(a) + mix.sd(a) * step[0];
      const double gap = moving > 1 ? mix.mean(a + 1) - mix.mean(a) + mix.sd(a) * step[1] : 0.0;
      double growth = 1.0;
      if (means_ == Means::growing && moving > 2)
        growth = (mix.mean(a + 2) - mix.mean(a + 1)) / (mix.mean(a + 1) - mix.mean(a)) * exp1(step[2]);
      const std::vector<double> place = growing_places(moving, growth);
      for (size_t j = a; j < k; ++j) next.mean(j) = first + gap * place[j - a];
    }
  }
  for (size_t j = 0; j < low_.size(); ++j) next.mean(j) = std::clamp(next.mean(j), low_[j], high_[j]);
}

void Chart::move_sds(const Mix& mix, const double* factor, const LeastSd& least, Mix& next) const {
  const bool together = sds_ == Sds::slots || sds_ == Sds::proportional;
  std::vector<double> rise(together ? layout(mix.k).sds : 0, 1.0);
  for (size_t j = 0; j < mix.k; ++j) {
    const int f = sd_of(j);
    double& sd = next.sd(j) = f == Slot::HELD ? mix.sd(j) : mix.sd(j) * factor[f];
    if (sds_ == Sds::proportional && j >= leading_) {
      const double grown = (next.mean(j) - origin_) / (mix.mean(j) - origin_);
      sd *= grown > 0.0 ? grown : std::nan("");  // no step leads to the other side of the origin
    }
    const double bound = least(next.mean(j));
    if (f == Slot::HELD || !(sd < bound)) continue;
    if (together)
      rise[static_cast<size_t>(f)] = std::max(rise[static_cast<size_t>(f)], bound / sd);
    else
      sd = bound;
  }
  for (size_t j = 0; together && j < mix.k; ++j)
    if (sd_of(j) != Slot::HELD) next.sd(j) *= rise[static_cast<size_t>(sd_of(j))];
}

void Chart::move_shapes(const Mix& mix, const double* step, Mix& next) const {
  constexpr double AT_BOUND = 1e-12;  // a shape so close to its bound is at it
  for (size_t j = 0; j < mix.k; ++j) {
    if (shape_of(j) == Slot::HELD) continue;
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    double& shape = next.shape[j] =
        std::clamp(mix.shape_of(j) + step[shape_of(j)], facts.least_shape, facts.most_shape);
    if (shape - facts.least_shape < AT_BOUND) shape = facts.least_shape;
    if (facts.most_shape - shape < AT_BOUND) shape = facts.most_shape;
  }
}

Mix Chart::project(Mix mix) const {
  project_weights(mix);
  project_means(mix);
  project_sds(mix);
  return mix;
}

void Chart::project_weights(Mix& mix) const {
  if (weights_ == Weights::held)
    for (size_t j = 0; j < mix.k; ++j)
      if (at(held_weights_, j)) mix.weight(j) = held_weights_[j];
  if (weights_ != Weights::slots) return;
  double held = 0.0, moving = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    if (weight_of(j) == Slot::HELD && at(held_weights_, j)) mix.weight(j) = held_weights_[j];
    (weight_of(j) == Slot::HELD ? held : moving) += mix.weight(j);
  }
  std::vector<double> weight(layout(mix.k).weights, 0.0);
  for (size_t j = 0; j < mix.k; ++j)
    if (weight_of(j) != Slot::HELD)
      weight[static_cast<size_t>(weight_of(j))] += mix.weight(j) * ((1.0 - held) / moving);
  for (size_t j = 0; j < mix.k; ++j)
    if (weight_of(j) != Slot::HELD)
      mix.weight(j) = weight[static_cast<size_t>(weight_of(j))] * weight_slots_[j].ratio;
}

void Chart::project_means(Mix& mix) const {
  const size_t k = mix.k;
  for (size_t j = 0; j < k; ++j)
    if (at(held_means_, j)) mix.mean(j) = held_means_[j];
  if (means_ == Means::slots) {
    std::vector<double> mass(layout(k).means, 0.0), sum = mass;
    for (size_t j = 0; j < k; ++j) {
      if (mean_slots_[j].free == Slot::HELD) continue;
      mass[static_cast<size_t>(mean_slots_[j].free)] += mix.weight(j);
      sum[static_cast<size_t>(mean_slots_[j].free)] += mix.weight(j) * mix.mean(j);
    }
    for (size_t j = 0; j < k; ++j)
      if (const int f = mean_slots_[j].free; f != Slot::HELD)
        mix.mean(j) = sum[static_cast<size_t>(f)] / mass[static_cast<size_t>(f)];
  } else if (means_ == Means::spaced || means_ == Means::growing) {
    const size_t moving = k - leading_;
    double growth = 1.0;
    Line line = fitted_line(mix, leading_, growing_places(moving, growth));
    if (means_ == Means::growing && moving > 2)
      for (double r = LEAST_GROWTH; r <= MOST_GROWTH; r *= GROWTH_STEP) {
        const Line other = fitted_line(mix, leading_, growing_places(moving, r));
        if (other.left < line.left) line = other, growth = r;
      }
    const std::vector<double> place = growing_places(moving, growth);
    for (size_t j = leading_; j < k; ++j) mix.mean(j) = line.first + line.step * place[j - leading_];
  }
  if (sds_ != Sds::proportional || means_ != Means::each) return;
  double side = 0.0;  // of the origin: that of the most
  for (size_t j = leading_; j < k; ++j) side += mix.mean(j) < origin_ ? -mix.weight(j) : mix.weight(j);
  for (size_t j = leading_; j < k; ++j) mix.mean(j) = origin_ + std::copysign(mix.mean(j) - origin_, side);
}

void Chart::project_sds(Mix& mix) const {
  const size_t k = mix.k;
  for (size_t j = 0; j < k; ++j)
    if (at(held_sds_, j)) mix.sd(j) = held_sds_[j];
  if (families_.empty() && !families::facts_of(family_).has(families::Coordinate::log_scale)) return;
  if (sds_ == Sds::equal) {
    double within = 0.0, mass = 0.0;
    for (size_t j = leading_; j < k; ++j)
      within += mix.weight(j) * mix.sd(j) * mix.sd(j), mass += mix.weight(j);
    if (leading_ > 0) within /= mass;
    for (size_t j = leading_; j < k; ++j) mix.sd(j) = std::sqrt(within);
    return;
  }
  if (sds_ == Sds::each) return;
  if (sds_ == Sds::held) {
    for (size_t j = leading_; j < k; ++j) mix.sd(j) = held_sd_;
    return;
  }
  auto unit = [&](size_t j) {
    return sds_ == Sds::slots ? sd_slots_[j].ratio : std::fabs(mix.mean(j) - origin_);
  };
  std::vector<double> mass(k, 0.0), within = mass;
  for (size_t j = leading_; j < k; ++j) {
    if (sd_of(j) == Slot::HELD) continue;
    const double relative = mix.sd(j) / unit(j);
    mass[static_cast<size_t>(sd_of(j))] += mix.weight(j);
    within[static_cast<size_t>(sd_of(j))] += mix.weight(j) * relative * relative;
  }
  for (size_t j = leading_; j < k; ++j) {
    if (sd_of(j) != Slot::HELD)
      mix.sd(j) =
          unit(j) * std::sqrt(within[static_cast<size_t>(sd_of(j))] / mass[static_cast<size_t>(sd_of(j))]);
    else if (sds_ == Sds::proportional)
      mix.sd(j) = unit(j) * cv_;
  }
}

}  // namespace mix1d::model
