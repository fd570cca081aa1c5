// continuation.hpp: from an optimum of the penalised likelihood to the plain maximum-likelihood estimate
#pragma once

#include <cstddef>
#include <vector>

#include "model/problem.hpp"
#include "solve/polish.hpp"

namespace mix1d::solve {

struct Continuation {
  bool survived = false;
  size_t collapsed = 0;  // the component that only the penalty holds up
  Solution solution;
};

// How many distinct values each component has: the responsibilities added without the weights.
std::vector<double> distinct_values(const model::Objective& o, const model::Mix& mix);

// Newton at penalty 0 directly where that changes little; otherwise the penalty is quartered. A component
// whose sd follows the square root of the penalty (exponent e = 1/2) has nothing else to hold it up: e > 0.4
// three times in a row is a collapse. A component with many distinct values is not given up for that: it is
// narrow, not spurious.
Continuation continue_to_zero(const model::Objective& penalised, const Solution& from,
                              const model::ContinuationRule& rule, std::vector<Step>* trace = nullptr);

}  // namespace mix1d::solve
