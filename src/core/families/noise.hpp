// noise.hpp: a value plus a normal error, or an interval about it, where a family has no formula
//
// int f(y) exp(w(y)) dy, with w the logarithm of the error's density at what is left of the row, or of its
// probability. The integrand has one peak or two: where the component is, and where the row is; both are
// climbed to, and the integral is taken outwards from either. Families of logarithms are integrated over
// them, and the error is one of their exponentials.
#pragma once

#include "families/quadrature.hpp"

namespace {

// log w at a value, with two derivatives by it.
struct LogWeight {
  Vec value, first, second;
};

struct ErrorDensity {
  Vec at, inverse, constant;
  ErrorDensity(Vec row, Vec variance)
      : at(row),
        inverse(splat(1.0) / variance),
        constant(fma(log_normal(variance), splat(-0.5), splat(-LOG_SQRT_2PI))) {}
  Vec value(Vec x) const { return fma((at - x) * inverse * -0.5, at - x, constant); }
  LogWeight operator()(Vec x) const { return {value(x), (at - x) * inverse, splat(0.0) - inverse}; }
};

struct ErrorMass {
  Vec low, high, sharp;
  ErrorMass(Vec lower, Vec upper, Vec variance)
      : low(lower), high(upper), sharp(splat(1.0) / square_root(variance)) {}
  Vec value(Vec x) const { return normal_interval(low - x, high - x, 0.0, sharp).log_mass; }
  LogWeight operator()(Vec x) const {
    const NormalInterval p = normal_interval(low - x, high - x, 0.0, sharp);
    return {p.log_mass, p.first[0] * sharp, p.second[0] * sharp * sharp};
  }
};

// log f + log w, as a function of what the family moves in.
template <class F, bool LOGARITHMIC, class Error>
struct NoisyIntegrand {
  static constexpr double MOST_LOGARITHM = 700.0;
  const double* t;
  const Error& error;

  static MIX1D_INLINE Vec out(Vec y) {
    if constexpr (LOGARITHMIC)
      return exp_full(min(y, splat(MOST_LOGARITHM)));
    else
      return y;
  }
  Vec log_weight(Vec y) const { return max(error.value(out(y)), splat(-1e250)); }

  LogWeight operator()(Vec y) const {
    const double inverse = 1.0 / t[mix1d::families::SCALE];
    Vec u[F::SLOTS + 1], h[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
    const Vec log_f = derivatives_at<F>(t, y, u, h), x = out(y);
    LogWeight w = error(x);
    if constexpr (LOGARITHMIC) {
      w.first = w.first * x;
      w.second = fma(w.second * x, x, w.first);
    }
    return {log_f + max(w.value, splat(-1e250)), w.first - u[0] * inverse,
            fma(h[0], splat(inverse * inverse), w.second)};
  }
};

struct Peak {
  Vec at, width;
};

// Newton's ascent, in steps of at most `most`, until they are small beside the width of the peak.
template <class Integrand>
__attribute__((noinline)) Peak climb(const Integrand& g, Vec from, Vec most) {
  constexpr size_t STEPS = 60;
  constexpr double CLOSE = 0.01, LESS = 0.25;
  const Vec zero = splat(0.0), one = splat(1.0);
  Vec y = from, shrink = one, width = most;
  LogWeight here = g(y);
  for (size_t i = 0; i < STEPS; ++i) {
    const Vec bend = max(zero - here.second, one / (most * most));
    width = one / square_root(bend);
    const Vec step = min(max(here.first / bend, zero - most), most) * shrink;
    const Vec open = where_less(width * CLOSE, absolute(step), one, zero);
    if (!any_less(zero, open)) break;
    const Vec there = fma(step, open, y);
    const LogWeight next = g(there);
    const Vec rises = where_less(next.value, here.value, zero, open);
    y = pick(rises, there, y);
    here = {pick(rises, next.value, here.value), pick(rises, next.first, here.first),
            pick(rises, next.second, here.second)};
    shrink = pick(rises, one, pick(open, shrink * LESS, shrink));
  }
  return {y, width};
}

// Rising.
template <size_t N>
void sort(Peak (&peaks)[N]) {
  for (size_t last = N; last-- > 1;)
    for (size_t i = 0; i < last; ++i) {
      const Peak a = peaks[i], b = peaks[i + 1];
      peaks[i] = {min(a.at, b.at), where_less(b.at, a.at, b.width, a.width)};
      peaks[i + 1] = {max(a.at, b.at), where_less(b.at, a.at, a.width, b.width)};
    }
}

// Outwards from each of the places, as far as the middle between two.
template <class F, size_t N, class Integrand>
__attribute__((noinline)) Vec integrate_about(Peak (&peaks)[N], const Integrand& g, Vec* u, Vec* h) {
  const Vec limit = splat(FARTHEST_END), unit = splat(unit_of<F>(g.t));
  const auto weight = [&](Vec y) { return g.log_weight(y); };
  sort(peaks);
  Vec highest = splat(-1e300), place = peaks[0].at;
  for (Peak& peak : peaks) {
    peak.width = min(peak.width, unit);
    const Vec height = log_density_at<F>(g.t, peak.at) + weight(peak.at);
    place = where_less(highest, height, peak.at, place);
    highest = max(highest, height);
  }
  Vec slope[F::SLOTS + 1], bend[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
  derivatives_at<F>(g.t, place, slope, bend);
  Integral<F::SLOTS> sum(highest, slope);
  for (size_t i = 0; i < N; ++i) {
    const auto [at, width] = peaks[i];
    const Vec low = i == 0 ? splat(0.0) - limit : (peaks[i - 1].at + at) * 0.5;
    const Vec high = i + 1 == N ? limit : (at + peaks[i + 1].at) * 0.5;
    integrate_outwards<F>(g.t, at, low, width, weight, sum);
    integrate_outwards<F>(g.t, at, high, width, weight, sum);
  }
  return sum.derivatives(u, h);
}

// Two climbs that met at one peak are one.
MIX1D_INLINE void meet(const Peak& first, Peak& second) {
  constexpr double NEAR = 0.1;
  const Vec gap = absolute(first.at - second.at), width = min(first.width, second.width) * NEAR;
  second.at = where_less(gap, width, first.at, second.at);
}

// Less makes no difference: in units of the scale.
template <class F, bool LOGARITHMIC>
MIX1D_INLINE Vec with_least(const double* t, Vec variance, Vec at) {
  constexpr double LEAST_ERROR = 1e-10;
  const double scale = t[mix1d::families::SCALE] * LEAST_ERROR;
  const Vec width = LOGARITHMIC ? absolute(at) * scale : splat(scale);
  return max(max(variance, width * width), splat(0x1p-1000));
}

// Where a number is, as the family sees it, and its error there; `otherwise` for what has no place there.
template <bool LOGARITHMIC>
MIX1D_INLINE Peak seen(Vec x, Vec error, Vec otherwise) {
  const Vec far = splat(FARTHEST_END), spread = square_root(error);
  if constexpr (LOGARITHMIC) {
    const Vec known = where_less(spread, x, where_less(x, far, splat(1.0), splat(0.0)), splat(0.0));
    const Vec positive = pick(known, x, splat(1.0));
    return {pick(known, log_normal(positive), otherwise), pick(known, spread / positive, splat(1.0))};
  } else {
    return {where_less(absolute(x), far, x, otherwise), spread};
  }
}

template <class F, bool LOGARITHMIC>
__attribute__((noinline)) Vec noisy_by_quadrature(const double* t, Vec y, Vec variance, Vec* u, Vec* h) {
  const Vec error = with_least<F, LOGARITHMIC>(t, variance, y);
  const Vec location = splat(t[mix1d::families::LOCATION]), scale = splat(t[mix1d::families::SCALE]);
  const ErrorDensity density(y, error);
  const NoisyIntegrand<F, LOGARITHMIC, ErrorDensity> g{t, density};
  const Vec row = seen<LOGARITHMIC>(y, error, location).at, most = absolute(row - location) + scale;
  Peak peaks[] = {climb(g, location, most), climb(g, row, most)};
  meet(peaks[0], peaks[1]);
  return integrate_about<F>(peaks, g, u, h);
}

template <class F, bool LOGARITHMIC>
__attribute__((noinline)) Vec noisy_mass_by_quadrature(const double* t, Vec lower, Vec upper, Vec variance,
                                                       Vec* u, Vec* h) {
  using Integrand = NoisyIntegrand<F, LOGARITHMIC, ErrorMass>;
  const Vec location = splat(t[mix1d::families::LOCATION]), scale = splat(t[mix1d::families::SCALE]);
  const Vec nearest = min(max(Integrand::out(location), lower), upper);
  const Vec error = with_least<F, LOGARITHMIC>(t, variance, nearest);
  const ErrorMass mass(lower, upper, error);
  const Integrand g{t, mass};
  const Vec row = seen<LOGARITHMIC>(nearest, error, location).at, most = absolute(row - location) + scale;
  Peak own = climb(g, location, most), other = climb(g, row, most);
  meet(own, other);
  // where the error is small, its probability is a step at either end
  Peak peaks[] = {own, other, seen<LOGARITHMIC>(lower, error, own.at),
                  seen<LOGARITHMIC>(upper, error, own.at)};
  return integrate_about<F>(peaks, g, u, h);
}

}  // namespace
