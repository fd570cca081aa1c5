// search.hpp: the deterministic global search
//
// k components are reached from the best fits with k - 1 by inserting components where the directional
// derivative is large and by splitting every component; a sweep of removals, merges and re-insertions
// follows. Candidates are ranked only after Newton's method has polished them, because EM crawls where
// components overlap.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "search/insertion.hpp"
#include "solve/polish.hpp"

namespace mix1d::search {

struct SearchOptions {
  size_t parents = 2;
  size_t insertions = 6, insertions_at_two = 16;
  size_t polishes = 24, polishes_at_two = 40;
  size_t polishes_in_sweeps_at_three = 24;  // removals from three lead back to the parents
  size_t per_level = 10;
  size_t keep = 6;
  size_t sweeps = 2;
  size_t widenings = 0;          // new starts from optima that are not sound
  size_t dispersed = 2;          // scattered starts for every component beyond the second
  size_t reinsertions = 1;       // after each removal or merge
  double least_mass = 0.3;       // polishing gives a component up when its mass falls below this
  double least_sd = 0.0;         // or its sd below this
  double least_candidate = 0.0;  // candidates with less mass are not polished
  double sound_mass = 0.0;       // optima with less, or a smaller sd, are remembered but not kept
  double sound_sd = 0.0;         // where this is set, a component at the floor is not sound either
};

constexpr double COMPETING = 2.0;  // nats within which optima compete
// The least mass of a component that counts; rounding takes from one.
constexpr double ONE_VALUE = 1.0 - 1e-9;

class Assignments;

class Search {
 public:
  // With `seeds`, a search already done on another objective, its optima are candidates too. A chart that
  // mixes families needs `assignments`.
  Search(const model::Objective& objective, std::vector<double> ladder, double centre,
         const SearchOptions& options, const Search* seeds = nullptr, Assignments* assignments = nullptr);

  // The optima with 1 .. k components, each list with the best first.
  const std::vector<solve::Solution>& optima(size_t k) const { return by_k_[k - 1]; }
  size_t reached() const { return by_k_.size(); }
  const model::Objective& objective() const { return o_; }

  void extend();

  // Whether an optimum meets the demands on the least sd and mass; all do where none are made.
  bool is_sound(const solve::Solution& s) const;

  // The best optima with the shapes of one component, or of two, turned to each of a few others.
  void turn_shapes(size_t k, std::vector<solve::Solution>& found);

 private:
  // Means at quantiles that a Halton sequence scatters, sds of three sizes: starts that owe nothing to
  // smaller fits. Every second one mirrors the one before, so that the mirrored data have the mirrored
  // starts.
  model::Mix dispersed(size_t k, size_t index) const;

  model::Mix shaped(model::Mix mix) const;

  // Whether components may be skewed to either side.
  bool two_sided() const;

  // The best normal optima, their components with one of two shapes in all patterns.
  void add_shaped(const std::vector<solve::Solution>& normal, std::vector<model::Mix>& candidates) const;

  size_t polishes_at(size_t k) const { return k == 2 ? options_.polishes_at_two : options_.polishes; }

  // One component more, with an edge: half a normal in the best places, and every component as two halves
  // back to back, cut at some of its quantiles.
  std::vector<model::Mix> with_edges(const std::vector<model::Mix>& parents) const;
  void add_cuts(const model::Mix& mix, std::vector<model::Mix>& candidates) const;

  // The best optima, the edge of one skewed component sharpened and moved a little to either side.
  std::vector<model::Mix> with_moved_edges(const std::vector<solve::Solution>& found) const;

  // The optima with the fewest components: one, or those that labels name.
  std::vector<solve::Solution> first() const;

  // Under constraints the optima without them, brought onto the chart, and scattered starts; where
  // constraints name components by their places, in every order of these.
  void extend_constrained(size_t k);

  void extend_assigned(size_t k);

  // Where every path led to a spike, or to less than a smaller fit has: one place in every smaller optimum,
  // two in those smaller still, each of a mass that would be sound.
  void rescue(size_t k, std::vector<model::Mix>& candidates) const;

  // Every single removal and every merge of two neighbours, each followed by the best insertion and splits.
  void reinsert(const model::Mix& mix, std::vector<model::Mix>& candidates) const;

  // Next to an optimum with a component too small to be sound there is often one with a few more values in
  // it.
  model::Mix wider(model::Mix mix) const;

  static void keep(solve::Solution s, std::vector<solve::Solution>& list);

  struct Ranked {
    double objective;
    model::Mix mix;
  };

  std::vector<Ranked> ranked(const std::vector<model::Mix>& mixes) const;

  // Near equals dropped, the best polished; new optima join `found`, best first. Those that begin more than
  // `below` nats below the best optimum are not polished.
  void climb(std::vector<Ranked> ranked, size_t k, std::vector<solve::Solution>& found, size_t limit,
             double below = std::numeric_limits<double>::infinity());

  // The same after two EM steps each.
  void settle(const std::vector<model::Mix>& candidates, size_t k, std::vector<solve::Solution>& found,
              size_t limit, double below = std::numeric_limits<double>::infinity());

  model::Objective o_;
  std::vector<double> ladder_;
  double centre_;
  SearchOptions options_;
  const Search* seeds_;
  Assignments* assignments_;
  std::vector<solve::Solution> rejected_;
  solve::Paths paths_;
  std::vector<std::vector<solve::Solution>> by_k_;
};

}  // namespace mix1d::search
