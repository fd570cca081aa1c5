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
  // gaussian.hpp; work holds 3k x 64 numbers
  void (*em_sums)(const double* x, const double* w, size_t n, const Components& c, double* work, double* acc);
  void (*derivative_sums)(const double* x, const double* w, size_t n, const Components& c, double* work,
                          double* acc);
  void (*entropy_sums)(const double* x, const double* w, size_t n, const Components& c, double* work, double* acc);
  void (*log_density)(const double* x, size_t n, const Components& c, double* work, double* out);
  double (*insertion_gain)(const double* x, const double* w, const double* log_f, size_t n, double mean,
                           double inv_sd, double log_const, double outside, double* work, double* share);
  void (*convolve)(const double* const* moments, size_t powers, size_t cells, const double* table, size_t offsets,
                   double* out);
};

// The table for the running machine, or the one that MIX1D_ISA names.
const Kernels& kernels();
// Names of the tables that this machine can run, slowest first, separated by blanks.
const char* runnable_isas();

}  // namespace mix1d
