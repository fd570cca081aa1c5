// general.cpp: compiled once per instruction set, apart from kernels.cpp, whose code must not change with it
#include "kernels/general.hpp"

#include "kernels/general_passes.hpp"

#define MIX1D_PASTE(a, b) a##b
#define MIX1D_TABLE(isa) MIX1D_PASTE(general_, isa)

namespace mix1d::kernels {
extern const GeneralKernels MIX1D_TABLE(MIX1D_ISA);
const GeneralKernels MIX1D_TABLE(MIX1D_ISA) = {
    ::prepare,     ::em_sums,          ::derivative_sums, ::score_sums, ::entropy_sums,
    ::log_density, ::responsibilities, ::component,       ::excess,     ::insertion_gain,
};
}  // namespace mix1d::kernels
