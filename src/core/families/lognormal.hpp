// lognormal.hpp: y = log x is normal
#pragma once

#include "families/normal.hpp"

namespace {

struct Lognormal : private Normal {
  using Normal::COUNTS;
  using Normal::derivatives;
  using Normal::log_density;
  using Normal::mass_derivatives;
  using Normal::prepare;
  using Normal::SLOTS;
};

}  // namespace
