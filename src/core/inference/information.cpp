// information.cpp: the information in free coordinates, its inverse, and the way back to the parameters
#include "inference/information.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "linear/cholesky.hpp"
#include "model/derivatives.hpp"
#include "model/problem.hpp"

namespace mix1d::inference {

using namespace linear;
using namespace model;

namespace {

double sd_of_mixture(const Mix& mix) {
  double shift = 0.0, variance = 0.0;
  for (size_t j = 0; j < mix.k; ++j) shift += mix.weight(j) * (mix.mean(j) - mix.mean(0));
  for (size_t j = 0; j < mix.k; ++j) {
    const double d = mix.mean(j) - mix.mean(0) - shift;
    variance += mix.weight(j) * (d * d + mix.sd(j) * mix.sd(j));
  }
  return std::sqrt(variance);
}

// The power of two by which lengths are divided so that no square of an sd leaves the range of doubles.
int unit_of(const Mix& estimate) {
  double widest = 0.0;
  for (size_t j = 0; j < estimate.k; ++j)
    if (estimate.weight(j) > 0.0) widest = std::max(widest, estimate.sd(j));
  int exponent = 0;
  std::frexp(widest, &exponent);
  return exponent;
}

Points in_units(const double* values, const double* weights, size_t n, int exponent) {
  std::vector<double> scaled(n);
  for (size_t i = 0; i < n; ++i) scaled[i] = std::ldexp(values[i], -exponent);
  return Points(scaled.data(), weights, n);
}

// The inverse of a symmetric matrix, none when it is not positive definite. The diagonal is scaled to 1.
std::optional<std::vector<double>> inverse_of(const std::vector<double>& matrix, size_t n) {
  std::vector<double> scale(n), factor(n * n), inverse(n * n), column(n);
  for (size_t i = 0; i < n; ++i) {
    const double d = matrix[i * n + i];
    if (!(d > 0.0) || !std::isfinite(d)) return std::nullopt;
    scale[i] = 1.0 / std::sqrt(d);
  }
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < n; ++j) factor[i * n + j] = matrix[i * n + j] * scale[i] * scale[j];
  if (!cholesky(factor, n)) return std::nullopt;
  for (size_t c = 0; c < n; ++c) {
    std::fill(column.begin(), column.end(), 0.0);
    column[c] = 1.0;
    cholesky_solve(factor, n, column);
    for (size_t i = 0; i < n; ++i) inverse[i * n + c] = column[i] * scale[i] * scale[c];
  }
  return inverse;
}

}  // namespace

std::vector<size_t> propped(const double* values, const double* weights, size_t n, const Mix& estimate,
                            long collapsed) {
  std::vector<size_t> out;
  if (collapsed < 0) return out;
  const int exponent = unit_of(estimate);
  const Points points = in_units(values, weights, n, exponent);
  const double variance = spread_of(points).variance, a = 1.0 / std::sqrt(points.total);
  for (size_t j = 0; j < estimate.k; ++j) {
    const double sd = std::ldexp(estimate.sd(j), -exponent), mass = estimate.weight(j) * points.total;
    if (static_cast<long>(j) == collapsed ||
        (estimate.weight(j) > 0.0 && 2.0 * a * variance > 0.5 * sd * sd * (mass + 2.0 * a)))
      out.push_back(j);
  }
  return out;
}

std::vector<size_t> propped(const Request& request, const Mix& estimate, long collapsed) {
  std::vector<size_t> out;
  if (collapsed < 0) return out;
  const Problem problem(request, false);
  const Objective o = problem.objective(problem.full, problem.penalty, request.chart());
  const Mix mix = problem.inside(estimate);
  for (size_t j = 0; j < mix.k; ++j) {
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    const double variance = facts.variance({mix.mean(j), mix.sd(j), mix.shape_of(j)}).value,
                 mass = mix.weight(j) * problem.full.total;
    const bool owes =
        facts.has(families::Coordinate::log_scale) && mix.weight(j) > 0.0 &&
        2.0 * problem.penalty * whole_variance(o, mix, j) > 0.5 * variance * (mass + 2.0 * problem.penalty);
    if (static_cast<long>(j) == collapsed || owes) out.push_back(j);
  }
  return out;
}

namespace {

// The likelihood about an estimate, in units that no square leaves.
struct Local {
  Mix mix;  // the components of positive weight
  Points points;
  std::optional<Problem> problem;
  Objective objective;
  double floor = 0.0;
  bool least_is_zero = false;
};

void read_values(const Request& r, const Mix& estimate, const std::vector<size_t>& real, bool penalised,
                 Local& local) {
  const int exponent = unit_of(estimate);
  local.mix = Mix::like(estimate, real.size());
  for (size_t j = 0; j < real.size(); ++j) {
    local.mix.copy(j, estimate, real[j]);
    local.mix.mean(j) = std::ldexp(estimate.mean(real[j]), -exponent);
    local.mix.sd(j) = std::ldexp(estimate.sd(real[j]), -exponent);
  }
  local.points = in_units(r.values, r.weights, r.n, exponent);
  Objective& o = local.objective;
  o.read(local.points, r.general);
  o.total = local.points.total;
  o.extreme = true;
  if (penalised) {
    o.penalty = 1.0 / std::sqrt(local.points.total);
    o.penalise_beside(spread_of(local.points).variance);
  }
  local.floor =
      std::max(std::ldexp(r.resolution, -exponent) / std::sqrt(12.0), 1e-6 * sd_of_mixture(local.mix));
}

void read_in_frame(const Request& r, const Mix& estimate, const std::vector<size_t>& real, bool penalised,
                   Local& local) {
  local.problem.emplace(r, false, View::report);
  const Problem& problem = *local.problem;
  const Mix inside = problem.inside(estimate);
  local.mix = Mix::like(inside, real.size());
  for (size_t j = 0; j < real.size(); ++j) {
    local.mix.copy(j, inside, real[j]);
    local.mix.sd(j) = std::max(local.mix.sd(j), problem.floor);
  }
  local.objective = problem.objective(problem.full, penalised ? problem.penalty : 0.0, r.chart());
  local.floor = problem.floor;
  local.least_is_zero = problem.recorded.least_is_zero;
}

// Shapes at a bound, and means of counts at the least one, where the likelihood has a slope.
bool at_bound(const Mix& mix, size_t part, size_t j) {
  const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
  if (part == 3) return mix.shape_of(j) <= facts.least_shape || mix.shape_of(j) >= facts.most_shape;
  return part == 1 && facts.space == families::Space::count && mix.mean(j) <= families::LEAST_LOG_COUNT;
}

// By how much location and scale at the border change with those in the frame, which are in scales and
// logarithms.
void add_units(const Frame& frame, const Mix& estimate, const Mix& inside, Information& out) {
  using families::Space;
  for (size_t j = 0; j < inside.k; ++j) {
    const families::Family family = estimate.family_of(out.real[j]);
    const Space space = families::facts_of(family).space;
    const double scale = frame.out_scale(family, inside.sd(j));
    const bool exponential = space == Space::log || space == Space::count;
    out.unit.push_back(exponential ? estimate.mean(out.real[j]) * inside.sd(j) : scale);
    out.stretch.push_back(scale);
  }
}

}  // namespace

Information information(const Request& request, const Mix& estimate, bool products,
                        const std::vector<size_t>& held) {
  Information out;
  for (size_t j = 0; j < estimate.k; ++j)
    if (estimate.weight(j) > 0.0) out.real.push_back(j);
  const size_t k = out.real.size();
  Local local;
  const bool plain = estimate.plain(), in_frame = request.recorded || !plain;
  (in_frame ? read_in_frame : read_values)(request, estimate, out.real, !held.empty(), local);
  const Objective& o = local.objective;
  const Mix& mix = local.mix;
  if (in_frame)
    add_units(local.problem->frame, estimate, mix, out);
  else
    for (size_t j : out.real) out.unit.push_back(estimate.sd(j)), out.stretch.push_back(estimate.sd(j));
  Evaluation e;
  evaluate(o, mix, e);

  std::vector<size_t> places;  // of the held ones among the real
  for (size_t j = 0; j < k; ++j)
    if (std::find(held.begin(), held.end(), out.real[j]) != held.end()) places.push_back(j);
  const Chart moving = (plain ? request.chart() : *o.chart).with_sds_held(places, k);
  out.tangent = moving.tangent(mix);
  const Tangent& t = out.tangent;
  const size_t free = t.layout.size();
  const std::vector<double> gradient = t.pull(e.gradient);
  std::vector<bool> left_out(free, false);
  if (t.layout.weights > 0) {  // adding one number to all logits changes nothing
    size_t largest = 0;
    for (size_t j = 1; j < k; ++j)
      if (mix.weight(j) > mix.weight(largest) && t.begin[j] < t.begin[j + 1]) largest = j;
    left_out[t.terms[t.begin[largest]].free] = true;
  }
  // held at the smallest sd allowed, where the likelihood would still rise below it
  const size_t first_sd = t.layout.weights + t.layout.means;
  for (size_t j = 0; j < k; ++j)
    for (size_t a = t.begin[2 * k + j]; a < t.begin[2 * k + j + 1]; ++a)
      if (const size_t f = t.terms[a].free; f >= first_sd && mix.sd(j) <= local.floor * (1.0 + 1e-9) &&
                                            (local.least_is_zero || gradient[f] < -1e-8 * o.total))
        left_out[f] = true;
  for (size_t i = k; !plain && i < t.coordinates(); ++i)
    for (size_t a = t.begin[i]; a < t.begin[i + 1]; ++a)
      if (at_bound(mix, i / k, i % k)) left_out[t.terms[a].free] = true;
  for (size_t a = 0; a < free; ++a)
    if (!left_out[a]) out.kept.push_back(a);
  auto of_kept = [&](const std::vector<double>& matrix) {
    std::vector<double> smaller;
    for (size_t a : out.kept)
      for (size_t b : out.kept) smaller.push_back(matrix[a * free + b]);
    return smaller;
  };
  std::vector<double> matrix = t.pull_matrix(e.negative);
  t.add_curvature(e.gradient, matrix);
  out.matrix = of_kept(matrix);
  if (products) out.products = of_kept(t.pull_matrix(products_of_scores(o, mix)));
  return out;
}

std::vector<double> covariance(const Request& request, const Mix& estimate, bool sandwich,
                               const std::vector<size_t>& held) {
  const size_t parts = estimate.parts(), size = parts * estimate.k;
  std::vector<double> out(size * size, std::numeric_limits<double>::quiet_NaN());
  const Information local = information(request, estimate, sandwich, held);
  const size_t k = local.real.size(), g = local.kept.size();
  std::optional<std::vector<double>> inverse = inverse_of(local.matrix, g);
  if (!inverse) return out;
  if (sandwich) {
    auto product = [g](const std::vector<double>& a, const std::vector<double>& b) {
      std::vector<double> c(g * g, 0.0);
      for (size_t i = 0; i < g; ++i)
        for (size_t l = 0; l < g; ++l)
          for (size_t j = 0; j < g; ++j) c[i * g + j] += a[i * g + l] * b[l * g + j];
      return c;
    };
    inverse = product(product(*inverse, local.products), *inverse);
  }
  const Tangent& t = local.tangent;
  std::vector<long> number(t.layout.size(), -1);  // of the free coordinates, among those estimated
  for (size_t c = 0; c < g; ++c) number[local.kept[c]] = static_cast<long>(c);
  std::vector<size_t> place;     // of each parameter that has a variance, in `out`
  std::vector<double> jacobian;  // those parameters x free coordinates estimated
  auto add_row = [&](size_t parameter) {
    place.push_back(estimate.k * (parameter / k) + local.real[parameter % k]);
    jacobian.resize(jacobian.size() + g, 0.0);
  };
  auto add = [&](size_t coordinate, double slope) {
    double* row = jacobian.data() + jacobian.size() - g;
    for (size_t a = t.begin[coordinate]; a < t.begin[coordinate + 1]; ++a)
      if (const long c = number[t.terms[a].free]; c >= 0) row[c] += slope * t.terms[a].slope;
  };
  for (size_t i = 0; i < k; ++i) {
    add_row(i);
    const double w = estimate.weight(local.real[i]);
    for (size_t j = 0; j < k; ++j) add(j, w * ((i == j ? 1.0 : 0.0) - estimate.weight(local.real[j])));
  }
  for (size_t i = k; i < t.coordinates(); ++i) {
    const bool estimated = std::any_of(t.terms.begin() + static_cast<long>(t.begin[i]),
                                       t.terms.begin() + static_cast<long>(t.begin[i + 1]),
                                       [&](const Term& term) { return number[term.free] >= 0; });
    if (!estimated) continue;
    add_row(i);
    add(i, i < 2 * k ? local.unit[i % k] : i < 3 * k ? local.stretch[i % k] : 1.0);
  }
  const size_t rows = place.size();
  std::vector<double> half(rows * g, 0.0);
  for (size_t r = 0; r < rows; ++r)
    for (size_t i = 0; i < g; ++i)
      for (size_t j = 0; j < g; ++j) half[r * g + j] += jacobian[r * g + i] * (*inverse)[i * g + j];
  for (size_t r = 0; r < rows; ++r)
    for (size_t s = 0; s < rows; ++s) {
      double sum = 0.0;
      for (size_t j = 0; j < g; ++j) sum += half[r * g + j] * jacobian[s * g + j];
      out[place[r] * size + place[s]] = sum;
    }
  for (size_t j : held)
    for (size_t i = 0; i < parts; ++i)
      for (size_t other = 0; other < size; ++other) {
        const size_t place_held = i * estimate.k + j;
        out[place_held * size + other] = out[other * size + place_held] =
            std::numeric_limits<double>::quiet_NaN();
      }
  return out;
}

}  // namespace mix1d::inference
