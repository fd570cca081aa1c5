// reading.hpp: a column into a sketch: few values are kept, many go to planned cells in one parallel pass
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "data/column.hpp"
#include "data/poll.hpp"
#include "data/scan.hpp"
#include "sketch/sketch.hpp"

namespace mix1d::sketch {

// Adds the rows of a column, and returns what they are. Nothing, and the state as it was, where one is
// missing or infinite, has a weight that is no weight, or none counts. With `refinements`, there may be more
// cells than a sketch has.
std::optional<data::Scan> add_column(SketchState& state, const data::ColumnReader& data,
                                     const data::ColumnReader* weights, size_t threads, data::Poll* poll,
                                     const std::vector<Refinement>& refinements = {});

}  // namespace mix1d::sketch
