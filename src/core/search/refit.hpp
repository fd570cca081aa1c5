// refit.hpp: from a start to the nearest optimum, in the units of the frame
#pragma once

#include "model/problem.hpp"
#include "solve/polish.hpp"

namespace mix1d::search {

// The components of positive weight of a start in the frame, brought onto the chart.
model::Mix begin_at(const model::Problem& problem, const model::Mix& start, const model::Chart& chart);

struct Refit {
  solve::Solution solution;
  long collapsed = -1;  // this component did, so the solution is one of the penalised likelihood
};

// The optimum of the plain likelihood near `begin`, or of the penalised one where a component collapses.
Refit refit(const model::Problem& problem, const model::Objective& plain, const model::Objective& penalised,
            const model::Mix& begin);

}  // namespace mix1d::search
