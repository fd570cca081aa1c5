// ends.hpp: where densities may be singular, and how narrow cells are near there
//
// Densities of positive values may have a pole or a wide tail at 0, and the distance from 0 is their scale:
// no cell is wider than a sixteenth of it. Where all values lie between 0 and 1, the same holds at 1.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace mix1d::sketch {

struct Ends {
  bool zero = false, one = false;

  // Of values or cells from `lowest` up to `highest`.
  static Ends between(double lowest, double highest) {
    return {lowest > 0.0, lowest > 0.0 && highest <= 1.0};
  }

  // Whether a cell is wider than it should be.
  bool too_wide(int level, int64_t index) const {
    constexpr int64_t CELLS = 16;
    constexpr int MOST_SHIFT = 62;
    if (zero && index < CELLS) return true;
    return one && level <= 0 && level >= -MOST_SHIFT && (int64_t(1) << -level) - 1 - index < CELLS;
  }

  // The level of the widest cells about x.
  int level_at(double x, int otherwise) const {
    constexpr int SIXTEENTH = 4;
    if (zero && x > 0.0) otherwise = std::min(otherwise, std::ilogb(x) - SIXTEENTH);
    if (one && x < 1.0) otherwise = std::min(otherwise, std::ilogb(1.0 - x) - SIXTEENTH);
    return otherwise;
  }
};

}  // namespace mix1d::sketch
