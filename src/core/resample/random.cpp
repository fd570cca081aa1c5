// random.cpp: normal, exponential and Gamma numbers from uniform ones
#include "resample/random.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"

namespace mix1d::resample {

using namespace kernels;

void Random::normals(double* out, size_t n) {
  constexpr size_t PAIRS = 32;
  double u[PAIRS], v[PAIRS], square[PAIRS], logarithm[PAIRS];
  for (size_t done = 0; done < n;) {
    const size_t pairs = std::min(PAIRS, (n - done + 1) / 2);
    for (size_t i = 0; i < pairs; ++i) do {
        u[i] = 2.0 * uniform() - 1.0;
        v[i] = 2.0 * uniform() - 1.0;
        square[i] = u[i] * u[i] + v[i] * v[i];
      } while (!(square[i] < 1.0));
    loops().log(square, logarithm, pairs);
    for (size_t i = 0; i < pairs; ++i) {
      const double factor = std::sqrt(-2.0 * logarithm[i] / square[i]);
      out[done++] = u[i] * factor;
      if (done < n) out[done++] = v[i] * factor;
    }
  }
}

double Random::normal_between(double low, double high) {
  constexpr double ROOT_2_PI = 2.50662827463100050242;
  if (high < 0.0) return -normal_between(-high, -low);
  if (low <= 0.0) {
    const bool wide = high - low > ROOT_2_PI;
    for (;;) {
      double z;
      if (wide) {
        normals(&z, 1);
        if (z >= low && z <= high) return z;
      } else {
        z = low + (high - low) * uniform();
        if (uniform() <= exp1(-0.5 * z * z)) return z;
      }
    }
  }
  // in the tail: exponential steps beyond `low`, or uniform ones where the density hardly falls
  const double rate = 0.5 * (low + std::sqrt(low * low + 4.0)), width = high - low;
  const bool flat = width * rate < 1.0;
  for (;;) {
    const double z = low + (flat ? width * uniform() : -log1(uniform()) / rate);
    if (z > high) continue;
    const double away = flat ? 0.5 * (z - low) * (z + low) : 0.5 * (z - rate) * (z - rate);
    if (uniform() <= exp1(-away)) return z;
  }
}

void Random::exponentials(double* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = uniform();
  loops().log(out, out, n);
  for (size_t i = 0; i < n; ++i) out[i] = -out[i];
}

double Random::gamma(double shape) {
  if (shape < 1.0) {  // Gamma(shape + 1) times the power 1 / shape of a uniform
    const double power = exp1(log1(uniform()) / shape);
    return gamma(shape + 1.0) * power;
  }
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    double z, logs[2];
    normals(&z, 1);
    const double t = 1.0 + c * z;
    if (!(t > 0.0)) continue;
    const double cube = t * t * t;
    logs[0] = uniform();
    logs[1] = cube;
    loops().log(logs, logs, 2);
    if (logs[0] < 0.5 * z * z + d * (1.0 - cube + logs[1])) return d * cube;
  }
}

}  // namespace mix1d::resample
