// em_order.hpp: the EM-test for the number of components
//
// Chen & Li (2009, doi:10.1214/08-AOS651) for one component, Chen, Li & Fu (2012,
// doi:10.1080/01621459.2012.695668) for any number. Every component of the null is split in two at shares
// (b, 1 - b), b in {.1, .3, .5}; the split mixture is climbed at those shares, then a few EM steps also move
// the shares; the statistic is twice the best rise over the null.
#pragma once

#include "search/fit.hpp"

namespace mix1d::order {

struct EmTest {
  model::Mix null, alternative;  // in the units of the data, without components of weight 0
  double statistic = 0.0;
  double penalty = 0.0;  // its weight, on the sds of the alternative
};

// The null is the global maximum of the penalised likelihood with up to k components, or, where `known` is
// given, the maximum next to that one; then followed to the plain likelihood, unless a component collapses.
EmTest em_test(const model::Request& request, size_t k, const model::Mix* known);

}  // namespace mix1d::order
