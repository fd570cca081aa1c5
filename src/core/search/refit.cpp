// refit.cpp: starts made sound, and what has collapsed at the end
#include "search/refit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "solve/continuation.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

namespace {

// A component at the floor, or too narrow for the few values it has.
long collapsed_component(const Problem& problem, const Objective& o, const Mix& mix) {
  std::vector<double> values;
  for (size_t j = 0; j < mix.k; ++j) {
    const double floor = o.stand_ins ? o.least_sd(mix.mean(j)) : problem.floor;
    if (!o.least_is_zero && mix.sd(j) <= floor * 1.0001) return static_cast<long>(j);
    if (width_inside(o, mix, j) >= problem.rule.collapse_sd) continue;
    if (values.empty()) values = distinct_values(o, mix);
    if (values[j] < problem.rule.solid_values) return static_cast<long>(j);
  }
  return -1;
}

}  // namespace

Mix begin_at(const Problem& problem, const Mix& start, const Chart& chart) {
  // squares stay finite, and to the data nothing farther differs from it
  const Points& points = problem.full;
  const double far = std::max(1e100, points.n ? 100.0 * (points.x[points.n - 1] - points.x[0]) : 0.0);
  size_t real = 0;
  for (size_t j = 0; j < start.k; ++j) real += start.weight(j) > 0.0;
  Mix begin = Mix::like(start, real);
  const Mix given = problem.inside(start);
  for (size_t j = 0, to = 0; j < start.k; ++j) {
    if (!(start.weight(j) > 0.0)) continue;
    begin.copy(to, given, j);
    begin.mean(to) = std::clamp(given.mean(j), -far, far);
    begin.sd(to) = std::max(std::min(given.sd(j), far), problem.floor);
    ++to;
  }
  return problem.local(chart).project(std::move(begin));
}

Refit refit(const Problem& problem, const Objective& plain, const Objective& penalised, const Mix& begin) {
  PolishOptions options;
  options.max_iter = problem.request.max_iter;
  options.tol = problem.request.tol;
  options.em_steps = 3;
  Refit r;
  r.solution = polish(plain, begin, options);
  r.collapsed = collapsed_component(problem, plain, r.solution.mix);
  if (r.collapsed >= 0 && !plain.chart->sds_tied()) r.solution = polish(penalised, begin, options);
  return r;
}

}  // namespace mix1d::search
