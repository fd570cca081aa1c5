// distribution.hpp: density, tail masses and responsibilities of a mixture, on eight lanes
//
// A sum of terms a_j * 2^n_j * exp(e_j) is kept as s * 2^power * exp(high + low), where (high, low) is the
// exponent of the term that dominates and s stays near one. So nothing overflows or underflows before the
// last multiplication, results in the denormal range are rounded once, and logarithms are finite a million
// sds out. Exponents -z^2/2 are unevaluated pairs: the rounding of z, which z^2 / 2 would amplify, is carried
// along.
#pragma once

#include "kernels/kernels.hpp"
#include "simd/math.hpp"

namespace {

using mix1d::kernels::Normal;
using mix1d::kernels::ScaledMixture;

constexpr double FAR = 1e9;  // exponents beyond it are not split into a power of two and a remainder

MIX1D_INLINE Vec abs(Vec a) {
  MIX1D_EACH a.p[i] = (Reg)((IntReg)a.p[i] & 0x7FFFFFFFFFFFFFFF);
  return a;
}

MIX1D_INLINE bool any_above(Vec v, double bound) {
  double a[LANES];
  store(a, v);
  bool any = false;
  for (size_t i = 0; i < LANES; ++i) any |= a[i] > bound;
  return any;
}

// keep NaN arguments
MIX1D_INLINE Vec with_nan_of(Vec x, Vec y) {
  MIX1D_EACH y.p[i] = x.p[i] == x.p[i] ? y.p[i] : x.p[i];
  return y;
}

// exp(high + low) = m * 2^whole with m in [1/sqrt 2, sqrt 2]; |high| <= FAR
MIX1D_INLINE Vec exp_split(Vec high, Vec low, Vec& whole) {
  whole = fma(high, splat(LOG2E), splat(ROUNDER)) - ROUNDER;
  Vec r = fma(whole, splat(-LN2_HIGH), high);
  r = fma(whole, splat(-LN2_LOW), r) + low;
  return fma(r * r, polynomial(EXP_TAIL, r), r) + 1.0;
}

// 2^n for whole n in -1022 .. 1023
MIX1D_INLINE Vec power_of_two(Vec n) {
  Vec shifted = n + (ROUNDER + 1023.0);
  MIX1D_EACH shifted.p[i] = (Reg)(((IntReg)shifted.p[i] - (IntReg)(Reg{} + ROUNDER)) << 52);
  return shifted;
}

// m * 2^n, rounded once; m in about 1e-160 .. 1e160
MIX1D_INLINE Vec scale(Vec m, Vec n) {
  n = min(max(n, splat(-1900.0)), splat(1900.0));
  Vec half = fma(n, splat(0.5), splat(ROUNDER)) - ROUNDER;
  return m * power_of_two(half) * power_of_two(n - half);
}

// log(1 - u) for 0 <= u <= 0.5
MIX1D_INLINE Vec log_complement(Vec u) {
  Vec w = splat(1.0) - u;
  Vec lost = (splat(1.0) - w) - u;  // exact: what rounding 1 - u took away
  return log_normal(w) + lost / w;
}

// a + b = sum + lost exactly (Knuth); lost is NaN where infinities meet
MIX1D_INLINE Vec two_sum(Vec a, Vec b, Vec& lost) {
  Vec sum = a + b, back = sum - a;
  lost = (a - (sum - back)) + (b - back);
  return sum;
}

// -z^2 / 2 as an unevaluated sum, and z itself
struct Exponent {
  Vec z, high, low;
};

MIX1D_INLINE Exponent exponent(const Normal& c, Vec x) {
  Vec lost, d = two_sum(x, splat(-c.mean), lost);
  Vec z = d / splat(c.sd);
  Vec z_low = (fma(z, splat(-c.sd), d) + lost) / splat(c.sd);
  Vec square = z * z;
  Vec square_low = fma(z, z, splat(0.0) - square);
  Vec low = fma(square_low, splat(-0.5), (splat(0.0) - z) * z_low);
  low = where_less(abs(z), splat(1e150), low, splat(0.0));  // beyond: NaN from infinities, and immaterial
  return {z, square * -0.5, low};
}

struct Sum {
  Vec s, high, low, power;
};

MIX1D_INLINE Sum empty_sum() {
  const double inf = __builtin_inf();
  return {splat(0.0), splat(-inf), splat(0.0), splat(0.0)};
}

// The best score so far; the low part decides between scores so far out that their doubles tie.
struct Best {
  Vec high, low;
};

// makes (high, low, power) the reference of the sum where it dominates all seen before
MIX1D_INLINE void challenge(Sum& sum, Best& best, Vec high, Vec low, double power) {
  Vec lost, score_low;
  Vec score = two_sum(high, splat(power * LN2_HIGH), lost);
  score = two_sum(score, where_less(splat(-1e300), high, lost + low, splat(0.0)), score_low);
  MIX1D_EACH {
    auto better =
        (score.p[i] > best.high.p[i]) | ((score.p[i] == best.high.p[i]) & (score_low.p[i] > best.low.p[i]));
    best.high.p[i] = better ? score.p[i] : best.high.p[i];
    best.low.p[i] = better ? score_low.p[i] : best.low.p[i];
    sum.high.p[i] = better ? high.p[i] : sum.high.p[i];
    sum.low.p[i] = better ? low.p[i] : sum.low.p[i];
    sum.power.p[i] = better ? Reg{} + power : sum.power.p[i];
  }
}

// exp of (high, low) minus the exponent of the reference, as m * 2^whole
MIX1D_INLINE Vec exp_difference(Vec high, Vec low, const Sum& reference, Vec& whole) {
  Vec lost, rest;
  Vec d = two_sum(high, splat(0.0) - reference.high, lost);
  d = two_sum(d, where_less(splat(-1e300), high, low - reference.low + lost, splat(0.0)), rest);
  rest = where_less(abs(d), splat(1e6), rest, splat(0.0));
  // max also turns the NaN of -inf minus -inf into a number
  return exp_split(min(max(d, splat(-1e6)), splat(1e6)), rest, whole);
}

// a * 2^power * exp(high + low) in units of the reference of the sum
MIX1D_INLINE Vec relative(const Sum& sum, Vec a, double power, Vec high, Vec low) {
  Vec whole;
  Vec m = exp_difference(high, low, sum, whole);
  return scale(m * a, whole + (splat(power) - sum.power));
}

MIX1D_INLINE Sum density(const ScaledMixture& d, Vec x) {
  Sum sum = empty_sum();
  Best best = {sum.high, sum.low};
  for (size_t j = 0; j < d.k; ++j) {
    Exponent e = exponent(d.normals[j], x);
    challenge(sum, best, e.high, e.low, d.normals[j].height_power);
  }
  for (size_t j = 0; j < d.k; ++j) {
    const Normal& c = d.normals[j];
    Exponent e = exponent(c, x);
    sum.s = sum.s + relative(sum, splat(c.height), c.height_power, e.high, e.low);
  }
  return sum;
}

// mass below x where side is 1, above x where side is -1: every term is positive, none is a difference that
// cancels
MIX1D_INLINE Sum mass(const ScaledMixture& d, Vec x, Vec side) {
  Sum sum = empty_sum();
  Best best = {sum.high, sum.low};
  Vec zero = splat(0.0);
  for (size_t j = 0; j < d.k; ++j) {
    Exponent e = exponent(d.normals[j], x);
    Vec z = e.z * side;
    challenge(sum, best, where_less(z, zero, e.high, zero), where_less(z, zero, e.low, zero),
              d.normals[j].weight_power);
  }
  for (size_t j = 0; j < d.k; ++j) {
    const Normal& c = d.normals[j];
    Exponent e = exponent(c, x);
    Vec z = e.z * side;
    Vec scaled = erfcx_positive(abs(z) * SQRT_HALF) * 0.5;
    Vec body = splat(1.0) - scaled * exp_negative(e.high);
    Vec a = where_less(z, zero, scaled, body) * c.weight_part;
    sum.s = sum.s + relative(sum, a, c.weight_power, where_less(z, zero, e.high, zero),
                             where_less(z, zero, e.low, zero));
  }
  return sum;
}

// the quotient of two sums; powers of two in the unit of x change none of its digits
MIX1D_INLINE Vec ratio(const Sum& a, const Sum& b) {
  Vec whole;
  Vec m = exp_difference(a.high, a.low, b, whole);
  return scale(m * (a.s / b.s), whole + (a.power - b.power));
}

MIX1D_INLINE Vec linear(const Sum& sum) {
  Vec whole;
  Vec low = where_less(splat(-1e6), sum.high, sum.low, splat(0.0));
  Vec m = exp_split(max(sum.high, splat(-1e6)), low, whole);
  return scale(sum.s * m, whole + sum.power);
}

MIX1D_INLINE Vec logarithm(const Sum& sum) {
  Vec whole;
  Vec m = exp_split(max(sum.high, splat(-FAR)), sum.low, whole);
  Vec n = whole + sum.power;
  Vec near = fma(n, splat(LN2_HIGH), fma(n, splat(LN2_LOW), log_full(sum.s * m)));
  Vec far = fma(sum.power, splat(LN2_HIGH + LN2_LOW), log_full(max(sum.s, splat(1e-300)))) + sum.high;
  return where_less(sum.high, splat(-FAR), far, near);
}

// the smaller of the two tail masses decides: one minus the other is then exact to half a unit
MIX1D_INLINE Vec probability(const ScaledMixture& d, Vec x, double side) {
  Vec p = linear(mass(d, x, splat(side)));
  if (any_above(p, 0.5)) {
    Vec other = linear(mass(d, x, splat(-side)));
    p = where_less(splat(0.5), p, splat(1.0) - other, p);
  }
  return p;
}

MIX1D_INLINE Vec log_probability(const ScaledMixture& d, Vec x, double side) {
  Sum sum = mass(d, x, splat(side));
  Vec p = linear(sum), y = logarithm(sum);
  if (any_above(p, 0.5)) {
    Vec other = min(linear(mass(d, x, splat(-side))), splat(0.5));
    y = where_less(splat(0.5), p, log_complement(other), y);
  }
  return y;
}

template <class F>
MIX1D_INLINE void map_points(const ScaledMixture& d, const double* x, double* out, size_t n, F f) {
  double buffer[LANES];
  for (size_t i = 0; i < n; i += LANES) {
    size_t filled = n - i < LANES ? n - i : LANES;
    for (size_t l = 0; l < LANES; ++l) buffer[l] = l < filled ? x[i + l] : x[i];
    Vec v = load(buffer) * d.scale;
    store(buffer, with_nan_of(v, f(v)));
    for (size_t l = 0; l < filled; ++l) out[i + l] = buffer[l];
  }
}

// per unit of the caller's x, not of the scaled one
MIX1D_INLINE Sum unscaled_density(const ScaledMixture& d, Vec x) {
  Sum sum = density(d, x);
  sum.power = sum.power + d.scale_power;
  return sum;
}

void pdf_all(const ScaledMixture& d, const double* x, double* out, size_t n) {
  map_points(d, x, out, n, [&](Vec v) { return linear(unscaled_density(d, v)); });
}

void logpdf_all(const ScaledMixture& d, const double* x, double* out, size_t n) {
  map_points(d, x, out, n, [&](Vec v) { return logarithm(unscaled_density(d, v)); });
}

void probability_all(const ScaledMixture& d, double side, const double* x, double* out, size_t n) {
  map_points(d, x, out, n, [&](Vec v) { return probability(d, v, side); });
}

void log_probability_all(const ScaledMixture& d, double side, const double* x, double* out, size_t n) {
  map_points(d, x, out, n, [&](Vec v) { return log_probability(d, v, side); });
}

// Where every density underflows even as a logarithm: the limit, that is the component fewest sds away, then
// the wider, then the one on the side of x; identical components share by weight.
inline void share_at_infinity(const ScaledMixture& d, double x, double* shares) {
  size_t best = 0;
  auto distance = [&](size_t j) { return __builtin_fabs((x - d.normals[j].mean) / d.normals[j].sd); };
  auto lead = [&](size_t j) { return x > 0 ? d.normals[j].mean : -d.normals[j].mean; };
  for (size_t j = 1; j < d.k; ++j) {
    double a = distance(j), b = distance(best), sd = d.normals[j].sd, sd_best = d.normals[best].sd;
    if (a < b || (a == b && (sd > sd_best || (sd == sd_best && lead(j) > lead(best))))) best = j;
  }
  double total = 0.0;
  for (size_t j = 0; j < d.k; ++j) {
    bool same = d.normals[j].mean == d.normals[best].mean && d.normals[j].sd == d.normals[best].sd;
    shares[j * LANES] = same ? d.normals[j].weight : 0.0;
    total += shares[j * LANES];
  }
  for (size_t j = 0; j < d.k; ++j) shares[j * LANES] /= total;
}

// out is (n, columns), zeroed; column[j] says where component j stands; scratch holds k * LANES numbers
void responsibilities_all(const ScaledMixture& d, const double* x, double* out, size_t n, size_t columns,
                          const size_t* column, double* scratch) {
  double point[LANES], high[LANES];
  for (size_t i = 0; i < n; i += LANES) {
    size_t filled = n - i < LANES ? n - i : LANES;
    for (size_t l = 0; l < LANES; ++l) point[l] = (l < filled ? x[i + l] : x[i]) * d.scale;
    Vec v = load(point);
    Sum sum = density(d, v);
    for (size_t j = 0; j < d.k; ++j) {
      const Normal& c = d.normals[j];
      Exponent e = exponent(c, v);
      Vec share = relative(sum, splat(c.height), c.height_power, e.high, e.low) / sum.s;
      store(scratch + j * LANES, with_nan_of(v, share));
    }
    store(high, sum.high);
    for (size_t l = 0; l < filled; ++l)
      if (high[l] == -__builtin_inf() && point[l] == point[l]) share_at_infinity(d, point[l], scratch + l);
    for (size_t j = 0; j < d.k; ++j)
      for (size_t l = 0; l < filled; ++l) out[(i + l) * columns + column[j]] = scratch[j * LANES + l];
  }
}

}  // namespace
