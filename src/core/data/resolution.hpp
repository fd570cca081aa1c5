// resolution.hpp: the spacing that rounding has left in a column
#pragma once

#include <cstddef>

namespace mix1d::data {

// The spacing h such that all gaps between the m sorted distinct values are multiples of h, or 0.
//
// The smallest gap g that is more than rounding noise is a small multiple of h, so g, g / 2 .. g / 10 are
// tried on at most 2000 evenly chosen gaps, shortest first. The spacing is re-estimated from the gaps
// accepted so far, because a g read from numbers with few decimals is too coarse to divide a long gap by.
// Every tolerance is relative to a value or to h, so a scale by a power of two goes straight through.
double lattice_spacing(const double* x, size_t m);

// The spacing of a sample, 0 when its values look continuous. It is asked for only where rounding shows
// itself by ties: fewer than 0.9 distinct values a unit of weight, so that weights and repetition are the
// same thing.
double resolution_of(const double* x, size_t m, double total_weight);

}  // namespace mix1d::data
