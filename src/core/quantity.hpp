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

// The line cut at all crossings of pairs: between two neighbouring cuts one component is the most probable.
struct Regions {
  std::vector<double> cuts;
  std::vector<size_t> winner;  // one more than cuts
};

inline Regions regions(const Mix& mix) {
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
  kernels().log(height.data(), height.data(), k);
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

// confusion[i k + j]: the probability that a value of component i is given to j, the most probable one where
// it lies.
inline std::vector<double> confusion(const Mix& mix, const Regions& r) {
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

struct ErrorRate {
  double value = 0.0;
  std::vector<double> gradient;  // 3k
};

// The probability that the most probable component is not the one a value comes from. At the cuts the
// weighted densities are equal, so the gradient is that with the cuts held.
inline ErrorRate error_rate(const Mix& mix) {
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
      double density = -0.5 * z * z;
      kernels().exp(&density, &density, 1);
      density *= mix.weight(j) * 0.39894228040143267794 * sign;
      e.gradient[k + j] += density;
      e.gradient[2 * k + j] += density * z;
    }
  return e;
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

// Value, gradient (m) and Hessian (m x m, where one is known) in the coordinates of the Newton system.
struct Derived {
  double value = NOT_A_NUMBER;
  std::vector<double> gradient, hessian;
  bool linear = true;  // no Hessian
};

// Differences cost no pass over the data. Fourth order for the gradient, whose error is then 1e-12.
constexpr double DIFFERENCE = 0x1p-9;

// A mixture moved along two coordinates by so many differences each.
inline Mix moved(const Mix& mix, bool equal, size_t a, int by_a, size_t b, int by_b) {
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
inline std::vector<size_t> touched(const Quantity& q, size_t k, bool equal) {
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

inline Derived derive(const Quantity& q, const Mix& mix, bool equal, double near) {
  const size_t k = mix.k, m = equal ? 2 * k + 1 : 3 * k;
  Derived d;
  d.gradient.assign(m, 0.0);
  d.linear = q.kind == Kind::mean || q.kind == Kind::sd;
  if (q.kind == Kind::error) {
    const quantities::ErrorRate e = quantities::error_rate(mix);
    const double p = e.value, scale = 1.0 / (p * (1.0 - p));
    d.value = quantities::log1(p / (1.0 - p));
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

// The Hessian of a quantity that is not linear: differences of gradients that are known exactly, of values
// otherwise.
inline std::vector<double> curvature(const Quantity& q, const Mix& mix, bool equal, const Derived& at) {
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
