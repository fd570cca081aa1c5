// rows_curve.hpp: the directional derivative of the likelihood of rows of any kind towards one narrow
// component
//
// With component j as phi_j / G_j, G_j its mass in the window, D(m) = g(m) - n and g(m) = sum_i c_i phi_i(m)
// / G(m), c_i = w_i / f_i.
//
// Between places that are looked at, g is bounded. log phi_i is concave in m for every kind of row (a normal
// kernel, alone or over an interval), and log G too. In a cell of the means, log phi_i lies below its
// tangents at both ends, and -log G below its chord; on each half the bound is a sum of exponentials of
// linear functions, which is convex, and largest at an end of the half. The excess of that bound falls with
// the square of the width; cells whose bound is not near the largest value seen are done, the others are
// halved.
//
// Beyond the grid rows that are open on that side, or reach the end of the window, can be certain, and all
// others become less probable: below a window phi_i / G rises with m where the mean of what such a component
// has inside is below the row.
#pragma once

#include <vector>

#include "certificate/directional_derivative.hpp"
#include "model/in_frame.hpp"

namespace mix1d::certificate {

// One component of the least sd at a place, seen from all rows.
struct Look {
  double at = 0.0, value = 0.0, first = 0.0;  // g and its derivative
  double log_mass = 0.0, mass_slope = 0.0;    // of the window
  std::vector<double> log, slope;             // log density of each row without the window, and derivative
};

class RowsCurve {
 public:
  RowsCurve(const model::InFrame& recorded, double sd, const data::Poll* poll);

  size_t n() const { return w_.size(); }
  double total() const { return total_; }
  double unit() const { return unit_; }  // the least width of a row's kernel
  const std::vector<double>& weights() const { return w_; }
  const std::vector<double>& grid() const { return grid_; }
  // Of each row, the largest log density on the grid, which is the unit of kernels and densities, and its
  // place.
  const std::vector<double>& log_unit() const { return top_; }
  const std::vector<double>& favourite() const { return favourite_; }
  // Whether a row is so near an end of the window that ever farther components gain: then there is no bound.
  bool unbounded() const { return unbounded_; }

  // c_i = w_i / f_i, f in units of the kernels, or by its logarithm
  void divide_by(const std::vector<double>& f);
  void divide_by_log(const std::vector<double>& log_f);

  // Log densities of a component, inside the window; and in units of the kernels.
  void log_kernel(double at, std::vector<double>& out) const;
  std::vector<double> kernel_at(double place) const;

  Look at(double place) const;
  std::vector<Summit> summits() const;
  Supremum supremum_of(Summit seen, double slack) const;

 private:
  void see(double place, Look& look) const;
  void kernel(const Look& look, double distance, double log_mass, std::vector<double>& e) const;
  void lay_grid();
  Summit climb(const Look& from, const Look& to) const;
  double bound_of(const Look& a, const Look& b, std::vector<double>& e) const;
  double bound_beyond(const Look& last, bool below) const;

  const observations::Blocks& blocks_;
  observations::Window window_;
  double sd_;
  const data::Poll* poll_;
  size_t n_;
  bool unbounded_ = false;
  double total_ = 0.0, unit_ = 0.0, widest_ = 0.0;
  std::vector<double> w_, c_, top_, favourite_, low_, high_, ends_, grid_;
};

}  // namespace mix1d::certificate
