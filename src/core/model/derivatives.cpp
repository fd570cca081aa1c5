// derivatives.cpp: from the power sums of one pass to gradient and Hessian
#include "model/derivatives.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "model/general.hpp"

namespace mix1d::model {

using namespace kernels;

namespace {

// Adds sum w q_j q_l' of all pairs j != l to the matrix (3k)^2 and leaves sum w r_j^2 z_j^p, p = 0..4, in
// `self`: what the pairs leave of sum w r_j z_j^p; `sums` is laid out as loops().derivative_sums leaves it.
void cross_products(const Mix& mix, const double* sums, double total, double* matrix, double* self) {
  const size_t k = mix.k, m = 3 * k;
  auto h = [&](size_t a, size_t b) -> double& { return matrix[a * m + b]; };
  const double* single = sums + 1;
  const double* pair = single + 5 * k;
  std::copy(single, pair, self);
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
}

// Sums to gradient and Hessian.
void assemble(const Objective& o, const Mix& mix, const double* sums, double* self, Evaluation& e) {
  const size_t k = mix.k, m = 3 * k;
  const double total = o.total;
  e.mass.resize(k);
  e.gradient.assign(m, 0.0);
  e.negative.assign(m * m, 0.0);
  double* negative = e.negative.data();
  auto h = [&](size_t a, size_t b) -> double& { return negative[a * m + b]; };
  const double* single = sums + 1;
  cross_products(mix, sums, total, negative, self);
  for (size_t j = 0; j < k; ++j) {
    const double *s = single + 5 * j, *q = self + 5 * j;
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
    h(M, A) = h(A, M);
    h(T, A) = h(A, T);
    h(T, M) = h(M, T);
  }
  for (size_t j = 0; j < k; ++j) {
    h(j, j) += total * mix.weight(j);
    for (size_t l = 0; l < k; ++l) h(j, l) -= total * mix.weight(j) * mix.weight(l);
  }
  add_penalty(o, mix, e);
}

constexpr size_t derivative_width(size_t k) { return 1 + 5 * k + 5 * k * (k - 1) / 2; }

void derivative_pass(const Objective& o, const Prepared& p, double* sums) {
  const size_t k = p.components.k;
  const auto pass = loops().derivative_sums;
  run_pass(o, derivative_width(k), 3 * k * BLOCK, sums,
           [&](const double* x, const double* w, size_t n, double* work, double* acc) {
             pass(x, w, n, p.components, work, acc);
           });
}

}  // namespace

void evaluate(const Objective& o, const Mix& mix, Evaluation& e) {
  if (o.blocks) return general_evaluate(o, mix, e);
  Prepared p(mix, o.extreme, std::move(e.logs));
  const size_t k = mix.k, width = derivative_width(k), need = width + 5 * k;
  double small[256];
  std::vector<double> large;
  double* sums = small;
  if (need > 256) {
    large.resize(need);
    sums = large.data();
  }
  derivative_pass(o, p, sums);
  e.log_likelihood = sums[0];
  e.objective = sums[0] - penalty_term(o, mix, p.logs.data() + k);
  e.logs = std::move(p.logs);
  assemble(o, mix, sums, sums + width, e);
}

std::vector<double> products_of_scores(const Objective& o, const Mix& mix) {
  if (o.blocks) return general_products_of_scores(o, mix);
  const size_t k = mix.k, m = 3 * k;
  Prepared p(mix, o.extreme);
  std::vector<double> sums(derivative_width(k)), products(m * m, 0.0), total(m), self(5 * k);
  derivative_pass(o, p, sums.data());
  cross_products(mix, sums.data(), o.total, products.data(), self.data());
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

}  // namespace mix1d::model
