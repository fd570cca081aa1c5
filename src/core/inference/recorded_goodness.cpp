// recorded_goodness.cpp: transforms of rows, and distances of three kinds
#include "inference/recorded_goodness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
#include "model/general.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace model;
using namespace observations;
using namespace resample;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity(),
                 NONE = std::numeric_limits<double>::quiet_NaN();

// The logarithms of the probabilities of intervals, in the frame.
class Masses {
 public:
  // Returns the number of an interval; an empty one has no probability.
  size_t add(double lower, double upper, double variance) {
    place_.push_back(lower < upper ? a_.size() : EMPTY_INTERVAL);
    if (lower < upper) a_.push_back(lower), b_.push_back(upper), variance_.push_back(variance);
    return place_.size() - 1;
  }

  void evaluate(Mix mix) {
    // the least error counts to the components, which may have no width of their own
    const double common = variance_.empty() ? 0.0 : *std::min_element(variance_.begin(), variance_.end());
    if (common > 0.0) {
      for (double& v : variance_) v -= common;
      for (size_t j = 0; j < mix.k; ++j)
        if (mix.family_of(j) == families::Family::normal)
          mix.sd(j) = std::sqrt(mix.sd(j) * mix.sd(j) + common);
    }
    std::vector<Kind> kind;
    for (double v : variance_) kind.push_back(v > 0.0 ? Kind::noisy_interval : Kind::interval);
    const std::vector<double> weight(a_.size(), 1.0);
    const Blocks blocks(
        {a_.size(), kind.data(), a_.data(), b_.data(), variance_.data(), weight.data(), nullptr});
    const std::vector<double> by_place = general_log_density(blocks, mix);
    log_.clear();
    for (size_t i = 0; i < a_.size(); ++i) log_.push_back(by_place[blocks.place(i)]);
  }

  double log_mass(size_t number) const {
    return place_[number] == EMPTY_INTERVAL ? -INF : log_[place_[number]];
  }

 private:
  static constexpr size_t EMPTY_INTERVAL = ~size_t{0};
  std::vector<size_t> place_;
  std::vector<double> a_, b_, variance_, log_;
};

double squared_in(const Frame& frame, double variance) {
  const double error = frame.in_scale(std::sqrt(variance));
  return error * error;
}

// An end of a row, or several at one place, by the order of their transforms.
struct Knot {
  double log_below, log_above;
  double key() const { return log_below - log_above; }  // exact in both tails
};

Knot knot_of(const Transform& t, size_t end) { return {t.log_below[end], t.log_above[end]}; }

// F of one knot less that of another, from the nearer tail.
double between(const Knot& low, const Knot& high) {
  constexpr double LOG_HALF = -0.69314718055994530942;
  const double rise = high.log_below < LOG_HALF ? exp1(high.log_below) - exp1(low.log_below)
                                                : exp1(low.log_above) - exp1(high.log_above);
  return std::max(rise, 0.0);
}

// The empirical distribution of transforms, an interval spread evenly over its own.
Distances of_transforms(const std::vector<RecordedRow>& rows, const std::vector<Transform>& at) {
  const size_t n = rows.size();
  std::vector<std::pair<Knot, size_t>> begins;
  std::vector<Knot> knots;
  for (size_t i = 0; i < n; ++i) {
    begins.emplace_back(knot_of(at[i], 0), i);
    for (size_t end = 0; end < 2; ++end) knots.push_back(knot_of(at[i], end));
  }
  std::stable_sort(begins.begin(), begins.end(),
                   [](const auto& x, const auto& y) { return x.first.key() < y.first.key(); });
  std::stable_sort(knots.begin(), knots.end(),
                   [](const Knot& x, const Knot& y) { return x.key() < y.key(); });
  knots.erase(std::unique(knots.begin(), knots.end(),
                          [](const Knot& x, const Knot& y) { return x.key() == y.key(); }),
              knots.end());
  Corners c;
  std::vector<double> log_below, log_above;
  for (const RecordedRow& row : rows) c.total += row.weight;
  std::vector<size_t> open;  // rows that begin at or before a knot and end behind it
  double done = 0.0;
  size_t next = 0;
  for (const Knot& knot : knots) {
    double jump = 0.0, part = 0.0;
    std::erase_if(open, [&](size_t i) {
      const Knot end = knot_of(at[i], 1);
      if (end.key() > knot.key()) {
        const Knot begin = knot_of(at[i], 0);
        part += rows[i].weight * std::min(between(begin, knot) / between(begin, end), 1.0);
        return false;
      }
      done += rows[i].weight;
      return true;
    });
    for (; next < n && begins[next].first.key() <= knot.key(); ++next) {
      const size_t i = begins[next].second;
      if (knot_of(at[i], 1).key() > knot.key())
        open.push_back(i);
      else
        jump += rows[i].weight;
    }
    c.below.push_back((done + part) / c.total);
    done += jump;
    c.above.push_back((done + part) / c.total);
    log_below.push_back(knot.log_below), log_above.push_back(knot.log_above);
  }
  return distances(c, log_below, log_above);
}

// Where the distribution function of intervals and values may rise: between a left end and a right end that
// follows it.
struct Rise {
  Knot left, right;
};

// D of Turnbull's estimate. Intervals are open, values closed.
double of_limits(const std::vector<RecordedRow>& rows, const std::vector<Transform>& at) {
  enum Side { open_right, left, right, open_left };  // in this order at one place
  struct End {
    Knot knot;
    Side side;
    size_t row;
    bool begins() const { return side == left || side == open_left; }
  };
  std::vector<End> ends;
  double total = 0.0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool value = rows[i].lower == rows[i].upper;
    ends.push_back({knot_of(at[i], 0), value ? left : open_left, i});
    ends.push_back({knot_of(at[i], 1), value ? right : open_right, i});
    total += rows[i].weight;
  }
  std::stable_sort(ends.begin(), ends.end(), [](const End& x, const End& y) {
    return std::make_tuple(x.knot.key(), x.side) < std::make_tuple(y.knot.key(), y.side);
  });
  std::vector<Rise> rises;
  std::vector<size_t> first(rows.size()), last(rows.size());  // of the rises of a row: [first, last)
  for (size_t e = 0; e < ends.size(); ++e) {
    if (ends[e].begins()) {
      first[ends[e].row] = rises.size();
      if (e + 1 < ends.size() && !ends[e + 1].begins()) rises.push_back({ends[e].knot, ends[e + 1].knot});
    } else {
      last[ends[e].row] = rises.size();
    }
  }
  const size_t m = rises.size();
  constexpr int MOST_STEPS = 5000;
  constexpr double STILL = 1e-9;  // of the whole
  std::vector<double> mass(m, 1.0 / static_cast<double>(m)), sum(m + 1, 0.0), share(m + 1);
  for (int step = 0; step < MOST_STEPS; ++step) {  // self-consistency
    std::partial_sum(mass.begin(), mass.end(), sum.begin() + 1);
    std::fill(share.begin(), share.end(), 0.0);
    for (size_t i = 0; i < rows.size(); ++i) {
      const double here = std::max(sum[last[i]] - sum[first[i]], 1e-300);
      share[first[i]] += rows[i].weight / here, share[last[i]] -= rows[i].weight / here;
    }
    double moved = 0.0, density = 0.0;
    for (size_t j = 0; j < m; ++j) {
      density += share[j];
      const double old = mass[j];
      mass[j] *= std::max(density, 0.0) / total;
      moved += std::fabs(mass[j] - old);
    }
    if (moved < STILL) break;
  }
  std::partial_sum(mass.begin(), mass.end(), sum.begin() + 1);
  double largest = 0.0;
  for (size_t j = 0; j < m; ++j)
    largest = std::max({largest, std::fabs(sum[j] - exp1(rises[j].left.log_below)),
                        std::fabs(sum[j + 1] - exp1(rises[j].right.log_below))});
  return largest;
}

void judge_bins(const std::vector<RecordedRow>& rows, const std::vector<double>& edges, const Frame& frame,
                const Mix& mix, RecordedDistances& found) {
  std::vector<double> inner;
  for (double edge : edges) inner.push_back(frame.in(edge));
  const size_t bins = edges.size() - 1;
  std::vector<double> counts(bins, 0.0), expected(bins, 0.0);
  std::map<std::tuple<double, double, double>, double> strata;
  for (const RecordedRow& row : rows) {
    const double inside = row.lower > -INF && row.upper < INF ? 0.5 * row.lower + 0.5 * row.upper
                          : row.lower > -INF                  ? std::nextafter(row.lower, INF)
                                                              : std::nextafter(row.upper, -INF);
    counts[std::upper_bound(edges.begin() + 1, edges.end() - 1, inside) - edges.begin() - 1] += row.weight;
    strata[{row.variance, row.low, row.high}] += row.weight;
  }
  Masses masses;
  for (const auto& [stratum, weight] : strata) {
    const auto& [variance, low, high] = stratum;
    const double from = frame.in(low), to = frame.in(high), error = squared_in(frame, variance);
    masses.add(from, to, error);
    for (size_t i = 0; i < bins; ++i) masses.add(std::max(inner[i], from), std::min(inner[i + 1], to), error);
  }
  masses.evaluate(mix);
  size_t number = 0;
  for (const auto& [stratum, weight] : strata) {
    const double whole = masses.log_mass(number++);
    for (size_t i = 0; i < bins; ++i) expected[i] += weight * exp1(masses.log_mass(number++) - whole);
  }
  const Pooled pooled = pooled_distances(counts, expected);
  found.pearson = pooled.pearson;
  found.deviance = pooled.deviance;
  found.cells = pooled.cells;
}

}  // namespace

std::vector<Transform> transforms(const std::vector<RecordedRow>& rows, const Frame& frame, const Mix& mix) {
  Masses masses;
  for (const RecordedRow& row : rows) {
    const double low = frame.in(row.low), high = frame.in(row.high), error = squared_in(frame, row.variance);
    masses.add(low, high, error);
    for (double end : {frame.in(row.lower), frame.in(row.upper)}) {
      masses.add(low, end, error);
      masses.add(end, high, error);
    }
  }
  masses.evaluate(mix);
  std::vector<Transform> out(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t number = 5 * i;
    const double whole = masses.log_mass(number);
    for (size_t end = 0; end < 2; ++end) {
      out[i].log_below[end] = std::min(masses.log_mass(number + 1 + 2 * end) - whole, 0.0);
      out[i].log_above[end] = std::min(masses.log_mass(number + 2 + 2 * end) - whole, 0.0);
    }
  }
  return out;
}

RecordedDistances distances(const std::vector<RecordedRow>& rows, const Recording& recording,
                            const Frame& frame, const Mix& mix) {
  RecordedDistances found{{NONE, NONE, NONE}, NONE, NONE, 0};
  if (!recording.edges.empty()) {
    judge_bins(rows, recording.edges, frame, mix, found);
    return found;
  }
  const std::vector<Transform> at = transforms(rows, frame, mix);
  if (recording.below.at.empty() && recording.above.at.empty())
    found.distances = of_transforms(rows, at);
  else
    found.distances.kolmogorov_smirnov = of_limits(rows, at);
  return found;
}

}  // namespace mix1d::inference
