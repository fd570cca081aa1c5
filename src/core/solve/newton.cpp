// newton.cpp: the shift of the matrix, and how far a step may lead
#include "solve/newton.hpp"

#include <algorithm>
#include <cmath>

#include "linear/cholesky.hpp"

namespace mix1d::solve {

using namespace linear;
using namespace model;

bool Newton::aim(const Mix& mix, const Evaluation& at) {
  chart_.gather(mix, at, total_, least_, system_);
  const double shift = shift_;
  if (!factorise(system_.matrix, system_.gradient)) return false;
  const size_t m = system_.m;
  step_.assign(factor_.begin() + static_cast<long>(m * m), factor_.end());
  solve_transposed(factor_.data(), m, step_.data());
  if (!system_.down.empty() && !stop_at_bounds(mix.k, shift)) return false;
  slope_ = 0.0;
  for (size_t i = 0; i < system_.m; ++i) slope_ += system_.gradient[i] * step_[i];
  return true;
}

bool Newton::stop_at_bounds(size_t k, double shift) {
  constexpr double BEYOND = 1.0 + 1e-12;  // so that the retraction ends exactly there
  const size_t m = system_.m;
  const Tangent& t = system_.tangent;
  std::vector<double> matrix, gradient = system_.gradient;
  std::vector<std::pair<size_t, double>> held;
  for (size_t j = 0; j < system_.down.size(); ++j) {
    if (t.begin[3 * k + j] == t.begin[3 * k + j + 1]) continue;
    const size_t f = t.terms[t.begin[3 * k + j]].free;
    const double move = step_[f] * system_.scale[f], reach = move < 0.0 ? -system_.down[j] : system_.up[j];
    if (system_.pinned[f] || !(std::fabs(move) > std::fabs(reach))) continue;
    if (matrix.empty()) matrix = system_.matrix;
    held.emplace_back(f, BEYOND * reach / system_.scale[f]);
    for (size_t i = 0; i < m; ++i) {
      gradient[i] -= matrix[i * m + f] * held.back().second;
      matrix[i * m + f] = matrix[f * m + i] = 0.0;
    }
    matrix[f * m + f] = 1.0;
  }
  if (held.empty()) return true;
  shift_ = shift;
  if (!factorise(matrix, gradient)) return false;
  for (const auto& [f, step] : held) gradient[f] = step * (1.0 + shift_);
  step_ = gradient;
  cholesky_solve(factor_, m, step_);
  return true;
}

bool Newton::factorise(const std::vector<double>& matrix, const std::vector<double>& right) {
  constexpr double LEAST = 1e-4, LARGEST = 1e30, MARGIN = 1.5, CERTAIN = 1.0 - 1e-6, NOISE = 1e-9;
  const size_t m = system_.m;
  factor_.resize(m * m + m);
  shortened_.resize(m);
  double hopeless = 0.0;  // smaller shifts leave a negative eigenvalue, which no rounding can hide
  auto attempt = [&] {
    std::copy(matrix.begin(), matrix.end(), factor_.begin());
    std::copy(right.begin(), right.end(), factor_.begin() + static_cast<long>(m * m));
    double largest = 0.0;
    for (size_t i = 0; i < m; ++i) {
      double& own = factor_[i * m + i];
      own += shift_;
      largest = std::max(largest, own);
    }
    const size_t pivots = factor_rows(factor_.data(), m, m + 1);
    if (pivots == m) return true;
    const double below = -negative_curvature(factor_.data(), m, pivots, shortened_.data());
    hopeless = shift_ + CERTAIN * below - NOISE * largest;
    return false;
  };
  if (attempt()) return true;
  do {
    do {
      shift_ = std::max(LEAST, 2.0 * shift_);
      if (shift_ > LARGEST) return false;
    } while (shift_ < hopeless);
  } while (!attempt());
  shift_ *= MARGIN;
  return attempt();
}

const std::vector<double>& Newton::shortened(size_t k) {
  const size_t m = system_.m;
  const StepCaps caps;
  std::vector<double>& step = shortened_;
  step.resize(m);
  for (size_t i = 0; i < m; ++i) step[i] = step_[i] * system_.scale[i];
  double fraction = 1.0;
  const Tangent& t = system_.tangent;
  for (size_t i = 0; i < t.coordinates(); ++i) {
    const double size = std::fabs(t.single ? step[t.terms[i].free] : t.push(i, step)),
                 cap = caps.at(i, k) * system_.room[i];
    if (size * fraction > cap) fraction = cap / size;
  }
  // a step to a bound that failed is not tried again
  for (size_t j = 0; after_rejection_ && j < system_.down.size(); ++j) {
    const double move = t.push(3 * k + j, step),
                 half_way = 0.5 * (move < 0.0 ? system_.down[j] : system_.up[j]);
    if (half_way > 0.0 && std::fabs(move) * fraction > half_way) fraction = half_way / std::fabs(move);
  }
  double curvature = 0.0;
  const double *row = system_.matrix.data(), *full = step_.data();
  for (size_t i = 0; i < m; ++i, row += m) {
    double sum = 0.0;
    for (size_t j = 0; j < m; ++j) sum += row[j] * full[j];
    curvature += full[i] * sum;
  }
  predicted_ = fraction * slope_ - 0.5 * fraction * fraction * curvature;
  for (size_t i = 0; i < m; ++i) step[i] = fraction * step_[i] * system_.scale[i];
  return step;
}

void Newton::accept(double gain) {
  // after a rejection the shift comes down gently, or it would be rejected again at the next step
  const double ratio = predicted_ > 0.0 ? gain / predicted_ : 1.0;
  shift_ *= ratio > 0.7 ? (after_rejection_ ? 0.5 : 0.15) : ratio > 0.25 ? 0.6 : 2.0;
  if (shift_ < 1e-4) shift_ = 0.0;
  after_rejection_ = false;
}

void Newton::reject() {
  shift_ = std::max(1e-3, 5.0 * shift_);
  after_rejection_ = true;
}

}  // namespace mix1d::solve
