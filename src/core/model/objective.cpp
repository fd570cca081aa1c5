// objective.cpp: the mixture as the loops want it, its penalty and the entropy of its labels
#include "model/objective.hpp"

#include <cmath>
#include <utility>

#include "kernels/numbers.hpp"
#include "model/general.hpp"

namespace mix1d::model {

using namespace kernels;

namespace {

constexpr double NO_LOGARITHM = -1e300;  // of 0 and below: where families of positive values have no density

}  // namespace

Prepared::Prepared(const Mix& mix, bool extreme, std::vector<double>&& memory) : logs(std::move(memory)) {
  logs.resize(2 * mix.k);
  if (mix.k > USUAL) larger_.resize(2 * mix.k);
  double* inv_sd = mix.k > USUAL ? larger_.data() : usual_;
  double* log_const = inv_sd + mix.k;
  double* packed = inv_sd;  // until its logarithms are known
  for (size_t j = 0; j < mix.k; ++j) {
    packed[j] = mix.weight(j);
    packed[mix.k + j] = mix.sd(j);
  }
  loops().log(packed, logs.data(), 2 * mix.k);
  for (size_t j = 0; j < mix.k; ++j) {
    inv_sd[j] = 1.0 / mix.sd(j);
    log_const[j] = logs[j] - logs[mix.k + j] - LOG_SQRT_2PI;
  }
  components = {mix.k, mix.v.data() + mix.k, inv_sd, log_const, extreme};
}

void Objective::penalise_beside(double whole) {
  variance = whole;
  log_variance = log1(whole);
}

void Objective::read(const Points& values, bool general, observations::Beside beside) {
  points = &values;
  if (!general) return;
  const auto rows = std::make_shared<observations::Blocks>(values.x.data(), values.w.data(), values.padded);
  if (beside == observations::Beside::logarithms)
    rows->beside(beside, [](double x) { return x > 0.0 ? log1(x) : NO_LOGARITHM; });
  blocks = rows;
}

double whole_variance(const Objective& o, const Mix& mix, size_t j) {
  if (!o.blocks || o.blocks->beside() != observations::Beside::logarithms) return o.variance;
  return families::facts_of(mix.family_of(j)).space == families::Space::log ? o.variance_beside : o.variance;
}

// A component whose scale is known needs no penalty.
static bool penalised(const Mix& mix, size_t j) {
  return families::facts_of(mix.family_of(j)).has(families::Coordinate::log_scale);
}

namespace {

// S / v + log(v / S) with v = c exp(2 tau), and for a skew-normal Q(alpha) (Azzalini & Arellano-Valle 2013),
// with derivatives by location in scales, log scale and shape.
struct FamilyPenalty {
  double value = 0.0, first[3] = {}, second[3][3] = {};
};

FamilyPenalty penalty_of_family(double whole, const Mix& mix, size_t j) {
  const families::Shaped at{mix.mean(j), mix.sd(j), mix.shape_of(j)};
  const families::Variance v = families::facts_of(mix.family_of(j)).variance(at);
  const double ratio = whole / v.value, slope[2] = {v.by_location * at.scale, 2.0},
               bend = v.twice * at.scale * at.scale;
  FamilyPenalty p;
  p.value = ratio - log1(ratio);
  for (size_t a = 0; a < 2; ++a) p.first[a] = (1.0 - ratio) * slope[a];
  for (size_t a = 0; a < 2; ++a)
    for (size_t b = 0; b < 2; ++b) p.second[a][b] = ratio * slope[a] * slope[b];
  p.second[0][0] += (1.0 - ratio) * bend;
  if (mix.family_of(j) != families::Family::skew_normal) return p;
  constexpr double HEIGHT = 0.875913, CURVE = 0.85625;
  const double up = exp1(at.shape), down = exp1(-at.shape), alpha = 0.5 * (up - down), c = 0.5 * (up + down);
  const double q = 1.0 + CURVE * alpha * alpha, by_alpha = HEIGHT * 2.0 * CURVE * alpha / q,
               twice = HEIGHT * 2.0 * CURVE * (2.0 - q) / (q * q);
  p.value += HEIGHT * log1(q);
  p.first[2] = by_alpha * c;
  p.second[2][2] = twice * c * c + by_alpha * alpha;
  return p;
}

void add_penalty_of_family(const Objective& o, const Mix& mix, size_t j, Evaluation& e) {
  const FamilyPenalty p = penalty_of_family(whole_variance(o, mix, j), mix, j);
  const size_t k = mix.k, m = e.gradient.size(), slots = m / k - 1;
  for (size_t a = 0; a < slots; ++a) {
    e.gradient[(a + 1) * k + j] -= o.penalty * p.first[a];
    for (size_t b = 0; b < slots; ++b)
      e.negative[((a + 1) * k + j) * m + (b + 1) * k + j] += o.penalty * p.second[a][b];
  }
}

}  // namespace

double width_inside(const Objective& o, const Mix& mix, size_t j) {
  const double d = o.window.beyond(mix.mean(j), mix.sd(j));
  return d == 0.0 ? mix.sd(j) : mix.sd(j) / std::sqrt(1.0 + d * d);
}

double penalty_term(const Objective& o, const Mix& mix, const double* log_sd) {
  if (o.penalty == 0.0) return 0.0;
  double sum = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    if (!penalised(mix, j)) continue;
    if (mix.family_of(j) == families::Family::normal) {
      const double d = o.window.beyond(mix.mean(j), mix.sd(j));
      sum += o.variance / mix.sd(j) / mix.sd(j) * (1.0 + d * d) + 2.0 * log_sd[j] - o.log_variance;
    } else {
      sum += penalty_of_family(whole_variance(o, mix, j), mix, j).value;
    }
  }
  return o.penalty * sum;
}

void add_penalty(const Objective& o, const Mix& mix, Evaluation& e) {
  if (o.penalty == 0.0) return;
  const size_t k = mix.k, m = e.gradient.size();
  for (size_t j = 0; j < k; ++j) {
    if (!penalised(mix, j)) continue;
    const size_t M = k + j, T = 2 * k + j;
    if (mix.family_of(j) != families::Family::normal) {
      add_penalty_of_family(o, mix, j, e);
      continue;
    }
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

double entropy_at(const Objective& o, const Mix& mix, const Evaluation& e) {
  constexpr double CERTAIN = 1e-3;  // a row: below, differences cancel
  if (!o.rows || o.blocks || o.penalty != 0.0 || o.extreme || !o.chart->all_normal())
    return entropy_of(o, mix);
  const Prepared prepared(mix, o.extreme);
  double sum = e.log_likelihood;
  for (size_t j = 0; j < mix.k; ++j) {
    const double squares = e.gradient[2 * mix.k + j] + e.mass[j];  // sum r z^2
    sum -= prepared.components.log_const[j] * e.mass[j] - 0.5 * squares;
  }
  return sum > CERTAIN * o.total ? sum : entropy_of(o, mix);
}

}  // namespace mix1d::model
