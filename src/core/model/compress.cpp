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

// A cell whose nodes are not known yet, and where they belong.
struct Pending {
  size_t place;
  double lowest, highest, mass;
  Recurrence recurrence;
  double centre() const { return 0.5 * lowest + 0.5 * highest; }
  double radius() const { return 0.5 * (highest - lowest); }
};

// The values [begin, end) as nodes, by the discretised Stieltjes recurrence on the values themselves.
void add_cell(const Points& p, size_t begin, size_t end, Compressed& out, std::vector<Pending>& pending) {
  const double *x = p.x.data(), *w = p.w.data();
  auto distinct = [&](size_t i) { return p.distinct.size() ? p.distinct[i] : 1.0; };
  if (end - begin <= NODES) {
    for (size_t i = begin; i < end; ++i) out.distinct.push_back(distinct(i));
    out.values.insert(out.values.end(), x + begin, x + end);
    out.weights.insert(out.weights.end(), w + begin, w + end);
    return;
  }
  const size_t n = end - begin;
  Pending cell{out.values.size(), x[begin], x[end - 1], 0.0, {}};
  const double centre = cell.centre(), radius = cell.radius();
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
  double last = 0.0;
  size_t& m = cell.recurrence.count;
  for (; m < NODES; ++m) {
    double norm = 0.0, first = 0.0, &alpha = cell.recurrence.alpha[m], &beta = cell.recurrence.beta[m];
    for (size_t i = 0; i < n; ++i) {
      const double t = (x[begin + i] - centre) / radius, q = w[begin + i] * current[i] * current[i];
      norm += q;
      first += q * t;
    }
    if (m == 0) cell.mass = norm;
    beta = m ? norm / last : norm;
    if (m && beta < 1e-14) break;
    alpha = first / norm;
    last = norm;
    for (size_t i = 0; i < n; ++i) {
      const double t = (x[begin + i] - centre) / radius;
      const double next = (t - alpha) * current[i] - (m ? beta : 0.0) * before[i];
      before[i] = current[i];
      current[i] = next;
    }
  }
  out.values.resize(out.values.size() + m);
  out.weights.resize(out.weights.size() + m);
  out.distinct.resize(out.distinct.size() + m, count / static_cast<double>(m));
  pending.push_back(cell);
}

void fill(const std::vector<Pending>& pending, Compressed& out) {
  std::vector<Recurrence> recurrences;
  for (const Pending& cell : pending) recurrences.push_back(cell.recurrence);
  std::vector<Rule> rules(pending.size());
  gauss_rules(recurrences.data(), recurrences.size(), rules.data());
  for (size_t c = 0; c < pending.size(); ++c) {
    const Pending& cell = pending[c];
    for (size_t i = 0; i < rules[c].count; ++i) {
      // rounding may carry a node out of a cell many times as wide as the distance between its values
      out.values[cell.place + i] =
          std::clamp(cell.centre() + cell.radius() * rules[c].nodes[i], cell.lowest, cell.highest);
      out.weights[cell.place + i] = cell.mass * rules[c].shares[i];
    }
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
  auto at = [&](double q) {
    const double* c = p.cumulative.data();
    return p.x[std::min<size_t>(std::upper_bound(c, c + p.n, q * p.total) - c, p.n) - 1];
  };
  const double width = 2.0 * std::max(at(0.999) - at(0.001), 1e-300) / static_cast<double>(cells);
  return compress(p, width, 2.0 * p.total / static_cast<double>(cells));
}

Compressed compress(const Points& p, double width, double weight) {
  Compressed out;
  std::vector<Pending> pending;
  std::vector<std::pair<double, double>> widths;
  for (size_t begin = 0; begin < p.n;) {
    size_t end = begin;
    double mass = 0.0;
    while (end < p.n && (end == begin || (mass + p.w[end] <= weight && p.x[end] - p.x[begin] <= width)))
      mass += p.w[end++];
    widths.emplace_back(p.x[end - 1] - p.x[begin], mass);
    add_cell(p, begin, end, out, pending);
    begin = end;
  }
  fill(pending, out);
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
