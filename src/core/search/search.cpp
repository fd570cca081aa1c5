// search.cpp: candidates, their ranking, and the sweeps that follow
#include "search/search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "search/assignments.hpp"
#include "search/moves.hpp"
#include "solve/basin.hpp"
#include "solve/em.hpp"

namespace mix1d::search {

using namespace model;
using namespace solve;

namespace {

constexpr int SCATTERED_EM = 12;  // EM steps that scattered starts get first
constexpr size_t RESCUES = 400;   // polishes where nothing sound was found
constexpr size_t CONSTRAINED_STARTS = 12, CONSTRAINED_POLISHES = 40;
constexpr size_t ASSIGNED_POLISHES = 60;
constexpr double LOST = 25.0;  // nats below the best optimum
// Edges have so many optima that only the promising are climbed to the top; so has a likelihood with spikes.
constexpr double HOPE = 4.0;
constexpr size_t MOST_PERMUTED = 4;  // more named components than this are tried in their order only

void sort_by_height(std::vector<Solution>& list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const Solution& a, const Solution& b) { return a.objective > b.objective; });
}

}  // namespace

Search::Search(const Objective& objective, std::vector<double> ladder, double centre,
               const SearchOptions& options, const Search* seeds, Assignments* assignments)
    : o_(objective),
      ladder_(std::move(ladder)),
      centre_(centre),
      options_(options),
      seeds_(seeds),
      assignments_(assignments) {}

void Search::extend() {
  const size_t k = by_k_.size() + 1;
  if (assignments_) return extend_assigned(k);
  if (!o_.chart->symmetric()) return extend_constrained(k);
  if (k <= std::max<size_t>(o_.n_named(), 1)) {
    by_k_.push_back(k < o_.n_named() ? std::vector<Solution>{} : first());
    if (!o_.named) turn_shapes(k, by_k_.back());
    return;
  }
  std::vector<Mix> candidates, parents;
  constexpr size_t MORE_PARENTS = 4;  // where a shape and one component more do much the same
  const bool spreads =
      o_.family == families::Family::negative_binomial || o_.family == families::Family::student_t;
  for (const Solution& parent : by_k_.back())
    if (parents.size() < (spreads ? MORE_PARENTS : options_.parents)) parents.push_back(parent.mix);
  if (seeds_) {
    if (seeds_->objective().family == o_.family)
      for (const Solution& seed : seeds_->optima(k))
        candidates.push_back(o_.chart->sds_tied() ? shaped(seed.mix) : seed.mix);
    if (k > 2 && seeds_->objective().family == o_.family && !seeds_->optima(k - 1).empty())
      parents.push_back(seeds_->optima(k - 1)[0].mix);
  }
  InsertionOptions insertion{options_.per_level, k == 2 ? options_.insertions_at_two : options_.insertions,
                             options_.least_candidate};
  std::vector<Mix> halves;
  for (const Mix& parent : parents) {
    for (const Insertion& place : insertions(o_, parent, ladder_, centre_, insertion))
      candidates.push_back(shaped(with_insertion(parent, place)));
    for (size_t j = o_.n_fixed(); j < parent.k; ++j) {
      if (two_sided())
        halves.push_back(shaped(with_halves(parent, j, families::facts_of(o_.family).turns[0])));
      for (size_t way = 0; way < SPLITS; ++way) {
        const Mix split = with_split(parent, j, way);
        candidates.push_back(shaped(split));
        if (!two_sided()) continue;
        for (size_t half : {j, parent.k})
          candidates.push_back(shaped(with_shape(split, half, -split.shape[half])));
      }
    }
  }
  const size_t limit = polishes_at(k);
  // two EM steps tell which insertions and splits lead nowhere where shapes lie between 0 and 1
  const double below =
      o_.family == families::Family::student_t ? LOST : std::numeric_limits<double>::infinity();
  std::vector<Solution> found;
  rejected_.clear();
  paths_.clear();
  EmSums sums;
  std::vector<Mix> scattered;
  // one component under constraints may lie far from where two do
  const size_t scattered_starts = k < 2 ? 0 : options_.dispersed * (o_.chart->closed() ? k - 2 : k);
  for (size_t i = 0; i < scattered_starts; ++i) {
    Mix mix = shaped(dispersed(k, i));
    for (int step = 0; step < SCATTERED_EM; ++step) {
      em_pass(o_, mix, sums);
      mix = em_update(o_, mix, sums);
    }
    scattered.push_back(std::move(mix));
  }
  if (!scattered.empty()) settle(scattered, k, found, limit);
  if (seeds_ && seeds_->objective().family != o_.family) {
    std::vector<Mix> normal;
    add_shaped(seeds_->optima(k), normal);
    settle(normal, k, found, limit);
  }
  settle(candidates, k, found, limit, below);
  climb(ranked(halves), k, found, halves.size());
  if (two_sided()) climb(ranked(with_edges(parents)), k, found, limit);
  for (size_t sweep = 0; k >= 3 && sweep < options_.sweeps; ++sweep) {
    const double top = found.empty() ? -std::numeric_limits<double>::infinity() : found[0].objective;
    candidates.clear();
    if (!found.empty()) reinsert(found[0].mix, candidates);
    if (seeds_ && sweep == 0 && seeds_->objective().family == o_.family && !seeds_->optima(k).empty())
      reinsert(seeds_->optima(k)[0].mix, candidates);
    settle(candidates, k, found, k == 3 ? options_.polishes_in_sweeps_at_three : limit, below);
    if (found.empty() || !(found[0].objective > top + 1e-6)) break;
  }
  turn_shapes(k, found);
  const bool sunk =
      found.empty() || (!by_k_.back().empty() && found[0].objective < by_k_.back()[0].objective);
  if (sunk && options_.sound_sd > 0.0) {
    rescue(k, candidates);
    settle(candidates, k, found, RESCUES);
  }
  by_k_.push_back(std::move(found));
}

bool Search::is_sound(const Solution& s) const {
  if (options_.sound_sd == 0.0) return true;
  if (s.stop != Stop::converged || !s.positive_definite) return false;
  for (size_t j = 0; j < s.mix.k; ++j)
    if (s.mix.sd(j) < options_.sound_sd || s.mix.sd(j) <= o_.least_sd(s.mix.mean(j)) * 1.0001 ||
        s.mix.weight(j) * o_.total < options_.sound_mass)
      return false;
  return true;
}

Mix Search::dispersed(size_t k, size_t index) const {
  static constexpr size_t PRIMES[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  static constexpr double SIZES[] = {0.4, 1.0, 0.15};
  const Points& p = *o_.points;
  Mix mix = o_.named ? Mix::like(*o_.named, k) : Mix(k, o_.family);
  if (!mix.all_normal())
    for (size_t j = o_.n_named(); j < k; ++j) {
      const auto shapes = families::facts_of(o_.family).shapes;
      mix.family[j] = o_.family, mix.shape[j] = shapes[(index + j) % shapes.size()];
    }
  for (size_t j = 0; j < o_.n_named(); ++j) {
    mix.copy(j, *o_.named, j);
    mix.weight(j) *= static_cast<double>(o_.n_named()) / static_cast<double>(k);
  }
  auto halton = [](size_t i, size_t base) {
    double value = 0.0, digit = 1.0;
    for (; i > 0; i /= base) {
      digit /= static_cast<double>(base);
      value += digit * static_cast<double>(i % base);
    }
    return value;
  };
  const size_t draw = index / 2;
  for (size_t j = o_.n_named(); j < k; ++j) {
    const size_t i = 1 + draw + 16 * (j / 12);
    double q = halton(i, PRIMES[j % 12]);
    if (index % 2) q = 1.0 - q;
    const double* c = p.cumulative.data();
    const size_t at = std::lower_bound(c + 1, c + p.n, q * p.total) - (c + 1);
    mix.weight(j) = 1.0 / static_cast<double>(k);
    set_moments(mix, j,
                {p.x[at], 2.0 / static_cast<double>(k) * ladder_.front() / 1.2 * SIZES[(draw + j) % 3]});
  }
  return mix;
}

Mix Search::shaped(Mix mix) const {
  mix = o_.chart->project(std::move(mix));
  for (size_t j = o_.n_fixed(); j < mix.k; ++j) mix.sd(j) = std::max(mix.sd(j), o_.least_sd(mix.mean(j)));
  return mix;
}

std::vector<Solution> Search::first() const {
  constexpr size_t FAR = 24;  // steps: moments of logarithms say little of what a wide family asks for
  PolishOptions options;
  options.em_steps = o_.family == families::Family::normal ? 2 : FAR;
  if (o_.named) {
    std::vector<Solution> found;
    const auto start = [&](auto factor) {
      Mix mix = *o_.named;
      for (size_t j = o_.n_fixed(); j < mix.k; ++j) mix.sd(j) *= factor(j);
      options.known = &found;
      Solution s = polish(o_, shaped(std::move(mix)), options);
      if (s.stop != Stop::duplicate && std::isfinite(s.objective)) keep(std::move(s), found);
    };
    for (double all : {1.0, 0.5, 2.0}) start([&](size_t) { return all; });
    // few labels say little about how wide a component is
    for (size_t one = o_.n_fixed(); one < o_.n_named(); ++one)
      for (double factor : {0.4, 2.5}) start([&](size_t j) { return j == one ? factor : 1.0; });
    sort_by_height(found);
    return found;
  }
  std::vector<Solution> found;
  // a start that is too wide may climb along a ridge of other families without an end
  const std::vector<double> widths =
      o_.family == families::Family::normal ? std::vector{1.0} : std::vector{1.0, 0.8, 0.4};
  for (double shape : families::facts_of(o_.family).shapes)
    for (double width : widths) {
      Mix mix(1, o_.family);
      mix.weight(0) = 1.0;
      if (!mix.all_normal()) mix.shape[0] = shape;
      set_moments(mix, 0, {centre_, std::max(o_.least_sd(centre_), width * ladder_.front())});
      Solution s = polish(o_, o_.chart->closed() ? mix : shaped(mix), options);
      found.empty() ? found.push_back(std::move(s)) : keep(std::move(s), found);
    }
  sort_by_height(found);
  return found;
}

void Search::extend_constrained(size_t k) {
  if (k < o_.n_named() || !o_.chart->allows(k)) {
    by_k_.emplace_back();
    return;
  }
  std::vector<Mix> candidates;
  auto add = [&](const Mix& mix) { candidates.push_back(shaped(mix)); };
  auto in_any_order = [&](Mix mix) {
    sort_by_mean(mix, nullptr, nullptr, o_.n_named());
    std::vector<size_t> order(k);
    std::iota(order.begin(), order.end(), size_t{0});
    const bool few = k - o_.n_named() <= MOST_PERMUTED;
    do {
      Mix next = Mix::like(mix, k);
      for (size_t j = 0; j < k; ++j) next.copy(j, mix, order[j]);
      add(next);
    } while (few && o_.chart->positional() &&
             std::next_permutation(order.begin() + static_cast<long>(o_.n_named()), order.end()));
  };
  if (seeds_)
    for (const Solution& seed : seeds_->optima(k)) in_any_order(seed.mix);
  for (size_t i = 0; i < CONSTRAINED_STARTS; ++i) in_any_order(dispersed(k, i));
  std::vector<Solution> found;
  rejected_.clear();
  paths_.clear();
  settle(candidates, k, found, CONSTRAINED_POLISHES);
  by_k_.push_back(std::move(found));
}

void Search::extend_assigned(size_t k) {
  std::vector<Solution> found;
  rejected_.clear();
  paths_.clear();
  if (o_.chart->allows(k)) {
    std::vector<Mix> candidates;
    for (Mix mix : assignments_->starts(k)) {
      for (size_t j = 0; j < o_.n_fixed(); ++j) mix.copy(j, *o_.named, j);
      const double fixed = static_cast<double>(o_.n_fixed()) / static_cast<double>(k);
      for (size_t j = 0; j < k; ++j)
        mix.weight(j) = j < o_.n_fixed() ? 1.0 / static_cast<double>(k) : mix.weight(j) * (1.0 - fixed);
      candidates.push_back(shaped(std::move(mix)));
    }
    settle(candidates, k, found, ASSIGNED_POLISHES);
  }
  by_k_.push_back(std::move(found));
}

void Search::rescue(size_t k, std::vector<Mix>& candidates) const {
  candidates.clear();
  const InsertionOptions places{options_.per_level, 2 * options_.insertions, options_.sound_mass};
  for (const Solution& parent : by_k_[k - 2])
    for (const Insertion& place : insertions(o_, parent.mix, ladder_, centre_, places))
      candidates.push_back(shaped(with_insertion(parent.mix, place)));
  if (k < 3) return;
  for (const Solution& parent : by_k_[k - 3]) {
    const std::vector<Insertion> found = insertions(o_, parent.mix, ladder_, centre_, places);
    for (size_t a = 0; a < found.size(); ++a)
      for (size_t b = a + 1; b < found.size(); ++b)
        candidates.push_back(shaped(with_insertion(with_insertion(parent.mix, found[a]), found[b])));
  }
}

void Search::reinsert(const Mix& mix, std::vector<Mix>& candidates) const {
  const size_t k = mix.k;
  std::vector<std::pair<double, Mix>> reduced;
  EmSums sums;
  auto add = [&](Mix smaller) {
    smaller = shaped(std::move(smaller));
    em_pass(o_, smaller, sums);
    reduced.emplace_back(sums.objective, std::move(smaller));
  };
  const size_t named = o_.n_named();
  for (size_t j = named; j < k; ++j) add(without(mix, j));
  for (size_t a = o_.n_fixed(); a < k; ++a)
    for (size_t b = std::max(a + 1, named); b < k; ++b) add(merged(mix, a, b));
  std::stable_sort(reduced.begin(), reduced.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (reduced.size() > 2 * k) reduced.resize(2 * k);
  for (const auto& entry : reduced) {
    const Mix& smaller = entry.second;
    for (const Insertion& place :
         insertions(o_, smaller, ladder_, centre_,
                    {options_.per_level, options_.reinsertions, options_.least_candidate}))
      candidates.push_back(shaped(with_insertion(smaller, place)));
    for (size_t j = o_.n_fixed(); j < smaller.k; ++j) {
      candidates.push_back(shaped(with_split(smaller, j, 0)));
      if (two_sided())
        candidates.push_back(shaped(with_halves(smaller, j, families::facts_of(o_.family).turns[0])));
    }
  }
}

Mix Search::wider(Mix mix) const {
  double total = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    const double mass = mix.weight(j) * o_.total;
    if (mix.sd(j) < options_.sound_sd || mass < options_.sound_mass ||
        mix.sd(j) <= o_.least_sd(mix.mean(j)) * 1.0001) {
      mix.sd(j) = std::max(2.0 * mix.sd(j), 1.5 * options_.sound_sd);
      mix.weight(j) = std::max(1.5 * mass, 1.5 * options_.sound_mass) / o_.total;
    }
    total += mix.weight(j);
  }
  for (size_t j = 0; j < mix.k; ++j) mix.weight(j) /= total;
  return mix;
}

void Search::keep(Solution s, std::vector<Solution>& list) {
  for (const Solution& other : list)
    if (std::fabs(other.objective - s.objective) < 1e-6 && in_basin(s.mix, s.at, other)) return;
  list.push_back(std::move(s));
}

void Search::settle(const std::vector<Mix>& candidates, size_t k, std::vector<Solution>& found, size_t limit,
                    double below) {
  std::vector<Ranked> ranked;
  EmSums sums;
  for (const Mix& candidate : candidates) {
    em_pass(o_, candidate, sums);
    Mix mix = em_update(o_, candidate, sums);
    em_pass(o_, mix, sums);
    if (!std::isfinite(sums.objective)) continue;
    const double objective = sums.objective;
    mix = em_update(o_, mix, sums);
    bool viable = true;
    for (size_t j = 0; j < k; ++j)
      if (mix.sd(j) < options_.least_sd || mix.weight(j) * o_.total < options_.least_candidate)
        viable = false;
    if (viable) ranked.push_back({objective, std::move(mix)});
    if (o_.poll) (*o_.poll)();
  }
  climb(std::move(ranked), k, found, limit, below);
}

std::vector<Search::Ranked> Search::ranked(const std::vector<Mix>& mixes) const {
  std::vector<Ranked> out;
  EmSums sums;
  for (const Mix& mix : mixes) {
    em_pass(o_, mix, sums);
    if (std::isfinite(sums.objective)) out.push_back({sums.objective, mix});
  }
  return out;
}

void Search::climb(std::vector<Ranked> ranked, size_t k, std::vector<Solution>& found, size_t limit,
                   double below) {
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.objective > b.objective; });
  PolishOptions options;
  options.max_iter = 60;
  options.tol = 1e-7;
  options.to_the_end = false;
  options.least_mass =
      o_.chart->layout(k).weights == k ? options_.least_mass : 0.0;  // held ones may be small
  options.least_sd = options_.least_sd;
  options.known = &found;
  options.rejected = &rejected_;
  if (two_sided() || options_.sound_sd > 0.0) options.hope = HOPE;
  Polisher polisher(o_);
  if (o_.chart->closed() && o_.chart->all_normal() && !o_.blocks) options.paths = &paths_;
  size_t polished = 0, widened = 0;
  double bar = -std::numeric_limits<double>::infinity();
  double last = std::numeric_limits<double>::infinity();
  for (const Ranked& candidate : ranked) {
    if (polished == limit || candidate.objective < bar - below) break;
    if (last - candidate.objective < 1e-3) continue;
    last = candidate.objective;
    ++polished;
    Mix start = candidate.mix;
    for (size_t attempt = 0; attempt < 3; ++attempt) {
      for (const Solution& other : found) bar = std::max(bar, other.objective);
      options.bar = bar - COMPETING;
      Solution& s = polisher.polish(start, options);
      if (o_.poll) (*o_.poll)();
      paths_.end(s.stop == Stop::duplicate || s.stop == Stop::converged);
      if (s.stop == Stop::duplicate || !std::isfinite(s.objective)) break;
      const bool sound = is_sound(s) && s.stop != Stop::given_up;
      Mix reached;
      if (!sound) reached = s.mix;
      const bool hopeless = s.stop == Stop::given_up && s.positive_definite &&
                            s.objective + options.hope * s.decrement < options.bar;
      if (s.stop != Stop::given_up) keep(std::move(s), sound ? found : rejected_);
      if (sound || hopeless || widened == options_.widenings) break;
      ++widened;
      start = wider(std::move(reached));
    }
  }
  sort_by_height(found);
  if (found.size() > options_.keep) found.resize(options_.keep);
}

}  // namespace mix1d::search
