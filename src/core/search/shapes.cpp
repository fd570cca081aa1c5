// shapes.cpp: what the search does about shapes: normal optima given some, and the shapes of optima turned
#include <algorithm>
#include <cmath>
#include <utility>

#include "search/moves.hpp"
#include "search/search.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

bool Search::two_sided() const { return families::facts_of(o_.family).least_shape < 0.0; }

void Search::add_shaped(const std::vector<Solution>& normal, std::vector<Mix>& candidates) const {
  constexpr size_t BEST = 2, ALL_PATTERNS = 5;  // beyond so many components all have the same shape
  const families::FamilyFacts& facts = families::facts_of(o_.family);
  const double shapes[] = {facts.shapes[0], facts.least_shape < 0.0 ? -facts.shapes[0] : 0.0};
  for (size_t i = 0; i < std::min(BEST, normal.size()); ++i) {
    const Mix& from = normal[i].mix;
    const size_t patterns = from.k <= ALL_PATTERNS ? size_t{1} << from.k : 2;
    for (size_t pattern = 0; pattern < patterns; ++pattern) {
      Mix mix(from.k, o_.family);
      for (size_t j = 0; j < from.k; ++j) {
        const bool second = from.k <= ALL_PATTERNS ? (pattern >> j & 1) != 0 : pattern == 1;
        mix.weight(j) = from.weight(j), mix.shape[j] = shapes[second];
        set_moments(mix, j, moments_of(from, j));
      }
      candidates.push_back(shaped(std::move(mix)));
    }
  }
}

void Search::turn_shapes(size_t k, std::vector<Solution>& found) {
  constexpr size_t BEST = 3, SWEEPS = 4, EACH = 12;
  const auto turns = families::facts_of(o_.family).turns;
  std::vector<double> done;
  for (size_t sweep = 0; !turns.empty() && sweep < SWEEPS; ++sweep) {
    std::vector<Mix> turned;
    auto add = [&](Mix mix) { turned.push_back(shaped(std::move(mix))); };
    for (size_t i = 0; i < std::min(BEST, found.size()); ++i) {
      if (std::find(done.begin(), done.end(), found[i].objective) != done.end()) continue;
      done.push_back(found[i].objective);
      const Mix& mix = found[i].mix;
      for (size_t j = o_.n_fixed(); j < k; ++j)
        for (double shape : turns) add(with_shape(mix, j, shape));
      for (size_t j = o_.n_fixed(); two_sided() && i == 0 && j < k; ++j)  // edges that two share
        for (size_t l = j + 1; l < k; ++l)
          for (double first : turns.first(2))
            for (double second : turns.first(2)) add(with_shape(with_shape(mix, j, first), l, second));
    }
    if (turned.empty()) return;
    climb(ranked(turned), k, found, two_sided() ? EACH * k : turned.size());
    if (two_sided()) climb(ranked(with_moved_edges(found)), k, found, polishes_at(k));
  }
}

}  // namespace mix1d::search
