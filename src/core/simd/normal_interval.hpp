// normal_interval.hpp: the probability of an interval under the standard normal, with its derivatives
//
// A narrow interval is integrated by Gauss and Legendre about its middle, a wide one is a difference of
// scaled tails; no difference of nearby numbers is taken. Derivatives of log P are by location and log scale:
// with A_p = (a^p phi(a) - b^p phi(b)) / P,
//   first A0, A1; second A1 - A0^2, A2 - A0 - A0 A1, A3 - A1 - A1^2.
#pragma once

#include "simd/math.hpp"

namespace {

// Of 16 points on [-1, 1], the positive ones; weights add up to 2.
constexpr double LEGENDRE_NODES[] = {
    0.0950125098376374401853, 0.28160355077925891323, 0.458016777657227386342, 0.617876244402643748447,
    0.755404408355003033895,  0.86563120238783174388, 0.944575023073232576078, 0.989400934991649932596,
};
constexpr double LEGENDRE_WEIGHTS[] = {
    0.189450610455068496285, 0.182603415044923588867,  0.169156519395002538189,  0.149595988816576732082,
    0.124628971255533872052, 0.0951585116824927848099, 0.0622535239386478928628, 0.0271524594117540948518,
};
// The same of 8 points.
constexpr double FEW_NODES[] = {0.183434642495649804939, 0.525532409916328985818, 0.796666477413626739592,
                                0.960289856497536231684};
constexpr double FEW_WEIGHTS[] = {0.362683783378361982965, 0.313706645877887287338, 0.222381034453374470544,
                                  0.101228536290376259153};
constexpr double SQRT_2PI = 2.50662827463100050242, SQRT_HALF_PI = 1.25331413731550025121;

struct NormalInterval {
  Vec log_mass, first[2], second[3];
};

// Half-width h <= 1 about `middle` >= 0 with h middle <= 3: with d = z - middle, moments of d under the
// density give those of z, and their cumulants the second derivatives. Where all are narrower still, as those
// of rounded values mostly are, 8 points have an error of 5e-16.
MIX1D_INLINE NormalInterval narrow_interval(Vec middle, Vec half) {
  Vec s0 = splat(0.0), s1 = s0, s2 = s0, s3 = s0, s4 = s0;
  constexpr double NARROWER = 0.3, LEVEL = 0.5;
  const bool few = !any_less(splat(NARROWER), half) && !any_less(splat(LEVEL), half * middle);
  const double *nodes = few ? FEW_NODES : LEGENDRE_NODES, *weights = few ? FEW_WEIGHTS : LEGENDRE_WEIGHTS;
  const size_t count = few ? 4 : 8;
  _Pragma("GCC unroll 1") for (size_t q = 0; q < count; ++q) {
    const Vec d = half * nodes[q], d2 = d * d, fall = d2 * -0.5, tilt = d * middle;
    const Vec above = exp_negative(fall - tilt) * weights[q],  // the exponents are small, of any sign
        below = exp_negative(fall + tilt) * weights[q];
    const Vec even = above + below, odd = (above - below) * d;
    s0 = s0 + even;
    s1 = s1 + odd;
    s2 = fma(even, d2, s2);
    s3 = fma(odd, d2, s3);
    s4 = fma(even * d2, d2, s4);
  }
  const Vec inverse = splat(1.0) / s0;
  const Vec d1 = s1 * inverse, d2 = s2 * inverse, d3 = s3 * inverse, d4 = s4 * inverse;
  const Vec variance = d2 - d1 * d1, skew = d3 - d1 * d2,
            square = d4 - d2 * d2;  // Var d, Cov(d, d^2), Var d^2
  const Vec mean = middle + d1, second = fma(mean, mean, variance);
  NormalInterval out;
  out.log_mass = log_normal(max(half * s0, splat(0x1p-1000))) - middle * middle * 0.5 - LOG_SQRT_2PI;
  out.first[0] = mean;
  out.first[1] = second - 1.0;
  out.second[0] = variance - 1.0;
  out.second[1] = fma(middle * 2.0, variance, skew) - mean * 2.0;
  out.second[2] = fma(middle * 4.0, fma(middle, variance, skew), square) - second * 2.0;
  return out;
}

// From a to b with |a| <= b, not narrow; R(u) = sqrt(pi / 2) erfcx(u / sqrt 2) is Mills' ratio.
MIX1D_INLINE NormalInterval wide_interval(Vec a, Vec b, Vec middle, Vec half) {
  const Vec zero = splat(0.0), one = splat(1.0), left = absolute(a);
  const Vec tail_a = erfcx_positive(left * SQRT_HALF) * SQRT_HALF_PI;
  const Vec tail_b = erfcx_positive(b * SQRT_HALF) * SQRT_HALF_PI;
  // densities at the ends: over that at a where both lie on one side
  const Vec ends = half * middle * -2.0;
  const Vec at_a = where_less(a, zero, exp_negative(a * a * -0.5), one);
  const Vec at_b = exp_negative(where_less(a, zero, b * b * -0.5, ends));
  const Vec outside = fma(tail_a, at_a, tail_b * at_b);
  const Vec mass = where_less(a, zero, splat(SQRT_2PI) - outside, tail_a - tail_b * at_b);
  const Vec q = outside * (1.0 / SQRT_2PI), inside = one - q, lost = (inside - 1.0 + q) / inside;
  const Vec logarithm = log_normal(max(where_less(a, zero, inside, mass), splat(0x1p-1000)));
  const Vec inverse = one / mass;
  const Vec pa = at_a * inverse, pb = at_b * inverse, a2 = a * a, b2 = b * b;
  const Vec a0 = pa - pb, a1 = a * pa - b * pb, third = a2 * pa - b2 * pb, fourth = a2 * a * pa - b2 * b * pb;
  NormalInterval out;
  out.log_mass = where_less(a, zero, logarithm - lost, logarithm - a2 * 0.5 - LOG_SQRT_2PI);
  out.first[0] = a0;
  out.first[1] = a1;
  out.second[0] = a1 - a0 * a0;
  out.second[1] = third - a0 - a0 * a1;
  out.second[2] = fourth - a1 - a1 * a1;
  return out;
}

// The interval from `lower` to `upper`, which may be infinite, under the normal with this mean and sd. One
// copy of this much code an instruction set is enough.
__attribute__((noinline)) NormalInterval normal_interval(Vec lower, Vec upper, double mean, Vec inv_sd) {
  const Vec limit = splat(Z_LIMIT), zero = splat(0.0), one = splat(1.0);
  Vec a = min(max((lower - mean) * inv_sd, zero - limit), limit);
  Vec b = min(max((upper - mean) * inv_sd, zero - limit), limit);
  // the width from the ends themselves: far out, the difference of a and b has lost its digits
  const Vec half = min((upper - lower) * (inv_sd * 0.5), limit);
  Vec middle = (fma(lower, splat(0.5), upper * 0.5) - mean) * inv_sd;
  middle = where_less(absolute(middle), limit, middle, (a + b) * 0.5);
  const Vec mirrored = where_less(middle, zero, one, zero), from = a;
  a = pick(mirrored, zero - b, a);
  b = pick(mirrored, zero - from, b);
  middle = absolute(middle);
  // 1 where wide
  const Vec wide = max(where_less(one, half, one, zero), where_less(splat(3.0), half * middle, one, zero));
  const bool some_wide = any_less(zero, wide), some_narrow = any_less(wide, one);
  NormalInterval out;
  if (!some_wide) {
    out = narrow_interval(middle, half);
  } else {
    out = wide_interval(a, b, middle, half);
    if (some_narrow) {
      // the exponents of wide ones would leave the range of doubles
      const NormalInterval narrow = narrow_interval(pick(wide, zero, middle), pick(wide, zero, half));
      out.log_mass = pick(wide, out.log_mass, narrow.log_mass);
      _Pragma("GCC unroll 2") for (size_t s = 0; s < 2; ++s) out.first[s] =
          pick(wide, out.first[s], narrow.first[s]);
      _Pragma("GCC unroll 3") for (size_t s = 0; s < 3; ++s) out.second[s] =
          pick(wide, out.second[s], narrow.second[s]);
    }
  }
  out.first[0] = pick(mirrored, zero - out.first[0], out.first[0]);
  out.second[1] = pick(mirrored, zero - out.second[1], out.second[1]);
  return out;
}

}  // namespace
