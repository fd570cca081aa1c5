// window.hpp: the range outside which nothing was recorded
#pragma once

#include <limits>

namespace mix1d::observations {

struct Window {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool whole_line() const {
    return low == -std::numeric_limits<double>::infinity() && high == std::numeric_limits<double>::infinity();
  }
};

}  // namespace mix1d::observations
