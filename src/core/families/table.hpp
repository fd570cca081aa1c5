// table.hpp: the loops of every family over a block of every kind
#pragma once

#include "families/beta.hpp"
#include "families/exponential.hpp"
#include "families/gamma.hpp"
#include "families/inverse_gaussian.hpp"
#include "families/logistic.hpp"
#include "families/lognormal.hpp"
#include "families/negative_binomial.hpp"
#include "families/noise.hpp"
#include "families/normal.hpp"
#include "families/point_mass.hpp"
#include "families/poisson.hpp"
#include "families/quadrature.hpp"
#include "families/skew_normal.hpp"
#include "families/student_t.hpp"
#include "families/summing.hpp"
#include "families/uniform.hpp"
#include "families/weibull.hpp"
#include "observations/kinds.hpp"

namespace {

using mix1d::families::Space;

// A component's part of the work space: its log densities, first and second derivatives at 64 rows.
constexpr size_t FIRST = 1, SECOND = FIRST + mix1d::families::MOST_SLOTS;
constexpr size_t ARRAYS = SECOND + mix1d::families::pairs_of(mix1d::families::MOST_SLOTS);

struct FamilyLoops {
  void (*log_density)(const mix1d::observations::Block& rows, const double* t, double* out);
  void (*scores)(const mix1d::observations::Block& rows, const double* t,
                 double* out);  // without second derivatives
  void (*derivatives)(const mix1d::observations::Block& rows, const double* t, double* out);
};

template <class F, class K>
void log_density_of(const mix1d::observations::Block& rows, const double* t, double* out) {
  for (size_t i = 0; i < rows.count; i += LANES) store(out + i, K::template log_density<F>(rows, i, t));
}

template <class F, class K, bool TWICE>
void derivatives_of(const mix1d::observations::Block& rows, const double* t, double* out) {
  constexpr size_t N = F::SLOTS, M = mix1d::families::pairs_of(N);
  for (size_t i = 0; i < rows.count; i += LANES) {
    Vec u[N + 1], h[M + 1];
    store(out + i, K::template derivatives<F>(rows, i, t, u, h));
    _Pragma("GCC unroll 3") for (size_t s = 0; s < N; ++s)
        store(out + (FIRST + s) * mix1d::observations::BLOCK_ROWS + i, u[s]);
    if constexpr (TWICE)
      _Pragma("GCC unroll 6") for (size_t s = 0; s < M; ++s)
          store(out + (SECOND + s) * mix1d::observations::BLOCK_ROWS + i, h[s]);
  }
}

template <FamilyOfDensities F, class K>
constexpr FamilyLoops loops_of = {log_density_of<F, K>, derivatives_of<F, K, false>,
                                  derivatives_of<F, K, true>};

struct FamilyRow {
  size_t slots;
  void (*prepare)(const mix1d::families::Coordinates& at, double* numbers);
  FamilyLoops loops[mix1d::observations::KINDS];
};

// A family whose probabilities are integrals of its density, which is that of the logarithm of a value or of
// the value itself.
template <class F, bool LOGARITHMIC>
struct Integrated : F {
  static Vec mass_derivatives(const double* t, Vec lower, Vec upper, Vec* u, Vec* h) {
    if constexpr (F::COUNTS)
      return mass_by_summing<F>(t, lower, upper, u, h);
    else
      return mass_by_quadrature<F>(t, lower, upper, u, h);
  }
  static Vec noisy_derivatives(const double* t, Vec y, Vec variance, Vec* u, Vec* h) {
    return noisy_by_quadrature<F, LOGARITHMIC>(t, y, variance, u, h);
  }
  static Vec noisy_mass_derivatives(const double* t, Vec lower, Vec upper, Vec variance, Vec* u, Vec* h) {
    return noisy_mass_by_quadrature<F, LOGARITHMIC>(t, lower, upper, variance, u, h);
  }
};

// None where the family lacks what the kind asks for.
template <FamilyOfDensities F>
constexpr FamilyLoops loops_of_intervals() {
  if constexpr (HasIntervals<F>)
    return loops_of<F, Interval>;
  else if constexpr (F::SLOTS > 0)
    return loops_of<Integrated<F, false>, Interval>;
  else
    return {};
}
// A value plus its error is no logarithm: rows with errors hold values, whatever the space of the family.
template <FamilyOfDensities F, class K, Space SPACE>
constexpr FamilyLoops loops_of_noise() {
  if constexpr (HasNoise<F>)
    return loops_of<F, K>;
  else if constexpr (F::SLOTS > 0 && (SPACE == Space::real || SPACE == Space::log))
    return loops_of<Integrated<F, SPACE == Space::log>, K>;
  else
    return {};
}

// Location and scale stand in the same places for all families.
template <FamilyOfDensities F>
void prepare_family(const mix1d::families::Coordinates& at, double* numbers) {
  F::prepare(at, numbers);
  numbers[mix1d::families::LOCATION] = at.location;
  numbers[mix1d::families::SCALE] = at.scale;
}

template <FamilyOfDensities F, Space SPACE = Space::real>
constexpr FamilyRow row_of = {F::SLOTS,
                              prepare_family<F>,
                              {loops_of<F, Point>, loops_of_intervals<F>(), loops_of_noise<F, Noisy, SPACE>(),
                               loops_of_noise<F, NoisyInterval, SPACE>()}};

constexpr FamilyRow FAMILY_TABLE[mix1d::families::FAMILIES] = {row_of<Normal>,
                                                               row_of<Uniform>,
                                                               row_of<Lognormal, Space::log>,
                                                               row_of<Gamma, Space::log>,
                                                               row_of<Weibull, Space::log>,
                                                               row_of<InverseGaussian, Space::log>,
                                                               row_of<ExponentialFamily, Space::log>,
                                                               row_of<StudentT>,
                                                               row_of<Logistic>,
                                                               row_of<SkewNormal>,
                                                               row_of<Beta, Space::logit>,
                                                               row_of<Poisson, Space::count>,
                                                               row_of<NegativeBinomial, Space::count>,
                                                               row_of<PointMass>};

}  // namespace
