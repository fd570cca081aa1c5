// finer_cells.hpp: a place where cells finer than those of a sketch are wanted
#pragma once

namespace mix1d {

struct Focus {
  double low = 0.0, high = 0.0;
  int level = 0;  // cells there are at most 2^level wide
};

}  // namespace mix1d
