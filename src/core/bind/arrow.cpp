// arrow.cpp: a column behind the Arrow C interface as a NumPy array, without the library it comes from
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "data/arrow.hpp"

namespace mix1d::bind {

using namespace mix1d::data;

namespace nb = nanobind;

namespace {

using AnyArray = nb::ndarray<nb::numpy, nb::ro>;

template <class T>
Owned<T> take(nb::handle capsule, const char* name) {
  void* pointer = PyCapsule_GetPointer(capsule.ptr(), name);
  if (!pointer) throw nb::python_error();
  return Owned<T>(static_cast<T*>(pointer));
}

struct Imported {
  Owned<ArrowSchema> schema;
  std::vector<Owned<ArrowArray>> chunks;
};

[[noreturn]] void fail(ArrowArrayStream& stream) {
  const char* reason = stream.get_last_error(&stream);
  throw nb::value_error(reason ? reason : "the Arrow stream failed without a reason");
}

Imported import(nb::handle source) {
  Imported out;
  if (nb::hasattr(source, "__arrow_c_stream__")) {
    auto stream = take<ArrowArrayStream>(source.attr("__arrow_c_stream__")(), "arrow_array_stream");
    if (stream.get_schema(&stream, &out.schema) != 0) fail(stream);
    while (true) {
      Owned<ArrowArray> chunk;
      if (stream.get_next(&stream, &chunk) != 0) fail(stream);
      if (!chunk.release) break;
      out.chunks.push_back(std::move(chunk));
    }
  } else {
    auto pair = nb::cast<nb::tuple>(source.attr("__arrow_c_array__")());
    out.schema = take<ArrowSchema>(pair[0], "arrow_schema");
    out.chunks.push_back(take<ArrowArray>(pair[1], "arrow_array"));
  }
  return out;
}

nb::dlpack::dtype numpy_type(int kind) {
  auto code = kind < kU1 ? nb::dlpack::dtype_code::Int
                         : (kind < kF2 ? nb::dlpack::dtype_code::UInt : nb::dlpack::dtype_code::Float);
  return {uint8_t(code), uint8_t(8 * kind_bytes(kind)), 1};
}

template <class T>
AnyArray own(std::unique_ptr<T[]> data, size_t n, int kind) {
  nb::capsule owner(data.get(), [](void* p) noexcept { delete[] static_cast<T*>(p); });
  return AnyArray(data.release(), 1, &n, owner, nullptr, numpy_type(kind));
}

// One chunk without nulls is shared; several are joined in their own type; nulls make it a copy as doubles
// with NaN.
AnyArray to_numpy(std::vector<Owned<ArrowArray>>& arrays, int kind, bool in_struct) {
  std::vector<ArrowChunk> chunks;
  size_t n = 0, full = 0, bytes = kind_bytes(kind);
  bool nulls = false;
  for (size_t i = 0; i < arrays.size(); ++i) {
    if (arrays[i].length == 0) continue;
    chunks.emplace_back(arrays[i], in_struct);
    full = i;
    n += size_t(arrays[i].length);
    nulls = nulls || chunks.back().has_nulls();
  }
  if (nulls) {
    auto out = std::make_unique<double[]>(n);
    double* at = out.get();
    for (const ArrowChunk& chunk : chunks) {
      chunk.read(kind, at);
      at += chunk.length;
    }
    return own(std::move(out), n, kF8);
  }
  if (chunks.size() == 1) {
    const char* data = chunks[0].data(bytes);
    auto* kept = new Owned<ArrowArray>(std::move(arrays[full]));
    nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<Owned<ArrowArray>*>(p); });
    return AnyArray(data, 1, &n, owner, nullptr, numpy_type(kind));
  }
  auto out = std::make_unique<char[]>(n * bytes);
  char* at = out.get();
  for (const ArrowChunk& chunk : chunks) {
    std::memcpy(at, chunk.data(bytes), size_t(chunk.length) * bytes);
    at += size_t(chunk.length) * bytes;
  }
  return own(std::move(out), n, kind);
}

AnyArray as_doubles(const ArrowChunk& chunk, int kind) {
  const size_t n = size_t(chunk.length);
  auto out = std::make_unique<double[]>(n);
  chunk.read(kind, out.get());
  return own(std::move(out), n, kF8);
}

// A column of Arrow's null type holds nothing but missing values.
AnyArray all_missing(const std::vector<Owned<ArrowArray>>& arrays) {
  size_t n = 0;
  for (const auto& array : arrays) n += size_t(array.length);
  auto out = std::make_unique<double[]>(n);
  std::fill_n(out.get(), n, std::numeric_limits<double>::quiet_NaN());
  return own(std::move(out), n, kF8);
}

// (column or None, its format, its name or None, names of the table's columns or None)
nb::tuple read_arrow(nb::handle source) {
  Imported in = import(source);
  const ArrowSchema* field = &in.schema;
  bool in_struct = std::strcmp(field->format, "+s") == 0;
  nb::object names = nb::none();
  if (in_struct) {
    nb::list all;
    for (int64_t i = 0; i < in.schema.n_children; ++i) {
      const char* name = in.schema.children[i]->name;
      all.append(nb::str(name ? name : ""));
    }
    names = all;
    if (in.schema.n_children != 1) return nb::make_tuple(nb::none(), field->format, nb::none(), names);
    field = in.schema.children[0];
  }
  const char* format = field->dictionary ? "dictionary" : field->format;
  nb::object name = field->name && *field->name ? nb::object(nb::str(field->name)) : nb::none();
  int kind = arrow_kind(*field);
  nb::object column = nb::none();
  if (kind >= 0)
    column = nb::cast(to_numpy(in.chunks, kind, in_struct));
  else if (std::strcmp(format, "n") == 0)
    column = nb::cast(all_missing(in.chunks));
  return nb::make_tuple(column, format, name, names);
}

// The columns of the next batch of a stream of tables, which share its memory where they have no nulls;
// None at the end. All columns are real numbers, which is for who makes the stream to see to.
nb::object read_arrow_batch(nb::handle capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), "arrow_array_stream"));
  if (!stream) throw nb::python_error();
  Owned<ArrowSchema> schema;
  auto batch = std::make_shared<Owned<ArrowArray>>();
  int failed;
  {
    nb::gil_scoped_release release;
    failed = stream->get_schema(stream, &schema);
    if (!failed) failed = stream->get_next(stream, batch.get());
  }
  if (failed) fail(*stream);
  if (!batch->release) return nb::none();
  nb::list columns;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const int kind = arrow_kind(*schema.children[i]);
    if (kind < 0) throw nb::value_error("a column of the Arrow stream does not hold real numbers");
    const ArrowChunk chunk(*batch, true, i);
    if (chunk.length == 0 || chunk.has_nulls()) {
      columns.append(nb::cast(as_doubles(chunk, kind)));
      continue;
    }
    auto* kept = new std::shared_ptr<Owned<ArrowArray>>(batch);
    nb::capsule owner(kept,
                      [](void* p) noexcept { delete static_cast<std::shared_ptr<Owned<ArrowArray>>*>(p); });
    const size_t n = size_t(chunk.length);
    columns.append(nb::cast(AnyArray(chunk.data(kind_bytes(kind)), 1, &n, owner, nullptr, numpy_type(kind))));
  }
  return columns;
}

}  // namespace

void bind_arrow(nanobind::module_& m) {
  m.def("read_arrow", &read_arrow, nb::arg("source"));
  m.def("read_arrow_batch", &read_arrow_batch, nb::arg("stream"));
}

}  // namespace mix1d::bind
