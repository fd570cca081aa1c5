// moves.hpp: mixtures with a component more or less
#pragma once

#include <cstddef>

#include "model/mixture.hpp"

namespace mix1d::search {

// Copies of a mixture with one component replaced by two.
constexpr size_t SPLITS = 4;
model::Mix with_split(const model::Mix& mix, size_t j, size_t way);

model::Mix without(const model::Mix& mix, size_t j);

// Two components merged into one with the same first two moments.
model::Mix merged(const model::Mix& mix, size_t a, size_t b);

}  // namespace mix1d::search
