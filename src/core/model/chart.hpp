// chart.hpp: which coordinates of a mixture are free to move, and how the others follow
//
// The coordinates of all components stand kind by kind: logits of the weights, means in sds, log sds, and
// shapes where a family has one; means and sds are locations and scales of other families. A chart
// is the map from the free ones to all of them. With J its Jacobian, the gradient in the free coordinates is
// J' g and minus the Hessian J' M J - sum_i g_i d2(coordinate i); a step in them comes back as a mixture. All
// of it is local: sds are those of the mixture at hand, so that a step of 0.1 means the same for a narrow and
// a wide component.
#pragma once

#include <cstddef>
#include <vector>

#include "families/catalogue.hpp"
#include "model/cell_widths.hpp"
#include "model/evaluation.hpp"
#include "model/mixture.hpp"

namespace mix1d::model {

// Which free coordinate one component follows: those with the same number move as one.
struct Slot {
  static constexpr int HELD = -1;
  int free = HELD;
  double ratio = 1.0;  // of an sd to its free one; of a weight: its share of all that move with it
};

// Numbers of free coordinates, by kind. Weights are free up to a factor common to all.
struct Layout {
  size_t weights = 0, means = 0, sds = 0, shapes = 0;
  size_t size() const { return weights + means + sds + shapes; }
};

struct Term {
  size_t free;
  double slope;
};

struct Bend {
  size_t coordinate, a, b;  // a, b: free ones, both orders are listed
  double value;
};

// A chart at a mixture: J by rows, and the second derivatives that are not 0.
struct Tangent {
  Layout layout;
  std::vector<size_t> begin;  // of the terms of each coordinate, and their end
  std::vector<Term> terms;
  std::vector<Bend> bends;
  bool single = false;  // every coordinate follows exactly one free one, with slope 1
  bool same = false;    // every coordinate is the free one of its number
  size_t same_for = 0;  // whatever the mixture of so many components, all of this is the same; 0: it is not

  size_t coordinates() const { return begin.size() - 1; }
  double push(size_t i, const std::vector<double>& free) const;            // coordinate i of J v
  std::vector<double> pull(const std::vector<double>& gradient) const;     // J' g
  std::vector<double> pull_matrix(const std::vector<double>& full) const;  // J' M J
  void pull(const std::vector<double>& gradient, std::vector<double>& out) const;
  void pull_matrix(const std::vector<double>& full, std::vector<double>& out) const;
  // - sum_i g_i d2(coordinate i), added to a matrix of free coordinates
  void add_curvature(const std::vector<double>& gradient, std::vector<double>& matrix) const;
};

// -Hessian and gradient in the free coordinates, scaled so that the information of a component of its own
// gives ones. The direction in which all weights grow alike is made regular.
struct System {
  size_t m = 0;
  std::vector<double> matrix, gradient, scale, gauge;
  std::vector<bool> pinned;  // at a bound that the gradient points beyond: stays there
  std::vector<double>
      room;  // by how much coordinates may move more than those of a component inside the data
  std::vector<double> down,
      up;  // how far shapes are from their bounds, one a component; empty without shapes
  Tangent tangent;
};

class Chart {
 public:
  // All weights, means and sds are free.
  Chart() = default;
  static const Chart& unconstrained();
  static const Chart& equal_sds();

  // The family of all components, or of each.
  Chart& of(families::Family family);
  Chart& of(std::vector<families::Family> each);
  families::Family family_of(size_t j) const;
  families::Family family() const { return family_; }  // of components that a search adds
  bool mixes_families() const { return !families_.empty(); }
  bool all_normal() const { return families_.empty() && family_ == families::Family::normal; }
  bool has_shapes() const;
  bool mixes_space(families::Space space) const;  // whether families are mixed, one of that space among them
  // The same chart in a frame of this space: in that of logarithms a lognormal component is normal.
  Chart in_frame(families::Space space) const;

  // Each changes one kind of coordinates of this chart. Slots are given for every component.
  Chart& weights(std::vector<Slot> slots);  // those that are not held share what the others leave
  Chart& held_weights();
  Chart& means(std::vector<Slot> slots);
  Chart& spaced_means();   // m_j = m_1 + (j - 1) d
  Chart& growing_means();  // m_j = m_1 + d (1 + r + ... + r^(j - 2)), r > 0
  Chart& sds(std::vector<Slot> slots);
  Chart& proportional_sds(double origin);             // s_j = c |m_j - origin|
  Chart& proportional_sds(double origin, double cv);  // the same with c held
  // What held parameters are held at, NaN for others; without it they stay where a mixture has them.
  Chart& held_at(std::vector<double> weights, std::vector<double> means, std::vector<double> sds);
  // Whether numbers in the units of the data are part of the constraints; and the same in other units.
  bool has_units() const;
  template <class Place, class Length>
  Chart in_units(Place place, Length length) const {
    Chart chart = *this;
    chart.origin_ = place(origin_);
    chart.held_sd_ = length(held_sd_);
    for (double& mean : chart.held_means_) mean = place(mean);
    for (double& sd : chart.held_sds_) sd = length(sd);
    for (double& mean : chart.low_) mean = place(mean);
    for (double& mean : chart.high_) mean = place(mean);
    return chart;
  }
  // Whether mixtures of k components can meet the constraints: those that are given for every component have
  // their number.
  bool allows(size_t k) const;
  // No more components than these are tried; 0: any number.
  Chart& at_most(size_t components);
  // Whether the sd of a component is free, or follows a free one.
  bool moves_sd(size_t j) const { return sd_of(j) != Slot::HELD; }
  // The components, of k, whose sd is that of component j: it alone, or all that share one.
  std::vector<size_t> with_sd_of(size_t j, size_t k) const;
  bool frees_weights() const { return weights_ == Weights::each; }
  // Whether constraints name components by their places.
  bool positional() const;
  Chart& held_sds(double sd);  // all at this
  // Locations and scales of the first components are held: those of a background.
  Chart& leading(size_t components);
  size_t n_leading() const { return leading_; }
  // Where values were cut away, a component far outside, or wide beside the range of what was recorded, is no
  // more than a slope and a curvature inside: it moves in these, and its sd stays below twenty half-widths.
  Chart& within_window(double low, double high);
  double most_sd() const { return half_width_ > 0.0 ? MOST_HALF_WIDTHS * half_width_ : 0.0; }  // 0: no bound
  Chart& means_within(std::vector<double> low, std::vector<double> high);

  // The same chart with the mean and sd of one component held where the mixture has them.
  Chart with_held(size_t component, const Mix& mix) const;

  // The same chart with the shape of one more component held.
  Chart with_shape_held(size_t component) const;

  // The same chart of k components with some of the sds held.
  Chart with_sds_held(const std::vector<size_t>& held, size_t k) const;

  // Whether sds follow means or each other by a ratio, which an error that is added to them would change.
  bool relative_sds() const;

  // Whether the sds move as one: no component can become narrow alone, and the likelihood needs no penalty.
  bool sds_tied() const;

  // Whether weights and means are free, and sds free or equal: the M-step has a closed form.
  bool closed() const;

  // Whether it treats all components alike, however many there are.
  bool symmetric() const;

  Layout layout(size_t k) const;

  // Parameters of AIC and BIC.
  size_t n_parameters(size_t k) const;

  Tangent tangent(const Mix& mix) const;

  // `out` may be that of another step on this chart: its memory is used again. Where a constraint pulls, in
  // free coordinates, bounds of shapes are held against the gradient less that.
  void gather(const Mix& mix, const Evaluation& e, double total, const LeastSd& least, System& out,
              const std::vector<double>* pull = nullptr) const;

  // The mixture a step away in the free coordinates.
  Mix retract(const Mix& mix, const std::vector<double>& step, const LeastSd& least) const;
  void retract(const Mix& mix, const std::vector<double>& step, const LeastSd& least, Mix& next) const;

  // The nearest mixture that the chart contains; sds are pooled as variances.
  Mix project(Mix mix) const;

 private:
  enum class Weights { each, held, slots };
  enum class Means { each, slots, spaced, growing };
  enum class Sds { each, equal, slots, proportional, held };

  // Whether a component moves in the natural coordinates of the window: beta = (m - c) H / s^2 and log s,
  // log f = beta u - H^2 / (2 s^2) u^2 + const, u = (x - c) / H.
  bool natural(const Mix& mix, size_t j) const;

  // The free coordinate of component j, or Slot::HELD.
  int weight_of(size_t j) const;
  int sd_of(size_t j) const;
  int shape_of(size_t j) const;
  bool shape_of_itself(size_t j) const;  // a free one
  // So many of the components before number j have such a coordinate of their own.
  size_t count_before(size_t j, families::Coordinate coordinate) const;

  void tangent(const Mix& mix, Tangent& out) const;
  void add_weights(const Mix& mix, Tangent& t) const;
  void add_means(const Mix& mix, Tangent& t) const;
  void add_natural(const Mix& mix, size_t j, Tangent& t) const;
  void add_sds(const Mix& mix, Tangent& t) const;
  void add_shapes(const Mix& mix, Tangent& t) const;

  void move_weights(const Mix& mix, const double* factor, Mix& next) const;
  void move_means(const Mix& mix, const double* step, Mix& next) const;
  void move_natural(const Mix& mix, const std::vector<double>& step, const LeastSd& least, Mix& next) const;
  void move_sds(const Mix& mix, const double* factor, const LeastSd& least, Mix& next) const;
  void move_shapes(const Mix& mix, const double* step, Mix& next) const;
  void add_information(const Mix& mix, const Evaluation& e, double total, System& s) const;
  void pin(const Mix& mix, const LeastSd& least, System& s) const;
  void pin_bounded(const Mix& mix, const std::vector<double>* pull, System& s) const;

  void project_weights(Mix& mix) const;
  void project_means(Mix& mix) const;
  void project_sds(Mix& mix) const;

  Weights weights_ = Weights::each;
  Means means_ = Means::each;
  Sds sds_ = Sds::each;
  std::vector<Slot> weight_slots_, mean_slots_, sd_slots_;
  double origin_ = 0.0;
  size_t leading_ = 0;
  static constexpr double MOST_HALF_WIDTHS = 20.0;
  double centre_ = 0.0, half_width_ = 0.0;                    // of the window; 0: none
  std::vector<double> held_weights_, held_means_, held_sds_;  // NaN where there is nothing to hold at
  double held_sd_ = 0.0;
  bool cv_held_ = false;
  double cv_ = 0.0;
  std::vector<double> low_, high_;  // of the means; empty where they have no bounds
  families::Family family_ = families::Family::normal;
  std::vector<families::Family> families_;
  std::vector<size_t> held_shapes_;
  size_t most_components_ = 0;
};

}  // namespace mix1d::model
