// recorded_certificate.cpp: the nonparametric estimate over the places of one narrow component
#include "certificate/recorded_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "certificate/rows_curve.hpp"
#include "kernels/general.hpp"
#include "kernels/kernels.hpp"
#include "linear/nonnegative.hpp"
#include "model/general.hpp"

namespace mix1d::certificate {

using namespace data;
using namespace kernels;
using namespace linear;
using namespace model;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();

struct Place {
  double at, weight;
  std::vector<double> kernel;
};

// As Npmle (npmle.hpp), with kernels that reach all rows.
class Estimate {
 public:
  Estimate(RowsCurve& curve, const Poll* poll)
      : curve_(curve), poll_(poll), n_(curve.n()), total_(curve.total()), w_(curve.weights()), f_(n_) {
    start();
  }

  const std::vector<Place>& atoms() const { return atoms_; }
  double largest() const { return largest_; }
  size_t iterations() const { return iterations_; }

  // sum w log f
  double log_likelihood() const {
    std::vector<double> logs(n_);
    loops().log(f_.data(), logs.data(), n_);
    return in_lanes(n_,
                    [&](size_t i) { return w_[i] > 0.0 ? w_[i] * (logs[i] + curve_.log_unit()[i]) : 0.0; });
  }

  void solve(double tol, double slack, size_t max_iter) {
    constexpr size_t PATIENCE = 5;
    double best = INF;
    for (size_t idle = 0;;) {
      curve_.divide_by(f_);
      std::vector<Summit> tops = curve_.summits();
      Summit top = {0.0, 0.0};
      for (const Summit& s : tops)
        if (s.value > top.value) top = s;
      const bool last = idle == PATIENCE || iterations_ >= max_iter;
      if (last || top.value - total_ <= tol) {
        const Supremum supremum = curve_.supremum_of(top, slack);
        largest_ = curve_.unbounded() ? INF : std::max(supremum.bound - total_, 0.0);
        const bool overlooked = supremum.seen.value - total_ > std::max(slack, 2.0 * (top.value - total_));
        if (!overlooked || iterations_ >= max_iter) return;
        tops.push_back(top = supremum.seen);
      }
      for (const Summit& s : tops)
        if (s.value > total_) add(s.at, 0.0);
      tidy();
      const double gain = newton_step();
      const bool falls = !(top.value - total_ >= 0.7 * best);
      best = std::min(best, top.value - total_);
      idle = falls || gain > 1e-9 ? 0 : idle + 1;
      ++iterations_;
      if (poll_) (*poll_)();
    }
  }

 private:
  // One component for every unit that holds favourite places of rows.
  void start() {
    std::vector<std::pair<double, double>> wanted;
    for (size_t i = 0; i < n_; ++i)
      if (w_[i] > 0.0) wanted.push_back({curve_.favourite()[i], w_[i]});
    std::sort(wanted.begin(), wanted.end());
    for (size_t begin = 0; begin < wanted.size();) {
      size_t end = begin;
      double mass = 0.0;
      for (; end < wanted.size() && wanted[end].first - wanted[begin].first <= curve_.unit(); ++end)
        mass += wanted[end].second;
      add(wanted[(begin + end - 1) / 2].first, mass / total_);
      begin = end;
    }
    density();
  }

  void add(double place, double weight) { atoms_.push_back({place, weight, curve_.kernel_at(place)}); }

  void density() {
    std::fill(f_.begin(), f_.end(), 0.0);
    for (const Place& a : atoms_)
      for (size_t i = 0; i < n_; ++i) f_[i] += a.weight * a.kernel[i];
    for (size_t i = 0; i < n_; ++i)
      if (!(w_[i] > 0.0)) f_[i] = 1.0;
  }

  void tidy() {
    constexpr double SAME = 1e-5;
    std::sort(atoms_.begin(), atoms_.end(), [](const Place& a, const Place& b) { return a.at < b.at; });
    size_t kept = 0;
    for (size_t j = 1; j < atoms_.size(); ++j) {
      Place &last = atoms_[kept], &next = atoms_[j];
      if (next.at - last.at > SAME * curve_.unit()) {
        if (++kept != j) atoms_[kept] = std::move(next);
        continue;
      }
      const double weight = last.weight + next.weight;
      if (next.weight > last.weight) last = std::move(next);
      last.weight = weight;
    }
    atoms_.resize(kept + 1);
    density();
  }

  double newton_step() {
    constexpr double RIDGE = 1e-11;
    const size_t k = atoms_.size();
    std::vector<double> u(n_), b(k), y(k), scaled(n_);
    Band h(k, k - 1);
    for (size_t i = 0; i < n_; ++i) u[i] = w_[i] > 0.0 ? w_[i] / f_[i] : 0.0;
    for (size_t j = 0; j < k; ++j) {
      const std::vector<double>& mine = atoms_[j].kernel;
      y[j] = atoms_[j].weight;
      b[j] = in_lanes(n_, [&](size_t i) { return mine[i] * u[i]; }) - total_;
    }
    for (size_t i = 0; i < n_; ++i) u[i] /= f_[i];
    for (size_t j = 0; j < k; ++j) {
      for (size_t i = 0; i < n_; ++i) scaled[i] = atoms_[j].kernel[i] * u[i];
      for (size_t l = 0; l <= j; ++l) {
        const std::vector<double>& other = atoms_[l].kernel;
        h.at(j, l) = in_lanes(n_, [&](size_t i) { return scaled[i] * other[i]; });
      }
      h.at(j, j) *= 1.0 + RIDGE;
    }
    const std::vector<double> product = times(h, y);
    for (size_t j = 0; j < k; ++j) b[j] += product[j];
    std::vector<double> next = y;
    maximise_nonnegative(h, b, next, [&] {
      if (poll_) (*poll_)();
    });
    std::vector<double> change(n_, 0.0), ratio(n_), logs(n_);
    double sum = 0.0, slope = 0.0;
    for (size_t j = 0; j < k; ++j) {
      const double d = next[j] - y[j];
      sum += d;
      slope += d * (b[j] - product[j]);
      for (size_t i = 0; i < n_; ++i) change[i] += d * atoms_[j].kernel[i];
    }
    double gained = 0.0;
    for (double share = 1.0; share > 1e-9; share *= 0.5) {
      for (size_t i = 0; i < n_; ++i)
        ratio[i] = w_[i] > 0.0 ? std::max(1.0 + share * change[i] / f_[i], 0.0) : 1.0;
      loops().log(ratio.data(), logs.data(), n_);
      const double gain =
          in_lanes(n_, [&](size_t i) { return w_[i] > 0.0 ? w_[i] * logs[i] : 0.0; }) - share * sum * total_;
      if (!(gain >= 0.25 * share * slope) && !(slope < 1e-14 * total_ && gain > -1e-13 * total_)) continue;
      double mass = 0.0;
      for (size_t j = 0; j < k; ++j) {
        atoms_[j].weight = y[j] + share * (next[j] - y[j]);
        mass += atoms_[j].weight;
      }
      for (Place& a : atoms_) a.weight /= mass;
      gained = gain;
      break;
    }
    std::erase_if(atoms_, [](const Place& a) { return !(a.weight > 0.0); });
    density();
    return gained;
  }

  RowsCurve& curve_;
  const Poll* poll_;
  size_t n_, iterations_ = 0;
  double total_, largest_ = INF;
  const std::vector<double>& w_;
  std::vector<double> f_;
  std::vector<Place> atoms_;
};

}  // namespace

Certificate certify(const CertificateRequest& r, const Problem& problem, const Mix& fit) {
  constexpr double NOTHING = 1e-9;  // nats that rounding can make
  const InFrame& recorded = problem.recorded;
  const double least = problem.frame.in_scale(r.min_sd);
  const double sd = std::sqrt(least * least + recorded.common_variance);
  if (r.poll) r.poll->total = 30.0;
  RowsCurve curve(recorded, sd, r.poll);
  Estimate best(curve, r.poll);
  best.solve(1e-6 + 1e-9 * curve.total(), std::clamp(1e-7 * curve.total(), 1e-5, 4e-4), r.max_iter);
  const size_t n = curve.n();
  const Mix inside = problem.inside(fit);
  const std::vector<double> log_fit = general_log_density(recorded.blocks, inside, recorded.window);
  const std::vector<double>& w = curve.weights();

  Certificate out;
  out.iterations = best.iterations();
  out.largest = best.largest();
  for (const Place& atom : best.atoms()) {
    out.weights.push_back(atom.weight);
    out.means.push_back(problem.frame.out(atom.at));
  }
  out.gain =
      best.log_likelihood() - in_lanes(n, [&](size_t i) { return w[i] > 0.0 ? w[i] * log_fit[i] : 0.0; });
  curve.divide_by_log(log_fit);
  for (double place : curve.grid()) {
    out.grid.push_back(problem.frame.out(place));
    out.excess.push_back(curve.at(place).value / curve.total() - 1.0);
  }
  std::vector<double> excess(n);
  for (const Summit& summit : curve.summits()) {
    curve.log_kernel(summit.at, excess);
    for (size_t i = 0; i < n; ++i)
      excess[i] = w[i] > 0.0 ? std::clamp(excess[i] - log_fit[i], -700.0, 600.0) : 0.0;
    loops().exp(excess.data(), excess.data(), n);
    for (size_t i = 0; i < n; ++i) excess[i] = w[i] > 0.0 ? excess[i] - 1.0 : 0.0;
    double share = 0.0;
    const double gain = general_loops().insertion_gain(w.data(), excess.data(), n, 0.0, &share);
    if (!(gain > std::max(out.at_gain, NOTHING))) continue;
    out.at = problem.frame.out(summit.at);
    out.at_gain = gain;
    out.at_weight = share;
  }
  return out;
}

}  // namespace mix1d::certificate
