// refit.cpp: starts made sound, and what has collapsed at the end
#include "search/refit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "solve/continuation.hpp"

namespace mix1d {

namespace {

// A component at the floor, or too narrow for the few values it has.
long collapsed_component(const Setting& setting, const Objective& o, const Mix& mix) {
  std::vector<double> values;
  for (size_t j = 0; j < mix.k; ++j) {
    if (mix.sd(j) <= setting.floor * 1.0001) return static_cast<long>(j);
    if (mix.sd(j) >= setting.rule.collapse_sd) continue;
    if (values.empty()) values = distinct_values(o, mix);
    if (values[j] < setting.rule.solid_values) return static_cast<long>(j);
  }
  return -1;
}

}  // namespace

Mix begin_at(const Setting& setting, const Mix& start, const Chart& chart) {
  // squares stay finite, and to the data nothing farther differs from it
  const Points& points = setting.full;
  const double far = std::max(1e100, points.n ? 100.0 * (points.x[points.n - 1] - points.x[0]) : 0.0);
  size_t real = 0;
  for (size_t j = 0; j < start.k; ++j) real += start.weight(j) > 0.0;
  Mix begin = Mix::like(start, real);
  for (size_t j = 0, to = 0; j < start.k; ++j) {
    if (!(start.weight(j) > 0.0)) continue;
    begin.copy(to, start, j);
    begin.mean(to) = std::clamp(setting.frame.in(start.mean(j)), -far, far);
    begin.sd(to) = std::max(std::min(setting.frame.in_scale(start.sd(j)), far), setting.floor);
    ++to;
  }
  return chart.project(std::move(begin));
}

Refit refit(const Setting& setting, const Objective& plain, const Objective& penalised, const Mix& begin) {
  PolishOptions options;
  options.max_iter = setting.request.max_iter;
  options.tol = setting.request.tol;
  options.em_steps = 3;
  Refit r;
  r.solution = polish(plain, begin, options);
  r.collapsed = collapsed_component(setting, plain, r.solution.mix);
  if (r.collapsed >= 0 && !plain.chart->sds_tied()) r.solution = polish(penalised, begin, options);
  return r;
}

}  // namespace mix1d
