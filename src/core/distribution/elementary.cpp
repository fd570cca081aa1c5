// elementary.cpp: series and remainders
#include "distribution/elementary.hpp"

#include <cmath>

#include "simd/gamma.hpp"

namespace mix1d::distribution {

namespace {

// 1/3 + u/5 + u^2/7 + ...: atanh(s) = s + s u (this), u = s^2
constexpr size_t ATANH_TERMS = 26;
// 2/2!, 2/3!, ...: exp(u) - 1 - u over u^2 / 2
constexpr size_t EXP_TERMS = 18;
struct Coefficients {
  double atanh[ATANH_TERMS], exp[EXP_TERMS];
  constexpr Coefficients() : atanh(), exp() {
    for (size_t i = 0; i < ATANH_TERMS; ++i) atanh[i] = 1.0 / static_cast<double>(2 * i + 3);
    exp[0] = 1.0;
    for (size_t i = 1; i < EXP_TERMS; ++i) exp[i] = exp[i - 1] / static_cast<double>(i + 2);
  }
};
constexpr Coefficients SERIES;

template <size_t N>
double series(const double* c, double u) {
  double sum = 0.0;
  for (size_t i = N; i-- > 0;) sum = sum * u + c[i];  // a call each would be slow without the instruction
  return sum;
}
template <size_t N>
double atanh_tail(double u) {
  return series<N>(SERIES.atanh, u);
}

// zeta(k) - 1 for k = 2 ..
constexpr double ZETA_LESS_ONE[] = {
    0.64493406684822643647,     0.20205690315959428540,     0.082323233711138191516,
    0.036927755143369926331,    0.017343061984449139714,    0.0083492773819228268398,
    0.0040773561979443393786,   0.0020083928260822144179,   0.00099457512781808533715,
    0.00049418860411946455870,  0.00024608655330804829864,  0.00012271334757848914675,
    0.000061248135058704829258, 0.000030588236307020493552, 0.000015282259408651871733,
    7.6371976378997622737e-6,   3.8172932649998398565e-6,   1.9082127165539389257e-6,
    9.5396203387279611315e-7,   4.7693298678780646312e-7,   2.3845050272773299001e-7,
    1.1921992596531107307e-7,   5.9608189051259479612e-8,   2.9803503514652280186e-8,
    1.4901554828365041235e-8,   7.4507117898354294920e-9,   3.7253340247884570548e-9};
constexpr double EULER = 0.57721566490153286061;

}  // namespace

const double NODE[NODES] = {
    0.0052995325041750337019, 0.027712488463383711961, 0.067184398806084128060, 0.12229779582249848306,
    0.19106187779867812578,   0.27099161117138630683,  0.35919822461037054338,  0.45249374508118127991,
    0.54750625491881872009,   0.64080177538962945662,  0.72900838882861369317,  0.80893812220132187422,
    0.87770220417750151694,   0.93281560119391587194,  0.97228751153661628804,  0.99470046749582496630};
const double NODE_WEIGHT[NODES] = {
    0.013576229705877047426, 0.031126761969323946432, 0.047579255841246392405, 0.062314485627766936026,
    0.074797994408288366041, 0.084578259697501269095, 0.091301707522461794433, 0.094725305227534248142,
    0.094725305227534248142, 0.091301707522461794433, 0.084578259697501269095, 0.074797994408288366041,
    0.062314485627766936026, 0.047579255841246392405, 0.031126761969323946432, 0.013576229705877047426};

Pair sum_of(double a, double b) {
  const double sum = a + b, back = sum - a;
  return {sum, (a - (sum - back)) + (b - back)};
}

Pair over(Pair a, double b) {
  const double whole = a.hi / b;
  if (!(std::fabs(whole) < INFINITE)) return {whole, 0.0};
  return {whole, (std::fma(-whole, b, a.hi) + a.lo) / b};
}

Pair log_ratio(double x, double m) {
  int ex, em;
  double fx = std::frexp(x, &ex), fm = std::frexp(m, &em);
  double e = ex - em;
  if (fx < fm * ROOT_HALF) {
    fx *= 2.0;
    e -= 1.0;
  } else if (fm < fx * ROOT_HALF) {
    fm *= 2.0;
    e += 1.0;
  }
  const double difference = fx - fm;  // exact: they differ by less than a factor of two
  const Pair total = sum_of(fx, fm);
  const double s = difference / total.hi;
  const double s_low = (std::fma(-s, total.hi, difference) - s * total.lo) / total.hi;
  const double u = s * s, tail = 2.0 * s * u * atanh_tail<12>(u);
  const Pair near = sum_of(2.0 * s, tail);
  if (e == 0.0) return {near.hi, near.lo + 2.0 * s_low};
  const Pair far = sum_of(e * LN2_HIGH, near.hi);
  const Pair found = sum_of(far.hi, e * LN2_LOW);
  return sum_of(found.hi,
                found.lo + (far.lo + (near.lo + (2.0 * s_low + std::fma(e, LN2_LOW, -(e * LN2_LOW))))));
}

Pair exponential(Pair v) {
  const double e = exp1(v.hi);
  const Pair back = log_ratio(e, 1.0);
  return sum_of(e, e * (((v.hi - back.hi) - back.lo) + v.lo));
}

double log_one_plus(double u) {
  if (u == INFINITE) return u;
  const Pair whole = sum_of(1.0, u);
  return log1(whole.hi) + whole.lo / whole.hi;
}

double exp_less_one(double u) {
  if (u < -40.0 || u > 700.0) return exp1(u) - 1.0;
  const Pair e = exponential({u, 0.0});
  return (e.hi - 1.0) + e.lo;
}

double exp_excess(double u) {
  if (std::fabs(u) > 0.7) return exp1(u) - 1.0 - u;
  return 0.5 * u * u * (std::fabs(u) < 0.05 ? series<9>(SERIES.exp, u) : series<EXP_TERMS>(SERIES.exp, u));
}

double log1p_lack(double u) {
  if (!(u >= -0.5 && u <= 1.0)) return u - log_one_plus(u);
  const double s = u / (2.0 + u), v = s * s;
  return s * (u - 2.0 * v * (std::fabs(u) < 0.05 ? atanh_tail<6>(v) : atanh_tail<20>(v)));
}

double log_complement(double v) {
  if (v > -LOG_2) return log1(-exp_less_one(v));
  return log_one_plus(-exp1(v));
}

double log_sum(double a, double b) {
  const double top = a > b ? a : b, other = a > b ? b : a;
  if (top == -INFINITE || top == INFINITE) return top;
  return top + log_one_plus(exp1(other - top));
}

double stirling_remainder(double a) {
  double below = 0.0;
  for (; a < 10.0; a += 1.0) {
    // (a + 1/2) log(1 + 1/a) - 1, twice atanh(s) over s less one
    const double s = 1.0 / (2.0 * a + 1.0);
    below += a < 1.0 ? (a + 0.5) * log_one_plus(1.0 / a) - 1.0 : s * s * atanh_tail<26>(s * s);
  }
  return below + gamma_parts(a).remainder;
}

double log_factorial_below_one(double a) {
  if (a > 0.5) return log_one_plus(a - 1.0) + log_factorial_below_one(a - 1.0);
  double sum = 0.0;
  for (size_t i = 27; i-- > 0;) sum = std::fma(sum, -a, ZETA_LESS_ONE[i] / static_cast<double>(i + 2));
  return sum * a * a - log_one_plus(a) + a * (1.0 - EULER);
}

double log_factorial_excess(double a) {
  double sum = 0.0, power = 134217728.0;  // 2^27
  for (size_t i = 26; i-- > 0; power *= 0.5)
    sum = std::fma(sum, -a, ZETA_LESS_ONE[i] * (power - 2.0) / static_cast<double>(i + 2));
  return sum * a * a + log_one_plus(a * a / (1.0 + 2.0 * a));
}

Tails of_below(double log_below) {
  const double v = log_below < 0.0 ? log_below : 0.0;
  return {v, log_complement(v)};
}
Tails of_above(double log_above) {
  const double v = log_above < 0.0 ? log_above : 0.0;
  return {log_complement(v), v};
}

Tails normal_tails(Pair z) {
  if (z.hi < 0.0) {
    const Tails mirrored = normal_tails({-z.hi, -z.lo});
    return {mirrored.above, mirrored.below};
  }
  const double square = z.hi * z.hi;
  if (!(square < INFINITE)) return {0.0, -INFINITE};
  const double lost = std::fma(z.hi, z.hi, -square) + 2.0 * z.hi * z.lo;
  return of_above(-0.5 * square + (log1(0.5 * erfcx1(z.hi * ROOT_HALF)) - 0.5 * lost));
}

}  // namespace mix1d::distribution
