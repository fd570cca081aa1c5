// column.hpp: reads a column of any real type, stride and byte order as doubles, a block at a time
#pragma once

#include <cstddef>

namespace mix1d::data {

enum ColumnKind : int { kI1, kI2, kI4, kI8, kU1, kU2, kU4, kU8, kF2, kF4, kF8, kFLong };

// Rows converted at a time: 8 KB of doubles, a quarter of a first-level cache.
inline constexpr size_t kBlock = 1024;

struct ColumnReader {
  const void* data;
  ptrdiff_t stride;  // bytes from one value to the next, may be negative or 0
  int kind;
  bool swapped;  // the bytes of a value stand in the other order than the machine's
  size_t n;

  // Converts rows begin .. begin + count - 1.
  void read(size_t begin, size_t count, double* out) const;

  // The same rows without a copy where they are doubles in memory already, else converted into `buffer`.
  const double* block(size_t begin, size_t count, double* buffer) const;
};

}  // namespace mix1d::data
