// fit.cpp: search, continuation and choice, in the data's own units
#include "fit.hpp"

#include <optional>

#include "compress.hpp"
#include "continuation.hpp"
#include "frame.hpp"
#include "search.hpp"

namespace mix1d {
namespace {

constexpr size_t SEARCH_POINTS = 4000;  // above this the search runs on a compressed sample
constexpr size_t SEARCH_CELLS = 700;
constexpr double WINDOW = 2.0;  // nats within which optima compete

// The sample in its frame, and what is derived from it once.
struct Setting {
  Frame frame;
  Points full, nodes;  // nodes stay empty where the search runs on the full sample
  Spread spread;
  double finest = 0.0, floor = 0.0, penalty = 0.0;
  ContinuationRule rule;
  bool extreme = false;
  const Request& request;

  explicit Setting(const Request& r) : request(r) {
    frame = frame_of(r.values, r.weights, r.n);
    std::vector<double> scaled(r.n);
    for (size_t i = 0; i < r.n; ++i) scaled[i] = frame.in(r.values[i]);
    full = Points(scaled.data(), r.weights, r.n);
    spread = spread_of(full);
    if (r.n > SEARCH_POINTS) {
      Compressed c = compress(full, SEARCH_CELLS);
      nodes = Points(c.values.data(), c.weights.data(), c.values.size());
      finest = c.finest;
    }
    const double resolution = frame.in_scale(r.resolution) / std::sqrt(12.0), scale = std::sqrt(spread.variance);
    floor = std::max(resolution, 1e-6 * scale);
    rule.collapse_sd = std::max(resolution, 1e-3 * scale);
    penalty = 1.0 / std::sqrt(full.total);
    extreme = (full.x[full.n - 1] - full.x[0]) / floor > 1e140;
  }

  bool compressed() const { return nodes.n > 0; }
  const Points& searched() const { return compressed() ? nodes : full; }

  Objective objective(const Points& points, double a, bool equal) const {
    Objective o;
    o.points = &points;
    o.penalty = equal ? 0.0 : a;
    o.variance = spread.variance;
    o.floor = floor;
    o.equal = equal;
    o.extreme = extreme;
    o.threads = request.threads;
    o.poll = request.poll;
    return o;
  }

  // sds of the inserted components, from wide to `least`
  std::vector<double> ladder(double least) const {
    constexpr double RATIO = 1.6;
    constexpr size_t COARSE = 12;
    std::vector<double> sds;
    double sd = 1.2 * spread.sd;
    const double bulk = 4.0 * std::sqrt(spread.variance);
    least = std::max({least, floor, finest});
    // far outliers make the sd many times the bulk's: a coarse ladder bridges the two
    const double span = sd / bulk;
    const bool bridged = span > 200.0;
    const double coarse = bridged ? std::exp2(std::log2(span) / COARSE) : RATIO;
    while (sds.empty() || sd >= least) {
      sds.push_back(sd);
      sd /= sd > bulk ? coarse : RATIO;
    }
    return sds;
  }

  double penalised(const Mix& mix, double log_likelihood) const {
    std::vector<double> logs(mix.k);
    kernels().log(mix.v.data() + 2 * mix.k, logs.data(), mix.k);
    return log_likelihood - penalty_term(objective(full, penalty, false), mix, logs.data());
  }
};

double entropy_of(const Objective& o, const Mix& mix) {
  Prepared prepared(mix, o.extreme);
  double sum = 0.0;
  run_pass(*o.points, 1, 3 * mix.k * BLOCK, o.threads, o.poll, &sum,
           [&](const double* x, const double* w, size_t n, double* work, double* acc) {
             kernels().entropy_sums(x, w, n, prepared.components, work, acc);
           });
  return sum;
}

void sort_by_mean(Mix& mix, Mix* follower = nullptr, long* index = nullptr) {
  std::vector<size_t> order(mix.k);
  for (size_t j = 0; j < mix.k; ++j) order[j] = j;
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return mix.mean(a) != mix.mean(b) ? mix.mean(a) < mix.mean(b) : mix.sd(a) < mix.sd(b);
  });
  auto permute = [&](Mix& m) {
    Mix sorted(m.k);
    for (size_t j = 0; j < m.k; ++j) {
      sorted.weight(j) = m.weight(order[j]);
      sorted.mean(j) = m.mean(order[j]);
      sorted.sd(j) = m.sd(order[j]);
    }
    m = std::move(sorted);
  };
  permute(mix);
  if (follower && follower->k == mix.k) permute(*follower);
  if (index && *index >= 0)
    *index = std::find(order.begin(), order.end(), static_cast<size_t>(*index)) - order.begin();
}

// A mixture with components of weight 0 added: mean at the median, sd sqrt(S).
Mix padded(const Mix& mix, size_t k, const Setting& setting) {
  Mix out(k);
  for (size_t j = 0; j < k; ++j) {
    const bool real = j < mix.k;
    out.weight(j) = real ? mix.weight(j) : 0.0;
    out.mean(j) = real ? mix.mean(j) : 0.0;
    out.sd(j) = real ? mix.sd(j) : std::sqrt(setting.spread.variance);
  }
  return out;
}

// A fit in the frame, before it is written in the units of the data.
struct Outcome {
  Solution solution;  // of the real components
  Mix start;
  bool regularized = false, sound = true;
  size_t null_components = 0;
  long collapsed = -1;
  double penalised = 0.0;
  std::vector<Optimum> optima;
};

class Estimator {
 public:
  Estimator(const Setting& setting, bool equal)
      : setting_(setting),
        equal_(equal),
        search_(setting.objective(setting.searched(), setting.penalty, equal), setting.ladder(least_sd()),
                setting.spread.mean, {}),
        highest_(setting.objective(setting.searched(), 0.0, equal), setting.ladder(0.025 * setting.spread.sd),
                 setting.spread.mean, sound_only(), &search_) {}

  Fitted fitted(size_t k) {
    while (search_.reached() < k) search_.extend();
    Outcome outcome = stable(k);
    if (setting_.request.highest && !equal_) {
      while (highest_.reached() < k) highest_.extend();
      if (highest_.optima(k).empty())
        outcome.sound = false;
      else
        outcome = highest(k);
    }
    return finish(std::move(outcome), k);
  }

 private:
  // The narrowest component that the penalty lets a twentieth of the data form.
  double least_sd() const {
    if (equal_) return 0.02 * setting_.spread.sd;
    const double total = setting_.full.total;
    return 0.7 * std::sqrt(2.0 * setting_.penalty * setting_.spread.variance / (0.05 * total));
  }

  SearchOptions sound_only() const {
    SearchOptions s;
    s.insertions = 20;
    s.insertions_at_two = 60;
    s.polishes = 40;
    s.polishes_at_two = 100;
    s.per_level = 30;
    s.sound_sd = 0.02 * setting_.spread.sd;
    s.least_sd = 0.01 * setting_.spread.sd;
    s.sound_mass = std::max(5.0, 0.01 * setting_.full.total);
    s.least_mass = s.least_candidate = 0.4 * s.sound_mass;
    return s;
  }

  static double least_mass(const Solution& s) {
    return *std::min_element(s.at.mass.begin(), s.at.mass.end());
  }

  // The best value with k components, a component of weight 0 and s^2 = S costing the penalty alone.
  double top(size_t k) const {
    if (k == 0) return -std::numeric_limits<double>::infinity();
    const auto& list = search_.optima(k);
    return std::max(list.empty() ? -std::numeric_limits<double>::infinity() : list[0].objective,
                    equal_ ? -std::numeric_limits<double>::infinity() : top(k - 1) - setting_.penalty);
  }

  Optimum optimum(const Continuation& c, const Solution& from) const {
    Optimum o;
    o.mix = c.solution.mix;
    sort_by_mean(o.mix);
    o.log_likelihood = c.solution.log_likelihood;
    o.penalised = from.objective;
    o.regularized = !c.survived;
    return o;
  }

  Outcome stable(size_t k) {
    const auto& list = search_.optima(k);
    const double best = top(k);
    const Solution* interior = nullptr;
    for (const Solution& s : list)
      if (!interior && (least_mass(s) >= 1.0 || k == 1)) interior = &s;
    const bool boundary = !interior || interior->objective < best;
    Outcome outcome;
    const Objective objective = setting_.objective(setting_.searched(), setting_.penalty, equal_);
    long chosen = -1;
    std::vector<Optimum> optima;
    for (const Solution& s : list) {
      if (s.objective < best - WINDOW || (least_mass(s) < 1.0 && k > 1)) continue;
      Continuation c = continue_to_zero(objective, s, setting_.rule);
      optima.push_back(optimum(c, s));
      const bool first_choice = c.survived && chosen < 0;
      const bool fallback = !boundary && &s == interior;
      if (!first_choice && !fallback) continue;
      if (first_choice) chosen = static_cast<long>(optima.size()) - 1;
      outcome.solution = c.survived ? c.solution : s;
      outcome.start = s.start;
      outcome.penalised = s.objective;
      outcome.regularized = !c.survived;
      outcome.collapsed = c.survived ? -1 : static_cast<long>(c.collapsed);
    }
    if (chosen < 0 && boundary && k > 1) {
      outcome = stable(k - 1);
      ++outcome.null_components;
      outcome.regularized = true;
      outcome.penalised = best;
      Optimum reported;
      reported.mix = outcome.solution.mix;
      reported.log_likelihood = outcome.solution.log_likelihood;
      reported.penalised = best;
      reported.regularized = true;
      optima.insert(optima.begin(), reported);
    } else if (chosen > 0) {
      std::rotate(optima.begin(), optima.begin() + chosen, optima.begin() + chosen + 1);
    }
    outcome.optima = std::move(optima);
    return outcome;
  }

  Outcome highest(size_t k) {
    Outcome outcome;
    const auto& list = highest_.optima(k);
    const Objective objective = setting_.objective(setting_.searched(), 0.0, equal_);
    for (const Solution& s : list) {
      if (s.objective < list[0].objective - WINDOW) break;
      Optimum o;
      o.mix = s.mix;
      sort_by_mean(o.mix);
      o.log_likelihood = s.objective;
      o.penalised = setting_.penalised(s.mix, s.objective);
      outcome.optima.push_back(o);
    }
    outcome.start = list[0].start;
    outcome.solution = polish(objective, list[0].mix, {});
    outcome.penalised = outcome.optima[0].penalised;
    return outcome;
  }

  // The last solve on the full sample, and the way back to the units of the data.
  Fitted finish(Outcome outcome, size_t k) {
    const double a = outcome.regularized && outcome.null_components == 0 ? setting_.penalty : 0.0;
    Fitted f;
    f.regularized = outcome.regularized;
    f.null_components = outcome.null_components;
    f.collapsed = outcome.collapsed;
    f.sound = outcome.sound;
    const bool held = outcome.collapsed >= 0;  // the answer is the penalised optimum itself
    const Objective objective = setting_.objective(setting_.full, held ? setting_.penalty : a, equal_);
    PolishOptions options;
    options.max_iter = setting_.request.max_iter;
    options.tol = setting_.request.tol;
    Solution s = polish(objective, outcome.solution.mix, options);
    f.equal = equal_;
    f.stop = s.stop;
    f.decrement = s.decrement;
    f.positive_definite = s.positive_definite;
    f.converged = s.stop == Stop::converged && s.positive_definite;
    const Frame& frame = setting_.frame;
    const double units = frame.log_units(setting_.full.total);
    f.log_likelihood = s.log_likelihood + units;
    f.entropy = entropy_of(objective, s.mix);
    f.start = outcome.start;
    Mix mix = s.mix;
    if (outcome.null_components) mix = padded(mix, k, setting_);
    sort_by_mean(mix, &f.start, &f.collapsed);
    f.mix = frame.out(mix);
    f.start = frame.out(f.start);
    for (Optimum& o : outcome.optima) {
      if (o.mix.k < k) {
        o.mix = padded(o.mix, k, setting_);
        sort_by_mean(o.mix);
      }
      o.mix = frame.out(o.mix);
      o.log_likelihood += units;
      o.penalised += units;
    }
    if (!outcome.optima.empty()) {
      outcome.optima[0].mix = f.mix;
      outcome.optima[0].log_likelihood = f.log_likelihood;
    }
    f.optima = std::move(outcome.optima);
    return f;
  }

  const Setting& setting_;
  bool equal_;
  Search search_, highest_;
};

// All values equal: one component at the floor.
Fitted constant_fit(const Request& r, bool equal) {
  Fitted f;
  f.equal = equal;
  f.mix = Mix(1);
  const double x = std::fabs(r.values[0]);
  const double spacing = std::nextafter(x, std::numeric_limits<double>::infinity()) - x;
  double sd = r.resolution > 0.0 ? r.resolution / std::sqrt(12.0) : std::isfinite(spacing) ? spacing : x * 0x1p-52;
  sd = std::max(sd, std::numeric_limits<double>::min());
  f.mix.weight(0) = 1.0;
  f.mix.mean(0) = r.values[0];
  f.mix.sd(0) = sd;
  f.start = f.mix;
  double log_sd;
  kernels().log(&sd, &log_sd, 1);
  f.log_likelihood = r.weights[0] * (-log_sd - LOG_SQRT_2PI);
  f.converged = f.positive_definite = f.regularized = true;
  f.stop = Stop::converged;
  f.collapsed = 0;
  f.optima.push_back({f.mix, f.log_likelihood, f.log_likelihood, true});
  return f;
}

double criterion_of(const Request& r, const Fitted& f, double total) {
  const double k = static_cast<double>(f.mix.k);
  const double parameters = f.equal ? 2.0 * k : 3.0 * k - 1.0;
  double log_total;
  kernels().log(&total, &log_total, 1);
  switch (r.criterion) {
    case Criterion::aic:
      return -2.0 * f.log_likelihood + 2.0 * parameters;
    case Criterion::icl:
      return -2.0 * f.log_likelihood + parameters * log_total + 2.0 * f.entropy;
    default:
      return -2.0 * f.log_likelihood + parameters * log_total;
  }
}

}  // namespace

std::vector<Fitted> fit(const Request& request) {
  std::vector<Fitted> rows;
  if (request.n == 1) {
    for (int equal = 0; equal < 2; ++equal)
      if (equal ? request.equal_sds : request.free_sds) rows.push_back(constant_fit(request, equal));
    return rows;
  }
  const Setting setting(request);
  std::optional<Estimator> free, equal;
  if (request.free_sds) free.emplace(setting, false);
  if (request.equal_sds) equal.emplace(setting, true);
  double best = std::numeric_limits<double>::infinity();
  int risen = 0;
  if (request.poll) request.poll->total = static_cast<double>(request.n_components.size());
  for (size_t k : request.n_components) {
    double least = std::numeric_limits<double>::infinity();
    for (auto* estimator : {&free, &equal}) {
      if (!*estimator) continue;
      rows.push_back((*estimator)->fitted(k));
      least = std::min(least, criterion_of(request, rows.back(), setting.full.total));
    }
    if (request.poll) request.poll->done += 1.0;
    risen = least < best ? 0 : risen + 1;
    best = std::min(best, least);
    if (request.stop_early && risen == 3) break;
  }
  return rows;
}

}  // namespace mix1d
