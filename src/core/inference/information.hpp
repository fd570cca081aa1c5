// information.hpp: covariances of the estimates from the likelihood: observed information and sandwich
#pragma once

#include <cstddef>
#include <vector>

#include "model/request.hpp"

namespace mix1d::inference {

// Minus the Hessian in free coordinates: logits without the largest weight's, means / sd, log sds, shapes.
// Components of weight 0, sds at their floor and what is at its bound are left out. Where components are held
// up by the penalty, it is that of the penalised likelihood with their sds held.
struct Information {
  std::vector<size_t> real;      // components of positive weight
  model::Tangent tangent;        // of their mixture
  std::vector<double> unit;      // of a mean in sds, in the units of the data; of a location at the border
  std::vector<double> stretch;   // of the logarithm of an sd, likewise
  std::vector<size_t> kept;      // the free coordinates of the tangent that are estimated
  std::vector<double> matrix;    // kept x kept
  std::vector<double> products;  // the same of sum w q q', q the scores; empty unless asked for
};

// The components whose widths are the penalty's: `collapsed`, and those that owe it more than half of their
// variance; none when nothing has collapsed. s^2 = (W + 2 a S) / (n + 2 a) at a penalised maximum.
std::vector<size_t> propped(const double* values, const double* weights, size_t n, const model::Mix& estimate,
                            long collapsed);

// The same of components of other families, by what the penalty calls their variances, about a request.
std::vector<size_t> propped(const model::Request& request, const model::Mix& estimate, long collapsed);

// About the sample of a request, under its chart.
Information information(const model::Request& request, const model::Mix& estimate, bool products,
                        const std::vector<size_t>& held = {});

// Covariance of (weights, means, sds), (3k)^2: the inverse of the information carried over by the derivatives
//   dw_i / dlogit_j = w_i (1[i = j] - w_j),   dmean_j / d(mean_j / sd_j) = dsd_j / dlog sd_j = sd_j.
// Of other families (weights, locations, scales, shapes) at the border, (4k)^2; a location of logarithms or
// of counts is an exponential there. NaN for components of weight 0, those held, what is left out and what a
// family does not have; NaN everywhere where the likelihood is flat.
std::vector<double> covariance(const model::Request& request, const model::Mix& estimate, bool sandwich,
                               const std::vector<size_t>& held = {});

}  // namespace mix1d::inference
