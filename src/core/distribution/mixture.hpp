// mixture.hpp: a mixture of components of any families
#pragma once

#include <cstdint>
#include <vector>

#include "distribution/law.hpp"

namespace mix1d::distribution {

// Without the components of weight 0, unless these are all there are.
class MixedLaws {
 public:
  MixedLaws(size_t k, const double* weights, const double* locations, const double* scales,
            const int64_t* families, const double* shapes);

  size_t size() const { return laws_.size(); }
  const std::vector<Law>& laws() const { return laws_; }
  const std::vector<double>& log_weights() const { return log_weights_; }
  const std::vector<double>& weights() const { return weights_; }
  size_t column(size_t j) const { return column_[j]; }  // of the arrays that were given

  // At a point that has a probability of its own this is the logarithm of that, and continuous components
  // have no part in it.
  double log_density(double x) const;
  // By component, shares that add to 1; NaN where x is.
  void shares(double x, double* out) const;
  Tails log_tails(double x) const;
  double log_interval(double low, double high) const;
  double quantile(Target target) const;
  bool all_discrete() const;

 private:
  // Log weight plus log density of each component; what the density is taken against decides who takes part.
  void terms(double x, std::vector<double>& out) const;

  std::vector<Law> laws_;
  std::vector<double> weights_, log_weights_;
  std::vector<size_t> column_;
  bool any_discrete_ = false;
};

}  // namespace mix1d::distribution
