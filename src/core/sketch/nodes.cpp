// nodes.cpp: the rule of every cell, moved to places that doubles can hold
#include "sketch/nodes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "linear/quadrature.hpp"

namespace mix1d::sketch {

using namespace linear;

SketchNodes cell_nodes(const SketchState& state, size_t order) {
  SketchNodes out;
  auto push = [&](double x, double w, double width, size_t cell) {
    out.values.push_back(x);
    out.weights.push_back(w);
    out.width.push_back(width);
    out.cell.push_back(cell);
  };
  std::vector<Recurrence> recurrences;
  for (const Cell& cell : state.cells)
    if (cell.values == 0) recurrences.push_back(recurrence_of(cell.numbers, order));
  std::vector<Rule> rules(recurrences.size());
  gauss_rules(recurrences.data(), recurrences.size(), rules.data());
  auto rule = rules.begin();
  for (size_t i = 0; i < state.values.size(); ++i) push(state.values[i], state.weights[i], 0.0, 0);
  for (size_t c = 0; c < state.cells.size(); ++c) {
    const Cell& cell = state.cells[c];
    for (size_t i = 0; i < cell.values; ++i) push(cell.numbers[2 * i], cell.numbers[2 * i + 1], 0.0, c);
    if (cell.values > 0) continue;
    double x[MOST_NODES];
    auto& [count, at, share] = *rule++;
    const double centre = cell.centre(), half = std::ldexp(1.0, cell.level - 1);
    const double width = std::min(2.0 * half, std::numeric_limits<double>::max());
    bool moved = false;
    for (size_t i = 0; i < count; ++i) {
      const double wanted = std::clamp(at[i], -1.0, 1.0);
      x[i] = centre + half * wanted;
      at[i] = (x[i] - centre) / half;
      moved = moved || std::fabs(at[i] - wanted) > 1e-12;
    }
    if (moved) reweigh(cell.numbers, at, count, share);
    for (size_t i = 0; i < count; ++i)
      if (share[i] > 0.0) push(x[i], cell.numbers[0] * share[i], width, c);
  }
  return out;
}

SketchNodes sorted_nodes(const SketchState& state) {
  const SketchNodes raw = cell_nodes(state, MOST_NODES);
  std::vector<size_t> order(raw.values.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return raw.values[a] < raw.values[b]; });
  SketchNodes out;
  for (size_t i : order) {
    if (!out.values.empty() && out.values.back() == raw.values[i]) {
      out.weights.back() += raw.weights[i];
      out.width.back() = std::max(out.width.back(), raw.width[i]);
      continue;
    }
    out.values.push_back(raw.values[i]);
    out.weights.push_back(raw.weights[i]);
    out.width.push_back(raw.width[i]);
  }
  return out;
}

}  // namespace mix1d::sketch
