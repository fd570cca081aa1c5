// estimator.cpp: stable answers, on compressed and on all points, on the rows of a column
#include "search/estimator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/general.hpp"
#include "solve/continuation.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

namespace {

// Of half-lines: their weights by the numbers of rows, none where there are none, and the outermost ends.
struct Limits {
  std::vector<double> below, above;
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
};

Limits limits_of(const observations::Blocks& rows) {
  Limits out;
  auto add = [&](std::vector<double>& to, size_t at, double weight) {
    if (to.empty()) to.assign(rows.rows(), 0.0);
    to[at] = weight;
  };
  for (size_t b = 0; b < rows.positive(); ++b) {
    const observations::Block& block = rows[b];
    if (block.kind != observations::Kind::interval && block.kind != observations::Kind::noisy_interval)
      continue;
    for (size_t i = 0; i < block.count; ++i) {
      if (block.weight[i] == 0.0 || std::isfinite(block.a[i]) == std::isfinite(block.b[i])) continue;
      if (std::isfinite(block.b[i]))
        add(out.below, block.first + i, block.weight[i]), out.lowest = std::min(out.lowest, block.b[i]);
      else
        add(out.above, block.first + i, block.weight[i]), out.highest = std::max(out.highest, block.a[i]);
    }
  }
  return out;
}

}  // namespace

Estimator::Estimator(const Problem& problem, const Chart& chart, std::shared_ptr<Search> normals)
    : problem_(problem),
      chart_(chart),
      seeds_(seeds_of(problem, chart, std::move(normals))),
      assignments_(chart.mixes_families() ? std::optional<Assignments>(std::in_place, problem, chart)
                                          : std::nullopt),
      search_(problem.objective(problem.searched_first(), problem.penalty, chart),
              problem.ladder(problem.least_sd(chart), problem.coarse_finest), problem.spread.mean, {},
              seeds_.get(), assignments_ ? &*assignments_ : nullptr),
      highest_(problem.objective(problem.searched_for_sound(), 0.0, chart),
               problem.ladder(0.025 * problem.spread.sd), problem.spread.mean, sound_only(), &search_) {}

Fitted Estimator::fitted(size_t k) {
  while (seeds_ && seeds_->reached() < k) seeds_->extend();
  while (search_.reached() < k) search_.extend();
  const bool highest = problem_.request.highest && !chart_.sds_tied();
  while (highest && highest_.reached() < k) highest_.extend();
  return finish(answer(k, highest), k);
}

double Estimator::least_mass(const Solution& s) const {
  double least = std::numeric_limits<double>::infinity();
  for (size_t j = search_.objective().n_named(); j < s.mix.k; ++j) least = std::min(least, s.at.mass[j]);
  return least;
}

const std::vector<Solution>& Estimator::optima(size_t k) {
  if (problem_.coarse.n == 0) return search_.optima(k);
  while (refined_.size() < k) refined_.push_back(refined(search_.optima(refined_.size() + 1)));
  return refined_[k - 1];
}

std::vector<Solution> Estimator::refined(const std::vector<Solution>& found) const {
  // what is so much lower on few points does not compete on all of them
  constexpr double OUT_OF_REACH = 4.0 * COMPETING;
  const Objective objective = problem_.objective(problem_.full, problem_.penalty, chart_);
  PolishOptions options;
  options.tol = 1e-7;
  options.to_the_end = false;
  options.least_mass = SearchOptions{}.least_mass;
  std::vector<Solution> list;
  options.known = &list;
  Polisher polisher(objective);
  const bool rest_is_idle = chart_.all_normal() && !problem_.request.pass_over;
  bool answered = false;
  for (const Solution& coarse : found) {
    if (answered && coarse.objective < found[0].objective - OUT_OF_REACH) break;
    Solution& s = polisher.polish(coarse.mix, options);
    if (s.stop == Stop::duplicate || s.stop == Stop::given_up || !std::isfinite(s.objective)) continue;
    s.start = coarse.mix;
    answered = answered || (rest_is_idle && least_mass(s) >= ONE_VALUE);
    list.push_back(std::move(s));
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Solution& a, const Solution& b) { return a.objective > b.objective; });
  // where a half-normal begins, fewer points do not tell
  if (!list.empty()) Search(objective, {}, problem_.spread.mean, {}).turn_shapes(list[0].mix.k, list);
  return list;
}

double Estimator::top(size_t k) {
  if (k == 0) return -std::numeric_limits<double>::infinity();
  const auto& list = optima(k);
  return std::max(list.empty() ? -std::numeric_limits<double>::infinity() : list[0].objective,
                  chart_.sds_tied() || !chart_.closed() ? -std::numeric_limits<double>::infinity()
                                                        : top(k - 1) - problem_.penalty);
}

Optimum Estimator::optimum(const Continuation& c, const Solution& from) const {
  Optimum o;
  o.mix = c.solution.mix;
  o.log_likelihood = c.solution.log_likelihood;
  o.penalised = from.objective;
  o.regularized = !c.survived;
  return o;
}

Solution Estimator::solved(const Objective& objective, const Solution& found, bool evaluated) {
  Solution s = polish(objective, found.mix, {.at = evaluated ? &found.at : nullptr});
  s.start = found.start;
  return s;
}

Outcome Estimator::stable(size_t k, double least) {
  const auto& list = this->optima(k);
  const double best = top(k);
  const size_t fewest = std::max<size_t>(search_.objective().n_named(), 1);
  const Solution* interior = nullptr;
  for (const Solution& s : list)
    if (!interior && (least_mass(s) >= ONE_VALUE || k <= fewest || !chart_.closed())) interior = &s;
  const bool boundary = chart_.closed() && (!interior || interior->objective < best);
  Outcome outcome;
  const Objective objective = problem_.objective(problem_.searched(), problem_.penalty, chart_);
  long chosen = -1;
  std::vector<Optimum> optima;
  for (const Solution& found : list) {
    const bool competes = found.objective >= best - COMPETING;
    if ((!competes && !(problem_.request.pass_over && chosen < 0)) ||
        (least_mass(found) < ONE_VALUE && k > fewest && chart_.closed()))
      continue;
    const Solution s = solved(objective, found, &points_of_optima() == objective.points);
    Continuation c = continue_to_zero(objective, s, problem_.rule);
    if (!competes && !c.survived) continue;
    outcome.passed_over = !competes;
    optima.push_back(optimum(c, s));
    const bool first_choice = c.survived && c.solution.log_likelihood >= least && chosen < 0;
    const bool fallback = !boundary && &found == interior;
    if (!first_choice && !fallback) continue;
    if (first_choice) chosen = static_cast<long>(optima.size()) - 1;
    outcome.solution = c.survived ? c.solution : s;
    outcome.start = s.start;
    outcome.penalised = s.objective;
    outcome.regularized = !c.survived;
    outcome.collapsed = c.survived ? -1 : static_cast<long>(c.collapsed);
  }
  const bool passed_over = problem_.request.pass_over && !boundary && chart_.closed();
  if (chosen < 0 && (boundary || passed_over) && k > fewest) {
    outcome = stable(k - 1);
    outcome.passed_over = outcome.passed_over || passed_over;
    outcome.optima = std::move(optima);
    // where nothing with k components was found there is no value but the smaller fit's
    const double value = std::isfinite(best) ? best : outcome.penalised;
    return with_empty(std::move(outcome), outcome.null_components + 1, value);
  } else if (chosen > 0) {
    std::rotate(optima.begin(), optima.begin() + chosen, optima.begin() + chosen + 1);
  }
  outcome.optima = std::move(optima);
  return outcome;
}

Estimator::Answer Estimator::on_all_points(Outcome outcome) const {
  if (outcome.solution.mix.k == 0)
    return {std::move(outcome), Solution{}, problem_.objective(problem_.full, 0.0, chart_)};
  PolishOptions options;
  options.max_iter = problem_.request.max_iter;
  options.tol = problem_.request.tol;
  // a component held up by the penalty only: the answer is the penalised optimum itself
  Objective objective =
      problem_.objective(problem_.full, outcome.collapsed >= 0 ? problem_.penalty : 0.0, chart_);
  Solution s = polish(objective, outcome.solution.mix, options);
  if (outcome.collapsed < 0 && !chart_.sds_tied() && !objective.least_is_zero)
    for (size_t j = 0; j < s.mix.k; ++j)
      if (s.mix.sd(j) <= objective.least_sd(s.mix.mean(j)) * 1.0001) outcome.collapsed = static_cast<long>(j);
  if (outcome.collapsed >= 0 && !outcome.regularized) {  // seen on the full sample only
    outcome.regularized = true;
    objective = problem_.objective(problem_.full, problem_.penalty, chart_);
    s = polish(objective, outcome.solution.mix, options);
  }
  find_prop(problem_, objective, outcome, s);
  return {std::move(outcome), std::move(s), objective};
}

void find_prop(const Problem& problem, const Objective& o, Outcome& outcome, Solution& s) {
  constexpr double UNSEEN = 0.99, AT_FLOOR = 1.0001, FAR = 6.0;
  if (outcome.collapsed >= 0) {
    const size_t j = static_cast<size_t>(outcome.collapsed);
    const bool narrow =
        o.stand_ins && !o.least_is_zero && s.mix.sd(j) <= AT_FLOOR * o.least_sd(s.mix.mean(j));
    outcome.prop = narrow ? Prop::one_interval : Prop::penalty;
    return;
  }
  if (!o.stand_ins) return;
  const double most = o.chart->most_sd();
  for (size_t j = o.n_fixed(); most > 0.0 && j < s.mix.k; ++j)
    if (s.mix.sd(j) >= most * (1.0 - 1e-9))
      outcome.collapsed = static_cast<long>(j), outcome.prop = Prop::window;
  const Limits limits = limits_of(*o.blocks);
  for (bool below : {true, false}) {
    const std::vector<double>& weight = below ? limits.below : limits.above;
    if (weight.empty()) continue;
    const std::vector<double> mass = general_masses(*o.blocks, s.mix, weight.data(), o.window);
    for (size_t j = o.n_fixed(); j < s.mix.k; ++j) {
      if (!(mass[j] > UNSEEN * s.at.mass[j]) || o.chart->positional()) continue;
      const double sd = std::sqrt(problem.spread.variance);
      set_moments(s.mix, j, {below ? limits.lowest - FAR * sd : limits.highest + FAR * sd, sd});
      outcome.collapsed = static_cast<long>(j), outcome.prop = Prop::unseen;
    }
  }
  if (outcome.prop == Prop::unseen) {
    const Chart held = o.chart->with_held(outcome.collapsed, s.mix);
    Objective pinned = o;
    pinned.chart = &held;
    Solution found = polish(pinned, s.mix, {});
    found.start = s.start;
    s = std::move(found);
  }
  outcome.regularized = outcome.regularized || outcome.collapsed >= 0;
}

const Estimator::Answer& Estimator::answer(size_t k, bool highest) {
  auto& known = answers_[highest];
  while (known.size() < k) {
    const size_t next = known.size() + 1;
    const bool possible = next >= search_.objective().n_named() && chart_.allows(next);
    if (!possible) {
      known.emplace_back().outcome.regularized = true;
      continue;
    }
    Answer found = highest ? above_stable(next) : on_all_points(stable(next));
    if (found.solution.mix.k == 0 && !known.empty() && known.back().solution.mix.k > 0) {
      // every path led to a component of weight 0
      found = known.back();
      const double penalised = found.outcome.penalised;
      found.outcome = with_empty(std::move(found.outcome), next - found.solution.mix.k, penalised);
    }
    const Answer* top = nullptr;
    for (const Answer& smaller : known)
      if (!smaller.outcome.regularized && (!top || smaller.height() > top->height())) top = &smaller;
    auto falls = [&] {
      const bool loose = found.outcome.null_components > 0 && !found.solution.positive_definite;
      return (loose || !found.outcome.regularized) && !gains(found, *top);
    };
    if (top && falls()) {
      const double penalised = found.outcome.penalised;
      if (!highest) found = on_all_points(stable(next, top->height()));
      if (found.outcome.regularized || falls()) {
        std::vector<Optimum> optima = std::move(found.outcome.optima);
        found = *top;
        if (!optima.empty()) found.outcome.optima = std::move(optima);
        found.outcome = with_empty(std::move(found.outcome), next - found.solution.mix.k, penalised);
      }
    }
    known.push_back(std::move(found));
  }
  return known[k - 1];
}

bool Estimator::gains(const Answer& found, const Answer& smaller) {
  constexpr double ROUNDING = 1e-13;  // of the sum
  const double slack = ROUNDING * (found.objective.total + std::fabs(smaller.height()));
  return found.height() >= smaller.height() + (found.solution.positive_definite ? 0.0 : slack);
}

Outcome Estimator::with_empty(Outcome outcome, size_t count, double penalised) {
  outcome.null_components = count;
  outcome.regularized = true;
  outcome.penalised = penalised;
  Optimum reported;
  reported.mix = outcome.solution.mix;
  reported.log_likelihood = outcome.solution.log_likelihood;
  reported.penalised = penalised;
  reported.regularized = true;
  outcome.optima.insert(outcome.optima.begin(), reported);
  return outcome;
}

Fitted Estimator::finish(Answer answer, size_t k) const {
  Outcome& outcome = answer.outcome;
  Solution& s = answer.solution;
  Objective& objective = answer.objective;
  Fitted f;
  f.chart = &chart_;
  if (s.mix.k == 0) return f;
  f.null_components = outcome.null_components;
  f.collapsed = outcome.collapsed;
  f.prop = outcome.prop;
  f.passed_over = outcome.passed_over;
  f.sound = outcome.sound;
  if (problem_.request.column) {
    PolishOptions options;
    options.max_iter = problem_.request.max_iter;
    options.tol = problem_.request.tol;
    objective = problem_.on_rows(objective);
    s = polish(objective, s.mix, options);
  }
  f.regularized = outcome.regularized;
  f.stop = s.stop;
  f.decrement = s.decrement;
  f.positive_definite = s.positive_definite;
  f.converged = s.stop == Stop::converged && s.positive_definite;
  const double units = problem_.log_units(objective.total);
  f.log_likelihood = s.log_likelihood + units;
  f.entropy = entropy_at(objective, s.mix, s.at);
  f.start = outcome.start;
  Mix mix = s.mix;
  if (outcome.null_components) mix = padded(mix, k, problem_);
  const size_t named = chart_.positional() ? k : objective.n_named();
  f.mix = problem_.outside(mix);
  f.start = problem_.outside(f.start);
  sort_by_mean(f.mix, &f.start, &f.collapsed, named);
  for (Optimum& o : outcome.optima) {
    if (o.mix.k < k) o.mix = padded(o.mix, k, problem_);
    o.mix = problem_.outside(o.mix);
    sort_by_mean(o.mix, nullptr, nullptr, named);
    o.log_likelihood += units;
    o.penalised += units;
  }
  if (!outcome.optima.empty()) {
    outcome.optima[0].mix = f.mix;
    outcome.optima[0].log_likelihood = f.log_likelihood;
  }
  f.optima = std::move(outcome.optima);
  return f;
}

}  // namespace mix1d::search
