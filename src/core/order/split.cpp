// split.cpp: EM steps and Newton's method on the members
#include "order/split.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linear/cholesky.hpp"

namespace mix1d {

double Splitting::em_step(Split& split, bool free) const {
  em_pass(o_, split.mix, sums_);
  Mix& mix = split.mix;
  const double before = sums_.log_likelihood - penalty(split), a = 2.0 * whole_.penalty;
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
    if (o_.equal)
      within += spread;
    else
      mix.sd(c) = std::max(o_.floor, std::sqrt((spread + pull * s0 * s0) / (n + pull)));
  }
  if (o_.equal) {
    const double s0 = whole_.mix.sd(0), sd = std::sqrt((within + a * s0 * s0) / (total + a));
    for (size_t c = 0; c < mix.k; ++c) mix.sd(c) = std::max(o_.floor, sd);
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

void Splitting::climb(Split& split) const {
  constexpr int EM_STEPS = 3, NEWTON_STEPS = 60;
  constexpr double TOL = 1e-9;
  for (int i = 0; i < EM_STEPS; ++i) em_step(split);
  double shift = 0.0;
  int rejected = 0;
  Split next;
  Evaluation trial;
  evaluate_at(split, at_);
  split.objective = at_.objective;
  std::vector<double> step, factor;
  for (int i = 0; i < NEWTON_STEPS && rejected < 12; ++i) {
    const System s = system(split, at_);
    if (!factorise(s, shift, factor)) return;
    step = s.gradient;
    cholesky_solve(factor, s.m, step);
    double slope = 0.0;
    for (size_t r = 0; r < s.m; ++r) slope += s.gradient[r] * step[r];
    if (!(slope >= 0.0) || 0.5 * slope < TOL) return;
    const double fraction = shortened(split, s, step);
    double curvature = 0.0;
    for (size_t r = 0; r < s.m; ++r) {
      double row = 0.0;
      for (size_t c = 0; c < s.m; ++c) row += s.matrix[r * s.m + c] * step[c];
      curvature += step[r] * row;
    }
    const double predicted = fraction * slope - 0.5 * fraction * fraction * curvature;
    next = moved(split, s, step, fraction);
    evaluate_at(next, trial);
    const double gain = trial.objective - at_.objective;
    if (!(gain > 0.0)) {
      shift = std::max(1e-3, 5.0 * shift);
      ++rejected;
      continue;
    }
    const double ratio = predicted > 0.0 ? gain / predicted : 1.0;
    shift *= ratio > 0.7 ? 0.15 : ratio > 0.25 ? 0.6 : 2.0;
    if (shift < 1e-4) shift = 0.0;
    rejected = 0;
    std::swap(split, next);
    std::swap(at_, trial);
    split.objective = at_.objective;
  }
}

double Splitting::value(const Split& split) const {
  em_pass(o_, split.mix, sums_);
  std::vector<double> balance;
  for (size_t c = 0; c + 1 < split.mix.k; ++c)
    if (split.owner[c] == split.owner[c + 1]) balance.push_back(1.0 - std::fabs(1.0 - 2.0 * split.share[c]));
  kernels().log(balance.data(), balance.data(), balance.size());
  double sum = sums_.log_likelihood - penalty(split);
  for (double b : balance) sum += b;
  return sum;
}

double Splitting::next_share(double n, double m) {
  return n <= m ? std::min((n + 1.0) / (n + m + 1.0), 0.5) : std::max(n / (n + m + 1.0), 0.5);
}

double Splitting::penalty(const Split& split) const {
  const Mix& mix = split.mix;
  std::vector<double> ratio(mix.k), logs(mix.k);
  for (size_t c = 0; c < mix.k; ++c) {
    const double r = whole_.mix.sd(split.owner[c]) / mix.sd(c);
    ratio[c] = r * r;
  }
  kernels().log(ratio.data(), logs.data(), mix.k);
  double sum = 0.0;
  if (o_.equal) return whole_.penalty * (ratio[0] - logs[0] - 1.0);
  for (size_t c = 0; c < mix.k; ++c) sum += copies(split, c) * (ratio[c] - logs[c] - 1.0);
  return whole_.penalty * sum;
}

void Splitting::evaluate_at(const Split& split, Evaluation& e) const {
  evaluate(o_, split.mix, e);
  e.objective = e.log_likelihood - penalty(split);
  const size_t n = split.mix.k, m = 3 * n;
  for (size_t c = 0; c < (o_.equal ? 1 : n); ++c) {
    const double r = whole_.mix.sd(split.owner[c]) / split.mix.sd(c),
                 a = 2.0 * whole_.penalty * (o_.equal ? 1.0 : copies(split, c));
    e.gradient[2 * n + c] += a * (r * r - 1.0);
    e.negative[(2 * n + c) * m + 2 * n + c] += 2.0 * a * r * r;
  }
}

System Splitting::system(const Split& split, const Evaluation& e) const {
  const size_t n = split.mix.k, k = whole_.mix.k, full = 3 * n;
  System s;
  s.m = k + n + (o_.equal ? 1 : n);
  const size_t m = s.m;
  auto place = [&](size_t i) {
    return i < n ? split.owner[i] : i < 2 * n ? k + i - n : o_.equal ? k + n : k + i - n;
  };
  s.gradient.assign(m, 0.0);
  s.matrix.assign(m * m, 0.0);
  for (size_t i = 0; i < full; ++i) {
    s.gradient[place(i)] += e.gradient[i];
    for (size_t j = 0; j < full; ++j) s.matrix[place(i) * m + place(j)] += e.negative[i * full + j];
  }
  std::vector<double> mass(k, 0.0);
  s.scale.resize(m);
  s.pinned.assign(m, false);
  double total = 0.0;
  for (size_t c = 0; c < n; ++c) {
    const size_t j = split.owner[c];
    const double own = std::max(e.mass[c], 1e-12 * o_.total), slope = s.gradient[k + c];
    mass[j] += own;
    total += own;
    s.scale[k + c] = 1.0 / std::sqrt(own);
    s.pinned[k + c] = (split.mix.mean(c) <= whole_.edge[j] && slope < 0.0) ||
                      (split.mix.mean(c) >= whole_.edge[j + 1] && slope > 0.0);
    if (o_.equal) continue;
    s.scale[k + n + c] = 1.0 / std::sqrt(2.0 * own);
    s.pinned[k + n + c] = split.mix.sd(c) <= o_.floor * (1.0 + 1e-12) && s.gradient[k + n + c] <= 0.0;
  }
  if (o_.equal) {
    s.scale[k + n] = 1.0 / std::sqrt(2.0 * total);
    s.pinned[k + n] = split.mix.sd(0) <= o_.floor * (1.0 + 1e-12) && s.gradient[k + n] <= 0.0;
  }
  s.gauge.assign(m, 0.0);
  for (size_t j = 0; j < k; ++j) {
    s.scale[j] = 1.0 / std::sqrt(mass[j]);
    s.gauge[j] = std::sqrt(mass[j] / total);
  }
  for (size_t i = 0; i < m; ++i) {
    s.gradient[i] = s.pinned[i] ? 0.0 : s.gradient[i] * s.scale[i];
    for (size_t j = 0; j < m; ++j) {
      double& h = s.matrix[i * m + j];
      h = h * s.scale[i] * s.scale[j] + s.gauge[i] * s.gauge[j];
      if (s.pinned[i] || s.pinned[j]) h = i == j ? 1.0 : 0.0;
    }
  }
  return s;
}

double Splitting::shortened(const Split& split, const System& s, const std::vector<double>& step) const {
  constexpr double STEP_LOGIT = 1.0, STEP_MEAN = 0.7, STEP_LOG_SD = 0.4;
  const size_t n = split.mix.k, k = whole_.mix.k;
  double fraction = 1.0;
  for (size_t i = 0; i < s.m; ++i) {
    const double cap = i < k       ? STEP_LOGIT
                       : i < k + n ? STEP_MEAN
                                   : STEP_LOG_SD,
                 size = std::fabs(step[i] * s.scale[i]);
    if (size * fraction > cap) fraction = cap / size;
  }
  return fraction;
}

Split Splitting::moved(const Split& split, const System& s, const std::vector<double>& step,
                       double fraction) const {
  const size_t n = split.mix.k, k = whole_.mix.k;
  Split next = split;
  std::vector<double> factor(k + n), weight(k, 0.0);
  for (size_t j = 0; j < k; ++j) factor[j] = fraction * step[j] * s.scale[j];
  for (size_t c = 0; c < n; ++c) {
    const size_t j = split.owner[c], t = o_.equal ? k + n : k + n + c;
    factor[k + c] = fraction * step[t] * s.scale[t];
    const double mean = split.mix.mean(c) + split.mix.sd(c) * (fraction * step[k + c] * s.scale[k + c]);
    next.mix.mean(c) = std::clamp(mean, whole_.edge[j], whole_.edge[j + 1]);
    weight[j] += split.mix.weight(c);
  }
  kernels().exp(factor.data(), factor.data(), k + n);
  double total = 0.0;
  for (size_t j = 0; j < k; ++j) total += weight[j] *= factor[j];
  for (size_t c = 0; c < n; ++c) {
    next.mix.weight(c) = weight[split.owner[c]] / total * split.share[c];
    next.mix.sd(c) = std::max(o_.floor, split.mix.sd(c) * factor[k + c]);
  }
  return next;
}

}  // namespace mix1d
