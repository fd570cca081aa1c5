// numbers.hpp: the loops' functions of one number
#pragma once

#include "kernels/kernels.hpp"

namespace mix1d::kernels {

inline double log1(double x) {
  loops().log(&x, &x, 1);
  return x;
}

inline double exp1(double x) {
  loops().exp(&x, &x, 1);
  return x;
}

inline double erfcx1(double x) {
  loops().erfcx(&x, &x, 1);
  return x;
}

}  // namespace mix1d::kernels
