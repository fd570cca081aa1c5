// crossings.cpp: roots of quadratics, the line cut at them, and the masses between
#include "inference/crossings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace model;

Roots roots(const Mix& mix, size_t i, size_t j, double longest) {
  const size_t narrow = mix.sd(i) <= mix.sd(j) ? i : j, wide = narrow == i ? j : i;
  if (!(mix.weight(i) > 0.0) || !(mix.weight(j) > 0.0)) return {};
  const double sd = mix.sd(wide), ratio = mix.sd(narrow) / sd,
               curvature = (sd - mix.sd(narrow)) / sd * (1.0 + ratio),
               distance = 0.5 * mix.mean(wide) - 0.5 * mix.mean(narrow);
  // logarithms of quotients: those of the numbers themselves would depend on the unit of the data
  double shift = 2.0 * (log1(mix.weight(narrow) / mix.weight(wide)) - log1(ratio));
  double offset = 2.0 * distance / sd, length = 0.5 * mix.sd(narrow);
  if (std::fabs(distance) > 0.5 * longest * sd) {
    const double share = 0.5 * sd / distance;
    offset = std::copysign(1.0, distance);
    shift *= share * share;
    length = ratio * std::fabs(distance);
  }
  const double discriminant = offset * offset + curvature * shift, h = ratio * offset;
  if (!(discriminant > 0.0)) return {};
  const double side = h >= 0.0 ? 1.0 : -1.0, q = std::fabs(h) + std::sqrt(discriminant);
  auto place = [&](double t) {
    const double x = 2.0 * (0.5 * mix.mean(narrow) + length * t);
    return std::isfinite(x) ? x : NOT_A_NUMBER;
  };
  Roots r;
  r.near = place(side * (offset * offset + shift) / q);
  if (curvature > 0.0) r.far = place(-(side * q / curvature));
  return r;
}

Regions regions(const Mix& mix) {
  const size_t k = mix.k;
  Regions r;
  for (size_t i = 0; i < k; ++i)
    for (size_t j = i + 1; j < k; ++j) {
      const Roots found = roots(mix, i, j);
      for (double x : {found.near, found.far})
        if (std::isfinite(x)) r.cuts.push_back(x);
    }
  std::sort(r.cuts.begin(), r.cuts.end());
  const double widest = *std::max_element(mix.v.begin() + 2 * k, mix.v.end());
  std::vector<double> height(k);
  for (size_t j = 0; j < k; ++j) height[j] = mix.weight(j) / mix.sd(j);
  loops().log(height.data(), height.data(), k);
  const size_t n = r.cuts.size();
  for (size_t c = 0; c <= n; ++c) {
    const double inside = n == 0   ? mix.mean(0)
                          : c == 0 ? r.cuts[0] - widest
                          : c == n ? r.cuts[c - 1] + widest
                                   : 0.5 * (r.cuts[c - 1] + r.cuts[c]);
    size_t winner = 0;
    double best = -std::numeric_limits<double>::infinity();
    for (size_t j = 0; j < k; ++j) {
      const double z = (inside - mix.mean(j)) / mix.sd(j), e = height[j] - 0.5 * z * z;
      if (e > best) best = e, winner = j;
    }
    r.winner.push_back(winner);
  }
  // a cut between two regions with one winner is none
  size_t kept = 0;
  for (size_t c = 0; c < n; ++c)
    if (r.winner[c + 1] != r.winner[kept]) {
      r.cuts[kept] = r.cuts[c];
      r.winner[++kept] = r.winner[c + 1];
    }
  r.cuts.resize(kept);
  r.winner.resize(kept + 1);
  return r;
}

std::vector<double> confusion(const Mix& mix, const Regions& r) {
  const size_t k = mix.k;
  std::vector<double> out(k * k, 0.0);
  std::vector<Tails> previous(k, Tails{0.0, 1.0});
  for (size_t c = 0; c < r.winner.size(); ++c)
    for (size_t i = 0; i < k; ++i) {
      const Tails now = c == r.cuts.size() ? Tails{1.0, 0.0} : tails(r.cuts[c], mix.mean(i), mix.sd(i));
      // the difference of the two smaller tails
      out[i * k + r.winner[c]] +=
          now.below <= 0.5 ? now.below - previous[i].below : previous[i].above - now.above;
      previous[i] = now;
    }
  return out;
}

ErrorRate error_rate(const Mix& mix) {
  const size_t k = mix.k;
  const Regions r = regions(mix);
  const std::vector<double> table = confusion(mix, r);
  ErrorRate e;
  e.gradient.assign(3 * k, 0.0);
  double right = 0.0;
  for (size_t i = 0; i < k; ++i) {
    right += mix.weight(i) * table[i * k + i];
    for (size_t j = 0; j < k; ++j)
      if (j != i) e.value += mix.weight(i) * table[i * k + j];
  }
  for (size_t j = 0; j < k; ++j) e.gradient[j] = -mix.weight(j) * (table[j * k + j] - right);
  for (size_t c = 0; c < r.cuts.size(); ++c)
    for (int side = 0; side < 2; ++side) {  // the winner before the cut gains there, the one after it loses
      const size_t j = r.winner[c + side];
      const double z = (r.cuts[c] - mix.mean(j)) / mix.sd(j), sign = side ? -1.0 : 1.0;
      const double density = exp1(-0.5 * z * z) * (mix.weight(j) * 0.39894228040143267794 * sign);
      e.gradient[k + j] += density;
      e.gradient[2 * k + j] += density * z;
    }
  return e;
}

}  // namespace mix1d::inference
