// family.hpp: what a family of densities must say, on eight lanes
//
// Log densities count the logarithm of the component's weight. Derivatives are taken in local coordinates:
// by location in units of the scale, by log scale, by shape.
#pragma once

#include "families/component.hpp"
#include "simd/math.hpp"

namespace {

template <class F>
concept FamilyOfDensities = requires(const mix1d::families::Coordinates& at, double* numbers, const double* t,
                                     Vec y, Vec* u, Vec* h) {
  F::SLOTS;                 // 0 .. MOST_SLOTS
  F::prepare(at, numbers);  // once a component and pass
  F::log_density(t, y);
  // log density; first derivatives; second ones, row by row of the upper triangle
  F::derivatives(t, y, u, h);
};

// What rows of other kinds ask for; a family may lack either.
template <class F>
concept HasIntervals = requires(const double* t, Vec lower, Vec upper, Vec* u, Vec* h) {
  F::mass_derivatives(t, lower, upper, u, h);  // log probability
};
template <class F>
concept HasNoise = requires(const double* t, Vec y, Vec variance, Vec* u, Vec* h) {
  F::noisy_derivatives(t, y, variance, u, h);
  F::noisy_mass_derivatives(t, y, y, variance, u, h);
};

}  // namespace
