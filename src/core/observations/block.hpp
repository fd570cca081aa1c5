// block.hpp: rows of one kind, as the loops want them
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mix1d::observations {

// What is known of a row. Each has its own way to the likelihood (observations/kinds.hpp).
enum class Kind : uint8_t {
  point,           // its value, exactly
  interval,        // that its value lies between two ends, which may be infinite
  noisy,           // its value plus a normal error of known variance
  noisy_interval,  // that its value plus such an error lies between two ends
};
constexpr size_t KINDS = 4;
constexpr bool is_noisy(Kind kind) { return kind == Kind::noisy || kind == Kind::noisy_interval; }

constexpr size_t BLOCK_ROWS = 64;

// What stands beside the numbers of a row, for components that move in another space than the rest.
enum class Beside : uint8_t { nothing, logarithms, exponentials };

constexpr uint64_t ANY_COMPONENT = ~uint64_t(0);

// At most 64 rows. Weights may be negative: those of a truncation are minus the number of values it hides.
struct Block {
  const double* a;         // the value, or the lower end; not in another space where there is an error
  const double* b;         // the upper end of an interval
  const double* variance;  // of the error, where there is one
  const double* weight;    // 0 behind the last row
  size_t first;            // the number of its first row; a multiple of eight
  uint64_t components;     // bit j: component j may have made these rows
  uint32_t count;          // rows, rounded up to a multiple of eight
  Kind kind;
  // The same ends for families that move in another space than the rest, where a mixture has such.
  const double* other_a = nullptr;
  const double* other_b = nullptr;
};

// Whether component j may have made the rows of a block. Masks name the first 64 components.
constexpr bool allows(uint64_t components, size_t j) {
  return components == ANY_COMPONENT || (j < 64 && (components >> j & 1) != 0);
}

}  // namespace mix1d::observations
