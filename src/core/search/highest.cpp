// highest.cpp: the sound optimum whose likelihood is highest
#include <algorithm>
#include <cmath>
#include <utility>

#include "search/estimator.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

SearchOptions Estimator::sound_only() const {
  SearchOptions s;
  s.insertions = 20;
  s.dispersed = 14;
  s.widenings = 40;
  s.insertions_at_two = 30;
  s.polishes = 40;
  s.polishes_in_sweeps_at_three = 30;
  s.per_level = 30;
  s.sound_sd = SOUND_SD * problem_.spread.sd;
  s.least_sd = 0.01 * problem_.spread.sd;
  s.sound_mass = std::max(5.0, 0.01 * problem_.full.total);
  s.least_mass = s.least_candidate = 0.4 * s.sound_mass;
  return s;
}

std::vector<Solution> Estimator::sound_optima(size_t k) const {
  constexpr double COARSENESS = 1.0;  // nats that fewer points may be wrong by
  const bool fewer = problem_.sound.n > 0;
  const Objective objective = problem_.objective(problem_.searched(), 0.0, chart_);
  const std::vector<Solution>& found = highest_.optima(k);
  std::vector<Solution> list;
  PolishOptions options;
  if (fewer) options.known = &list;
  for (const Solution& first : found) {
    if (fewer && first.objective < found[0].objective - COMPETING - COARSENESS) break;
    Solution s = polish(objective, first.mix, options);
    if (s.stop == Stop::duplicate) continue;
    s.start = first.start;
    list.push_back(std::move(s));
  }
  if (fewer)
    std::stable_sort(list.begin(), list.end(),
                     [](const Solution& a, const Solution& b) { return a.objective > b.objective; });
  return list;
}

std::optional<Outcome> Estimator::highest(size_t k) {
  std::optional<Outcome> outcome;
  for (Solution& s : sound_optima(k)) {
    if (!highest_.is_sound(s) || (outcome && s.objective < outcome->solution.objective - COMPETING)) continue;
    Optimum o;
    o.mix = s.mix;
    o.log_likelihood = s.objective;
    o.penalised = problem_.penalised(s.mix, s.objective);
    if (!outcome) {
      outcome.emplace();
      outcome->penalised = o.penalised;
      outcome->start = s.start;
      outcome->solution = std::move(s);
    }
    outcome->optima.push_back(std::move(o));
  }
  return outcome;
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

}  // namespace mix1d::search
