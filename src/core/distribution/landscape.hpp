// landscape.hpp: modes of a mixture, its entropy, and where two components are equally probable
#pragma once

#include <vector>

#include "distribution/mixture.hpp"

namespace mix1d::distribution {

// Local maxima, ascending, a pole at the end of the support included; every point mass is one.
std::vector<double> modes(const MixedLaws& laws);

// In nats; of atoms and density together where there are both.
double entropy(const MixedLaws& laws);

// Where w f of two weighted components are equal, ascending; rising: from the first to the second.
struct Crossing {
  double value;
  bool rising;
};
std::vector<Crossing> crossings(const Law& first, double log_weight, const Law& second, double other_weight);

}  // namespace mix1d::distribution
