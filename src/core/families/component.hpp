// component.hpp: one component of a mixture of any families, as the loops want it
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mix1d::families {

// The rows of families/table.hpp and families/catalogue.cpp.
enum class Family : uint8_t {
  normal,
  uniform,
  lognormal,
  gamma,
  weibull,
  inverse_gaussian,
  exponential,
  student_t,
  logistic,
  skew_normal,
  beta,
  poisson,
  negative_binomial,
  point_mass
};
constexpr size_t FAMILIES = 14;

// y = g(x), in which a family moves and stretches, or nearly so; counts stay what they are.
enum class Space : uint8_t { real, log, logit, count };

constexpr double LEAST_LOG_COUNT = -8.0;  // of the mean of a family of counts

constexpr size_t MOST_SLOTS = 3;             // location, log scale, shape
constexpr size_t NUMBERS = 14;               // that a family prepares for its loops
constexpr size_t LOCATION = 12, SCALE = 13;  // the places of two of them, the same for all

// A component in the coordinates of its family. Location and scale are those of y = g(x), in which the family
// moves and stretches (or nearly so): values, or their logarithms.
struct Coordinates {
  double log_weight, location, scale, log_scale, shape;
};

// A mixture: `numbers` holds NUMBERS prepared numbers a component. With `logarithms` or `exponentials`, one
// flag a component, those that are set read what stands beside the numbers of a row; their densities, which
// are by that, become such by the numbers themselves.
struct Parts {
  size_t k;
  const Family* family;
  const double* numbers;
  const bool* logarithms = nullptr;
  const bool* exponentials = nullptr;
};

// Second derivatives of so many slots, and where that of slots a <= b stands among them.
constexpr size_t pairs_of(size_t slots) { return slots * (slots + 1) / 2; }
constexpr size_t pair_place(size_t slots, size_t a, size_t b) { return a * slots - a * (a + 1) / 2 + b; }

}  // namespace mix1d::families
