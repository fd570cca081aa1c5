// reading.hpp: a column into a sketch: few values are kept, many go to planned cells in one parallel pass
#pragma once

#include <cstddef>
#include <vector>

#include "data/column.hpp"
#include "data/poll.hpp"
#include "sketch/sketch.hpp"

namespace mix1d::sketch {

// Adds the rows of a column, which has been checked: finite values, weights of at least 0. With
// `refinements`, there may be more cells than a sketch has.
void add_column(SketchState& state, const data::ColumnReader& data, const data::ColumnReader* weights,
                size_t threads, data::Poll* poll, const std::vector<Refinement>& refinements = {});

}  // namespace mix1d::sketch
