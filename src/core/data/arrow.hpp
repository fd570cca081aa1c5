// arrow.hpp: the Arrow C data and stream interfaces
// (https://arrow.apache.org/docs/format/CDataInterface.html)
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "data/column.hpp"

extern "C" {

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
}

namespace mix1d::data {

// Owns a structure of the interface and releases it at the end; moving empties the source, as the standard
// asks.
template <class T>
struct Owned : T {
  Owned() : T{} {}
  explicit Owned(T* source) : T(*source) { source->release = nullptr; }
  Owned(Owned&& other) noexcept : T(other) { other.release = nullptr; }
  Owned& operator=(Owned&& other) noexcept {
    std::swap(static_cast<T&>(*this), static_cast<T&>(other));
    return *this;
  }
  ~Owned() {
    if (this->release) this->release(this);
  }
};

// The kind of a primitive format, or -1 for anything that is not a column of real numbers.
int arrow_kind(const ArrowSchema& schema);

inline size_t kind_bytes(int kind) {
  constexpr size_t bytes[] = {1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, sizeof(long double)};
  return bytes[kind];
}

inline bool arrow_bit(const void* bitmap, int64_t i) {
  return !bitmap || (static_cast<const uint8_t*>(bitmap)[i >> 3] >> (i & 7) & 1);
}

// One chunk of a primitive column, either an array itself or a child of a struct array (a table's chunk).
struct ArrowChunk {
  const ArrowArray* outer;
  const ArrowArray* values;
  int64_t offset, length;

  ArrowChunk(const ArrowArray& array, bool in_struct, int64_t child = 0)
      : outer(in_struct ? &array : nullptr),
        values(in_struct ? array.children[child] : &array),
        offset(values->offset + (in_struct ? array.offset : 0)),
        length(array.length) {}

  bool valid(int64_t i) const {
    return arrow_bit(values->buffers[0], offset + i) &&
           (!outer || arrow_bit(outer->buffers[0], outer->offset + i));
  }
  bool has_nulls() const {
    bool possible = (values->null_count != 0 && values->buffers[0]) ||
                    (outer && outer->null_count != 0 && outer->buffers[0]);
    for (int64_t i = 0; possible && i < length; ++i)
      if (!valid(i)) return true;
    return false;
  }
  const char* data(size_t bytes) const {
    return static_cast<const char*>(values->buffers[1]) + size_t(offset) * bytes;
  }
  // Converts the chunk to doubles, nulls to NaN.
  void read(int kind, double* out) const {
    size_t bytes = kind_bytes(kind);
    ColumnReader{data(bytes), ptrdiff_t(bytes), kind, false, size_t(length)}.read(0, size_t(length), out);
    for (int64_t i = 0; i < length; ++i)
      if (!valid(i)) out[i] = std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace mix1d::data
