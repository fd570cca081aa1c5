// data.cpp: the checks and the pooling of input columns, for data.py
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <optional>

#include "bind/buffer.hpp"
#include "bind/scans.hpp"
#include "data/hash_pool.hpp"
#include "data/pool.hpp"
#include "data/resolution.hpp"
#include "data/scan.hpp"

namespace mix1d::bind {

using namespace mix1d::data;

namespace {

using Frozen = nb::ndarray<nb::numpy, const double, nb::ndim<1>, nb::c_contig>;

Frozen freeze(std::vector<double>&& source) {
  auto* kept = new std::vector<double>(std::move(source));
  nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
  return Frozen(kept->data(), {kept->size()}, owner);
}

nb::object or_none(double h) { return h > 0.0 ? nb::cast(h) : nb::none(); }

struct Columns {
  Columns(nb::handle data, nb::handle sample_weight) : data_(data) {
    if (sample_weight.is_none()) return;
    weights_.emplace(sample_weight);
    if (weights_->reader().n != data_.reader().n)
      throw nb::value_error("as many weights as values are needed");
  }
  const ColumnReader& data() const { return data_.reader(); }
  const ColumnReader* weights() const { return weights_ ? &weights_->reader() : nullptr; }

 private:
  Column data_;
  std::optional<Column> weights_;
};

nb::object pooled_tuple(Pooled& pooled, double h) {
  return nb::make_tuple(freeze(std::move(pooled.values)), freeze(std::move(pooled.weights)),
                        freeze(std::move(pooled.rows)), pooled.total_weight, or_none(h));
}

// With a `cap`, values and census only where there are no more distinct values than that.
nb::tuple pool(nb::handle data, nb::handle sample_weight, bool drop_missing, size_t cap, unsigned threads) {
  Columns columns(data, sample_weight);
  Pooled pooled;
  double h = 0.0;
  bool fits = true;
  {
    nb::gil_scoped_release release;
    if (cap == 0)
      pooled = pool_by_sorting(columns.data(), columns.weights(), drop_missing);
    else
      fits = pool_by_hashing(columns.data(), columns.weights(), drop_missing, cap, threads, pooled);
    if (fits) h = resolution_of(pooled.values.data(), pooled.values.size(), pooled.total_weight);
  }
  if (!fits) return nb::make_tuple(nb::none(), nb::none());
  nb::object found = pooled.values.empty() && cap == 0 ? nb::none() : pooled_tuple(pooled, h);
  return nb::make_tuple(found, write_census(pooled.census));
}

nb::tuple scan(nb::handle data, nb::handle sample_weight, unsigned threads) {
  Columns columns(data, sample_weight);
  Scan found;
  {
    nb::gil_scoped_release release;
    found = scan_column(columns.data(), columns.weights(), threads);
  }
  return write_scan(found);
}

// The resolution of a long column from `rows` of its rows, evenly spaced.
nb::object resolution(nb::handle data, nb::handle sample_weight, size_t rows) {
  Columns columns(data, sample_weight);
  double h = 0.0;
  {
    nb::gil_scoped_release release;
    const ColumnReader& all = columns.data();
    size_t count = std::min(rows, all.n);
    std::vector<uint64_t> keys;
    keys.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      size_t row = size_t(double(i) / double(count) * double(all.n));
      double value = 0.0, weight = 1.0;
      all.read(row, 1, &value);
      if (columns.weights()) columns.weights()->read(row, 1, &weight);
      if (std::isfinite(value) && weight > 0.0) keys.push_back(sort_key(value + 0.0));
    }
    Pooled pooled;
    if (!keys.empty()) pool_rows(keys, pooled);
    h = resolution_of(pooled.values.data(), pooled.values.size(), double(keys.size()));
  }
  return or_none(h);
}

}  // namespace

void bind_data(nb::module_& m) {
  m.def("pool", &pool, nb::arg("data"), nb::arg("sample_weight").none(), nb::arg("drop_missing"),
        nb::arg("cap") = 0, nb::arg("threads") = 1);
  m.def("scan_column", &scan, nb::arg("data"), nb::arg("sample_weight").none(), nb::arg("threads"));
  m.def("resolution", &resolution, nb::arg("data"), nb::arg("sample_weight").none(), nb::arg("rows"));
}

}  // namespace mix1d::bind
