// problem.cpp: the sample in its frame, the points that a search needs, and the objectives
#include "model/problem.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/compress.hpp"

namespace mix1d::model {

using namespace kernels;
using namespace data;

namespace {

constexpr size_t SEARCH_POINTS = 4000;  // above this the search runs on a compressed sample
constexpr size_t SEARCH_CELLS = 700;
// From here on the search runs on fewer points first, and what it finds is solved again on all of them.
constexpr size_t COARSE_POINTS = 256;
inline size_t coarse_cells(size_t n) { return std::clamp<size_t>(n / 8, 64, 200); }

}  // namespace

Problem::Problem(const Request& r, bool searching) : request(r) {
  frame = frame_of(r.values, r.weights, r.n);
  read();
  measure();
  if (searching && full.n > SEARCH_POINTS) {
    const Compressed c = compress(full, SEARCH_CELLS);
    nodes = points_of(c);
    finest = c.finest;
  } else if (searching && !r.width && full.n > COARSE_POINTS) {
    const Compressed c = compress(full, coarse_cells(full.n));
    if (3 * c.values.size() < 2 * full.n) {
      coarse = points_of(c);
      coarse_finest = c.finest;
    }
  }
  rows = {r.column, r.column_weight, std::ldexp(1.0, -frame.outer), frame.centre,
          std::ldexp(1.0, -frame.inner)};
}

Problem::Problem(const Problem& first, Points sample)
    : frame(first.frame), full(std::move(sample)), request(first.request) {
  measure();
}

Objective Problem::objective(const Points& points, double a, const Chart& chart) const {
  const bool tied = chart.sds_tied();
  Objective o;
  o.read(points, request.general);
  o.total = points.total;
  o.penalty = tied ? 0.0 : a;
  o.variance = spread.variance;
  o.least_sd = {floor, tied || cells.none() ? nullptr : &cells};
  o.chart = &chart;
  o.extreme = extreme;
  o.threads = request.threads;
  o.poll = request.poll;
  return o;
}

Objective Problem::on_rows(Objective o) const {
  o.rows = &rows;
  o.least_sd.cells = nullptr;
  o.total = request.column_total;
  return o;
}

double Problem::least_sd(const Chart& chart) const {
  if (chart.sds_tied()) return 0.02 * spread.sd;
  return 0.7 * std::sqrt(2.0 * penalty * spread.variance / (0.05 * full.total));
}

std::vector<double> Problem::ladder(double least, double narrowest) const {
  constexpr double RATIO = 1.6;
  std::vector<double> sds;
  double sd = 1.2 * spread.sd;
  const double bulk = 4.0 * std::sqrt(spread.variance);
  least = std::max({least, floor, finest, narrowest});
  // far outliers make the sd many times the bulk's: a coarse ladder bridges the two
  const double span = sd / bulk;
  const bool bridged = span > 200.0;
  const double coarse = bridged ? std::sqrt(std::sqrt(std::sqrt(std::sqrt(span)))) : RATIO;
  while (sds.empty() || sd >= least) {
    sds.push_back(sd);
    sd /= sd > bulk ? coarse : RATIO;
  }
  return sds;
}

double Problem::penalised(const Mix& mix, double log_likelihood) const {
  std::vector<double> logs(mix.k);
  loops().log(mix.v.data() + 2 * mix.k, logs.data(), mix.k);
  return log_likelihood - penalty_term(objective(full, penalty, Chart::unconstrained()), mix, logs.data());
}

void Problem::read() {
  const Request& r = request;
  std::vector<double> x(r.n), w(r.weights, r.weights + r.n), width, distinct;
  for (size_t i = 0; i < r.n; ++i) x[i] = frame.in(r.values[i]);
  if (r.width) {
    width.resize(r.n), distinct.resize(r.n);
    for (size_t i = 0; i < r.n; ++i) {
      width[i] = frame.in_scale(r.width[i]);
      distinct[i] = r.width[i] > 0.0 ? std::max(w[i], 1.0) : 1.0;
    }
  }
  size_t n = 0;
  for (size_t i = 0; i < r.n; ++i) {
    if (n > 0 && x[n - 1] == x[i]) {
      w[n - 1] += w[i];
      if (r.width) width[n - 1] = std::max(width[n - 1], width[i]), distinct[n - 1] += distinct[i];
      continue;
    }
    x[n] = x[i], w[n] = w[i];
    if (r.width) width[n] = width[i], distinct[n] = distinct[i];
    ++n;
  }
  full = Points(x.data(), w.data(), n);
  if (!r.width) return;
  full.distinct = Buffer(n);
  std::copy_n(distinct.data(), n, full.distinct.data());
  cells = CellWidths(x.data(), w.data(), width.data(), n);
}

void Problem::measure() {
  spread = spread_of(full);
  const double resolution = frame.in_scale(request.resolution) / std::sqrt(12.0),
               scale = std::sqrt(spread.variance);
  floor = std::max(resolution, 1e-6 * scale);
  rule.collapse_sd = std::max(resolution, 1e-3 * scale);
  penalty = 1.0 / std::sqrt(full.total);
  extreme = (full.x[full.n - 1] - full.x[0]) / floor > 1e70;
}

Mix padded(const Mix& mix, size_t k, const Problem& problem) {
  Mix out = Mix::like(mix, k);
  for (size_t j = 0; j < k; ++j) {
    if (j < mix.k)
      out.copy(j, mix, j);
    else
      set_moments(out, j, {0.0, std::sqrt(problem.spread.variance)});
  }
  return out;
}

}  // namespace mix1d::model
