// window.hpp: the range outside which nothing was recorded
#pragma once

#include <limits>

namespace mix1d::observations {

struct Window {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  // How far a mean lies outside, in sds; negative below.
  double beyond(double mean, double sd) const {
    return mean < low ? (mean - low) / sd : mean > high ? (mean - high) / sd : 0.0;
  }
  bool whole_line() const {
    return low == -std::numeric_limits<double>::infinity() && high == std::numeric_limits<double>::infinity();
  }
};

}  // namespace mix1d::observations
