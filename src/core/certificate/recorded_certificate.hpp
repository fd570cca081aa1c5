// recorded_certificate.hpp: the certificate for rows of any kind inside one window
//
// What npmle.hpp says of values holds of rows: the probability of an interval, and the density of a value
// with an error, are linear in the mixing distribution, so that components of the least sd are enough. Inside
// one window, whose weights are those of what is recorded, a wider component is again a mixture of narrow
// ones, with weights in proportion to their mass inside.
#pragma once

#include "certificate/certificate.hpp"
#include "model/problem.hpp"

namespace mix1d::certificate {

// `fit` in the units of the data. All of `request` but the values, weights and n, which the problem has.
Certificate certify(const CertificateRequest& request, const model::Problem& problem, const model::Mix& fit);

}  // namespace mix1d::certificate
