// intervals.cpp: each bound is a walk along its own branch; walks are shared out to threads
#include "inference/intervals.hpp"

#include <atomic>
#include <optional>

#include "data/parallel.hpp"
#include "inference/sides.hpp"
#include "inference/units.hpp"
#include "model/compress.hpp"
#include "model/problem.hpp"
#include "resample/bootstrap.hpp"

namespace mix1d::inference {

using namespace data;
using namespace model;
using namespace solve;
using namespace search;
using namespace resample;

namespace {

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
    Mix begin = problem.inside(estimate);
    if (request.n > MOST_POINTS && !request.recorded && begin.all_normal()) {
      const Compressed c = compress(problem.full, CELLS);
      double narrowest = std::numeric_limits<double>::infinity();
      for (size_t j = 0; j < begin.k; ++j) narrowest = std::min(narrowest, begin.sd(j));
      if (narrowest > c.finest) {
        nodes = Points(c.values.data(), c.weights.data(), c.values.size());
        objective.read(nodes);
      }
    }
    objective.threads = 1;
    objective.poll = nullptr;
    for (size_t j = 0; j < begin.k; ++j) begin.sd(j) = std::max(begin.sd(j), problem.floor);
    solution = polish(objective, begin, {});
  }

  // Whether a component has no width, where errors explain all of it.
  bool at_zero(size_t j) const {
    return objective.least_is_zero && solution.mix.sd(j) <= problem.floor * (1.0 + 1e-6) &&
           objective.chart->moves_sd(j);
  }

  // Whether the shape of a component is at a bound, -1 the least and 1 the largest, 0 at neither.
  int at_bound(size_t j) const {
    const families::FamilyFacts& facts = families::facts_of(solution.mix.family_of(j));
    if (!facts.has(families::Coordinate::shape)) return 0;
    return solution.mix.shape_of(j) <= facts.least_shape ? -1 : solution.mix.shape_of(j) >= facts.most_shape;
  }

  // What follows from probabilities of counts has no derivative where labels or quantiles change.
  bool jumps(const Quantity& q) const {
    if (of_sides(q.kind)) return Sides(q.frame, solution.mix).jumps(q);
    return q.frame && (q.kind == Kind::error || q.kind == Kind::quantile) &&
           MixedMixture(problem.frame, solution.mix).discrete();
  }

  bool sound() const { return solution.stop == Stop::converged && solution.positive_definite; }

  double variance() const { return problem.recorded.common_variance; }

  Units units(const Quantity& q, const Mix& estimate) const {
    return {problem.frame, q.kind, estimate.family_of(q.i),
            estimate.family_of(q.i) == families::Family::normal ? variance() : 0.0};
  }

  Branch branch(const Quantity& q, const Units& units) const {
    Branch b(objective, q, solution.mix, begin_near(q), held);
    b.keep_within(units.limit(-1.0), units.limit(1.0));
    return b;
  }
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
    const bool own = kind == Kind::weight || kind == Kind::background || kind == Kind::mean ||
                     kind == Kind::sd || kind == Kind::shape;
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
  const std::vector<size_t> alike = o.chart->with_sd_of(j, maximum.solution.mix.k);
  const Chart held = o.chart->with_sds_held(alike, maximum.solution.mix.k);
  Objective beside = o;
  beside.chart = &held;
  Mix from = maximum.solution.mix;
  auto fall = [&](double sd) {
    Mix mix = from;
    for (size_t i : alike) mix.sd(i) = sd;
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

// How far the shape of a component may go from its bound before twice the log-likelihood has fallen by
// `critical`, everything else at its best; or the other bound.
double way_from_bound(const Maximum& maximum, size_t j, int bound, double critical, bool* found) {
  const Objective& o = maximum.objective;
  const Chart held = o.chart->with_sds_held(maximum.held, maximum.solution.mix.k).with_shape_held(j);
  Objective beside = o;
  beside.chart = &held;
  Mix from = maximum.solution.mix;
  auto fall = [&](double shape) {
    Mix mix = from;
    mix.shape[j] = shape;
    const Solution s = polish(beside, mix, {});
    from = s.mix;
    return 2.0 * (maximum.solution.objective - s.objective);
  };
  const families::FamilyFacts& facts = families::facts_of(from.family_of(j));
  const double begin = bound < 0 ? facts.least_shape : facts.most_shape,
               end = bound < 0 ? facts.most_shape : facts.least_shape;
  constexpr double FIRST = 0x1p-6, NEAR = 1e-9;
  double low = begin, high = begin, step = std::copysign(FIRST, end - begin);
  do {
    low = high;
    high = std::fabs(end - low) > std::fabs(step) ? low + step : end;
    step *= 2.0;
    *found = !(fall(high) < critical);
  } while (!*found && high != end);
  while (*found && std::fabs(high - low) > NEAR * std::fabs(high - begin)) {
    const double middle = 0.5 * (low + high);
    if (middle == low || middle == high) break;
    (fall(middle) < critical ? low : high) = middle;
  }
  return high;
}

void write_shape_at_bound(const Maximum& maximum, size_t j, double side, double critical,
                          Interval& interval) {
  const int bound = maximum.at_bound(j);
  interval.value = maximum.solution.mix.shape_of(j);
  bool found = true;
  const bool outwards = side * bound > 0.0;
  const double end = outwards ? interval.value : way_from_bound(maximum, j, bound, critical, &found);
  (side < 0.0 ? interval.lower : interval.upper) = end;
  (side < 0.0 ? interval.below : interval.above) = outwards || !found ? End::bound : End::found;
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
        const Quantity q = in_frame(maximum.problem.frame, quantities[index], estimate.plain());
        const Units units = maximum.units(q, estimate);
        Branch branch = maximum.branch(q, units);
        Interval& interval = out[index];
        if (side < 0.0) {
          interval.value = units.out(branch.start());
          if (branch.usable()) interval.error = units.error(branch.sigma(), branch.start());
        }
        if (q.kind == Kind::shape && maximum.at_bound(q.i) && critical[index] > 0.0) {
          write_shape_at_bound(maximum, q.i, side, critical[index], interval);
          ++done;
          return;
        }
        if (!branch.usable() && q.kind == Kind::sd && maximum.at_zero(q.i) && critical[index] > 0.0) {
          interval.value = 0.0;
          if (side < 0.0)
            interval.lower = 0.0, interval.below = End::found;
          else
            interval.upper = units.out_sd(rise_from_zero(maximum, q.i, critical[index])),
            interval.above = End::found;
        }
        if (branch.usable() && critical[index] > 0.0 && !maximum.jumps(q)) {
          double c = 0.0, fall = 0.0;
          const End end = branch.bound(critical[index], side, &c, &fall);
          const double reached = units.out(c);
          (side < 0.0 ? interval.below : interval.above) = end;
          (side < 0.0 ? interval.lower : interval.upper) = end == End::found ? reached : units.open(side);
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
  const Quantity q = in_frame(maximum.problem.frame, quantity, estimate.plain());
  const Units units = maximum.units(q, estimate);
  for_each_slice(at.size(), request.threads, [&](size_t i) {
    Branch branch = maximum.branch(q, units);
    if (!branch.usable()) return;
    const double c = units.in(at[i]);
    if (std::isfinite(c) && branch.advance_to(c, 1.0) == End::found) out[i] = branch.fall();
  });
  return out;
}

std::vector<double> evaluate_quantities(const Mix& mix, const std::vector<Quantity>& quantities,
                                        const std::vector<double>& near) {
  // in units of the largest sd, so that no square leaves the range of doubles
  Frame frame;
  const bool plain = mix.plain();
  int e = 0;
  if (plain) std::frexp(*std::max_element(mix.v.begin() + 2 * mix.k, mix.v.end()), &e);
  frame.outer = e;
  const Mix inner = frame.in(mix);
  std::vector<double> out(quantities.size());
  for (size_t i = 0; i < out.size(); ++i) {
    const Quantity q = in_frame(frame, quantities[i], plain);
    const Units units(frame, q.kind, mix.family_of(q.i));
    out[i] = units.out(value_of(q, inner, frame.in(near[i])));
  }
  return out;
}

std::vector<double> calibrate(const Bootstrap& bootstrap, const std::vector<Quantity>& quantities) {
  const size_t m = quantities.size();
  std::vector<double> out(bootstrap.replicates * m, NOT_A_NUMBER);
  for_each_replicate(bootstrap, [&](const Replicate& r) {
    // a component without weight is left out, and those that quantities name stand elsewhere
    const bool whole = r.refit.solution.mix.k == bootstrap.estimate.k;
    if (!whole || r.refit.collapsed >= 0 || !r.refit.solution.positive_definite) return;
    for (size_t i = 0; i < m; ++i) {
      const Quantity q = in_frame(r.problem.frame, quantities[i], bootstrap.estimate.plain());
      const double truth = value_of(q, r.estimate, begin_near(q));
      Branch branch(r.plain, q, r.refit.solution.mix,
                    q.kind == Kind::mode || q.kind == Kind::valley ? q.at : truth);
      const Units units(r.problem.frame, q.kind, bootstrap.estimate.family_of(q.i));
      branch.keep_within(units.limit(-1.0), units.limit(1.0));
      if (!branch.usable() || !std::isfinite(truth)) continue;
      double highest = 0.0;
      branch.advance_to(truth, 1.0, &highest);
      out[r.number * m + i] = highest;
    }
  });
  return out;
}

}  // namespace mix1d::inference
