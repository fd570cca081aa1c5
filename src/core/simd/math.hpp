// math.hpp: exp, log and scaled erfc on eight lanes, each with its error in units in the last place
//
// The errors are those that tests/core/test_math.py measures against 60-digit arithmetic.
#pragma once

#include "simd/coefficients.hpp"
#include "simd/vec.hpp"

namespace {

constexpr double LOG2E = 1.44269504088896340736;
constexpr double LN2_HIGH = 0.693147180369123816490;  // 32 bits, so that n * LN2_HIGH is exact
constexpr double LN2_LOW = 1.90821492927058770002e-10;
constexpr double ROUNDER = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer in the low bits
constexpr double LOG_SQRT_2PI = 0.91893853320467274178;
constexpr double SQRT_HALF = 0.70710678118654752440;
constexpr double Z_LIMIT = 1e75;  // its fourth power is still finite

// c[0] + c[1] x + c[2] x^2 + ... by Horner's rule
template <size_t I = 0, size_t N>
MIX1D_INLINE Vec polynomial(const double (&c)[N], Vec x) {
  if constexpr (I + 1 == N)
    return splat(c[I]);
  else
    return fma(polynomial<I + 1>(c, x), x, splat(c[I]));
}

// exp(x) = 2^n * exp(r) with |r| <= log(2) / 2, exactly x where that is as small, and exp(r) = 1 + r + r^2
// times what is returned; |x| below 2^31
MIX1D_INLINE Vec exp_tail(Vec x, IntVec& n, Vec& r) {
  Vec shifted = fma(x, splat(LOG2E), splat(ROUNDER));
  Vec whole = shifted - ROUNDER;
  MIX1D_EACH n.p[i] = (IntReg)shifted.p[i] - (IntReg)(Reg{} + ROUNDER);
  r = fma(whole, splat(-LN2_HIGH), x);
  r = fma(whole, splat(-LN2_LOW), r);
  return polynomial(EXP_TAIL, r);
}

// exp(x) = 2^n * m with m in [1/sqrt 2, sqrt 2]
MIX1D_INLINE Vec exp_parts(Vec x, IntVec& n) {
  Vec r, tail = exp_tail(x, n, r);
  return fma(r * r, tail, r) + 1.0;
}

MIX1D_INLINE Vec scale_by_power(Vec m, IntVec n) {
  MIX1D_EACH m.p[i] = (Reg)((IntReg)m.p[i] + (n.p[i] << 52));
  return m;
}

// exp(x) for x <= 0, within 1 ulp; below -708 it stays at exp(-708), about 3e-308: never zero, never denormal
MIX1D_INLINE Vec exp_negative(Vec x) {
  IntVec n;
  Vec m = exp_parts(max(x, splat(-708.0)), n);
  return scale_by_power(m, n);
}

// exp(x) for any x, within 1 ulp (denormal results: 1 unit of the denormal grid); overflows to infinity
MIX1D_INLINE Vec exp_full(Vec x) {
  IntVec n, half;
  Vec m = exp_parts(min(max(x, splat(-800.0)), splat(800.0)), n);
  MIX1D_EACH {
    half.p[i] = n.p[i] >> 1;
    n.p[i] -= half.p[i];
    Reg one = Reg{} + 1.0;
    m.p[i] = m.p[i] * (Reg)((IntReg)one + (half.p[i] << 52)) * (Reg)((IntReg)one + (n.p[i] << 52));
    m.p[i] = x.p[i] == x.p[i] ? m.p[i] : x.p[i];
  }
  return m;
}

// f and e with x = 2^e (1 + f) and 1 + f in [1/sqrt 2, sqrt 2]; for normal positive x
MIX1D_INLINE Vec log_parts(Vec x, Vec& e) {
  constexpr uint64_t SQRT_HALF_BITS = 0x3FE6A09E667F3BCD;
  Vec m;
  MIX1D_EACH {
    // the bias keeps the difference positive: AVX2 has no arithmetic shift of 64 bits
    IntReg k = (IntReg)(((UIntReg)x.p[i] - SQRT_HALF_BITS + (uint64_t(1024) << 52)) >> 52) - 1024;
    m.p[i] = (Reg)((UIntReg)x.p[i] - ((UIntReg)k << 52));
    // integer to double without AVX-512: the exponent is small, so the rounding constant carries it
    e.p[i] = (Reg)(k + (IntReg)(Reg{} + ROUNDER)) - ROUNDER;
  }
  return m - 1.0;
}

// log(1 + f) = 2 atanh(s), s = f / (2 + f), is 2 s and s times this
MIX1D_INLINE Vec log_tail(Vec s) {
  Vec u = s * s;
  return u * polynomial(LOG_TAIL, u) * 2.0;
}

// log(2^e (1 + f)) from s and its tail
MIX1D_INLINE Vec log_joined(Vec e, Vec f, Vec s, Vec tail) {
  // log(1+f) = f - s * (f - 2 u p(u)), which keeps f exact (fdlibm's arrangement)
  Vec half_square = f * f * 0.5;
  Vec low = fma(s, half_square + tail, e * LN2_LOW) - half_square;
  return fma(e, splat(LN2_HIGH), low + f);
}

// log(x) for normal positive x, within 1 ulp
MIX1D_INLINE Vec log_normal(Vec x) {
  Vec e, f = log_parts(x, e), s = f / (f + 2.0);
  return log_joined(e, f, s, log_tail(s));
}

// log(x) for any x: -inf at 0, NaN below, denormals included
MIX1D_INLINE Vec log_full(Vec x) {
  Vec tiny = where_less(x, splat(0x1p-1022), splat(0x1p54), splat(1.0));
  Vec offset = where_less(x, splat(0x1p-1022), splat(-54.0), splat(0.0));
  Vec y = log_normal(x * tiny);
  y = fma(offset, splat(LN2_HIGH), fma(offset, splat(LN2_LOW), y));
  const double inf = __builtin_inf(), nan = __builtin_nan("");
  MIX1D_EACH {
    y.p[i] = x.p[i] == 0.0 ? Reg{} - inf : y.p[i];
    y.p[i] = x.p[i] < 0.0 ? Reg{} + nan : y.p[i];
    y.p[i] = ((x.p[i] == inf) | (x.p[i] != x.p[i])) ? x.p[i] : y.p[i];
  }
  return y;
}

// erfcx(x) = exp(x^2) erfc(x) for x >= 0, within 5 ulp: one polynomial in (x - 4) / (x + 4)
// (Shepherd & Laframboise 1981, Math. Comp. 36:249-253, with our own coefficients)
MIX1D_INLINE Vec erfcx_positive(Vec x) {
  Vec bounded = min(x, splat(1e18));
  Vec t = (bounded - 4.0) / (bounded + 4.0);
  return polynomial(ERFCX, t) * 0.5 / (x + 0.5);  // not over 2 x + 1, which overflows
}

}  // namespace
