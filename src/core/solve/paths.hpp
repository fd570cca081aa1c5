// paths.hpp: the points that polishes have passed on their way to an optimum
//
// Most candidates of a search lead to an optimum that others have led to. Their paths meet long before it,
// and the second one that comes along need not be followed to its end.
#pragma once

#include <cstddef>
#include <vector>

#include "model/evaluation.hpp"
#include "model/mixture.hpp"

namespace mix1d::solve {

// Of normal components, as many in each point.
class Paths {
 public:
  void clear();

  // Whether the path has come next to a point of one that has ended at an optimum. Else the point is its own.
  bool cross(const model::Mix& mix, const model::Evaluation& at);

  // The objective is concave at its last point.
  void enter_bowl() { points_.back().in_bowl = true; }

  // The path has ended, `at_optimum` or not: then it leads nowhere that is known.
  void end(bool at_optimum);

 private:
  struct Point {
    double objective;
    bool in_bowl;
  };

  bool meets(size_t i, const model::Mix& mix, const model::Evaluation& at) const;

  std::vector<Point> points_;
  std::vector<double> parameters_;  // of each: logarithms of weights, means, logarithms of sds
  size_t followed_ = 0;             // points of paths that have ended
};

}  // namespace mix1d::solve
