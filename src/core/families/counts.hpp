// counts.hpp: the negative binomial with mean mu = exp(m) and kappa = 1 / size, of which 0 is the Poisson
//
// Below 10 the masses are products of x factors. From 10 on, Stirling's series and a deviance (Loader 2000)
// leave no difference of large numbers: with D = x - mu, p = 1 / (1 + kappa x), r = 1 / (1 + kappa mu) and S
// the remainder of Stirling's series,
//   log f = log weight - log(2 pi x (1 + kappa x)) / 2 - S(x) + S(x + 1 / kappa) - S(1 / kappa)
//           - D^2 p r (d(D p / mu) / mu + kappa d(-kappa D p)),  d(w) = ((1 + w) log(1 + w) - w) / w^2.
#pragma once

#include "families/exponential.hpp"
#include "simd/gamma.hpp"

namespace {

// Where the products end.
constexpr size_t FEW = 10;

// Stirling's remainder at 1 / v, v <= 1/10, with two derivatives by v
struct Remainder {
  Vec value, first, second;
};
MIX1D_INLINE Remainder remainder_at(Vec v) {
  const Vec v2 = v * v;
  Remainder s = {splat(0.0), splat(0.0), splat(0.0)};
  _Pragma("GCC unroll 9") for (size_t n = STIRLING_TERMS; n-- > 0;) {
    const double odd = 2.0 * static_cast<double>(n) + 1.0;
    s.value = fma(s.value, v2, splat(STIRLING[n]));
    s.first = fma(s.first, v2, splat(odd * STIRLING[n]));
    if (n > 0) s.second = fma(s.second, v2, splat(odd * (odd - 1.0) * STIRLING[n]));
  }
  s.value = s.value * v;
  s.second = s.second * v;
  return s;
}

struct Counts {
  // of a component: mu, kappa, log weight, m, r, log(1 + kappa mu), that over kappa and its two derivatives
  // by kappa, S(1 / kappa) and its two derivatives by kappa
  static void prepare(const mix1d::families::Coordinates& at, double kappa, double* n) {
    const double m = at.location < EXPONENT_LIMIT ? at.location : EXPONENT_LIMIT, mean = exp_one(m);
    const double q = kappa * mean;
    const LogRatio f = log_ratio(splat(q), splat(1.0 + q));
    n[0] = mean;
    n[1] = kappa;
    n[2] = at.log_weight;
    n[3] = m;
    n[4] = 1.0 / (1.0 + q);
    n[5] = q * first_lane(f.value);
    n[6] = mean * first_lane(f.value);
    n[7] = mean * mean * first_lane(f.first);
    n[8] = mean * mean * mean * first_lane(f.second);
    if (kappa <= 1.0 / STIRLING_FROM) {
      const Remainder s = remainder_at(splat(kappa));
      n[9] = first_lane(s.value);
      n[10] = first_lane(s.first);
      n[11] = first_lane(s.second);
    } else {
      const double size = 1.0 / kappa;
      const GammaFunctions g = gamma_functions(size);
      const double first = 0.5 * kappa - g.lag, second = g.lead - 0.5 * kappa * kappa;  // by the size
      n[9] = g.remainder;
      n[10] = -size * size * first;
      n[11] = size * size * size * (size * second + 2.0 * first);
    }
  }

  // The logarithm of the mass and, where asked for, its derivatives by kappa.
  template <bool TWICE>
  static MIX1D_INLINE Vec mass(const double* n, Vec count, Vec* first, Vec* second) {
    const Vec ten = splat(static_cast<double>(FEW)), few = splat(FEW - 0.5), zero = splat(0.0);
    Vec low_first = zero, low_second = zero, high_first = zero, high_second = zero, low = zero, high = zero;
    const bool any_low = any_less(count, few), any_high = any_less(few, count);
    if (any_low) low = product<TWICE>(n, min(count, ten), &low_first, &low_second);
    if (any_high) high = deviance<TWICE>(n, max(count, ten), &high_first, &high_second);
    if constexpr (TWICE) {
      *first = where_less(count, few, low_first, high_first);
      *second = where_less(count, few, low_second, high_second);
    }
    return where_less(count, few, low, high);
  }

 private:
  template <bool TWICE>
  static MIX1D_INLINE Vec product(const double* n, Vec x, Vec* first, Vec* second) {
    const Vec one = splat(1.0), zero = splat(0.0);
    Vec factors = one, sum = zero, squares = zero;
    for (size_t i = 0; i < FEW; ++i) {
      const double a = static_cast<double>(i), raised = 1.0 + n[1] * a, part = a / raised;
      const Vec here = splat(a);
      factors = where_less(here, x, factors * (raised / (a + 1.0)), factors);
      sum = where_less(here, x, sum + part, sum);
      squares = where_less(here, x, squares + part * part, squares);
    }
    if constexpr (TWICE) {
      const double slope = n[0] * n[4];
      *first = sum - n[7] - x * slope;
      *second = x * (slope * slope) - squares - n[8];
    }
    return log_normal(factors) + x * (n[3] - n[5]) - n[6] + n[2];
  }

  template <bool TWICE>
  static MIX1D_INLINE Vec deviance(const double* n, Vec x, Vec* first, Vec* second) {
    const Vec one = splat(1.0), zero = splat(0.0), wide = fma(x, splat(n[1]), one), p = one / wide;
    const Vec d = x - n[0], dp = d * p, share = p * (1.0 / n[4]);
    const Vec above = dp * (1.0 / n[0]), below = zero - dp * n[1];
    const Vec square = d * dp * n[4], ratio = x * p * (1.0 / (n[0] * n[4]));  // 1 + above
    const Vec lost =
        square * (deviance_ratio(above, ratio) * (1.0 / n[0]) + deviance_ratio(below, share) * n[1]);
    const Remainder total = remainder_at(p * n[1]), own = remainder_at(one / x);
    if constexpr (TWICE) {
      const LogRatio f = log_ratio(below, share);
      // g = (w - log(1 + w)) / w^2 and its derivative at w = -kappa D p, where 1 + w = p / r
      const Vec inverse = one / share, g = f.first + inverse, bend = f.second - inverse * inverse;
      const Vec p2 = p * p, xp = x * p;
      *first = d * dp * (splat(n[4]) - p * g) - xp * 0.5 + p2 * total.first - n[10];
      const Vec turn = fma(xp, splat(n[4]), splat(n[0] * n[4] * n[4])) - xp * p * g * 2.0 - dp * p2 * bend;
      *second = fma(xp * xp, splat(0.5), p2 * p2 * total.second) - xp * p2 * total.first * 2.0 -
                d * dp * turn - n[11];
    }
    return splat(n[2] - LOG_SQRT_2PI - n[9]) - log_normal(x * wide) * 0.5 - own.value + total.value - lost;
  }
};

}  // namespace
