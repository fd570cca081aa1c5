// problem.hpp: a sample in its own units, and what every fit of it shares
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "model/frame.hpp"
#include "model/objective.hpp"
#include "model/request.hpp"
#include "model/spread.hpp"

namespace mix1d::model {

struct ContinuationRule {
  double collapse_sd = 0.0;    // a component narrower than this has collapsed ...
  double solid_values = 20.0;  // ... unless at least this many distinct values carry it
};

constexpr double SOUND_SD = 0.02;  // of the sd of a sample: no component of the highest optimum is narrower

// The sample in its frame, and what is derived from it once.
struct Problem {
  Frame frame;
  InFrame recorded;    // of rows of any kind; their stand-ins are the points of the search
  Points full, nodes;  // nodes stay empty where the search runs on the full sample
  Points coarse;       // the points of a first search, none where it would not save much
  Points sound;        // the same for a search that asks for SOUND_SD
  Spread spread;
  double finest = 0.0, coarse_finest = 0.0, floor = 0.0, penalty = 0.0;
  ContinuationRule rule;
  bool extreme = false;
  double variance_beside = 1.0;  // of the logarithms, where families of both spaces are mixed
  double log_slopes = 0.0;       // sum w log |dy / dx|, in a frame of logarithms
  Rows rows;
  CellWidths cells;
  const Request& request;

  Problem(const Request& r, bool searching, View view = View::search);

  // Another sample, in the frame of the first one.
  Problem(const Problem& first, Points sample);

  // Other rows of any kind, in the frame of the first ones.
  Problem(const Request& r, const Problem& first);

  // All free, but for what the sample itself holds: a background, a window.
  const Chart& unconstrained() const { return free_; }

  // A chart of the request with its numbers in the units of the frame.
  const Chart& local(const Chart& chart) const;

  // A mixture in the units of the data, whose weights are those of the population, and back.
  Mix inside(const Mix& mix) const;
  Mix outside(const Mix& mix) const;

  // The weights among the recorded values, of a mixture in the frame.
  bool truncated() const { return !recorded.window.whole_line(); }

  // What families there are besides normal ones, and in which space they are fitted.
  Ground ground() const;
  observations::Beside beside() const;

  // Whether values differ; where they do not, the likelihood of counts and of other rows is bounded still.
  bool shows_spread() const {
    return request.recorded || frame.space == families::Space::count ||
           (full.n > 0 && full.x[0] < full.x[full.n - 1]);
  }

  // The median in the frame, or nearly so.
  double middle() const;

  // What the change of units adds to the log-likelihood of a sample of this weight.
  double log_units(double total) const;

  bool compressed() const { return nodes.n > 0; }
  const Points& searched() const { return compressed() ? nodes : full; }
  const Points& searched_first() const { return coarse.n > 0 ? coarse : searched(); }
  const Points& searched_for_sound() const { return sound.n > 0 ? sound : searched(); }

  // There is no penalty where no sd can shrink alone.
  Objective objective(const Points& points, double a, const Chart& chart) const;

  // The same objective on the rows of the column.
  Objective on_rows(Objective o) const;

  // The narrowest component that the penalty lets a twentieth of the data form.
  double least_sd(const Chart& chart) const;

  // sds of the inserted components, from wide to `least`
  std::vector<double> ladder(double least, double narrowest = 0.0) const;

  double penalised(const Mix& mix, double log_likelihood) const;

 private:
  // The constraints of the request whose numbers are in the units of the data, in those of the frame.
  std::vector<std::pair<const Chart*, Chart>> local_;
  Chart free_;
  Chart localised(const Chart& chart) const;
  void localise();

  void read_recorded(View view);

  // The sample in its frame. Values that the frame cannot tell apart, far smaller than the distance to its
  // centre, are one there.
  void read();

  void measure();
  double least_spread() const;
};

// A mixture with components of weight 0 added: mean at the median, sd sqrt(S).
Mix padded(const Mix& mix, size_t k, const Problem& problem);

}  // namespace mix1d::model
