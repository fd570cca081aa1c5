// candidates.hpp: the numbers of components that are tried where none was asked for
#pragma once

#include <algorithm>
#include <cstddef>

namespace mix1d {

// The largest of them. A column of few distinct values holds no more parameters than those less one: 3k - 1
// with free sds, 2k with equal ones. Where there are many, five values a component are few enough.
constexpr size_t most_components(size_t distinct, bool equal_only) {
  constexpr size_t MOST = 10, A_COMPONENT = 5, FEW = 10;
  const size_t few = std::min(distinct, FEW - 1);
  const size_t estimable = equal_only ? (few > 0 ? few - 1 : 0) / 2 : few / 3;
  return std::clamp<size_t>(std::max(distinct / A_COMPONENT, estimable), 1, MOST);
}

}  // namespace mix1d
