// component_draws.hpp: one value of a component of any family
#pragma once

#include "model/mixture.hpp"
#include "resample/random.hpp"

namespace mix1d::resample {

// Location, scale and shape are those of the border (distribution/law.hpp). Values of families of the
// logarithms are positive, those of logits between 0 and 1, whatever rounding says.
double draw_component(Random& random, families::Family family, const families::Shaped& at);

// Of Poisson's distribution: by counting uniform numbers, or by transformed rejection (Hormann 1993,
// doi:10.1016/0167-6687(93)90997-4).
double draw_count(Random& random, double mean);

}  // namespace mix1d::resample
