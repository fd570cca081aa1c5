// continuation.cpp: the penalty in quarters, and components that nothing else holds up
#include "solve/continuation.hpp"

#include <cmath>
#include <utility>

#include "model/general.hpp"

namespace mix1d::solve {

using namespace kernels;
using namespace data;
using namespace model;

namespace {

// Whether nothing but the floor keeps a component's sd from falling.
bool stands_at_floor(const Objective& o, const Mix& mix, size_t j) {
  return !o.least_is_zero && mix.sd(j) <= o.least_sd(mix.mean(j)) * (1.0 + 1e-12);
}

}  // namespace

std::vector<double> distinct_values(const Objective& o, const Mix& mix) {
  if (o.stand_ins) {
    const observations::Blocks& rows = *o.blocks;
    Buffer each(rows.rows());
    for (size_t b = 0; b < rows.size(); ++b)
      for (size_t i = 0; i < rows[b].count; ++i)
        each[rows[b].first + i] = rows[b].weight[i] > 0.0 ? 1.0 : 0.0;
    return general_masses(rows, mix, each.data(), o.window);
  }
  const Points& p = *o.points;
  Buffer ones(p.padded);
  for (size_t i = 0; i < p.n; ++i) ones[i] = p.distinct.size() ? p.distinct[i] : 1.0;
  if (o.blocks) return general_masses(*o.blocks, mix, ones.data());
  Prepared prepared(mix, o.extreme);
  std::vector<double> work(3 * mix.k * BLOCK), acc((1 + 3 * mix.k) * LANES), count(mix.k);
  loops().em_sums(p.x.data(), ones.data(), p.padded, prepared.components, work.data(), acc.data());
  for (size_t j = 0; j < mix.k; ++j) count[j] = sum_lanes(acc.data() + (1 + 3 * j) * LANES);
  return count;
}

Continuation continue_to_zero(const Objective& penalised, const Solution& from, const ContinuationRule& rule,
                              std::vector<Step>* trace) {
  constexpr double EXPONENT = 0.4, LOG_4 = 1.38629436111989061883;
  constexpr int IN_A_ROW = 3, STAGES = 60;
  Objective plain = penalised;
  plain.penalty = 0.0;
  const size_t k = from.mix.k;
  Continuation result;
  result.solution = from;
  if (penalised.penalty == 0.0) {
    result.survived = true;
    for (size_t j = 0; j < k; ++j)
      if (stands_at_floor(penalised, from.mix, j)) result.survived = false;
    return result;
  }
  auto width = [&](const Mix& mix, size_t j) { return width_inside(penalised, mix, j); };
  auto near = [&](const Mix& before, const Mix& after) {
    for (size_t j = 0; j < k; ++j)
      if (width(after, j) < 0.75 * width(before, j) ||
          std::fabs(after.mean(j) - before.mean(j)) > 0.5 * before.sd(j) ||
          after.weight(j) < 0.5 * before.weight(j) || stands_at_floor(penalised, after, j))
        return false;
    return true;
  };
  auto narrowest = [&](const Mix& mix) {
    size_t at = 0;
    for (size_t j = 1; j < k; ++j)
      if (width(mix, j) < width(mix, at)) at = j;
    return at;
  };
  std::vector<int> streak(k, 0);
  Solution current = from;
  double penalty = penalised.penalty;
  for (int stage = 0; stage < STAGES; ++stage) {
    std::vector<Step> steps;
    PolishOptions options;
    options.max_iter = 40;
    if (trace) options.trace = &steps;
    Solution direct = polish(plain, current.mix, options);
    if (direct.stop == Stop::converged && near(current.mix, direct.mix)) {
      const size_t thin = narrowest(direct.mix);
      if (width(direct.mix, thin) < rule.collapse_sd &&
          distinct_values(penalised, direct.mix)[thin] < rule.solid_values) {
        result.collapsed = thin;
        return result;
      }
      if (trace) trace->insert(trace->end(), steps.begin(), steps.end());
      result.survived = true;
      result.solution = std::move(direct);
      return result;
    }
    penalty *= 0.25;
    Objective o = penalised;
    o.penalty = penalty;
    options.max_iter = 60;
    steps.clear();
    Solution next = polish(o, current.mix, options);
    if (next.stop != Stop::converged && !(next.decrement < 1e-6 && next.positive_definite)) {
      result.collapsed = narrowest(next.mix);
      return result;
    }
    std::vector<double> ratio(k), values;
    for (size_t j = 0; j < k; ++j) ratio[j] = width(next.mix, j) / width(current.mix, j);
    loops().log(ratio.data(), ratio.data(), k);
    for (size_t j = 0; j < k; ++j) {
      streak[j] = -ratio[j] / LOG_4 > EXPONENT ? streak[j] + 1 : 0;
      const bool at_floor = stands_at_floor(penalised, next.mix, j);
      if (!at_floor && streak[j] < IN_A_ROW && width(next.mix, j) >= rule.collapse_sd) continue;
      if (values.empty()) values = distinct_values(penalised, next.mix);
      if (at_floor || values[j] < rule.solid_values) {
        result.collapsed = j;
        return result;
      }
    }
    if (trace) trace->insert(trace->end(), steps.begin(), steps.end());
    current = std::move(next);
  }
  result.collapsed = narrowest(current.mix);
  return result;
}

}  // namespace mix1d::solve
