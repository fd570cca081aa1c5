// dispatch.cpp: picks the instruction set once; MIX1D_ISA = base | v3 | v4 overrides it
#include <cstdlib>
#include <string>

#include "data/failure.hpp"
#include "kernels/general.hpp"
#include "kernels/kernels.hpp"

namespace mix1d::kernels {

extern const Kernels kernels_base;
extern const GeneralKernels general_base;
#ifdef MIX1D_X86
extern const Kernels kernels_v3, kernels_v4;
extern const GeneralKernels general_v3, general_v4;
#endif

namespace {

bool runs_v3() {
#ifdef MIX1D_X86
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

bool runs_v4() {
#ifdef MIX1D_X86
  return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
#else
  return false;
#endif
}

const Kernels& choose() {
  const char* wish = std::getenv("MIX1D_ISA");
  std::string name = wish ? wish : "";
  if (!name.empty() && name != "base" && name != "v3" && name != "v4")
    throw data::Refused("MIX1D_ISA must be base, v3 or v4, got '" + name + "': unset it or choose one");
  if ((name == "v3" && !runs_v3()) || (name == "v4" && !runs_v4()))
    throw data::Refused("MIX1D_ISA is " + name + ", but this machine runs only: " + runnable_isas());
#ifdef MIX1D_X86
  if (name == "v4" || (name.empty() && runs_v4())) return kernels_v4;
  if (name == "v3" || (name.empty() && runs_v3())) return kernels_v3;
#endif
  return kernels_base;
}

}  // namespace

const char* runnable_isas() { return runs_v4() ? "base v3 v4" : runs_v3() ? "base v3" : "base"; }

const Kernels& loops() {
  static const Kernels& chosen = choose();
  return chosen;
}

const GeneralKernels& general_loops() {
#ifdef MIX1D_X86
  if (&loops() == &kernels_v4) return general_v4;
  if (&loops() == &kernels_v3) return general_v3;
#endif
  return general_base;
}

}  // namespace mix1d::kernels
