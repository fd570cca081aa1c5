// general.hpp: likelihoods of any families on rows of any kind
//
// What model/derivatives.hpp and solve/em.hpp do for normal components and exact values, for all others:
// those functions come here when an objective has blocks. Coordinates are logits, locations in units of their
// scales, log scales and, where a family of the mixture has one, shapes; a component without a slot has zeros
// there.
#pragma once

#include <memory>
#include <vector>

#include "families/component.hpp"
#include "kernels/general.hpp"
#include "model/em_sums.hpp"
#include "model/objective.hpp"

namespace mix1d::model {

// What the loops need of a mixture, with the logarithms of its parameters.
struct PreparedParts {
  std::vector<double> logs;  // log weights, log scales
  std::vector<families::Family> family;
  std::vector<double> numbers;
  std::vector<size_t> slots;
  families::Parts parts;
  // With a window, what is subtracted from the log densities of a component and from their derivatives, laid
  // out as the loops leave them, one number each: those of the logarithm of its mass inside.
  std::vector<double> inside;
  std::unique_ptr<bool[]> reads_beside;  // by component, where numbers stand beside those of the rows
  explicit PreparedParts(const Mix& mix, const observations::Window& window = {},
                         observations::Beside beside = observations::Beside::nothing);
  bool shapes() const;  // whether a component has one
  // Where the derivatives by slot `slot` of component j stand among all coordinates; slot 0 is the logit.
  size_t coordinate(size_t j, size_t slot) const;
  bool windowed() const { return !inside.empty(); }
  double log_mass(size_t j) const { return inside[j * kernels::GENERAL_ARRAYS]; }
  double first(size_t j, size_t slot) const { return inside[j * kernels::GENERAL_ARRAYS + 1 + slot]; }
  double second(size_t j, size_t pair) const {
    return inside[j * kernels::GENERAL_ARRAYS + 1 + families::MOST_SLOTS + pair];
  }
};

void general_evaluate(const Objective& o, const Mix& mix, Evaluation& e);
std::vector<double> general_products_of_scores(const Objective& o, const Mix& mix);

// By Fisher's identity: the gradient at a mixture is that of the expected log-likelihood of rows with their
// labels, and of a normal component the first moment is the gradient by location, the second one the mass and
// the gradient by log scale; whatever the rows are.
void general_em_pass(const Objective& o, const Mix& mix, EmSums& out);

double general_entropy(const Objective& o, const Mix& mix);

// At every number of a row.
std::vector<double> general_log_density(const observations::Blocks& blocks, const Mix& mix,
                                        const observations::Window& window = {});
std::vector<double> general_responsibilities(const observations::Blocks& blocks, const Mix& mix,
                                             const observations::Window& window = {});

// Weights of the population become those inside the window with `sign` 1, and back with -1.
void reweigh(Mix& mix, const observations::Window& window, double sign,
             observations::Beside beside = observations::Beside::nothing);

// The sums of responsibilities where every row has another weight.
std::vector<double> general_masses(const observations::Blocks& blocks, const Mix& mix, const double* weights,
                                   const observations::Window& window = {});

}  // namespace mix1d::model
