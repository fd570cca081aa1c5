// seeds.cpp: the optima that a search begins from, found once for all families that ask for them
#include <memory>

#include "search/estimator.hpp"

namespace mix1d::search {

using namespace model;

// A family whose likelihood has many ridges begins from normal optima.
static bool begins_from_normals(const Chart& chart) {
  const families::FamilyFacts& facts = families::facts_of(chart.family());
  return !chart.mixes_families() && !facts.turns.empty() && facts.space == families::Space::real;
}

std::shared_ptr<Search> Estimator::normals(const Problem& problem) {
  if (&problem != &problem_ || problem.truncated()) return nullptr;
  if (begins_from_normals(chart_)) return seeds_;
  const bool free = chart_.all_normal() && chart_.closed() && !chart_.sds_tied() && chart_.n_leading() == 0 &&
                    !chart_.has_units();
  return free ? std::shared_ptr<Search>(std::shared_ptr<Search>(), &search_) : nullptr;
}

std::shared_ptr<Search> Estimator::seeds_of(const Problem& problem, const Chart& chart,
                                            std::shared_ptr<Search> normals) {
  const bool ridged = begins_from_normals(chart);
  if (ridged && normals) return normals;
  // in a window one component may lie far from where those of one sd do
  const bool drifts = problem.truncated() && chart.sds_tied();
  if (chart.mixes_families() || (chart.symmetric() && !ridged && !drifts)) return nullptr;
  const Chart& free = ridged ? Chart::unconstrained() : problem.unconstrained();
  return std::make_shared<Search>(problem.objective(problem.searched_first(), problem.penalty, free),
                                  problem.ladder(problem.least_sd(free), problem.coarse_finest),
                                  problem.spread.mean, SearchOptions{});
}

}  // namespace mix1d::search
