// peaks.hpp: the highest maxima of the penalised likelihood, which tests for the number of components take
#pragma once

#include "model/problem.hpp"
#include "search/search.hpp"

namespace mix1d::search {

// The maximum with up to 1, 2, ... components, one more at each call.
class Peaks {
 public:
  Peaks(const model::Problem& problem, const model::Chart& chart);

  // A component of weight 0 and s^2 = S costs the penalty alone: where no optimum is higher, the maximum with
  // one component more is the maximum without it. Returns whether it has one more.
  bool extend();

  const solve::Solution& top() const { return top_; }

 private:
  Search search_;
  solve::Solution top_;
};

}  // namespace mix1d::search
