// quantity.cpp: derivatives by formula where there is one, else by differences
#include "inference/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "inference/crossings.hpp"
#include "inference/mixed.hpp"
#include "inference/sides.hpp"
#include "kernels/numbers.hpp"

namespace mix1d::inference {

using namespace kernels;
using namespace model;

namespace {

// Differences cost no pass over the data. Fourth order for the gradient, whose error is then 1e-12.
constexpr double DIFFERENCE = 0x1p-9;

// A mixture moved along two free coordinates by so many differences each.
Mix moved(const Mix& mix, const Chart& chart, size_t a, int by_a, size_t b, int by_b) {
  std::vector<double> step(chart.layout(mix.k).size(), 0.0);
  step[a] += DIFFERENCE * by_a;
  step[b] += DIFFERENCE * by_b;
  return chart.retract(mix, step, {});
}

// Which way a free coordinate can move: both (0), or away from the bound of a shape that is near.
int side_of(const Mix& mix, const Tangent& t, size_t a) {
  if (a < t.layout.weights + t.layout.means + t.layout.sds) return 0;
  for (size_t i = 3 * mix.k; i < t.coordinates(); ++i)
    for (size_t term = t.begin[i]; term < t.begin[i + 1]; ++term) {
      if (t.terms[term].free != a) continue;
      const families::FamilyFacts& facts = families::facts_of(mix.family_of(i % mix.k));
      const double shape = mix.shape_of(i % mix.k), reach = 2.0 * DIFFERENCE;
      return shape - facts.least_shape < reach ? 1 : facts.most_shape - shape < reach ? -1 : 0;
    }
  return 0;
}

template <class Value>
double slope_of(Value value, size_t a, int side) {
  if (side == 0)
    return (8.0 * (value(a, 1) - value(a, -1)) - (value(a, 2) - value(a, -2))) / (12.0 * DIFFERENCE);
  const double rise = 48.0 * value(a, side) - 36.0 * value(a, 2 * side) + 16.0 * value(a, 3 * side) -
                      3.0 * value(a, 4 * side) - 25.0 * value(a, 0);
  return rise / (12.0 * DIFFERENCE * side);
}

// The free coordinates that a quantity depends on: those of one component, one after the other, then those
// that move several.
std::vector<size_t> touched(const Quantity& q, const Tangent& t, size_t k) {
  const bool pair = q.kind == Kind::crossing || q.kind == Kind::second || q.kind == Kind::distance ||
                    q.kind == Kind::bimodality;
  const size_t none = k + 1, several = k;
  std::vector<size_t> owner(t.layout.size(), none), out;
  for (size_t i = 0; i < t.coordinates(); ++i) {
    const size_t j = i % k;
    if (pair && j != q.i && j != q.j) continue;
    for (size_t a = t.begin[i]; a < t.begin[i + 1]; ++a) {
      size_t& of = owner[t.terms[a].free];
      of = of == none || of == j ? j : several;
    }
  }
  for (size_t j = 0; j <= several; ++j)
    for (size_t a = 0; a < owner.size(); ++a)
      if (owner[a] == j) out.push_back(a);
  return out;
}

// The populations as a mixture of their own. The logits of their weights among themselves are those among
// all, and do not depend on that of a background.
Mix populations(const Mix& mix, size_t behind) {
  Mix out = Mix::like(mix, mix.k - behind);
  double total = 0.0;
  for (size_t j = behind; j < mix.k; ++j) total += mix.weight(j);
  for (size_t j = behind; j < mix.k; ++j) {
    out.copy(j - behind, mix, j);
    out.weight(j - behind) /= total;
  }
  return out;
}

Quantity among_populations(Quantity q) {
  q.i -= q.behind, q.j -= std::min(q.j, q.behind), q.behind = 0;
  return q;
}

// The coordinates of the populations in those of all components.
std::vector<double> with_others(const std::vector<double>& g, size_t behind, size_t k) {
  const size_t some = k - behind, parts = g.size() / some;
  std::vector<double> out(parts * k, 0.0);
  for (size_t part = 0; part < parts; ++part)
    std::copy_n(g.begin() + static_cast<long>(part * some), some,
                out.begin() + static_cast<long>(part * k + behind));
  return out;
}

// The gradient in all coordinates, so many `parts` of them, empty where there is no formula.
std::vector<double> full_gradient(const Quantity& q, const Mix& mix, size_t parts) {
  const size_t k = mix.k;
  if (q.kind == Kind::background) return full_gradient({Kind::weight}, mix, parts);
  if (q.behind > 0) {
    const std::vector<double> some = full_gradient(among_populations(q), populations(mix, q.behind), parts);
    return some.empty() ? some : with_others(some, q.behind, k);
  }
  std::vector<double> g;
  if (q.kind == Kind::mean) {
    g.assign(parts * k, 0.0);
    g[k + q.i] = mix.sd(q.i);
  } else if (q.kind == Kind::sd) {
    g.assign(parts * k, 0.0);
    g[2 * k + q.i] = 1.0;
  } else if (q.kind == Kind::shape) {
    g.assign(parts * k, 0.0);
    if (parts > 3) g[3 * k + q.i] = 1.0;
  } else if (q.kind == Kind::weight) {  // the others share the rest as p: e_i - p
    g.assign(parts * k, 0.0);
    double others = 0.0;
    for (size_t j = 0; j < k; ++j)
      if (j != q.i) others += mix.weight(j);
    for (size_t j = 0; j < k; ++j) g[j] = j == q.i ? 1.0 : -mix.weight(j) / others;
  }
  return g;
}

// Quantities whose derivatives are those with a place, or with all cuts, held: the place moves so that a
// balance there stays, and at the cuts the weighted densities are equal.
bool held_places(const Quantity& q) {
  const bool of_families = q.frame && (q.kind == Kind::quantile || q.kind == Kind::crossing ||
                                       q.kind == Kind::second || q.kind == Kind::error);
  return of_families || is_place_of_sides(q.kind);
}

// The gradient of such a quantity in the free coordinates at `mix`, where these have moved by some
// differences of coordinate a. `made` makes of a mixture what knows the balance.
template <class Made>
std::vector<double> with_place_held(const Quantity& given, const Mix& mix, const Chart& chart, size_t a,
                                    int by_a, double near, double* value, Made made) {
  const size_t behind = given.behind;
  const Quantity q = behind > 0 ? among_populations(given) : given;
  auto at = [&](size_t b, int by_b) {
    const Mix all = moved(mix, chart, a, by_a, b, by_b);
    return made(behind > 0 ? populations(all, behind) : all);
  };
  const auto here = at(0, 0);
  const Tangent t = chart.tangent(mix);
  std::vector<double> gradient(t.layout.size());
  if constexpr (std::is_same_v<decltype(here), const MixedMixture>) {
    if (q.kind == Kind::error) {
      const Partition regions = here.partition();
      if (value) *value = here.error(regions);
      for (size_t b = 0; b < gradient.size(); ++b)
        gradient[b] =
            slope_of([&](size_t c, int by) { return at(c, by).error(regions); }, b, side_of(mix, t, b));
      return gradient;
    }
  }
  const double place = here.value_of(q, near), slope = here.balance_slope(q, place);
  if (value) *value = place;
  for (size_t b = 0; b < gradient.size(); ++b)
    gradient[b] =
        -slope_of([&](size_t c, int by) { return at(c, by).balance(q, place); }, b, side_of(mix, t, b)) /
        slope;
  return gradient;
}

std::vector<double> with_places_held(const Quantity& q, const Mix& mix, const Chart& chart, size_t a,
                                     int by_a, double near, double* value = nullptr) {
  if (of_sides(q.kind))
    return with_place_held(q, mix, chart, a, by_a, near, value,
                           [&](const Mix& m) { return Sides(q.frame, m); });
  return with_place_held(q, mix, chart, a, by_a, near, value,
                         [&](const Mix& m) { return MixedMixture(*q.frame, m); });
}

}  // namespace

double begin_near(const Quantity& q) { return q.kind == Kind::precise ? NOT_A_NUMBER : q.at; }

double value_of(const Quantity& q, const Mix& mix, double near) {
  if (q.kind == Kind::background) return value_of({Kind::weight}, mix, near);
  if (q.behind > 0) return value_of(among_populations(q), populations(mix, q.behind), near);
  switch (q.kind) {
    case Kind::weight: {
      double others = 0.0;
      for (size_t j = 0; j < mix.k; ++j)
        if (j != q.i) others += mix.weight(j);
      return log1(mix.weight(q.i) / others);
    }
    case Kind::mean:
      return mix.mean(q.i);
    case Kind::sd:
      return log1(mix.sd(q.i));
    case Kind::shape:
      return mix.shape_of(q.i);
    default:
      break;
  }
  if (of_sides(q.kind)) return Sides(q.frame, mix).value_of(q, near);
  if (q.frame) return MixedMixture(*q.frame, mix).value_of(q, near);
  switch (q.kind) {
    case Kind::crossing:
      return roots(mix, q.i, q.j).near;
    case Kind::second:
      return roots(mix, q.i, q.j).far;
    case Kind::quantile:
      return quantile(mix, q.at, near);
    case Kind::above: {
      const Tails t = tails(q.at, mix);
      return log1(t.above / t.below);
    }
    case Kind::error: {
      const double p = error_rate(mix).value;
      return log1(p / (1.0 - p));
    }
    case Kind::distance:
    case Kind::bimodality: {
      const double a = mix.sd(q.i), b = mix.sd(q.j), scale = std::max(a, b);
      const double spread = scale * std::sqrt(0.5 * ((a / scale) * (a / scale) + (b / scale) * (b / scale)));
      const double d = std::fabs(mix.mean(q.i) - mix.mean(q.j)) / spread;
      if (q.kind == Kind::distance) return log1(d);
      const double total = mix.weight(q.i) + mix.weight(q.j), share = mix.weight(q.i) / total;
      return log1(d * std::sqrt(share * (mix.weight(q.j) / total)));
    }
    case Kind::mode:
      return mode_near(mix, near);
    default:
      return NOT_A_NUMBER;
  }
}

Derived derive(const Quantity& q, const Mix& mix, const Chart& chart, double near) {
  const size_t k = mix.k;
  const Tangent t = chart.tangent(mix);
  Derived d;
  d.linear = (q.kind == Kind::mean || q.kind == Kind::sd || q.kind == Kind::shape) && t.bends.empty();
  if (held_places(q)) {
    d.gradient = with_places_held(q, mix, chart, 0, 0, near, &d.value);
    return d;
  }
  if (q.kind == Kind::error) {
    ErrorRate e = error_rate(q.behind > 0 ? populations(mix, q.behind) : mix);
    const double p = e.value, scale = 1.0 / (p * (1.0 - p));
    d.value = log1(p / (1.0 - p));
    for (double& slope : e.gradient) slope *= scale;
    d.gradient = t.pull(q.behind > 0 ? with_others(e.gradient, q.behind, k) : e.gradient);
    return d;
  }
  d.value = value_of(q, mix, near);
  if (const std::vector<double> full = full_gradient(q, mix, t.coordinates() / k); !full.empty()) {
    d.gradient = t.pull(full);
    return d;
  }
  d.gradient.assign(t.layout.size(), 0.0);
  auto value = [&](size_t a, int by) { return value_of(q, moved(mix, chart, a, by, a, 0), d.value); };
  for (size_t a : touched(q, t, k)) d.gradient[a] = slope_of(value, a, side_of(mix, t, a));
  return d;
}

std::vector<double> curvature(const Quantity& q, const Mix& mix, const Chart& chart, const Derived& at) {
  const size_t k = mix.k;
  const Tangent t = chart.tangent(mix);
  const size_t m = t.layout.size();
  if (std::vector<double> full = full_gradient(q, mix, t.coordinates() / k); !full.empty()) {
    const size_t n = full.size();
    std::vector<double> second(n * n, 0.0);
    const bool share = q.kind == Kind::weight || q.kind == Kind::background;
    const size_t own = q.kind == Kind::background ? 0 : q.i;
    for (size_t a = 0; share && a < k; ++a)  // p p' - diag p
      for (size_t b = 0; b < k; ++b)
        if (a != own && b != own) second[a * n + b] = full[a] * full[b] + (a == b ? full[a] : 0.0);
    std::vector<double> hessian = t.pull_matrix(second);
    for (double& slope : full) slope = -slope;
    t.add_curvature(full, hessian);
    return hessian;
  }
  std::vector<double> hessian(m * m, 0.0);
  if (held_places(q)) {
    for (size_t a = 0; a < m; ++a) {
      const int middle = side_of(mix, t, a);
      const std::vector<double> up = with_places_held(q, mix, chart, a, middle + 1, at.value),
                                down = with_places_held(q, mix, chart, a, middle - 1, at.value);
      for (size_t b = 0; b < m; ++b) {
        const double slope = (up[b] - down[b]) / (2.0 * DIFFERENCE);
        hessian[a * m + b] += 0.5 * slope;
        hessian[b * m + a] += 0.5 * slope;
      }
    }
    return hessian;
  }
  if (q.kind == Kind::error) {
    for (size_t a = 0; a < m; ++a) {
      const Derived up = derive(q, moved(mix, chart, a, 1, a, 0), chart, at.value),
                    down = derive(q, moved(mix, chart, a, -1, a, 0), chart, at.value);
      for (size_t b = 0; b < m; ++b) {
        const double slope = (up.gradient[b] - down.gradient[b]) / (2.0 * DIFFERENCE);
        hessian[a * m + b] += 0.5 * slope;
        hessian[b * m + a] += 0.5 * slope;
      }
    }
    return hessian;
  }
  auto value = [&](size_t a, int by_a, size_t b, int by_b) {
    return value_of(q, moved(mix, chart, a, by_a, b, by_b), at.value);
  };
  const std::vector<size_t> coordinates = touched(q, t, k);
  for (size_t n = 0; n < coordinates.size(); ++n) {
    const size_t a = coordinates[n];
    const int i = side_of(mix, t, a);  // about a place that is so far from a bound
    const double middle = i == 0 ? at.value : value(a, i, a, 0);
    hessian[a * m + a] =
        (value(a, i + 1, a, 0) + value(a, i - 1, a, 0) - 2.0 * middle) / (DIFFERENCE * DIFFERENCE);
    for (size_t l = 0; l < n; ++l) {
      const size_t b = coordinates[l];
      const int j = side_of(mix, t, b);
      hessian[a * m + b] = hessian[b * m + a] = (value(a, i + 1, b, j + 1) - value(a, i + 1, b, j - 1) -
                                                 value(a, i - 1, b, j + 1) + value(a, i - 1, b, j - 1)) /
                                                (4.0 * DIFFERENCE * DIFFERENCE);
    }
  }
  return hessian;
}

}  // namespace mix1d::inference
