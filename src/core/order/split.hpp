// split.hpp: a null mixture whose components are split in two at fixed shares, and the climb to its best
//
// The alternative of the EM-test: a component of the null has two members, the first with a share b of its
// weight. Their means stay in the interval that the component owns, and their sds are drawn to its sd s0 by
// -a (s0^2 / s^2 + log(s^2 / s0^2) - 1), which is 0 at s0 (Chen, Li & Fu 2012,
// doi:10.1080/01621459.2012.695668). A component may also be left whole: it then counts as two equal members.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "solve/em.hpp"

namespace mix1d::order {

struct Split {
  model::Mix mix;             // the members, those of one owner side by side
  std::vector<size_t> owner;  // the component of the null that each belongs to
  std::vector<double> share;  // of the owner's weight; 1 for one left whole
  double objective = -std::numeric_limits<double>::infinity();
};

// The null and what belongs to it.
struct Whole {
  model::Mix mix;            // ordered by mean
  std::vector<double> edge;  // component j owns edge[j] .. edge[j + 1]
  double penalty = 0.0;      // a
};

class Splitting {
 public:
  // `likelihood` has no penalty of its own.
  Splitting(const model::Objective& likelihood, const Whole& whole) : o_(likelihood), whole_(whole) {}

  // One EM step, the means kept in their intervals; returns the objective before it. With `free` the shares
  // move too, under log(1 - |1 - 2 b|), and the means are not held.
  double em_step(Split& split, bool free = false) const;

  // A few EM steps, then Newton's method in the logits of the owners, the means and the log sds.
  void climb(Split& split) const;

  // The objective and the penalty on the shares.
  double value(const Split& split) const;

 private:
  // The share that maximises n log b + m log(1 - b) + log(1 - |1 - 2 b|).
  static double next_share(double n, double m);

  static double copies(const Split& split, size_t c) { return split.share[c] == 1.0 ? 2.0 : 1.0; }

  // The members of an owner keep their shares of its weight, their means its interval.
  model::Chart chart(const Split& split) const;

  // Of a split with other members.
  double penalty(const Split& split, const model::Mix& mix) const;

  void evaluate_at(const Split& split, const model::Mix& mix, model::Evaluation& e) const;

  const model::Objective& o_;
  const Whole& whole_;
  mutable model::EmSums sums_;    // working memory
  mutable model::Evaluation at_;  // the same
};

}  // namespace mix1d::order
