// estimator.hpp: which optimum is the answer for k components, and its last digits
#pragma once

#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "model/problem.hpp"
#include "search/assignments.hpp"
#include "search/fit.hpp"
#include "search/search.hpp"
#include "solve/continuation.hpp"

namespace mix1d::search {

// A fit in the frame, before it is written in the units of the data.
struct Outcome {
  solve::Solution solution;  // of the real components
  model::Mix start;
  bool regularized = false, sound = true;
  size_t null_components = 0;
  long collapsed = -1;
  Prop prop = Prop::none;
  bool passed_over = false;
  double penalised = 0.0;
  std::vector<Optimum> optima;
};

// What rows of other kinds than exact values leave undetermined of a solution: which component, and why; one
// of which nothing but limits is seen is put where it shows no more, and the others are solved anew.
void find_prop(const model::Problem& problem, const model::Objective& objective, Outcome& outcome,
               solve::Solution& solution);

class Estimator {
 public:
  // `normals`: what `normals()` of another one gave on the same problem.
  Estimator(const model::Problem& problem, const model::Chart& chart,
            std::shared_ptr<Search> normals = nullptr);

  Fitted fitted(size_t k);

  // Its search among free normal components, to be used by estimators that live no longer than this one; none
  // where it has none on this problem.
  std::shared_ptr<Search> normals(const model::Problem& problem);

 private:
  SearchOptions sound_only() const;

  // What a search begins from: the optima without the constraints, or normal ones for a family whose
  // likelihood has many ridges; none where it needs nothing.
  static std::shared_ptr<Search> seeds_of(const model::Problem& problem, const model::Chart& chart,
                                          std::shared_ptr<Search> normals);

  // Of the components that were not named; infinite where all are.
  double least_mass(const solve::Solution& s) const;

  // The optima of the search with k components; those of coarse points solved on all of them.
  const std::vector<solve::Solution>& optima(size_t k);

  std::vector<solve::Solution> refined(const std::vector<solve::Solution>& found) const;

  // The best value with k components, a component of weight 0 and s^2 = S costing the penalty alone.
  double top(size_t k);

  Optimum optimum(const solve::Continuation& c, const solve::Solution& from) const;

  // The points on which those are solved.
  const model::Points& points_of_optima() const {
    return problem_.coarse.n == 0 ? *search_.objective().points : problem_.full;
  }

  // An optimum of the search, which stops at a few digits, taken to the last one; `evaluated`: on that
  // objective.
  static solve::Solution solved(const model::Objective& objective, const solve::Solution& found,
                                bool evaluated);

  // The best penalised optimum that survives with a likelihood of `least`, or else what only the penalty
  // holds up.
  Outcome stable(size_t k, double least = -std::numeric_limits<double>::infinity());

  // The optima of the search for sound ones, solved on all the points that are searched.
  std::vector<solve::Solution> sound_optima(size_t k) const;

  // The highest plain likelihood among the sound optima; none may be left once they are solved to the end.
  std::optional<Outcome> highest(size_t k);

  // An outcome solved on the full sample, and what was solved there.
  struct Answer {
    Outcome outcome;
    solve::Solution solution;
    model::Objective objective;
    double height() const { return solution.log_likelihood; }
  };

  Answer on_all_points(Outcome outcome) const;

  // The answer for k components. More components never have a lower likelihood: where the search and the
  // continuation find nothing better than a smaller fit, the answer is that fit and components of weight 0.
  const Answer& answer(size_t k, bool highest);

  // Whether an answer is worth its components: those on top of each other describe the smaller fit, and their
  // likelihood is its own but for rounding.
  static bool gains(const Answer& found, const Answer& smaller);

  // The highest sound optimum, or the stable answer where none is higher.
  Answer above_stable(size_t k);

  static bool same_place(const model::Mix& a, const model::Mix& b);

  static Outcome with_empty(Outcome outcome, size_t count, double penalised);

  // The last solve on the rows of a long column, and the way back to the units of the data.
  Fitted finish(Answer answer, size_t k) const;

  const model::Problem& problem_;
  const model::Chart& chart_;
  std::shared_ptr<Search> seeds_;
  std::optional<Assignments> assignments_;  // where families are mixed
  Search search_, highest_;
  std::vector<std::vector<solve::Solution>> refined_;
  std::vector<Answer> answers_[2];  // by number of components: stable, highest
};

}  // namespace mix1d::search
