// insertion.hpp: where a further component would raise the likelihood most
//
// The directional derivative of l at the mixture f towards a component phi(.; mean, sd) is
//   D(mean, sd) = sum_i w_i phi(x_i; mean, sd) / f(x_i) - n   (Lindsay 1983).
// It is scanned over all means for a ladder of sds; the best places are scored by the exact gain.
#pragma once

#include <cstddef>
#include <vector>

#include "model/objective.hpp"

namespace mix1d::search {

struct Insertion {
  double mean, sd, share, gain;
  bool best_of_level;
  families::Family family = families::Family::normal;
  double shape = 0.0;
  bool as_located = false;  // mean and sd are location and scale
};

struct InsertionOptions {
  size_t per_level = 3;
  size_t keep = 6;
  double least_mass = 0.0;  // places that would get less are passed over
};

// The best places for a new component, the best of every level first, mutually distinct. Gains count the
// penalty.
std::vector<Insertion> insertions(const model::Objective& o, const model::Mix& mix,
                                  const std::vector<double>& ladder, double centre,
                                  const InsertionOptions& options);

// The best places of a half-normal, whose edge is just beside a value, for a family that may be skewed to
// either side. `mean` and `sd` are its location and scale.
std::vector<Insertion> half_normal_insertions(const model::Objective& o, const model::Mix& mix,
                                              const std::vector<double>& ladder,
                                              const InsertionOptions& options);

model::Mix with_insertion(const model::Mix& mix, const Insertion& place);

}  // namespace mix1d::search
