// tangent.cpp: derivatives carried over to the free coordinates of a chart
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/chart.hpp"

namespace mix1d::model {

Tangent Chart::tangent(const Mix& mix) const {
  Tangent t;
  tangent(mix, t);
  return t;
}

void Chart::tangent(const Mix& mix, Tangent& t) const {
  if (t.same_for == mix.k) return;
  t.same_for = closed() && half_width_ == 0.0 ? mix.k : 0;
  t.layout = layout(mix.k);
  t.begin.clear();
  t.terms.clear();
  t.bends.clear();
  t.begin.reserve(3 * mix.k + 1);
  t.terms.reserve(3 * mix.k);
  add_weights(mix, t);
  add_means(mix, t);
  add_sds(mix, t);
  if (has_shapes()) add_shapes(mix, t);
  t.begin.push_back(t.terms.size());
  t.single = t.terms.size() == t.coordinates();
  for (size_t i = 0; i < t.terms.size(); ++i)
    t.single = t.single && t.begin[i] == i && t.terms[i].slope == 1.0;
  t.same = t.single && t.layout.size() == t.coordinates();
  for (size_t i = 0; i < t.terms.size(); ++i) t.same = t.same && t.terms[i].free == i;
}

// Free weights P_f of the rest R that held ones leave: q_f = P_f / R, log P_f = a_f + log R - log sum exp a.
// Where none is held, R = 1 and the logits themselves serve.
void Chart::add_weights(const Mix& mix, Tangent& t) const {
  const size_t free = t.layout.weights;
  if (weights_ == Weights::each) {
    for (size_t j = 0; j < mix.k; ++j) {
      t.begin.push_back(t.terms.size());
      t.terms.push_back({j, 1.0});
    }
    return;
  }
  double rest = 0.0;
  bool held = false;
  std::vector<double> q(free, 0.0);
  for (size_t j = 0; j < mix.k; ++j) {
    const int f = weight_of(j);
    if (f == Slot::HELD)
      held = true;
    else
      rest += mix.weight(j), q[static_cast<size_t>(f)] += mix.weight(j);
  }
  for (double& share : q) share /= rest;
  for (size_t j = 0; j < mix.k; ++j) {
    t.begin.push_back(t.terms.size());
    if (weight_of(j) == Slot::HELD) continue;
    const auto own = static_cast<size_t>(weight_of(j));
    if (!held) {
      t.terms.push_back({own, 1.0});
      continue;
    }
    for (size_t a = 0; a < free; ++a) {
      t.terms.push_back({a, (a == own ? 1.0 : 0.0) - q[a]});
      for (size_t b = 0; b < free; ++b) t.bends.push_back({j, a, b, q[a] * q[b] - (a == b ? q[a] : 0.0)});
    }
  }
}

bool Chart::natural(const Mix& mix, size_t j) const {
  return half_width_ > 0.0 && j >= leading_ && means_ == Means::each &&
         (sds_ == Sds::each || sds_ == Sds::equal) &&
         (mix.sd(j) > 0.5 * half_width_ || std::fabs(mix.mean(j) - centre_) > half_width_);
}

// m = c + beta s^2 / H: with d = (m - c) / s, the slopes of m / s by beta and log s are s / H and 2 d, its
// second derivatives 2 s / H and 4 d.
void Chart::add_natural(const Mix& mix, size_t j, Tangent& t) const {
  const size_t beta = t.layout.weights + j - leading_,
               sd = t.layout.weights + t.layout.means + static_cast<size_t>(sd_of(j));
  const double slope = mix.sd(j) / half_width_, d = (mix.mean(j) - centre_) / mix.sd(j);
  t.terms.push_back({beta, slope});
  t.terms.push_back({sd, 2.0 * d});
  t.bends.push_back({mix.k + j, beta, sd, 2.0 * slope});
  t.bends.push_back({mix.k + j, sd, beta, 2.0 * slope});
  t.bends.push_back({mix.k + j, sd, sd, 4.0 * d});
}

// Free means are in sds of the first component that follows them; local ones in sds of their own.
void Chart::add_means(const Mix& mix, Tangent& t) const {
  const size_t k = mix.k, at = t.layout.weights, base = leading_;
  std::vector<double> unit(t.layout.means, 0.0);
  double growth = 1.0, power = 1.0, sum = 0.0, first = 0.0, second = 0.0;
  const double unit_of_all = mix.sd(base), step = k > base + 1 ? mix.mean(base + 1) - mix.mean(base) : 0.0;
  if (means_ == Means::growing && k > base + 2) growth = (mix.mean(base + 2) - mix.mean(base + 1)) / step;
  for (size_t j = 0; j < base; ++j) t.begin.push_back(t.terms.size());
  for (size_t c = base; c < k; ++c) {
    const size_t j = c - base;
    t.begin.push_back(t.terms.size());
    const double inverse = 1.0 / mix.sd(c);
    switch (means_) {
      case Means::each:
        if (!families::facts_of(family_of(c)).has(families::Coordinate::location)) break;
        if (!natural(mix, c)) {
          t.terms.push_back({at + count_before(c, families::Coordinate::location), 1.0});
          break;
        }
        add_natural(mix, c, t);
        break;
      case Means::slots: {
        if (mean_slots_[c].free == Slot::HELD) break;
        const auto f = static_cast<size_t>(mean_slots_[c].free);
        if (unit[f] == 0.0) unit[f] = mix.sd(c);
        t.terms.push_back({at + f, unit[f] / mix.sd(c)});
        break;
      }
      case Means::spaced:
        t.terms.push_back({at, unit_of_all * inverse});
        if (j > 0) t.terms.push_back({at + 1, static_cast<double>(j) * unit_of_all * inverse});
        break;
      case Means::growing:
        // sum, first and second: sums of r^i, i r^i and i^2 r^i over i < j
        t.terms.push_back({at, unit_of_all * inverse});
        if (j > 0) t.terms.push_back({at + 1, sum * unit_of_all * inverse});
        if (j > 1) {
          const size_t coordinate = k + c;
          t.terms.push_back({at + 2, step * first * inverse});
          t.bends.push_back({coordinate, at + 2, at + 2, step * second * inverse});
          t.bends.push_back({coordinate, at + 1, at + 2, first * unit_of_all * inverse});
          t.bends.push_back({coordinate, at + 2, at + 1, first * unit_of_all * inverse});
        }
        const double i = static_cast<double>(j);
        sum += power;
        first += i * power;
        second += i * i * power;
        power *= growth;
    }
  }
}

// log s_j = c + log |m_j - origin|: with v = s_j / (m_j - origin), the slope by m_j / s_j is v, the second
// derivative -v^2; the rest is the chain rule.
void Chart::add_sds(const Mix& mix, Tangent& t) const {
  const size_t k = mix.k, at = t.layout.weights + t.layout.means;
  for (size_t j = 0; j < k; ++j) {
    t.begin.push_back(t.terms.size());
    if (sd_of(j) != Slot::HELD) t.terms.push_back({at + static_cast<size_t>(sd_of(j)), 1.0});
    if (sds_ != Sds::proportional || j < leading_) continue;
    const double v = mix.sd(j) / (mix.mean(j) - origin_);
    const size_t mean = k + j, sd = 2 * k + j, begin = t.begin[mean], end = t.begin[mean + 1];
    for (size_t a = begin; a < end; ++a)
      for (size_t b = begin; b < end; ++b)
        t.bends.push_back(
            {sd, t.terms[a].free, t.terms[b].free, -v * v * t.terms[a].slope * t.terms[b].slope});
    const size_t bends = t.bends.size();
    for (size_t i = 0; i < bends; ++i) {
      const Bend bend = t.bends[i];
      if (bend.coordinate == mean) t.bends.push_back({sd, bend.a, bend.b, v * bend.value});
    }
    for (size_t a = begin; a < end; ++a) {
      const Term term = t.terms[a];
      t.terms.push_back({term.free, v * term.slope});
    }
  }
}

void Chart::add_shapes(const Mix& mix, Tangent& t) const {
  const size_t at = t.layout.weights + t.layout.means + t.layout.sds;
  for (size_t j = 0; j < mix.k; ++j) {
    t.begin.push_back(t.terms.size());
    if (shape_of(j) != Slot::HELD) t.terms.push_back({at + static_cast<size_t>(shape_of(j)), 1.0});
  }
}

double Tangent::push(size_t i, const std::vector<double>& free) const {
  double sum = 0.0;
  for (size_t a = begin[i]; a < begin[i + 1]; ++a) sum += terms[a].slope * free[terms[a].free];
  return sum;
}

std::vector<double> Tangent::pull(const std::vector<double>& gradient) const {
  std::vector<double> out;
  pull(gradient, out);
  return out;
}

std::vector<double> Tangent::pull_matrix(const std::vector<double>& full) const {
  std::vector<double> out;
  pull_matrix(full, out);
  return out;
}

void Tangent::pull(const std::vector<double>& gradient, std::vector<double>& out) const {
  out.assign(layout.size(), 0.0);
  if (single) {
    for (size_t i = 0; i < terms.size(); ++i) out[terms[i].free] += gradient[i];
    return;
  }
  for (size_t i = 0; i < coordinates(); ++i)
    for (size_t a = begin[i]; a < begin[i + 1]; ++a) out[terms[a].free] += terms[a].slope * gradient[i];
}

void Tangent::pull_matrix(const std::vector<double>& full, std::vector<double>& out) const {
  const size_t m = layout.size(), n = coordinates();
  out.assign(m * m, 0.0);
  if (single) {
    const Term* term = terms.data();
    for (size_t i = 0; i < n; ++i) {
      double* row = out.data() + term[i].free * m;
      const double* from = full.data() + i * n;
      for (size_t j = 0; j < n; ++j) row[term[j].free] += from[j];
    }
    return;
  }
  for (size_t i = 0; i < n; ++i)
    for (size_t a = begin[i]; a < begin[i + 1]; ++a) {
      double* row = out.data() + terms[a].free * m;
      const double slope = terms[a].slope;
      for (size_t j = 0; j < n; ++j)
        for (size_t b = begin[j]; b < begin[j + 1]; ++b)
          row[terms[b].free] += slope * terms[b].slope * full[i * n + j];
    }
}

void Tangent::add_curvature(const std::vector<double>& gradient, std::vector<double>& matrix) const {
  const size_t m = layout.size();
  for (const Bend& bend : bends) matrix[bend.a * m + bend.b] -= gradient[bend.coordinate] * bend.value;
}

void Chart::pin_bounded(const Mix& mix, const std::vector<double>* pull, System& s) const {
  const Tangent& t = s.tangent;
  auto pin = [&](size_t coordinate, double value, double low, double high) {
    if (t.begin[coordinate] == t.begin[coordinate + 1]) return;
    const size_t f = t.terms[t.begin[coordinate]].free;
    const double slope = s.gradient[f] - (pull ? (*pull)[f] : 0.0);
    if ((value <= low && slope <= 0.0) || (value >= high && slope >= 0.0)) s.pinned[f] = true;
  };
  for (size_t j = leading_; j < mix.k; ++j) {
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    if (facts.has(families::Coordinate::shape))
      pin(3 * mix.k + j, mix.shape_of(j), facts.least_shape, facts.most_shape);
    if (facts.space == families::Space::count)
      pin(mix.k + j, mix.mean(j), families::LEAST_LOG_COUNT, std::numeric_limits<double>::infinity());
  }
}

// The expected information of a component of its own, in the place of the scale.
void Chart::add_information(const Mix& mix, const Evaluation& e, double total, System& s) const {
  constexpr double LEAST_SHARE = 0.1;  // of the expected information
  const size_t k = mix.k;
  const Tangent& t = s.tangent;
  std::vector<double>& information = s.scale;
  const bool normal = all_normal();
  for (size_t j = 0; j < k; ++j) {
    const double mass = std::max(e.mass[j], 1e-12 * total);
    if (normal && t.single) {
      information[t.terms[j].free] += mass;
      information[t.terms[k + j].free] += mass;
      information[t.terms[2 * k + j].free] += 2.0 * mass;
      continue;
    }
    if (weight_of(j) != Slot::HELD) information[static_cast<size_t>(weight_of(j))] += mass;
    auto add = [&](size_t i, double amount) {
      for (size_t a = t.begin[i]; a < t.begin[i + 1]; ++a)
        information[t.terms[a].free] += t.terms[a].slope * t.terms[a].slope * amount;
    };
    if (normal || mix.family_of(j) == families::Family::normal) {
      add(k + j, mass);
      add(2 * k + j, 2.0 * mass);
      continue;
    }
    const families::Information expected =
        families::facts_of(mix.family_of(j)).information({mix.mean(j), mix.sd(j), mix.shape_of(j)});
    const double each[] = {expected.location, expected.log_scale, expected.shape};
    for (size_t i = k + j, slot = 0; i < t.coordinates(); i += k, ++slot)
      add(i, std::max(std::fabs(e.negative[i * t.coordinates() + i]), LEAST_SHARE * each[slot] * mass));
  }
}

// Means and sds at their bounds.
void Chart::pin(const Mix& mix, const LeastSd& least, System& s) const {
  const Tangent& t = s.tangent;
  const size_t k = mix.k;
  const bool boxed = !low_.empty() && (means_ == Means::each || means_ == Means::slots);
  for (size_t j = 0; j < k; ++j) {
    if (boxed && t.begin[k + j] < t.begin[k + j + 1]) {
      const size_t f = t.terms[t.begin[k + j]].free;
      if ((mix.mean(j) <= low_[j] && s.gradient[f] < 0.0) || (mix.mean(j) >= high_[j] && s.gradient[f] > 0.0))
        s.pinned[f] = true;
    }
    if (!t.single && sd_of(j) == Slot::HELD) continue;
    const size_t f = t.single ? t.terms[2 * k + j].free
                              : t.layout.weights + t.layout.means + static_cast<size_t>(sd_of(j));
    if (half_width_ > 0.0 && mix.sd(j) >= most_sd() * (1.0 - 1e-12)) {
      s.pinned[f] = s.gradient[f] > 0.0;
      continue;
    }
    if (mix.sd(j) <= least(mix.mean(j)) * (1.0 + 1e-12) && s.gradient[f] <= 0.0) s.pinned[f] = true;
  }
}

void Chart::gather(const Mix& mix, const Evaluation& e, double total, const LeastSd& least, System& s,
                   const std::vector<double>* pull) const {
  const size_t k = mix.k;
  tangent(mix, s.tangent);
  const Tangent& t = s.tangent;
  const Layout& free = t.layout;
  const size_t m = s.m = free.size();
  t.pull(e.gradient, s.gradient);
  if (t.same) {
    s.matrix.resize(m * m);
  } else {
    t.pull_matrix(e.negative, s.matrix);
    t.add_curvature(e.gradient, s.matrix);
  }

  s.scale.assign(m, 0.0);
  add_information(mix, e, total, s);
  double mass_of_all = 0.0;
  for (size_t j = 0; j < k; ++j) mass_of_all += std::max(e.mass[j], 1e-12 * total);
  for (double& x : s.scale) x = 1.0 / std::sqrt(x);

  s.room.assign(t.coordinates(), 1.0);
  for (size_t j = 0; !all_normal() && j < k; ++j) {
    if (mix.family_of(j) == families::Family::normal) continue;
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    const families::Information expected = facts.information({mix.mean(j), mix.sd(j), mix.shape_of(j)});
    const double each[] = {expected.location, expected.log_scale, expected.shape};
    for (size_t i = k + j, slot = 0; i < t.coordinates(); i += k, ++slot) {
      // in other spaces the curvature grows as far values do, and would leave no room to come near
      const double known =
          facts.space == families::Space::real
              ? std::fabs(e.negative[i * t.coordinates() + i]) / std::max(e.mass[j], 1e-12 * total)
              : each[slot];
      if (known > 1.0) s.room[i] = 1.0 / std::sqrt(known);
    }
  }
  for (size_t j = 0; half_width_ > 0.0 && j < k; ++j)
    if (natural(mix, j)) s.room[k + j] = std::max(1.0, std::fabs(mix.mean(j) - centre_) / mix.sd(j));

  s.pinned.assign(m, false);
  pin(mix, least, s);

  s.down.clear(), s.up.clear();
  if (!all_normal()) pin_bounded(mix, pull, s);
  for (size_t j = 0; !all_normal() && has_shapes() && j < k; ++j) {
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    s.down.push_back(mix.shape_of(j) - facts.least_shape), s.up.push_back(facts.most_shape - mix.shape_of(j));
  }

  // the logits are defined up to a constant; the normalised direction of that constant makes the matrix
  // regular
  s.gauge.assign(m, 0.0);
  for (size_t a = 0; a < free.weights; ++a) s.gauge[a] = 1.0 / (s.scale[a] * std::sqrt(mass_of_all));
  const double *scale = s.scale.data(), *gauge = s.gauge.data();
  for (size_t a = 0; a < m; ++a) {
    s.gradient[a] *= scale[a];
    double* row = s.matrix.data() + a * m;
    const double* from = (t.same ? e.negative : s.matrix).data() + a * m;
    const double own_scale = scale[a], own_gauge = gauge[a];
    for (size_t b = 0; b < m; ++b) row[b] = from[b] * own_scale * scale[b] + own_gauge * gauge[b];
  }
  for (size_t a = 0; a < m; ++a) {
    if (!s.pinned[a]) continue;
    for (size_t b = 0; b < m; ++b) s.matrix[a * m + b] = s.matrix[b * m + a] = 0.0;
    s.matrix[a * m + a] = 1.0;
    s.gradient[a] = 0.0;
  }
}

}  // namespace mix1d::model
