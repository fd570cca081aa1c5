// polish.cpp: the system of a step, its shift, and the way to an optimum
#include "solve/polish.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linear/cholesky.hpp"
#include "solve/basin.hpp"
#include "solve/em.hpp"

namespace mix1d {

System newton_system(const Objective& o, const Mix& mix, const Evaluation& e) {
  const size_t k = mix.k, full = 3 * k;
  System s;
  s.m = o.equal ? 2 * k + 1 : full;
  const size_t m = s.m;
  s.matrix.assign(m * m, 0.0);
  s.gradient.assign(m, 0.0);
  auto place = [&](size_t i) { return o.equal && i >= 2 * k ? 2 * k : i; };
  for (size_t i = 0; i < full; ++i) {
    s.gradient[place(i)] += e.gradient[i];
    for (size_t j = 0; j < full; ++j) s.matrix[place(i) * m + place(j)] += e.negative[i * full + j];
  }
  s.scale.resize(m);
  double total = 0.0;
  for (size_t j = 0; j < k; ++j) {
    const double mass = std::max(e.mass[j], 1e-12 * o.total);
    total += mass;
    s.scale[j] = s.scale[k + j] = 1.0 / std::sqrt(mass);
    if (!o.equal) s.scale[2 * k + j] = 1.0 / std::sqrt(2.0 * mass);
  }
  if (o.equal) s.scale[2 * k] = 1.0 / std::sqrt(2.0 * total);
  s.pinned.assign(m, false);
  for (size_t i = 2 * k; i < m; ++i)
    if (mix.sd(i - 2 * k) <= o.least_sd(mix.mean(i - 2 * k)) * (1.0 + 1e-12) && s.gradient[i] <= 0.0)
      s.pinned[i] = true;
  // the logits are defined up to a constant; the normalised direction of that constant makes the matrix
  // regular
  std::vector<double> gauge(m, 0.0);
  for (size_t j = 0; j < k; ++j) gauge[j] = 1.0 / (s.scale[j] * std::sqrt(total));
  for (size_t i = 0; i < m; ++i) {
    s.gradient[i] *= s.scale[i];
    for (size_t j = 0; j < m; ++j) {
      s.matrix[i * m + j] = s.matrix[i * m + j] * s.scale[i] * s.scale[j] + gauge[i] * gauge[j];
      if (s.pinned[i] || s.pinned[j]) s.matrix[i * m + j] = i == j ? 1.0 : 0.0;
    }
    if (s.pinned[i]) s.gradient[i] = 0.0;
  }
  return s;
}

bool factorise(const System& system, double& shift, std::vector<double>& factor) {
  constexpr double LEAST = 1e-4, LARGEST = 1e30, MARGIN = 1.5;
  auto attempt = [&] {
    factor = system.matrix;
    for (size_t i = 0; i < system.m; ++i) factor[i * system.m + i] += shift;
    return cholesky(factor, system.m);
  };
  if (attempt()) return true;
  do {
    shift = std::max(LEAST, 2.0 * shift);
    if (shift > LARGEST) return false;
  } while (!attempt());
  shift *= MARGIN;
  return attempt();
}

Mix move(const Objective& o, const Mix& mix, const System& s, const std::vector<double>& step,
         double fraction) {
  const size_t k = mix.k;
  Mix next(k);
  std::vector<double> factor(2 * k);
  for (size_t j = 0; j < k; ++j) {
    const size_t t = o.equal ? 2 * k : 2 * k + j;
    factor[j] = fraction * step[j] * s.scale[j];
    factor[k + j] = fraction * step[t] * s.scale[t];
    next.mean(j) = mix.mean(j) + mix.sd(j) * (fraction * step[k + j] * s.scale[k + j]);
  }
  kernels().exp(factor.data(), factor.data(), 2 * k);
  double total = 0.0;
  for (size_t j = 0; j < k; ++j) total += next.weight(j) = mix.weight(j) * factor[j];
  for (size_t j = 0; j < k; ++j) {
    next.weight(j) /= total;
    next.sd(j) = std::max(o.least_sd(next.mean(j)), mix.sd(j) * factor[k + j]);
  }
  return next;
}

Solution polish(const Objective& o, const Mix& start, const PolishOptions& options) {
  constexpr double STEP_LOGIT = 1.0, STEP_MEAN = 0.7, STEP_LOG_SD = 0.4;
  constexpr size_t CRAWL = 5;       // progress is judged over so many steps
  constexpr double PATIENCE = 8.0;  // and so many times that is thought possible still
  const size_t k = start.k;
  Solution s;
  s.start = start;
  s.mix = start;
  auto record = [&](Phase phase, double objective, double log_likelihood, const Mix& mix) {
    if (options.trace) options.trace->push_back({phase, o.penalty, objective, log_likelihood, mix});
  };
  EmSums sums;
  for (size_t i = 0; i < options.em_steps; ++i) {
    em_pass(o, s.mix, sums);
    record(Phase::em, sums.objective, sums.log_likelihood, s.mix);
    s.mix = em_update(o, s.mix, sums);
    ++s.iterations;
  }
  auto in_known_basin = [&] {
    for (const auto* list : {options.known, options.rejected})
      if (list)
        for (const Solution& known : *list)
          if (in_basin(s.mix, s.at, known)) return true;
    return false;
  };
  Evaluation trial;
  evaluate(o, s.mix, s.at);
  record(Phase::newton, s.at.objective, s.at.log_likelihood, s.mix);
  // A step is taken until what it still promises is rounding, which grows with the data: sqrt(2 nothing) is
  // the error left in standard errors, some 1e-11.
  const double nothing = 1e-23 * (1.0 + 1e-6 * o.total);
  double shift = 0.0, best_decrement = std::numeric_limits<double>::infinity();
  int rejected = 0;
  bool after_rejection = false;
  double milestone = s.at.objective;
  std::vector<double> step, factor;
  if (in_known_basin()) s.stop = Stop::duplicate;
  while (s.stop != Stop::duplicate) {
    System system = newton_system(o, s.mix, s.at);
    const size_t m = system.m;
    if (!factorise(system, shift, factor)) {
      s.stop = Stop::stalled;
      break;
    }
    step = system.gradient;
    cholesky_solve(factor, m, step);
    double slope = 0.0;
    for (size_t i = 0; i < m; ++i) slope += system.gradient[i] * step[i];
    s.positive_definite = shift == 0.0;
    s.decrement = 0.5 * slope;
    const bool fine = shift == 0.0 && s.decrement < options.tol;
    if (fine && (!options.to_the_end || s.decrement < nothing || !(s.decrement < 0.5 * best_decrement))) {
      s.stop = Stop::converged;
      break;
    }
    if (fine) best_decrement = s.decrement;
    if (s.iterations >= options.max_iter) {
      s.stop = fine ? Stop::converged : Stop::max_iter;
      break;
    }
    if (!(slope >= 0.0)) {
      s.stop = Stop::stalled;
      break;
    }
    double fraction = 1.0;
    for (size_t i = 0; i < m; ++i) {
      const double cap = i < k ? STEP_LOGIT : i < 2 * k ? STEP_MEAN : STEP_LOG_SD;
      const double size = std::fabs(step[i] * system.scale[i]);
      if (size * fraction > cap) fraction = cap / size;
    }
    double curvature = 0.0;
    for (size_t i = 0; i < m; ++i) {
      double row = 0.0;
      for (size_t j = 0; j < m; ++j) row += system.matrix[i * m + j] * step[j];
      curvature += step[i] * row;
    }
    const double predicted = fraction * slope - 0.5 * fraction * fraction * curvature;
    Mix next = move(o, s.mix, system, step, fraction);
    evaluate(o, next, trial);
    ++s.iterations;
    const double gain = trial.objective - s.at.objective;
    // rounding of the sum and of its terms, which may cancel
    const double noise = 1e-13 * std::fabs(s.at.objective) + 1e-15 * o.total;
    if (!(gain >= -noise)) {
      if (fine) {  // nothing left but rounding
        s.stop = Stop::converged;
        break;
      }
      shift = std::max(1e-3, 5.0 * shift);
      after_rejection = true;
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
        shift = 0.0;
      }
      continue;
    }
    s.mix = std::move(next);
    std::swap(s.at, trial);
    record(Phase::newton, s.at.objective, s.at.log_likelihood, s.mix);
    // after a rejection the shift comes down gently, or it would be rejected again at the next step
    const double ratio = predicted > 0.0 ? gain / predicted : 1.0;
    shift *= ratio > 0.7 ? (after_rejection ? 0.5 : 0.15) : ratio > 0.25 ? 0.6 : 2.0;
    if (shift < 1e-4) shift = 0.0;
    after_rejection = false;
    for (size_t j = 0; j < k; ++j)
      if ((s.at.mass[j] < options.least_mass && s.at.gradient[j] < 0.0) ||
          (s.mix.sd(j) < options.least_sd && s.at.gradient[2 * k + j] < 0.0))
        s.stop = Stop::given_up;
    if (s.iterations % CRAWL == 0) {
      if (s.iterations >= 2 * CRAWL && s.at.objective + PATIENCE * (s.at.objective - milestone) < options.bar)
        s.stop = Stop::given_up;
      milestone = s.at.objective;
    }
    if (in_known_basin()) s.stop = Stop::duplicate;
    if (s.stop == Stop::given_up || s.stop == Stop::duplicate) break;
  }
  s.objective = s.at.objective;
  s.log_likelihood = s.at.log_likelihood;
  return s;
}

}  // namespace mix1d
