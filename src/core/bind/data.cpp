// data.cpp: the checks and the pooling of input columns, for data.py
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

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

// Some rows of a long column, evenly spaced.
class SpacedRows {
 public:
  SpacedRows(const Columns& columns, size_t rows)
      : columns_(columns), count_(std::min(rows, columns.data().n)) {}

  size_t count() const { return count_; }

  // The keys of those that count, in the order of the rows.
  template <class Chosen>
  std::vector<uint64_t> keys(Chosen chosen) const {
    const ColumnReader& all = columns_.data();
    std::vector<uint64_t> keys;
    for (size_t i = 0; i < count_; ++i) {
      if (!chosen(i)) continue;
      size_t row = size_t(double(i) / double(count_) * double(all.n));
      double value = 0.0, weight = 1.0;
      all.read(row, 1, &value);
      if (columns_.weights()) columns_.weights()->read(row, 1, &weight);
      if (std::isfinite(value) && weight > 0.0) keys.push_back(sort_key(value + 0.0));
    }
    return keys;
  }

 private:
  const Columns& columns_;
  size_t count_;
};

// Whether one in sixteen of many rows, chosen at random, are all different. Where a tenth of the rows repeat
// others, which a resolution takes, a sixteenth of 65,536 has 25 repeats on average or more.
bool clearly_continuous(const SpacedRows& rows) {
  constexpr size_t MANY = 65536;
  constexpr uint64_t ONE_IN = 16;
  if (rows.count() < MANY) return false;
  auto chosen = [](uint64_t i) {  // splitmix64, doi:10.1145/2714064.2660195
    i = (i + 1) * 0x9e3779b97f4a7c15u;
    i = (i ^ (i >> 30)) * 0xbf58476d1ce4e5b9u;
    i = (i ^ (i >> 27)) * 0x94d049bb133111ebu;
    return (i ^ (i >> 31)) % ONE_IN == 0;
  };
  std::vector<uint64_t> keys = rows.keys(chosen);
  sort_rows(keys);
  return 2 * ONE_IN * keys.size() > rows.count() &&
         std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

// The resolution of a long column from `rows` of its rows, evenly spaced.
nb::object resolution(nb::handle data, nb::handle sample_weight, size_t rows) {
  Columns columns(data, sample_weight);
  double h = 0.0;
  {
    nb::gil_scoped_release release;
    const SpacedRows spaced(columns, rows);
    if (!clearly_continuous(spaced)) {
      std::vector<uint64_t> keys = spaced.keys([](size_t) { return true; });
      const double total = double(keys.size());
      Pooled pooled;
      if (!keys.empty()) pool_rows(keys, pooled);
      h = resolution_of(pooled.values.data(), pooled.values.size(), total);
    }
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
