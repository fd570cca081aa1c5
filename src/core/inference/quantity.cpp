// quantity.cpp: derivatives by formula where there is one, else by differences
#include "inference/quantity.hpp"

#include <algorithm>
#include <cmath>

#include "inference/crossings.hpp"

namespace mix1d {

namespace {

// Differences cost no pass over the data. Fourth order for the gradient, whose error is then 1e-12.
constexpr double DIFFERENCE = 0x1p-9;

// A mixture moved along two coordinates by so many differences each.
Mix moved(const Mix& mix, bool equal, size_t a, int by_a, size_t b, int by_b) {
  static const double FACTORS[5] = {0.99610136947011749, 0.99804878110747547, 1.0, 1.0019550335910028,
                                    1.0039138893383475};  // exp(-2 h) .. exp(2 h)
  const size_t k = mix.k;
  Mix next = mix;
  const size_t at[2] = {a, b};
  const int steps[2] = {by_a, by_b};
  for (int i = 0; i < 2; ++i) {
    if (steps[i] == 0) continue;
    if (at[i] < k)
      next.weight(at[i]) *= FACTORS[2 + steps[i]];
    else if (at[i] < 2 * k)  // in units of the sd at the centre
      next.mean(at[i] - k) += mix.sd(at[i] - k) * (DIFFERENCE * steps[i]);
    else
      for (size_t j = 0; j < k; ++j)
        if (equal || j == at[i] - 2 * k) next.sd(j) *= FACTORS[2 + steps[i]];
  }
  double total = 0.0;
  for (size_t j = 0; j < k; ++j) total += next.weight(j);
  for (size_t j = 0; j < k; ++j) next.weight(j) /= total;
  return next;
}

// The coordinates that a quantity depends on.
std::vector<size_t> touched(const Quantity& q, size_t k, bool equal) {
  const bool pair = q.kind == Kind::crossing || q.kind == Kind::second || q.kind == Kind::distance ||
                    q.kind == Kind::bimodality;
  std::vector<size_t> out;
  for (size_t j = 0; j < k; ++j) {
    if (pair && j != q.i && j != q.j) continue;
    out.push_back(j);
    out.push_back(k + j);
    if (!equal) out.push_back(2 * k + j);
  }
  if (equal) out.push_back(2 * k);
  return out;
}

}  // namespace

double value_of(const Quantity& q, const Mix& mix, double near) {
  switch (q.kind) {
    case Kind::weight: {
      double others = 0.0;
      for (size_t j = 0; j < mix.k; ++j)
        if (j != q.i) others += mix.weight(j);
      return log1(mix.weight(q.i) / others);
    }
    case Kind::mean:
      return mix.mean(q.i);
    case Kind::sd:
      return log1(mix.sd(q.i));
    case Kind::crossing:
      return roots(mix, q.i, q.j).near;
    case Kind::second:
      return roots(mix, q.i, q.j).far;
    case Kind::quantile:
      return quantile(mix, q.at, near);
    case Kind::above: {
      const Tails t = tails(q.at, mix);
      return log1(t.above / t.below);
    }
    case Kind::error: {
      const double p = error_rate(mix).value;
      return log1(p / (1.0 - p));
    }
    case Kind::distance:
    case Kind::bimodality: {
      const double a = mix.sd(q.i), b = mix.sd(q.j), scale = std::max(a, b);
      const double spread = scale * std::sqrt(0.5 * ((a / scale) * (a / scale) + (b / scale) * (b / scale)));
      const double d = std::fabs(mix.mean(q.i) - mix.mean(q.j)) / spread;
      if (q.kind == Kind::distance) return log1(d);
      const double total = mix.weight(q.i) + mix.weight(q.j), share = mix.weight(q.i) / total;
      return log1(d * std::sqrt(share * (mix.weight(q.j) / total)));
    }
    case Kind::mode:
      return mode_near(mix, near);
  }
  return NOT_A_NUMBER;
}

Derived derive(const Quantity& q, const Mix& mix, bool equal, double near) {
  const size_t k = mix.k, m = equal ? 2 * k + 1 : 3 * k;
  Derived d;
  d.gradient.assign(m, 0.0);
  d.linear = q.kind == Kind::mean || q.kind == Kind::sd;
  if (q.kind == Kind::error) {
    const ErrorRate e = error_rate(mix);
    const double p = e.value, scale = 1.0 / (p * (1.0 - p));
    d.value = log1(p / (1.0 - p));
    for (size_t i = 0; i < 3 * k; ++i) d.gradient[std::min(i, m - 1)] += scale * e.gradient[i];
    return d;
  }
  d.value = value_of(q, mix, near);
  if (q.kind == Kind::mean) {
    d.gradient[k + q.i] = mix.sd(q.i);
  } else if (q.kind == Kind::sd) {
    d.gradient[equal ? 2 * k : 2 * k + q.i] = 1.0;
  } else if (q.kind == Kind::weight) {  // the others share the rest as p: e_i - p
    double others = 0.0;
    for (size_t j = 0; j < k; ++j)
      if (j != q.i) others += mix.weight(j);
    for (size_t j = 0; j < k; ++j) d.gradient[j] = j == q.i ? 1.0 : -mix.weight(j) / others;
  } else {
    auto value = [&](size_t a, int by) { return value_of(q, moved(mix, equal, a, by, a, 0), d.value); };
    for (size_t a : touched(q, k, equal))
      d.gradient[a] =
          (8.0 * (value(a, 1) - value(a, -1)) - (value(a, 2) - value(a, -2))) / (12.0 * DIFFERENCE);
  }
  return d;
}

std::vector<double> curvature(const Quantity& q, const Mix& mix, bool equal, const Derived& at) {
  const size_t k = mix.k, m = equal ? 2 * k + 1 : 3 * k;
  std::vector<double> hessian(m * m, 0.0);
  if (q.kind == Kind::weight) {  // p p' - diag p
    for (size_t a = 0; a < k; ++a)
      for (size_t b = 0; b < k; ++b)
        if (a != q.i && b != q.i)
          hessian[a * m + b] = at.gradient[a] * at.gradient[b] + (a == b ? at.gradient[a] : 0.0);
    return hessian;
  }
  if (q.kind == Kind::error) {
    for (size_t a = 0; a < m; ++a) {
      const Derived up = derive(q, moved(mix, equal, a, 1, a, 0), equal, at.value),
                    down = derive(q, moved(mix, equal, a, -1, a, 0), equal, at.value);
      for (size_t b = 0; b < m; ++b) {
        const double slope = (up.gradient[b] - down.gradient[b]) / (2.0 * DIFFERENCE);
        hessian[a * m + b] += 0.5 * slope;
        hessian[b * m + a] += 0.5 * slope;
      }
    }
    return hessian;
  }
  auto value = [&](size_t a, int by_a, size_t b, int by_b) {
    return value_of(q, moved(mix, equal, a, by_a, b, by_b), at.value);
  };
  const std::vector<size_t> coordinates = touched(q, k, equal);
  for (size_t n = 0; n < coordinates.size(); ++n) {
    const size_t a = coordinates[n];
    hessian[a * m + a] =
        (value(a, 1, a, 0) + value(a, -1, a, 0) - 2.0 * at.value) / (DIFFERENCE * DIFFERENCE);
    for (size_t l = 0; l < n; ++l) {
      const size_t b = coordinates[l];
      hessian[a * m + b] = hessian[b * m + a] =
          (value(a, 1, b, 1) - value(a, 1, b, -1) - value(a, -1, b, 1) + value(a, -1, b, -1)) /
          (4.0 * DIFFERENCE * DIFFERENCE);
    }
  }
  return hessian;
}

}  // namespace mix1d
