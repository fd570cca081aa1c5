// mixture.hpp: the parameters of a mixture
#pragma once

#include <cstddef>
#include <vector>

namespace mix1d::model {

// weights, means and sds, one after the other
struct Mix {
  size_t k = 0;
  std::vector<double> v;
  Mix() = default;
  explicit Mix(size_t components) : k(components), v(3 * components) {}
  double& weight(size_t j) { return v[j]; }
  double& mean(size_t j) { return v[k + j]; }
  double& sd(size_t j) { return v[2 * k + j]; }
  double weight(size_t j) const { return v[j]; }
  double mean(size_t j) const { return v[k + j]; }
  double sd(size_t j) const { return v[2 * k + j]; }
};

// Below this share a component has only what exp_negative gives instead of zero.
constexpr double EMPTY = 1e-290;

void sort_by_mean(Mix& mix, Mix* follower = nullptr, long* index = nullptr);

}  // namespace mix1d::model
