// estimator.cpp: stable and highest answers, on compressed and on all points, on the rows of a column
#include "search/estimator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solve/continuation.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

Estimator::Estimator(const Problem& problem, const Chart& chart)
    : problem_(problem),
      chart_(chart),
      search_(problem.objective(problem.searched_first(), problem.penalty, chart),
              problem.ladder(problem.least_sd(chart), problem.coarse_finest), problem.spread.mean, {}),
      highest_(problem.objective(problem.searched(), 0.0, chart), problem.ladder(0.025 * problem.spread.sd),
               problem.spread.mean, sound_only(), &search_) {}

Fitted Estimator::fitted(size_t k) {
  while (search_.reached() < k) search_.extend();
  const bool highest = problem_.request.highest && !chart_.sds_tied();
  while (highest && highest_.reached() < k) highest_.extend();
  return finish(answer(k, highest), k);
}

SearchOptions Estimator::sound_only() const {
  SearchOptions s;
  s.insertions = 20;
  s.dispersed = 14;
  s.widenings = 40;
  s.insertions_at_two = 60;
  s.polishes = 40;
  s.polishes_at_two = 100;
  s.per_level = 30;
  s.sound_sd = 0.02 * problem_.spread.sd;
  s.least_sd = 0.01 * problem_.spread.sd;
  s.sound_mass = std::max(5.0, 0.01 * problem_.full.total);
  s.least_mass = s.least_candidate = 0.4 * s.sound_mass;
  return s;
}

double Estimator::least_mass(const Solution& s) {
  return *std::min_element(s.at.mass.begin(), s.at.mass.end());
}

const std::vector<Solution>& Estimator::optima(size_t k) {
  if (problem_.coarse.n == 0) return search_.optima(k);
  while (refined_.size() < k) refined_.push_back(refined(search_.optima(refined_.size() + 1)));
  return refined_[k - 1];
}

std::vector<Solution> Estimator::refined(const std::vector<Solution>& found) const {
  const Objective objective = problem_.objective(problem_.full, problem_.penalty, chart_);
  PolishOptions options;
  options.tol = 1e-7;
  options.to_the_end = false;
  options.least_mass = SearchOptions{}.least_mass;
  std::vector<Solution> list;
  options.known = &list;
  for (const Solution& coarse : found) {
    Solution s = polish(objective, coarse.mix, options);
    if (s.stop == Stop::duplicate || s.stop == Stop::given_up || !std::isfinite(s.objective)) continue;
    s.start = coarse.mix;
    list.push_back(std::move(s));
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Solution& a, const Solution& b) { return a.objective > b.objective; });
  return list;
}

double Estimator::top(size_t k) {
  if (k == 0) return -std::numeric_limits<double>::infinity();
  const auto& list = optima(k);
  return std::max(
      list.empty() ? -std::numeric_limits<double>::infinity() : list[0].objective,
      chart_.sds_tied() ? -std::numeric_limits<double>::infinity() : top(k - 1) - problem_.penalty);
}

Optimum Estimator::optimum(const Continuation& c, const Solution& from) const {
  Optimum o;
  o.mix = c.solution.mix;
  o.log_likelihood = c.solution.log_likelihood;
  o.penalised = from.objective;
  o.regularized = !c.survived;
  return o;
}

Solution Estimator::solved(const Objective& objective, const Solution& found) {
  Solution s = polish(objective, found.mix, {});
  s.start = found.start;
  return s;
}

Outcome Estimator::stable(size_t k, double least) {
  const auto& list = this->optima(k);
  const double best = top(k);
  const Solution* interior = nullptr;
  for (const Solution& s : list)
    if (!interior && (least_mass(s) >= ONE_VALUE || k == 1)) interior = &s;
  const bool boundary = !interior || interior->objective < best;
  Outcome outcome;
  const Objective objective = problem_.objective(problem_.searched(), problem_.penalty, chart_);
  long chosen = -1;
  std::vector<Optimum> optima;
  for (const Solution& found : list) {
    if (found.objective < best - COMPETING || (least_mass(found) < ONE_VALUE && k > 1)) continue;
    const Solution s = solved(objective, found);
    Continuation c = continue_to_zero(objective, s, problem_.rule);
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
  if (chosen < 0 && boundary && k > 1) {
    outcome = stable(k - 1);
    outcome.optima = std::move(optima);
    return with_empty(std::move(outcome), outcome.null_components + 1, best);
  } else if (chosen > 0) {
    std::rotate(optima.begin(), optima.begin() + chosen, optima.begin() + chosen + 1);
  }
  outcome.optima = std::move(optima);
  return outcome;
}

std::optional<Outcome> Estimator::highest(size_t k) {
  std::optional<Outcome> outcome;
  const Objective objective = problem_.objective(problem_.searched(), 0.0, chart_);
  for (const Solution& found : highest_.optima(k)) {
    Solution s = solved(objective, found);
    if (!highest_.is_sound(s) || (outcome && s.objective < outcome->solution.objective - COMPETING)) continue;
    Optimum o;
    o.mix = s.mix;
    o.log_likelihood = s.objective;
    o.penalised = problem_.penalised(s.mix, s.objective);
    if (!outcome) {
      outcome.emplace();
      outcome->penalised = o.penalised;
      outcome->start = found.start;
      outcome->solution = std::move(s);
    }
    outcome->optima.push_back(std::move(o));
  }
  return outcome;
}

Estimator::Answer Estimator::on_all_points(Outcome outcome) const {
  PolishOptions options;
  options.max_iter = problem_.request.max_iter;
  options.tol = problem_.request.tol;
  // a component held up by the penalty only: the answer is the penalised optimum itself
  Objective objective =
      problem_.objective(problem_.full, outcome.collapsed >= 0 ? problem_.penalty : 0.0, chart_);
  Solution s = polish(objective, outcome.solution.mix, options);
  if (outcome.collapsed < 0 && !chart_.sds_tied())
    for (size_t j = 0; j < s.mix.k; ++j)
      if (s.mix.sd(j) <= objective.least_sd(s.mix.mean(j)) * 1.0001) outcome.collapsed = static_cast<long>(j);
  if (outcome.collapsed >= 0 && !outcome.regularized) {  // seen on the full sample only
    outcome.regularized = true;
    objective = problem_.objective(problem_.full, problem_.penalty, chart_);
    s = polish(objective, outcome.solution.mix, options);
  }
  return {std::move(outcome), std::move(s), objective};
}

const Estimator::Answer& Estimator::answer(size_t k, bool highest) {
  auto& known = answers_[highest];
  while (known.size() < k) {
    const size_t next = known.size() + 1;
    Answer found = highest ? above_stable(next) : on_all_points(stable(next));
    const Answer* top = nullptr;
    for (const Answer& smaller : known)
      if (!smaller.outcome.regularized && (!top || smaller.height() > top->height())) top = &smaller;
    auto falls = [&] { return !found.outcome.regularized && !gains(found, *top); };
    if (top && falls()) {
      const double penalised = found.outcome.penalised;
      if (!highest) found = on_all_points(stable(next, top->height()));
      if (found.outcome.regularized || falls()) {
        found = *top;
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

Estimator::Answer Estimator::above_stable(size_t k) {
  Answer stable = answer(k, false);
  if (std::optional<Outcome> found = highest(k)) {
    Answer sound = on_all_points(std::move(*found));
    if (sound.height() >= stable.height()) return sound;
    if (same_place(sound.solution.mix, stable.solution.mix)) {  // lower by its last digit
      sound.solution = std::move(stable.solution);
      return sound;
    }
  }
  stable.outcome.sound = false;
  return stable;
}

bool Estimator::same_place(const Mix& a, const Mix& b) {
  constexpr double CLOSE = 1e-6;
  if (a.k != b.k) return false;
  for (size_t j = 0; j < a.k; ++j)
    if (!(std::fabs(a.weight(j) - b.weight(j)) < CLOSE &&
          std::fabs(a.mean(j) - b.mean(j)) < CLOSE * a.sd(j) &&
          std::fabs(a.sd(j) - b.sd(j)) < CLOSE * a.sd(j)))
      return false;
  return true;
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
  f.null_components = outcome.null_components;
  f.collapsed = outcome.collapsed;
  f.sound = outcome.sound;
  if (problem_.request.column) {
    PolishOptions options;
    options.max_iter = problem_.request.max_iter;
    options.tol = problem_.request.tol;
    objective = problem_.on_rows(objective);
    s = polish(objective, s.mix, options);
  }
  f.regularized = outcome.regularized;
  f.chart = &chart_;
  f.stop = s.stop;
  f.decrement = s.decrement;
  f.positive_definite = s.positive_definite;
  f.converged = s.stop == Stop::converged && s.positive_definite;
  const Frame& frame = problem_.frame;
  const double units = frame.log_units(objective.total);
  f.log_likelihood = s.log_likelihood + units;
  f.entropy = entropy_of(objective, s.mix);
  f.start = outcome.start;
  Mix mix = s.mix;
  if (outcome.null_components) mix = padded(mix, k, problem_);
  f.mix = frame.out(mix);
  f.start = frame.out(f.start);
  sort_by_mean(f.mix, &f.start, &f.collapsed);
  for (Optimum& o : outcome.optima) {
    if (o.mix.k < k) o.mix = padded(o.mix, k, problem_);
    o.mix = frame.out(o.mix);
    sort_by_mean(o.mix);
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
