// cell_widths.cpp: averages over neighbours
#include "model/cell_widths.hpp"

#include <algorithm>

namespace mix1d::model {

CellWidths::CellWidths(const double* x, const double* w, const double* width, size_t n, size_t neighbours)
    : x_(x, x + n), least_(n) {
  for (size_t i = 0; i < n; ++i) {
    double sum = 0.0, mass = 0.0;
    for (size_t j = i > neighbours ? i - neighbours : 0; j < std::min(n, i + neighbours + 1); ++j)
      sum += w[j] * width[j], mass += w[j];
    least_[i] = sum / mass;
  }
}

double CellWidths::at(double mean) const {
  const size_t i = static_cast<size_t>(std::lower_bound(x_.begin(), x_.end(), mean) - x_.begin());
  if (i == 0) return least_.front();
  if (i == x_.size()) return least_.back();
  return mean - x_[i - 1] < x_[i] - mean ? least_[i - 1] : least_[i];
}

}  // namespace mix1d::model
