// sides.hpp: what a cut between two groups of components does, and where such a cut stands
//
// The lower group are the components up to i, the upper those behind it. A point mass is in neither: its
// values need no cut.
#pragma once

#include "inference/mixed.hpp"

namespace mix1d::inference {

// Whether a quantity is one of those below, and whether it is the place where a balance of the two sides is
// what it should be.
bool of_sides(Kind kind);
bool is_place_of_sides(Kind kind);

class Sides {
 public:
  // With the frame of a mixture of any families; normals are in their own.
  Sides(const model::Frame* frame, const model::Mix& mix);

  // NaN where the quantity is not defined. A place is sought next to `near`; where that is NaN, from the
  // left.
  double value_of(const Quantity& q, double near) const;

  // A quantile, a valley and a place of a share are where this stays what it is; and its slope there.
  double balance(const Quantity& q, double place) const;
  double balance_slope(const Quantity& q, double place) const;

  // Whether the quantity is a place of counts, which jumps from one number to another.
  bool jumps(const Quantity& q) const;

 private:
  // The logarithm of the weight below and above a place of the components from `first` to `last`.
  distribution::Tails tails(size_t first, size_t last, double place) const;
  double quantile(const Quantity& q) const;
  double upper_among_above(size_t i, double place) const;
  double precise(const Quantity& q, double near) const;
  double valley(double near) const;
  double narrowest() const;  // spread of a component
  size_t last() const { return mixture_.laws().size() - 1; }

  const model::Frame& frame_;
  MixedMixture mixture_;
};

}  // namespace mix1d::inference
