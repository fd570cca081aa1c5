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
  Mix next = Mix::like(mix, mix.k + 1);
  for (size_t i = 0; i <= mix.k; ++i) next.copy(i, mix, i < mix.k ? i : j);
  const size_t places[2] = {j, mix.k};
  const families::Moments whole = moments_of(mix, j);
  for (int h = 0; h < 2; ++h) {
    const double* half = HALVES[way][h];
    next.weight(places[h]) = mix.weight(j) * half[0];
    set_moments(next, places[h], {whole.mean + whole.sd * half[1], whole.sd * half[2]});
  }
  return next;
}

Mix with_shape(const Mix& mix, size_t j, double shape) {
  Mix next = mix;
  const families::Moments m = moments_of(mix, j);
  next.shape[j] = shape;
  set_moments(next, j, m);
  next.shape[j] = shape;  // counts took the one of their moments
  return next;
}

Mix with_halves(const Mix& mix, size_t j, double shape) {
  constexpr double MEAN = 0.8, SD = 0.6;  // of half a normal, in its sds
  const families::Moments whole = moments_of(mix, j);
  Mix next = with_split(mix, j, 0);
  for (size_t place : {j, mix.k}) {
    const double side = place == j ? -1.0 : 1.0;
    next.shape[place] = side * shape;
    set_moments(next, place, {whole.mean + side * MEAN * whole.sd, SD * whole.sd});
  }
  return next;
}

Mix without(const Mix& mix, size_t j) {
  Mix next = Mix::like(mix, mix.k - 1);
  const double rest = 1.0 - mix.weight(j);
  for (size_t i = 0, to = 0; i < mix.k; ++i) {
    if (i == j) continue;
    next.copy(to, mix, i);
    next.weight(to) = rest > 0.0 ? mix.weight(i) / rest : 1.0 / static_cast<double>(mix.k - 1);
    ++to;
  }
  return next;
}

Mix merged(const Mix& mix, size_t a, size_t b) {
  const double w = mix.weight(a) + mix.weight(b), share = mix.weight(b) / w;
  const families::Moments of_a = moments_of(mix, a), of_b = moments_of(mix, b);
  const double gap = of_b.mean - of_a.mean, mean = of_a.mean + share * gap;
  const double variance =
      (1.0 - share) * of_a.sd * of_a.sd + share * of_b.sd * of_b.sd + share * (1.0 - share) * gap * gap;
  Mix next = without(mix, b);
  const size_t at = a < b ? a : a - 1;
  for (size_t i = 0; i < next.k; ++i) next.weight(i) = mix.weight(i < b ? i : i + 1);
  next.weight(at) = w;
  set_moments(next, at, {mean, std::sqrt(variance)});
  return next;
}

}  // namespace mix1d::search
