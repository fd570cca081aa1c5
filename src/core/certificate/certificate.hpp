// certificate.hpp: how much better any mixture with sds of at least `min_sd` could fit than a given one
#pragma once

#include <cstddef>
#include <vector>

#include "data/poll.hpp"
#include "model/mixture.hpp"

namespace mix1d::certificate {

struct CertificateRequest {
  const double* values = nullptr;  // sorted, distinct
  const double* weights = nullptr;
  size_t n = 0;
  double min_sd = 0.0;
  size_t max_iter = 300, threads = 1;
  data::Poll* poll = nullptr;
};

struct Certificate {
  std::vector<double> weights, means;  // of the best mixture, whose sds are all min_sd
  double gain = 0.0;                   // its log-likelihood minus that of the fit
  double largest = 0.0;                // its D is nowhere larger
  size_t iterations = 0;
  // the fit: (sum w phi(x; mean, min_sd) / f) / n - 1 over a grid of means, and where one further component
  // of sd min_sd would gain most
  std::vector<double> grid, excess;
  double at = 0.0, at_gain = 0.0, at_weight = 0.0;
};

Certificate certify(const CertificateRequest& r, const model::Mix& fit);

}  // namespace mix1d::certificate
