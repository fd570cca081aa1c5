// column.cpp: one loop for each type, with vectors where the rows are evenly spaced
#include "data/column.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace mix1d::data {

namespace {

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

template <class T>
void convert(const ColumnReader& column, size_t begin, size_t count, double* out) {
  const char* at = static_cast<const char*>(column.data) + ptrdiff_t(begin) * column.stride;
  if (column.swapped) {
    for (size_t i = 0; i < count; ++i, at += column.stride) {
      unsigned char bytes[sizeof(T)];
      std::memcpy(bytes, at, sizeof(T));
      std::reverse(bytes, bytes + sizeof(T));
      T value;
      std::memcpy(&value, bytes, sizeof(T));
      out[i] = static_cast<double>(value);
    }
  } else if (column.stride == ptrdiff_t(sizeof(T))) {  // a constant step lets the compiler use vectors
    for (size_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, at + i * sizeof(T), sizeof(T));
      out[i] = static_cast<double>(value);
    }
  } else {
    for (size_t i = 0; i < count; ++i, at += column.stride) {
      T value;
      std::memcpy(&value, at, sizeof(T));
      out[i] = static_cast<double>(value);
    }
  }
}

}  // namespace

void ColumnReader::read(size_t begin, size_t count, double* out) const {
  switch (kind) {
    case kI1:
      return convert<int8_t>(*this, begin, count, out);
    case kI2:
      return convert<int16_t>(*this, begin, count, out);
    case kI4:
      return convert<int32_t>(*this, begin, count, out);
    case kI8:
      return convert<int64_t>(*this, begin, count, out);
    case kU1:
      return convert<uint8_t>(*this, begin, count, out);
    case kU2:
      return convert<uint16_t>(*this, begin, count, out);
    case kU4:
      return convert<uint32_t>(*this, begin, count, out);
    case kU8:
      return convert<uint64_t>(*this, begin, count, out);
    case kF2:
      return convert<Half>(*this, begin, count, out);
    case kF4:
      return convert<float>(*this, begin, count, out);
    case kF8:
      return convert<double>(*this, begin, count, out);
    default:
      return convert<long double>(*this, begin, count, out);
  }
}

const double* ColumnReader::block(size_t begin, size_t count, double* buffer) const {
  bool direct = kind == kF8 && !swapped && stride == ptrdiff_t(sizeof(double)) &&
                reinterpret_cast<uintptr_t>(data) % alignof(double) == 0;
  if (direct) return static_cast<const double*>(data) + begin;
  read(begin, count, buffer);
  return buffer;
}

}  // namespace mix1d::data
