// intervals.cpp: each bound is a walk along its own branch; walks are shared out to threads
#include "inference/intervals.hpp"

#include <atomic>
#include <optional>

#include "data/parallel.hpp"
#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
#include "model/compress.hpp"
#include "model/problem.hpp"
#include "resample/bootstrap.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace data;
using namespace model;
using namespace solve;
using namespace search;
using namespace resample;

namespace {

enum class Scale { location, logarithm, logit };

Scale scale_of(Kind kind) {
  switch (kind) {
    case Kind::weight:
    case Kind::background:
    case Kind::above:
    case Kind::error:
      return Scale::logit;
    case Kind::sd:
    case Kind::distance:
    case Kind::bimodality:
      return Scale::logarithm;
    default:
      return Scale::location;
  }
}

// The sd of a component where that of the errors counts to it, and back.
double without_error(double sd, double variance) {
  return variance > 0.0 ? std::sqrt(std::max(sd * sd - variance, 0.0)) : sd;
}

// From the quantity's scale in the frame to the units of the data, and back.
double outwards(const Frame& frame, Kind kind, double g, double variance = 0.0) {
  const double e = scale_of(kind) == Scale::location ? 0.0
                   : kind == Kind::sd                ? without_error(exp1(g), variance)
                                                     : exp1(g);
  if (scale_of(kind) == Scale::location) return frame.out(g);
  if (scale_of(kind) == Scale::logarithm) return kind == Kind::sd ? frame.out_scale(e) : e;
  return g > 0.0 ? 1.0 / (1.0 + exp1(-g)) : e / (1.0 + e);
}

double inwards(const Frame& frame, Kind kind, double value, double variance = 0.0) {
  if (scale_of(kind) == Scale::location) return frame.in(value);
  if (kind == Kind::sd) {
    const double sd = frame.in_scale(value);
    return log1(variance > 0.0 ? std::sqrt(sd * sd + variance) : sd);
  }
  if (scale_of(kind) == Scale::logarithm) return log1(value);
  return log1(value / (1.0 - value));
}

double open_bound(Kind kind, double side) {
  if (scale_of(kind) == Scale::logit) return side > 0.0 ? 1.0 : 0.0;
  if (scale_of(kind) == Scale::logarithm && side < 0.0) return 0.0;
  return side * std::numeric_limits<double>::infinity();
}

Quantity inwards(const Frame& frame, Quantity q) {
  if (q.kind == Kind::above || q.kind == Kind::mode) q.at = frame.in(q.at);
  return q;
}

// Above so many distinct values branches are followed on quadrature nodes of so many cells, where the
// narrowest component is wide enough for them.
constexpr size_t MOST_POINTS = 16000, CELLS = 4000;

// What all quantities of one fit share: the maximum in the frame, of the plain likelihood unless components
// are held up by the penalty.
struct Maximum {
  Problem problem;
  Points nodes;
  Objective objective;
  Solution solution;
  std::vector<size_t> held;

  Maximum(const Request& request, const Mix& estimate, const std::vector<size_t>& propped,
          View view = View::report)
      : problem(request, false, view), held(propped) {
    const double penalty = held.empty() ? 0.0 : problem.penalty;
    objective = problem.objective(problem.full, penalty, request.chart());
    if (request.n > MOST_POINTS && !request.recorded) {
      const Compressed c = compress(problem.full, CELLS);
      double narrowest = std::numeric_limits<double>::infinity();
      for (size_t j = 0; j < estimate.k; ++j)
        narrowest = std::min(narrowest, problem.frame.in_scale(estimate.sd(j)));
      if (narrowest > c.finest) {
        nodes = Points(c.values.data(), c.weights.data(), c.values.size());
        objective.read(nodes);
      }
    }
    objective.threads = 1;
    objective.poll = nullptr;
    Mix begin = problem.inside(estimate);
    for (size_t j = 0; j < begin.k; ++j) begin.sd(j) = std::max(begin.sd(j), problem.floor);
    solution = polish(objective, begin, {});
  }

  // Whether a component has no width, where errors explain all of it.
  bool at_zero(size_t j) const {
    return objective.least_is_zero && solution.mix.sd(j) <= problem.floor * (1.0 + 1e-6) &&
           objective.chart->moves_sd(j);
  }

  bool sound() const { return solution.stop == Stop::converged && solution.positive_definite; }

  double variance() const { return problem.recorded.common_variance; }

  Branch branch(const Quantity& q) const { return Branch(objective, q, solution.mix, q.at, held); }
};

// Where every row has an error a component may have no width, and its mean then no unit: weights, means and
// sds are followed where the least error counts to the sds, what depends on the true sds where it does not.
class Maxima {
 public:
  Maxima(const Request& request, const Mix& estimate, const std::vector<size_t>& held)
      : plain_(request, estimate, held) {
    if (plain_.problem.recorded.least_is_zero)
      with_error_.emplace(request, estimate, held, View::report_with_error);
  }
  const Maximum& for_kind(Kind kind) const {
    const bool own =
        kind == Kind::weight || kind == Kind::background || kind == Kind::mean || kind == Kind::sd;
    return own && with_error_ ? *with_error_ : plain_;
  }
  bool sound() const { return (with_error_ ? *with_error_ : plain_).sound(); }

 private:
  Maximum plain_;
  std::optional<Maximum> with_error_;
};

// How far the sd of a component that is 0 at the maximum may rise before twice the log-likelihood has fallen
// by `critical`, everything else at its best.
double rise_from_zero(const Maximum& maximum, size_t j, double critical) {
  const Objective& o = maximum.objective;
  const Chart held = o.chart->with_sds_held({j}, maximum.solution.mix.k);
  Objective beside = o;
  beside.chart = &held;
  Mix from = maximum.solution.mix;
  auto fall = [&](double sd) {
    Mix mix = from;
    mix.sd(j) = sd;
    const Solution s = polish(beside, mix, {});
    from = s.mix;
    return 2.0 * (maximum.solution.objective - s.objective);
  };
  const double least = maximum.problem.floor;
  double low = least, high = least + 0.05 * std::sqrt(maximum.problem.spread.variance);
  constexpr int DOUBLINGS = 20, HALVINGS = 50;
  int doubling = 0;
  while (doubling++ < DOUBLINGS && fall(high) < critical) low = high, high = least + 2.0 * (high - least);
  if (doubling > DOUBLINGS) return std::numeric_limits<double>::infinity();
  for (int i = 0; i < HALVINGS && high - low > 1e-9 * high; ++i) {
    const double middle = 0.5 * (low + high);
    (fall(middle) < critical ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

std::vector<Interval> intervals(const Request& request, const Mix& estimate,
                                const std::vector<Quantity>& quantities, const std::vector<double>& critical,
                                const std::vector<size_t>& held) {
  std::vector<Interval> out(quantities.size());
  if (request.n < 2 && !request.recorded) return out;
  const Maxima maxima(request, estimate, held);
  if (!maxima.sound()) return out;
  std::atomic<size_t> done{0};
  auto go_on = [&] {
    const Poll* poll = request.poll;
    return !poll || !poll->stop ||
           !poll->stop(poll->context, static_cast<double>(done), 2.0 * static_cast<double>(out.size()));
  };
  const bool complete = for_each_slice(
      2 * out.size(), request.threads,
      [&](size_t task) {
        const size_t index = task / 2;
        const double side = task % 2 ? 1.0 : -1.0;
        const Maximum& maximum = maxima.for_kind(quantities[index].kind);
        const Frame& frame = maximum.problem.frame;
        const double variance = maximum.variance();
        const Quantity q = inwards(frame, quantities[index]);
        Branch branch = maximum.branch(q);
        Interval& interval = out[index];
        if (side < 0.0) {
          interval.value = outwards(frame, q.kind, branch.start(), variance);
          if (branch.usable())
            interval.error =
                scale_of(q.kind) == Scale::location ? frame.out_scale(branch.sigma()) : branch.sigma();
          if (branch.usable() && q.kind == Kind::sd && variance > 0.0) {
            const double sd = exp1(branch.start());
            interval.error *= sd * sd / (sd * sd - variance);
          }
        }
        if (!branch.usable() && q.kind == Kind::sd && maximum.at_zero(q.i) && critical[index] > 0.0) {
          interval.value = 0.0;
          if (side < 0.0)
            interval.lower = 0.0, interval.below = End::found;
          else
            interval.upper =
                frame.out_scale(without_error(rise_from_zero(maximum, q.i, critical[index]), variance)),
            interval.above = End::found;
        }
        if (branch.usable() && critical[index] > 0.0) {
          double c = 0.0, fall = 0.0;
          const End end = branch.bound(critical[index], side, &c, &fall);
          const double reached = outwards(frame, q.kind, c, variance);
          (side < 0.0 ? interval.below : interval.above) = end;
          (side < 0.0 ? interval.lower : interval.upper) =
              end == End::found ? reached : open_bound(q.kind, side);
          (side < 0.0 ? interval.lowest : interval.highest) = reached;
          (side < 0.0 ? interval.fall_below : interval.fall_above) = fall;
        }
        ++done;
      },
      go_on);
  if (!complete) throw Interrupted();
  return out;
}

std::vector<double> profile(const Request& request, const Mix& estimate, const Quantity& quantity,
                            const std::vector<double>& at, const std::vector<size_t>& held) {
  std::vector<double> out(at.size(), NOT_A_NUMBER);
  if (request.n < 2 && !request.recorded) return out;
  const Maxima maxima(request, estimate, held);
  if (!maxima.sound()) return out;
  const Maximum& maximum = maxima.for_kind(quantity.kind);
  const Quantity q = inwards(maximum.problem.frame, quantity);
  for_each_slice(at.size(), request.threads, [&](size_t i) {
    Branch branch = maximum.branch(q);
    if (!branch.usable()) return;
    const double c = inwards(maximum.problem.frame, q.kind, at[i], maximum.variance());
    if (std::isfinite(c) && branch.advance_to(c, 1.0) == End::found) out[i] = branch.fall();
  });
  return out;
}

std::vector<double> evaluate_quantities(const Mix& mix, const std::vector<Quantity>& quantities,
                                        const std::vector<double>& near) {
  // in units of the largest sd, so that no square leaves the range of doubles
  Frame frame;
  int e = 0;
  std::frexp(*std::max_element(mix.v.begin() + 2 * mix.k, mix.v.end()), &e);
  frame.outer = e;
  const Mix inner = frame.in(mix);
  std::vector<double> out(quantities.size());
  for (size_t i = 0; i < out.size(); ++i) {
    const Quantity q = inwards(frame, quantities[i]);
    out[i] = outwards(frame, q.kind, value_of(q, inner, frame.in(near[i])));
  }
  return out;
}

std::vector<double> calibrate(const Bootstrap& bootstrap, const std::vector<Quantity>& quantities) {
  const size_t m = quantities.size();
  std::vector<double> out(bootstrap.replicates * m, NOT_A_NUMBER);
  for_each_replicate(bootstrap, [&](const Replicate& r) {
    if (r.refit.collapsed >= 0 || !r.refit.solution.positive_definite) return;
    for (size_t i = 0; i < m; ++i) {
      const Quantity q = inwards(r.problem.frame, quantities[i]);
      const double truth = value_of(q, r.estimate, q.at);
      Branch branch(r.plain, q, r.refit.solution.mix, q.kind == Kind::mode ? q.at : truth);
      if (!branch.usable() || !std::isfinite(truth)) continue;
      double highest = 0.0;
      branch.advance_to(truth, 1.0, &highest);
      out[r.number * m + i] = highest;
    }
  });
  return out;
}

}  // namespace mix1d::inference
