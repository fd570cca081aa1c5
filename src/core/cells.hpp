// cells.hpp: a long column in one pass: power moments to degree five in a few thousand cells, and their
// quadrature
//
// A sorted subsample places the cells: a coarse uniform grid over the bulk, every bucket of it cut as finely
// as its share of the data deserves. Values outside the bulk are kept as they are, and compressed afterwards
// if they are many.
#pragma once

#include <cmath>

#include "compress.hpp"
#include "frame.hpp"

namespace mix1d {

class CellGrid {
 public:
  static constexpr size_t BUCKETS = 1024, CELLS = 4096;

  // From a sorted subsample with its weights, in the data's own units.
  CellGrid(const std::vector<double>& x, const std::vector<double>& w) {
    constexpr double TAIL = 5e-4, MARGIN = 0.05;
    double total = 0.0, below = 0.0;
    for (double v : w) total += v;
    low_ = x.front();
    high_ = x.back();
    for (size_t i = 0; i < x.size(); ++i) {
      if (below <= TAIL * total) low_ = x[i];
      below += w[i];
      if (below <= (1.0 - TAIL) * total) high_ = x[i];
    }
    const double margin = MARGIN * (high_ - low_);
    low_ -= margin;
    high_ += margin;
    if (!(high_ > low_)) high_ = low_ + 1.0;
    per_unit_ = static_cast<double>(BUCKETS) / (high_ - low_);
    std::vector<double> share(BUCKETS, 0.0);
    for (size_t i = 0; i < x.size(); ++i) {
      const double t = (x[i] - low_) * per_unit_;
      if (t >= 0.0 && t < static_cast<double>(BUCKETS)) share[static_cast<size_t>(t)] += w[i] / total;
    }
    buckets_.resize(BUCKETS);
    for (size_t b = 0; b < BUCKETS; ++b) {
      const double wanted = std::ceil(share[b] * static_cast<double>(CELLS));
      buckets_[b] = {std::max(wanted, 1.0), count_};
      count_ += static_cast<size_t>(buckets_[b].pieces);
    }
  }

  size_t size() const { return count_; }

  // Adds values to the table of 8 numbers a cell; those outside the bulk go to `far`.
  void add(const double* x, const double* w, size_t n, double* table,
           std::vector<std::pair<double, double>>& far) const {
    for (size_t i = 0; i < n; ++i) {
      const double t = (x[i] - low_) * per_unit_;
      if (!(t >= 0.0 && t < static_cast<double>(BUCKETS))) {
        if (w[i] > 0.0) far.emplace_back(x[i], w[i]);
        continue;
      }
      const size_t b = static_cast<size_t>(t);
      const Bucket& bucket = buckets_[b];
      const double inside = (t - static_cast<double>(b)) * bucket.pieces, piece = std::floor(inside);
      const double u = 2.0 * (inside - piece) - 1.0, u2 = u * u, q = w[i];
      double* m = table + 8 * (bucket.first + static_cast<size_t>(piece));
      const double q2 = q * u2, q4 = q2 * u2;
      m[0] += q;
      m[1] += q * u;
      m[2] += q2;
      m[3] += q2 * u;
      m[4] += q4;
      m[5] += q4 * u;
    }
  }

  // The quadrature nodes of a filled table, ascending.
  void nodes(const double* table, Compressed& out) const {
    for (size_t b = 0; b < BUCKETS; ++b)
      for (size_t p = 0; p < static_cast<size_t>(buckets_[b].pieces); ++p) {
        const double* m = table + 8 * (buckets_[b].first + p);
        if (!(m[0] > 0.0)) continue;
        double at[NODES], share[NODES];
        const size_t count = from_moments(m, at, share);
        for (size_t i = 0; i < count; ++i) {
          const double inside =
              (static_cast<double>(p) + 0.5 * (std::clamp(at[i], -1.0, 1.0) + 1.0)) / buckets_[b].pieces;
          out.values.push_back(low_ + (static_cast<double>(b) + inside) / per_unit_);
          out.weights.push_back(m[0] * share[i]);
        }
      }
  }

 private:
  struct Bucket {
    double pieces;
    size_t first;
  };

  // Gauss quadrature of a measure on [-1, 1] from its moments m[0] .. m[5]: the recurrence of its orthogonal
  // polynomials, whose inner products the moments give. It ends early where fewer nodes carry the measure.
  static size_t from_moments(const double* m, double* nodes, double* shares) {
    double poly[NODES + 1][NODES + 1] = {{1.0}}, alpha[NODES], beta[NODES], last = 0.0;
    size_t count = 0;
    for (; count < NODES; ++count) {
      double norm = 0.0, first = 0.0;
      for (size_t i = 0; i <= count; ++i)
        for (size_t j = 0; j <= count; ++j) {
          norm += poly[count][i] * poly[count][j] * m[i + j];
          first += poly[count][i] * poly[count][j] * m[i + j + 1];
        }
      beta[count] = count ? norm / last : norm;
      if (count && !(beta[count] > 1e-12)) break;
      alpha[count] = first / norm;
      last = norm;
      for (size_t i = 0; i <= count; ++i) {
        poly[count + 1][i + 1] += poly[count][i];
        poly[count + 1][i] -= alpha[count] * poly[count][i];
        if (count) poly[count + 1][i] -= beta[count] * poly[count - 1][i];
      }
    }
    gauss_nodes(alpha, beta, count, nodes, shares);
    size_t order[NODES] = {0, 1, 2};
    std::sort(order, order + count, [&](size_t a, size_t b) { return nodes[a] < nodes[b]; });
    double sorted[NODES], kept[NODES];
    for (size_t i = 0; i < count; ++i) sorted[i] = nodes[order[i]], kept[i] = shares[order[i]];
    std::copy_n(sorted, count, nodes);
    std::copy_n(kept, count, shares);
    return count;
  }

  double low_ = 0.0, high_ = 1.0, per_unit_ = 1.0;
  std::vector<Bucket> buckets_;
  size_t count_ = 0;
};

// Up to about 12,000 nodes that stand for the rows, in the units of the data; `frame` receives those units.
inline Compressed read_column(const ColumnReader& data, const ColumnReader* weights, size_t threads,
                              const Poll* poll) {
  constexpr size_t SAMPLE = 16384, PARTS = 16, FAR_CELLS = 1500;
  // evenly spaced rows place the frame and the cells
  std::vector<std::pair<double, double>> sample;
  const size_t count = std::min(SAMPLE, data.n);
  for (size_t i = 0; i < count; ++i) {
    const size_t row = static_cast<size_t>((static_cast<double>(i) + 0.5) / static_cast<double>(count) *
                                           static_cast<double>(data.n));
    double x, w = 1.0;
    data.read(row, 1, &x);
    if (weights) weights->read(row, 1, &w);
    if (w > 0.0) sample.emplace_back(x, w);
  }
  std::sort(sample.begin(), sample.end());
  std::vector<double> x, w;
  for (const auto& [value, weight] : sample) x.push_back(value), w.push_back(weight);
  const Frame frame = frame_of(x.data(), w.data(), x.size());
  for (double& value : x) value = frame.in(value);
  const CellGrid grid(x, w);
  Rows rows{&data, weights, std::ldexp(1.0, -frame.outer), frame.centre, std::ldexp(1.0, -frame.inner)};

  const size_t parts = std::min(PARTS, (data.n + SLICE - 1) / SLICE);
  const size_t length = (data.n + parts - 1) / parts;
  std::vector<std::vector<double>> tables(parts);
  std::vector<std::vector<std::pair<double, double>>> far(parts);
  auto go_on = [&] { return !poll || !poll->stop || !poll->stop(poll->context, poll->done, poll->total); };
  const bool complete = for_each_slice(
      parts, threads,
      [&](size_t part) {
        tables[part].assign(8 * grid.size(), 0.0);
        alignas(64) double xs[kBlock], ws[kBlock];
        const size_t end = std::min(data.n, (part + 1) * length);
        for (size_t begin = part * length; begin < end; begin += kBlock) {
          const size_t taken = std::min(kBlock, end - begin);
          rows.read(begin, taken, xs, ws);
          grid.add(xs, ws, taken, tables[part].data(), far[part]);
        }
      },
      go_on);
  if (!complete) throw Interrupted();
  for (size_t gap = 1; gap < parts; gap *= 2)
    for (size_t s = 0; s + gap < parts; s += 2 * gap)
      for (size_t i = 0; i < tables[s].size(); ++i) tables[s][i] += tables[s + gap][i];

  Compressed bulk, all;
  grid.nodes(tables[0].data(), bulk);
  std::vector<std::pair<double, double>> outside;
  for (const auto& part : far) outside.insert(outside.end(), part.begin(), part.end());
  std::sort(outside.begin(), outside.end());
  auto add_side = [&](size_t begin, size_t end) {
    std::vector<double> values, masses;
    for (size_t i = begin; i < end; ++i) {
      if (!values.empty() && values.back() == outside[i].first)
        masses.back() += outside[i].second;
      else
        values.push_back(outside[i].first), masses.push_back(outside[i].second);
    }
    if (values.size() > 3 * FAR_CELLS) {
      const Compressed fewer = compress(Points(values.data(), masses.data(), values.size()), FAR_CELLS);
      values = fewer.values;
      masses = fewer.weights;
    }
    all.values.insert(all.values.end(), values.begin(), values.end());
    all.weights.insert(all.weights.end(), masses.begin(), masses.end());
  };
  size_t split = 0;
  while (split < outside.size() && !bulk.values.empty() && outside[split].first < bulk.values.front())
    ++split;
  add_side(0, split);
  all.values.insert(all.values.end(), bulk.values.begin(), bulk.values.end());
  all.weights.insert(all.weights.end(), bulk.weights.begin(), bulk.weights.end());
  add_side(split, outside.size());
  Compressed out;
  for (size_t i = 0; i < all.values.size(); ++i) {
    const double value = frame.out(all.values[i]);
    if (!out.values.empty() && !(value > out.values.back()))
      out.weights.back() += all.weights[i];
    else
      out.values.push_back(value), out.weights.push_back(all.weights[i]);
  }
  return out;
}

}  // namespace mix1d
