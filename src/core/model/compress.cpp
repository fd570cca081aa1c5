// compress.cpp: cells of neighbouring values, and the quadrature of each
#include "model/compress.hpp"

#include <algorithm>
#include <utility>

#include "linear/quadrature.hpp"

namespace mix1d::model {

using namespace linear;
using namespace data;

namespace {

constexpr size_t NODES = 3;
constexpr double LEAST_RADIUS = 0x1p-1000;  // of a cell whose coordinates a double can divide by

// Quadrature of the values [begin, end), by the discretised Stieltjes recurrence on the values themselves.
void add_cell(const Points& p, size_t begin, size_t end, Compressed& out) {
  const double *x = p.x.data(), *w = p.w.data();
  auto distinct = [&](size_t i) { return p.distinct.size() ? p.distinct[i] : 1.0; };
  if (end - begin <= NODES) {
    for (size_t i = begin; i < end; ++i) out.distinct.push_back(distinct(i));
    out.values.insert(out.values.end(), x + begin, x + end);
    out.weights.insert(out.weights.end(), w + begin, w + end);
    return;
  }
  const size_t n = end - begin;
  const double centre = 0.5 * x[begin] + 0.5 * x[end - 1], radius = 0.5 * (x[end - 1] - x[begin]);
  double count = 0.0;
  for (size_t i = begin; i < end; ++i) count += distinct(i);
  if (!(radius >= LEAST_RADIUS)) {
    double mass = 0.0;
    for (size_t i = begin; i < end; ++i) mass += w[i];
    out.values.push_back(centre);
    out.weights.push_back(mass);
    out.distinct.push_back(count);
    return;
  }
  std::vector<double> before(n, 0.0), current(n, 1.0);
  double alpha[NODES], beta[NODES], mass = 0.0, last = 0.0;
  size_t m = 0;
  for (; m < NODES; ++m) {
    double norm = 0.0, first = 0.0;
    for (size_t i = 0; i < n; ++i) {
      const double t = (x[begin + i] - centre) / radius, q = w[begin + i] * current[i] * current[i];
      norm += q;
      first += q * t;
    }
    if (m == 0) mass = norm;
    beta[m] = m ? norm / last : norm;
    if (m && beta[m] < 1e-14) break;
    alpha[m] = first / norm;
    last = norm;
    for (size_t i = 0; i < n; ++i) {
      const double t = (x[begin + i] - centre) / radius;
      const double next = (t - alpha[m]) * current[i] - (m ? beta[m] : 0.0) * before[i];
      before[i] = current[i];
      current[i] = next;
    }
  }
  double nodes[NODES], shares[NODES];
  gauss_nodes(alpha, beta, m, nodes, shares);
  for (size_t i = 0; i < m; ++i) {
    // rounding may carry a node out of a cell many times as wide as the distance between its values
    out.values.push_back(std::clamp(centre + radius * nodes[i], x[begin], x[end - 1]));
    out.weights.push_back(mass * shares[i]);
    out.distinct.push_back(count / static_cast<double>(m));
  }
}

}  // namespace

Points points_of(const Compressed& c) {
  Points points(c.values.data(), c.weights.data(), c.values.size());
  points.distinct = Buffer(c.values.size());
  std::copy(c.distinct.begin(), c.distinct.end(), points.distinct.data());
  return points;
}

Compressed compress(const Points& p, size_t cells) {
  Compressed out;
  const double share = 2.0 * p.total / static_cast<double>(cells);
  auto at = [&](double q) {
    const double* c = p.cumulative.data();
    return p.x[std::min<size_t>(std::upper_bound(c, c + p.n, q * p.total) - c, p.n) - 1];
  };
  const double width = 2.0 * std::max(at(0.999) - at(0.001), 1e-300) / static_cast<double>(cells);
  std::vector<std::pair<double, double>> widths;
  for (size_t begin = 0; begin < p.n;) {
    size_t end = begin;
    double mass = 0.0;
    while (end < p.n && (end == begin || (mass + p.w[end] <= share && p.x[end] - p.x[begin] <= width)))
      mass += p.w[end++];
    widths.emplace_back(p.x[end - 1] - p.x[begin], mass);
    add_cell(p, begin, end, out);
    begin = end;
  }
  // a twentieth of the weight lies in cells finer than this
  std::sort(widths.begin(), widths.end());
  double mass = 0.0;
  for (const auto& cell : widths) {
    mass += cell.second;
    out.finest = 4.0 * cell.first;
    if (mass >= 0.05 * p.total) break;
  }
  return out;
}

}  // namespace mix1d::model
