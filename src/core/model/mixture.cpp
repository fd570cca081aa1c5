// mixture.cpp: its components in the order of their means
#include "model/mixture.hpp"

#include <algorithm>
#include <utility>

namespace mix1d::model {

bool Mix::plain() const {
  using families::Family;
  return std::all_of(family.begin(), family.end(),
                     [](Family f) { return f == Family::normal || f == Family::uniform; });
}

families::Moments moments_of(const Mix& mix, size_t j) {
  return families::facts_of(mix.family_of(j)).moments({mix.mean(j), mix.sd(j), mix.shape_of(j)});
}

void set_moments(Mix& mix, size_t j, const families::Moments& m) {
  const families::Shaped at = families::facts_of(mix.family_of(j)).from_moments(m, mix.shape_of(j));
  mix.mean(j) = at.location;
  mix.sd(j) = at.scale;
  if (!mix.all_normal()) mix.shape[j] = at.shape;
}

void sort_by_mean(Mix& mix, Mix* follower, long* index, size_t begin) {
  std::vector<size_t> order(mix.k);
  for (size_t j = 0; j < mix.k; ++j) order[j] = j;
  begin = std::min(begin, mix.k);
  std::stable_sort(order.begin() + static_cast<long>(begin), order.end(), [&](size_t a, size_t b) {
    return mix.mean(a) != mix.mean(b) ? mix.mean(a) < mix.mean(b) : mix.sd(a) < mix.sd(b);
  });
  auto permute = [&](Mix& m) {
    Mix sorted = Mix::like(m, m.k);
    for (size_t j = 0; j < m.k; ++j) sorted.copy(j, m, order[j]);
    m = std::move(sorted);
  };
  permute(mix);
  if (follower && follower->k == mix.k) permute(*follower);
  if (index && *index >= 0)
    *index = std::find(order.begin(), order.end(), static_cast<size_t>(*index)) - order.begin();
}

}  // namespace mix1d::model
