// fit.cpp: the entry points: fits of a sample, from a start, and the steps of a solve
#include "search/fit.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "data/failure.hpp"
#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
#include "model/general.hpp"
#include "search/estimator.hpp"
#include "search/refit.hpp"
#include "solve/continuation.hpp"

namespace mix1d::search {

using namespace kernels;
using namespace data;
using namespace model;
using namespace solve;

namespace {

// All values equal: one component at the floor.
Fitted constant_fit(const Request& r, const Chart& chart) {
  Request own = r;
  own.charts = {&chart};
  const Problem problem(own, false);
  const families::Family family = chart.family();
  const families::FamilyFacts& facts = families::facts_of(family);
  Fitted f;
  f.chart = &chart;
  f.mix = Mix(1, family);
  const double x = std::fabs(r.values[0]);
  const double spacing = std::nextafter(x, std::numeric_limits<double>::infinity()) - x;
  double sd = r.resolution > 0.0       ? r.resolution / std::sqrt(12.0)
              : std::isfinite(spacing) ? spacing
                                       : x * 0x1p-52;
  sd = std::max(sd, std::numeric_limits<double>::min());
  constexpr double LEAST_SCALE = 0x1p-500;  // one over its square is finite
  const double y = problem.full.x[0],
               scale = std::max(facts.from_moments({y, problem.frame.in_width(sd, r.values[0])}, 0.0).scale,
                                LEAST_SCALE);
  f.mix.weight(0) = 1.0;
  f.mix.mean(0) = facts.space == families::Space::logit ? y : r.values[0];
  f.mix.sd(0) = family == families::Family::normal     ? sd
                : facts.space == families::Space::real ? problem.frame.out_scale(scale)
                                                       : scale;
  f.start = f.mix;
  f.log_likelihood = r.weights[0] * (-log1(sd) - LOG_SQRT_2PI);
  if (family != families::Family::normal && family != families::Family::lognormal) {
    Mix there = f.mix;
    there.mean(0) = y, there.sd(0) = scale;
    const Objective o = problem.objective(problem.full, 0.0, chart);
    f.log_likelihood =
        r.weights[0] * general_log_density(*o.blocks, there)[0] + problem.log_units(r.weights[0]);
  }
  f.converged = f.positive_definite = f.regularized = true;
  f.stop = Stop::converged;
  f.collapsed = 0;
  f.optima.push_back({f.mix, f.log_likelihood, f.log_likelihood, true});
  return f;
}

bool is_mixture(const Mix& mix) {
  if (mix.k == 0) return false;
  double sum = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    if (!std::isfinite(mix.mean(j)) || !std::isfinite(mix.sd(j))) return false;
    if (!(mix.sd(j) >= 0.0) || !(mix.weight(j) >= 0.0)) return false;
    sum += mix.weight(j);
  }
  return std::fabs(sum - 1.0) <= 1e-9;
}

// Whether a fit may leave the core; its optima that may not are left out.
bool reportable(Fitted& f) {
  std::erase_if(f.optima, [](const Optimum& o) {
    return !is_mixture(o.mix) || !std::isfinite(o.log_likelihood) || !std::isfinite(o.penalised);
  });
  return is_mixture(f.mix) && is_mixture(f.start) && std::isfinite(f.log_likelihood) &&
         std::isfinite(f.entropy) && !f.optima.empty();
}

// Whether all values are equal and the family has a scale that shrinks to nothing there.
bool is_constant(const Request& request, const Chart& chart) {
  return request.n == 1 && !request.recorded && !chart.mixes_families() &&
         families::facts_of(chart.family()).has(families::Coordinate::log_scale);
}

// Charts whose families are fitted in the same space share the sample there.
class Grounds {
 public:
  explicit Grounds(const Request& request) : request_(request) {}

  const Problem& of(const Chart& chart) {
    for (size_t i = 0; i < charts_.size(); ++i)
      if (charts_[i] == &chart) return *problems_[i];
    const auto same = [&](const Chart& other) {
      return !chart.mixes_families() && !other.mixes_families() &&
             families::facts_of(chart.family()).space == families::facts_of(other.family()).space;
    };
    Request& own = requests_.emplace_back(request_);
    std::erase_if(own.charts, [&](const Chart* other) { return other != &chart && !same(*other); });
    const Problem& problem = grounds_.emplace_back(own, true);
    for (const Chart* other : own.charts) charts_.push_back(other), problems_.push_back(&problem);
    return problem;
  }

 private:
  const Request& request_;
  std::deque<Request> requests_;
  std::deque<Problem> grounds_;
  std::vector<const Chart*> charts_;
  std::vector<const Problem*> problems_;
};

}  // namespace

Criteria criteria_of(const Fitted& f, double total) {
  constexpr size_t MEAN_AND_SD = 2;
  return criteria_of(*f.chart, f.mix.k, f.log_likelihood, f.entropy, total,
                     f.prop == Prop::unseen ? MEAN_AND_SD : 0);
}

std::vector<Fitted> fit(const Request& request) {
  std::vector<Fitted> rows;
  if (is_constant(request, request.chart())) {
    for (const Chart* chart : request.charts) rows.push_back(constant_fit(request, *chart));
    return rows;
  }
  Grounds grounds(request);
  std::deque<Estimator> estimators;
  for (const Chart* chart : request.charts) {
    const Problem& problem = grounds.of(*chart);
    std::shared_ptr<Search> normals;
    for (size_t i = 0; i < estimators.size() && !normals; ++i) normals = estimators[i].normals(problem);
    estimators.emplace_back(problem, *chart, std::move(normals));
  }
  const double total = grounds.of(request.chart()).full.total;
  constexpr double NONE = std::numeric_limits<double>::infinity();
  // Of all fits, and of those that can be chosen: fits that only the penalty holds up must not end the table.
  double best[2] = {NONE, NONE};
  int risen = 0;
  if (request.poll) request.poll->total = static_cast<double>(request.n_components.size());
  for (size_t k : request.n_components) {
    bool falls = false;
    for (Estimator& estimator : estimators) {
      rows.push_back(estimator.fitted(k));
      const double value = criteria_of(rows.back(), total).of(request.criterion);
      for (double& least : best) {
        const bool counts = &least == best || !rows.back().regularized;
        if (counts && value < least) least = value, falls = true;
      }
    }
    if (request.poll) request.poll->done += 1.0;
    risen = falls ? 0 : risen + 1;
    if (request.stop_early && risen == 3) break;
  }
  std::erase_if(rows, [](Fitted& f) { return !reportable(f); });
  if (rows.empty())
    throw Refused(
        "data or sample_weight span more orders of magnitude than doubles can add up, and no mixture was "
        "found: rescale them, take logarithms, or leave out the extremes");
  return rows;
}

Fitted fit_from(const Request& request, const Mix& start) {
  if (is_constant(request, request.chart())) return constant_fit(request, request.chart());
  const Problem problem(request, false);
  const Chart& chart = request.chart();
  const Mix begin = begin_at(problem, start, chart);
  const size_t real = begin.k;
  Fitted f;
  f.chart = &chart;
  f.null_components = start.k - real;
  Objective plain = problem.objective(problem.full, 0.0, chart);
  Objective penalised = problem.objective(problem.full, problem.penalty, chart);
  if (request.column) plain = problem.on_rows(plain), penalised = problem.on_rows(penalised);
  PolishOptions look;
  look.max_iter = 0;
  // a start that is an optimum of the penalised likelihood already is an answer that only the penalty holds
  // up
  const Solution seen = polish(penalised, begin, look);
  bool held = !chart.sds_tied() && seen.positive_definite && seen.decrement < 1e-8;
  if (held) {  // of the plain likelihood too, where the penalty hardly matters
    const Solution bare = polish(plain, begin, look);
    held = !bare.positive_definite || (bare.decrement > 1e-10 && seen.decrement < 1e-3 * bare.decrement);
  }
  Solution s;
  if (held) {
    PolishOptions options;
    options.max_iter = request.max_iter;
    options.tol = request.tol;
    s = polish(penalised, begin, options);
    f.collapsed = static_cast<long>(std::min_element(s.mix.v.begin() + 2 * real, s.mix.v.end()) -
                                    (s.mix.v.begin() + 2 * real));
  } else {
    Refit found = refit(problem, plain, penalised, begin);
    s = std::move(found.solution);
    f.collapsed = found.collapsed;
  }
  Outcome outcome;
  outcome.collapsed = f.collapsed;
  find_prop(problem, f.collapsed >= 0 ? penalised : plain, outcome, s);
  f.collapsed = outcome.collapsed;
  f.prop = outcome.prop;
  f.regularized = f.collapsed >= 0 || f.null_components > 0;
  const bool at_penalty = f.collapsed >= 0 && !chart.sds_tied();
  f.stop = s.stop;
  f.decrement = s.decrement;
  f.positive_definite = s.positive_definite;
  f.converged = s.stop == Stop::converged && s.positive_definite;
  const double units = problem.log_units(plain.total);
  f.log_likelihood = s.log_likelihood + units;
  f.entropy = entropy_of(plain, s.mix);
  f.start = begin;
  Mix mix = f.null_components ? padded(s.mix, start.k, problem) : s.mix;
  const double value = problem.penalised(s.mix, s.log_likelihood) + units;
  f.mix = problem.outside(mix);
  f.start = problem.outside(f.start);
  sort_by_mean(f.mix, &f.start, &f.collapsed, chart.positional() ? f.mix.k : plain.n_named());
  f.optima.push_back({f.mix, f.log_likelihood, value, at_penalty || f.null_components > 0});
  if (!reportable(f))
    throw Refused(
        "start is out of reach of the data: from there the iterations leave the range of doubles; pass a "
        "mixture with means and sds like those of the data");
  return f;
}

std::vector<Step> replay(const Request& request, const Mix& start, bool plain, bool held) {
  std::vector<Step> steps;
  if (is_constant(request, request.chart())) return steps;
  const Problem problem(request, false);
  const Chart& chart = request.chart();
  const Mix begin = problem.inside(start);
  const Objective penalised = problem.objective(problem.full, plain && !held ? 0.0 : problem.penalty, chart);
  PolishOptions options;
  options.max_iter = request.max_iter;
  options.tol = request.tol;
  options.trace = &steps;
  const Solution s = polish(penalised, begin, options);
  if (!chart.sds_tied() && !plain && !held) continue_to_zero(penalised, s, problem.rule, &steps);
  const double units = problem.log_units(problem.full.total);
  for (Step& step : steps) {
    step.mix = problem.outside(step.mix);
    step.objective += units;
    step.log_likelihood += units;
  }
  return steps;
}

}  // namespace mix1d::search
