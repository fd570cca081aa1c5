// random.hpp: streams of random numbers, each given by a seed and the number of the replicate
//
// A replicate has a stream of its own, so the number of threads changes nothing; logarithms are the core's
// own, so the draws are the same bits everywhere. Generator: xoshiro256++ (Blackman & Vigna 2021,
// doi:10.1145/3460772), its state filled by splitmix64.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "data/failure.hpp"
#include "model/mixture.hpp"

namespace mix1d {

constexpr double MOST_DRAWS = 1e7;  // values that a replicate may draw one by one

class Random {
 public:
  Random(uint64_t seed, uint64_t stream) {
    uint64_t x = seed;
    x = split(x) + 0x9e3779b97f4a7c15u * (stream + 1);
    for (uint64_t& s : state_) s = split(x);
  }

  uint64_t next() {
    const uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0], t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  // in the open interval (0, 1)
  double uniform() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52; }

  // Standard normals by the polar method, a block at a time (Marsaglia & Bray 1964, doi:10.1137/1006063).
  void normals(double* out, size_t n) {
    constexpr size_t PAIRS = 32;
    double u[PAIRS], v[PAIRS], square[PAIRS], logarithm[PAIRS];
    for (size_t done = 0; done < n;) {
      const size_t pairs = std::min(PAIRS, (n - done + 1) / 2);
      for (size_t i = 0; i < pairs; ++i) do {
          u[i] = 2.0 * uniform() - 1.0;
          v[i] = 2.0 * uniform() - 1.0;
          square[i] = u[i] * u[i] + v[i] * v[i];
        } while (!(square[i] < 1.0));
      kernels().log(square, logarithm, pairs);
      for (size_t i = 0; i < pairs; ++i) {
        const double factor = std::sqrt(-2.0 * logarithm[i] / square[i]);
        out[done++] = u[i] * factor;
        if (done < n) out[done++] = v[i] * factor;
      }
    }
  }

  void exponentials(double* out, size_t n) {
    for (size_t i = 0; i < n; ++i) out[i] = uniform();
    kernels().log(out, out, n);
    for (size_t i = 0; i < n; ++i) out[i] = -out[i];
  }

  // Gamma(shape, 1) for any positive shape (Marsaglia & Tsang 2000, doi:10.1145/358407.358414).
  double gamma(double shape) {
    if (shape < 1.0) {  // Gamma(shape + 1) times the power 1 / shape of a uniform
      double power = uniform();
      kernels().log(&power, &power, 1);
      power /= shape;
      kernels().exp(&power, &power, 1);
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
      kernels().log(logs, logs, 2);
      if (logs[0] < 0.5 * z * z + d * (1.0 - cube + logs[1])) return d * cube;
    }
  }

 private:
  static uint64_t rotate(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  static uint64_t split(uint64_t& x) {
    uint64_t z = x += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  uint64_t state_[4];
};

// A sample drawn anew: sorted distinct values with their weights.
struct Drawn {
  std::vector<double> values, weights;
};

// So many values that a replicate draws, or refuses to.
inline void check_draws(double draws) {
  if (!(draws <= MOST_DRAWS))
    throw Refused("sample_weight sums to too much for replicates, which draw at most 1e7 values: scale it");
}

// Where rounded values lie: multiples of `step` away from `origin`; step 0 for values that are not rounded.
struct Lattice {
  double step = 0.0, origin = 0.0;
};

// n values of a mixture, each of weight `weight`, on the lattice of the data.
inline Drawn draw_values(Random& random, const Mix& mix, size_t n, double weight, const Lattice& lattice) {
  check_draws(static_cast<double>(n));
  constexpr double LARGEST = std::numeric_limits<double>::max();
  std::vector<double> bound(mix.k), x(n);
  double sum = 0.0;
  for (size_t j = 0; j < mix.k; ++j) bound[j] = sum += mix.weight(j);
  random.normals(x.data(), n);
  for (size_t i = 0; i < n; ++i) {
    const double u = random.uniform() * sum;
    size_t j = 0;
    while (j + 1 < mix.k && u >= bound[j]) ++j;
    x[i] = mix.mean(j) + mix.sd(j) * x[i];
    if (lattice.step > 0.0)
      x[i] = lattice.origin + lattice.step * std::nearbyint((x[i] - lattice.origin) / lattice.step);
    x[i] = x[i] > -LARGEST ? std::min(x[i], LARGEST) : -LARGEST;
  }
  std::sort(x.begin(), x.end());
  Drawn drawn;
  drawn.values.reserve(n);
  drawn.weights.reserve(n);
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && x[end] == x[i]) ++end;
    drawn.values.push_back(x[i]);
    drawn.weights.push_back(weight * static_cast<double>(end - i));
    i = end;
  }
  return drawn;
}

// The same values with Gamma(w, 1) weights that add up to the old total: the weighted-likelihood bootstrap
// (Newton & Raftery 1994, doi:10.1111/j.2517-6161.1994.tb01956.x) with weights as repetitions.
inline void draw_weights(Random& random, const double* w, size_t n, double* out) {
  double total = 0.0, sum = 0.0;
  bool ones = true;
  for (size_t i = 0; i < n; ++i) ones &= w[i] == 1.0;
  if (ones)
    random.exponentials(out, n);
  else
    for (size_t i = 0; i < n; ++i) out[i] = random.gamma(w[i]);
  for (size_t i = 0; i < n; ++i) total += w[i], sum += out[i];
  if (!(sum > 0.0)) throw Refused("all weights drawn for a replicate are zero: scale sample_weight up");
  const double factor = total / sum;
  for (size_t i = 0; i < n; ++i) out[i] *= factor;
}

// How often each of n values is drawn in `draws` draws with replacement.
inline void draw_counts(Random& random, const double* w, size_t n, size_t draws, double* out) {
  check_draws(static_cast<double>(draws));
  std::vector<double> bound(n);
  double sum = 0.0;
  for (size_t i = 0; i < n; ++i) bound[i] = sum += w[i];
  std::fill_n(out, n, 0.0);
  for (size_t d = 0; d < draws; ++d) {
    const double u = random.uniform() * sum;
    const size_t i = std::upper_bound(bound.begin(), bound.end(), u) - bound.begin();
    out[std::min(i, n - 1)] += 1.0;
  }
}

}  // namespace mix1d
