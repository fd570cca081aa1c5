// cell_moments.hpp: values into the moments of their cells, the inner loop of a sketch
#pragma once

#include "kernels/kernels.hpp"
#include "simd/vec.hpp"

namespace {

template <size_t... lane>
struct Lanes {};
template <size_t width, size_t... lane>
struct LanesUpTo : LanesUpTo<width - 1, width - 1, lane...> {};
template <size_t... lane>
struct LanesUpTo<0, lane...> {
  using type = Lanes<lane...>;
};

// The upper blocks of `size` lanes of a change places with the lower ones of b.
template <size_t size, size_t... lane>
MIX1D_INLINE void exchange(Reg& a, Reg& b, Lanes<lane...>) {
  const Reg first = __builtin_shufflevector(a, b, (int)(lane & size ? lane - size + WIDTH : lane)...);
  b = __builtin_shufflevector(a, b, (int)(lane & size ? lane + WIDTH : lane + size)...);
  a = first;
}

// Rows become columns: blocks of 1, 2, 4 lanes change places.
MIX1D_INLINE void transpose(Reg* rows) {
  constexpr typename LanesUpTo<WIDTH>::type lanes{};
#pragma GCC unroll 8
  for (size_t i = 0; i < WIDTH; i += 2) exchange<1>(rows[i], rows[i + 1], lanes);
  if constexpr (WIDTH > 2) {
#pragma GCC unroll 8
    for (size_t i = 0; i < WIDTH; ++i)
      if (!(i & 2)) exchange<2>(rows[i], rows[i + 2], lanes);
  }
  if constexpr (WIDTH > 4) {
#pragma GCC unroll 8
    for (size_t i = 0; i < WIDTH; ++i)
      if (!(i & 4)) exchange<4>(rows[i], rows[i + 4], lanes);
  }
}

// The cell of a value in the nodes below a piece, and where in it the value lies.
inline int32_t descend(const mix1d::kernels::CellMap& map, int32_t entry, double x, double* u) {
  double at = 0.0;
  while (entry < 0) {
    const mix1d::kernels::CellNode& node = map.nodes[-entry - 1];
    at = (x - node.low) * node.per_unit;
    if (!(at >= 0.0 && at < node.pieces)) return 0;
    entry = map.entries[node.first + (int32_t)at];
  }
  *u = 2.0 * (at - (double)(int32_t)at) - 1.0;
  return entry;
}

// Adds n values to a table of eight moments a cell; w is null where all weigh one. Numbers of values that lie
// in no planned cell go to `outside`; returns how many.
size_t add_cell_moments(const mix1d::kernels::CellMap& map, const double* x, const double* w, size_t n,
                        double* table, uint32_t* outside) {
  constexpr size_t BATCH = 128;
  int32_t cell[BATCH];
  double u[BATCH];
  size_t count = 0;
  for (size_t begin = 0; begin < n; begin += BATCH) {
    const size_t size = n - begin < BATCH ? n - begin : BATCH;
    for (size_t i = 0; i < size; ++i) {
      const double at = (x[begin + i] - map.root.low) * map.root.per_unit;
      const double kept = at >= 0.0 && at < map.root.pieces ? at : map.root.pieces;  // there is entry 0
      cell[i] = (int32_t)kept;
      u[i] = 2.0 * (kept - (double)cell[i]) - 1.0;
    }
    for (size_t i = 0; i < size; ++i) {
      int32_t entry = map.entries[cell[i]];
      if (__builtin_expect(entry <= 0, 0)) {
        if (entry < 0) entry = descend(map, entry, x[begin + i], u + i);
        if (entry == 0) outside[count++] = (uint32_t)(begin + i);
      }
      cell[i] = entry;
    }
    for (size_t i = size; i % WIDTH; ++i) {  // cell 0 may hold anything
      cell[i] = 0;
      u[i] = 0.0;
    }
    for (size_t i = 0; i < size; i += WIDTH) {
      Reg power[LANES];
      __builtin_memcpy(&power[1], u + i, sizeof(Reg));
      power[0] = Reg{} + 1.0;
      power[2] = power[1] * power[1];
      power[3] = power[1] * power[2];
      power[4] = power[2] * power[2];
      power[5] = power[1] * power[4];
      power[6] = power[2] * power[4];
      power[7] = power[3] * power[4];
      if (w) {
        double weight[WIDTH];
        for (size_t j = 0; j < WIDTH; ++j) weight[j] = i + j < size ? w[begin + i + j] : 0.0;
        Reg weights;
        __builtin_memcpy(&weights, weight, sizeof(Reg));
#pragma GCC unroll 8
        for (size_t p = 0; p < LANES; ++p) power[p] = power[p] * weights;
      }
#pragma GCC unroll 8
      for (size_t part = 0; part < PARTS; ++part) transpose(power + part * WIDTH);
#pragma GCC unroll 8
      for (size_t j = 0; j < WIDTH; ++j) {
        double* moments = table + LANES * (size_t)cell[i + j];
#pragma GCC unroll 8
        for (size_t part = 0; part < PARTS; ++part) {
          Reg sum;
          __builtin_memcpy(&sum, moments + part * WIDTH, sizeof(Reg));
          sum = sum + power[part * WIDTH + j];
          __builtin_memcpy(moments + part * WIDTH, &sum, sizeof(Reg));
        }
      }
    }
  }
  return count;
}

}  // namespace
