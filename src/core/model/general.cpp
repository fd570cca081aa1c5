// general.cpp: passes over blocks, and from their sums to gradient and Hessian
#include "model/general.hpp"

#include <algorithm>
#include <limits>

#include "data/failure.hpp"
#include "families/catalogue.hpp"
#include "kernels/numbers.hpp"

namespace mix1d::model {

using namespace families;
using namespace kernels;
using namespace observations;
using data::Buffer;

namespace {

constexpr double INF = std::numeric_limits<double>::infinity();

// More hidden values for each seen one make no difference to a step.
constexpr double MOST_HIDDEN = 1e100;

using Loop = void (*)(const Block* blocks, size_t n, const Parts& parts, double* work, double* acc);

double log_or_nothing(double x) { return x > 0.0 && x < INF ? log1(x) : x > 0.0 ? INF : -INF; }

double exp_of(double y) { return y < INF ? exp1(y) : INF; }

// `width` sums over the blocks of an objective, or over the rows of its column, in the slices of passes.hpp.
void run_blocks(const Objective& o, const PreparedParts& p, size_t width, Loop loop, double* sums,
                bool recorded_only = false) {
  constexpr size_t PER_SLICE = SLICE / BLOCK_ROWS;
  const size_t work_size = general_work(p.parts.k);
  if (o.rows) {
    run_pass(*o.rows, width, work_size, o.threads, o.poll, sums,
             [&](const double* x, const double* w, size_t n, double* work, double* acc) {
               Blocks piece(x, w, n);
               if (o.rows->beside == Beside::logarithms) piece.beside(o.rows->beside, log_or_nothing);
               loop(piece.data(), piece.size(), p.parts, work, acc);
             });
    return;
  }
  const Blocks& blocks = *o.blocks;
  const size_t count = recorded_only ? blocks.positive() : blocks.size();
  if (count <= PER_SLICE) {
    constexpr size_t USUAL = 4096;
    alignas(64) double usual[USUAL];
    const size_t need = work_size + width * LANES;
    Buffer larger(need > USUAL ? need : 0);
    double *scratch = need > USUAL ? larger.data() : usual, *acc = scratch + work_size;
    std::fill_n(acc, width * LANES, 0.0);
    loop(blocks.data(), count, p.parts, scratch, acc);
    for (size_t i = 0; i < width; ++i) sums[i] = sum_lanes(acc + i * LANES);
    return;
  }
  run_slices(count * BLOCK_ROWS, width, o.threads, o.poll, sums, [&](size_t begin, size_t rows, double* acc) {
    Buffer work(work_size);
    loop(blocks.data() + begin / BLOCK_ROWS, rows / BLOCK_ROWS, p.parts, work.data(), acc);
  });
}

// The sum of the signed weights: what the weights of the components are held against.
double signed_weight(const Objective& o) { return o.rows ? o.total : o.blocks->weight(); }

// Where the sums of a pair of components stand among those of all pairs, and their matrix.
struct PairBlock {
  size_t j, l;
  const double* sums;
};

template <class Visit>
void each_pair(const PreparedParts& p, bool with_itself, const double* sums, Visit visit) {
  for (size_t j = 0; j < p.parts.k; ++j)
    for (size_t l = with_itself ? j : j + 1; l < p.parts.k; ++l) {
      visit(PairBlock{j, l, sums});
      sums += (1 + p.slots[j]) * (1 + p.slots[l]);
    }
}

size_t pair_width(const PreparedParts& p, bool with_itself) {
  size_t width = 0;
  each_pair(p, with_itself, nullptr,
            [&](const PairBlock& b) { width += (1 + p.slots[b.j]) * (1 + p.slots[b.l]); });
  return width;
}

size_t own_width(const PreparedParts& p, bool twice) {
  size_t width = 0;
  for (size_t s : p.slots) width += 1 + s + (twice ? pairs_of(s) : 0);
  return width;
}

// Sums over first derivatives become those over their differences from the ones of the mass inside.
void recentre_own(const PreparedParts& p, double* sums, bool twice) {
  for (size_t j = 0; j < p.parts.k; ++j) {
    const size_t n = p.slots[j];
    for (size_t a = 0; a < n; ++a) sums[1 + a] -= sums[0] * p.first(j, a);
    sums += 1 + n + (twice ? pairs_of(n) : 0);
  }
}

void recentre_pairs(const PreparedParts& p, bool with_itself, double* sums) {
  each_pair(p, with_itself, sums, [&](const PairBlock& b) {
    const size_t rows = 1 + p.slots[b.j], columns = 1 + p.slots[b.l];
    double* at = sums + (b.sums - sums);
    for (size_t a = 1; a < rows; ++a)
      for (size_t c = 0; c < columns; ++c) at[a * columns + c] -= p.first(b.j, a - 1) * at[c];
    for (size_t a = 0; a < rows; ++a)
      for (size_t c = 1; c < columns; ++c) at[a * columns + c] -= p.first(b.l, c - 1) * at[a * columns];
  });
}

// Second sums are of r (h + (1 - r) u u'), and sum w r (1 - r) (1, u) is what the pairs add up to.
void recentre_second(const PreparedParts& p, double* own, const double* pairs) {
  const size_t k = p.parts.k;
  std::vector<double> between(k * (1 + MOST_SLOTS), 0.0);
  each_pair(p, false, pairs, [&](const PairBlock& b) {
    const size_t columns = 1 + p.slots[b.l];
    for (size_t a = 0; a <= p.slots[b.j]; ++a) between[b.j * (1 + MOST_SLOTS) + a] += b.sums[a * columns];
    for (size_t c = 0; c < columns; ++c) between[b.l * (1 + MOST_SLOTS) + c] += b.sums[c];
  });
  for (size_t j = 0; j < k; ++j) {
    const size_t n = p.slots[j];
    const double* c = between.data() + j * (1 + MOST_SLOTS);
    for (size_t a = 0; a < n; ++a)
      for (size_t b = a; b < n; ++b) {
        const size_t pair = pair_place(n, a, b);
        own[1 + n + pair] += c[0] * p.first(j, a) * p.first(j, b) - c[1 + a] * p.first(j, b) -
                             c[1 + b] * p.first(j, a) - own[0] * p.second(j, pair);
      }
    own += 1 + n + pairs_of(n);
  }
}

// The logarithm of the mass of a component in a window, and its derivatives, one number each.
std::vector<double> mass_inside(const Window& window, Family family, const Coordinates& at) {
  constexpr size_t EIGHT = 8;
  alignas(64) double low[EIGHT], high[EIGHT], weight[EIGHT];
  std::fill_n(low, EIGHT, window.low);
  std::fill_n(high, EIGHT, window.high);
  std::fill_n(weight, EIGHT, 1.0);
  double numbers[NUMBERS];
  general_loops().prepare(family, at, numbers);
  Buffer all(GENERAL_ARRAYS * BLOCK_ROWS);
  general_loops().component({low, high, nullptr, weight, 0, ANY_COMPONENT, EIGHT, Kind::interval}, family,
                            numbers, all.data());
  std::vector<double> out(GENERAL_ARRAYS);
  for (size_t i = 0; i < GENERAL_ARRAYS; ++i) out[i] = all[i * BLOCK_ROWS];
  return out;
}

// A window in the numbers that a component reads.
Window seen_from(const Window& window, Beside beside, bool reads_beside) {
  if (!reads_beside) return window;
  const auto other = beside == Beside::exponentials ? exp_of : log_or_nothing;
  return {other(window.low), other(window.high)};
}

// What the windows of single rows hid, in the units of the weights: sum |w| / Z, Z the mass in the window.
// Without the part that was seen, it belongs to the components like their weights.
double hidden_weight(const Objective& o, const PreparedParts& p) {
  if (o.rows || o.blocks->positive() == o.blocks->size()) return 0.0;
  const Blocks& blocks = *o.blocks;
  const size_t first = blocks.positive(), count = blocks.size() - first;
  Buffer work(general_work(p.parts.k)), log_mass(blocks.rows());
  general_loops().log_density(blocks.data() + first, count, p.parts, work.data(), log_mass.data());
  double sum = 0.0;
  for (size_t b = first; b < blocks.size(); ++b)
    for (size_t i = 0; i < blocks[b].count; ++i)
      if (const double w = blocks[b].weight[i]; w != 0.0)
        sum -= w * std::min(exp1(-log_mass[blocks[b].first + i]), MOST_HIDDEN);
  return sum;
}

size_t coordinates(const PreparedParts& p) { return (p.shapes() ? 4 : 3) * p.parts.k; }

}  // namespace

PreparedParts::PreparedParts(const Mix& mix, const Window& window, Beside beside)
    : logs(2 * mix.k), family(mix.k), numbers(mix.k * NUMBERS), slots(mix.k) {
  std::vector<double> packed(2 * mix.k);
  for (size_t j = 0; j < mix.k; ++j) packed[j] = mix.weight(j), packed[mix.k + j] = mix.sd(j);
  loops().log(packed.data(), logs.data(), 2 * mix.k);
  for (size_t j = 0; j < mix.k; ++j) {
    family[j] = mix.family_of(j);
    // among logarithms; rows with errors tell the two apart
    if (beside == Beside::exponentials && family[j] == Family::normal) family[j] = Family::lognormal;
    slots[j] = facts_of(family[j]).slots;
    const Coordinates at{0.0, mix.mean(j), mix.sd(j), logs[mix.k + j], mix.shape_of(j)};
    double log_weight = logs[j];
    if (beside != Beside::nothing) {
      const Space own = facts_of(family[j]).space;
      if (!reads_beside) reads_beside = std::make_unique<bool[]>(mix.k);
      reads_beside[j] = own == (beside == Beside::logarithms ? Space::log : Space::real);
    }
    if (!window.whole_line()) {
      const std::vector<double> mass =
          mass_inside(seen_from(window, beside, reads_beside && reads_beside[j]), family[j], at);
      inside.insert(inside.end(), mass.begin(), mass.end());
      log_weight -= mass[0];
    }
    general_loops().prepare(family[j], {log_weight, at.location, at.scale, at.log_scale, at.shape},
                            numbers.data() + j * NUMBERS);
  }
  parts = {mix.k, family.data(), numbers.data(), beside == Beside::logarithms ? reads_beside.get() : nullptr,
           beside == Beside::exponentials ? reads_beside.get() : nullptr};
}

size_t PreparedParts::coordinate(size_t j, size_t slot) const {
  const size_t kind = slot == 0 ? 0 : 1 + static_cast<size_t>(facts_of(family[j]).coordinate[slot - 1]);
  return kind * parts.k + j;
}

bool PreparedParts::shapes() const {
  return std::any_of(family.begin(), family.end(),
                     [](Family f) { return facts_of(f).has(Coordinate::shape); });
}

static PreparedParts prepared(const Objective& o, const Mix& mix) {
  return PreparedParts(mix, o.window, o.rows ? o.rows->beside : o.blocks->beside());
}

void general_evaluate(const Objective& o, const Mix& mix, Evaluation& e) {
  PreparedParts p = prepared(o, mix);
  const size_t k = mix.k, m = coordinates(p);
  std::vector<double> sums(1 + own_width(p, true) + pair_width(p, false));
  run_blocks(o, p, sums.size(), general_loops().derivative_sums, sums.data());
  if (p.windowed()) {
    double *own = sums.data() + 1, *pairs = own + own_width(p, true);
    recentre_second(p, own, pairs);
    recentre_own(p, own, true);
    recentre_pairs(p, false, pairs);
  }
  e.log_likelihood = sums[0];
  e.objective = sums[0] - penalty_term(o, mix, p.logs.data() + k);
  e.mass.assign(k, 0.0);
  e.gradient.assign(m, 0.0);
  e.negative.assign(m * m, 0.0);
  auto h = [&](size_t a, size_t b) -> double& { return e.negative[a * m + b]; };
  auto at = [&](size_t slot, size_t j) { return p.coordinate(j, slot); };
  const double total = signed_weight(o), hidden = hidden_weight(o, p), *s = sums.data() + 1;
  for (size_t j = 0; j < k; ++j) {
    const size_t n = p.slots[j];
    e.mass[j] = s[0] + hidden * mix.weight(j);
    e.gradient[j] = s[0] - total * mix.weight(j);
    for (size_t a = 0; a < n; ++a) e.gradient[at(a + 1, j)] = s[1 + a];
    for (size_t a = 0; a < n; ++a)
      for (size_t b = a; b < n; ++b)
        h(at(a + 1, j), at(b + 1, j)) = h(at(b + 1, j), at(a + 1, j)) = -s[1 + n + pair_place(n, a, b)];
    s += 1 + n + pairs_of(n);
  }
  // + sum w q_j q_l', and sum w (r_j^2 - r_j) (1, u_j) = -sum over l of sum w r_j r_l (1, u_j)
  each_pair(p, false, s, [&](const PairBlock& pair) {
    const size_t j = pair.j, l = pair.l, columns = 1 + p.slots[l];
    for (size_t a = 0; a <= p.slots[j]; ++a)
      for (size_t b = 0; b < columns; ++b) {
        const double value = pair.sums[a * columns + b];
        h(at(a, j), at(b, l)) = h(at(b, l), at(a, j)) = value;
        if (b == 0) h(at(0, j), at(a, j)) -= value;
        if (a == 0) h(at(0, l), at(b, l)) -= value;
      }
  });
  for (size_t j = 0; j < k; ++j) {
    for (size_t a = 1; a <= p.slots[j]; ++a) h(at(a, j), at(0, j)) = h(at(0, j), at(a, j));
    h(j, j) += total * mix.weight(j);
    for (size_t l = 0; l < k; ++l) h(j, l) -= total * mix.weight(j) * mix.weight(l);
  }
  add_penalty(o, mix, e);
  e.logs = std::move(p.logs);
}

namespace {

// r (1, u) of all components at the one window that all rows share, by coordinate; empty where there is none.
std::vector<double> window_score(const Objective& o, const PreparedParts& p) {
  if (o.rows || o.blocks->positive() == o.blocks->size()) return {};
  const Blocks& blocks = *o.blocks;
  const Block& window = blocks[blocks.positive()];
  size_t windows = 0;
  for (size_t b = blocks.positive(); b < blocks.size(); ++b)
    for (size_t i = 0; i < blocks[b].count; ++i) windows += blocks[b].weight[i] != 0.0;
  if (windows != 1 || window.weight[0] != -o.total)
    throw data::Refused(
        "robust errors are known for one window of truncation and equal errors of all rows only: take those "
        "of "
        "the likelihood");
  const std::vector<double> weights = [&] {
    std::vector<double> w(blocks.rows(), 0.0);
    w[window.first] = 1.0;
    return w;
  }();
  const std::vector<Block> alone = blocks.weighted(weights.data());
  const size_t width = own_width(p, false) + pair_width(p, true);
  Buffer work(general_work(p.parts.k));
  std::vector<double> acc(width * LANES, 0.0), out(coordinates(p), 0.0);
  general_loops().score_sums(alone.data() + blocks.positive(), 1, p.parts, work.data(), acc.data());
  const double* a = acc.data();
  for (size_t j = 0; j < p.parts.k; ++j)
    for (size_t slot = 0; slot <= p.slots[j]; ++slot, a += LANES) out[p.coordinate(j, slot)] = sum_lanes(a);
  return out;
}

}  // namespace

std::vector<double> general_products_of_scores(const Objective& o, const Mix& mix) {
  const PreparedParts p = prepared(o, mix);
  const size_t k = mix.k, m = coordinates(p);
  std::vector<double> sums(own_width(p, false) + pair_width(p, true)), products(m * m, 0.0), total(m, 0.0);
  const std::vector<double> hidden = window_score(o, p);
  run_blocks(o, p, sums.size(), general_loops().score_sums, sums.data(), true);
  if (p.windowed()) {
    recentre_own(p, sums.data(), false);
    recentre_pairs(p, true, sums.data() + own_width(p, false));
  }
  const double* s = sums.data();
  for (size_t j = 0; j < k; ++j)
    for (size_t a = 0; a <= p.slots[j]; ++a) total[p.coordinate(j, a)] = *s++;
  each_pair(p, true, s, [&](const PairBlock& pair) {
    const size_t columns = 1 + p.slots[pair.l];
    for (size_t a = 0; a <= p.slots[pair.j]; ++a)
      for (size_t b = 0; b < columns; ++b) {
        const size_t row = p.coordinate(pair.j, a), column = p.coordinate(pair.l, b);
        products[row * m + column] = products[column * m + row] = pair.sums[a * columns + b];
      }
  });
  // the score of a row is its own part less what is expected: the weights, or the score of the window
  auto expected = [&](size_t a) { return !hidden.empty() ? hidden[a] : a < k ? mix.weight(a) : 0.0; };
  const double rows = o.total;
  for (size_t a = 0; a < m; ++a)
    for (size_t b = 0; b < m; ++b)
      products[a * m + b] +=
          rows * (expected(a) * expected(b)) - (expected(a) * total[b] + total[a] * expected(b));
  return products;
}

void general_em_pass(const Objective& o, const Mix& mix, EmSums& out) {
  const PreparedParts p = prepared(o, mix);
  std::vector<double> sums(1 + own_width(p, false));
  run_blocks(o, p, sums.size(), general_loops().em_sums, sums.data());
  if (p.windowed()) recentre_own(p, sums.data() + 1, false);
  out.log_likelihood = sums[0];
  out.objective = sums[0] - penalty_term(o, mix, p.logs.data() + mix.k);
  out.moments.assign(3 * mix.k, 0.0);
  out.seen.clear();
  const double hidden = hidden_weight(o, p), *s = sums.data() + 1;
  for (size_t j = 0; j < mix.k; ++j) {
    double* moment = out.moments.data() + 3 * j;
    moment[0] = s[0] + hidden * mix.weight(j);
    if (p.windowed()) {
      out.seen.push_back(moment[0]);
      moment[0] *= std::min(exp1(-p.log_mass(j)), MOST_HIDDEN);
    }
    const FamilyFacts& facts = facts_of(p.family[j]);
    if (facts.has(Coordinate::location)) moment[1] = s[1];
    if (facts.has(Coordinate::log_scale)) moment[2] = moment[0] + s[2];
    s += 1 + p.slots[j];
  }
}

double general_entropy(const Objective& o, const Mix& mix) {
  const PreparedParts p = prepared(o, mix);
  double sum = 0.0;
  run_blocks(o, p, 1, general_loops().entropy_sums, &sum);
  return sum;
}

std::vector<double> general_log_density(const Blocks& blocks, const Mix& mix, const Window& window) {
  const PreparedParts p(mix, window, blocks.beside());
  Buffer work(general_work(mix.k));
  std::vector<double> out(blocks.rows());
  general_loops().log_density(blocks.data(), blocks.size(), p.parts, work.data(), out.data());
  return out;
}

std::vector<double> general_responsibilities(const Blocks& blocks, const Mix& mix, const Window& window) {
  const PreparedParts p(mix, window, blocks.beside());
  Buffer work(general_work(mix.k));
  std::vector<double> out(blocks.rows() * mix.k);
  general_loops().responsibilities(blocks.data(), blocks.size(), p.parts, work.data(), out.data());
  return out;
}

std::vector<double> general_masses(const Blocks& blocks, const Mix& mix, const double* weights,
                                   const Window& window) {
  const PreparedParts p(mix, window, blocks.beside());
  Buffer work(general_work(mix.k));
  std::vector<double> acc((1 + own_width(p, false)) * LANES), mass;
  const std::vector<Block> rows = blocks.weighted(weights);
  general_loops().em_sums(rows.data(), rows.size(), p.parts, work.data(), acc.data());
  const double* a = acc.data() + LANES;
  for (size_t s : p.slots) mass.push_back(sum_lanes(a)), a += (1 + s) * LANES;
  return mass;
}

void reweigh(Mix& mix, const Window& window, double sign, Beside beside) {
  if (window.whole_line()) return;
  const PreparedParts p(mix, window, beside);
  std::vector<double> logs(mix.k);
  double top = -std::numeric_limits<double>::infinity(), total = 0.0;
  for (size_t j = 0; j < mix.k; ++j) {
    if (!(mix.weight(j) > 0.0)) continue;
    logs[j] = p.logs[j] + sign * p.log_mass(j);
    top = std::max(top, logs[j]);
  }
  for (size_t j = 0; j < mix.k; ++j)
    if (mix.weight(j) > 0.0) total += mix.weight(j) = exp1(logs[j] - top);
  for (size_t j = 0; j < mix.k; ++j) mix.weight(j) /= total;
}

}  // namespace mix1d::model
