// mixed.hpp: quantities of mixtures of any families, whose components are known by their laws
#pragma once

#include <cstddef>
#include <vector>

#include "distribution/mixture.hpp"
#include "inference/quantity.hpp"
#include "model/frame.hpp"

namespace mix1d::inference {

// The laws of a mixture at the border.
distribution::MixedLaws laws_of(const model::Mix& border);

// The line cut where the most probable component changes; and which point masses are more probable than the
// best of the others where they lie.
struct Partition {
  std::vector<double> cuts;    // in the units of the data
  std::vector<size_t> winner;  // one more than cuts
  std::vector<bool> atom_wins;
};

// A mixture in a frame, every weight positive. Places are numbers of the frame.
class MixedMixture {
 public:
  MixedMixture(const model::Frame& frame, const model::Mix& mix);

  // All kinds but weights, location, scale and shape; NaN where the quantity is not defined.
  double value_of(const Quantity& q, double near) const;

  bool discrete() const;  // some component has probabilities

  const distribution::MixedLaws& laws() const { return laws_; }
  double spread(size_t j) const;       // of component j, in the frame
  double slope(double place) const;    // of the log density of continuous components
  std::vector<double> places() const;  // rising, so many sds from the means that no part of a curve is missed

  // A quantile and a crossing are where this stays what it is while the mixture changes; and its slope there.
  double balance(const Quantity& q, double place) const;
  double balance_slope(const Quantity& q, double place) const;

  // The line cut where the most probable component changes between places near the components.
  Partition partition() const;
  // The logit of the probability that the most probable component is the wrong one, with these regions.
  double error(const Partition& p) const;

 private:
  double place(size_t j, double sds) const;  // so far from its mean
  double stretch(double place) const;        // of the data over the frame
  double term(size_t j, double place) const;
  double crossing(size_t i, size_t j, double near) const;
  double mode(double near) const;
  size_t best_at(double place) const;

  const model::Frame& frame_;
  model::Mix inside_;
  distribution::MixedLaws laws_;
};

}  // namespace mix1d::inference
