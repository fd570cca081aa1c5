// insertion.cpp: the scan of one sd after the other, and the exact gains of its peaks
#include "search/insertion.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "kernels/numbers.hpp"
#include "model/general.hpp"
#include "search/recorded_places.hpp"

namespace mix1d::search {

using namespace kernels;
using namespace model;

namespace {

constexpr double MEAN_STEP = 0.6;  // grid step of the mean, in sds of the level
constexpr int REACH = 9;           // 5.5 sds, in grid steps
constexpr size_t POWERS = 5;

// phi expanded about the cell centres: exp(-(d + t)^2 / 2) = exp(-d^2 / 2) sum_p He_p(d) (-t)^p / p!
const std::vector<double>& cell_table() {
  static const std::vector<double> table = [] {
    std::vector<double> t((2 * REACH + 1) * POWERS);
    for (int o = -REACH; o <= REACH; ++o) {
      const double d = MEAN_STEP * o;
      const double envelope = exp1(-0.5 * d * d);
      const double he[POWERS] = {1.0, d, d * d - 1.0, d * (d * d - 3.0), (d * d - 6.0) * d * d + 3.0};
      const double factor[POWERS] = {1.0, -1.0, 0.5, -1.0 / 6.0, 1.0 / 24.0};
      for (size_t p = 0; p < POWERS; ++p) t[(o + REACH) * POWERS + p] = envelope * he[p] * factor[p];
    }
    return t;
  }();
  return table;
}

// The largest whole number not above t; far out every double is whole, and farthest out all are one place.
constexpr double FAR_OUT = 4e15, FARTHEST = 1e300;
inline double floor_of(double t) {
  if (!(std::fabs(t) < FAR_OUT)) return std::clamp(t, -FARTHEST, FARTHEST);
  const double whole = static_cast<double>(static_cast<int64_t>(t));
  return whole > t ? whole - 1.0 : whole;
}

// What the scans of one search for places share: no allocation a level, and none in a thread's own storage,
// which ends the process where memory is short.
struct Scratch {
  std::vector<double> moments[POWERS], derivative, place, work;
};

// w / f
std::vector<double> over_density(const Points& points, const std::vector<double>& log_f) {
  std::vector<double> u(points.padded);
  for (size_t i = 0; i < points.padded; ++i) u[i] = std::min(600.0, -log_f[i]);
  loops().exp(u.data(), u.data(), points.padded);
  for (size_t i = 0; i < points.padded; ++i) u[i] *= points.w[i];
  return u;
}

// The highest of the peaks first, so many of them.
void leave_highest(std::vector<Peak>& peaks, size_t most) {
  const size_t count = std::min(most, peaks.size());
  std::partial_sort(
      peaks.begin(), peaks.begin() + static_cast<long>(count), peaks.end(),
      [](const Peak& a, const Peak& b) { return a.value != b.value ? a.value > b.value : a.mean < b.mean; });
  peaks.resize(count);
}

// The first so many that differ from each other.
template <class Same>
std::vector<Insertion> distinct(const std::vector<Insertion>& found, size_t most, Same same) {
  std::vector<Insertion> kept;
  for (const Insertion& candidate : found) {
    if (std::none_of(kept.begin(), kept.end(), [&](const auto& other) { return same(candidate, other); }))
      kept.push_back(candidate);
    if (kept.size() == most) break;
  }
  return kept;
}

// The local maxima of D along the mean at one sd, where D > 0. `u` holds w / f.
void scan_level(const Points& points, const std::vector<double>& u, double centre, double sd,
                Scratch& scratch, std::vector<Peak>& peaks) {
  constexpr double RESOLVED = 0x1p40;
  const double step = MEAN_STEP * sd, scale = 1.0 / (sd * 2.50662827463100050242);
  // a centre that a few far values carry away from the bulk would leave the bulk one place of the grid
  if (!(std::fabs(centre / step) < RESOLVED)) centre = 0.0;
  peaks.clear();
  std::vector<double>(&moments)[POWERS] = scratch.moments;
  std::vector<double>&derivative = scratch.derivative, &place = scratch.place;
  const double per_step = 1.0 / step, per_sd = 1.0 / sd;
  auto cell_of = [&](size_t i) { return floor_of((points.x[i] - centre) * per_step + 0.5); };
  for (size_t begin = 0; begin < points.n;) {
    // a run of values without a gap wider than the reach is one dense piece of grid
    const double first = cell_of(begin);
    const size_t room = moments[0].size();
    size_t end = begin, cells = 1;
    const double* rows[POWERS];
    double last = first;
    if (place.size() < points.n) place.resize(points.n);
    while (end < points.n) {
      const double cell = cell_of(end);
      if (cell - last > 2 * REACH) break;
      place[end++] = last = cell;
    }
    cells = static_cast<size_t>(last - first) + 1;
    const size_t rounded = (cells + LANES - 1) / LANES * LANES, length = rounded + 2 * REACH;
    for (size_t p = 0; p < POWERS; ++p) {
      if (room < length) moments[p].resize(2 * length);  // finer levels follow
      std::fill_n(moments[p].data(), length, 0.0);
      rows[p] = moments[p].data();
    }
    for (size_t i = begin; i < end;) {
      const double cell = place[i], middle = centre + cell * step;
      const size_t at = static_cast<size_t>(cell - first) + REACH;
      double m0 = 0.0, m1 = 0.0, m2 = 0.0, m3 = 0.0, m4 = 0.0;
      for (; i < end && place[i] == cell; ++i) {
        const double t = std::fabs(cell) < FAR_OUT ? (points.x[i] - middle) * per_sd : 0.0;
        const double q = u[i], t2 = t * t, q2 = q * t2;
        m0 += q;
        m1 += q * t;
        m2 += q2;
        m3 += q2 * t;
        m4 += q2 * t2;
      }
      moments[0][at] = m0;
      moments[1][at] = m1;
      moments[2][at] = m2;
      moments[3][at] = m3;
      moments[4][at] = m4;
    }
    if (derivative.size() < rounded) derivative.resize(2 * rounded);
    loops().convolve(rows, POWERS, rounded, cell_table().data(), 2 * REACH + 1, derivative.data());
    for (size_t b = 0; b < cells; ++b) {
      const double d = derivative[b], before = b ? derivative[b - 1] : -1.0,
                   after = b + 1 < cells ? derivative[b + 1] : -1.0;
      if (d * scale > points.total && d >= before && d > after)
        peaks.push_back({centre + (first + static_cast<double>(b)) * step, d * scale - points.total});
    }
    begin = end;
  }
}

// The local maxima of D of half a normal along its edge, where D > 0. It lies above the edge or, where
// `side` is -1, below.
void scan_edges(const Points& points, const std::vector<double>& u, double scale, double side,
                Scratch& scratch, std::vector<Peak>& peaks) {
  constexpr double STEP = 0.1, BESIDE = 0.02, REACHED = 4.0;  // in scales
  constexpr double ROOT_2_PI = 0.79788456080286535588;        // of 2 / pi
  const double* x = points.x.data();
  std::vector<double>& kernel = scratch.place;
  if (kernel.size() < points.padded + LANES) kernel.resize(points.padded + LANES);
  std::vector<Peak> edges;
  double last = -side * std::numeric_limits<double>::infinity();
  for (size_t t = 0; t < points.n; ++t) {
    const size_t i = side > 0.0 ? t : points.n - 1 - t;  // mirrored values have mirrored edges
    if (side * (x[i] - last) < STEP * scale) continue;
    last = x[i];
    const double edge = x[i] - side * BESIDE * scale, end = edge + side * REACHED * scale;
    const size_t low = side > 0.0 ? i : std::lower_bound(x, x + i, end) - x,
                 high = side > 0.0 ? std::upper_bound(x + i, x + points.n, end) - x : i + 1,
                 rounded = (high - low + LANES - 1) / LANES * LANES;
    for (size_t l = 0; l < rounded; ++l) {
      const double z = l < high - low ? (x[low + l] - edge) / scale : REACHED;
      kernel[l] = -0.5 * z * z;
    }
    loops().exp(kernel.data(), kernel.data(), rounded);
    double sum = 0.0;
    for (size_t l = low; l < high; ++l) sum += u[l] * kernel[l - low];
    edges.push_back({edge, sum * ROOT_2_PI / scale - points.total});
  }
  peaks.clear();
  for (size_t i = 0; i < edges.size(); ++i)
    if (edges[i].value > 0.0 && (i == 0 || edges[i].value >= edges[i - 1].value) &&
        (i + 1 == edges.size() || edges[i].value > edges[i + 1].value))
      peaks.push_back(edges[i]);
}

// The exact gain of a component inserted at (mean, sd), with the best weight for it.
Insertion score(const Points& points, const double* log_f, double mean, double sd, double log_sd,
                std::vector<double>& work) {
  constexpr double RADIUS = 7.0;
  const double* x = points.x.data();
  size_t low = std::lower_bound(x, x + points.n, mean - RADIUS * sd) - x;
  size_t high = std::upper_bound(x, x + points.n, mean + RADIUS * sd) - x;
  low = low / LANES * LANES;
  high = (high + LANES - 1) / LANES * LANES;
  if (work.size() < high - low + LANES) work.resize(high - low + LANES);
  double share = 0.0;
  const double inside = points.cumulative[high] - points.cumulative[low];
  const double gain = loops().insertion_gain(x + low, points.w.data() + low, log_f + low, high - low, mean,
                                             1.0 / sd, -log_sd - LOG_SQRT_2PI,
                                             std::max(0.0, points.total - inside), work.data(), &share);
  return {mean, sd, share, gain, false};
}

// The same for a component of any family, over the blocks.
Insertion score_in_blocks(const Objective& o, const double* log_f, double mean, double sd, double shape,
                          Scratch& scratch, bool as_located = false) {
  const Points& points = *o.points;
  const families::FamilyFacts& facts = families::facts_of(o.family);
  const families::Shaped at =
      as_located ? families::Shaped{mean, sd, shape} : facts.from_moments({mean, sd}, shape);
  const double *x = points.x.data(),
               reach = facts.reach * (facts.space == families::Space::count ? sd + 1.0 : sd);
  size_t low = std::lower_bound(x, x + points.n, mean - reach) - x;
  size_t high = std::upper_bound(x, x + points.n, mean + reach) - x;
  low = low / LANES * LANES;
  high = (high + LANES - 1) / LANES * LANES;
  if (scratch.work.size() < high - low) scratch.work.resize(high - low);
  double share = 0.0, numbers[families::NUMBERS];
  const GeneralKernels& general = general_loops();
  general.prepare(o.family, {0.0, at.location, at.scale, log1(at.scale), at.shape}, numbers);
  for (size_t b = low / observations::BLOCK_ROWS; b * observations::BLOCK_ROWS < high; ++b) {
    observations::Block part = (*o.blocks)[b];
    const size_t begin = std::max(part.first, low), end = std::min<size_t>(part.first + part.count, high);
    if (begin >= end) continue;
    part.a += begin - part.first;
    part.count = static_cast<uint32_t>(end - begin);
    general.excess(part, o.family, numbers, log_f + begin, scratch.work.data() + (begin - low));
  }
  const double inside = points.cumulative[high] - points.cumulative[low];
  const double gain = general.insertion_gain(points.w.data() + low, scratch.work.data(), high - low,
                                             std::max(0.0, points.total - inside), &share);
  return {mean, sd, share, gain, false, o.family, shape, as_located};
}

// The best of the shapes that a family is tried with.
Insertion score_family(const Objective& o, const double* log_f, double mean, double sd, Scratch& scratch) {
  Insertion best{};
  for (double shape : families::facts_of(o.family).shapes) {
    const Insertion found = score_in_blocks(o, log_f, mean, sd, shape, scratch);
    if (best.sd == 0.0 || found.gain > best.gain) best = found;
  }
  return best;
}

// Counts are few distinct values: every mean of a grid is tried with every spread, and the local maxima of
// the gain along the means stay.
std::vector<Insertion> count_places(const Objective& o, size_t k, const double* log_f, Scratch& scratch) {
  constexpr double STEP = 0.6, LEAST_MEAN = 0.05;  // in sds
  const double most = o.points->x[o.points->n - 1] + 1.0;
  std::vector<Insertion> found;
  for (double spread : families::facts_of(o.family).shapes) {
    std::vector<Insertion> level;
    for (double mean = LEAST_MEAN; mean <= most;) {
      const double sd = std::sqrt(mean + spread * mean * mean);
      level.push_back(o.stand_ins ? score_recorded(o, k, log_f, mean, sd)
                                  : score_in_blocks(o, log_f, mean, sd, 0.0, scratch));
      mean += STEP * std::min(sd, mean + LEAST_MEAN);
    }
    const size_t before = found.size();
    for (size_t i = 0; i < level.size(); ++i)
      if (level[i].gain > 0.0 && (i == 0 || level[i].gain >= level[i - 1].gain) &&
          (i + 1 == level.size() || level[i].gain > level[i + 1].gain))
        found.push_back(level[i]);
    const auto best = std::max_element(found.begin() + static_cast<long>(before), found.end(),
                                       [](const auto& a, const auto& b) { return a.gain < b.gain; });
    if (best != found.end()) best->best_of_level = true;
  }
  return found;
}

}  // namespace

std::vector<Insertion> insertions(const Objective& o, const Mix& mix, const std::vector<double>& ladder,
                                  double centre, const InsertionOptions& options) {
  const Points& points = *o.points;
  std::vector<double> log_f, u;
  if (o.stand_ins) {
    log_f = general_log_density(*o.blocks, mix, o.window);
    u = ratios(o, log_f);
  } else if (o.blocks) {
    log_f = general_log_density(*o.blocks, mix);
  } else {
    const Prepared prepared(mix, o.extreme);
    std::vector<double> work(3 * mix.k * BLOCK);
    log_f.resize(points.padded);
    loops().log_density(points.x.data(), points.padded, prepared.components, work.data(), log_f.data());
  }
  if (!o.stand_ins) u = over_density(points, log_f);
  std::vector<Insertion> found;
  std::vector<Peak> peaks;
  Scratch scratch;
  const bool counts = families::facts_of(o.family).space == families::Space::count;
  if (counts) found = count_places(o, mix.k, log_f.data(), scratch);
  for (double sd : counts ? std::vector<double>{} : ladder) {
    if (o.stand_ins && (!o.stand_ins->variance.empty() || !o.window.whole_line()))
      scan_recorded(o, u, sd, peaks);
    else
      scan_level(points, u, centre, sd, scratch, peaks);
    leave_highest(peaks, options.per_level);
    size_t best = found.size();
    if (peaks.empty()) continue;
    const double log_sd = log1(sd), log_ratio = log1(sd * sd / o.variance);
    for (const Peak& peak : peaks) {
      Insertion candidate = o.stand_ins ? score_recorded(o, mix.k, log_f.data(), peak.mean, sd)
                            : o.blocks  ? score_family(o, log_f.data(), peak.mean, sd, scratch)
                                        : score(points, log_f.data(), peak.mean, sd, log_sd, scratch.work);
      if (!(candidate.gain > 0.0) || candidate.share * points.total < options.least_mass) continue;
      if (o.penalty != 0.0) candidate.gain -= o.penalty * (o.variance / sd / sd + log_ratio);
      found.push_back(candidate);
      if (candidate.gain > found[best].gain) best = found.size() - 1;
    }
    if (best < found.size()) found[best].best_of_level = true;
  }
  std::stable_sort(found.begin(), found.end(), [](const Insertion& a, const Insertion& b) {
    if (a.best_of_level != b.best_of_level) return a.best_of_level;
    return a.gain > b.gain;
  });
  return distinct(found, options.keep, [](const Insertion& a, const Insertion& b) {
    const double ratio = a.sd / b.sd;
    return ratio < 1.3 && ratio > 0.77 && std::fabs(a.mean - b.mean) < a.sd;
  });
}

std::vector<Insertion> half_normal_insertions(const Objective& o, const Mix& mix,
                                              const std::vector<double>& ladder,
                                              const InsertionOptions& options) {
  const Points& points = *o.points;
  const std::vector<double> log_f = general_log_density(*o.blocks, mix), u = over_density(points, log_f);
  const double sharp = families::facts_of(o.family).turns[0];
  std::vector<Insertion> found;
  std::vector<Peak> peaks;
  Scratch scratch;
  for (double scale : ladder)
    for (double side : {1.0, -1.0}) {
      scan_edges(points, u, scale, side, scratch, peaks);
      leave_highest(peaks, options.per_level);
      for (const Peak& peak : peaks) {
        Insertion place = score_in_blocks(o, log_f.data(), peak.mean, scale, side * sharp, scratch, true);
        if (!(place.gain > 0.0) || place.share * points.total < std::max(1.0, options.least_mass)) continue;
        place.gain -= o.penalty * (o.variance / scale / scale + log1(scale * scale / o.variance));
        found.push_back(place);
      }
    }
  std::stable_sort(found.begin(), found.end(),
                   [](const Insertion& a, const Insertion& b) { return a.gain > b.gain; });
  return distinct(found, options.keep, [](const Insertion& a, const Insertion& b) {
    const double ratio = a.sd / b.sd;
    return a.shape == b.shape && ratio < 1.8 && ratio > 0.55 && std::fabs(a.mean - b.mean) < 0.15 * a.sd;
  });
}

Mix with_insertion(const Mix& mix, const Insertion& place) {
  Mix next = Mix::like(mix, mix.k + 1);
  for (size_t j = 0; j < mix.k; ++j) {
    next.copy(j, mix, j);
    next.weight(j) = mix.weight(j) * (1.0 - place.share);
  }
  next.weight(mix.k) = place.share;
  if (!next.all_normal()) next.family[mix.k] = place.family, next.shape[mix.k] = place.shape;
  if (place.as_located)
    next.mean(mix.k) = place.mean, next.sd(mix.k) = place.sd;
  else
    set_moments(next, mix.k, {place.mean, place.sd});
  return next;
}

}  // namespace mix1d::search
