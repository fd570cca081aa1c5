// candidates.hpp: the numbers of components that are tried where none was asked for
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "model/chart.hpp"

namespace mix1d::search {

// The largest of them: five distinct values a component, and up to three where there are more values than
// parameters under each of the charts.
inline size_t most_components(size_t distinct, const std::vector<const model::Chart*>& charts) {
  constexpr size_t MOST = 10, A_COMPONENT = 5, FEW = 3;
  size_t estimable = 0;
  while (estimable < FEW &&
         std::all_of(
             charts.begin(), charts.end(),
             [&](const model::Chart* chart) { return chart->n_parameters(estimable + 1) < distinct; }))
    ++estimable;
  return std::clamp<size_t>(std::max(distinct / A_COMPONENT, estimable), 1, MOST);
}

}  // namespace mix1d::search
