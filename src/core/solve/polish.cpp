// polish.cpp: EM steps, Newton steps, and when to stop
#include "solve/polish.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "solve/basin.hpp"
#include "solve/em.hpp"

namespace mix1d::solve {

using namespace model;

bool Polisher::leads_nowhere_new(const PolishOptions& options) const {
  for (const auto* list : {options.known, options.rejected})
    if (list)
      for (const Solution& known : *list)
        if (in_basin(s_.mix, s_.at, known)) return true;
  return options.paths && options.paths->cross(s_.mix, s_.at);
}

Solution& Polisher::polish(const Mix& start, const PolishOptions& options) {
  constexpr size_t CRAWL = 5;       // progress is judged over so many steps
  constexpr double PATIENCE = 8.0;  // and so many times that is thought possible still
  constexpr int STILL = 4;          // steps that promise nothing beside a flat direction, one after the other
  const size_t k = start.k;
  const Objective& o = o_;
  Solution& s = s_;
  s.start = start;
  s.mix = start;
  s.decrement = std::numeric_limits<double>::infinity();
  s.positive_definite = false;
  s.stop = Stop::max_iter;
  s.iterations = 0;
  auto record = [&](Phase phase, double objective, double log_likelihood, const Mix& mix) {
    if (options.trace) options.trace->push_back({phase, o.penalty, objective, log_likelihood, mix});
  };
  EmSums& sums = sums_;
  // a step of scoring may lead down, away from an optimum that Newton's method would have found
  const bool scoring = !o.chart->all_normal();
  Mix before;
  if (scoring) before = s.mix;
  double reached = -std::numeric_limits<double>::infinity();
  for (size_t i = 0; i < options.em_steps; ++i) {
    em_pass(o, s.mix, sums);
    if (scoring && sums.objective < reached) break;
    reached = sums.objective;
    if (scoring) before = s.mix;
    record(Phase::em, sums.objective, sums.log_likelihood, s.mix);
    s.mix = em_update(o, s.mix, sums);
    ++s.iterations;
  }
  if (options.at)
    s.at = *options.at;
  else
    evaluate(o, s.mix, s.at);
  if (scoring && !(s.at.objective >= reached)) {
    s.mix = std::move(before);
    evaluate(o, s.mix, s.at);
  }
  record(Phase::newton, s.at.objective, s.at.log_likelihood, s.mix);
  // A step is taken until what it still promises is rounding, which grows with the data: sqrt(2 nothing) is
  // the error left in standard errors, some 1e-11.
  const double nothing = 1e-23 * (1.0 + 1e-6 * o.total);
  double best_decrement = std::numeric_limits<double>::infinity();
  int rejected = 0, still = 0;
  double milestone = s.at.objective;
  Newton& newton = newton_;
  newton.begin();
  if (leads_nowhere_new(options)) s.stop = Stop::duplicate;
  while (s.stop != Stop::duplicate) {
    if (!newton.aim(s.mix, s.at)) {
      s.stop = Stop::stalled;
      break;
    }
    s.positive_definite = newton.definite();
    if (options.paths && newton.definite()) options.paths->enter_bowl();
    s.decrement = newton.decrement();
    if (s.positive_definite && s.at.objective + options.hope * s.decrement < options.bar) {
      s.stop = Stop::given_up;
      break;
    }
    // two components that are one, say: what moves them along is rounding
    still = !s.positive_definite && s.decrement < nothing ? still + 1 : 0;
    if (still == STILL) {
      s.stop = Stop::stalled;
      break;
    }
    const bool fine = s.positive_definite && s.decrement < options.tol;
    if (fine && (!options.to_the_end || s.decrement < nothing || !(s.decrement < 0.5 * best_decrement))) {
      s.stop = Stop::converged;
      break;
    }
    if (fine) best_decrement = s.decrement;
    if (s.iterations >= options.max_iter) {
      s.stop = fine ? Stop::converged : Stop::max_iter;
      break;
    }
    if (!newton.ascends()) {
      s.stop = Stop::stalled;
      break;
    }
    ++s.iterations;
    // rounding of the sum and of its terms, which may cancel
    const double noise = 1e-13 * std::fabs(s.at.objective) + 1e-15 * o.total;
    if (!newton.step(s.mix, s.at, -noise, [&](const Mix& mix, Evaluation& e) { evaluate(o, mix, e); })) {
      if (fine) {  // nothing left but rounding
        s.stop = Stop::converged;
        break;
      }
      if (++rejected % 6 == 0) {
        if (rejected >= 30) {
          s.stop = Stop::stalled;
          break;
        }
        for (int i = 0; i < 5; ++i) {
          em_pass(o, s.mix, sums);
          s.mix = em_update(o, s.mix, sums);
        }
        evaluate(o, s.mix, s.at);
        record(Phase::em, s.at.objective, s.at.log_likelihood, s.mix);
        newton.forget_shift();
      }
      continue;
    }
    record(Phase::newton, s.at.objective, s.at.log_likelihood, s.mix);
    for (size_t j = 0; j < k; ++j)
      if ((j >= o.n_named() && s.at.mass[j] < options.least_mass && s.at.gradient[j] < 0.0) ||
          (s.mix.sd(j) < options.least_sd && s.at.gradient[2 * k + j] < 0.0))
        s.stop = Stop::given_up;
    if (s.iterations % CRAWL == 0) {
      if (s.iterations >= 2 * CRAWL && s.at.objective + PATIENCE * (s.at.objective - milestone) < options.bar)
        s.stop = Stop::given_up;
      milestone = s.at.objective;
    }
    if (leads_nowhere_new(options)) s.stop = Stop::duplicate;
    if (s.stop == Stop::given_up || s.stop == Stop::duplicate) break;
  }
  s.objective = s.at.objective;
  s.log_likelihood = s.at.log_likelihood;
  return s;
}

Solution polish(const Objective& o, const Mix& start, const PolishOptions& options) {
  Polisher polisher(o);
  return std::move(polisher.polish(start, options));
}

}  // namespace mix1d::solve
