// edges.cpp: where components that may be skewed end on one side, as half a normal does
//
// Along the place of an edge the likelihood has an optimum at every few values, and Newton's method finds the
// next one only: places are tried, and the best of them polished.
#include <algorithm>
#include <cmath>
#include <utility>

#include "model/general.hpp"
#include "search/search.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

std::vector<Mix> Search::with_edges(const std::vector<Mix>& parents) const {
  constexpr size_t HALVES = 10;
  std::vector<Mix> edged;
  if (o_.stand_ins) return edged;
  for (const Mix& parent : parents) {
    add_cuts(parent, edged);
    for (const Insertion& place :
         half_normal_insertions(o_, parent, ladder_, {options_.per_level, HALVES, options_.least_candidate}))
      edged.push_back(shaped(with_insertion(parent, place)));
  }
  return edged;
}

void Search::add_cuts(const Mix& mix, std::vector<Mix>& candidates) const {
  constexpr double CUTS[] = {0.1, 0.3, 0.5, 0.7, 0.9}, LEAST = 2.0;  // of the mass; values on each side
  const Points& p = *o_.points;
  const double sharp = families::facts_of(o_.family).turns[0];
  const std::vector<double> shares = general_responsibilities(*o_.blocks, mix, o_.window);
  for (size_t j = o_.n_fixed(); j < mix.k; ++j) {
    double mass = 0.0, first = 0.0, second = 0.0;
    for (size_t i = 0; i < p.n; ++i) {
      const double w = p.w[i] * shares[i * mix.k + j];
      mass += w, first += w * p.x[i], second += w * p.x[i] * p.x[i];
    }
    double below = 0.0, first_below = 0.0, second_below = 0.0;
    size_t i = 0;
    for (double cut : CUTS) {
      for (; i < p.n && below < cut * mass; ++i) {
        const double w = p.w[i] * shares[i * mix.k + j];
        below += w, first_below += w * p.x[i], second_below += w * p.x[i] * p.x[i];
      }
      const double above = mass - below;
      if (i == 0 || i == p.n || below < LEAST || above < LEAST) continue;
      const double at = 0.5 * (p.x[i - 1] + p.x[i]);
      const auto spread = [&](double n, double one, double two) {
        return std::sqrt(std::max(0.0, (two - 2.0 * at * one + at * at * n) / n));
      };
      Mix next = Mix::like(mix, mix.k + 1);
      for (size_t l = 0; l <= mix.k; ++l) next.copy(l, mix, l < mix.k ? l : j);
      for (size_t place : {j, mix.k}) {
        const bool left = place == j;
        next.weight(place) = mix.weight(j) * (left ? below : above) / mass;
        next.mean(place) = at;
        next.sd(place) = left ? spread(below, first_below, second_below)
                              : spread(above, first - first_below, second - second_below);
        next.shape[place] = left ? -sharp : sharp;
      }
      candidates.push_back(shaped(std::move(next)));
    }
  }
}

std::vector<Mix> Search::with_moved_edges(const std::vector<Solution>& found) const {
  constexpr double SKEWED = 1.0, MOVES[] = {-0.3, -0.15, -0.06, 0.06, 0.15, 0.3};  // in scales
  constexpr size_t BEST = 2;
  const double sharp = families::facts_of(o_.family).turns[0];
  std::vector<Mix> moved;
  for (size_t i = 0; i < std::min(BEST, found.size()); ++i) {
    const Mix& mix = found[i].mix;
    for (size_t j = o_.n_fixed(); j < mix.k; ++j) {
      if (std::fabs(mix.shape[j]) < SKEWED) continue;
      const double side = mix.shape[j] < 0.0 ? -1.0 : 1.0;
      for (double move : MOVES) {
        Mix next = mix;  // the far end stays where it is
        next.mean(j) += side * move * mix.sd(j);
        next.sd(j) *= 1.0 - move;
        next.shape[j] = side * sharp;
        moved.push_back(shaped(std::move(next)));
      }
    }
  }
  return moved;
}

}  // namespace mix1d::search
