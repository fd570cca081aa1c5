// crossings.hpp: tails, quantiles, modes and crossings of a mixture, and the errors of its labels
#pragma once

#include <limits>

#include "model/mixture.hpp"

namespace mix1d {

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

}  // namespace mix1d
