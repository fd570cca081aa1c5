// em.cpp: the E-step is one pass over the sample, the M-step is closed
#include "solve/em.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace mix1d {

void em_pass(const Objective& o, const Mix& mix, EmSums& out) {
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

Mix em_update(const Objective& o, const Mix& mix, const EmSums& sums) {
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

}  // namespace mix1d
