// cell_moments.hpp: values into the moments of their cells, the inner loop of a sketch
//
// A store and a load of a cache line for each value are what the loop costs at least. Where the values lie is
// therefore found some rows ahead, so that no look-up waits for another, and memory is asked for in time.
#pragma once

#include "kernels/kernels.hpp"
#include "simd/vec.hpp"

namespace {

// Rows are turned into columns in blocks of at most four: two steps of shuffles, and eight lanes take three.
constexpr size_t ROW_WIDTH = WIDTH < 4 ? WIDTH : 4;
constexpr size_t ROW_PARTS = LANES / ROW_WIDTH;
typedef double RowReg __attribute__((vector_size(8 * ROW_WIDTH)));
typedef int32_t PieceReg __attribute__((vector_size(4 * WIDTH)));

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
MIX1D_INLINE void exchange(RowReg& a, RowReg& b, Lanes<lane...>) {
  const RowReg first = __builtin_shufflevector(a, b, (int)(lane & size ? lane - size + ROW_WIDTH : lane)...);
  b = __builtin_shufflevector(a, b, (int)(lane & size ? lane + ROW_WIDTH : lane + size)...);
  a = first;
}

// Rows become columns: blocks of 1, 2 lanes change places.
MIX1D_INLINE void transpose(RowReg* rows) {
  constexpr typename LanesUpTo<ROW_WIDTH>::type lanes{};
#pragma GCC unroll 4
  for (size_t i = 0; i < ROW_WIDTH; i += 2) exchange<1>(rows[i], rows[i + 1], lanes);
  if constexpr (ROW_WIDTH > 2) {
#pragma GCC unroll 4
    for (size_t i = 0; i < ROW_WIDTH; ++i)
      if (!(i & 2)) exchange<2>(rows[i], rows[i + 2], lanes);
  }
}

// The entry of a value in the nodes below a piece, and where in its cell it lies.
inline int32_t descend(const mix1d::kernels::CellMap& map, int32_t entry, double x, double* u) {
  double at = 0.0;
  while (entry < mix1d::kernels::NO_CELL) {
    const mix1d::kernels::CellNode& node = map.nodes[mix1d::kernels::NO_CELL - 1 - entry];
    at = (x - node.low) * node.per_unit;
    if (!(at >= 0.0 && at < node.pieces)) return mix1d::kernels::NO_CELL;
    entry = map.entries[node.first + (int32_t)at];
  }
  *u = 2.0 * (at - (double)(int32_t)at) - 1.0;
  return entry;
}

// Pieces of the root in which values lie, and where in them, for the rows that come next.
struct Places {
  static constexpr size_t AHEAD = 64;
  alignas(64) int32_t piece[AHEAD];
  alignas(64) double u[AHEAD];
};

// Eight rows from a multiple of eight on. Pieces are whole powers of two wide, so that fused and separate
// steps round alike; what lies outside all of them gets the one before the first or behind the last.
MIX1D_INLINE void locate(const mix1d::kernels::CellMap& map, const double* x, size_t row, Places& places,
                         Vec& least, Vec& most) {
  const Reg pieces = Reg{} + map.root.pieces;
  MIX1D_EACH {
    Reg value;
    __builtin_memcpy(&value, x + i * WIDTH, sizeof(Reg));
    least.p[i] = value < least.p[i] ? value : least.p[i];
    most.p[i] = value > most.p[i] ? value : most.p[i];
#if defined(__AVX2__)
    const Reg before = Reg{} - 1.0;
    Reg at = fma_reg(value, Reg{} + map.root.per_unit, Reg{} - map.root.low * map.root.per_unit);
    at = at > before ? at : before;  // a NaN too
    at = at < pieces ? at : pieces;
#if defined(__AVX512F__)
    const Reg whole = (Reg)_mm512_roundscale_pd((__m512d)at, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
#else
    const Reg whole = (Reg)_mm256_floor_pd((__m256d)at);
#endif
    const PieceReg piece = __builtin_convertvector(whole, PieceReg);
    const Reg u = fma_reg(at - whole, Reg{} + 2.0, Reg{} - 1.0);
#else
    Reg at = (value - map.root.low) * map.root.per_unit;
    at = (at >= 0.0) & (at < pieces) ? at : pieces;
    const PieceReg piece = __builtin_convertvector(at, PieceReg);
    const Reg u = 2.0 * (at - __builtin_convertvector(piece, Reg)) - 1.0;
#endif
    const size_t slot = row % Places::AHEAD + i * WIDTH;
    __builtin_memcpy(places.piece + slot, &piece, sizeof(piece));
    __builtin_memcpy(places.u + slot, &u, sizeof(u));
  }
}

// Adds the powers of eight values to their cells.
template <class Entry>
MIX1D_INLINE void add_powers(const Entry* entry, const double* u, const double* w, double* table) {
#pragma GCC unroll 8
  for (size_t k = 0; k < LANES; k += ROW_WIDTH) {
    RowReg power[LANES];
    __builtin_memcpy(&power[1], u + k, sizeof(RowReg));
    power[0] = RowReg{} + 1.0;
    power[2] = power[1] * power[1];
    power[3] = power[1] * power[2];
    power[4] = power[2] * power[2];
    power[5] = power[1] * power[4];
    power[6] = power[2] * power[4];
    power[7] = power[3] * power[4];
    if (w) {
      RowReg weight;
      __builtin_memcpy(&weight, w + k, sizeof(RowReg));
#pragma GCC unroll 8
      for (size_t p = 0; p < LANES; ++p) power[p] = power[p] * weight;
    }
#pragma GCC unroll 8
    for (size_t block = 0; block < ROW_PARTS; ++block) transpose(power + block * ROW_WIDTH);
#pragma GCC unroll 8
    for (size_t j = 0; j < ROW_WIDTH; ++j) {
      double* moments = table + entry[k + j];
#pragma GCC unroll 8
      for (size_t block = 0; block < ROW_PARTS; ++block) {
        RowReg sum;
        __builtin_memcpy(&sum, moments + block * ROW_WIDTH, sizeof(RowReg));
        sum = sum + power[block * ROW_WIDTH + j];
        __builtin_memcpy(moments + block * ROW_WIDTH, &sum, sizeof(RowReg));
      }
    }
  }
}

// The first `size` of eight rows of which some lie in no cell of the root; returns how many lie in none.
__attribute__((noinline)) size_t add_finer(const mix1d::kernels::CellMap& map, const Places& places,
                                           const double* x, const double* w, size_t row, size_t size,
                                           double* table, uint32_t* outside) {
  int32_t entry[LANES] = {};  // the first cell may hold anything
  double u[LANES] = {}, weight[LANES] = {};
  size_t count = 0;
  for (size_t j = 0; j < size; ++j) {
    u[j] = places.u[row % Places::AHEAD + j];
    weight[j] = w ? w[row + j] : 1.0;
    int32_t found = map.entries[places.piece[row % Places::AHEAD + j]];
    if (found < mix1d::kernels::NO_CELL) found = descend(map, found, x[row + j], u + j);
    if (found == mix1d::kernels::NO_CELL)
      outside[count++] = (uint32_t)(row + j);
    else
      entry[j] = found;
  }
  add_powers(entry, u, w ? weight : nullptr, table);
  return count;
}

// Sums weights by lanes; false where one is not positive and finite.
MIX1D_INLINE bool sum_weights(const double* w, size_t n, double* lanes) {
  Vec total = splat(0.0);
  bool good = true;
  size_t row = 0;
  for (; row + LANES <= n; row += LANES) {
    const Vec weight = load(w + row);
    good &= all_less(splat(0.0), weight) & all_less(weight, splat(__builtin_inf()));
    total = total + weight;
  }
  store(lanes, total);
  for (size_t j = 0; row + j < n; ++j) {
    good &= w[row + j] > 0.0 && w[row + j] < __builtin_inf();
    lanes[j] += w[row + j];
  }
  return good;
}

template <bool weighted>
MIX1D_INLINE size_t add_rows(const mix1d::kernels::CellMap& given, const double* x, const double* w, size_t n,
                             double* table, uint32_t* outside, mix1d::kernels::RowRange* range) {
  constexpr size_t MEMORY = 1024;  // values ahead
  const mix1d::kernels::CellMap map = given;
  Places places;
  Vec least = splat(__builtin_inf()), most = splat(-__builtin_inf());
  size_t count = 0, located = 0;
  auto look_ahead = [&]() __attribute__((always_inline)) {
    __builtin_prefetch(x + located + MEMORY);
    double padded[LANES];
    const size_t size = n - located;
    if (size < LANES)
      for (size_t j = 0; j < LANES; ++j) padded[j] = x[located + (j < size ? j : 0)];
    locate(map, size < LANES ? padded : x + located, located, places, least, most);
    located += LANES;
  };
  auto add_eight = [&](size_t row) __attribute__((always_inline)) {
    int64_t entry[LANES], any = 0;
#pragma GCC unroll 8
    for (size_t j = 0; j < LANES; ++j) {
      entry[j] = map.entries[places.piece[row % Places::AHEAD + j]];
      any |= entry[j];
    }
    const size_t size = n - row < LANES ? n - row : LANES;
    if (__builtin_expect(any < 0 || size < LANES, 0))
      count += add_finer(map, places, x, weighted ? w : nullptr, row, size, table, outside + count);
    else
      add_powers(entry, places.u + row % Places::AHEAD, weighted ? w + row : nullptr, table);
  };
  while (located < n && located < Places::AHEAD) look_ahead();
  size_t row = 0;
  for (; located < n; row += LANES) {
    add_eight(row);
    look_ahead();
  }
  for (; row < n; row += LANES) add_eight(row);
  double low[LANES], high[LANES];
  store(low, least);
  store(high, most);
  range->minimum = low[0];
  range->maximum = high[0];
  for (size_t j = 1; j < LANES; ++j) {
    range->minimum = low[j] < range->minimum ? low[j] : range->minimum;
    range->maximum = high[j] > range->maximum ? high[j] : range->maximum;
  }
  range->full = !weighted || sum_weights(w, n, range->weight);
  return count;
}

// Adds n values to a table of eight moments a cell; w is null where all weigh one. Numbers of values that lie
// in no planned cell, among them all that are not finite, go to `outside`; returns how many.
size_t add_cell_moments(const mix1d::kernels::CellMap& map, const double* x, const double* w, size_t n,
                        double* table, uint32_t* outside, mix1d::kernels::RowRange* range) {
  return w ? add_rows<true>(map, x, w, n, table, outside, range)
           : add_rows<false>(map, x, w, n, table, outside, range);
}

}  // namespace
