// npmle.cpp: atoms added where the derivative peaks, and a Newton step in their weights
#include "certificate/npmle.hpp"

#include <algorithm>
#include <utility>

#include "kernels/kernels.hpp"
#include "linear/nonnegative.hpp"

namespace mix1d::certificate {

using namespace kernels;
using namespace linear;
using namespace data;
using namespace model;

Npmle::Npmle(const Points& points) : p_(&points) {
  for (size_t begin = 0; begin < p_->n;) {
    size_t end = begin;
    double mass = 0.0, sum = 0.0;
    while (end < p_->n && p_->x[end] - p_->x[begin] <= 1.0) {
      mass += p_->w[end];
      sum += p_->w[end] * (p_->x[end] - p_->x[begin]);
      ++end;
    }
    atoms_.push_back(atom_at(p_->x[begin] + sum / mass, mass / p_->total));
    begin = end;
  }
  density();
}

Npmle::Npmle(const Points& points, const std::vector<Atom>& start) : p_(&points) {
  for (const Atom& atom : start) atoms_.push_back(atom_at(atom.at, atom.weight));
  density();
}

Curve Npmle::curve() {
  c_.resize(p_->n);
  for (size_t i = 0; i < p_->n; ++i) c_[i] = p_->w[i] / f_[i];
  return Curve(p_->n, p_->x.data(), c_.data());
}

void Npmle::solve(double tol, size_t max_iter, size_t threads, Poll* poll) {
  constexpr size_t PATIENCE = 5;
  constexpr double SAME = 1e-5;  // closer atoms cannot be told apart
  constexpr double SLACK = 10.0;
  double best = std::numeric_limits<double>::infinity();
  for (size_t idle = 0;;) {
    const Curve g = curve();
    std::vector<Summit> summits = summits_of(g, threads, poll);
    Summit top = {0.0, 0.0};
    for (const Summit& s : summits)
      if (s.value > top.value) top = s;
    const bool last = idle == PATIENCE || iterations_ >= max_iter;
    if (last || top.value - p_->total <= tol) {
      const Supremum supremum = supremum_of(g, top, SLACK * tol, threads, poll);
      largest_ = std::max(supremum.bound - p_->total, 0.0);
      const bool overlooked = supremum.seen.value - p_->total > std::max(tol, 2.0 * (top.value - p_->total));
      if (!overlooked || iterations_ >= max_iter) return merge_pairs(SLACK * tol, threads, poll);
      summits.push_back(top = supremum.seen);  // the scan had stepped over it
    }
    for (const Summit& s : summits)
      if (s.value > p_->total) atoms_.push_back(atom_at(s.at, 0.0));
    tidy(SAME);
    const double gain = newton_step(poll);
    const bool falls = !(top.value - p_->total >= 0.7 * best);
    best = std::min(best, top.value - p_->total);
    idle = falls || gain > 1e-9 ? 0 : idle + 1;
    ++iterations_;
    if (poll) {
      poll->done = std::min(poll->done + 1.0, poll->total - 1.0);
      (*poll)();
    }
  }
}

Atom Npmle::atom_at(double at, double weight) const {
  Atom a;
  a.at = at;
  a.weight = weight;
  const auto [begin, end] = window_at(p_->x.data(), p_->n, at);
  a.begin = begin;
  a.kernel.resize(end - begin);
  for (size_t i = 0; i < a.kernel.size(); ++i) {
    const double z = p_->x[a.begin + i] - at;
    a.kernel[i] = -0.5 * z * z;
  }
  loops().exp(a.kernel.data(), a.kernel.data(), a.kernel.size());
  return a;
}

void Npmle::density() {
  f_.assign(p_->n, 0.0);
  for (const Atom& a : atoms_)
    for (size_t i = 0; i < a.kernel.size(); ++i) f_[a.begin + i] += a.weight * a.kernel[i];
}

void Npmle::merge_pairs(double slack, size_t threads, Poll* poll) {
  constexpr double PAIR = 0.02, WORSE = 2.0;
  const std::vector<Atom> pairs = atoms_;
  tidy(PAIR);
  if (atoms_.size() == pairs.size()) return;
  newton_step(poll);
  const Supremum supremum = supremum_of(curve(), {0.0, 0.0}, slack, threads, poll);
  const double largest = std::max(supremum.bound - p_->total, 0.0);
  if (largest <= WORSE * std::max(largest_, slack)) {
    largest_ = largest;
  } else {
    atoms_ = pairs;
    density();
  }
}

void Npmle::tidy(double apart) {
  std::sort(atoms_.begin(), atoms_.end(), [](const Atom& a, const Atom& b) { return a.at < b.at; });
  size_t kept = 0;
  for (size_t j = 1; j < atoms_.size(); ++j) {
    Atom &last = atoms_[kept], &next = atoms_[j];
    if (next.at - last.at > apart) {
      if (++kept != j) atoms_[kept] = std::move(next);
      continue;
    }
    const double weight = last.weight + next.weight;
    const double share = weight > 0.0 ? next.weight / weight : 0.5;
    last = atom_at(last.at + share * (next.at - last.at), weight);
  }
  atoms_.resize(kept + 1);
  density();
}

double Npmle::newton_step(Poll* poll) {
  constexpr double RIDGE =
      1e-11;  // keeps neighbours apart in the factorisation; the maximum stays where it is
  const size_t k = atoms_.size();
  size_t width = 0;
  for (size_t j = 0, low = 0; j < k; ++j) {
    while (atoms_[low].end() <= atoms_[j].begin) ++low;
    width = std::max(width, j - low);
  }
  std::vector<double> u(p_->n), b(k), y(k);
  Band h(k, width);
  for (size_t i = 0; i < p_->n; ++i) u[i] = p_->w[i] / f_[i];
  for (size_t j = 0; j < k; ++j) {
    const Atom& a = atoms_[j];
    y[j] = a.weight;
    b[j] = in_lanes(a.kernel.size(), [&](size_t i) { return a.kernel[i] * u[a.begin + i]; }) - p_->total;
  }
  for (size_t i = 0; i < p_->n; ++i) u[i] /= f_[i];
  std::vector<double> scaled;
  for (size_t j = 0; j < k; ++j) {
    const Atom& a = atoms_[j];
    scaled.resize(a.kernel.size());
    for (size_t i = 0; i < scaled.size(); ++i) scaled[i] = a.kernel[i] * u[a.begin + i];
    for (size_t l = h.first(j); l <= j; ++l) {
      const Atom& other = atoms_[l];
      const size_t begin = std::max(a.begin, other.begin), end = std::min(a.end(), other.end());
      if (begin >= end) continue;
      const double *left = scaled.data() + (begin - a.begin),
                   *right = other.kernel.data() + (begin - other.begin);
      h.at(j, l) = in_lanes(end - begin, [&](size_t i) { return left[i] * right[i]; });
    }
    h.at(j, j) *= 1.0 + RIDGE;
  }
  // in p itself instead of its change: maximise (d + H p)'y - y'H y / 2
  const std::vector<double> product = times(h, y);
  for (size_t j = 0; j < k; ++j) b[j] += product[j];
  std::vector<double> next = y;
  maximise_nonnegative(h, b, next, [&] {
    if (poll) (*poll)();
  });

  std::vector<double> change(p_->n, 0.0), ratio(p_->n), logs(p_->n);
  double sum = 0.0, slope = 0.0;
  for (size_t j = 0; j < k; ++j) {
    const double d = next[j] - y[j];
    sum += d;
    slope += d * (b[j] - product[j]);
    for (size_t i = 0; i < atoms_[j].kernel.size(); ++i)
      change[atoms_[j].begin + i] += d * atoms_[j].kernel[i];
  }
  for (double share = 1.0; share > 1e-9; share *= 0.5) {
    for (size_t i = 0; i < p_->n; ++i) ratio[i] = std::max(1.0 + share * change[i] / f_[i], 0.0);
    loops().log(ratio.data(), logs.data(), p_->n);
    const double gain =
        in_lanes(p_->n, [&](size_t i) { return p_->w[i] * logs[i]; }) - share * sum * p_->total;
    // what rounding hides is taken on trust: D still falls where the likelihood seems to stand
    if (!(gain >= 0.25 * share * slope) && !(slope < 1e-14 * p_->total && gain > -1e-13 * p_->total))
      continue;
    double mass = 0.0;
    for (size_t j = 0; j < k; ++j) {
      atoms_[j].weight = share == 1.0 ? next[j] : y[j] + share * (next[j] - y[j]);
      mass += atoms_[j].weight;
    }
    std::erase_if(atoms_, [](const Atom& a) { return !(a.weight > 0.0); });
    for (Atom& a : atoms_) a.weight /= mass;
    density();
    return gain;
  }
  std::erase_if(atoms_, [](const Atom& a) { return !(a.weight > 0.0); });
  density();
  return 0.0;
}

}  // namespace mix1d::certificate
