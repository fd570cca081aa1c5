// fit.hpp: the estimator: from a sample to the fits that were asked for
#pragma once

#include <cstddef>
#include <vector>

#include "model/mixture.hpp"
#include "model/request.hpp"
#include "search/criteria.hpp"
#include "solve/polish.hpp"

namespace mix1d::search {

// One optimum in the units of the data.
struct Optimum {
  model::Mix mix;
  double log_likelihood = 0.0, penalised = 0.0;
  bool regularized = false;
};

// What holds a component where the likelihood does not: the penalty; that it lies within one interval; that
// nothing but limits on one side is of it; that a window shows no more of it than a slope.
enum class Prop { none, penalty, one_interval, unseen, window };

// One row of the table of fits, in the units of the data.
struct Fitted {
  const model::Chart* chart = &model::Chart::unconstrained();
  model::Mix mix, start;  // `start` is where the last solve began
  double log_likelihood = 0.0, entropy = 0.0, decrement = 0.0;
  bool converged = false, positive_definite = false, regularized = false, sound = true;
  solve::Stop stop = solve::Stop::max_iter;
  size_t null_components = 0;
  long collapsed = -1;  // the component held up by the penalty, or by what `prop` says
  Prop prop = Prop::none;
  bool passed_over = false;  // higher optima collapse
  std::vector<Optimum> optima;
};

// The fits that were asked for but those that doubles cannot hold; throws Refused when none is left.
std::vector<Fitted> fit(const model::Request& request);

// `total`: the sum of the weights.
Criteria criteria_of(const Fitted& f, double total);

// The nearest optimum to a start: `request` has one number of components. Throws Refused when the way there
// leaves the doubles.
Fitted fit_from(const model::Request& request, const model::Mix& start);

// The steps of the solve from `start`: on the plain likelihood, or on the penalised one and, unless the
// answer is `held` there, on to the plain one.
std::vector<solve::Step> replay(const model::Request& request, const model::Mix& start, bool plain,
                                bool held);

}  // namespace mix1d::search
