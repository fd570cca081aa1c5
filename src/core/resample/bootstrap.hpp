// bootstrap.hpp: samples drawn anew, each of them refitted from the estimate
//
// Replicate r draws from the stream r of the seed and works alone, so the number of threads changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "model/problem.hpp"
#include "resample/recorder.hpp"
#include "search/refit.hpp"

namespace mix1d::resample {

struct Bootstrap {
  model::Request request;                      // the observed sample, at least two distinct values
  std::shared_ptr<const Recording> recording;  // of rows of other kinds than exact values
  model::Mix estimate;                         // in the units of the data, every weight positive
  Resampling resampling = Resampling::weighted;
  size_t replicates = 0;
  uint64_t seed = 0;
};

// One replicate, in the frame of the observed sample unless its rows reach far beyond that; components in the
// order of the estimate.
struct Replicate {
  size_t number;
  const model::Problem& problem;  // of the sample drawn
  const model::Objective& plain;
  const model::Mix& estimate;
  const search::Refit& refit;
  const RecordedSample* rows = nullptr;  // where they are not exact values
};

// Calls visit(replicate) for each of them, on any thread and in any order: it must write to places of its
// own.
void for_each_replicate(const Bootstrap& b, const std::function<void(const Replicate&)>& visit);

}  // namespace mix1d::resample
