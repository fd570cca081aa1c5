// kinds.hpp: what a kind of row asks of a family
//
// A kind turns eight rows into the logarithm of their density or probability, with its derivatives, in the
// coordinates of the component. A family that lacks what a kind asks for has no loops for it.
#pragma once

#include "observations/block.hpp"
#include "simd/vec.hpp"

namespace {

// Exact values.
struct Point {
  template <class F>
  static MIX1D_INLINE Vec log_density(const mix1d::observations::Block& rows, size_t i, const double* t) {
    return F::log_density(t, load(rows.a + i));
  }
  template <class F>
  static MIX1D_INLINE Vec derivatives(const mix1d::observations::Block& rows, size_t i, const double* t,
                                      Vec* u, Vec* h) {
    return F::derivatives(t, load(rows.a + i), u, h);
  }
};

// The logarithm of a kind that has it with its derivatives only.
template <class K, class F>
MIX1D_INLINE Vec log_of_derivatives(const mix1d::observations::Block& rows, size_t i, const double* t) {
  Vec u[F::SLOTS + 1], h[F::SLOTS * (F::SLOTS + 1) / 2 + 1];
  return K::template derivatives<F>(rows, i, t, u, h);
}

struct Interval {
  template <class F>
  static MIX1D_INLINE Vec log_density(const mix1d::observations::Block& rows, size_t i, const double* t) {
    return log_of_derivatives<Interval, F>(rows, i, t);
  }
  template <class F>
  static MIX1D_INLINE Vec derivatives(const mix1d::observations::Block& rows, size_t i, const double* t,
                                      Vec* u, Vec* h) {
    return F::mass_derivatives(t, load(rows.a + i), load(rows.b + i), u, h);
  }
};

struct Noisy {
  template <class F>
  static MIX1D_INLINE Vec log_density(const mix1d::observations::Block& rows, size_t i, const double* t) {
    return log_of_derivatives<Noisy, F>(rows, i, t);
  }
  template <class F>
  static MIX1D_INLINE Vec derivatives(const mix1d::observations::Block& rows, size_t i, const double* t,
                                      Vec* u, Vec* h) {
    return F::noisy_derivatives(t, load(rows.a + i), load(rows.variance + i), u, h);
  }
};

struct NoisyInterval {
  template <class F>
  static MIX1D_INLINE Vec log_density(const mix1d::observations::Block& rows, size_t i, const double* t) {
    return log_of_derivatives<NoisyInterval, F>(rows, i, t);
  }
  template <class F>
  static MIX1D_INLINE Vec derivatives(const mix1d::observations::Block& rows, size_t i, const double* t,
                                      Vec* u, Vec* h) {
    return F::noisy_mass_derivatives(t, load(rows.a + i), load(rows.b + i), load(rows.variance + i), u, h);
  }
};

}  // namespace
