// refit.hpp: from a start to the nearest optimum, in the units of the frame
#pragma once

#include "model/problem.hpp"
#include "solve/polish.hpp"

namespace mix1d {

// The components of positive weight of a start in the frame, brought onto the chart.
Mix begin_at(const Problem& problem, const Mix& start, const Chart& chart);

struct Refit {
  Solution solution;
  long collapsed = -1;  // this component did, so the solution is one of the penalised likelihood
};

// The optimum of the plain likelihood near `begin`, or of the penalised one where a component collapses.
Refit refit(const Problem& problem, const Objective& plain, const Objective& penalised, const Mix& begin);

}  // namespace mix1d
