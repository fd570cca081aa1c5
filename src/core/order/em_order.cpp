// em_order.cpp: the split of a null mixture, the climb at every vector of shares, and the best of them
#include "order/em_order.hpp"

#include "inference/crossings.hpp"
#include "kernels/kernels.hpp"
#include "kernels/numbers.hpp"
#include "model/problem.hpp"
#include "order/split.hpp"
#include "search/peaks.hpp"
#include "solve/continuation.hpp"

namespace mix1d::order {

using namespace kernels;
using namespace model;
using namespace solve;
using namespace search;

namespace {

constexpr double SHARES[] = {0.1, 0.3, 0.5};
constexpr size_t N_SHARES = 3;
constexpr size_t KEEP = 4;      // ways to split a component that are tried together with the others
constexpr size_t REFINED = 27;  // vectors of shares at which they are, at least
constexpr int UPDATES = 3;      // EM steps that move the shares too: K of the paper

// The probability that a value of component i is more probably one of component j, of these two.
double misclassified(const Mix& mix, size_t i, size_t j) {
  Mix pair(2);
  for (size_t c : {0, 1}) {
    const size_t from = c ? j : i;
    pair.weight(c) = mix.weight(from), pair.mean(c) = mix.mean(from), pair.sd(c) = mix.sd(from);
  }
  return inference::confusion(pair, inference::regions(pair))[1];
}

// The weight of the penalty on the sds: .25 for one component (Chen & Li 2009); for two and three the
// empirical formulas of Chen, Li & Fu (2012), from the overlap of neighbours; .2 beyond.
double em_test_penalty(const Mix& null, double total, bool equal_sds) {
  if (null.k == 1) return equal_sds ? 1.0 : 0.25;
  if (null.k > 3) return 0.2;
  constexpr double LEAST = 1e-12;
  double logits = 0.0;
  for (size_t j = 0; j + 1 < null.k; ++j) {
    double overlap = 0.5 * (misclassified(null, j, j + 1) + misclassified(null, j + 1, j));
    overlap = std::clamp(overlap, LEAST, 1.0 - LEAST);
    logits += log1(overlap / (1.0 - overlap));
  }
  const double x =
      null.k == 2 ? -1.859 - 0.577 * logits - 60.453 / total : -1.602 - 0.240 * logits - 130.394 / total;
  const double e = exp1(-std::fabs(x));
  return 0.35 * (x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e));
}

class EmTester {
 public:
  EmTester(const Problem& problem, const Chart& chart, const Mix& null, double penalty)
      : problem_(problem),
        likelihood_(problem.objective(problem.searched(), 0.0, chart)),
        whole_{null, {}, penalty},
        model_(likelihood_, whole_) {
    likelihood_.least_sd.cells = nullptr;
    const Points& p = problem.searched();
    whole_.edge.push_back(p.x[0]);
    for (size_t j = 0; j + 1 < null.k; ++j) whole_.edge.push_back(0.5 * (null.mean(j) + null.mean(j + 1)));
    whole_.edge.push_back(p.x[p.n - 1]);
  }

  // The highest objective without a split.
  double unsplit() const {
    Split s = put_together(std::vector<const Piece*>(whole_.mix.k, nullptr), {});
    model_.climb(s);
    return s.objective;
  }

  // The best split, its `objective` with the penalty on the shares.
  Split best() {
    const size_t k = whole_.mix.k;
    pieces_.assign(k, {});
    for (size_t j = 0; j < k; ++j)
      for (size_t b = 0; b < N_SHARES; ++b) pieces_[j].push_back(alone(j, SHARES[b]));
    size_t all = 1;
    for (size_t j = 0; j < k; ++j) all *= N_SHARES;
    std::vector<Split> found(all);
    for (size_t i = 0; i < all; ++i) found[i] = at(i, false);
    if (k > 1) refine(found);
    size_t top = 0;
    for (size_t i = 1; i < all; ++i)
      if (found[i].objective > found[top].objective) top = i;
    return found[top];
  }

 private:
  struct Piece {
    double mean[2], sd[2], objective;
  };

  // Two halves of component j with its mean and variance (as far as the shape allows), at shares (b, 1 - b).
  // gap: between the means, in sds; ratio: of the first sd to the second.
  Piece shaped(size_t j, double b, double gap, double ratio) const {
    const double m = whole_.mix.mean(j), s = whole_.mix.sd(j);
    const double left = std::max(0.05, 1.0 - b * (1.0 - b) * gap * gap);
    // b r^2 t^2 + (1 - b) t^2 = left
    const double t = std::sqrt(left / (b * ratio * ratio + 1.0 - b));
    Piece p;
    p.mean[0] = std::clamp(m - (1.0 - b) * gap * s, whole_.edge[j], whole_.edge[j + 1]);
    p.mean[1] = std::clamp(m + b * gap * s, whole_.edge[j], whole_.edge[j + 1]);
    p.sd[0] = std::max(likelihood_.least_sd.floor, ratio * t * s);
    p.sd[1] = std::max(likelihood_.least_sd.floor, t * s);
    return p;
  }

  // The null with the components split that have a piece.
  Split put_together(const std::vector<const Piece*>& pieces, const std::vector<double>& shares) const {
    const size_t k = whole_.mix.k;
    size_t members = 0;
    for (const Piece* p : pieces) members += p ? 2 : 1;
    Split s;
    s.mix = Mix(members);
    size_t c = 0;
    for (size_t j = 0; j < k; ++j)
      for (int h = 0; h < (pieces[j] ? 2 : 1); ++h, ++c) {
        s.owner.push_back(j);
        s.share.push_back(!pieces[j] ? 1.0 : h ? 1.0 - shares[j] : shares[j]);
        s.mix.weight(c) = whole_.mix.weight(j) * s.share[c];
        s.mix.mean(c) = pieces[j] ? pieces[j]->mean[h] : whole_.mix.mean(j);
        s.mix.sd(c) = pieces[j] ? pieces[j]->sd[h] : whole_.mix.sd(j);
      }
    return s;
  }

  // One half stays in the middle of component j, the other starts at a place in its interval.
  Piece placed(size_t j, int half, double place) const {
    const double m = whole_.mix.mean(j), s = whole_.mix.sd(j);
    Piece p;
    p.mean[0] = p.mean[1] = m;
    p.sd[0] = p.sd[1] = s;
    p.mean[half] = m + place * (place < 0.0 ? m - whole_.edge[j] : whole_.edge[j + 1] - m);
    return p;
  }

  // The best ways to split component j with the others whole.
  std::vector<Piece> alone(size_t j, double b) {
    static constexpr double SHAPES[][2] = {{1.5, 1.0},  {-1.5, 1.0}, {0.0, 0.4},  {0.0, 2.5}, {3.0, 0.5},
                                           {-3.0, 0.5}, {1.0, 0.4},  {-1.0, 0.4}, {1.0, 2.5}, {-1.0, 2.5}};
    const size_t k = whole_.mix.k;
    std::vector<Piece> found;
    std::vector<const Piece*> pieces(k, nullptr);
    const std::vector<double> shares(k, b);
    std::vector<Piece> starts;
    for (const auto& shape : SHAPES)
      if (!likelihood_.chart->sds_tied() || shape[1] == 1.0)
        starts.push_back(shaped(j, b, shape[0], shape[1]));
    for (double place : {-0.95, -0.5, 0.5, 0.95})
      for (int half : {0, 1}) starts.push_back(placed(j, half, place));
    for (Piece& p : starts) {
      pieces[j] = &p;
      Split s = put_together(pieces, shares);
      model_.climb(s);
      if (problem_.request.poll) (*problem_.request.poll)();
      for (int h = 0; h < 2; ++h) p.mean[h] = s.mix.mean(j + h), p.sd[h] = s.mix.sd(j + h);
      // where a value is too far out for any split, none is better than another
      p.objective = std::isfinite(s.objective) ? s.objective : std::numeric_limits<double>::lowest();
      bool known = false;
      for (const Piece& q : found) known = known || std::fabs(q.objective - p.objective) < 1e-4;
      if (!known) found.push_back(p);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Piece& p, const Piece& q) { return p.objective > q.objective; });
    if (found.size() > KEEP) found.resize(KEEP);
    return found;
  }

  // Other ways are tried at the most promising vectors of shares, until none that they were not tried at is
  // better.
  void refine(std::vector<Split>& found) {
    std::vector<bool> done(found.size(), false);
    double best = -std::numeric_limits<double>::infinity();
    for (size_t count = 0; count < found.size(); ++count) {
      size_t next = found.size();
      for (size_t i = 0; i < found.size(); ++i)
        if (!done[i] && (next == found.size() || found[i].objective > found[next].objective)) next = i;
      if (count >= REFINED && found[next].objective < best) break;
      found[next] = at(next, true);
      done[next] = true;
      best = std::max(best, found[next].objective);
    }
  }

  // The best split at a vector of shares, after the steps that move the shares too. Every component is split
  // in the way that is best for it alone; with `other_ways`, one of them in turn in another way.
  Split at(size_t number, bool other_ways) {
    const size_t k = whole_.mix.k;
    std::vector<const Piece*> pieces(k);
    std::vector<const std::vector<Piece>*> ways(k);
    std::vector<double> shares(k);
    for (size_t j = 0; j < k; ++j, number /= N_SHARES) {
      ways[j] = &pieces_[j][number % N_SHARES];
      pieces[j] = &ways[j]->front();
      shares[j] = SHARES[number % N_SHARES];
    }
    Split top;
    auto attempt = [&] {
      Split s = put_together(pieces, shares);
      model_.climb(s);
      if (problem_.request.poll) (*problem_.request.poll)();
      if (top.owner.empty() || s.objective > top.objective) top = std::move(s);
    };
    attempt();
    for (size_t j = 0; other_ways && j < k; ++j) {
      for (size_t way = 1; way < ways[j]->size(); ++way) {
        pieces[j] = &(*ways[j])[way];
        attempt();
      }
      pieces[j] = &ways[j]->front();
    }
    for (int i = 0; i < UPDATES; ++i) model_.em_step(top, true);
    top.objective = model_.value(top);
    return top;
  }

  const Problem& problem_;
  Objective likelihood_;
  Whole whole_;
  Splitting model_;
  std::vector<std::vector<std::vector<Piece>>> pieces_;  // for each component and share, best first
};

}  // namespace

EmTest em_test(const Request& request, size_t k, const Mix* known) {
  const Chart& chart = request.chart();
  const Problem problem(request, true);
  Solution null;
  if (known) {
    Mix begin = problem.frame.in(*known);
    for (size_t j = 0; j < begin.k; ++j) begin.sd(j) = std::max(begin.sd(j), problem.floor);
    PolishOptions options;
    options.max_iter = 200;
    null = polish(problem.objective(problem.searched(), problem.penalty, chart), begin, options);
  } else {
    Peaks peaks(problem, chart);
    for (size_t j = 0; j < k; ++j) peaks.extend();
    null = peaks.top();
  }
  if (null.mix.k == 0) {  // no maximum was found
    EmTest none;
    none.statistic = std::numeric_limits<double>::quiet_NaN();
    return none;
  }
  // The penalty keeps narrow components wide, and a test of that null would reject for the width alone.
  const Objective penalised = problem.objective(problem.searched(), problem.penalty, chart);
  Continuation plain = continue_to_zero(penalised, null, problem.rule);
  if (plain.survived) null = std::move(plain.solution);
  sort_by_mean(null.mix);
  EmTest result;
  result.penalty = em_test_penalty(null.mix, problem.full.total, chart.sds_tied());
  EmTester tester(problem, chart, null.mix, result.penalty);
  const double base = tester.unsplit();
  Split best = tester.best();
  result.statistic = std::max(0.0, 2.0 * (best.objective - base));
  sort_by_mean(best.mix);
  result.null = problem.frame.out(null.mix);
  result.alternative = problem.frame.out(best.mix);
  return result;
}

}  // namespace mix1d::order
