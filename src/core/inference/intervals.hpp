// intervals.hpp: standard errors and profile-likelihood intervals of quantities that follow from a fit
#pragma once

#include <vector>

#include "inference/profile.hpp"
#include "resample/bootstrap.hpp"
#include "search/fit.hpp"

namespace mix1d::inference {

// In the units of the data; `error` is on the quantity's own scale (quantity.hpp). A bound that the branch
// did not reach is open: `below` and `above` say why.
struct Interval {
  double value = NOT_A_NUMBER, error = NOT_A_NUMBER, lower = NOT_A_NUMBER, upper = NOT_A_NUMBER;
  End below = End::undefined, above = End::undefined;
  // how far the branch went on either side, and how far twice the log-likelihood has fallen there
  double lowest = NOT_A_NUMBER, highest = NOT_A_NUMBER;
  double fall_below = NOT_A_NUMBER, fall_above = NOT_A_NUMBER;
};

// `critical`: for each quantity, how far twice the log-likelihood may fall; 0 for the error alone. `held`:
// the components that only the penalty holds up; their sds stay, and the likelihood is the penalised one.
std::vector<Interval> intervals(const model::Request& request, const model::Mix& estimate,
                                const std::vector<Quantity>& quantities, const std::vector<double>& critical,
                                const std::vector<size_t>& held);

// The profile log-likelihood's fall (twice the difference) at each of some values of one quantity; NaN where
// the branch ends before.
std::vector<double> profile(const model::Request& request, const model::Mix& estimate,
                            const Quantity& quantity, const std::vector<double>& at,
                            const std::vector<size_t>& held);

// The quantities of a mixture in the units of the data, without a sample; `near` as in Quantity::at of a
// mode.
std::vector<double> evaluate_quantities(const model::Mix& mix, const std::vector<Quantity>& quantities,
                                        const std::vector<double>& near);

// For every replicate of the bootstrap and every quantity, how far twice the profile log-likelihood has
// fallen where the quantity has its value in `estimate` (replicates x quantities): the largest fall on the
// way there, because intervals are connected, and the fall at its end where the branch ends before.
std::vector<double> calibrate(const resample::Bootstrap& bootstrap, const std::vector<Quantity>& quantities);

}  // namespace mix1d::inference
