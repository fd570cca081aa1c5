// long_column.cpp: a sketch of the column, with finer cells where a component is too narrow for them
#include "search/long_column.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "families/catalogue.hpp"
#include "kernels/numbers.hpp"
#include "model/cell_widths.hpp"
#include "sketch/nodes.hpp"
#include "sketch/reading.hpp"

namespace mix1d::search {

using namespace model;
using namespace sketch;

namespace {

// Where a component lies, and how wide it is there.
families::Moments place_of(const Mix& mix, size_t j) {
  const double location = mix.mean(j), sd = mix.sd(j);
  switch (families::facts_of(mix.family_of(j)).space) {
    case families::Space::log:
      return {location, location * std::min(sd, 1.0)};
    case families::Space::logit: {
      const double mean = 1.0 / (1.0 + kernels::exp1(-location));
      return {mean, std::min(std::sqrt(mean * (1.0 - mean)) * sd, std::min(mean, 1.0 - mean))};
    }
    case families::Space::count:
      return {location, std::sqrt(location)};
    case families::Space::real:
      return {location, sd};
  }
  return {location, sd};
}

// Components narrower than four cells, and those of more than a few values that the search gave up because
// they fell into one; wanted are cells an eighth as wide.
std::vector<Refinement> too_narrow(const Nodes& nodes, double total, const std::vector<Fitted>& fits) {
  constexpr double CELLS = 4.0, REACH = 8.0, FEW_VALUES = 20.0;
  constexpr int EIGHTH = 3;
  std::vector<Refinement> refinements;
  if (nodes.values.empty()) return refinements;
  const CellWidths cells(nodes.values.data(), nodes.weights.data(), nodes.width.data(), nodes.values.size());
  for (const Fitted& fit : fits)
    for (size_t j = 0; j < fit.mix.k; ++j) {
      const auto [mean, sd] = place_of(fit.mix, j);
      const double width = cells.at(mean), reach = REACH * std::max(sd, width);
      const bool given_up = static_cast<long>(j) == fit.collapsed && fit.mix.weight(j) * total > FEW_VALUES &&
                            width > 16.0 * 0x1p-52 * std::fabs(mean);
      if (!(fit.mix.weight(j) > 0.0) || !(width > 0.0) || !(sd < CELLS * width || given_up)) continue;
      refinements.push_back({mean - reach, mean + reach, std::ilogb(std::min(sd, width)) - EIGHTH});
    }
  return refinements;
}

// Finer where `fits` have components too narrow for the nodes `before`, which may be empty; the same nodes
// when there are none.
Nodes nodes_of(const Request& request, const Nodes& before, const std::vector<Fitted>& fits) {
  const std::vector<Refinement> wanted = too_narrow(before, request.column_total, fits);
  if (wanted.empty() && !before.values.empty()) return before;
  std::vector<Refinement> refinements = before.refinements;
  refinements.insert(refinements.end(), wanted.begin(), wanted.end());
  SketchState state;
  add_column(state, *request.column, request.column_weight, request.threads, request.poll, refinements);
  SketchNodes nodes = sorted_nodes(state);
  return {std::move(nodes.values), std::move(nodes.weights), std::move(nodes.width), std::move(refinements)};
}

}  // namespace

LongFit fit_long(Request request, const std::function<std::vector<Fitted>(const Request&)>& solve) {
  constexpr int ROUNDS = 8;  // each makes cells eight times as fine where a component is too narrow for them
  LongFit out;
  for (int round = 0; round < ROUNDS; ++round) {
    Nodes finer = nodes_of(request, out.nodes, out.fits);
    if (round > 0 && finer.refinements.size() == out.nodes.refinements.size()) break;
    out.nodes = std::move(finer);
    request.values = out.nodes.values.data();
    request.weights = out.nodes.weights.data();
    request.width = out.nodes.width.data();
    request.n = out.nodes.values.size();
    out.fits = solve(request);
  }
  return out;
}

}  // namespace mix1d::search
