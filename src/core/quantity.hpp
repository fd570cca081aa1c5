// quantity.hpp: numbers that follow from a mixture, with their derivatives by its parameters
//
// Each is taken on the scale where its likelihood is closest to a parabola: logits of probabilities,
// logarithms of positive numbers. Coordinates are those of the Newton system (model.hpp): logits, means in
// sds, log sds; with equal sds one log sd.
#pragma once

#include <limits>

#include "model.hpp"

namespace mix1d {

enum class Kind {
  weight,      // logit of the weight of component i
  mean,        // of component i
  sd,          // logarithm of the sd of component i
  crossing,    // where i and j are equally probable, between them
  second,      // the other such point
  quantile,    // the point with probability `at` below it
  above,       // logit of the probability above `at`
  error,       // logit of the probability that the most probable component is the wrong one
  distance,    // log of Ashman's D of i and j (Ashman, Bird & Zepf 1994, doi:10.1086/117248)
  bimodality,  // log of the bimodality index of i and j (Wang et al. 2009, doi:10.4137/cin.s2846)
  mode,        // the local maximum of the density near `at`
};

struct Quantity {
  Kind kind;
  size_t i = 0, j = 0;
  double at = 0.0;
};

constexpr double NOT_A_NUMBER = std::numeric_limits<double>::quiet_NaN();

namespace quantities {

inline double log1(double x) {
  kernels().log(&x, &x, 1);
  return x;
}

// P(X < x) and P(X > x) for one component, each exact in its own tail.
struct Tails {
  double below, above;
};

inline Tails tails(double x, double mean, double sd) {
  const double z = (x - mean) / sd;
  double u = std::fabs(z) * 0.70710678118654752440, scaled, envelope = -0.5 * z * z;
  kernels().erfcx(&u, &scaled, 1);
  kernels().exp(&envelope, &envelope, 1);
  const double small = 0.5 * scaled * envelope;
  return z < 0.0 ? Tails{small, 1.0 - small} : Tails{1.0 - small, small};
}

inline Tails tails(double x, const Mix& mix) {
  Tails sum{0.0, 0.0};
  for (size_t j = 0; j < mix.k; ++j) {
    const Tails t = tails(x, mix.mean(j), mix.sd(j));
    sum.below += mix.weight(j) * t.below;
    sum.above += mix.weight(j) * t.above;
  }
  return sum;
}

// Where two components are equally probable: in units of the narrower one, t solves
// (1 - ratio^2) t^2 + 2 ratio offset t = offset^2 + 2 c; `near` stays finite where the sds become equal.
struct Roots {
  double near = NOT_A_NUMBER, far = NOT_A_NUMBER;
};

inline Roots roots(const Mix& mix, size_t i, size_t j) {
  const size_t narrow = mix.sd(i) <= mix.sd(j) ? i : j, wide = narrow == i ? j : i;
  if (!(mix.weight(i) > 0.0) || !(mix.weight(j) > 0.0)) return {};
  const double ratio = mix.sd(narrow) / mix.sd(wide),
               curvature = (mix.sd(wide) - mix.sd(narrow)) / mix.sd(wide) * (1.0 + ratio),
               offset = (mix.mean(wide) - mix.mean(narrow)) / mix.sd(wide),
               shift = 2.0 * (log1(mix.weight(narrow) / mix.weight(wide)) - log1(ratio));
  const double discriminant = offset * offset + curvature * shift, h = ratio * offset;
  if (!(discriminant > 0.0)) return {};
  const double side = h >= 0.0 ? 1.0 : -1.0, q = std::fabs(h) + std::sqrt(discriminant);
  Roots r;
  r.near = mix.mean(narrow) + mix.sd(narrow) * (side * (offset * offset + shift) / q);
  if (curvature > 0.0) r.far = mix.mean(narrow) - mix.sd(narrow) * (side * q / curvature);
  return r;
}

inline double density(const Mix& mix, double x, double* slope = nullptr, double* curvature = nullptr) {
  double f = 0.0, first = 0.0, second = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    const double s = mix.sd(j), z = (x - mix.mean(j)) / s;
    double e = -0.5 * z * z;
    kernels().exp(&e, &e, 1);
    e *= mix.weight(j) / s;
    f += e;
    first -= e * z / s;
    second += e * (z * z - 1.0) / s / s;
  }
  if (slope) *slope = first;
  if (curvature) *curvature = second;
  return f;
}

// Newton on the slope of the density from a point near the mode; NaN where there is none any more.
inline double mode_near(const Mix& mix, double x) {
  double least = mix.sd(0);
  for (size_t j = 1; j < mix.k; ++j) least = std::min(least, mix.sd(j));
  for (int step = 0; step < 50; ++step) {
    double slope, curvature;
    density(mix, x, &slope, &curvature);
    if (!(curvature < 0.0)) return NOT_A_NUMBER;
    const double change = std::clamp(-slope / curvature, -0.5 * least, 0.5 * least);
    x += change;
    if (std::fabs(change) < 1e-14 * least) break;
  }
  return x;
}

// Newton on the logarithm of the smaller tail, kept between the extreme quantiles of the components.
inline double quantile(const Mix& mix, double p, double x) {
  const bool lower = p <= 0.5;
  const double target = log1(lower ? p : 1.0 - p);
  double low = std::numeric_limits<double>::infinity(), high = -low, most = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    low = std::min(low, mix.mean(j) - 40.0 * mix.sd(j));
    high = std::max(high, mix.mean(j) + 40.0 * mix.sd(j));
    most = std::max(most, mix.sd(j));
  }
  if (!(x > low && x < high)) x = 0.5 * (low + high);
  for (int step = 0; step < 200; ++step) {
    const Tails t = tails(x, mix);
    const double mass = lower ? t.below : t.above, side = lower ? 1.0 : -1.0;
    double next = 0.5 * (low + high);
    if (mass > 0.0) {
      const double gap = log1(mass) - target;
      (gap * side < 0.0 ? low : high) = x;
      const double newton = x - side * gap * mass / (density(mix, x) * 0.39894228040143267794);
      next = newton > low && newton < high ? newton : 0.5 * (low + high);
    } else {
      (lower ? low : high) = x;
      next = 0.5 * (low + high);
    }
    const double change = next - x;
    x = next;
    if (std::fabs(change) < 1e-14 * most) break;
  }
  return x;
}

// confusion[i k + j]: the probability that a value of component i is given to j, the most probable one where
// it lies. Between two neighbouring crossings of any pair the winner is the same.
inline std::vector<double> confusion(const Mix& mix) {
  const size_t k = mix.k;
  std::vector<double> cuts, out(k * k, 0.0);
  for (size_t i = 0; i < k; ++i)
    for (size_t j = i + 1; j < k; ++j) {
      const Roots r = roots(mix, i, j);
      for (double x : {r.near, r.far})
        if (std::isfinite(x)) cuts.push_back(x);
    }
  std::sort(cuts.begin(), cuts.end());
  const double widest = *std::max_element(mix.v.begin() + 2 * k, mix.v.end());
  std::vector<Tails> previous(k, Tails{0.0, 1.0});
  for (size_t c = 0; c <= cuts.size(); ++c) {
    const bool first = c == 0, last = c == cuts.size();
    const double inside = cuts.empty() ? mix.mean(0)
                          : first      ? cuts[0] - widest
                          : last       ? cuts[c - 1] + widest
                                       : 0.5 * (cuts[c - 1] + cuts[c]);
    size_t winner = 0;
    double best = -std::numeric_limits<double>::infinity();
    for (size_t j = 0; j < k; ++j) {
      const double z = (inside - mix.mean(j)) / mix.sd(j), e = log1(mix.weight(j) / mix.sd(j)) - 0.5 * z * z;
      if (e > best) best = e, winner = j;
    }
    for (size_t i = 0; i < k; ++i) {
      const Tails now = last ? Tails{1.0, 0.0} : tails(cuts[c], mix.mean(i), mix.sd(i));
      // the difference of the two smaller tails
      out[i * k + winner] += now.below <= 0.5 ? now.below - previous[i].below : previous[i].above - now.above;
      previous[i] = now;
    }
  }
  return out;
}

inline double error_rate(const Mix& mix) {
  const std::vector<double> table = confusion(mix);
  double wrong = 0.0;
  for (size_t i = 0; i < mix.k; ++i)
    for (size_t j = 0; j < mix.k; ++j)
      if (j != i) wrong += mix.weight(i) * table[i * mix.k + j];
  return wrong;
}

}  // namespace quantities

// The quantity on its scale, NaN where it is not defined; `near` is where it was a moment ago.
inline double value_of(const Quantity& q, const Mix& mix, double near) {
  using namespace quantities;
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
      return quantities::quantile(mix, q.at, near);
    case Kind::above: {
      const Tails t = tails(q.at, mix);
      return log1(t.above / t.below);
    }
    case Kind::error: {
      const double p = error_rate(mix);
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

// Value, gradient (m) and Hessian (m x m) in the coordinates of the Newton system.
struct Derived {
  double value = NOT_A_NUMBER;
  std::vector<double> gradient, hessian;
  bool linear = true;  // no Hessian
};

inline Derived derive(const Quantity& q, const Mix& mix, bool equal, double near) {
  const size_t k = mix.k, m = equal ? 2 * k + 1 : 3 * k;
  Derived d;
  d.value = value_of(q, mix, near);
  d.gradient.assign(m, 0.0);
  if (q.kind == Kind::mean) {
    d.gradient[k + q.i] = mix.sd(q.i);
    return d;
  }
  if (q.kind == Kind::sd) {
    d.gradient[equal ? 2 * k : 2 * k + q.i] = 1.0;
    return d;
  }
  d.linear = false;
  d.hessian.assign(m * m, 0.0);
  if (q.kind == Kind::weight) {  // the others share the rest as p: gradient e_i - p, Hessian p p' - diag p
    double others = 0.0;
    for (size_t j = 0; j < k; ++j)
      if (j != q.i) others += mix.weight(j);
    for (size_t j = 0; j < k; ++j) d.gradient[j] = j == q.i ? 1.0 : -mix.weight(j) / others;
    for (size_t a = 0; a < k; ++a)
      for (size_t b = 0; b < k; ++b)
        if (a != q.i && b != q.i)
          d.hessian[a * m + b] = d.gradient[a] * d.gradient[b] + (a == b ? d.gradient[a] : 0.0);
    return d;
  }
  // Differences: a quantity costs no pass over the data. Fourth order for the gradient, whose error is then
  // 1e-12; the Hessian only sets the speed of convergence.
  constexpr double H = 0x1p-9;
  static const double FACTORS[5] = {0.99610136947011749, 0.99804878110747547, 1.0, 1.0019550335910028,
                                    1.0039138893383475};  // exp(-2 H) .. exp(2 H)
  std::vector<size_t> touched;
  const bool pair = q.kind == Kind::crossing || q.kind == Kind::second || q.kind == Kind::distance ||
                    q.kind == Kind::bimodality;
  for (size_t j = 0; j < k; ++j) {
    if (pair && j != q.i && j != q.j) continue;
    touched.push_back(j);
    touched.push_back(k + j);
    if (!equal) touched.push_back(2 * k + j);
  }
  if (equal) touched.push_back(2 * k);
  auto moved = [&](Mix& next, size_t at, int steps) {
    if (at < k)
      next.weight(at) *= FACTORS[2 + steps];
    else if (at < 2 * k)
      next.mean(at - k) += next.sd(at - k) * (H * steps);
    else if (equal)
      for (size_t j = 0; j < k; ++j) next.sd(j) *= FACTORS[2 + steps];
    else
      next.sd(at - 2 * k) *= FACTORS[2 + steps];
  };
  auto value = [&](size_t a, int by_a, size_t b, int by_b) {
    Mix next = mix;
    // means move in units of the sd at the centre, so they move first
    if (a >= k && a < 2 * k) moved(next, a, by_a);
    if (by_b && b >= k && b < 2 * k) moved(next, b, by_b);
    if (a < k || a >= 2 * k) moved(next, a, by_a);
    if (by_b && (b < k || b >= 2 * k)) moved(next, b, by_b);
    double total = 0.0;
    for (size_t j = 0; j < k; ++j) total += next.weight(j);
    for (size_t j = 0; j < k; ++j) next.weight(j) /= total;
    return value_of(q, next, d.value);
  };
  for (size_t n = 0; n < touched.size(); ++n) {
    const size_t a = touched[n];
    const double m2 = value(a, -2, a, 0), m1 = value(a, -1, a, 0), p1 = value(a, 1, a, 0),
                 p2 = value(a, 2, a, 0);
    d.gradient[a] = (8.0 * (p1 - m1) - (p2 - m2)) / (12.0 * H);
    d.hessian[a * m + a] = (16.0 * (p1 + m1) - (p2 + m2) - 30.0 * d.value) / (12.0 * H * H);
    for (size_t l = 0; l < n; ++l) {
      const size_t b = touched[l];
      d.hessian[a * m + b] = d.hessian[b * m + a] =
          (value(a, 1, b, 1) - value(a, 1, b, -1) - value(a, -1, b, 1) + value(a, -1, b, -1)) / (4.0 * H * H);
    }
  }
  return d;
}

}  // namespace mix1d
