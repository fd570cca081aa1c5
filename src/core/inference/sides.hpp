// sides.hpp: what a cut between two groups of components does, and where such a cut stands
//
// The lower group are the components up to i, the upper those behind it. A point mass is in neither: its
// values need no cut.
#pragma once

#include "inference/mixed.hpp"

namespace mix1d::inference {

// Whether a quantity is one of those below.
bool of_sides(Kind kind);

class Sides {
 public:
  // With the frame of a mixture of any families; normals are in their own.
  Sides(const model::Frame* frame, const model::Mix& mix);

  // NaN where the quantity is not defined.
  double value_of(const Quantity& q, double near) const;

  // Whether the quantity is a place of counts, which jumps from one number to another.
  bool jumps(const Quantity& q) const;

 private:
  // The logarithm of the weight below and above a place of the components from `first` to `last`.
  distribution::Tails tails(size_t first, size_t last, double place) const;
  double quantile(const Quantity& q) const;
  double upper_among_above(size_t i, double place) const;
  double precise(const Quantity& q) const;
  double valley(double near) const;
  size_t last() const { return mixture_.laws().size() - 1; }

  model::Frame own_;
  const model::Frame& frame_;
  MixedMixture mixture_;
};

}  // namespace mix1d::inference
