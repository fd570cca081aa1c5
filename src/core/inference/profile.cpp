// profile.cpp: steps along a branch, and Newton's method at each
#include "inference/profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "linear/cholesky.hpp"
#include "solve/newton.hpp"

namespace mix1d::inference {

using namespace linear;
using namespace model;
using namespace solve;

Branch::Branch(const Objective& o, const Quantity& quantity, const Mix& at, double near,
               const std::vector<size_t>& held)
    : o_(o), q_(quantity), chart_(o.chart->with_sds_held(held, at.k)) {
  here_.mix = at;
  arrive(here_, near);
  top_ = here_.e.objective;
  start_ = target_ = here_.g.value;
  usable_ = std::isfinite(start_);
  std::vector<double> x;
  double variance = 0.0;
  if (usable_ && solve(here_, start_, x, variance) && rho_ == 0.0) sigma_ = std::sqrt(variance);
  here_.lambda = 0.0;
  usable_ = usable_ && sigma_ > 0.0 && std::isfinite(sigma_);
}

End Branch::advance_to(double c, double stride, double* highest) {
  double step = c - value();
  while (value() != c) {
    const double rest = c - value();
    if (std::fabs(step) > stride * sigma_) step = std::copysign(stride * sigma_, step);
    if (std::fabs(step) > std::fabs(rest)) step = rest;
    const End end = try_step(step == rest ? c : value() + step);
    if (end == End::found) {
      if (highest) *highest = std::max(*highest, fall());
      if (target_ == c) break;
      step *= 2.0;
    } else {
      step *= 0.5;
      if (!(std::fabs(step) > LEAST * sigma_)) return end;
    }
  }
  return End::found;
}

End Branch::bound(double critical, double side, double* c, double* reached) {
  const End end = walk(critical, side, c, reached);
  if (end == End::found) *reached = critical;
  return end;
}

End Branch::walk(double critical, double side, double* c, double* reached) {
  const double z = std::sqrt(critical);
  double step = sigma_ * std::min(z, 1.0);
  const double infinity = side * std::numeric_limits<double>::infinity();
  double low = start_, low_root = 0.0;
  double high = infinity;  // the fall is too large there
  // A step that fails may only have been too long, so it is tried again from nearer by; after it, steps
  // grow slowly until three have succeeded.
  constexpr double SHORTER = 0.3, CAREFUL = 1.5, FREE = 3.0;
  int careful = 0;
  State inside = here_;
  *c = start_;
  *reached = 0.0;
  for (int iteration = 0; iteration < 400; ++iteration) {
    here_ = inside;
    double goal = inside.g.value + side * step;
    if (std::isfinite(high) && !(side * (high - goal) > 0.0)) goal = 0.5 * (low + high);
    const double limit = side > 0.0 ? most_ : least_;
    const bool at_limit = side * (goal - limit) >= 0.0;
    if (at_limit) goal = limit;
    const End end = try_step(goal);
    if (end != End::found) {
      step = SHORTER * side * (goal - inside.g.value);
      careful = 3;
      if (!(step > LEAST * sigma_)) return end;
      continue;
    }
    const double w = fall(), root = w > 0.0 ? std::sqrt(w) : -std::sqrt(-w);
    // d root / d c = -lambda / root
    const double slope = root != 0.0 ? -side * here_.lambda / root : 0.0;
    const double gap = z - root, newton = slope != 0.0 ? gap / slope : 0.0;
    if (std::fabs(gap) < 1e-10 * z || (std::fabs(newton) < 1e-10 * sigma_ && newton != 0.0 && gap < 1e-6)) {
      *c = target_ + side * (std::fabs(newton) < 1e-6 * sigma_ ? newton : 0.0);
      return End::found;
    }
    if (gap > 0.0) {
      *c = target_;
      *reached = w;
      if (at_limit) return End::bound;
      if (side * (target_ - start_) > FARTHEST * sigma_) return End::distance;
      const double reach = root - low_root;
      inside = here_;
      low = target_;
      low_root = root;
      double next = newton > 0.0 ? newton : 2.0 * step;
      // at most one unit of the root at a time, so that no dip is stepped over
      if (reach > 0.0) next = std::min(next, std::max(step / reach, 0.1 * step));
      const double growth = careful > 0 ? CAREFUL : FREE;
      careful = std::max(careful - 1, 0);
      step = std::min({next, growth * step, 4.0 * sigma_ + 0.5 * std::fabs(target_ - start_)});
    } else {
      high = target_;
      const double from = target_ + side * newton;
      step = newton < 0.0 && side * (from - low) > 0.0 ? side * (from - low) : 0.5 * side * (high - low);
    }
    if (std::isfinite(high) && side * (high - low) < 1e-11 * sigma_) {
      *c = 0.5 * (low + high);
      return End::found;
    }
  }
  return End::distance;
}

void Branch::arrive(State& s, double near) const {
  evaluate(o_, s.mix, s.e);
  std::vector<double> before = std::move(s.g.hessian);
  s.g = derive(q_, s.mix, chart_, near);
  s.g.hessian = std::move(before);
}

bool Branch::solve(State& s, double c, std::vector<double>& x, double& slope) {
  const bool bounded = std::isfinite(least_) || std::isfinite(most_);
  std::vector<double> pull = s.g.gradient;
  for (double& slope : pull) {
    if (bounded && slope != 0.0)  // it is held by the constraint, at a bound as elsewhere
      slope = std::copysign(std::numeric_limits<double>::infinity(), s.g.value - 0.5 * (least_ + most_));
    else
      slope *= s.lambda;
  }
  chart_.gather(s.mix, s.e, o_.total, o_.least_sd, system_, &pull);
  std::vector<Given> given;
  const double lambda = s.lambda;
  for (;;) {
    s.lambda = lambda;
    if (!solve_beside(s, c, given, x, slope)) return false;
    if (system_.down.empty() || !add_crossing(s, x, given)) return true;
  }
}

bool Branch::add_crossing(const State& s, const std::vector<double>& x, std::vector<Given>& given) const {
  constexpr double BEYOND = 1.0 + 1e-12;  // so that the retraction ends exactly there
  const size_t k = s.mix.k, before = given.size();
  const Tangent& t = system_.tangent;
  for (size_t j = 0; j < system_.down.size(); ++j) {
    if (t.begin[3 * k + j] == t.begin[3 * k + j + 1] || (q_.kind == Kind::shape && q_.i == j)) continue;
    const size_t f = t.terms[t.begin[3 * k + j]].free;
    const bool held =
        std::any_of(given.begin(), given.end(), [f](const Given& g) { return g.coordinate == f; });
    const double move = x[f] * system_.scale[f], reach = move < 0.0 ? -system_.down[j] : system_.up[j];
    if (!held && !system_.pinned[f] && std::fabs(move) > std::fabs(reach))
      given.push_back({f, BEYOND * reach / system_.scale[f]});
  }
  return given.size() > before;
}

bool Branch::solve_beside(State& s, double c, const std::vector<Given>& given, std::vector<double>& x,
                          double& slope) {
  const size_t m = system_.m;
  std::vector<double> v(m), matrix = system_.matrix, gradient = system_.gradient, factor;
  for (size_t i = 0; i < m; ++i) v[i] = system_.pinned[i] ? 0.0 : s.g.gradient[i] * system_.scale[i];
  if (!s.g.linear && s.lambda != 0.0 && !s.g.hessian.empty())
    for (size_t i = 0; i < m; ++i)
      for (size_t j = 0; j < m; ++j)
        if (!system_.pinned[i] && !system_.pinned[j])
          matrix[i * m + j] += s.lambda * s.g.hessian[i * m + j] * system_.scale[i] * system_.scale[j];
  double residual = c - s.g.value;
  for (const auto& [f, step] : given) {
    residual -= v[f] * step;
    for (size_t i = 0; i < m; ++i) {
      gradient[i] -= matrix[i * m + f] * step;
      matrix[i * m + f] = matrix[f * m + i] = 0.0;
    }
    matrix[f * m + f] = 1.0;
    v[f] = 0.0;
  }
  for (const auto& [f, step] : given) gradient[f] = step;
  double length = 0.0;
  for (size_t i = 0; i < m; ++i) length += v[i] * v[i];
  if (!(length > 0.0) || !std::isfinite(length)) return false;
  // rho v v' leaves the solution as it is and makes the matrix definite at a constrained maximum
  bool definite = false;
  for (double weight : {0.0, 1.0, 1e2, 1e4, 1e6}) {
    rho_ = weight / length;
    factor = matrix;
    for (size_t i = 0; i < m; ++i)
      for (size_t j = 0; j < m; ++j) factor[i * m + j] += rho_ * v[i] * v[j];
    if ((definite = cholesky(factor, m))) break;
  }
  if (!definite) return false;
  std::vector<double> along = v;
  cholesky_solve(factor, m, along);
  slope = 0.0;
  for (size_t i = 0; i < m; ++i) slope += v[i] * along[i];
  x = gradient;
  for (size_t i = 0; i < m; ++i) x[i] += rho_ * residual * v[i];
  cholesky_solve(factor, m, x);
  double product = 0.0;
  for (size_t i = 0; i < m; ++i) product += v[i] * x[i];
  s.lambda = (product - residual) / slope;
  for (size_t i = 0; i < m; ++i) x[i] -= s.lambda * along[i];
  return true;
}

End Branch::try_step(double c) {
  constexpr int MOST = 14;
  constexpr StepCaps CAPS{1.5, 1.0, 0.5, 1.0};
  if (!here_.g.linear && here_.g.hessian.empty()) here_.g.hessian = curvature(q_, here_.mix, chart_, here_.g);
  State s = here_;
  std::vector<double> x;
  double slope, before = std::numeric_limits<double>::infinity();
  const size_t k = s.mix.k;
  for (int iteration = 0; iteration < MOST; ++iteration) {
    if (!solve(s, c, x, slope)) return End::merge;
    double size = 0.0;
    for (size_t i = 0; i < x.size(); ++i) {
      size += x[i] * x[i];
      x[i] *= system_.scale[i];
    }
    for (size_t i = 0; i < system_.tangent.coordinates(); ++i)
      if (!(std::fabs(system_.tangent.push(i, x)) < CAPS.at(i, k))) return ending(s, End::merge);
    size = std::sqrt(size);
    if (iteration > 2 && size > 0.7 * before) return ending(s, End::merge);
    before = size;
    s.mix = chart_.retract(s.mix, x, o_.least_sd);
    arrive(s, s.g.value);
    if (!std::isfinite(s.g.value)) return End::undefined;
    if (!std::isfinite(s.e.log_likelihood)) return End::merge;
    if (size < ARRIVED) {
      const End end = ending(s, End::found);
      if (end != End::found) return end;
      s.g.hessian.clear();
      here_ = std::move(s);
      target_ = c;
      return End::found;
    }
  }
  return ending(s, End::merge);
}

End Branch::ending(const State& s, End otherwise) const {
  for (size_t j = 0; j < s.mix.k; ++j) {
    if (s.e.mass[j] < LEAST_MASS) return End::weight;
    if (s.mix.sd(j) <= o_.least_sd.floor * (1.0 + 1e-9) && here_.mix.sd(j) > o_.least_sd.floor * (1.0 + 1e-9))
      return End::collapse;
  }
  return otherwise;
}

}  // namespace mix1d::inference
