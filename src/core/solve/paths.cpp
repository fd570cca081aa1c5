// paths.cpp: how close is close, and where paths that come close may still part
#include "solve/paths.hpp"

#include <algorithm>
#include <cmath>

namespace mix1d::solve {

using namespace model;

namespace {

constexpr double CLOSE = 0.1;  // in logarithms of weights and sds, and in sds
// In nats. Paths part at a saddle, where both are slow: outside the concave part around an optimum a point
// counts only where the next one was clearly higher.
constexpr double LEVEL_IN_BOWL = 0.2, LEVEL_ON_SLOPE = 0.05, STEEP = 0.2;

}  // namespace

void Paths::clear() {
  points_.clear();
  parameters_.clear();
  followed_ = 0;
}

bool Paths::cross(const Mix& mix, const Evaluation& at) {
  for (size_t i = 0; i < followed_; ++i)
    if (meets(i, mix, at)) return true;
  const auto k = static_cast<long>(mix.k);
  points_.push_back({at.objective, false});
  parameters_.insert(parameters_.end(), at.logs.begin(), at.logs.begin() + k);
  parameters_.insert(parameters_.end(), mix.v.begin() + k, mix.v.begin() + 2 * k);
  parameters_.insert(parameters_.end(), at.logs.begin() + k, at.logs.begin() + 2 * k);
  return false;
}

bool Paths::meets(size_t i, const Mix& mix, const Evaluation& at) const {
  const Point& point = points_[i];
  const double level = point.in_bowl ? LEVEL_IN_BOWL : LEVEL_ON_SLOPE;
  if (!(std::fabs(point.objective - at.objective) < level)) return false;
  const size_t k = mix.k;
  const double *log_weight = parameters_.data() + 3 * k * i, *mean = log_weight + k, *log_sd = mean + k;
  for (size_t j = 0; j < k; ++j) {
    size_t l = 0;
    while (l < k &&
           !(std::fabs(mean[l] - mix.mean(j)) < CLOSE * mix.sd(j) &&
             std::fabs(log_sd[l] - at.logs[k + j]) < CLOSE && std::fabs(log_weight[l] - at.logs[j]) < CLOSE))
      ++l;
    if (l == k) return false;
  }
  return true;
}

void Paths::end(bool at_optimum) {
  const size_t n = points_.size(), width = n ? parameters_.size() / n : 0;
  for (size_t i = followed_; at_optimum && i < n; ++i) {
    const bool steep = i + 1 < n && points_[i + 1].objective - points_[i].objective > STEEP;
    if (!points_[i].in_bowl && !steep) continue;
    points_[followed_] = points_[i];
    std::copy_n(parameters_.begin() + static_cast<long>(i * width), width,
                parameters_.begin() + static_cast<long>(followed_ * width));
    ++followed_;
  }
  points_.resize(followed_);
  parameters_.resize(followed_ * width);
}

}  // namespace mix1d::solve
