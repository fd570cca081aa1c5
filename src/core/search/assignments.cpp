// assignments.cpp: populations that optima of one family show, and families handed out to them
#include "search/assignments.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/numbers.hpp"

namespace mix1d::search {

using namespace families;
using namespace kernels;
using namespace model;

namespace {

constexpr size_t BEST = 2;      // optima of a family that are taken
constexpr size_t MOST = 240;    // orders of the families for each of them
constexpr double WIDEST = 5.0;  // variance of logarithms whose moments are still of use

// Of a lognormal variable with the moments, and back.
Moments logarithms_of(const Moments& real) {
  const double mean = std::max(real.mean, 0.1 * real.sd), cv = real.sd / mean;
  const double variance = log1(1.0 + cv * cv);
  return {log1(mean) - 0.5 * variance, std::sqrt(variance)};
}

Moments values_of(const Moments& logarithms) {
  const double variance = std::min(logarithms.sd * logarithms.sd, WIDEST);
  const double mean = exp1(logarithms.mean + 0.5 * variance);
  return {mean, mean * std::sqrt(exp1(variance) - 1.0)};
}

bool all_positive(const Problem& problem) { return problem.full.n > 0 && problem.full.x[0] > 0.0; }

}  // namespace

Assignments::Assignments(const Problem& problem, const Chart& chart) : chart_(chart) {
  const bool counts = problem.frame.space == Space::count;
  std::vector<Family> alone =
      counts ? std::vector{Family::poisson, Family::negative_binomial} : std::vector{Family::normal};
  if (!counts && all_positive(problem)) alone.push_back(Family::lognormal);
  for (Family family : alone) {
    Chart& free = charts_.emplace_back();
    free.of(family).leading(chart.n_leading());
    Request& request = requests_.emplace_back(problem.request);
    request.charts = {&free};
    const Problem& ground = problems_.emplace_back(request, true);
    searches_.emplace_back(ground.objective(ground.searched_first(), ground.penalty, free),
                           ground.ladder(ground.least_sd(free), ground.coarse_finest), ground.spread.mean,
                           SearchOptions{});
  }
}

std::vector<Assignments::Populations> Assignments::populations(size_t k) {
  std::vector<Populations> out;
  for (size_t s = 0; s < searches_.size(); ++s) {
    Search& search = searches_[s];
    const Problem& ground = problems_[s];
    while (search.reached() < k) search.extend();
    const auto& optima = search.optima(k);
    for (size_t i = 0; i < std::min(BEST, optima.size()); ++i) {
      const Mix& mix = optima[i].mix;
      Populations found;
      for (size_t j = chart_.n_leading(); j < k; ++j) {
        const Moments own = moments_of(mix, j);
        Population p{mix.weight(j), own, own};
        if (ground.frame.space == Space::log) {
          // of the same values in the units of the other frame
          const double shift =
              log1(std::ldexp(1.0, ground.frame.outer - problems_[0].frame.outer - problems_[0].frame.inner));
          p.logarithms.mean += shift;
          p.real = values_of(p.logarithms);
        } else {
          p.logarithms = logarithms_of(own);
        }
        found.push_back(p);
      }
      std::sort(found.begin(), found.end(),
                [](const Population& a, const Population& b) { return a.real.mean < b.real.mean; });
      out.push_back(std::move(found));
    }
  }
  return out;
}

Mix Assignments::assigned(const Populations& found, const std::vector<Family>& order) const {
  const size_t fixed = chart_.n_leading();
  Mix mix(fixed + found.size(), order[0]);
  if (mix.all_normal()) mix.family.assign(mix.k, Family::normal), mix.shape.assign(mix.k, 0.0);
  double total = 0.0;
  // the families of the chart in their places, the populations in the order in which these are handed out
  std::vector<bool> taken(found.size(), false);
  for (size_t j = 0; j < found.size(); ++j) {
    const Family family = chart_.family_of(fixed + j);
    size_t which = 0;
    while (taken[which] || order[which] != family) ++which;
    taken[which] = true;
    const Population& p = found[which];
    mix.family[fixed + j] = family;
    mix.shape[fixed + j] = facts_of(family).shapes[0];
    mix.weight(fixed + j) = p.weight;
    set_moments(mix, fixed + j, facts_of(family).space == Space::log ? p.logarithms : p.real);
    total += p.weight;
  }
  for (size_t j = fixed; j < mix.k; ++j) mix.weight(j) /= total;
  return mix;
}

std::vector<Mix> Assignments::starts(size_t k) {
  std::vector<Mix> out;
  const size_t fixed = chart_.n_leading();
  for (const Populations& found : populations(k)) {
    std::vector<Family> order;
    for (size_t j = fixed; j < k; ++j) order.push_back(chart_.family_of(j));
    std::sort(order.begin(), order.end());
    size_t tried = 0;
    do out.push_back(assigned(found, order));
    while (++tried < MOST && std::next_permutation(order.begin(), order.end()));
  }
  return out;
}

}  // namespace mix1d::search
