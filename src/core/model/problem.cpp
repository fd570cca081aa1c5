// problem.cpp: the sample in its frame, the points that a search needs, and the objectives
#include "model/problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "data/failure.hpp"
#include "kernels/numbers.hpp"
#include "model/compress.hpp"
#include "model/general.hpp"

namespace mix1d::model {

using namespace kernels;
using namespace data;

namespace {

constexpr size_t SEARCH_POINTS = 4000;  // above this the search runs on a compressed sample
constexpr size_t SEARCH_CELLS = 700;
// From here on the search runs on fewer points first, and what it finds is solved again on all of them.
constexpr size_t COARSE_POINTS = 256;
constexpr size_t COARSE_COUNTS =
    1024;  // of counts all are read that long: narrow components are the exact ones
// A component that a cell as wide as two of its sds holds is seen by the three nodes of the cell.
constexpr double SOUND_CELL = 2.0;
inline size_t coarse_cells(size_t n) { return std::clamp<size_t>(n / 8, 64, 200); }

// The robust variance of the logarithms of the positive values; 1 where they show none.
double variance_of_logarithms(const Points& points) {
  std::vector<double> y, w;
  for (size_t i = 0; i < points.n; ++i)
    if (points.x[i] > 0.0) y.push_back(kernels::log1(points.x[i])), w.push_back(points.w[i]);
  if (y.empty()) return 1.0;
  const double variance = spread_of(Points(y.data(), w.data(), y.size())).variance;
  return variance > 0.0 ? variance : 1.0;
}

bool has_space(const Chart& chart, families::Space space) {
  if (chart.mixes_families()) return chart.mixes_space(space);
  return families::facts_of(chart.family()).space == space;
}

void refuse_what_is_not_known(const Request& r, const Frame& frame) {
  using families::Space;
  for (const Chart* chart : r.charts)
    if (any_row_has_error(*r.recorded) &&
        (has_space(*chart, Space::logit) || has_space(*chart, Space::count)))
      throw Refused(
          "errors must be absent under families of counts and of values between 0 and 1, got rows with "
          "errors: "
          "leave them out, or choose a family of any value");
  if (frame.space == Space::logit && r.recorded->background())
    throw Refused(
        "background must be None under families of values between 0 and 1, got one: leave it out, or choose "
        "another family");
}

}  // namespace

Problem::Problem(const Request& r, bool searching, View view) : request(r) {
  if (r.recorded) {
    frame = frame_of(*r.recorded, ground());
    read_recorded(view);
    return;
  }
  frame = frame_of(r.values, r.weights, r.n, ground());
  localise();
  read();
  measure();
  if (searching && full.n > SEARCH_POINTS) {
    const Compressed c = compress(full, SEARCH_CELLS);
    nodes = points_of(c);
    finest = c.finest;
  } else if (const bool counts = frame.space == families::Space::count;
             searching && !r.width && full.n > (counts ? COARSE_COUNTS : COARSE_POINTS)) {
    const Compressed c = compress(full, coarse_cells(full.n));
    if (3 * c.values.size() < 2 * full.n) {
      coarse = points_of(c);
      coarse_finest = c.finest;
    }
  }
  if (searching && r.highest && !r.width && full.n > COARSE_POINTS && frame.space != families::Space::count) {
    const Compressed c =
        compress(full, SOUND_CELL * SOUND_SD * spread.sd, std::numeric_limits<double>::infinity());
    if (4 * c.values.size() < 3 * searched().n) sound = points_of(c);
  }
  rows = {r.column,
          r.column_weight,
          std::ldexp(1.0, -frame.outer),
          frame.centre,
          std::ldexp(1.0, -frame.inner),
          frame.space,
          beside()};
}

Ground Problem::ground() const {
  using families::Space;
  const Chart& chart = request.chart();
  if (!chart.mixes_families()) return {families::facts_of(chart.family()).space, true};
  if (!chart.mixes_space(Space::log))
    return {chart.mixes_space(Space::count) ? Space::count : Space::real, true};
  return {Space::real, false};
}

observations::Beside Problem::beside() const {
  if (frame.space == families::Space::log && request.recorded &&
      (request.recorded->background() || any_row_has_error(*request.recorded)))
    return observations::Beside::exponentials;
  return request.chart().mixes_space(families::Space::log) ? observations::Beside::logarithms
                                                           : observations::Beside::nothing;
}

Problem::Problem(const Problem& first, Points sample)
    : frame(first.frame), full(std::move(sample)), request(first.request) {
  localise();
  measure();
}

Problem::Problem(const Request& r, const Problem& first) : frame(first.frame), request(r) {
  read_recorded(View::search);
}

Objective Problem::objective(const Points& points, double a, const Chart& chart) const {
  const bool tied = chart.sds_tied();
  Objective o;
  o.chart = &local(chart);
  if (request.recorded) {
    o.points = &points;
    o.blocks = {&recorded.blocks, [](const observations::Blocks*) {}};
    o.window = recorded.window;
    o.stand_ins = &recorded.stand_ins;
    o.least_is_zero = recorded.least_is_zero;
    const auto named = recorded.named.find(o.chart->family());
    if (named != recorded.named.end()) o.named = &named->second;
  } else {
    o.read(points, request.general || !o.chart->all_normal(), beside());
  }
  o.family = o.chart->family();
  o.variance_beside = variance_beside;
  o.total = points.total;
  o.penalty = tied ? 0.0 : a;
  o.penalise_beside(spread.variance);
  o.least_sd = {floor, tied || cells.none() ? nullptr : &cells};
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
  // a spread that underflows knows no least sd of its own
  least = std::max({least, floor, finest, narrowest, std::numeric_limits<double>::min()});
  // far outliers make the sd many times the bulk's: a coarse ladder bridges the two
  const double span = sd / bulk;
  const bool bridged = span > 200.0;
  const double coarse = bridged ? std::sqrt(std::sqrt(std::sqrt(std::sqrt(span)))) : RATIO;
  while (sds.empty() || (sd >= least && std::isfinite(sd))) {
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
      width[i] = frame.in_width(r.width[i], r.values[i]);
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
  if (r.width && !r.column && frame.space == families::Space::count)
    for (size_t i = 0; i < r.n; ++i)
      if (r.width[i] > 0.0 && r.values[i] != std::floor(r.values[i]))
        throw Refused(
            "sketches of so many different counts hold nodes that are no counts, where families of counts "
            "have "
            "no probability: fit the column itself");
  full = Points(x.data(), w.data(), n);
  if (!r.width) return;
  full.distinct = Buffer(n);
  std::copy_n(distinct.data(), n, full.distinct.data());
  cells = CellWidths(x.data(), w.data(), width.data(), n);
}

// Of equal values nothing but their unit is a scale: that of counts, or the spacing of doubles.
double Problem::least_spread() const {
  if (frame.space == families::Space::count) return 1.0;
  const double x = std::fabs(frame.out(full.x[0]));
  return std::max(frame.in_width(std::nextafter(x, std::numeric_limits<double>::infinity()) - x, x),
                  0x1p-400);
}

void Problem::measure() {
  spread = spread_of(full);
  if (!(spread.variance > 0.0)) spread.sd = least_spread(), spread.variance = spread.sd * spread.sd;
  if (frame.space != families::Space::real)
    for (size_t i = 0; i < full.n; ++i) log_slopes += full.w[i] * frame.log_slope(full.x[i]);
  if (beside() == observations::Beside::logarithms) variance_beside = variance_of_logarithms(full);
  const double resolution =
                   frame.in_width(request.resolution, frame.out(full.x[full.n - 1])) / std::sqrt(12.0),
               scale = std::sqrt(spread.variance);
  if (request.resolution > 0.0 && frame.space != families::Space::real && cells.none()) {
    // what a step of the lattice is there changes with the place
    std::vector<double> width(full.n);
    for (size_t i = 0; i < full.n; ++i)
      width[i] = frame.in_width(request.resolution, frame.out(full.x[i])) / std::sqrt(12.0);
    cells = CellWidths(full.x.data(), full.w.data(), width.data(), full.n, 1);
  }
  floor = std::max(resolution, 1e-6 * scale);
  rule.collapse_sd = std::max(resolution, 1e-3 * scale);
  penalty = 1.0 / std::sqrt(full.total);
  extreme = (full.x[full.n - 1] - full.x[0]) / floor > 1e70;
}

void Problem::read_recorded(View view) {
  constexpr double ROOT_12 = 3.46410161513775458705;
  const Recorded& r = *request.recorded;
  refuse_what_is_not_known(request, frame);
  const bool relative = std::any_of(request.charts.begin(), request.charts.end(),
                                    [](const Chart* chart) { return chart->relative_sds(); });
  if (view == View::search && relative && every_row_has_error(r)) view = View::report;
  // a common error is one with the sds of normal components, but not with the scales of others
  const bool others = std::any_of(request.charts.begin(), request.charts.end(), [&](const Chart* chart) {
    return !chart->in_frame(frame.space).all_normal();
  });
  if (view == View::search && any_row_has_error(r) && (others || frame.space != families::Space::real))
    view = View::report;
  // weights that are held, or tied to each other, are those of the population
  const bool tied = std::any_of(request.charts.begin(), request.charts.end(),
                                [](const Chart* chart) { return !chart->frees_weights(); });
  if (view == View::search && tied && (std::isfinite(r.window.low) || std::isfinite(r.window.high)))
    view = View::report_with_error;
  std::vector<families::Family> fitted = {families::Family::normal};  // which others may begin from
  for (const Chart* chart : request.charts) fitted.push_back(chart->in_frame(frame.space).family());
  recorded = in_frame(r, frame, view, fitted, beside());
  full = std::move(recorded.points);
  localise();
  cells = interval_widths(r, frame);
  spread = spread_of(full);
  if (!(spread.variance > 0.0)) {
    const double error = std::sqrt(recorded.most_variance);
    spread.sd = error > 0.0 ? error : least_spread();
    spread.variance = spread.sd * spread.sd;
  }
  const double quarter = 0.25 * recorded.total;
  if (recorded.open_below > quarter || recorded.open_above > quarter)
    spread.variance = spread.sd * spread.sd;  // the quartiles are not known
  const double least = recorded.narrowest / ROOT_12, scale = std::sqrt(spread.variance);
  floor = std::max({least, 1e-6 * scale, std::sqrt(recorded.common_variance)});
  finest = 0.4 * recorded.narrowest;
  rule.collapse_sd = recorded.least_is_zero ? 0.0 : std::max(least, 1e-3 * scale);
  penalty = 1.0 / std::sqrt(recorded.total);
}

const Chart& Problem::local(const Chart& chart) const {
  for (const auto& [given, local] : local_)
    if (given == &chart) return local;
  return chart;
}

Chart Problem::localised(const Chart& chart) const {
  Chart local = chart.in_frame(frame.space)
                    .in_units([&](double m) { return frame.in(m); },
                              [&](double s) {
                                const double sd = frame.in_scale(s);
                                return std::sqrt(sd * sd + recorded.common_variance);
                              });
  if (truncated())
    local.within_window(std::isfinite(recorded.window.low) ? recorded.window.low : full.x[0],
                        std::isfinite(recorded.window.high) ? recorded.window.high : full.x[full.n - 1]);
  return local;
}

void Problem::localise() {
  if (!request.chart().mixes_families()) free_ = free_.of(request.chart().family()).in_frame(frame.space);
  if (request.recorded && request.recorded->background()) free_.leading(1);
  if (truncated()) free_ = localised(free_);
  for (const Chart* chart : request.charts)
    if (chart->has_units() || truncated() || frame.space != families::Space::real)
      local_.emplace_back(chart, localised(*chart));
}

double Problem::log_units(double total) const {
  if (!request.recorded) return frame.log_units(total) + log_slopes;
  return frame.log_units(recorded.density_weight) + request.recorded->log_constant + recorded.log_slopes;
}

Mix Problem::inside(const Mix& mix) const {
  Mix in = frame.in(mix);
  if (!request.recorded) return in;
  for (size_t j = 0; j < in.k; ++j)
    if (in.family_of(j) == families::Family::normal)
      in.sd(j) = std::sqrt(in.sd(j) * in.sd(j) + recorded.common_variance);
  reweigh(in, recorded.window, 1.0, beside());
  return in;
}

Mix Problem::outside(const Mix& mix) const {
  if (!request.recorded) return frame.out(mix);
  Mix out = mix;
  reweigh(out, recorded.window, -1.0, beside());
  out = frame.out(out);
  for (size_t j = 0; j < mix.k; ++j) {
    const double excess = mix.sd(j) * mix.sd(j) - recorded.common_variance;
    if (recorded.common_variance > 0.0 && mix.family_of(j) == families::Family::normal)
      out.sd(j) = excess > 1e-15 * recorded.common_variance ? frame.out_scale(std::sqrt(excess)) : 0.0;
  }
  return out;
}

double Problem::middle() const {
  if (ground().space == families::Space::real && ground().centred) return 0.0;
  const double* c = full.cumulative.data();
  const size_t at = std::lower_bound(c + 1, c + full.n, 0.5 * full.total) - (c + 1);
  return full.x[at];
}

Mix padded(const Mix& mix, size_t k, const Problem& problem) {
  Mix out = Mix::like(mix, k);
  const Chart chart = problem.request.chart().in_frame(problem.frame.space);
  for (size_t j = 0; j < k; ++j) {
    if (!out.all_normal()) out.family[j] = chart.family_of(j);
    if (j < mix.k)
      out.copy(j, mix, j);
    else
      set_moments(out, j, {problem.middle(), std::sqrt(problem.spread.variance)});
  }
  return out;
}

}  // namespace mix1d::model
