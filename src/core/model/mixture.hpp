// mixture.hpp: the parameters of a mixture
#pragma once

#include <cstddef>
#include <vector>

#include "families/catalogue.hpp"

namespace mix1d::model {

// Weights, means and sds, one after the other. Where not all components are normal, each has a family and a
// shape, and its location and scale stand in the places of mean and sd.
struct Mix {
  size_t k = 0;
  std::vector<double> v;
  std::vector<families::Family> family;  // empty: all are normal
  std::vector<double> shape;             // as long as `family`
  Mix() = default;
  explicit Mix(size_t components, families::Family of = families::Family::normal)
      : k(components), v(3 * components) {
    if (of != families::Family::normal) family.assign(k, of), shape.assign(k, 0.0);
  }
  double& weight(size_t j) { return v[j]; }
  double& mean(size_t j) { return v[k + j]; }
  double& sd(size_t j) { return v[2 * k + j]; }
  double weight(size_t j) const { return v[j]; }
  double mean(size_t j) const { return v[k + j]; }
  double sd(size_t j) const { return v[2 * k + j]; }

  bool all_normal() const { return family.empty(); }
  // Normal components, beside a uniform background: weights, means and sds say all.
  bool plain() const;
  // Numbers of each component: those three, and a shape where a mixture is not plain.
  size_t parts() const { return plain() ? 3 : 4; }
  families::Family family_of(size_t j) const { return all_normal() ? families::Family::normal : family[j]; }
  double shape_of(size_t j) const { return all_normal() ? 0.0 : shape[j]; }

  // A mixture of so many components that has room for families where `other` has them.
  static Mix like(const Mix& other, size_t components) {
    Mix mix(components);
    if (!other.all_normal()) mix.family.resize(components), mix.shape.resize(components);
    return mix;
  }

  // Component j becomes that of another mixture, made like it.
  void copy(size_t j, const Mix& from, size_t other) {
    weight(j) = from.weight(other);
    mean(j) = from.mean(other);
    sd(j) = from.sd(other);
    if (!all_normal()) family[j] = from.family[other], shape[j] = from.shape[other];
  }
};

// Below this share a component has only what exp_negative gives instead of zero.
constexpr double EMPTY = 1e-290;

// Of a component in y = g(x), in which its family has location and scale; the weight is left alone.
families::Moments moments_of(const Mix& mix, size_t j);
void set_moments(Mix& mix, size_t j, const families::Moments& m);

// Those from number `begin` on.
void sort_by_mean(Mix& mix, Mix* follower = nullptr, long* index = nullptr, size_t begin = 0);

}  // namespace mix1d::model
