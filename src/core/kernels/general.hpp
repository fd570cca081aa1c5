// general.hpp: the table of loops over components of any family and rows of any kind
//
// Each adds to `acc`, eight lanes a sum, what the blocks give. With s_j slots of component j (location, log
// scale, shape), r_j its responsibility and u_j, h_j the first and second derivatives of its log density:
//   em_sums          log-likelihood; for each j: sum w r_j, sum w r_j u_j
//   derivative_sums  log-likelihood; for each j: sum w r_j, sum w r_j u_j, sum w r_j (h_j + (1 - r_j) u_j
//   u_j');
//                    for each pair j < l: sum w r_j r_l (1, u_j) (1, u_l)', row by row
//   score_sums       for each j: sum w r_j, sum w r_j u_j; for each pair j <= l: sum w r_j r_l (1, u_j) (1,
//   u_l)' entropy_sums     sum w times the entropy of the responsibilities
#pragma once

#include <stddef.h>

#include "families/component.hpp"
#include "observations/block.hpp"

namespace mix1d::kernels {

struct GeneralKernels {
  // NUMBERS numbers of a component for its loops
  void (*prepare)(families::Family family, const families::Coordinates& at, double* numbers);
  // `work` holds general_work(k) numbers
  void (*em_sums)(const observations::Block* blocks, size_t n, const families::Parts& parts, double* work,
                  double* acc);
  void (*derivative_sums)(const observations::Block* blocks, size_t n, const families::Parts& parts,
                          double* work, double* acc);
  void (*score_sums)(const observations::Block* blocks, size_t n, const families::Parts& parts, double* work,
                     double* acc);
  void (*entropy_sums)(const observations::Block* blocks, size_t n, const families::Parts& parts,
                       double* work, double* acc);
  // out[r]: of the row with number r
  void (*log_density)(const observations::Block* blocks, size_t n, const families::Parts& parts, double* work,
                      double* out);
  // out[r k + j]
  void (*responsibilities)(const observations::Block* blocks, size_t n, const families::Parts& parts,
                           double* work, double* out);
  // One component's log densities at a block of rows, and their derivatives behind them, 64 numbers each:
  // first ones by slot, second ones by pair (families/component.hpp)
  void (*component)(const observations::Block& rows, families::Family family, const double* numbers,
                    double* out);
  // A new component against the density so far: out[r] = density / exp(log_f[r]) - 1
  void (*excess)(const observations::Block& rows, families::Family family, const double* numbers,
                 const double* log_f, double* out);
  // The largest sum w log(1 + e excess) in the weight e of the new component; `outside`: the weight of the
  // rows where its density is 0.
  double (*insertion_gain)(const double* w, const double* excess, size_t n, double outside, double* share);
};

constexpr size_t GENERAL_ARRAYS = 1 + families::MOST_SLOTS + families::pairs_of(families::MOST_SLOTS);
constexpr size_t general_work(size_t k) { return k * GENERAL_ARRAYS * 64; }

// The table for the running machine, or the one that MIX1D_ISA names.
const GeneralKernels& general_loops();

}  // namespace mix1d::kernels
