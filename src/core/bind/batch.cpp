// batch.cpp: many columns at once, for batch/
#include <deque>

#include "batch/batch.hpp"
#include "bind/requests.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;
using namespace search;
using namespace batch;

namespace {

// One number a column.
template <class Value>
Out per_column(const std::vector<BatchRow>& rows, Value value) {
  Out out = make_array(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) out.data()[i] = static_cast<double>(value(rows[i]));
  return out;
}

// Weights, means and sds (or what belongs to each) in a row of 3 x width, the rest NaN.
void write_padded(const std::vector<double>& from, size_t width, double* to) {
  std::fill_n(to, 3 * width, std::numeric_limits<double>::quiet_NaN());
  const size_t k = from.size() / 3;
  for (size_t part = 0; part < 3; ++part) std::copy_n(from.data() + part * k, k, to + part * width);
}

nb::dict write_batch(const std::vector<BatchRow>& rows) {
  size_t width = 0, n_tried = 0, n_optima = 0;
  for (const BatchRow& row : rows) {
    width = std::max(width, row.fit.mix.k);
    n_tried += row.tried.size();
    n_optima += row.fit.optima.size();
  }
  nb::dict d;
  d["fitted"] = per_column(rows, [](const BatchRow& r) { return r.fitted; });
  d["n_obs"] = per_column(rows, [](const BatchRow& r) { return r.census.n_obs; });
  d["n_missing"] = per_column(rows, [](const BatchRow& r) { return r.census.n_missing; });
  d["n_zero_weight"] = per_column(rows, [](const BatchRow& r) { return r.census.n_zero_weight; });
  d["distinct"] = per_column(rows, [](const BatchRow& r) { return r.distinct; });
  d["total_weight"] = per_column(rows, [](const BatchRow& r) { return r.total_weight; });
  d["resolution"] = per_column(rows, [](const BatchRow& r) { return r.resolution; });
  d["k"] = per_column(rows, [](const BatchRow& r) { return r.fit.mix.k; });
  d["equal"] = per_column(rows, [](const BatchRow& r) { return r.fit.chart->sds_tied(); });
  d["log_likelihood"] = per_column(rows, [](const BatchRow& r) { return r.fit.log_likelihood; });
  d["entropy"] = per_column(rows, [](const BatchRow& r) { return r.fit.entropy; });
  d["decrement"] = per_column(rows, [](const BatchRow& r) { return r.fit.decrement; });
  d["converged"] = per_column(rows, [](const BatchRow& r) { return r.fit.converged; });
  d["positive_definite"] = per_column(rows, [](const BatchRow& r) { return r.fit.positive_definite; });
  d["regularized"] = per_column(rows, [](const BatchRow& r) { return r.fit.regularized; });
  d["sound"] = per_column(rows, [](const BatchRow& r) { return r.fit.sound; });
  d["max_iter_reached"] = per_column(rows, [](const BatchRow& r) { return r.fit.stop == Stop::max_iter; });
  d["null_components"] = per_column(rows, [](const BatchRow& r) { return r.fit.null_components; });
  d["collapsed"] = per_column(rows, [](const BatchRow& r) { return r.fit.collapsed; });
  d["n_tried"] = per_column(rows, [](const BatchRow& r) { return r.tried.size(); });
  d["n_optima"] = per_column(rows, [](const BatchRow& r) { return r.fit.optima.size(); });

  const size_t padded = std::max<size_t>(3 * width, 3);
  Out mixtures = make_array(rows.size(), padded), errors = make_array(rows.size(), padded),
      tried = make_array(n_tried, 5), optima = make_array(n_optima, 3 + padded);
  double *next_tried = tried.data(), *next_optimum = optima.data();
  for (size_t i = 0; i < rows.size(); ++i) {
    const BatchRow& row = rows[i];
    write_padded(row.fit.mix.v, padded / 3, mixtures.data() + i * padded);
    write_padded(row.errors, padded / 3, errors.data() + i * padded);
    for (const Tried& t : row.tried) {
      const double line[5] = {static_cast<double>(t.k), static_cast<double>(t.equal),
                              static_cast<double>(t.regularized), t.log_likelihood, t.entropy};
      next_tried = std::copy_n(line, 5, next_tried);
    }
    for (const Optimum& o : row.fit.optima) {
      const double line[3] = {o.log_likelihood, o.penalised, static_cast<double>(o.regularized)};
      next_optimum = std::copy_n(line, 3, next_optimum);
      write_padded(o.mix.v, padded / 3, next_optimum);
      next_optimum += padded;
    }
  }
  d["mixtures"] = mixtures;
  d["errors"] = errors;
  d["tried"] = tried;
  d["optima"] = optima;
  return d;
}

nb::dict fit_batch_of(nb::list columns, nb::object sample_weights, bool drop_missing, nb::handle candidates,
                      nb::handle options) {
  const CandidatesRecord tried(candidates);
  const OptionsRecord how(options);
  Batch b;
  std::deque<Column> held;  // their buffers stay where they are
  auto hold = [&](nb::handle array) { return held.emplace_back(array).reader(); };
  for (nb::handle column : columns) b.columns.push_back(hold(column));
  if (!sample_weights.is_none())
    for (nb::handle weights : nb::cast<nb::list>(sample_weights)) b.weights.push_back(hold(weights));
  bool fit_together = b.weights.empty() || b.weights.size() == b.columns.size();
  for (size_t i = 0; fit_together && i < b.weights.size(); ++i)
    fit_together = b.weights[i].n == b.columns[i].n;
  if (!fit_together) throw nb::value_error("as many weights as values are needed");
  b.drop_missing = drop_missing;
  tried.ask(b.request);
  how.ask(b.request);
  std::vector<BatchRow> rows;
  with_poll(b.request, how.progress, [&] { rows = fit_batch(b); });
  return write_batch(rows);
}

}  // namespace

void bind_batch(nb::module_& m) {
  using nb::arg;
  m.def("fit_batch", &fit_batch_of, arg("columns"), arg("sample_weights").none(), arg("drop_missing"),
        arg("candidates"), arg("options"));
}

}  // namespace mix1d::bind
