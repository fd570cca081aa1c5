// vec.hpp: eight logical lanes, whatever the machine's width
//
// Every pass keeps eight accumulators and adds them in one fixed order, so base, AVX2, AVX-512 and NEON give
// the same bits. Only what IEEE 754 rounds correctly is used: + - * / and fused multiply-add.
//
// The per-instruction-set files include nothing that could emit shared inline code (no STL), because the
// linker would keep one copy of it, perhaps the one with instructions that the machine lacks.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace {

#define MIX1D_INLINE inline __attribute__((always_inline))

constexpr size_t LANES = 8;

#if defined(__AVX512F__)
constexpr size_t WIDTH = 8;
#elif defined(__AVX2__)
constexpr size_t WIDTH = 4;
#else
constexpr size_t WIDTH = 2;
#endif
constexpr size_t PARTS = LANES / WIDTH;

typedef double Reg __attribute__((vector_size(8 * WIDTH)));
typedef int64_t IntReg __attribute__((vector_size(8 * WIDTH)));
typedef uint64_t UIntReg __attribute__((vector_size(8 * WIDTH)));

MIX1D_INLINE Reg fma_reg(Reg a, Reg b, Reg c) {
#if defined(__AVX512F__)
  return (Reg)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__AVX2__)
  return (Reg)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
  return (Reg)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else  // correctly rounded by the C library where the instruction is missing: slow, but the same bits
  return Reg{__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1])};
#endif
}

struct Vec {
  Reg p[PARTS];
};

struct IntVec {
  IntReg p[PARTS];
};

#define MIX1D_EACH _Pragma("GCC unroll 8") for (size_t i = 0; i < PARTS; ++i)

MIX1D_INLINE Vec splat(double a) {
  Vec r;
  MIX1D_EACH r.p[i] = Reg{} + a;
  return r;
}

MIX1D_INLINE Vec load(const double* a) {
  Vec r;
  MIX1D_EACH __builtin_memcpy(&r.p[i], a + i * WIDTH, sizeof(Reg));
  return r;
}

MIX1D_INLINE void store(double* a, Vec v) {
  MIX1D_EACH __builtin_memcpy(a + i * WIDTH, &v.p[i], sizeof(Reg));
}

#define MIX1D_BINARY(op)                          \
  MIX1D_INLINE Vec operator op(Vec a, Vec b) {    \
    Vec r;                                        \
    MIX1D_EACH r.p[i] = a.p[i] op b.p[i];         \
    return r;                                     \
  }                                               \
  MIX1D_INLINE Vec operator op(Vec a, double b) { \
    Vec r;                                        \
    MIX1D_EACH r.p[i] = a.p[i] op b;              \
    return r;                                     \
  }
MIX1D_BINARY(+)
MIX1D_BINARY(-)
MIX1D_BINARY(*)
MIX1D_BINARY(/)
#undef MIX1D_BINARY

MIX1D_INLINE Vec fma(Vec a, Vec b, Vec c) {
  Vec r;
  MIX1D_EACH r.p[i] = fma_reg(a.p[i], b.p[i], c.p[i]);
  return r;
}

MIX1D_INLINE Vec square_root(Vec a) {
  Vec r;
  MIX1D_EACH for (size_t l = 0; l < WIDTH; ++l) r.p[i][l] = __builtin_sqrt(a.p[i][l]);
  return r;
}

MIX1D_INLINE Vec max(Vec a, Vec b) {
  Vec r;
  MIX1D_EACH r.p[i] = a.p[i] > b.p[i] ? a.p[i] : b.p[i];
  return r;
}

MIX1D_INLINE Vec min(Vec a, Vec b) {
  Vec r;
  MIX1D_EACH r.p[i] = a.p[i] < b.p[i] ? a.p[i] : b.p[i];
  return r;
}

// where a < b: yes, elsewhere: no
MIX1D_INLINE Vec where_less(Vec a, Vec b, Vec yes, Vec no) {
  Vec r;
  MIX1D_EACH r.p[i] = a.p[i] < b.p[i] ? yes.p[i] : no.p[i];
  return r;
}

MIX1D_INLINE IntVec bits(Vec a) {
  IntVec r;
  MIX1D_EACH r.p[i] = (IntReg)a.p[i];
  return r;
}

MIX1D_INLINE Vec from_bits(IntVec a) {
  Vec r;
  MIX1D_EACH r.p[i] = (Reg)a.p[i];
  return r;
}

// The eight lanes added as a balanced tree.
MIX1D_INLINE double sum(Vec v) {
  double a[LANES];
  store(a, v);
  return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

// One bit a lane of a register.
MIX1D_INLINE unsigned lanes_less(Reg a, Reg b) {
#if defined(__AVX512F__)
  return (unsigned)_mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
#elif defined(__AVX2__)
  return (unsigned)_mm256_movemask_pd((__m256d)(a < b));
#else
  return (a[0] < b[0] ? 1u : 0u) | (a[1] < b[1] ? 2u : 0u);
#endif
}
MIX1D_INLINE bool any_less(Vec a, Vec b) {
  unsigned any = 0;
  MIX1D_EACH any |= lanes_less(a.p[i], b.p[i]);
  return any != 0;
}
MIX1D_INLINE bool all_less(Vec a, Vec b) {
  unsigned all = (1u << WIDTH) - 1;
  MIX1D_EACH all &= lanes_less(a.p[i], b.p[i]);
  return all == (1u << WIDTH) - 1;
}
MIX1D_INLINE Vec absolute(Vec a) { return max(a, splat(0.0) - a); }

MIX1D_INLINE Vec pick(Vec where_one, Vec yes, Vec no) { return where_less(splat(0.5), where_one, yes, no); }

}  // namespace
