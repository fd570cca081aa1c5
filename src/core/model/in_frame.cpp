// in_frame.cpp: windows as terms of their own, errors split in a common and an own part, and stand-ins
#include "model/in_frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mix1d::model {

using namespace observations;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();
constexpr double LEAST_ERRORS = 0.5;

// Of 4 points on [-1, 1]; weights add up to 2.
constexpr double NODES[] = {-0.861136311594052575224, -0.339981043584856264803, 0.339981043584856264803,
                            0.861136311594052575224};
constexpr double NODE_WEIGHTS[] = {0.347854845137453857373, 0.652145154862546142627, 0.652145154862546142627,
                                   0.347854845137453857373};

bool is_interval(const Observations& rows, size_t i) {
  return rows.kind && (rows.kind[i] == Kind::interval || rows.kind[i] == Kind::noisy_interval);
}
bool was_seen(const Observations& rows, size_t i) { return rows.weight[i] > 0.0; }
bool is_noisy(const Observations& rows, size_t i) { return rows.kind && is_noisy(rows.kind[i]); }

// Where a row lies, roughly; NaN where it says nothing.
double middle_of(const Observations& rows, size_t i) {
  if (!was_seen(rows, i)) return std::nan("");
  if (!is_interval(rows, i)) return rows.a[i];
  if (std::isfinite(rows.a[i]) && std::isfinite(rows.b[i])) return 0.5 * rows.a[i] + 0.5 * rows.b[i];
  return std::isfinite(rows.a[i]) ? rows.a[i] : std::isfinite(rows.b[i]) ? rows.b[i] : std::nan("");
}

// Rows in the frame, as Blocks take them.
struct RowList {
  std::vector<Kind> kind;
  std::vector<double> a, b, variance, weight;
  std::vector<uint64_t> components;

  void add(Kind k, double lower, double upper, double error, double w, uint64_t mask) {
    kind.push_back(k), a.push_back(lower), b.push_back(upper), variance.push_back(error);
    weight.push_back(w), components.push_back(mask);
  }
  Observations view() const {
    return {kind.size(), kind.data(), a.data(), b.data(), variance.data(), weight.data(), components.data()};
  }
};

Kind kind_of(bool interval, double variance) {
  if (variance > 0.0) return interval ? Kind::noisy_interval : Kind::noisy;
  return interval ? Kind::interval : Kind::point;
}

struct Node {
  double x, weight, factor, variance;
  size_t row;
};

// Ends of half-lines reach this far beyond the values, in sds of the whole.
constexpr double BEYOND = 4.0;
constexpr size_t PIECES = 12;

void add_nodes(double lower, double upper, double piece, double weight, double variance, size_t row,
               bool closed_to_new, std::vector<Node>& nodes) {
  const double width = upper - lower;
  const size_t pieces =
      static_cast<size_t>(std::clamp(std::ceil(width / piece), 1.0, static_cast<double>(PIECES)));
  const double half = 0.5 * width / static_cast<double>(pieces);
  for (size_t p = 0; p < pieces; ++p) {
    const double middle = lower + half * static_cast<double>(2 * p + 1);
    for (size_t q = 0; q < 4; ++q)
      nodes.push_back({middle + half * NODES[q], 0.5 * weight * NODE_WEIGHTS[q] / static_cast<double>(pieces),
                       closed_to_new ? 0.0 : half * NODE_WEIGHTS[q], variance, row});
  }
}

// The scale of what was recorded: an sd of middles, narrowed where a few lie far out.
Spread rough_spread(const RowList& rows, size_t recorded) {
  std::vector<std::pair<double, double>> middles;
  const Observations view = rows.view();
  for (size_t i = 0; i < recorded; ++i)
    if (const double x = middle_of(view, i); !std::isnan(x)) middles.emplace_back(x, rows.weight[i]);
  std::sort(middles.begin(), middles.end());
  std::vector<double> x, w;
  for (const auto& [value, weight] : middles) x.push_back(value), w.push_back(weight);
  return spread_of(Points(x.data(), w.data(), x.size()));
}

void add_stand_ins(const RowList& rows, const Recorded& recorded, InFrame& frame) {
  const Spread rough = rough_spread(rows, recorded.rows.n);
  const double scale = rough.variance > 0.0 ? std::sqrt(rough.variance) : 1.0, piece = 0.2 * scale;
  double lowest = INF, highest = -INF;
  for (size_t i = 0; i < recorded.rows.n; ++i)
    for (double end : {rows.a[i], rows.b[i]})
      if (rows.weight[i] > 0.0 && std::isfinite(end))
        lowest = std::min(lowest, end), highest = std::max(highest, end);
  std::vector<Node> nodes;
  bool noisy = false;
  for (size_t i = 0; i < recorded.rows.n; ++i) {
    if (!(rows.weight[i] > 0.0)) continue;
    const uint64_t mask = rows.components[i];
    const bool closed = mask != ANY_COMPONENT && !allows(mask, 63);
    noisy = noisy || rows.variance[i] > 0.0;
    if (rows.kind[i] == Kind::point || rows.kind[i] == Kind::noisy) {
      nodes.push_back({rows.a[i], rows.weight[i], closed ? 0.0 : 1.0, rows.variance[i], i});
      continue;
    }
    const double lower = std::max(rows.a[i], std::min(lowest, rows.b[i]) - BEYOND * scale),
                 upper = std::min(rows.b[i], std::max(highest, rows.a[i]) + BEYOND * scale);
    add_nodes(lower, upper, piece, rows.weight[i], rows.variance[i], i, closed, nodes);
  }
  std::stable_sort(nodes.begin(), nodes.end(), [](const Node& a, const Node& b) { return a.x < b.x; });
  StandIns& out = frame.stand_ins;
  std::vector<double> x, w;
  for (const Node& node : nodes) {
    x.push_back(node.x), w.push_back(node.weight);
    out.place.push_back(frame.blocks.place(node.row));
    out.factor.push_back(node.factor);
    if (noisy) out.variance.push_back(node.variance);
  }
  frame.points = Points(x.data(), w.data(), x.size());
}

Mix labelled(const RowList& rows, const Recorded& recorded, const Frame& frame, families::Family family,
             const Spread& whole) {
  constexpr double LEAST_SD = 0.1, UNKNOWN_SD = 0.5;  // of the whole, where a label has one value
  Mix mix(recorded.named, family);
  size_t first = 0;
  if (recorded.background()) {
    if (mix.all_normal()) mix.family.assign(mix.k, family), mix.shape.assign(mix.k, 0.0);
    // uniform in the values, whatever the space
    auto in = [&](double end) {
      return frame.space == families::Space::log ? std::ldexp(end, -frame.outer) : frame.in(end);
    };
    const double low = in(recorded.background_low), high = in(recorded.background_high);
    const bool point = recorded.background_low == recorded.background_high;
    mix.family[0] = point ? families::Family::point_mass : families::Family::uniform;
    mix.weight(0) = 1.0, mix.mean(0) = 0.5 * (low + high), mix.sd(0) = point ? 1.0 : high - low;
    first = 1;
  }
  const Observations view = rows.view();
  double total = first > 0 ? 1.0 : 0.0;
  for (size_t j = first; j < mix.k; ++j) {
    double n = 0.0, sum = 0.0, square = 0.0;
    for (size_t i = 0; i < recorded.rows.n; ++i) {
      const double x = middle_of(view, i);
      if (rows.components[i] != uint64_t(1) << j || std::isnan(x)) continue;
      n += rows.weight[i], sum += rows.weight[i] * x;
    }
    const double mean = n > 0.0 ? sum / n : whole.mean;
    for (size_t i = 0; i < recorded.rows.n; ++i) {
      const double x = middle_of(view, i);
      if (rows.components[i] == uint64_t(1) << j && !std::isnan(x))
        square += rows.weight[i] * (x - mean) * (x - mean);
    }
    mix.weight(j) = n + 1.0;
    const double sd = n > 0.0 ? std::sqrt(square / n) : 0.0;
    set_moments(mix, j, {mean, sd > 0.0 ? std::max(sd, LEAST_SD * whole.sd) : UNKNOWN_SD * whole.sd});
    total += mix.weight(j);
  }
  for (size_t j = 0; j < mix.k; ++j) mix.weight(j) /= total;
  return mix;
}

}  // namespace

// Within the frame: farther out, squares would leave the range of doubles.
static constexpr int MOST_REACH = 481;

// How far out finite ends lie, in a frame.
static double reach_of(const Observations& rows, const Frame& frame) {
  double reach = 0.0;
  for (size_t i = 0; i < rows.n; ++i) {
    if (!was_seen(rows, i)) continue;
    if (std::isfinite(rows.a[i])) reach = std::max(reach, std::fabs(frame.in(rows.a[i])));
    if (is_interval(rows, i) && std::isfinite(rows.b[i]))
      reach = std::max(reach, std::fabs(frame.in(rows.b[i])));
  }
  return std::min(reach, std::numeric_limits<double>::max());
}

bool holds(const Frame& frame, const Recorded& recorded) {
  return frame.space != families::Space::real ||
         reach_of(recorded.rows, frame) <= std::ldexp(1.0, MOST_REACH);
}

Frame frame_of(const Recorded& recorded, const Ground& ground) {
  const Observations& rows = recorded.rows;
  std::vector<std::pair<double, double>> places;
  double lowest = INF, highest = -INF;
  for (size_t i = 0; i < rows.n; ++i)
    if (const double x = middle_of(rows, i); !std::isnan(x)) {
      places.emplace_back(x, rows.weight[i]);
      lowest = std::min(lowest, x), highest = std::max(highest, x);
    }
  if (places.empty()) return Frame{};
  if (lowest == highest)  // what the rows leave open is all the scale there is
    for (size_t i = 0; i < rows.n; ++i) {
      const double error = is_noisy(rows, i) ? std::sqrt(rows.variance[i]) : 0.0;
      const double low = is_interval(rows, i) && std::isfinite(rows.a[i]) ? rows.a[i] : lowest,
                   high = is_interval(rows, i) && std::isfinite(rows.b[i]) ? rows.b[i] : highest;
      places.emplace_back(low - error, rows.weight[i]);
      places.emplace_back(high + error, rows.weight[i]);
    }
  std::sort(places.begin(), places.end());
  std::vector<double> x, w;
  for (const auto& [place, weight] : places) x.push_back(place), w.push_back(weight);
  Frame frame = frame_of(x.data(), w.data(), x.size(), ground);
  if (frame.space != families::Space::real) return frame;
  // ends lie farther out than middles, and their squares are to stay finite too
  int reach = 0;
  std::frexp(reach_of(rows, frame), &reach);
  frame.inner += std::max(reach - MOST_REACH, 0);
  return frame;
}

bool any_row_has_error(const Recorded& recorded) {
  for (size_t i = 0; i < recorded.rows.n; ++i)
    if (is_noisy(recorded.rows, i)) return true;
  return false;
}

bool every_row_has_error(const Recorded& recorded) {
  for (size_t i = 0; i < recorded.rows.n; ++i)
    if (!is_noisy(recorded.rows, i)) return false;
  return recorded.rows.n > 0;
}

InFrame in_frame(const Recorded& recorded, const Frame& frame, View view,
                 const std::vector<families::Family>& of, Beside beside) {
  const Observations& given = recorded.rows;
  InFrame out;
  RowList rows, read;  // in the frame, and as the loops read them: with an error, values
  const bool logarithmic = frame.space == families::Space::log;
  double least_variance = INF;
  bool exact = false;
  out.narrowest = INF;
  for (size_t i = 0; i < given.n; ++i) {
    double variance = 0.0;
    if (is_noisy(given, i)) {
      const double error = frame.in_scale(std::sqrt(given.variance[i]));
      variance = error * error;
    }
    const bool seen = was_seen(given, i);
    if (seen) least_variance = std::min(least_variance, variance);
    if (seen) out.most_variance = std::max(out.most_variance, variance);
    const bool interval = is_interval(given, i);
    double a = frame.in(given.a[i]), b = interval ? frame.in(given.b[i]) : a;
    const uint64_t mask = given.components ? given.components[i] : ANY_COMPONENT;
    if (logarithmic && is_noisy(given, i)) {
      const double low = std::ldexp(given.a[i], -frame.outer),
                   high = interval ? std::ldexp(given.b[i], -frame.outer) : low;
      read.add(kind_of(interval, variance), low, high, variance, given.weight[i], mask);
      // what the error may have taken to 0 and below is looked for where values are as large as it
      const double error = std::sqrt(given.variance[i]), least = LEAST_ERRORS * error;
      const double place = std::clamp(middle_of(given, i), least, std::numeric_limits<double>::max());
      if (!interval) a = frame.in(std::max(given.a[i], least));
      b = interval ? frame.in(std::max(given.b[i], least)) : a;
      variance = frame.in_width(error, std::isnan(place) ? error : place);
      variance *= variance;
    } else {
      read.add(kind_of(interval, variance), a, b, variance, given.weight[i], mask);
    }
    rows.add(kind_of(interval, variance), a, b, variance, given.weight[i], mask);
    if (!seen) continue;
    out.total += given.weight[i];
    if (!interval) {
      out.density_weight += given.weight[i], exact = true;
      if (frame.space != families::Space::real && !(logarithmic && is_noisy(given, i)))
        out.log_slopes += given.weight[i] * frame.log_slope(frame.in(given.a[i]));
    }
    if (interval && b - a < INF) out.narrowest = std::min(out.narrowest, b - a);
    if (interval && a == -INF && b < INF) out.open_below += given.weight[i];
    if (interval && b == INF && a > -INF) out.open_above += given.weight[i];
  }
  if (exact || !(out.narrowest < INF)) out.narrowest = 0.0;
  out.common_variance = view != View::report && given.n > 0 && least_variance > 0.0 ? least_variance : 0.0;
  out.least_is_zero = least_variance > 0.0;
  for (size_t i = 0; i < given.n; ++i) {
    for (RowList* list : {&rows, &read}) {
      list->variance[i] -= out.common_variance;
      list->kind[i] = kind_of(is_interval(given, i), list->variance[i]);
    }
  }
  const Window window{frame.in(recorded.window.low), frame.in(recorded.window.high)};
  if (view == View::search) {
    out.window = window;
  } else if (recorded.common_window) {
    const double error = given.n > 0 ? read.variance[0] : 0.0;
    const bool value = logarithmic && error > 0.0;
    read.add(kind_of(true, error), value ? std::ldexp(recorded.window.low, -frame.outer) : window.low,
             value ? std::ldexp(recorded.window.high, -frame.outer) : window.high, error, -out.total,
             ANY_COMPONENT);
  }
  out.blocks = Blocks(read.view());
  if (beside != Beside::nothing)
    out.blocks.beside(beside, [&](double number) { return frame.beside(number); });
  add_stand_ins(rows, recorded, out);
  if (recorded.named > 0) {
    const Spread whole = spread_of(out.points);
    for (families::Family family : of)
      if (!out.named.contains(family))
        out.named.emplace(family, labelled(rows, recorded, frame, family, whole));
  }
  return out;
}

// Whether some intervals reach into others.
static bool overlap(const Observations& rows) {
  std::vector<std::pair<double, double>> ends;
  for (size_t i = 0; i < rows.n; ++i)
    if (is_interval(rows, i) && std::isfinite(rows.a[i]) && std::isfinite(rows.b[i]))
      ends.emplace_back(rows.a[i], rows.b[i]);
  std::sort(ends.begin(), ends.end());
  for (size_t i = 1; i < ends.size(); ++i) {
    constexpr double ROUNDING = 1e-9;  // of edges, in widths
    const auto& [low, high] = ends[i - 1];
    const auto& [next_low, next_high] = ends[i];
    const double slack = ROUNDING * (high - low);
    if (next_low < high - slack && (next_low > low + slack || next_high > high + slack)) return true;
  }
  return false;
}

CellWidths interval_widths(const Recorded& recorded, const Frame& frame) {
  constexpr double ROOT_12 = 3.46410161513775458705;
  const Observations& given = recorded.rows;
  if (overlap(given)) return {};  // together they show more than each alone
  std::vector<std::pair<double, size_t>> order;
  for (size_t i = 0; i < given.n; ++i)
    if (const double x = middle_of(given, i); !std::isnan(x)) order.emplace_back(x, i);
  std::sort(order.begin(), order.end());
  std::vector<double> x, w, width;
  for (const auto& [middle, i] : order) {
    const bool finite = is_interval(given, i) && std::isfinite(given.a[i]) && std::isfinite(given.b[i]);
    if (is_interval(given, i) && !finite) continue;
    double place = frame.in(middle), own = 0.0;
    if (finite && frame.space == families::Space::real) {
      // halves, whose difference is finite
      own = 2.0 * frame.in_scale(0.5 * given.b[i] - 0.5 * given.a[i]);
    } else if (finite) {
      const double low = frame.in(given.a[i]), high = frame.in(given.b[i]);
      place = 0.5 * (low + high), own = high - low;
    }
    if (!std::isfinite(place)) continue;  // one that reaches 0 has no width there
    x.push_back(place), w.push_back(given.weight[i]);
    width.push_back(own / ROOT_12);
  }
  if (x.empty() || *std::max_element(width.begin(), width.end()) == 0.0) return {};
  return CellWidths(x.data(), w.data(), width.data(), x.size(), 1);
}

}  // namespace mix1d::model
