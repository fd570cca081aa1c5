// bootstrap.hpp: samples drawn anew, each of them refitted from the estimate
//
// Replicate r draws from the stream r of the seed and works alone, so the number of threads changes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "model/problem.hpp"
#include "search/refit.hpp"

namespace mix1d::resample {

// weighted: the values keep their place and get Gamma weights; parametric: values of the estimate;
// nonparametric: draws with replacement.
enum class Resampling { weighted, parametric, nonparametric };

struct Bootstrap {
  model::Request request;  // the observed sample, at least two distinct values
  model::Mix estimate;     // in the units of the data, every weight positive
  Resampling resampling = Resampling::weighted;
  size_t replicates = 0;
  uint64_t seed = 0;
};

// One replicate in the frame of the observed sample; components in the order of the estimate.
struct Replicate {
  size_t number;
  const model::Problem& problem;  // of the sample drawn
  const model::Objective& plain;
  const model::Mix& estimate;
  const search::Refit& refit;
};

// Calls visit(replicate) for each of them, on any thread and in any order: it must write to places of its
// own.
void for_each_replicate(const Bootstrap& b, const std::function<void(const Replicate&)>& visit);

}  // namespace mix1d::resample
