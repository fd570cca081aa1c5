// kernels.hpp: the table of loops that exist once per instruction set
#pragma once

#include <cstddef>
#include <cstdint>

namespace mix1d::kernels {

// A mixture as the loops want it. log_const = log(weight) - log(sd) - log(sqrt(2 pi)).
struct Components {
  size_t k;
  const double* mean;
  const double* inv_sd;
  const double* log_const;
  bool extreme;  // |z| may exceed 1e75: clamp it
};

// One weighted normal of a distribution. weight = weight_part * 2^weight_power and
// weight / (sd sqrt(2 pi)) = height * 2^height_power, with parts in [1, 2); sd in the scaled unit.
struct Normal {
  double mean, sd, weight, weight_part, weight_power, height, height_power;
};

// A distribution, without components of weight zero, in units of 1 / scale; scale = 2^scale_power keeps it
// off the ends of the floating-point range.
struct ScaledMixture {
  size_t k;
  const Normal* normals;
  double scale, scale_power;
};

// Masses at points between which quantiles are sought; x ascends and is scaled.
struct QuantileTable {
  size_t size;
  const double* x;
  const double* below;
  const double* above;
};

// Where a value's cell is sought. A node divides [low, low + pieces / per_unit) evenly; the entry of a piece
// is where the moments of its cell begin in a table, NO_CELL, or below that NO_CELL - 1 minus the number of a
// node inside it. The root's entries come first, between two more that are NO_CELL. Widths are powers of two.
constexpr int32_t NO_CELL = -1;
struct CellNode {
  double low, per_unit, pieces;
  int32_t first;
};
struct CellMap {
  CellNode root;
  const int32_t* entries;
  const CellNode* nodes;
};
// What rows are seen to be on their way into cells.
struct RowRange {
  double minimum, maximum;
  double weight[8];  // its sum, by lanes
  bool full;         // every weight is positive and finite
};

constexpr size_t MOST_NODES = 4;  // of a quadrature of a cell

struct Kernels {
  const char* isa;
  void (*exp)(const double* x, double* out, size_t n);
  void (*log)(const double* x, double* out, size_t n);
  void (*erfcx)(const double* x, double* out, size_t n);
  // normal_passes.hpp; work holds 3k x 64 numbers
  void (*em_sums)(const double* x, const double* w, size_t n, const Components& c, double* work, double* acc);
  void (*derivative_sums)(const double* x, const double* w, size_t n, const Components& c, double* work,
                          double* acc);
  void (*entropy_sums)(const double* x, const double* w, size_t n, const Components& c, double* work,
                       double* acc);
  void (*log_density)(const double* x, size_t n, const Components& c, double* work, double* out);
  double (*insertion_gain)(const double* x, const double* w, const double* log_f, size_t n, double mean,
                           double inv_sd, double log_const, double outside, double* work, double* share);
  void (*convolve)(const double* const* moments, size_t powers, size_t cells, const double* table,
                   size_t offsets, double* out);
  size_t (*add_cell_moments)(const CellMap& map, const double* x, const double* w, size_t n, double* table,
                             uint32_t* outside, RowRange* range);
  // eigen_nodes.hpp; each of the arrays holds MOST_NODES x 8 numbers
  void (*eigen_nodes)(const double* diagonal, const double* beside, double* values, double* shares);
  void (*pdf)(const ScaledMixture& d, const double* x, double* out, size_t n);
  void (*logpdf)(const ScaledMixture& d, const double* x, double* out, size_t n);
  // side: 1 for the mass below x, -1 for the mass above
  void (*probability)(const ScaledMixture& d, double side, const double* x, double* out, size_t n);
  void (*log_probability)(const ScaledMixture& d, double side, const double* x, double* out, size_t n);
  void (*quantile)(const ScaledMixture& d, const QuantileTable& table, double side, const double* p,
                   double* out, size_t n);
  void (*responsibilities)(const ScaledMixture& d, const double* x, double* out, size_t n, size_t columns,
                           const size_t* column, double* scratch);
};

// The table for the running machine, or the one that MIX1D_ISA names.
const Kernels& loops();
// Names of the tables that this machine can run, slowest first, separated by blanks.
const char* runnable_isas();

}  // namespace mix1d::kernels
