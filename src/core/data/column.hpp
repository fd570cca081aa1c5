// column.hpp: reads a column of any real type, stride and byte order as doubles, a block at a time
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mix1d {

enum ColumnKind : int { kI1, kI2, kI4, kI8, kU1, kU2, kU4, kU8, kF2, kF4, kF8, kFLong };

// Rows converted at a time: 8 KB of doubles, a quarter of a first-level cache.
inline constexpr size_t kBlock = 1024;

// IEEE half precision, kept apart from the unsigned integers by its type.
struct Half {
  uint16_t bits;
  explicit operator double() const {
    uint32_t magnitude = uint32_t(bits & 0x7fff) << 13;
    if (magnitude >= 0x0f800000) magnitude |= 0x7f800000;  // infinity and NaN keep an all-ones exponent
    // Scaling by 2^112 moves the exponent bias from 15 to 127 and normalises subnormals.
    double value = double(std::bit_cast<float>(magnitude));
    if (magnitude < 0x7f800000) value *= 0x1p112;
    return bits & 0x8000 ? -value : value;
  }
};

struct ColumnReader {
  const void* data;
  ptrdiff_t stride;  // bytes from one value to the next, may be negative or 0
  int kind;
  bool swapped;  // the bytes of a value stand in the other order than the machine's
  size_t n;

  // Converts rows begin .. begin + count - 1.
  void read(size_t begin, size_t count, double* out) const {
    switch (kind) {
      case kI1:
        return convert<int8_t>(begin, count, out);
      case kI2:
        return convert<int16_t>(begin, count, out);
      case kI4:
        return convert<int32_t>(begin, count, out);
      case kI8:
        return convert<int64_t>(begin, count, out);
      case kU1:
        return convert<uint8_t>(begin, count, out);
      case kU2:
        return convert<uint16_t>(begin, count, out);
      case kU4:
        return convert<uint32_t>(begin, count, out);
      case kU8:
        return convert<uint64_t>(begin, count, out);
      case kF2:
        return convert<Half>(begin, count, out);
      case kF4:
        return convert<float>(begin, count, out);
      case kF8:
        return convert<double>(begin, count, out);
      default:
        return convert<long double>(begin, count, out);
    }
  }

  // The same rows without a copy where they are doubles in memory already, else converted into `buffer`.
  const double* block(size_t begin, size_t count, double* buffer) const {
    bool direct = kind == kF8 && !swapped && stride == ptrdiff_t(sizeof(double)) &&
                  reinterpret_cast<uintptr_t>(data) % alignof(double) == 0;
    if (direct) return static_cast<const double*>(data) + begin;
    read(begin, count, buffer);
    return buffer;
  }

 private:
  template <class T>
  void convert(size_t begin, size_t count, double* out) const {
    const char* at = static_cast<const char*>(data) + ptrdiff_t(begin) * stride;
    if (swapped) {
      for (size_t i = 0; i < count; ++i, at += stride) {
        unsigned char bytes[sizeof(T)];
        std::memcpy(bytes, at, sizeof(T));
        std::reverse(bytes, bytes + sizeof(T));
        T value;
        std::memcpy(&value, bytes, sizeof(T));
        out[i] = static_cast<double>(value);
      }
    } else if (stride == ptrdiff_t(sizeof(T))) {  // a constant step lets the compiler use vectors
      for (size_t i = 0; i < count; ++i) {
        T value;
        std::memcpy(&value, at + i * sizeof(T), sizeof(T));
        out[i] = static_cast<double>(value);
      }
    } else {
      for (size_t i = 0; i < count; ++i, at += stride) {
        T value;
        std::memcpy(&value, at, sizeof(T));
        out[i] = static_cast<double>(value);
      }
    }
  }
};

}  // namespace mix1d
