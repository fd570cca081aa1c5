// random.hpp: streams of random numbers, each given by a seed and the number of the replicate
//
// A replicate has a stream of its own, so the number of threads changes nothing; logarithms are the core's
// own, so the draws are the same bits everywhere. Generator: xoshiro256++ (Blackman & Vigna 2021,
// doi:10.1145/3460772), its state filled by splitmix64.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mix1d::resample {

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
  void normals(double* out, size_t n);

  // A standard normal between two ends, which may be infinite (Robert 1995, doi:10.1007/BF00143942).
  double normal_between(double low, double high);

  void exponentials(double* out, size_t n);

  // Gamma(shape, 1) for any positive shape (Marsaglia & Tsang 2000, doi:10.1145/358407.358414).
  double gamma(double shape);

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

}  // namespace mix1d::resample
