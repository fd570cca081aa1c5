// candidates.hpp: the numbers of components that are tried where none was asked for
#pragma once

#include <algorithm>
#include <cstddef>

namespace mix1d {

// The largest of them. Below ten distinct values it is the parameters that are limited, to one less than the
// values: 3k - 1 with free sds, 2k with equal ones. From there on, five distinct values a component.
constexpr size_t most_components(size_t distinct, bool equal_only) {
  constexpr size_t MOST = 10, A_COMPONENT = 5, FEW = 10;
  const size_t estimable = equal_only ? (distinct > 0 ? distinct - 1 : 0) / 2 : distinct / 3;
  return std::clamp<size_t>(distinct < FEW ? estimable : distinct / A_COMPONENT, 1, MOST);
}

}  // namespace mix1d
