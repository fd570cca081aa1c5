// normal_passes.hpp: the passes over a weighted sample
//
// Arrays are padded with zero weights to a multiple of eight values. Accumulators are eight lanes wide and
// belong to the caller, so that a slice of the data can arrive in several pieces without changing a bit.
#pragma once

#include "kernels/kernels.hpp"
#include "kernels/row_sums.hpp"

namespace {

using mix1d::kernels::Components;

// z_j = (x - mean_j) / sd_j and e_j, the logarithm of weight_j phi_j.
template <bool EXTREME>
MIX1D_INLINE Vec exponent(const double* x, const Components& c, size_t j, double* z) {
  Vec t = (load(x) - c.mean[j]) * c.inv_sd[j];
  if (EXTREME) t = min(max(t, splat(-Z_LIMIT)), splat(Z_LIMIT));
  store(z, t);
  return fma(t * -0.5, t, splat(c.log_const[j]));
}

// `posterior` of K components with K - 1 exponentials: that of the largest exponent is 1. The larger one of
// each comparison stays in the race; from the last comparison backwards every responsibility finds its place.
template <size_t K>
MIX1D_INLINE void posterior_of(const double* x, size_t count, const Components& c, double* z, double* r,
                               double* top, double* total) {
  for (size_t i = 0; i < count; i += LANES) {
    Vec e[K], lost[K];
    Vec best = e[0] = exponent<false>(x + i, c, 0, z + i);
    _Pragma("GCC unroll 3") for (size_t j = 1; j < K; ++j) {
      e[j] = exponent<false>(x + i, c, j, z + j * BLOCK + i);
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
    _Pragma("GCC unroll 3") for (size_t j = 0; j < K; ++j) store(r + j * BLOCK + i, e[j]);
    store(total + i, sum);
  }
}

// For each value: z_j, the unnormalised responsibilities exp(e_j - max e), the largest e and the sum.
// Shifting by the largest exponent keeps everything finite however far a value is from all components.
template <bool EXTREME>
MIX1D_INLINE void posterior(const double* x, size_t count, const Components& c, double* z, double* r,
                            double* top, double* total) {
  if constexpr (!EXTREME) {
    if (c.k == 2) return posterior_of<2>(x, count, c, z, r, top, total);
    if (c.k == 3) return posterior_of<3>(x, count, c, z, r, top, total);
  }
  for (size_t j = 0; j < c.k; ++j)
    for (size_t i = 0; i < count; i += LANES) {
      const Vec e = exponent<EXTREME>(x + i, c, j, z + j * BLOCK + i);
      store(r + j * BLOCK + i, e);
      store(top + i, j ? max(load(top + i), e) : e);
    }
  for (size_t j = 0; j < c.k; ++j)
    for (size_t i = 0; i < count; i += LANES) {
      Vec p = exp_negative(load(r + j * BLOCK + i) - load(top + i));
      store(r + j * BLOCK + i, p);
      store(total + i, j ? load(total + i) + p : p);
    }
}

// acc: (1 + 3k) x 8: log-likelihood, then sum w r, sum w r z, sum w r z^2 for each component
template <bool EXTREME>
void em_sums_as(const double* x, const double* w, size_t n, const Components& c, double* work, double* acc) {
  double *z = work, *r = work + c.k * BLOCK;
  alignas(64) double top[BLOCK], total[BLOCK], inverse[BLOCK];
  for (size_t begin = 0; begin < n; begin += BLOCK) {
    const size_t count = n - begin < BLOCK ? n - begin : BLOCK;
    posterior<EXTREME>(x + begin, count, c, z, r, top, total);
    add_to(acc, log_likelihood(w + begin, count, top, total));
    for (size_t i = 0; i < count; i += LANES) store(inverse + i, load(w + begin + i) / load(total + i));
    for (size_t j = 0; j < c.k; ++j) {
      Vec s0 = splat(0.0), s1 = s0, s2 = s0;
      for (size_t i = 0; i < count; i += LANES) {
        Vec t = load(z + j * BLOCK + i);
        Vec q = load(r + j * BLOCK + i) * load(inverse + i);
        s0 = s0 + q;
        q = q * t;
        s1 = s1 + q;
        s2 = fma(q, t, s2);
      }
      double* a = acc + (1 + 3 * j) * LANES;
      add_to(a, s0);
      add_to(a + LANES, s1);
      add_to(a + 2 * LANES, s2);
    }
  }
}

// sum q t^p, p = 0..4
struct PowerSums {
  Vec s0 = splat(0.0), s1 = s0, s2 = s0, s3 = s0, s4 = s0;
  MIX1D_INLINE void add(Vec q, Vec t) {
    const Vec t2 = t * t, q2 = q * t2;
    s0 = s0 + q;
    s1 = fma(q, t, s1);
    s2 = s2 + q2;
    s3 = fma(q2, t, s3);
    s4 = fma(q2, t2, s4);
  }
  MIX1D_INLINE void add_to(double* accumulator) const {
    const Vec all[] = {s0, s1, s2, s3, s4};
    for (size_t p = 0; p < 5; ++p) ::add_to(accumulator + p * LANES, all[p]);
  }
};

// acc: (1 + 5k + 5k(k-1)/2) x 8: log-likelihood; sum w r_j z_j^p, p = 0..4; for every pair j < l
// sum w r_j r_l z^p, p = 0..4, with z that of the narrower component: all products of z_j and z_l are
// polynomials in it, and where the product of the responsibilities is not small, neither coordinate is large.
template <bool EXTREME>
void derivative_sums_as(const double* x, const double* w, size_t n, const Components& c, double* work,
                        double* acc) {
  double *z = work, *r = work + c.k * BLOCK, *wr = work + 2 * c.k * BLOCK;
  alignas(64) double top[BLOCK], total[BLOCK], inverse[BLOCK];
  for (size_t begin = 0; begin < n; begin += BLOCK) {
    const size_t count = n - begin < BLOCK ? n - begin : BLOCK;
    posterior<EXTREME>(x + begin, count, c, z, r, top, total);
    add_to(acc, log_likelihood(w + begin, count, top, total));
    for (size_t i = 0; i < count; i += LANES) store(inverse + i, splat(1.0) / load(total + i));
    double* a = acc + LANES;
    for (size_t j = 0; j < c.k; ++j, a += 5 * LANES) {
      PowerSums sums;
      for (size_t i = 0; i < count; i += LANES) {
        Vec p = load(r + j * BLOCK + i) * load(inverse + i);
        store(r + j * BLOCK + i, p);
        Vec q = load(w + begin + i) * p;
        store(wr + j * BLOCK + i, q);
        sums.add(q, load(z + j * BLOCK + i));
      }
      sums.add_to(a);
    }
    for (size_t j = 0; j < c.k; ++j)
      for (size_t l = j + 1; l < c.k; ++l, a += 5 * LANES) {
        const double* narrow = z + (c.inv_sd[l] > c.inv_sd[j] ? l : j) * BLOCK;
        PowerSums sums;
        for (size_t i = 0; i < count; i += LANES)
          sums.add(load(wr + j * BLOCK + i) * load(r + l * BLOCK + i), load(narrow + i));
        sums.add_to(a);
      }
  }
}

template <bool EXTREME>
void log_density_as(const double* x, size_t n, const Components& c, double* work, double* out) {
  double *z = work, *r = work + c.k * BLOCK;
  alignas(64) double top[BLOCK], total[BLOCK];
  for (size_t begin = 0; begin < n; begin += BLOCK) {
    const size_t count = n - begin < BLOCK ? n - begin : BLOCK;
    posterior<EXTREME>(x + begin, count, c, z, r, top, total);
    for (size_t i = 0; i < count; i += LANES)
      store(out + begin + i, load(top + i) + log_normal(load(total + i)));
  }
}

// acc: 8 lanes: sum w_i times the entropy of the responsibilities, -sum_j r_j log r_j
template <bool EXTREME>
void entropy_sums_as(const double* x, const double* w, size_t n, const Components& c, double* work,
                     double* acc) {
  double *z = work, *r = work + c.k * BLOCK;
  alignas(64) double top[BLOCK], total[BLOCK];
  for (size_t begin = 0; begin < n; begin += BLOCK) {
    const size_t count = n - begin < BLOCK ? n - begin : BLOCK;
    posterior<EXTREME>(x + begin, count, c, z, r, top, total);
    Vec entropy = splat(0.0);
    for (size_t i = 0; i < count; i += LANES) {
      const Vec t = load(total + i), log_f = load(top + i) + log_normal(t), weight = load(w + begin + i) / t;
      for (size_t j = 0; j < c.k; ++j) {
        Vec u = load(z + j * BLOCK + i);
        Vec log_r = max(fma(u * -0.5, u, splat(c.log_const[j])) - log_f, splat(-708.0));
        entropy = entropy - weight * load(r + j * BLOCK + i) * log_r;
      }
    }
    add_to(acc, entropy);
  }
}

void entropy_sums(const double* x, const double* w, size_t n, const Components& c, double* work,
                  double* acc) {
  c.extreme ? entropy_sums_as<true>(x, w, n, c, work, acc) : entropy_sums_as<false>(x, w, n, c, work, acc);
}
void em_sums(const double* x, const double* w, size_t n, const Components& c, double* work, double* acc) {
  c.extreme ? em_sums_as<true>(x, w, n, c, work, acc) : em_sums_as<false>(x, w, n, c, work, acc);
}
void derivative_sums(const double* x, const double* w, size_t n, const Components& c, double* work,
                     double* acc) {
  c.extreme ? derivative_sums_as<true>(x, w, n, c, work, acc)
            : derivative_sums_as<false>(x, w, n, c, work, acc);
}
void log_density(const double* x, size_t n, const Components& c, double* work, double* out) {
  c.extreme ? log_density_as<true>(x, n, c, work, out) : log_density_as<false>(x, n, c, work, out);
}

// The exact gain max over e of sum w log(1 - e + e phi/f) in the weight e of a component inserted at (mean,
// sd). Values outside [x, x + n) have phi = 0.
double insertion_gain(const double* x, const double* w, const double* log_f, size_t n, double mean,
                      double inv_sd, double log_const, double outside, double* work, double* share) {
  for (size_t i = 0; i < n; i += LANES) {
    Vec t = (load(x + i) - mean) * inv_sd;
    t = min(max(t, splat(-Z_LIMIT)), splat(Z_LIMIT));
    Vec e = fma(t * -0.5, t, splat(log_const)) - load(log_f + i);
    store(work + i, exp_full(min(e, splat(600.0))) - 1.0);
  }
  return best_share(w, work, n, outside, share);
}

// out[b] = sum over offsets o and powers p of moments[p][b + o] * table[o][p]: a level of the directional
// derivative
void convolve(const double* const* moments, size_t powers, size_t cells, const double* table, size_t offsets,
              double* out) {
  for (size_t b = 0; b < cells; b += LANES) {
    Vec s = splat(0.0);
    for (size_t o = 0; o < offsets; ++o)
      for (size_t p = 0; p < powers; ++p) s = fma(load(moments[p] + b + o), splat(table[o * powers + p]), s);
    store(out + b, s);
  }
}

}  // namespace
