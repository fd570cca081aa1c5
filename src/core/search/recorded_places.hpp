// recorded_places.hpp: where a further component would raise the likelihood of rows of any kind
//
// What search/insertion.hpp does for exact values: D is linear in the new component, so that stand-ins
// (model/in_frame.hpp) take the part of the values.
#pragma once

#include <cstddef>
#include <vector>

#include "model/objective.hpp"
#include "search/insertion.hpp"

namespace mix1d::search {

struct Peak {
  double mean, value;
};

// Weights of stand-ins over the density so far.
std::vector<double> ratios(const model::Objective& o, const std::vector<double>& log_f);

// The local maxima of D along the mean at one sd, where D > 0. Errors of the rows make classes of kernels,
// each of them a convolution; in a window the kernels are divided by their mass inside.
void scan_recorded(const model::Objective& o, const std::vector<double>& u, double sd,
                   std::vector<Peak>& peaks);

// The exact gain of a component inserted as number k. Rows that it cannot have made are outside; where
// windows of single rows make signed terms, the best of a few weights is taken.
Insertion score_recorded(const model::Objective& o, size_t k, const double* log_f, double mean, double sd);

}  // namespace mix1d::search
