// scans.hpp: what the rows of a column are, as tuples
#pragma once

#include "bind/arrays.hpp"
#include "data/scan.hpp"

namespace mix1d::bind {

inline nb::tuple write_census(const data::Census& c) {
  return nb::make_tuple(c.n_missing, c.first_missing, c.n_infinite, c.first_infinite, c.n_bad_weight,
                        c.first_bad_weight, c.n_zero_weight, c.n_obs);
}

inline nb::tuple write_scan(const data::Scan& s) {
  return nb::make_tuple(s.minimum, s.maximum, s.total_weight, write_census(s.census));
}

}  // namespace mix1d::bind
