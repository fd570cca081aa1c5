// split.cpp: EM steps and Newton's method on the members
#include "order/split.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/derivatives.hpp"
#include "solve/newton.hpp"

namespace mix1d::order {

using namespace kernels;
using namespace model;
using namespace solve;

double Splitting::em_step(Split& split, bool free) const {
  em_pass(o_, split.mix, sums_);
  Mix& mix = split.mix;
  const double before = sums_.log_likelihood - penalty(split, mix), a = 2.0 * whole_.penalty;
  double total = 0.0, within = 0.0;
  std::vector<double> mass(whole_.mix.k, 0.0);
  for (size_t c = 0; c < mix.k; ++c) mass[split.owner[c]] += sums_.moments[3 * c];
  for (double m : mass) total += m;
  for (size_t c = 0; c < mix.k; ++c) {
    const size_t j = split.owner[c];
    const double n = sums_.moments[3 * c], first = sums_.moments[3 * c + 1],
                 second = sums_.moments[3 * c + 2], sd = mix.sd(c), s0 = whole_.mix.sd(j);
    double shift = n > EMPTY * total ? first / n : 0.0;
    if (!free) {
      const double mean = mix.mean(c) + sd * shift,
                   kept = std::clamp(mean, whole_.edge[j], whole_.edge[j + 1]);
      if (kept != mean) shift = (kept - mix.mean(c)) / sd;
      mix.mean(c) = kept;
    } else {
      mix.mean(c) += sd * shift;
    }
    const double spread = std::max(0.0, second - 2.0 * first * shift + n * shift * shift) * sd * sd;
    const double pull = a * copies(split, c);
    if (o_.chart->sds_tied())
      within += spread;
    else
      mix.sd(c) = std::max(o_.least_sd.floor, std::sqrt((spread + pull * s0 * s0) / (n + pull)));
  }
  if (o_.chart->sds_tied()) {
    const double s0 = whole_.mix.sd(0), sd = std::sqrt((within + a * s0 * s0) / (total + a));
    for (size_t c = 0; c < mix.k; ++c) mix.sd(c) = std::max(o_.least_sd.floor, sd);
  }
  for (size_t c = 0; c < mix.k; ++c) {
    const size_t j = split.owner[c];
    if (free && c + 1 < mix.k && split.owner[c + 1] == j) {
      split.share[c] = next_share(sums_.moments[3 * c], sums_.moments[3 * (c + 1)]);
      split.share[c + 1] = 1.0 - split.share[c];
    }
    mix.weight(c) = mass[j] / total * split.share[c];
  }
  return before;
}

Chart Splitting::chart(const Split& split) const {
  const size_t n = split.mix.k;
  std::vector<Slot> weights(n);
  std::vector<double> low(n), high(n);
  for (size_t c = 0; c < n; ++c) {
    const size_t j = split.owner[c];
    weights[c] = {static_cast<int>(j), split.share[c]};
    low[c] = whole_.edge[j];
    high[c] = whole_.edge[j + 1];
  }
  Chart chart = *o_.chart;
  return chart.weights(std::move(weights)).means_within(std::move(low), std::move(high));
}

void Splitting::climb(Split& split) const {
  constexpr int EM_STEPS = 3, NEWTON_STEPS = 60, REJECTED = 12;
  constexpr double TOL = 1e-9, LEAST_GAIN = std::numeric_limits<double>::denorm_min();
  for (int i = 0; i < EM_STEPS; ++i) em_step(split);
  const Chart members = chart(split);
  Newton newton(members, o_.least_sd, o_.total);
  const auto evaluate = [&](const Mix& mix, Evaluation& e) { evaluate_at(split, mix, e); };
  evaluate(split.mix, at_);
  int rejected = 0;
  for (int i = 0; i < NEWTON_STEPS && rejected < REJECTED; ++i) {
    if (!newton.aim(split.mix, at_) || !newton.ascends() || newton.decrement() < TOL) break;
    rejected = newton.step(split.mix, at_, LEAST_GAIN, evaluate) ? 0 : rejected + 1;
  }
  split.objective = at_.objective;
}

double Splitting::value(const Split& split) const {
  em_pass(o_, split.mix, sums_);
  std::vector<double> balance;
  for (size_t c = 0; c + 1 < split.mix.k; ++c)
    if (split.owner[c] == split.owner[c + 1]) balance.push_back(1.0 - std::fabs(1.0 - 2.0 * split.share[c]));
  loops().log(balance.data(), balance.data(), balance.size());
  double sum = sums_.log_likelihood - penalty(split, split.mix);
  for (double b : balance) sum += b;
  return sum;
}

double Splitting::next_share(double n, double m) {
  return n <= m ? std::min((n + 1.0) / (n + m + 1.0), 0.5) : std::max(n / (n + m + 1.0), 0.5);
}

double Splitting::penalty(const Split& split, const Mix& mix) const {
  std::vector<double> ratio(mix.k), logs(mix.k);
  for (size_t c = 0; c < mix.k; ++c) {
    const double r = whole_.mix.sd(split.owner[c]) / mix.sd(c);
    ratio[c] = r * r;
  }
  loops().log(ratio.data(), logs.data(), mix.k);
  double sum = 0.0;
  if (o_.chart->sds_tied()) return whole_.penalty * (ratio[0] - logs[0] - 1.0);
  for (size_t c = 0; c < mix.k; ++c) sum += copies(split, c) * (ratio[c] - logs[c] - 1.0);
  return whole_.penalty * sum;
}

void Splitting::evaluate_at(const Split& split, const Mix& mix, Evaluation& e) const {
  evaluate(o_, mix, e);
  e.objective = e.log_likelihood - penalty(split, mix);
  const size_t n = mix.k, m = 3 * n;
  for (size_t c = 0; c < (o_.chart->sds_tied() ? 1 : n); ++c) {
    const double r = whole_.mix.sd(split.owner[c]) / mix.sd(c),
                 a = 2.0 * whole_.penalty * (o_.chart->sds_tied() ? 1.0 : copies(split, c));
    e.gradient[2 * n + c] += a * (r * r - 1.0);
    e.negative[(2 * n + c) * m + 2 * n + c] += 2.0 * a * r * r;
  }
}

}  // namespace mix1d::order
