// recorded_places.cpp: stand-ins met by kernels of several widths, and gains over blocks
#include "search/recorded_places.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "kernels/numbers.hpp"
#include "model/general.hpp"

namespace mix1d::search {

using namespace kernels;
using namespace model;

namespace {

constexpr double MEAN_STEP = 0.6;  // grid step of the mean, in the widths of the narrowest kernel
constexpr double REACH = 5.5;      // of a kernel, in its widths

// Stand-ins from one gap to the next that no kernel reaches across, each of a class of widths.
struct Group {
  const Points& points;
  const std::vector<double>& u;
  const std::vector<size_t>& of_class;
  size_t begin, end;
};

// Adds sum u phi(x; mean, width) over the stand-ins of one class to the means of a grid from `low` on.
void add_class(const Group& g, size_t which, double width, double low, double step,
               std::vector<double>& derivative) {
  const double per_width = 1.0 / width, scale = per_width / 2.50662827463100050242;
  const size_t cells = derivative.size();
  const long reach = static_cast<long>(std::min(REACH * width / step, static_cast<double>(cells))) + 1;
  std::vector<double> distance(2 * static_cast<size_t>(reach) + 1), offset(distance.size());
  for (size_t i = 0; i < offset.size(); ++i) {
    const double d = distance[i] = (static_cast<double>(i) - static_cast<double>(reach)) * step * per_width;
    offset[i] = -0.5 * d * d;
  }
  loops().exp(offset.data(), offset.data(), offset.size());
  for (size_t i = g.begin; i < g.end; ++i) {
    if (g.of_class[i] != which || g.u[i] == 0.0) continue;
    const double x = g.points.x[i], cell = std::floor((x - low) / step + 0.5);
    const long at = static_cast<long>(cell), first = std::max(0L, at - reach),
               last = std::min(static_cast<long>(cells) - 1, at + reach);
    // about the middle of its cell, phi is that of the middle times exp(d t - t^2 / 2), to the fourth power
    const double t = (x - low - cell * step) * per_width, weight = g.u[i] * scale, bow = 1.0 - 0.5 * t * t;
    const double *d = distance.data() + (first - at + reach), *phi = offset.data() + (first - at + reach);
    double* __restrict sum = derivative.data() + first;
    for (long b = 0; b <= last - first; ++b) {
      const double q = t * d[b], tilt = 1.0 + q * (1.0 + q * (0.5 + q * (1.0 / 6.0 + q / 24.0)));
      sum[b] += weight * phi[b] * tilt * bow;
    }
  }
}

// The same for kernels far wider than the grid: on a grid of their own, with cubics between its means.
void add_wide_class(const Group& g, size_t which, double width, double step,
                    std::vector<double>& derivative) {
  constexpr double WIDE_STEP = 0.25, MARGIN = 2.0;  // in widths; cells beyond either end
  const double coarse = WIDE_STEP * width, low = g.points.x[g.begin] - MARGIN * coarse,
               range = static_cast<double>(derivative.size()) * step;
  std::vector<double> wide(static_cast<size_t>(range / coarse + 2.0 * MARGIN) + 2, 0.0);
  add_class(g, which, width, low, coarse, wide);
  for (size_t b = 0; b < derivative.size(); ++b) {
    const double place = static_cast<double>(b) * (step / coarse) + MARGIN;
    const size_t cell = static_cast<size_t>(place);
    const double t = place - static_cast<double>(cell), *y = wide.data() + cell - 1;
    const double rise = y[2] - y[0], next = y[3] - y[1], gap = y[2] - y[1];
    derivative[b] +=
        y[1] + 0.5 * t * (rise + t * (6.0 * gap - 2.0 * rise - next + t * (rise + next - 4.0 * gap)));
  }
}

// Divides by the masses inside the window of components at the means of a grid; those well inside have all.
void divide_by_mass(const Objective& o, double low, double step, double sd, std::vector<double>& derivative) {
  constexpr double LEAST = 1e-6;  // so far outside a search does not begin
  constexpr double WHOLE = 9.0;   // sds inside
  std::vector<size_t> near;
  for (size_t b = 0; b < derivative.size(); ++b) {
    const double mean = low + static_cast<double>(b) * step;
    if (mean - o.window.low < WHOLE * sd || o.window.high - mean < WHOLE * sd) near.push_back(b);
  }
  if (near.empty()) return;
  const size_t padded = (near.size() + LANES - 1) / LANES * LANES;
  data::Buffer from(padded), to(padded), weight(padded), mass(padded), work(general_work(1));
  for (size_t i = 0; i < padded; ++i) {
    const double mean = low + static_cast<double>(near[std::min(i, near.size() - 1)]) * step;
    from[i] = o.window.low - mean, to[i] = o.window.high - mean;
  }
  double numbers[families::NUMBERS];
  general_loops().prepare(families::Family::normal, {0.0, 0.0, sd, log1(sd), 0.0}, numbers);
  for (size_t first = 0; first < padded; first += BLOCK) {
    const uint32_t count = static_cast<uint32_t>(std::min(BLOCK, padded - first));
    general_loops().component({from.data() + first, to.data() + first, nullptr, weight.data() + first, 0,
                               observations::ANY_COMPONENT, count, observations::Kind::interval},
                              families::Family::normal, numbers, work.data());
    loops().exp(work.data(), mass.data() + first, count);
  }
  for (size_t i = 0; i < near.size(); ++i) derivative[near[i]] /= std::max(mass[i], LEAST);
}

}  // namespace

std::vector<double> ratios(const Objective& o, const std::vector<double>& log_f) {
  const StandIns& s = *o.stand_ins;
  std::vector<double> u(o.points->padded, 0.0);
  for (size_t i = 0; i < o.points->n; ++i) u[i] = std::min(600.0, -log_f[s.place[i]]);
  loops().exp(u.data(), u.data(), o.points->padded);
  std::vector<double> weight(o.blocks->rows());
  for (size_t b = 0; b < o.blocks->size(); ++b)
    for (size_t i = 0; i < (*o.blocks)[b].count; ++i)
      weight[(*o.blocks)[b].first + i] = (*o.blocks)[b].weight[i];
  for (size_t i = 0; i < o.points->n; ++i) u[i] *= s.factor[i] * weight[s.place[i]];
  return u;
}

void scan_recorded(const Objective& o, const std::vector<double>& u, double sd, std::vector<Peak>& peaks) {
  constexpr double LOG_CLASS = 0.26, MOST_CELLS = 20000.0;  // kernels of one class are within 30 %
  constexpr double WIDE = 8.0;                              // grid steps
  const StandIns& s = *o.stand_ins;
  const Points& points = *o.points;
  peaks.clear();
  std::vector<double> width(points.n, sd), log_width(points.n);
  if (!s.variance.empty())
    for (size_t i = 0; i < points.n; ++i) width[i] = std::sqrt(sd * sd + s.variance[i]);
  const auto [least, most] = std::minmax_element(width.begin(), width.end());
  for (size_t i = 0; i < points.n; ++i) log_width[i] = width[i] / *least;
  loops().log(log_width.data(), log_width.data(), points.n);
  std::vector<size_t> of_class(points.n);
  std::vector<double> sum, count;  // of each class: weighted log widths, weights
  for (size_t i = 0; i < points.n; ++i) {
    const size_t c = of_class[i] = static_cast<size_t>(log_width[i] / LOG_CLASS);
    if (c >= count.size()) sum.resize(c + 1, 0.0), count.resize(c + 1, 0.0);
    sum[c] += points.w[i] * log_width[i], count[c] += points.w[i];
  }
  std::vector<double> derivative;
  for (size_t begin = 0, end = 0; begin < points.n; begin = end) {
    for (end = begin + 1; end < points.n && points.x[end] - points.x[end - 1] < 2.0 * REACH * *most;) ++end;
    const Group group{points, u, of_class, begin, end};
    const double low = points.x[begin], range = points.x[end - 1] - low,
                 step = std::max(MEAN_STEP * *least, range / MOST_CELLS);
    derivative.assign(static_cast<size_t>(range / step) + 1, 0.0);
    for (size_t c = 0; c < count.size(); ++c) {
      if (!(count[c] > 0.0)) continue;
      const double typical = *least * exp1(sum[c] / count[c]);
      if (typical > WIDE * step)
        add_wide_class(group, c, typical, step, derivative);
      else
        add_class(group, c, typical, low, step, derivative);
    }
    if (!o.window.whole_line()) divide_by_mass(o, low, step, sd, derivative);
    for (size_t b = 0; b < derivative.size(); ++b) {
      const double d = derivative[b], before = b ? derivative[b - 1] : -1.0,
                   after = b + 1 < derivative.size() ? derivative[b + 1] : -1.0;
      if (d > points.total && d >= before && d > after)
        peaks.push_back({low + static_cast<double>(b) * step, d - points.total});
    }
  }
}

Insertion score_recorded(const Objective& o, size_t k, const double* log_f, double mean, double sd) {
  const GeneralKernels& general = general_loops();
  const observations::Blocks& rows = *o.blocks;
  Mix alone(1, o.family);
  alone.weight(0) = 1.0;
  if (!alone.all_normal()) alone.shape[0] = families::facts_of(o.family).shapes[0];
  set_moments(alone, 0, {mean, sd});
  const PreparedParts prepared(alone, o.window);
  std::vector<double> excess(rows.rows()), weight(rows.rows());
  double outside = 0.0, share = 0.0;
  bool is_signed = false;
  size_t n = 0;
  for (size_t b = 0; b < rows.size(); ++b) {
    const observations::Block& block = rows[b];
    if (!observations::allows(block.components, k)) {
      for (size_t i = 0; i < block.count; ++i) outside += block.weight[i];
      continue;
    }
    general.excess(block, o.family, prepared.numbers.data(), log_f + block.first, excess.data() + n);
    for (size_t i = 0; i < block.count; ++i) is_signed = is_signed || block.weight[i] < 0.0;
    std::copy_n(block.weight, block.count, weight.data() + n);
    n += block.count;
  }
  if (!is_signed) {
    const double gain = general.insertion_gain(weight.data(), excess.data(), n, outside, &share);
    return {mean, sd, share, gain, false, o.family, alone.shape_of(0)};
  }
  double best = 0.0;
  std::vector<double> log_ratio(n);
  for (double e : {0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6}) {
    for (size_t i = 0; i < n; ++i) log_ratio[i] = weight[i] != 0.0 ? 1.0 + e * excess[i] : 1.0;
    loops().log(log_ratio.data(), log_ratio.data(), n);
    double gain = outside * log1(1.0 - e);
    for (size_t i = 0; i < n; ++i) gain += weight[i] * log_ratio[i];
    if (gain > best) best = gain, share = e;
  }
  return {mean, sd, share, best, false, o.family, alone.shape_of(0)};
}

}  // namespace mix1d::search
