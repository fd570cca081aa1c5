// objective.cpp: the mixture as the loops want it, its penalty and the entropy of its labels
#include "model/objective.hpp"

#include <cmath>

#include "kernels/numbers.hpp"
#include "model/general.hpp"

namespace mix1d::model {

using namespace kernels;

Prepared::Prepared(const Mix& mix, bool extreme) : logs(2 * mix.k), inv_sd(mix.k), log_const(mix.k) {
  double plain[64];
  std::vector<double> large;
  double* packed = plain;
  if (mix.k > 32) {
    large.resize(2 * mix.k);
    packed = large.data();
  }
  for (size_t j = 0; j < mix.k; ++j) {
    packed[j] = mix.weight(j);
    packed[mix.k + j] = mix.sd(j);
  }
  loops().log(packed, logs.data(), 2 * mix.k);
  for (size_t j = 0; j < mix.k; ++j) {
    inv_sd[j] = 1.0 / mix.sd(j);
    log_const[j] = logs[j] - logs[mix.k + j] - LOG_SQRT_2PI;
  }
  components = {mix.k, mix.v.data() + mix.k, inv_sd.data(), log_const.data(), extreme};
}

void Objective::read(const Points& values, bool general) {
  points = &values;
  if (general)
    blocks = std::make_shared<const observations::Blocks>(values.x.data(), values.w.data(), values.padded);
}

// A component whose scale is known needs no penalty.
static bool penalised(const Mix& mix, size_t j) { return families::facts_of(mix.family_of(j)).slots > 1; }

double width_inside(const Objective& o, const Mix& mix, size_t j) {
  const double d = o.window.beyond(mix.mean(j), mix.sd(j));
  return d == 0.0 ? mix.sd(j) : mix.sd(j) / std::sqrt(1.0 + d * d);
}

double penalty_term(const Objective& o, const Mix& mix, const double* log_sd) {
  if (o.penalty == 0.0) return 0.0;
  const double log_variance = log1(o.variance);
  double sum = 0.0;
  for (size_t j = 0; j < mix.k; ++j)
    if (penalised(mix, j)) {
      const double d = o.window.beyond(mix.mean(j), mix.sd(j));
      sum += o.variance / mix.sd(j) / mix.sd(j) * (1.0 + d * d) + 2.0 * log_sd[j] - log_variance;
    }
  return o.penalty * sum;
}

void add_penalty(const Objective& o, const Mix& mix, Evaluation& e) {
  if (o.penalty == 0.0) return;
  const size_t k = mix.k, m = e.gradient.size();
  for (size_t j = 0; j < k; ++j) {
    if (!penalised(mix, j)) continue;
    const size_t M = k + j, T = 2 * k + j;
    const double ratio = o.variance / mix.sd(j) / mix.sd(j), d = o.window.beyond(mix.mean(j), mix.sd(j));
    e.gradient[T] += 2.0 * o.penalty * (ratio - 1.0);
    e.negative[T * m + T] += 4.0 * o.penalty * ratio;
    if (d == 0.0) continue;
    const double slope = o.penalty * ratio * d;
    e.gradient[M] -= 2.0 * slope;
    e.gradient[T] += 4.0 * slope * d;
    e.negative[M * m + M] += 2.0 * o.penalty * ratio;
    e.negative[M * m + T] -= 8.0 * slope;
    e.negative[T * m + M] -= 8.0 * slope;
    e.negative[T * m + T] += 16.0 * slope * d;
  }
}

double entropy_of(const Objective& o, const Mix& mix) {
  if (o.blocks) return general_entropy(o, mix);
  Prepared prepared(mix, o.extreme);
  double sum = 0.0;
  run_pass(o, 1, 3 * mix.k * BLOCK, &sum,
           [&](const double* x, const double* w, size_t n, double* work, double* acc) {
             loops().entropy_sums(x, w, n, prepared.components, work, acc);
           });
  return sum;
}

}  // namespace mix1d::model
