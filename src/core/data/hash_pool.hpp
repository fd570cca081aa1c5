// hash_pool.hpp: pools a long column that has few distinct values, without keeping or sorting its rows
#pragma once

#include <cstddef>

#include "data/pool.hpp"

namespace mix1d::data {

// Pools a column that has at most `cap` distinct values. False as soon as there are more, or as something
// forbids the column: one of continuous values costs little more than `cap` rows.
//
// Counts are exact in any order, so slices may be counted by any thread. Weights are added in the order of
// the rows.
bool pool_by_hashing(const ColumnReader& column, const ColumnReader* weights, bool drop_missing, size_t cap,
                     unsigned threads, Pooled& out);

}  // namespace mix1d::data
