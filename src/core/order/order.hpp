// order.hpp: the parametric bootstrap likelihood-ratio test of k components against k + 1
//
// McLachlan (1987, doi:10.2307/2347790). Statistic: twice the difference of the plain log-likelihoods at the
// global maxima of the penalised likelihood with k + 1 and with k components.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "resample/recorder.hpp"
#include "search/fit.hpp"

namespace mix1d::order {

struct OrderRequest {
  model::Request sample;  // the values; of its options resolution, chart, threads and poll count
  double origin = 0.0;    // a place on the lattice of the values, where they have one
  std::shared_ptr<const resample::Recording> recording;  // of rows of other kinds than exact values
  size_t k = 1;
  size_t size = 0;  // values in a sample drawn
  size_t replicates = 0;
  size_t enough = 0;  // stop after so many statistics that exceed the observed one; 0: never
  uint64_t seed = 0;
};

struct OrderOutcome {
  model::Mix null, alternative;  // in the units of the data
  double statistic = 0.0;
  std::vector<double> drawn;  // the statistics of the replicates, in their order
  size_t exceed = 0;
};

OrderOutcome bootstrap_order(const OrderRequest& request);

}  // namespace mix1d::order
