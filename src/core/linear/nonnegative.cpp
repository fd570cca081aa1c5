// nonnegative.cpp: an active set, and a band factored anew for each
#include "linear/nonnegative.hpp"

#include <algorithm>
#include <cmath>

namespace mix1d::linear {

namespace {

// The solution of A z = b on the entries `kept`, the others 0; false when A is not positive definite there.
bool solve_on(const Band& a, const std::vector<size_t>& kept, const std::vector<double>& b,
              std::vector<double>& z) {
  const size_t m = kept.size();
  size_t width = 0;
  for (size_t i = 0, low = 0; i < m; ++i) {
    while (kept[i] - kept[low] > a.width) ++low;
    width = std::max(width, i - low);
  }
  Band factor(m, width);
  for (size_t i = 0; i < m; ++i)
    for (size_t j = factor.first(i); j <= i; ++j) {
      double s = kept[i] - kept[j] <= a.width ? a.at(kept[i], kept[j]) : 0.0;
      for (size_t l = std::max(factor.first(i), factor.first(j)); l < j; ++l)
        s -= factor.at(i, l) * factor.at(j, l);
      if (j < i) {
        factor.at(i, j) = s / factor.at(j, j);
      } else {
        if (!(s > 1e-14 * a.at(kept[i], kept[i]))) return false;
        factor.at(i, i) = std::sqrt(s);
      }
    }
  std::vector<double> y(m);
  for (size_t i = 0; i < m; ++i) {
    double s = b[kept[i]];
    for (size_t j = factor.first(i); j < i; ++j) s -= factor.at(i, j) * y[j];
    y[i] = s / factor.at(i, i);
  }
  for (size_t i = m; i-- > 0;) {
    y[i] /= factor.at(i, i);
    for (size_t j = factor.first(i); j < i; ++j) y[j] -= factor.at(i, j) * y[i];
  }
  z.assign(a.n, 0.0);
  for (size_t i = 0; i < m; ++i) z[kept[i]] = y[i];
  return true;
}

}  // namespace

std::vector<double> times(const Band& a, const std::vector<double>& x) {
  std::vector<double> y(a.n, 0.0);
  for (size_t i = 0; i < a.n; ++i) {
    for (size_t j = a.first(i); j < i; ++j) {
      y[i] += a.at(i, j) * x[j];
      y[j] += a.at(i, j) * x[i];
    }
    y[i] += a.at(i, i) * x[i];
  }
  return y;
}

void maximise_nonnegative(const Band& a, const std::vector<double>& b, std::vector<double>& y,
                          const std::function<void()>& pause) {
  std::vector<bool> passive(a.n, true), barred(a.n, false);
  size_t added = a.n;
  std::vector<size_t> kept;
  std::vector<double> z;
  for (size_t step = 0; step < 4 * a.n + 20; ++step) {
    pause();
    kept.clear();
    for (size_t j = 0; j < a.n; ++j)
      if (passive[j]) kept.push_back(j);
    if (!solve_on(a, kept, b, z)) return;
    double share = 1.0;
    bool inside = true;
    auto blocked_at = [&](size_t j) { return y[j] / (y[j] - z[j]); };
    for (size_t j : kept)
      if (z[j] <= 0.0) inside = false, share = std::min(share, blocked_at(j));
    if (!inside) {
      for (size_t j : kept) {
        if (z[j] > 0.0 || blocked_at(j) > share) {
          y[j] += share * (z[j] - y[j]);
          continue;
        }
        y[j] = 0.0;
        passive[j] = false;
        if (j == added) barred[j] = true;  // its slope was rounding
      }
      added = a.n;
      continue;
    }
    y = z;
    const std::vector<double> product = times(a, y);
    size_t best = a.n;
    double most = 0.0;
    for (size_t j = 0; j < a.n; ++j) {
      const double slope = (b[j] - product[j]) / std::sqrt(a.at(j, j));
      if (!passive[j] && !barred[j] && slope > 1e-10 * std::fabs(b[j]) / std::sqrt(a.at(j, j)) &&
          slope > most)
        most = slope, best = j;
    }
    if (best == a.n) return;
    passive[best] = true;
    added = best;
  }
}

}  // namespace mix1d::linear
