// kernels.cpp: compiled once per instruction set; everything but the table has internal linkage
#include "kernels/kernels.hpp"

#include "kernels/cell_moments.hpp"
#include "kernels/distribution.hpp"
#include "kernels/eigen_nodes.hpp"
#include "kernels/normal_passes.hpp"
#include "kernels/quantile.hpp"
#include "simd/math.hpp"

namespace {

// out[i] = f(x[i]); the last, partial group of lanes goes through a buffer
template <class F>
MIX1D_INLINE void map(const double* x, double* out, size_t n, double pad, F f) {
  size_t i = 0;
  for (; i + LANES <= n; i += LANES) store(out + i, f(load(x + i)));
  if (i < n) {
    double buffer[LANES];
    for (size_t j = 0; j < LANES; ++j) buffer[j] = i + j < n ? x[i + j] : pad;
    store(buffer, f(load(buffer)));
    for (size_t j = 0; i + j < n; ++j) out[i + j] = buffer[j];
  }
}

void exp_all(const double* x, double* out, size_t n) { map(x, out, n, 0.0, exp_full); }
void log_all(const double* x, double* out, size_t n) { map(x, out, n, 1.0, log_full); }
void erfcx_all(const double* x, double* out, size_t n) { map(x, out, n, 0.0, erfcx_positive); }

}  // namespace

#define MIX1D_PASTE(a, b) a##b
#define MIX1D_TABLE(isa) MIX1D_PASTE(kernels_, isa)
#define MIX1D_QUOTE(a) #a
#define MIX1D_NAME(isa) MIX1D_QUOTE(isa)

namespace mix1d::kernels {
extern const Kernels MIX1D_TABLE(MIX1D_ISA);
const Kernels MIX1D_TABLE(MIX1D_ISA) = {
    MIX1D_NAME(MIX1D_ISA),
    exp_all,
    log_all,
    erfcx_all,
    em_sums,
    derivative_sums,
    entropy_sums,
    log_density,
    insertion_gain,
    convolve,
    add_cell_moments,
    eigen_nodes,
    pdf_all,
    logpdf_all,
    probability_all,
    log_probability_all,
    quantile_all,
    responsibilities_all,
};
}  // namespace mix1d::kernels
