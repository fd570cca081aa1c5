// laws.hpp: mixtures of any families as Python holds them: weights, locations, scales, families, shapes
#pragma once

#include <optional>

#include "bind/requests.hpp"
#include "distribution/mixture.hpp"

namespace mix1d::bind {

// Five arrays; a mixture of normals has three, and a `Model` is one of those.
bool is_mixed(nb::handle mixture);

// Keeps the arrays while a mixture is made of them.
class MixedArrays {
 public:
  explicit MixedArrays(nb::handle mixture);
  size_t size() const { return weights_.shape(0); }
  distribution::MixedLaws laws() const;
  distribution::Law law(size_t j) const;
  double weight(size_t j) const { return weights_.data()[j]; }

 private:
  In weights_, locations_, scales_;
  Whole families_;
  In shapes_;
};

Out mixed_density(const In& x, nb::handle mixture, bool log);
Out mixed_probability(const In& x, nb::handle mixture, bool above, bool log);
Out mixed_quantiles(const In& p, nb::handle mixture, bool above, bool log);
Out mixed_responsibilities(const In& x, nb::handle mixture);

}  // namespace mix1d::bind
