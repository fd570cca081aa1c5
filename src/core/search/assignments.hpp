// assignments.hpp: where a search of mixtures whose components are of different families begins
//
// Optima of one family, of normal and of lognormal or of Poisson and negative binomial components, say where
// populations lie; every way to hand the families of a model to them is a start.
#pragma once

#include <cstddef>
#include <deque>
#include <vector>

#include "model/problem.hpp"
#include "search/search.hpp"

namespace mix1d::search {

class Assignments {
 public:
  Assignments(const model::Problem& problem, const model::Chart& chart);

  // Mixtures of k components, each of the family that the chart has in its place.
  std::vector<model::Mix> starts(size_t k);

 private:
  // A population, by its moments among the values and among their logarithms.
  struct Population {
    double weight;
    families::Moments real, logarithms;
  };
  using Populations = std::vector<Population>;

  std::vector<Populations> populations(size_t k);
  model::Mix assigned(const Populations& found, const std::vector<families::Family>& order) const;

  const model::Chart& chart_;
  std::deque<model::Chart> charts_;  // of one family each
  std::deque<model::Request> requests_;
  std::deque<model::Problem> problems_;
  std::deque<Search> searches_;
};

}  // namespace mix1d::search
