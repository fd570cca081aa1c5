// basin.hpp: whether a path has come to an optimum that is known
#pragma once

#include "solve/polish.hpp"

namespace mix1d::solve {

// Whether the point lies in the quadratic neighbourhood of a known optimum: the drop that the optimum's
// Hessian predicts agrees with the real one.
bool in_basin(const model::Mix& mix, const model::Evaluation& e, const Solution& known);

}  // namespace mix1d::solve
