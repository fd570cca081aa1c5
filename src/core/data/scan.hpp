// scan.hpp: one parallel pass that checks a long column and takes its range and total weight
#pragma once

#include <limits>

#include "data/pool.hpp"

namespace mix1d::data {

struct Scan {
  Census census;
  double minimum = std::numeric_limits<double>::infinity();  // over the rows that count
  double maximum = -std::numeric_limits<double>::infinity();
  double total_weight = 0.0;
};

// The same bits for any number of threads: one partial result per fixed slice, joined in the order of the
// rows.
Scan scan_column(const ColumnReader& column, const ColumnReader* weights, unsigned threads);

}  // namespace mix1d::data
