// general_passes.hpp: the passes over blocks of rows for components of any family
//
// A component fills its part of the work space with log densities and their derivatives at 64 rows; what
// follows knows neither families nor kinds. Lanes never mix, so that a pass may take them in the pieces that
// suit the machine's registers: the sums are the same.
#pragma once

#include "families/table.hpp"
#include "kernels/general.hpp"
#include "kernels/row_sums.hpp"

namespace {

using mix1d::families::pair_place;
using mix1d::families::pairs_of;
using mix1d::families::Parts;
using mix1d::observations::allows;
using mix1d::observations::Block;

constexpr size_t STRIDE = ARRAYS * BLOCK;
static_assert(BLOCK == mix1d::observations::BLOCK_ROWS && ARRAYS == mix1d::kernels::GENERAL_ARRAYS);

MIX1D_INLINE const FamilyRow& row_of_table(const Parts& parts, size_t j) {
  return FAMILY_TABLE[(size_t)parts.family[j]];
}
MIX1D_INLINE size_t slots_of(const Parts& parts, size_t j) { return row_of_table(parts, j).slots; }
MIX1D_INLINE const FamilyLoops& loops_for(const Parts& parts, size_t j, const Block& rows) {
  return row_of_table(parts, j).loops[(size_t)rows.kind];
}
MIX1D_INLINE const double* numbers_of(const Parts& parts, size_t j) {
  return parts.numbers + j * mix1d::families::NUMBERS;
}

MIX1D_INLINE bool reads_beside(const Parts& parts, size_t j) {
  return (parts.logarithms && parts.logarithms[j]) || (parts.exponentials && parts.exponentials[j]);
}

// A component's log densities, or what else `loop` leaves, at the numbers that it reads; all read the same
// ones of rows with errors.
template <class Loop>
void fill_component(const Block& rows, const Parts& parts, size_t j, Loop loop, double* out) {
  if (!reads_beside(parts, j) || mix1d::observations::is_noisy(rows.kind))
    return loop(rows, numbers_of(parts, j), out);
  Block beside = rows;
  beside.a = rows.other_a, beside.b = rows.other_b;
  loop(beside, numbers_of(parts, j), out);
  if (rows.kind != mix1d::observations::Kind::point) return;
  // d log x / d x = 1 / x, and the other way round
  const bool by_logarithm = parts.logarithms && parts.logarithms[j];
  for (size_t i = 0; i < rows.count; i += LANES)
    store(out + i, by_logarithm ? load(out + i) - load(rows.other_a + i) : load(out + i) + load(rows.a + i));
}

MIX1D_INLINE Reg load_reg(const double* a) {
  Reg r;
  __builtin_memcpy(&r, a, sizeof r);
  return r;
}
MIX1D_INLINE void store_reg(double* a, Reg r) { __builtin_memcpy(a, &r, sizeof r); }

// `posterior` of K components that all may have made the rows, with K - 1 exponentials (normal_passes.hpp).
template <size_t K>
void posterior_of(size_t count, double* work, double* top, double* total) {
  for (size_t i = 0; i < count; i += LANES) {
    Vec e[K], lost[K];
    Vec best = e[0] = load(work + i);
    _Pragma("GCC unroll 3") for (size_t j = 1; j < K; ++j) {
      e[j] = load(work + j * STRIDE + i);
      lost[j] = min(best, e[j]);
      best = max(best, e[j]);
    }
    store(top + i, best);
    Vec p = splat(1.0);
    _Pragma("GCC unroll 3") for (size_t j = K - 1; j > 0; --j) {
      const Vec q = exp_negative(lost[j] - best), stays = where_less(lost[j], e[j], p, q);
      p = where_less(lost[j], e[j], q, p);
      e[j] = stays;
    }
    Vec sum = e[0] = p;
    _Pragma("GCC unroll 3") for (size_t j = 1; j < K; ++j) sum = sum + e[j];
    _Pragma("GCC unroll 3") for (size_t j = 0; j < K; ++j) store(work + j * STRIDE + i, e[j]);
    store(total + i, sum);
  }
}

// Log densities become unnormalised responsibilities exp(e_j - max e); the largest e and the sum of a row.
void posterior(const Block& rows, size_t k, double* work, double* top, double* total) {
  if (rows.components == mix1d::observations::ANY_COMPONENT) {
    if (k == 2) return posterior_of<2>(rows.count, work, top, total);
    if (k == 3) return posterior_of<3>(rows.count, work, top, total);
  }
  bool first = true;
  for (size_t j = 0; j < k; ++j) {
    if (!allows(rows.components, j)) continue;
    for (size_t i = 0; i < rows.count; i += LANES) {
      const Vec e = load(work + j * STRIDE + i);
      store(top + i, first ? e : max(load(top + i), e));
    }
    first = false;
  }
  first = true;
  for (size_t j = 0; j < k; ++j) {
    if (!allows(rows.components, j)) continue;
    double* r = work + j * STRIDE;
    for (size_t i = 0; i < rows.count; i += LANES) {
      const Vec p = exp_negative(load(r + i) - load(top + i));
      store(r + i, p);
      store(total + i, first ? p : load(total + i) + p);
    }
    first = false;
  }
}

enum class Fill { densities, scores, derivatives };

// The work space of a block: responsibilities, unnormalised, and what else is asked for.
template <Fill FILL>
MIX1D_INLINE void fill(const Block& rows, const Parts& parts, double* work, double* top, double* total) {
  for (size_t j = 0; j < parts.k; ++j) {
    if (!allows(rows.components, j)) continue;
    const FamilyLoops& loops = loops_for(parts, j, rows);
    const auto loop = FILL == Fill::densities ? loops.log_density
                      : FILL == Fill::scores  ? loops.scores
                                              : loops.derivatives;
    fill_component(rows, parts, j, loop, work + j * STRIDE);
  }
  posterior(rows, parts.k, work, top, total);
}

template <size_t S>
MIX1D_INLINE void em_sums_of(size_t count, const double* inverse, const double* c, double* acc) {
  Vec sums[S + 1];
  _Pragma("GCC unroll 4") for (size_t s = 0; s <= S; ++s) sums[s] = splat(0.0);
  for (size_t i = 0; i < count; i += LANES) {
    const Vec q = load(c + i) * load(inverse + i);
    sums[0] = sums[0] + q;
    _Pragma("GCC unroll 3") for (size_t s = 0; s < S; ++s) sums[s + 1] =
        fma(q, load(c + (FIRST + s) * BLOCK + i), sums[s + 1]);
  }
  for (size_t s = 0; s <= S; ++s) add_to(acc + s * LANES, sums[s]);
}

void em_sums(const Block* blocks, size_t n, const Parts& parts, double* work, double* acc) {
  alignas(64) double top[BLOCK], total[BLOCK], inverse[BLOCK];
  for (size_t b = 0; b < n; ++b) {
    const Block& rows = blocks[b];
    fill<Fill::scores>(rows, parts, work, top, total);
    add_to(acc, log_likelihood(rows.weight, rows.count, top, total));
    for (size_t i = 0; i < rows.count; i += LANES)
      store(inverse + i, load(rows.weight + i) / load(total + i));
    double* a = acc + LANES;
    for (size_t j = 0; j < parts.k; ++j) {
      const size_t s = slots_of(parts, j);
      const double* c = work + j * STRIDE;
      if (allows(rows.components, j)) {
        if (s == 2)
          em_sums_of<2>(rows.count, inverse, c, a);
        else if (s == 3)
          em_sums_of<3>(rows.count, inverse, c, a);
        else if (s == 1)
          em_sums_of<1>(rows.count, inverse, c, a);
        else
          em_sums_of<0>(rows.count, inverse, c, a);
      }
      a += (1 + s) * LANES;
    }
  }
}

// For the pairs, a component leaves r (1, u) where its log density and first derivatives stood, and
// w r (1, u) where its second derivatives stood.
constexpr size_t WEIGHTED = SECOND;

// What a component gives by itself. With MEAN_ONLY the second derivatives are left out.
template <size_t S, bool MEAN_ONLY>
MIX1D_INLINE void own_sums(const double* w, size_t count, const double* inverse, double* c, double* acc) {
  constexpr size_t M = MEAN_ONLY ? 0 : pairs_of(S);
  _Pragma("GCC unroll 4") for (size_t part = 0; part < PARTS; ++part) {
    Reg sums[S + 1], second[M + 1];
    _Pragma("GCC unroll 4") for (size_t s = 0; s <= S; ++s) sums[s] = Reg{};
    _Pragma("GCC unroll 6") for (size_t s = 0; s < M; ++s) second[s] = Reg{};
    for (size_t i = part * WIDTH; i < count; i += LANES) {
      const Reg r = load_reg(c + i) * load_reg(inverse + i), rest = 1.0 - r, wr = load_reg(w + i) * r;
      Reg u[S + 1], wru[S + 1], h[M + 1];
      _Pragma("GCC unroll 3") for (size_t s = 0; s < S; ++s) u[s] = load_reg(c + (FIRST + s) * BLOCK + i);
      _Pragma("GCC unroll 6") for (size_t s = 0; s < M; ++s) h[s] = load_reg(c + (SECOND + s) * BLOCK + i);
      sums[0] += wr;
      store_reg(c + i, r);
      store_reg(c + WEIGHTED * BLOCK + i, wr);
      _Pragma("GCC unroll 3") for (size_t s = 0; s < S; ++s) {
        wru[s] = wr * u[s];
        sums[s + 1] += wru[s];
        store_reg(c + (FIRST + s) * BLOCK + i, r * u[s]);
        store_reg(c + (WEIGHTED + 1 + s) * BLOCK + i, wru[s]);
      }
      if constexpr (M > 0) {
        _Pragma("GCC unroll 3") for (size_t p = 0; p < S; ++p) {
          const Reg between = wru[p] * rest;
          _Pragma("GCC unroll 3") for (size_t q = p; q < S; ++q) {
            Reg& sum = second[pair_place(S, p, q)];
            sum = fma_reg(between, u[q], fma_reg(wr, h[pair_place(S, p, q)], sum));
          }
        }
      }
    }
    double* a = acc + part * WIDTH;
    _Pragma("GCC unroll 4") for (size_t s = 0; s <= S; ++s, a += LANES) store_reg(a, load_reg(a) + sums[s]);
    _Pragma("GCC unroll 6") for (size_t s = 0; s < M; ++s, a += LANES) store_reg(a, load_reg(a) + second[s]);
  }
}

// sum w r_j r_l (1, u_j) (1, u_l)': all of it stays in registers.
template <size_t S, size_t T>
void pair_sums(size_t count, const double* cj, const double* cl, double* acc) {
  _Pragma("GCC unroll 4") for (size_t part = 0; part < PARTS; ++part) {
    Reg sums[S + 1][T + 1];
    _Pragma("GCC unroll 4") for (size_t p = 0; p <= S; ++p)
        _Pragma("GCC unroll 4") for (size_t q = 0; q <= T; ++q) sums[p][q] = Reg{};
    for (size_t i = part * WIDTH; i < count; i += LANES) {
      Reg left[S + 1];
      _Pragma("GCC unroll 4") for (size_t p = 0; p <= S; ++p) left[p] =
          load_reg(cj + (WEIGHTED + p) * BLOCK + i);
      _Pragma("GCC unroll 4") for (size_t q = 0; q <= T; ++q) {
        const Reg right = load_reg(cl + q * BLOCK + i);
        _Pragma("GCC unroll 4") for (size_t p = 0; p <= S; ++p) sums[p][q] =
            fma_reg(left[p], right, sums[p][q]);
      }
    }
    double* a = acc + part * WIDTH;
    _Pragma("GCC unroll 4") for (size_t p = 0; p <= S; ++p)
        _Pragma("GCC unroll 4") for (size_t q = 0; q <= T; ++q, a += LANES)
            store_reg(a, load_reg(a) + sums[p][q]);
  }
}

typedef void (*PairSums)(size_t count, const double* cj, const double* cl, double* acc);
constexpr PairSums PAIR_SUMS[4][4] = {
    {pair_sums<0, 0>, pair_sums<0, 1>, pair_sums<0, 2>, pair_sums<0, 3>},
    {pair_sums<1, 0>, pair_sums<1, 1>, pair_sums<1, 2>, pair_sums<1, 3>},
    {pair_sums<2, 0>, pair_sums<2, 1>, pair_sums<2, 2>, pair_sums<2, 3>},
    {pair_sums<3, 0>, pair_sums<3, 1>, pair_sums<3, 2>, pair_sums<3, 3>},
};

template <bool SCORES>
MIX1D_INLINE void products(const Block* blocks, size_t n, const Parts& parts, double* work, double* acc) {
  alignas(64) double top[BLOCK], total[BLOCK], inverse[BLOCK];
  for (size_t b = 0; b < n; ++b) {
    const Block& rows = blocks[b];
    double* a = acc;
    if constexpr (SCORES) {
      fill<Fill::scores>(rows, parts, work, top, total);
    } else {
      fill<Fill::derivatives>(rows, parts, work, top, total);
      add_to(a, log_likelihood(rows.weight, rows.count, top, total));
      a += LANES;
    }
    for (size_t i = 0; i < rows.count; i += LANES) store(inverse + i, splat(1.0) / load(total + i));
    for (size_t j = 0; j < parts.k; ++j) {
      const size_t s = slots_of(parts, j);
      double* c = work + j * STRIDE;
      if (allows(rows.components, j)) {
        if (s == 2)
          own_sums<2, SCORES>(rows.weight, rows.count, inverse, c, a);
        else if (s == 3)
          own_sums<3, SCORES>(rows.weight, rows.count, inverse, c, a);
        else if (s == 1)
          own_sums<1, SCORES>(rows.weight, rows.count, inverse, c, a);
        else
          own_sums<0, SCORES>(rows.weight, rows.count, inverse, c, a);
      }
      a += (1 + s + (SCORES ? 0 : pairs_of(s))) * LANES;
    }
    for (size_t j = 0; j < parts.k; ++j)
      for (size_t l = SCORES ? j : j + 1; l < parts.k; ++l) {
        const size_t s = slots_of(parts, j), t = slots_of(parts, l);
        if (allows(rows.components, j) && allows(rows.components, l))
          PAIR_SUMS[s][t](rows.count, work + j * STRIDE, work + l * STRIDE, a);
        a += (1 + s) * (1 + t) * LANES;
      }
  }
}

void derivative_sums(const Block* blocks, size_t n, const Parts& parts, double* work, double* acc) {
  products<false>(blocks, n, parts, work, acc);
}

void score_sums(const Block* blocks, size_t n, const Parts& parts, double* work, double* acc) {
  products<true>(blocks, n, parts, work, acc);
}

void entropy_sums(const Block* blocks, size_t n, const Parts& parts, double* work, double* acc) {
  alignas(64) double top[BLOCK], total[BLOCK];
  for (size_t b = 0; b < n; ++b) {
    const Block& rows = blocks[b];
    fill<Fill::densities>(rows, parts, work, top, total);
    for (size_t i = 0; i < rows.count; i += LANES)
      store(top + i, load(top + i) + log_normal(load(total + i)));
    Vec entropy = splat(0.0);
    for (size_t j = 0; j < parts.k; ++j) {
      if (!allows(rows.components, j)) continue;
      double *r = work + j * STRIDE, *e = r + BLOCK;
      fill_component(rows, parts, j, loops_for(parts, j, rows).log_density, e);
      for (size_t i = 0; i < rows.count; i += LANES) {
        const Vec log_r = max(load(e + i) - load(top + i), splat(-708.0));
        entropy = entropy - load(rows.weight + i) / load(total + i) * load(r + i) * log_r;
      }
    }
    add_to(acc, entropy);
  }
}

void log_density(const Block* blocks, size_t n, const Parts& parts, double* work, double* out) {
  alignas(64) double top[BLOCK], total[BLOCK];
  for (size_t b = 0; b < n; ++b) {
    const Block& rows = blocks[b];
    fill<Fill::densities>(rows, parts, work, top, total);
    for (size_t i = 0; i < rows.count; i += LANES)
      store(out + rows.first + i, load(top + i) + log_normal(load(total + i)));
  }
}

void responsibilities(const Block* blocks, size_t n, const Parts& parts, double* work, double* out) {
  alignas(64) double top[BLOCK], total[BLOCK];
  for (size_t b = 0; b < n; ++b) {
    const Block& rows = blocks[b];
    fill<Fill::densities>(rows, parts, work, top, total);
    for (size_t j = 0; j < parts.k; ++j) {
      const double* r = work + j * STRIDE;
      const bool possible = allows(rows.components, j);
      for (size_t i = 0; i < rows.count; ++i)
        out[(rows.first + i) * parts.k + j] = possible ? r[i] / total[i] : 0.0;
    }
  }
}

void component(const Block& rows, mix1d::families::Family family, const double* numbers, double* out) {
  FAMILY_TABLE[(size_t)family].loops[(size_t)rows.kind].derivatives(rows, numbers, out);
}

void excess(const Block& rows, mix1d::families::Family family, const double* numbers, const double* log_f,
            double* out) {
  FAMILY_TABLE[(size_t)family].loops[(size_t)rows.kind].log_density(rows, numbers, out);
  for (size_t i = 0; i < rows.count; i += LANES)
    store(out + i, exp_full(min(load(out + i) - load(log_f + i), splat(600.0))) - 1.0);
}

double insertion_gain(const double* w, const double* excess, size_t n, double outside, double* share) {
  return best_share(w, excess, n, outside, share);
}

void prepare(mix1d::families::Family family, const mix1d::families::Coordinates& at, double* numbers) {
  FAMILY_TABLE[(size_t)family].prepare(at, numbers);
}

}  // namespace
