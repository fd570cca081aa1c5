// kernels.hpp: the table of loops that exist once per instruction set
#pragma once

#include <cstddef>
#include <cstdint>

namespace mix1d {

// A mixture as the loops want it. log_const = log(weight) - log(sd) - log(sqrt(2 pi)).
struct Components {
  size_t k;
  const double* mean;
  const double* inv_sd;
  const double* log_const;
  bool extreme;  // |z| may exceed 1e150: clamp it
};

struct Kernels {
  const char* isa;
  void (*exp)(const double* x, double* out, size_t n);
  void (*log)(const double* x, double* out, size_t n);
  void (*erfcx)(const double* x, double* out, size_t n);
};

// The table for the running machine, or the one that MIX1D_ISA names.
const Kernels& kernels();
// Names of the tables that this machine can run, slowest first, separated by blanks.
const char* runnable_isas();

}  // namespace mix1d
