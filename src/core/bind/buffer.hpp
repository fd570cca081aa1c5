// buffer.hpp: a one-dimensional Python buffer (a NumPy array of any real type) as a ColumnReader
#pragma once

#include <nanobind/nanobind.h>

#include <bit>
#include <cstring>

#include "data/column.hpp"

namespace mix1d::bind {

namespace nb = nanobind;

// Holds the buffer for as long as it lives; make and destroy it with the GIL held.
class Column {
 public:
  explicit Column(nb::handle array) {
    if (PyObject_GetBuffer(array.ptr(), &view_, PyBUF_RECORDS_RO) != 0) throw nb::python_error();
    int kind = view_.ndim == 1 ? find_kind() : -1;
    if (kind < 0) {
      PyBuffer_Release(&view_);
      throw nb::type_error("expected a one-dimensional array of real numbers");
    }
    size_t n = size_t(view_.shape[0]);
    reader_ = data::ColumnReader{view_.buf, view_.strides[0], kind, swapped(), n};
  }
  ~Column() { PyBuffer_Release(&view_); }
  Column(const Column&) = delete;
  Column& operator=(const Column&) = delete;

  const data::ColumnReader& reader() const { return reader_; }

 private:
  // The format is that of Python's struct module: an optional byte-order mark, then one letter.
  char letter() const { return std::strchr("@=<>!", view_.format[0]) ? view_.format[1] : view_.format[0]; }

  bool swapped() const {
    bool big = view_.format[0] == '>' || view_.format[0] == '!';
    bool little = view_.format[0] == '<';
    return std::endian::native == std::endian::little ? big : little;
  }

  int find_kind() const {
    char code = letter();
    int width = std::countr_zero(unsigned(view_.itemsize));
    if (code != 0 && std::strchr("bhilqn", code)) return data::kI1 + width;
    if (code != 0 && std::strchr("BHILQN", code)) return data::kU1 + width;
    if (code == 'e') return data::kF2;
    if (code == 'f') return data::kF4;
    if (code == 'd') return data::kF8;
    if (code == 'g' && view_.itemsize == sizeof(long double)) return data::kFLong;
    return -1;
  }

  Py_buffer view_{};
  data::ColumnReader reader_{};
};

}  // namespace mix1d::bind
