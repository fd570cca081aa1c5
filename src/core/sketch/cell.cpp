// cell.cpp: values and other cells into a cell, and a cell into its parent
#include "sketch/cell.hpp"

#include <algorithm>

namespace mix1d::sketch {

double Cell::mass() const {
  if (values == 0) return numbers[0];
  double sum = 0.0;
  for (size_t i = 0; i < values; ++i) sum += numbers[2 * i + 1];
  return sum;
}

void Cell::add(double x, double w) {
  if (empty()) {
    values = 1;
    numbers[0] = x;
    numbers[1] = w;
    return;
  }
  if (values > 0) {
    size_t at = 0;
    while (at < values && numbers[2 * at] < x) ++at;
    if (at < values && numbers[2 * at] == x) {
      numbers[2 * at + 1] += w;
      return;
    }
    if (values < FEW) {
      for (size_t i = values; i > at; --i)
        numbers[2 * i] = numbers[2 * i - 2], numbers[2 * i + 1] = numbers[2 * i - 1];
      numbers[2 * at] = x;
      numbers[2 * at + 1] = w;
      ++values;
      return;
    }
    to_moments();
  }
  add_moments(x, w);
}

void Cell::add(Cell other) {
  if (other.values > 0) {
    for (size_t i = 0; i < other.values; ++i) add(other.numbers[2 * i], other.numbers[2 * i + 1]);
    return;
  }
  while (other.level < level) other.rise();
  if (values > 0) to_moments();
  for (size_t p = 0; p < MOMENTS; ++p) numbers[p] += other.numbers[p];
}

void Cell::rise() {
  if (values == 0) {
    const double side = index & 1 ? 1.0 : -1.0;
    double shifted[MOMENTS];
    std::copy_n(numbers, MOMENTS, shifted);
    for (size_t done = 1; done < MOMENTS; ++done)
      for (size_t p = MOMENTS - 1; p >= done; --p) shifted[p] += side * shifted[p - 1];
    double half = 1.0;
    for (size_t p = 0; p < MOMENTS; ++p, half *= 0.5) numbers[p] = half * shifted[p];
  }
  index >>= 1;
  ++level;
}

void Cell::to_moments() {
  double kept[MOMENTS];
  std::copy_n(numbers, MOMENTS, kept);
  const size_t count = values;
  values = 0;
  std::fill_n(numbers, MOMENTS, 0.0);
  for (size_t i = 0; i < count; ++i) add_moments(kept[2 * i], kept[2 * i + 1]);
}

void Cell::add_moments(double x, double w) {
  const double u = (x - centre()) * std::ldexp(1.0, 1 - level);
  double power = w;
  for (size_t p = 0; p < MOMENTS; ++p, power *= u) numbers[p] += power;
}

int finest_level_at(double x) {
  if (x == 0.0) return FINEST_LEVEL;
  return std::max(FINEST_LEVEL, std::ilogb(x) - 51);
}

int64_t index_at(double x, int level) { return static_cast<int64_t>(std::floor(std::ldexp(x, -level))); }

}  // namespace mix1d::sketch
