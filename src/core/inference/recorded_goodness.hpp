// recorded_goodness.hpp: how far rows of any kind lie from a mixture
//
// Every row is transformed by the distribution function that the model has for it: with its error, inside its
// window. Where the model holds, the transforms are spread evenly over (0, 1), whatever the rows.
#pragma once

#include <vector>

#include "inference/goodness.hpp"
#include "model/frame.hpp"
#include "resample/recording.hpp"

namespace mix1d::inference {

// The transforms of both ends of a row, as logarithms of what lies below and above; equal for a value.
struct Transform {
  double log_below[2], log_above[2];
};

// `mix` in the frame, its weights those of the population.
std::vector<Transform> transforms(const std::vector<resample::RecordedRow>& rows, const model::Frame& frame,
                                  const model::Mix& mix);

// What a kind of rows allows; NaN elsewhere.
struct RecordedDistances {
  Distances distances;
  double pearson, deviance;
  size_t cells = 0;  // of them
};

// Bins: Pearson's statistic and the deviance. Rows with limits: D alone, of the nonparametric
// maximum-likelihood estimate of the distribution of the transforms (Turnbull 1976,
// doi:10.1111/j.2517-6161.1976.tb01597.x) where it is determined. Others: as of exact values; an interval is
// spread over its transforms.
RecordedDistances distances(const std::vector<resample::RecordedRow>& rows,
                            const resample::Recording& recording, const model::Frame& frame,
                            const model::Mix& mix);

}  // namespace mix1d::inference
