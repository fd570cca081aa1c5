// npmle.hpp: the best mixture with any number of components, given the least sd, and proof that none is
// better
//
// The likelihood over all mixtures of normals with sds of at least s is largest at a mixture of normals of sd
// exactly s: N(m, v^2) with v > s is the mixture of N(u, s^2) over u ~ N(m, v^2 - s^2), so that every such
// mixture is one of normals of sd s. What is left is the nonparametric maximum-likelihood estimate of the
// distribution of the means, a concave problem whose solution has finitely many atoms (Lindsay 1983,
// doi:10.1214/aos/1176346059). It is solved by the constrained Newton method (Wang 2007,
// doi:10.1111/j.1467-9868.2007.00583.x): add the local maxima of the directional derivative D as atoms, take
// a Newton step in the weights that keeps them non-negative, drop those that reach 0.
//
// For any positive f and any density f' of the kind, Jensen's inequality gives
//   sum w log(f' / f) <= n log(sum w f' / f / n) <= n log(1 + sup D / n),
// so the bound holds whether or not the iterations have converged.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "certificate/directional_derivative.hpp"
#include "model/sample.hpp"

namespace mix1d::certificate {

// A component of the mixture, in units of its sd, with exp(-z^2 / 2) at the values within reach.
struct Atom {
  double at = 0.0, weight = 0.0;
  size_t begin = 0;
  std::vector<double> kernel;
  size_t end() const { return begin + kernel.size(); }
};

class Npmle {
 public:
  // `points` in units of the sd; the start has one component for every unit that holds values.
  explicit Npmle(const model::Points& points);
  // Begins at the atoms found on other points.
  Npmle(const model::Points& points, const std::vector<Atom>& start);

  const std::vector<Atom>& atoms() const { return atoms_; }
  const std::vector<double>& density_at_points() const { return f_; }
  double largest() const { return largest_; }  // D is nowhere larger
  size_t iterations() const { return iterations_; }

  Curve curve();

  // Iterates until D is nowhere above `tol` as far as can be seen, or no longer falls.
  void solve(double tol, size_t max_iter, size_t threads, data::Poll* poll);

 private:
  Atom atom_at(double at, double weight) const;

  void density();

  // Iterations end with pairs of atoms on both sides of the place of one: they become it if D allows.
  void merge_pairs(double slack, size_t threads, data::Poll* poll);

  // Atoms in ascending order; neighbours that are not `apart` become one.
  void tidy(double apart);

  // One Newton step of F(p) = sum w log f - n sum p, p >= 0 (whose maximum has sum p = 1); returns the gain.
  double newton_step(data::Poll* poll);

  const model::Points* p_;
  std::vector<Atom> atoms_;
  std::vector<double> f_, c_;
  double largest_ = std::numeric_limits<double>::infinity();
  size_t iterations_ = 0;
};

}  // namespace mix1d::certificate
