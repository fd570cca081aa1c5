// em.cpp: the E-step is one pass over the sample, the M-step is closed
#include "solve/em.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "model/evaluation.hpp"
#include "model/general.hpp"
#include "solve/newton.hpp"

namespace mix1d::solve {

using namespace kernels;
using namespace model;

namespace {

// The expected log-likelihood of values with their labels, from the moments about a mixture: a function of
// another one that costs no pass. Its gradient at the mixture itself is that of the likelihood.
void evaluate_labelled(const Objective& o, const Mix& about, const EmSums& sums, const Mix& mix,
                       Evaluation& e) {
  const size_t k = mix.k, m = 3 * k;
  const Prepared p(mix, o.extreme);
  e.log_likelihood = 0.0;
  e.mass.assign(k, 0.0);
  e.gradient.assign(m, 0.0);
  e.negative.assign(m * m, 0.0);
  double total = 0.0;
  for (size_t j = 0; j < k; ++j) total += e.mass[j] = sums.mass(j);
  for (size_t j = 0; j < k; ++j) {
    const double n = sums.moments[3 * j], seen = e.mass[j],
                 shift = (mix.mean(j) - about.mean(j)) / about.sd(j), ratio = about.sd(j) / mix.sd(j);
    const double first = ratio * (sums.moments[3 * j + 1] - n * shift),
                 second =
                     ratio * ratio *
                     (sums.moments[3 * j + 2] - 2.0 * sums.moments[3 * j + 1] * shift + n * shift * shift);
    const size_t A = j, M = k + j, T = 2 * k + j;
    if (n > 0.0) e.log_likelihood += seen * p.logs[j] - n * p.logs[k + j] - 0.5 * second;
    e.gradient[A] = seen - total * mix.weight(j);
    e.gradient[M] = first;
    e.gradient[T] = second - n;
    for (size_t l = 0; l < k; ++l)
      e.negative[A * m + l] = total * mix.weight(j) * ((j == l ? 1.0 : 0.0) - mix.weight(l));
    e.negative[M * m + M] = n;
    e.negative[M * m + T] = e.negative[T * m + M] = 2.0 * first;
    e.negative[T * m + T] = 2.0 * second;
  }
  add_penalty(o, mix, e);
  e.objective = e.log_likelihood - penalty_term(o, mix, p.logs.data() + k);
  e.logs = p.logs;
}

// Whether a component has parameters of its own: a background has none but its weight.
bool moves(const Mix& mix, size_t j) { return families::facts_of(mix.family_of(j)).slots > 0; }

// Under constraints the M-step has no closed form: a few steps of Newton's method, none of which goes down.
Mix constrained_update(const Objective& o, const Mix& mix, const EmSums& sums) {
  constexpr int STEPS = 20;
  constexpr double TOL = 1e-9;
  Mix next = mix;
  Evaluation at;
  const auto evaluate = [&](const Mix& to, Evaluation& e) { evaluate_labelled(o, mix, sums, to, e); };
  evaluate(next, at);
  Newton newton(*o.chart, o.least_sd, o.total);
  for (int i = 0; i < STEPS; ++i) {
    if (!newton.aim(next, at) || !newton.ascends() || (newton.definite() && newton.decrement() < TOL)) break;
    newton.step(next, at, 0.0, evaluate);
  }
  return next;
}

// Of other families than the normal one an M-step is a step of scoring: by the gradient over the information
// of what the component has, shapes staying. Where a family is nearly normal it is the closed one.
Mix family_update(const Objective& o, const Mix& mix, const EmSums& sums) {
  constexpr double FARTHEST = 2.0, NARROWER = 0.2, WIDER = 4.0;  // scales; of a squared scale
  const bool equal = o.chart->sds_tied();
  Mix next = mix;
  double total = 0.0, all = 0.0, within = 0.0;
  for (size_t j = 0; j < mix.k; ++j) total += sums.mass(j);
  for (size_t j = 0; j < mix.k; ++j) {
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    const double n = sums.moments[3 * j];
    next.weight(j) = sums.mass(j) > EMPTY * total ? sums.mass(j) / total : 0.0;
    if (!(sums.mass(j) > EMPTY * total) || facts.slots == 0 || j < o.n_fixed()) continue;
    const families::Shaped at{mix.mean(j), mix.sd(j), mix.shape_of(j)};
    const families::Information known = facts.information(at);
    if (facts.has(families::Coordinate::location)) {
      const double shift = sums.moments[3 * j + 1] / n / known.location,
                   most = FARTHEST * (facts.space == families::Space::log
                                          ? std::min(1.0, facts.moments(at).sd / at.scale)
                                          : 1.0);
      next.mean(j) = mix.mean(j) + mix.sd(j) * std::clamp(shift, -most, most);
      if (facts.space == families::Space::count)
        next.mean(j) = std::max(next.mean(j), families::LEAST_LOG_COUNT);
    }
    if (!facts.has(families::Coordinate::log_scale)) continue;
    const double rise = 2.0 * (sums.moments[3 * j + 2] - n) / n / known.log_scale,
                 square = mix.sd(j) * mix.sd(j) * std::clamp(1.0 + rise, NARROWER, WIDER);
    if (equal) {
      within += n * square, all += n;
      continue;
    }
    const double a = 2.0 * o.penalty, unit = facts.variance(at).value / (mix.sd(j) * mix.sd(j));
    next.sd(j) = std::max(o.least_sd(next.mean(j)),
                          std::sqrt((n * square + a * whole_variance(o, mix, j) / unit) / (n + a)));
  }
  if (equal && all > 0.0)
    for (size_t j = 0; j < mix.k; ++j)
      if (families::facts_of(mix.family_of(j)).has(families::Coordinate::log_scale))
        next.sd(j) = std::max(o.least_sd.floor, std::sqrt(within / all));
  return o.chart->closed() ? next : o.chart->project(std::move(next));
}

}  // namespace

void em_pass(const Objective& o, const Mix& mix, EmSums& out) {
  if (o.blocks) return general_em_pass(o, mix, out);
  Prepared p(mix, o.extreme, std::move(out.logs));
  const size_t width = 1 + 3 * mix.k;
  std::vector<double>& sums = out.moments;
  sums.resize(width);
  const auto pass = loops().em_sums;
  run_pass(o, width, 3 * mix.k * BLOCK, sums.data(),
           [&](const double* x, const double* w, size_t n, double* work, double* acc) {
             pass(x, w, n, p.components, work, acc);
           });
  out.log_likelihood = sums[0];
  out.objective = sums[0] - penalty_term(o, mix, p.logs.data() + mix.k);
  out.logs = std::move(p.logs);
  sums.erase(sums.begin());
}

Mix em_update(const Objective& o, const Mix& mix, const EmSums& sums) {
  if (!o.chart->all_normal()) return family_update(o, mix, sums);
  if (!o.chart->closed()) return constrained_update(o, mix, sums);
  const bool equal = o.chart->sds_tied();
  Mix next = mix;
  double total = 0.0, all = 0.0, within = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    total += sums.mass(j);
    if (moves(mix, j)) all += sums.moments[3 * j];
  }
  for (size_t j = 0; j < mix.k; ++j) {
    const double n = sums.moments[3 * j], first = sums.moments[3 * j + 1], second = sums.moments[3 * j + 2];
    if (!(sums.mass(j) > EMPTY * total)) {  // it stays where it is
      next.weight(j) = 0.0;
      continue;
    }
    next.weight(j) = sums.mass(j) / total;
    if (!moves(mix, j)) continue;
    const double shift = first / n;
    next.mean(j) = mix.mean(j) + mix.sd(j) * shift;
    const double spread = std::max(0.0, second - first * shift) * mix.sd(j) * mix.sd(j);
    if (equal) {
      within += spread;
    } else {
      const double a = 2.0 * o.penalty;
      next.sd(j) = std::max(o.least_sd(next.mean(j)), std::sqrt((spread + a * o.variance) / (n + a)));
    }
  }
  if (equal)
    for (size_t j = 0; j < mix.k; ++j)
      if (moves(mix, j)) next.sd(j) = std::max(o.least_sd.floor, std::sqrt(within / all));
  return next;
}

}  // namespace mix1d::solve
