// moves.cpp: splits, removals and merges
#include "search/moves.hpp"

#include <cmath>

namespace mix1d::search {

using namespace model;

Mix with_split(const Mix& mix, size_t j, size_t way) {
  // weight, mean and sd of the two halves, relative to the component
  static constexpr double HALVES[SPLITS][2][3] = {
      {{0.5, -0.7, 0.7}, {0.5, 0.7, 0.7}},
      {{0.5, 0.0, 0.55}, {0.5, 0.0, 1.35}},
      {{0.75, -0.35, 0.75}, {0.25, 1.05, 0.75}},
      {{0.75, 0.35, 0.75}, {0.25, -1.05, 0.75}},
  };
  Mix next(mix.k + 1);
  for (size_t i = 0; i <= mix.k; ++i) {
    const size_t from = i < mix.k ? i : j;
    next.weight(i) = mix.weight(from);
    next.mean(i) = mix.mean(from);
    next.sd(i) = mix.sd(from);
  }
  const size_t places[2] = {j, mix.k};
  for (int h = 0; h < 2; ++h) {
    const double* half = HALVES[way][h];
    next.weight(places[h]) = mix.weight(j) * half[0];
    next.mean(places[h]) = mix.mean(j) + mix.sd(j) * half[1];
    next.sd(places[h]) = mix.sd(j) * half[2];
  }
  return next;
}

Mix without(const Mix& mix, size_t j) {
  Mix next(mix.k - 1);
  const double rest = 1.0 - mix.weight(j);
  for (size_t i = 0, to = 0; i < mix.k; ++i) {
    if (i == j) continue;
    next.weight(to) = rest > 0.0 ? mix.weight(i) / rest : 1.0 / static_cast<double>(mix.k - 1);
    next.mean(to) = mix.mean(i);
    next.sd(to) = mix.sd(i);
    ++to;
  }
  return next;
}

Mix merged(const Mix& mix, size_t a, size_t b) {
  const double w = mix.weight(a) + mix.weight(b), share = mix.weight(b) / w;
  const double gap = mix.mean(b) - mix.mean(a), mean = mix.mean(a) + share * gap;
  const double variance = (1.0 - share) * mix.sd(a) * mix.sd(a) + share * mix.sd(b) * mix.sd(b) +
                          share * (1.0 - share) * gap * gap;
  Mix next = without(mix, b);
  const size_t at = a < b ? a : a - 1;
  for (size_t i = 0; i < next.k; ++i) next.weight(i) = mix.weight(i < b ? i : i + 1);
  next.weight(at) = w;
  next.mean(at) = mean;
  next.sd(at) = std::sqrt(variance);
  return next;
}

}  // namespace mix1d::search
