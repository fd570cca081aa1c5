// rows_curve.cpp: kernels of rows, the grid of means, summits and bounds
#include "certificate/rows_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "kernels/general.hpp"
#include "kernels/kernels.hpp"
#include "model/general.hpp"

namespace mix1d::certificate {

using namespace data;
using namespace kernels;
using namespace model;
using namespace observations;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();
constexpr double LEAST_LOG = -700.0, LARGEST_LOG = 600.0;

}  // namespace

RowsCurve::RowsCurve(const InFrame& recorded, double sd, const Poll* poll)
    : blocks_(recorded.blocks),
      window_(recorded.window),
      sd_(sd),
      poll_(poll),
      n_(blocks_.rows()),
      w_(n_),
      c_(n_),
      top_(n_, -INF),
      favourite_(n_),
      low_(n_),
      high_(n_) {
  double least = INF;
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const Block& rows = blocks_[b];
    for (size_t r = 0; r < rows.count; ++r) {
      const size_t i = rows.first + r;
      w_[i] = rows.weight[r];
      if (!(w_[i] > 0.0)) continue;
      total_ += w_[i];
      const bool wide = rows.kind == Kind::interval || rows.kind == Kind::noisy_interval;
      const bool noisy = rows.kind == Kind::noisy || rows.kind == Kind::noisy_interval;
      low_[i] = rows.a[r];
      high_[i] = wide ? rows.b[r] : rows.a[r];
      const double width = std::sqrt(sd_ * sd_ + (noisy ? rows.variance[r] : 0.0));
      least = std::min(least, width);
      widest_ = std::max(widest_, width);
      for (double end : {low_[i], high_[i]})
        if (std::isfinite(end)) ends_.push_back(end);
      if (std::isfinite(low_[i] + high_[i])) ends_.push_back(0.5 * low_[i] + 0.5 * high_[i]);
    }
  }
  unit_ = least;
  std::sort(ends_.begin(), ends_.end());
  ends_.erase(std::unique(ends_.begin(), ends_.end()), ends_.end());
  lay_grid();
  std::vector<double> e(n_);
  for (double place : grid_) {
    log_kernel(place, e);
    for (size_t i = 0; i < n_; ++i)
      if (e[i] > top_[i]) top_[i] = e[i], favourite_[i] = place;
  }
  for (size_t i = 0; i < n_; ++i)
    if (!(w_[i] > 0.0)) top_[i] = 0.0;
}

void RowsCurve::divide_by(const std::vector<double>& f) {
  for (size_t i = 0; i < n_; ++i) c_[i] = w_[i] > 0.0 ? w_[i] / f[i] : 0.0;
}

std::vector<double> RowsCurve::kernel_at(double place) const {
  Look look;
  see(place, look);
  std::vector<double> e(n_);
  kernel(look, 0.0, look.log_mass, e);
  return e;
}

// Log densities of a component of the least sd, inside the window.
void RowsCurve::log_kernel(double at, std::vector<double>& out) const {
  Look look;
  see(at, look);
  for (size_t i = 0; i < n_; ++i) out[i] = look.log[i] - look.log_mass;
}

// c_i = w_i / f_i of a mixture given by its log densities
void RowsCurve::divide_by_log(const std::vector<double>& log_f) {
  for (size_t i = 0; i < n_; ++i) c_[i] = w_[i] > 0.0 ? std::min(top_[i] - log_f[i], LARGEST_LOG) : LEAST_LOG;
  loops().exp(c_.data(), c_.data(), n_);
  for (size_t i = 0; i < n_; ++i) c_[i] *= w_[i];
}

Look RowsCurve::at(double place) const {
  Look look;
  see(place, look);
  std::vector<double> e(n_);
  kernel(look, 0.0, look.log_mass, e);
  look.value = in_lanes(n_, [&](size_t i) { return c_[i] * e[i]; });
  look.first = in_lanes(n_, [&](size_t i) { return c_[i] * e[i] * (look.slope[i] - look.mass_slope); });
  return look;
}

std::vector<Summit> RowsCurve::summits() const {
  std::vector<Summit> found;
  Look before = at(grid_[0]);
  if (!(before.first > 0.0)) found.push_back({before.at, before.value});
  for (size_t g = 1; g < grid_.size(); ++g) {
    if (poll_ && g % 64 == 0) (*poll_)();
    Look here = at(grid_[g]);
    if (before.first > 0.0 && !(here.first > 0.0)) found.push_back(climb(before, here));
    before = std::move(here);
  }
  if (before.first > 0.0) found.push_back({before.at, before.value});
  return found;
}

void RowsCurve::see(double place, Look& look) const {
  look.at = place;
  look.log.assign(n_, 0.0);
  look.slope.assign(n_, 0.0);
  Mix one(1);
  one.weight(0) = 1.0, one.mean(0) = place, one.sd(0) = sd_;
  const PreparedParts plain(one);
  double out[GENERAL_ARRAYS * BLOCK_ROWS];
  for (size_t b = 0; b < blocks_.size(); ++b) {
    const Block& rows = blocks_[b];
    general_loops().component(rows, plain.family[0], plain.numbers.data(), out);
    for (size_t r = 0; r < rows.count; ++r) {
      look.log[rows.first + r] = out[r];
      look.slope[rows.first + r] = out[BLOCK_ROWS + r] / sd_;
    }
  }
  if (window_.whole_line()) return;
  const PreparedParts seen(one, window_);
  look.log_mass = seen.log_mass(0);
  look.mass_slope = seen.first(0, 0) / sd_;
}

// Of the rows, in units of the largest each can have on the grid, at a distance along the tangents.
void RowsCurve::kernel(const Look& look, double distance, double log_mass, std::vector<double>& e) const {
  for (size_t i = 0; i < n_; ++i)
    e[i] = std::clamp(look.log[i] + look.slope[i] * distance - log_mass - top_[i], LEAST_LOG, LARGEST_LOG);
  loops().exp(e.data(), e.data(), n_);
}

// Where a component can help, ever coarser to where it can no more.
void RowsCurve::lay_grid() {
  constexpr double NEAR = 3.0, STEP = 0.25, FAR = 9.0, RATIO = 0.05;
  constexpr double FARTHEST = 1e7;  // sds outside a window
  const bool open_low = std::any_of(low_.begin(), low_.end(), [](double a) { return a == -INF; });
  const bool open_high = std::any_of(high_.begin(), high_.end(), [](double b) { return b == INF; });
  double low = ends_.front(), high = ends_.back();
  std::vector<double> beyond;
  const bool cut_low = std::isfinite(window_.low), cut_high = std::isfinite(window_.high);
  if (open_low && !cut_low) low -= FAR * widest_;
  if (open_high && !cut_high) high += FAR * widest_;
  // A mean outside a window, until the values there would lie beyond all that are recorded
  auto walk = [&](double from, double sign, double edge) {
    if (!(std::fabs(from - edge) < FARTHEST * sd_)) return;  // none that lies there reaches a row
    Look look;
    double nearest = INF;  // distance of the nearest row that does not reach the edge
    for (size_t i = 0; i < n_; ++i) {
      const double end = sign < 0.0 ? low_[i] - edge : edge - high_[i];
      if (w_[i] > 0.0 && end > 0.0) nearest = std::min(nearest, end);
    }
    for (double at = from; std::fabs(at - edge) < FARTHEST * sd_;) {
      beyond.push_back(at);
      see(at, look);
      const double mean = at + sd_ * sd_ * look.mass_slope;  // of what such a component has inside
      bool settled = -sign * (mean - edge) <= nearest;
      for (size_t i = 0; i < n_ && settled; ++i) {
        const bool reaches = sign < 0.0 ? low_[i] <= edge : high_[i] >= edge;
        if (w_[i] > 0.0 && reaches && look.log[i] - look.log_mass < -1e-12) settled = false;
      }
      if (settled) return;
      at += sign * std::max(STEP * unit_, RATIO * std::fabs(at - edge));
    }
    unbounded_ = true;  // a value so near the edge that ever farther components gain
  };
  if (cut_low) walk(low, -1.0, window_.low);
  if (cut_high) walk(high, 1.0, window_.high);
  for (double at : beyond) low = std::min(low, at), high = std::max(high, at);
  grid_ = beyond;
  for (double end : ends_)
    for (double d = -NEAR; d <= NEAR; d += STEP) grid_.push_back(end + d * unit_);
  grid_.push_back(low);
  grid_.push_back(high);
  std::sort(grid_.begin(), grid_.end());
  size_t kept = 0;
  for (double at : grid_)
    if (at >= low && at <= high && (!kept || at - grid_[kept - 1] > 0.2 * unit_)) grid_[kept++] = at;
  if (grid_[kept - 1] < high) grid_[kept++] = high;
  grid_.resize(kept);
}

// The maximum between two places where D rises and falls.
Summit RowsCurve::climb(const Look& from, const Look& to) const {
  double low = from.at, high = to.at, rise = from.first, fall = to.first;
  Summit best = from.value > to.value ? Summit{low, from.value} : Summit{high, to.value};
  for (int step = 0; step < 60 && high - low > 1e-9 * unit_; ++step) {
    // the secant, and the middle at every third step
    double m = step % 3 == 2 ? 0.5 * (low + high) : low + (high - low) * (rise / (rise - fall));
    if (!(m > low && m < high)) m = 0.5 * (low + high);
    if (!(m > low && m < high)) break;
    const Look here = at(m);
    if (here.value > best.value) best = {m, here.value};
    if (here.first > 0.0)
      low = m, rise = here.first;
    else
      high = m, fall = here.first;
    if (std::fabs(here.first) * (high - low) < 1e-12 * total_) break;
  }
  return best;
}

double RowsCurve::bound_of(const Look& a, const Look& b, std::vector<double>& e) const {
  const double half = 0.5 * (b.at - a.at), chord = 0.5 * (a.log_mass + b.log_mass);
  auto sum = [&](size_t i) { return c_[i] * e[i]; };
  kernel(a, half, chord, e);
  const double left = in_lanes(n_, sum);
  kernel(b, -half, chord, e);
  return std::max({a.value, b.value, left, in_lanes(n_, sum)});
}

// Beyond the grid rows that are open on that side, or reach the end of the window, can be certain, and the
// others only fall.
double RowsCurve::bound_beyond(const Look& last, bool below) const {
  std::vector<double> e(n_);
  kernel(last, 0.0, last.log_mass, e);
  for (size_t i = 0; i < n_; ++i) {
    const bool reaches = below ? low_[i] <= window_.low : high_[i] >= window_.high;
    if (!(w_[i] > 0.0 && reaches)) continue;
    // an exact value at the end of a window can have any density
    e[i] = low_[i] == high_[i] ? INF : -top_[i];
    if (low_[i] != high_[i]) loops().exp(&e[i], &e[i], 1);
  }
  return in_lanes(n_, [&](size_t i) { return w_[i] > 0.0 ? c_[i] * e[i] : 0.0; });
}

Supremum RowsCurve::supremum_of(Summit seen, double slack) const {
  constexpr size_t MOST = 200'000;
  Supremum out;
  out.seen = seen;
  std::vector<double> e(n_);
  Look before = at(grid_[0]);
  out.bound = std::max(seen.value, bound_beyond(before, true));
  size_t looks = 0;
  for (size_t g = 1; g < grid_.size(); ++g) {
    std::vector<Look> ends;  // of cells yet to be bounded, the nearest one last
    ends.push_back(at(grid_[g]));
    while (!ends.empty()) {
      if (poll_ && ++looks % 64 == 0) (*poll_)();
      const Look& next = ends.back();
      if (next.value > out.seen.value) out.seen = {next.at, next.value};
      const double bound = bound_of(before, next, e), middle = 0.5 * before.at + 0.5 * next.at;
      if (bound > std::max(out.seen.value, total_) + slack && middle > before.at && middle < next.at &&
          looks < MOST) {
        ends.push_back(at(middle));
        continue;
      }
      out.bound = std::max(out.bound, bound);
      before = std::move(ends.back());
      ends.pop_back();
    }
  }
  out.bound = std::max(out.bound, bound_beyond(before, false));
  return out;
}

}  // namespace mix1d::certificate
