// parameters.cpp: there and back, a line each
#include "distribution/parameters.hpp"

#include <cmath>

#include "distribution/forms.hpp"

namespace mix1d::distribution {

namespace {

double asinh_of(double x) {
  const double size = std::fabs(x);
  if (size > 1e150) return std::copysign(log1(size) + LOG_2, x);
  return std::copysign(log_one_plus(size + size * (size / (1.0 + std::sqrt(1.0 + size * size)))), x);
}

double inverse(double x) { return x > 0.0 ? 1.0 / x : INFINITE; }

}  // namespace

Own own_parameters(Family family, const Border& at) {
  const double m = at.location, s = at.scale, none = NO_NUMBER;
  switch (family) {
    case Family::normal:
    case Family::logistic:
      return {{m, s, none}};
    case Family::uniform:
      return {{m - 0.5 * s, m + 0.5 * s, none}};
    case Family::lognormal:
      return {{log1(m), s, none}};
    case Family::gamma:
      return {{1.0 / (s * s), m * s * s, none}};
    case Family::weibull:
      return {{1.0 / s, m, none}};
    case Family::inverse_gaussian:
      return {{m, m / (s * s), none}};
    case Family::student_t:
      return {{inverse(at.shape), m, s}};
    case Family::skew_normal:
      return {{hyperbolic_sine(at.shape), m, s}};
    case Family::beta: {
      const Law law = law_of(family, m, s, at.shape);
      return {{law.a, law.b, none}};
    }
    case Family::negative_binomial:
      return {{m, inverse(at.shape), none}};
    default:  // one number
      return {{m, none, none}};
  }
}

Border border_of(Family family, const Own& own) {
  const double *p = own.value, first = p[0], second = p[1];
  switch (family) {
    case Family::uniform:
      return {0.5 * first + 0.5 * second, second - first, 0.0};
    case Family::lognormal:
      return {exp1(first), second, 0.0};
    case Family::gamma:
      return {first * second, 1.0 / std::sqrt(first), 0.0};
    case Family::weibull:
      return {second, 1.0 / first, 0.0};
    case Family::inverse_gaussian:
      return {first, std::sqrt(first / second), 0.0};
    case Family::student_t:
      return {p[1], p[2], first == INFINITE ? 0.0 : 1.0 / first};
    case Family::skew_normal:
      return {p[1], p[2], asinh_of(first)};
    case Family::beta:
      return {log_ratio(first, second).hi, 1.0 / std::sqrt(first + second), 0.0};
    case Family::negative_binomial:
      return {first, 1.0, second == INFINITE ? 0.0 : 1.0 / second};
    case Family::exponential:
    case Family::poisson:
    case Family::point_mass:
      return {first, 1.0, 0.0};
    default:
      return {first, second, 0.0};
  }
}

}  // namespace mix1d::distribution
