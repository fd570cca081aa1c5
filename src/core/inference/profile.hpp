// profile.hpp: the branch of constrained maxima along one quantity, and the interval it gives
//
// The branch starts at the estimate and is continued step by step, so components keep their labels and the
// interval is the connected one. At each value c of the quantity g, Newton's method solves
//   grad l = lambda grad g,  g = c
// for the parameters and lambda, which is the slope of the profile log-likelihood.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "inference/quantity.hpp"
#include "model/derivatives.hpp"

namespace mix1d::inference {

// Why a branch could not be followed as far as the bound.
enum class End { found, weight, collapse, merge, distance, undefined, bound };

class Branch {
 public:
  // `at` is a maximum of `o`: of the plain likelihood, or of the penalised one where the sds of the
  // components `held` are held.
  Branch(const model::Objective& o, const Quantity& quantity, const model::Mix& at, double near,
         const std::vector<size_t>& held = {});

  // Bounds of the quantity itself, on its scale.
  void keep_within(double least, double most) { least_ = least, most_ = most; }

  bool usable() const { return usable_; }
  double start() const { return start_; }
  double sigma() const { return sigma_; }  // the standard error on the quantity's scale
  double value() const { return here_.g.value; }
  // twice the fall of the profile log-likelihood; the residual of the constraint is corrected for
  double fall() const { return 2.0 * (top_ - here_.e.objective - here_.lambda * (target_ - value())); }
  const model::Mix& mix() const { return here_.mix; }

  // Follows the branch to the value `c` in steps of at most `stride` standard errors; `highest` is the
  // largest fall on the way.
  End advance_to(double c, double stride, double* highest = nullptr);

  // Where the fall reaches `critical`, walking upwards (side 1) or downwards (-1) from the start; where it
  // does not, the furthest place on the branch, and the fall there.
  End bound(double critical, double side, double* c, double* reached);

 private:
  End walk(double critical, double side, double* c, double* reached);

  static constexpr double LEAST = 1e-3;       // shortest step, in standard errors
  static constexpr double FARTHEST = 1e5;     // longest way
  static constexpr double LEAST_MASS = 1e-6;  // of a component
  static constexpr double ARRIVED = 1e-5;     // last Newton step; the error left is its square

  struct State {
    model::Mix mix;
    model::Evaluation e;
    Derived g;
    double lambda = 0.0;
  };

  // The Hessian of the quantity stays that of the last place: it only sets the speed of convergence.
  void arrive(State& s, double near) const;

  // One Newton step towards g = c; x is in the scaled coordinates of `system_`. False where the constrained
  // point is no maximum. `slope` is v' B^-1 v. Shapes whose step would cross a bound go there.
  bool solve(State& s, double c, std::vector<double>& x, double& slope);

  // The same with the steps of some coordinates given.
  struct Given {
    size_t coordinate;
    double step;
  };
  bool solve_beside(State& s, double c, const std::vector<Given>& given, std::vector<double>& x,
                    double& slope);
  // Those whose step in x would cross a bound are added; false where there are none.
  bool add_crossing(const State& s, const std::vector<double>& x, std::vector<Given>& given) const;

  // Newton's method to the point with g = c, which becomes the new place; on failure the old one stays.
  End try_step(double c);

  End ending(const State& s, End otherwise) const;

  model::Objective o_;
  Quantity q_;
  model::Chart chart_;
  State here_;
  model::System system_;
  double top_ = 0.0, start_ = 0.0, sigma_ = 0.0, target_ = 0.0, rho_ = 0.0;
  double least_ = -std::numeric_limits<double>::infinity(), most_ = -least_;
  bool usable_ = false;
};

}  // namespace mix1d::inference
