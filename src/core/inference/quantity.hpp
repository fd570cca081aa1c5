// quantity.hpp: numbers that follow from a mixture, with their derivatives by its parameters
//
// Each is taken on the scale where its likelihood is closest to a parabola: logits of probabilities,
// logarithms of positive numbers. Coordinates are the free ones of a chart
// (model/chart.hpp).
#pragma once

#include <cstddef>
#include <vector>

#include "inference/density.hpp"
#include "model/chart.hpp"
#include "model/frame.hpp"

namespace mix1d::inference {

enum class Kind {
  weight,      // logit of the weight of component i
  mean,        // of component i; of other families the location in the frame
  sd,          // logarithm of the sd of component i, or of the scale
  crossing,    // where i and j are equally probable, between them
  second,      // the other such point
  quantile,    // the point with probability `at` below it
  above,       // logit of the probability above `at`
  error,       // logit of the probability that the most probable component is the wrong one
  distance,    // log of Ashman's D of i and j (Ashman, Bird & Zepf 1994, doi:10.1086/117248)
  bimodality,  // log of the bimodality index of i and j (Wang et al. 2009, doi:10.4137/cin.s2846)
  mode,        // the local maximum of the density near `at`
  background,  // logit of the weight of the first component among all
  shape,       // of component i
  // of the two sides of a cut (inference/sides.hpp)
  group_quantile,  // the point with probability `at` below it, of the components from i to j
  group_above,     // logit of the probability above `at` of the components from i to j
  upper_above,     // logit of the share of the components behind i in all that lies above `at`
  lower_below,     // logit of the share of the components up to i in all that lies below `at`
  wrong,           // logit of the share on the wrong side of `at`
  precise,         // the lowest point above which the components behind i have the share `at`
  away,            // the point `at` sds above the mean of component i
  valley,          // the local minimum of the density near `at`
};

// Of the components behind the first `behind`, which are no populations: weights are those among themselves.
// With `frame` the components are those of any families: crossings are the one near `at`, which stands in the
// frame as values do, and D and the index are of means and sds in the units of the data.
struct Quantity {
  Kind kind;
  size_t i = 0, j = 0;
  double at = 0.0;
  size_t behind = 0;
  const model::Frame* frame = nullptr;
};

// Where a quantity is sought when nothing is known of it yet.
double begin_near(const Quantity& q);

// The quantity on its scale, NaN where it is not defined; `near` is where it was a moment ago.
double value_of(const Quantity& q, const model::Mix& mix, double near);

// Value, gradient (m) and Hessian (m x m, where one is known) in the free coordinates.
struct Derived {
  double value = NOT_A_NUMBER;
  std::vector<double> gradient, hessian;
  bool linear = true;  // no Hessian
};

Derived derive(const Quantity& q, const model::Mix& mix, const model::Chart& chart, double near);

// The Hessian of a quantity that is not linear: differences of gradients that are known exactly, of values
// otherwise.
std::vector<double> curvature(const Quantity& q, const model::Mix& mix, const model::Chart& chart,
                              const Derived& at);

}  // namespace mix1d::inference
