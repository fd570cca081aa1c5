// component.hpp: one component of a mixture of any families, as the loops want it
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mix1d::families {

// The rows of families/table.hpp and families/catalogue.cpp.
enum class Family : uint8_t { normal, uniform };
constexpr size_t FAMILIES = 2;

constexpr size_t MOST_SLOTS = 3;  // location, log scale, shape
constexpr size_t NUMBERS = 8;     // that a family prepares for its loops

// A component in the coordinates of its family. Location and scale are those of y = g(x), in which the family
// moves and stretches (or nearly so): values, or their logarithms.
struct Coordinates {
  double log_weight, location, scale, log_scale, shape;
};

// A mixture: `numbers` holds NUMBERS prepared numbers a component.
struct Parts {
  size_t k;
  const Family* family;
  const double* numbers;
};

// Second derivatives of so many slots, and where that of slots a <= b stands among them.
constexpr size_t pairs_of(size_t slots) { return slots * (slots + 1) / 2; }
constexpr size_t pair_place(size_t slots, size_t a, size_t b) { return a * slots - a * (a + 1) / 2 + b; }

}  // namespace mix1d::families
