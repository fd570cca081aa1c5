// draws.hpp: samples drawn anew: values of a mixture, weights, and counts
#pragma once

#include <cstddef>
#include <vector>

#include "model/mixture.hpp"
#include "resample/random.hpp"

namespace mix1d::resample {

// A sample drawn anew: sorted distinct values with their weights.
struct Drawn {
  std::vector<double> values, weights;
};

// So many values that a replicate draws, or refuses to.
void check_draws(double draws);

// Where rounded values lie: multiples of `step` away from `origin`; step 0 for values that are not rounded.
struct Lattice {
  double step = 0.0, origin = 0.0;
  // The place next to a value of a family, inside its support; counts and point masses stay where they are.
  double nearest(double x, families::Family family) const;
};

// n values of a mixture, each of weight `weight`, on the lattice of the data. A mixture of other than normal
// components is taken at the border.
Drawn draw_values(Random& random, const model::Mix& mix, size_t n, double weight, const Lattice& lattice);

// The same values with Gamma(w, 1) weights that add up to the old total: the weighted-likelihood bootstrap
// (Newton & Raftery 1994, doi:10.1111/j.2517-6161.1994.tb01956.x) with weights as repetitions.
void draw_weights(Random& random, const double* w, size_t n, double* out);

// How often each of n values is drawn in `draws` draws with replacement.
void draw_counts(Random& random, const double* w, size_t n, size_t draws, double* out);

}  // namespace mix1d::resample
