// mixture.hpp: a mixture's parameters, the objective, its gradient and Hessian
//
// Derivatives are taken in (logit, mean / sd, log sd) of each component: local units, so that a step of 0.1
// means the same for a narrow and a wide component. Formulas: log f has the second derivative
//   -q q' + blockdiag(r (u u' + h)) + pi pi' - diag(pi) in the logits,   q = r (1, z, z^2 - 1).
#pragma once

#include <cmath>
#include <vector>

#include "model/sample.hpp"

namespace mix1d {

// weights, means and sds, one after the other
struct Mix {
  size_t k = 0;
  std::vector<double> v;
  Mix() = default;
  explicit Mix(size_t components) : k(components), v(3 * components) {}
  double& weight(size_t j) { return v[j]; }
  double& mean(size_t j) { return v[k + j]; }
  double& sd(size_t j) { return v[2 * k + j]; }
  double weight(size_t j) const { return v[j]; }
  double mean(size_t j) const { return v[k + j]; }
  double sd(size_t j) const { return v[2 * k + j]; }
};

// The narrowest sd that quadrature nodes can show, by place: a component within one cell sees its nodes as
// ties.
class Grain {
 public:
  Grain() = default;
  // From rising nodes, their weights and the widths of their cells, averaged over neighbours.
  Grain(const double* x, const double* w, const double* width, size_t n) : x_(x, x + n), least_(n) {
    constexpr size_t NEIGHBOURS = 8;
    for (size_t i = 0; i < n; ++i) {
      double sum = 0.0, mass = 0.0;
      for (size_t j = i > NEIGHBOURS ? i - NEIGHBOURS : 0; j < std::min(n, i + NEIGHBOURS + 1); ++j)
        sum += w[j] * width[j], mass += w[j];
      least_[i] = sum / mass;
    }
  }
  bool none() const { return x_.empty(); }
  double at(double mean) const {
    const size_t i = static_cast<size_t>(std::lower_bound(x_.begin(), x_.end(), mean) - x_.begin());
    if (i == 0) return least_.front();
    if (i == x_.size()) return least_.back();
    return mean - x_[i - 1] < x_[i] - mean ? least_[i - 1] : least_[i];
  }

 private:
  std::vector<double> x_, least_;
};

// The objective pl_a = l - a * sum(variance / sd^2 + log(sd^2 / variance)) (Chen, Tan & Zhang 2008), sd >=
// floor. With equal sds there is no penalty.
struct Objective {
  const Points* points = nullptr;
  const Rows* rows = nullptr;  // where given, the passes read these instead
  double total = 0.0;          // sum of the weights
  double penalty = 0.0;
  double variance = 1.0;
  double floor = 0.0;
  const Grain* grain = nullptr;  // where the points stand for others
  bool equal = false;
  bool extreme = false;
  size_t threads = 1;
  const Poll* poll = nullptr;

  // The least sd of a component with this mean.
  double least_sd(double mean) const { return grain && !equal ? std::max(floor, grain->at(mean)) : floor; }
};

constexpr double LOG_SQRT_2PI = 0.91893853320467274178;

// What the loops need of a mixture, with the logarithms of its parameters.
struct Prepared {
  std::vector<double> logs;  // log weights, log sds
  std::vector<double> inv_sd, log_const;
  Components components;
  Prepared(const Mix& mix, bool extreme) : logs(2 * mix.k), inv_sd(mix.k), log_const(mix.k) {
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
    kernels().log(packed, logs.data(), 2 * mix.k);
    for (size_t j = 0; j < mix.k; ++j) {
      inv_sd[j] = 1.0 / mix.sd(j);
      log_const[j] = logs[j] - logs[mix.k + j] - LOG_SQRT_2PI;
    }
    components = {mix.k, mix.v.data() + mix.k, inv_sd.data(), log_const.data(), extreme};
  }
};

inline double penalty_term(const Objective& o, const Mix& mix, const double* log_sd) {
  if (o.penalty == 0.0 || o.equal) return 0.0;
  double log_variance;
  kernels().log(&o.variance, &log_variance, 1);
  double sum = 0.0;
  for (size_t j = 0; j < mix.k; ++j)
    sum += o.variance / mix.sd(j) / mix.sd(j) + 2.0 * log_sd[j] - log_variance;
  return o.penalty * sum;
}

template <class Pass>
void run_pass(const Objective& o, size_t width, size_t work_size, double* sums, Pass pass) {
  if (o.rows)
    run_pass(*o.rows, width, work_size, o.threads, o.poll, sums, pass);
  else
    run_pass(*o.points, width, work_size, o.threads, o.poll, sums, pass);
}

struct EmSums {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> moments;  // for each component: sum w r z^p, p = 0, 1, 2
};

inline void em_pass(const Objective& o, const Mix& mix, EmSums& out) {
  Prepared p(mix, o.extreme);
  const size_t width = 1 + 3 * mix.k;
  std::vector<double> sums(width);
  const auto pass = kernels().em_sums;
  run_pass(o, width, 3 * mix.k * BLOCK, sums.data(),
           [&](const double* x, const double* w, size_t n, double* work, double* acc) {
             pass(x, w, n, p.components, work, acc);
           });
  out.log_likelihood = sums[0];
  out.objective = sums[0] - penalty_term(o, mix, p.logs.data() + mix.k);
  out.moments.assign(sums.begin() + 1, sums.end());
}

// Below this share a component has only what exp_negative gives instead of zero.
constexpr double EMPTY = 1e-290;

// The M-step: weights n_j / n, means, and sds with the penalty's s^2 = (W + 2 a S) / (n_j + 2 a).
inline Mix em_update(const Objective& o, const Mix& mix, const EmSums& sums) {
  Mix next(mix.k);
  double total = 0.0, within = 0.0;
  for (size_t j = 0; j < mix.k; ++j) total += sums.moments[3 * j];
  for (size_t j = 0; j < mix.k; ++j) {
    const double n = sums.moments[3 * j], first = sums.moments[3 * j + 1], second = sums.moments[3 * j + 2];
    if (!(n > EMPTY * total)) {  // it stays where it is
      next.mean(j) = mix.mean(j);
      next.sd(j) = mix.sd(j);
      continue;
    }
    next.weight(j) = n / total;
    const double shift = first / n;
    next.mean(j) = mix.mean(j) + mix.sd(j) * shift;
    const double spread = std::max(0.0, second - first * shift) * mix.sd(j) * mix.sd(j);
    if (o.equal) {
      within += spread;
    } else {
      const double a = 2.0 * o.penalty;
      next.sd(j) = std::max(o.least_sd(next.mean(j)), std::sqrt((spread + a * o.variance) / (n + a)));
    }
  }
  if (o.equal)
    for (size_t j = 0; j < mix.k; ++j) next.sd(j) = std::max(o.floor, std::sqrt(within / total));
  return next;
}

struct Evaluation {
  double log_likelihood = 0.0, objective = 0.0;
  std::vector<double> mass;      // n_j
  std::vector<double> gradient;  // 3k: logits, means in sds, log sds
  std::vector<double> negative;  // -Hessian, (3k)^2, without the gauge of the logits
  std::vector<double> logs;      // log weights, log sds
};

// Adds sum w q_j q_l' of all pairs j != l to the matrix (3k)^2 and returns sum w r_j^2 z_j^p, p = 0..4 (what
// the pairs leave of sum w r_j z_j^p); `sums` is laid out as kernels().derivative_sums leaves it.
inline std::vector<double> cross_products(const Mix& mix, const double* sums, double total,
                                          std::vector<double>& matrix) {
  const size_t k = mix.k, m = 3 * k;
  auto h = [&](size_t a, size_t b) -> double& { return matrix[a * m + b]; };
  const double* single = sums + 1;
  const double* pair = single + 5 * k;
  std::vector<double> self(single, pair);
  for (size_t j = 0; j < k; ++j)
    for (size_t l = j + 1; l < k; ++l, pair += 5) {
      const size_t narrow = 1.0 / mix.sd(l) > 1.0 / mix.sd(j) ? l : j, wide = narrow == j ? l : j;
      const double b = mix.sd(narrow) / mix.sd(wide), a = (mix.mean(narrow) - mix.mean(wide)) / mix.sd(wide);
      // moments of t = z_narrow against powers of v = z_wide = a + b t
      if (!(pair[0] > EMPTY * total)) continue;  // no overlap
      const double t0 = pair[0], t1 = pair[1], t2 = pair[2], t3 = pair[3], t4 = pair[4];
      auto times_v = [&](double low, double high) { return a * low + b * high; };
      const double v1 = times_v(t0, t1), tv = times_v(t1, t2), t2v = times_v(t2, t3), t3v = times_v(t3, t4);
      const double v2 = times_v(v1, tv), tv2 = times_v(tv, t2v), t2v2 = times_v(t2v, t3v);
      const double v3 = times_v(v2, tv2), tv3 = times_v(tv2, t2v2), v4 = times_v(v3, tv3);
      const double narrow_powers[5] = {t0, t1, t2, t3, t4}, wide_powers[5] = {t0, v1, v2, v3, v4};
      for (int p = 0; p < 5; ++p) {
        self[5 * narrow + p] -= narrow_powers[p];
        self[5 * wide + p] -= wide_powers[p];
      }
      // + sum w q_narrow q_wide'
      const double block[3][3] = {
          {t0, v1, v2 - t0}, {t1, tv, tv2 - t1}, {t2 - t0, t2v - v1, t2v2 - t2 - v2 + t0}};
      for (int r = 0; r < 3; ++r)
        for (int c = 0; c < 3; ++c) {
          h(r * k + narrow, c * k + wide) += block[r][c];
          h(c * k + wide, r * k + narrow) += block[r][c];
        }
    }
  return self;
}

// Sums to gradient and Hessian.
inline void assemble(const Objective& o, const Mix& mix, const double* sums, Evaluation& e) {
  const size_t k = mix.k, m = 3 * k;
  const double total = o.total;
  e.mass.resize(k);
  e.gradient.assign(m, 0.0);
  e.negative.assign(m * m, 0.0);
  auto h = [&](size_t a, size_t b) -> double& { return e.negative[a * m + b]; };
  const double* single = sums + 1;
  const std::vector<double> self = cross_products(mix, sums, total, e.negative);
  for (size_t j = 0; j < k; ++j) {
    const double *s = single + 5 * j, *q = self.data() + 5 * j;
    const double a0 = s[0], a1 = s[1], a2 = s[2], a3 = s[3], a4 = s[4];
    const size_t A = j, M = k + j, T = 2 * k + j;
    e.mass[j] = a0;
    e.gradient[A] = a0 - total * mix.weight(j);
    e.gradient[M] = a1;
    e.gradient[T] = a2 - a0;
    h(A, A) += q[0] - a0;
    h(A, M) += q[1] - a1;
    h(A, T) += (q[2] - q[0]) - (a2 - a0);
    h(M, M) += q[2] - (a2 - a0);
    h(M, T) += (q[3] - q[1]) - (a3 - 3.0 * a1);
    h(T, T) += (q[4] - 2.0 * q[2] + q[0]) - (a4 - 4.0 * a2 + a0);
    if (o.penalty != 0.0 && !o.equal) {
      const double ratio = o.variance / mix.sd(j) / mix.sd(j);
      e.gradient[T] += 2.0 * o.penalty * (ratio - 1.0);
      h(T, T) += 4.0 * o.penalty * ratio;
    }
    h(M, A) = h(A, M);
    h(T, A) = h(A, T);
    h(T, M) = h(M, T);
  }
  for (size_t j = 0; j < k; ++j) {
    h(j, j) += total * mix.weight(j);
    for (size_t l = 0; l < k; ++l) h(j, l) -= total * mix.weight(j) * mix.weight(l);
  }
}

constexpr size_t derivative_width(size_t k) { return 1 + 5 * k + 5 * k * (k - 1) / 2; }

inline void derivative_pass(const Objective& o, const Prepared& p, double* sums) {
  const size_t k = p.components.k;
  const auto pass = kernels().derivative_sums;
  run_pass(o, derivative_width(k), 3 * k * BLOCK, sums,
           [&](const double* x, const double* w, size_t n, double* work, double* acc) {
             pass(x, w, n, p.components, work, acc);
           });
}

inline void evaluate(const Objective& o, const Mix& mix, Evaluation& e) {
  Prepared p(mix, o.extreme);
  const size_t k = mix.k, width = derivative_width(k);
  double small[256];
  std::vector<double> large;
  double* sums = small;
  if (width > 256) {
    large.resize(width);
    sums = large.data();
  }
  derivative_pass(o, p, sums);
  e.log_likelihood = sums[0];
  e.objective = sums[0] - penalty_term(o, mix, p.logs.data() + k);
  e.logs = std::move(p.logs);
  assemble(o, mix, sums, e);
}

// sum w q q', q = (r - weight, r z, r (z^2 - 1)) of all components: the products of the scores in the
// coordinates of the gradient (3k x 3k). Weights are repetitions.
inline std::vector<double> products_of_scores(const Objective& o, const Mix& mix) {
  const size_t k = mix.k, m = 3 * k;
  Prepared p(mix, o.extreme);
  std::vector<double> sums(derivative_width(k)), products(m * m, 0.0), total(m);
  derivative_pass(o, p, sums.data());
  const std::vector<double> self = cross_products(mix, sums.data(), o.total, products);
  for (size_t j = 0; j < k; ++j) {
    const double *s = sums.data() + 1 + 5 * j, *q = self.data() + 5 * j;
    total[j] = s[0];
    total[k + j] = s[1];
    total[2 * k + j] = s[2] - s[0];
    const double block[3][3] = {{q[0], q[1], q[2] - q[0]},
                                {q[1], q[2], q[3] - q[1]},
                                {q[2] - q[0], q[3] - q[1], q[4] - 2.0 * q[2] + q[0]}};
    for (size_t r = 0; r < 3; ++r)
      for (size_t c = 0; c < 3; ++c) products[(r * k + j) * m + c * k + j] += block[r][c];
  }
  auto weight = [&](size_t a) { return a < k ? mix.weight(a) : 0.0; };
  for (size_t a = 0; a < m; ++a)
    for (size_t b = 0; b < m; ++b)
      products[a * m + b] +=
          o.total * (weight(a) * weight(b)) - (weight(a) * total[b] + total[a] * weight(b));
  return products;
}

}  // namespace mix1d
