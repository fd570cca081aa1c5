// moves.hpp: mixtures with a component more or less
#pragma once

#include <cstddef>

#include "model/mixture.hpp"

namespace mix1d::search {

// Copies of a mixture with one component replaced by two.
constexpr size_t SPLITS = 4;
model::Mix with_split(const model::Mix& mix, size_t j, size_t way);

// Component j with another shape, mean and sd staying.
model::Mix with_shape(const model::Mix& mix, size_t j, double shape);

// Component j as two halves back to back, whose shapes are opposite.
model::Mix with_halves(const model::Mix& mix, size_t j, double shape);

model::Mix without(const model::Mix& mix, size_t j);

// Two components merged into one with the same first two moments.
model::Mix merged(const model::Mix& mix, size_t a, size_t b);

}  // namespace mix1d::search
