// candidates.hpp: the numbers of components that are tried where none was asked for
#pragma once

#include <algorithm>
#include <cstddef>

namespace mix1d {

// The largest of them: five distinct values a component, and up to three where there are more values than
// parameters, 3k - 1 with free sds, 2k with equal ones.
constexpr size_t most_components(size_t distinct, bool equal_only) {
  constexpr size_t MOST = 10, A_COMPONENT = 5, FEW = 3;
  const size_t estimable = equal_only ? (distinct > 0 ? distinct - 1 : 0) / 2 : distinct / 3;
  return std::clamp<size_t>(std::max(distinct / A_COMPONENT, std::min(estimable, FEW)), 1, MOST);
}

}  // namespace mix1d
