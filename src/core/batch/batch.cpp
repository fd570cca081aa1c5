// batch.cpp: one column after the other, shared out to threads
#include "batch/batch.hpp"

#include "data/failure.hpp"
#include "data/parallel.hpp"
#include "data/resolution.hpp"
#include "inference/information.hpp"
#include "search/candidates.hpp"
#include "search/choice.hpp"

namespace mix1d::batch {

using namespace data;
using namespace model;
using namespace search;
using namespace inference;

namespace {

std::vector<size_t> numbers_for(const Batch& batch, size_t distinct) {
  if (!batch.request.n_components.empty()) return batch.request.n_components;
  std::vector<size_t> numbers;
  const size_t most = most_components(distinct, batch.request.charts);
  for (size_t k = 1; k <= most; ++k) numbers.push_back(k);
  return numbers;
}

std::vector<double> standard_errors(const Request& r, const Fitted& fit) {
  const size_t m = 3 * fit.mix.k;
  std::vector<double> errors(m, std::numeric_limits<double>::quiet_NaN());
  if ((fit.collapsed >= 0 && fit.chart->sds_tied()) || !fit.positive_definite || r.n == 1) return errors;
  const std::vector<size_t> held = propped(r.values, r.weights, r.n, fit.mix, fit.collapsed);
  Request about = r;
  about.charts = {fit.chart};
  const std::vector<double> table = covariance(about, fit.mix, false, held);
  for (size_t i = 0; i < m; ++i) errors[i] = std::sqrt(table[i * m + i]);
  return errors;
}

void fit_column(const Batch& batch, size_t index, Poll poll, BatchRow& row) {
  const ColumnReader* weights = batch.weights.empty() ? nullptr : &batch.weights[index];
  const Pooled pooled = pool_by_sorting(batch.columns[index], weights, batch.drop_missing);
  row.census = pooled.census;
  row.distinct = pooled.values.size();
  row.total_weight = pooled.total_weight;
  if (row.distinct == 0 || !std::isfinite(row.total_weight)) return;
  Request r = batch.request;
  r.n_components = numbers_for(batch, row.distinct);
  if (r.n_components.back() > row.distinct) return;
  r.stop_early = batch.request.n_components.empty();
  r.values = pooled.values.data();
  r.weights = pooled.weights.data();
  r.n = row.distinct;
  r.resolution = row.resolution = resolution_of(pooled.values.data(), r.n, row.total_weight);
  r.threads = 1;
  r.poll = &poll;
  std::vector<Fitted> rows;
  try {
    rows = fit(r);
  } catch (const Refused&) {
    return;
  }
  std::vector<Choice> choices;
  for (const Fitted& f : rows) {
    choices.push_back(
        {criteria_of(f, row.total_weight).of(r.criterion), f.mix.k, f.chart->sds_tied(), !f.regularized});
    row.tried.push_back({f.mix.k, f.chart->sds_tied(), f.regularized, f.log_likelihood, f.entropy});
  }
  row.fit = std::move(rows[choose(choices)]);
  row.errors = standard_errors(r, row.fit);
  row.fitted = true;
}

}  // namespace

std::vector<BatchRow> fit_batch(const Batch& batch) {
  std::vector<BatchRow> rows(batch.columns.size());
  SharedPoll shared{batch.request.poll, rows.size()};
  const bool complete = for_each_slice(
      rows.size(), batch.request.threads,
      [&](size_t index) {
        try {
          fit_column(batch, index, {SharedPoll::ask, &shared}, rows[index]);
        } catch (const Interrupted&) {
        }
        ++shared.done;
      },
      [&] { return !SharedPoll::ask(&shared, 0.0, 0.0); });
  if (!complete || shared.stopped) throw Interrupted();
  return rows;
}

}  // namespace mix1d::batch
