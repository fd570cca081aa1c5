// newton.hpp: a few EM steps, then safeguarded exact Newton steps to the last digit
#pragma once

#include <limits>

#include "model/mixture.hpp"

namespace mix1d {

// In-place Cholesky factor of the symmetric m x m matrix a (lower triangle); false if it is not positive
// definite.
inline bool cholesky(std::vector<double>& a, size_t m) {
  for (size_t j = 0; j < m; ++j) {
    double d = a[j * m + j];
    const double scale = d;
    for (size_t i = 0; i < j; ++i) d -= a[j * m + i] * a[j * m + i];
    if (!(d > 1e-13 * std::fabs(scale)) || !(d > 0.0)) return false;
    const double root = std::sqrt(d);
    a[j * m + j] = root;
    for (size_t r = j + 1; r < m; ++r) {
      double s = a[r * m + j];
      for (size_t i = 0; i < j; ++i) s -= a[r * m + i] * a[j * m + i];
      a[r * m + j] = s / root;
    }
  }
  return true;
}

inline void cholesky_solve(const std::vector<double>& a, size_t m, std::vector<double>& b) {
  for (size_t j = 0; j < m; ++j) {
    double s = b[j];
    for (size_t i = 0; i < j; ++i) s -= a[j * m + i] * b[i];
    b[j] = s / a[j * m + j];
  }
  for (size_t j = m; j-- > 0;) {
    double s = b[j];
    for (size_t i = j + 1; i < m; ++i) s -= a[i * m + j] * b[i];
    b[j] = s / a[j * m + j];
  }
}

enum class Stop { converged, stalled, max_iter, given_up, duplicate };
enum class Phase { em, newton };

struct Step {
  Phase phase;
  double penalty, objective, log_likelihood;
  Mix mix;
};

struct Solution {
  Mix mix, start;
  double objective = -std::numeric_limits<double>::infinity();
  double log_likelihood = objective;
  double decrement = std::numeric_limits<double>::infinity();
  bool positive_definite = false;
  Stop stop = Stop::max_iter;
  size_t iterations = 0;
  Evaluation at;
};

struct PolishOptions {
  size_t em_steps = 0;
  size_t max_iter = 60;
  double tol = 1e-10;       // nats that the quadratic model still promises
  bool to_the_end = true;   // go on until the decrement no longer falls
  double least_mass = 0.0;  // a component with less, and falling, is given up
  double least_sd = 0.0;    // the same for its sd
  double bar =
      -std::numeric_limits<double>::infinity();  // given up when it crawls and will not come this high
  const std::vector<Solution>* known = nullptr;  // stop when the path has entered the basin of one of these
  const std::vector<Solution>* rejected = nullptr;
  std::vector<Step>* trace = nullptr;
};

// -Hessian in the coordinates of the Newton system: free sds keep 3k, equal sds share one log sd (2k + 1).
// `lift` undoes it for a step.
struct System {
  size_t m;
  std::vector<double> matrix, gradient, scale, gauge;
  std::vector<bool> pinned;  // log sds held at the floor
};

inline System newton_system(const Objective& o, const Mix& mix, const Evaluation& e) {
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

// The Cholesky factor of the matrix plus shift times the identity; the shift is raised until there is one.
// False when none is found: the matrix is not finite.
inline bool factorise(const System& system, double& shift, std::vector<double>& factor) {
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

// The mixture a step away; `step` is in the scaled coordinates of the system, times `fraction`.
inline Mix move(const Objective& o, const Mix& mix, const System& s, const std::vector<double>& step,
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

// Whether the point lies in the quadratic neighbourhood of a known optimum: the drop that the optimum's
// Hessian predicts agrees with the real one.
inline bool in_basin(const Mix& mix, const Evaluation& e, const Solution& known) {
  const size_t k = mix.k, m = 3 * k;
  const double drop = known.objective - e.objective;
  if (!(drop < 20.0) || drop < -1e-6) return false;
  std::vector<double> d(m);
  std::vector<bool> used(k, false);
  for (size_t j = 0; j < k; ++j) {
    size_t best = k;
    double least = std::numeric_limits<double>::infinity();
    for (size_t l = 0; l < k; ++l) {
      if (used[l]) continue;
      const double dm = (mix.mean(l) - known.mix.mean(j)) / known.mix.sd(j),
                   ds = e.logs[k + l] - known.at.logs[k + j], distance = dm * dm + ds * ds;
      if (distance < least) least = distance, best = l;
    }
    if (best == k) return false;  // the squares of all the distances overflow
    used[best] = true;
    d[j] = e.logs[best] - known.at.logs[j];
    d[k + j] = (mix.mean(best) - known.mix.mean(j)) / known.mix.sd(j);
    d[2 * k + j] = e.logs[k + best] - known.at.logs[k + j];
  }
  double predicted = 0.0;
  for (size_t i = 0; i < m; ++i) {
    double row = 0.0;
    for (size_t j = 0; j < m; ++j) row += known.at.negative[i * m + j] * d[j];
    predicted += 0.5 * d[i] * row;
  }
  const double slack = 1e-7 * (1.0 + 1e-3 * std::fabs(known.objective));
  return std::fabs(predicted - drop) <= 0.5 * std::max(drop, 0.0) + slack;
}

inline Solution polish(const Objective& o, const Mix& start, const PolishOptions& options) {
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
