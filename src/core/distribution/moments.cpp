// moments.cpp: closed forms, and an integral where these cancel
#include "distribution/moments.hpp"

#include <cmath>
#include <vector>

#include "distribution/forms.hpp"

namespace mix1d::distribution {

namespace {

constexpr double PI = 3.14159265358979323846;
constexpr double ROOT_2_OVER_PI = 0.79788456080286535588;

double log_gamma_above_one(double s) {  // log Gamma(1 + s)
  if (s <= 1.0) return log_factorial_below_one(s);
  const double a = 1.0 + s;
  return (a - 0.5) * log1(a) - a + LOG_ROOT_2PI + stirling_remainder(a);
}

// Gamma(1 + 2 s) / Gamma(1 + s)^2 - 1: the squared cv of a Weibull distribution
double weibull_square(double s) {
  return exp_less_one(s <= 0.25 ? log_factorial_excess(s)
                                : log_gamma_above_one(2.0 * s) - 2.0 * log_gamma_above_one(s));
}

double delta_of(const Law& law) {
  const double alpha = law.a;
  return alpha / std::sqrt(1.0 + alpha * alpha);
}

// By 16 nodes a panel of the line on which the family lives, outwards from its location.
double by_integral(const Law& law, size_t order) {
  const double mean = mean_of(law), sd = sd_of(law), n = static_cast<double>(order);
  const bool logs = space_of(law.family) == families::Space::log;
  double total = 0.0;
  for (int side = -1; side <= 1; side += 2) {
    double size = 0.0;
    int faint = 0;
    const double unit = law.family == Family::exponential || law.scale > 2.0 ? 1.0 : 0.5 * law.scale;
    const double step = side * unit;
    for (int p = 0; p < 20000 && faint < 6; ++p) {
      double part = 0.0, bulk = 0.0;
      for (size_t i = 0; i < NODES; ++i) {
        const double v = step * (p + NODE[i]);
        double x, slope;
        if (logs) {
          x = law.location * exp1(v);
          slope = x;
        } else {
          const double at = law.location + v, e = exp1(-std::fabs(at)), whole = 1.0 + e;
          x = at < 0.0 ? e / whole : 1.0 / whole;
          slope = e / whole / whole;
        }
        if (!(slope > 0.0) || !(x < INFINITE)) continue;
        const double z = (x - mean) / sd;
        if (z == 0.0 && order) continue;
        const double value = exp1(n * log1(std::fabs(z)) + log_density(law, x) + log1(slope));
        part += NODE_WEIGHT[i] * (z < 0.0 && order % 2 ? -value : value);
        bulk += NODE_WEIGHT[i] * value;
      }
      total += part * std::fabs(step);
      size += bulk;
      faint = bulk <= 1e-18 * size ? faint + 1 : 0;
    }
  }
  return total;
}

// Of the logistic and t distributions, the uniform one and the normal: E z^order, order even
double even_moment(const Law& law, size_t order) {
  double found = 1.0;
  const double n = static_cast<double>(order);
  switch (law.family) {
    case Family::uniform:
      for (double i = 0.0; i < n; i += 2.0) found *= 0.25;
      return found / (n + 1.0);
    case Family::student_t:
      for (double i = 1.0; i < n; i += 2.0) {
        const double rest = 1.0 - (i + 1.0) * law.shape;
        if (!(rest > 0.0)) return INFINITE;
        found *= i / rest;
      }
      return found;
    case Family::logistic: {  // 2 n! (1 - 2^-n + 3^-n - ...), (2^(n-1) - 1) |B_n| pi^n
      if (order == 0) return 1.0;
      constexpr double ETA[] = {0.82246703342411321824, 0.94703282949724591758, 0.98555109129743510410,
                                0.99623300185264789923, 0.99903950759827156564, 0.99975768514385819085,
                                0.99993917034597971818, 0.99998476421490610644};
      double eta = 1.0;
      if (order <= 16) {
        eta = ETA[order / 2 - 1];
      } else {
        for (double base = 2.0; base < 12.0; base += 1.0) {
          double term = 1.0;
          for (size_t i = 0; i < order; ++i) term /= base;
          eta += std::fmod(base, 2.0) == 0.0 ? -term : term;
        }
      }
      for (double i = 2.0; i <= n; i += 1.0) found *= i;
      return 2.0 * found * eta;
    }
    default:
      for (double i = 1.0; i < n; i += 2.0) found *= i;
      return found;
  }
}

// E z^order of a standard member of a family of the real line
double standard_moment(const Law& law, size_t order) {
  if (law.family == Family::skew_normal) {
    const double alpha = law.a, inverse = 1.0 / (1.0 + alpha * alpha);
    // by parts: E z^(n+1) = n E z^(n-1) + alpha times the integral of 2 z^n phi(z) phi(alpha z)
    double even = 1.0, odd = ROOT_2_OVER_PI * alpha * std::sqrt(inverse), part = odd;
    for (size_t n = 2; n <= order; ++n) {
      const double i = static_cast<double>(n) - 1.0;
      if (n % 2 == 0) {
        even *= i;
      } else {
        part *= (i - 1.0) * inverse;
        odd = i * odd + part;
      }
    }
    return order % 2 ? odd : even;
  }
  if (order % 2)
    return law.family == Family::student_t && !(static_cast<double>(order) * law.shape < 1.0) ? NO_NUMBER
                                                                                              : 0.0;
  return even_moment(law, order);
}

// log E x^order where the location is 1
double log_raw_of_positive(const Law& law, size_t order) {
  const double n = static_cast<double>(order), s = law.scale, v = s * s;
  double sum = 0.0;
  switch (law.family) {
    case Family::lognormal:
      return 0.5 * n * n * v;
    case Family::weibull:
      return log_gamma_above_one(n * s);
    case Family::gamma:
      for (double i = 1.0; i < n; i += 1.0) sum += log_one_plus(i * v);
      return sum;
    case Family::exponential:
      return log_gamma_above_one(n);
    default: {              // inverse Gaussian
      double before = 1.0;  // over the last one
      for (double i = 1.0; i < n; i += 1.0) {
        const double ratio = (2.0 * i - 1.0) * v + before;
        sum += log1(ratio);
        before = 1.0 / ratio;
      }
      return sum;
    }
  }
}

// Stirling's numbers of the second kind times factorial moments: no term is negative.
double raw_of_counts(const Law& law, size_t order) {
  std::vector<double> kinds(order + 1, 0.0);
  kinds[0] = 1.0;
  for (size_t n = 0; n < order; ++n)
    for (size_t j = n + 2; j-- > 0;) kinds[j] = (j ? kinds[j - 1] : 0.0) + static_cast<double>(j) * kinds[j];
  double total = 0.0, factorial = 1.0;
  for (size_t j = 0; j <= order; ++j) {
    total += kinds[j] * factorial;
    factorial *= law.location * (1.0 + static_cast<double>(j) * law.shape);
  }
  return total;
}

double central_of_counts(const Law& law, size_t order) {
  // Morris 1982: c_(n+1) = V (c_n' + n c_(n-1)), V = m + shape m^2, in polynomials of m
  std::vector<double> before{0.0}, last{1.0};
  for (size_t n = 0; n < order; ++n) {
    std::vector<double> inner(last.size() + before.size(), 0.0), next;
    for (size_t i = 1; i < last.size(); ++i) inner[i - 1] += static_cast<double>(i) * last[i];
    for (size_t i = 0; i < before.size(); ++i) inner[i] += static_cast<double>(n) * before[i];
    next.assign(inner.size() + 2, 0.0);
    for (size_t i = 0; i < inner.size(); ++i) {
      next[i + 1] += inner[i];
      next[i + 2] += law.shape * inner[i];
    }
    while (next.size() > 1 && next.back() == 0.0) next.pop_back();
    before = last;
    last = next;
  }
  double value = 0.0;
  for (size_t i = last.size(); i-- > 0;) value = value * law.location + last[i];
  return value;
}

}  // namespace

double mean_of(const Law& law) {
  const double m = law.location, s = law.scale;
  switch (law.family) {
    case Family::lognormal:
      return 0.5 * s * s < 600.0 ? m * exp1(0.5 * s * s) : exp1(0.5 * s * s + log1(m));
    case Family::weibull:
      return m * exp1(log_gamma_above_one(s));
    case Family::student_t:
      return law.shape < 1.0 ? m : NO_NUMBER;
    case Family::skew_normal:
      return m + s * (delta_of(law) * ROOT_2_OVER_PI);
    case Family::beta:
      return law.share.hi;
    default:
      return m;
  }
}

double sd_of(const Law& law) {
  const double m = law.location, s = law.scale, k = law.shape;
  switch (law.family) {
    case Family::uniform:
      return s / 3.46410161513775458705;
    case Family::lognormal:
      return mean_of(law) * std::sqrt(exp_less_one(s * s));
    case Family::gamma:
    case Family::inverse_gaussian:
      return m * s;
    case Family::weibull:
      return mean_of(law) * std::sqrt(weibull_square(s));
    case Family::exponential:
      return m;
    case Family::student_t:
      if (!(k < 1.0)) return NO_NUMBER;
      return k < 0.5 ? s / std::sqrt(1.0 - 2.0 * k) : INFINITE;
    case Family::logistic:
      return s * 1.81379936423421785059;
    case Family::skew_normal: {
      const double d = delta_of(law);
      return s * std::sqrt(1.0 - 2.0 / PI * d * d);
    }
    case Family::beta:
      return std::sqrt(law.share.hi * law.rest.hi / (1.0 + 1.0 / (s * s)));
    case Family::poisson:
    case Family::negative_binomial:
      return std::sqrt(m * (1.0 + k * m));
    case Family::point_mass:
      return 0.0;
    default:
      return s;
  }
}

double median_of(const Law& law) { return quantile(law, target_of(0.5, false, false)); }

double standardized_moment(const Law& law, size_t order) {
  if (order == 0) return 1.0;
  const double sd = sd_of(law), k = law.shape;
  if (order == 2) return sd > 0.0 && sd < INFINITE ? 1.0 : NO_NUMBER;
  switch (law.family) {
    case Family::point_mass:
      return NO_NUMBER;
    case Family::student_t:
      if (!(k < 0.5)) return NO_NUMBER;
      [[fallthrough]];
    case Family::normal:
    case Family::uniform:
    case Family::logistic: {
      double found = standard_moment(law, order);
      for (size_t i = 0; i < order; ++i) found *= law.scale / sd;
      return found;
    }
    case Family::skew_normal: {
      const double mean = delta_of(law) * ROOT_2_OVER_PI, unit = law.scale / sd;
      double total = 0.0, ways = 1.0;
      for (size_t i = order + 1; i-- > 0;) {
        double power = ways;
        for (size_t j = i; j < order; ++j) power *= -mean;
        total += power * standard_moment(law, i);
        ways *= static_cast<double>(i) / static_cast<double>(order - i + 1);
      }
      for (size_t i = 0; i < order; ++i) total *= unit;
      return total;
    }
    case Family::gamma:
    case Family::exponential: {
      const double step = law.family == Family::gamma ? law.scale : 1.0;
      double before = 1.0, last = 0.0;
      for (size_t n = 1; n < order; ++n) {
        const double next = static_cast<double>(n) * (step * last + before);
        before = last;
        last = next;
      }
      return last;
    }
    case Family::poisson:
    case Family::negative_binomial: {
      double found = central_of_counts(law, order);
      for (size_t i = 0; i < order; ++i) found /= sd;
      return found;
    }
    default:
      return by_integral(law, order);
  }
}

double raw_moment(const Law& law, size_t order) {
  if (order == 0) return 1.0;
  const double n = static_cast<double>(order);
  switch (space_of(law.family)) {
    case families::Space::log: {
      const double power = log_raw_of_positive(law, order) + n * log_ratio(law.location, 1.0).hi;
      return exp1(power);
    }
    case families::Space::logit: {
      double found = 1.0;
      for (double i = 0.0; i < n; i += 1.0) found *= (law.a + i) / (law.a + law.b + i);
      return found;
    }
    case families::Space::count:
      return raw_of_counts(law, order);
    default: {
      if (law.family == Family::point_mass) {
        double found = 1.0;
        for (size_t i = 0; i < order; ++i) found *= law.location;
        return found;
      }
      if (law.family == Family::student_t && !(n * law.shape < 1.0)) return order % 2 ? NO_NUMBER : INFINITE;
      double total = 0.0, ways = 1.0;
      for (size_t i = order + 1; i-- > 0;) {
        double part = ways * standard_moment(law, i);
        for (size_t j = 0; j < i; ++j) part *= law.scale;
        for (size_t j = i; j < order; ++j) part *= law.location;
        total += part;
        ways *= static_cast<double>(i) / static_cast<double>(order - i + 1);
      }
      return total;
    }
  }
}

}  // namespace mix1d::distribution
