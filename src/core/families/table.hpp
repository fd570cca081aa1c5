// table.hpp: the loops of every family over a block of every kind
#pragma once

#include "families/normal.hpp"
#include "families/uniform.hpp"
#include "observations/kinds.hpp"

namespace {

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

// None where the family lacks what the kind asks for.
template <FamilyOfDensities F>
constexpr FamilyLoops loops_of_intervals() {
  if constexpr (HasIntervals<F>)
    return loops_of<F, Interval>;
  else
    return {};
}
template <FamilyOfDensities F, class K>
constexpr FamilyLoops loops_of_noise() {
  if constexpr (HasNoise<F>)
    return loops_of<F, K>;
  else
    return {};
}

template <FamilyOfDensities F>
constexpr FamilyRow row_of = {F::SLOTS,
                              F::prepare,
                              {loops_of<F, Point>, loops_of_intervals<F>(), loops_of_noise<F, Noisy>(),
                               loops_of_noise<F, NoisyInterval>()}};

constexpr FamilyRow FAMILY_TABLE[mix1d::families::FAMILIES] = {row_of<Normal>, row_of<Uniform>};

}  // namespace
