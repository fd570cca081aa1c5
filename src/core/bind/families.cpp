// families.cpp: one component of any family, as the tests hold it against its definition
#include <optional>

#include "bind/arrays.hpp"
#include "families/catalogue.hpp"
#include "kernels/general.hpp"
#include "kernels/numbers.hpp"
#include "simd/gamma.hpp"

namespace mix1d::bind {

using namespace families;
using namespace observations;

namespace {

Family family_of(size_t number) {
  if (number >= FAMILIES) throw nb::value_error("there is no family of this number");
  return static_cast<Family>(number);
}

// Log densities (n,), first derivatives (n, slots) and second ones (n, pairs) at values of y; with `upper`,
// of the probability of what lies from y to there; with `variance`, of y plus an error.
nb::tuple family_derivatives(size_t number, double location, double scale, double shape, In y,
                             nb::object upper_ends, nb::object variances) {
  std::optional<In> upper, variance;
  if (!upper_ends.is_none()) upper = nb::cast<In>(upper_ends);
  if (!variances.is_none()) variance = nb::cast<In>(variances);
  const Family family = family_of(number);
  const size_t n = y.shape(0), slots = facts_of(family).slots, pairs = pairs_of(slots);
  Out log_density = make_array(n), first = make_array(n, std::max<size_t>(slots, 1)),
      second = make_array(n, std::max<size_t>(pairs, 1));
  double numbers[NUMBERS], rows[BLOCK_ROWS], ends[BLOCK_ROWS], errors[BLOCK_ROWS],
      found[kernels::GENERAL_ARRAYS * BLOCK_ROWS];
  const Kind kind = variance ? (upper ? Kind::noisy_interval : Kind::noisy)
                    : upper  ? Kind::interval
                             : Kind::point;
  const double weight[BLOCK_ROWS] = {};
  kernels::general_loops().prepare(family, {0.0, location, scale, kernels::log1(scale), shape}, numbers);
  for (size_t i = 0; i < n; i += BLOCK_ROWS) {
    const size_t count = std::min(n - i, BLOCK_ROWS);
    for (size_t r = 0; r < BLOCK_ROWS; ++r) {
      const size_t row = i + std::min(r, count - 1);
      rows[r] = y(row);
      ends[r] = upper ? (*upper)(row) : rows[r];
      errors[r] = variance ? (*variance)(row) : 0.0;
    }
    const Block block = {rows, ends, errors, weight, 0, ANY_COMPONENT, BLOCK_ROWS, kind};
    kernels::general_loops().component(block, family, numbers, found);
    for (size_t r = 0; r < count; ++r) {
      log_density.data()[i + r] = found[r];
      for (size_t s = 0; s < slots; ++s) first.data()[(i + r) * slots + s] = found[(1 + s) * BLOCK_ROWS + r];
      for (size_t s = 0; s < pairs; ++s)
        second.data()[(i + r) * pairs + s] = found[(1 + MOST_SLOTS + s) * BLOCK_ROWS + r];
    }
  }
  return nb::make_tuple(log_density, first, second);
}

// Mean and sd of y; location, scale and shape that moments give back; the penalty's variance.
nb::tuple family_moments(size_t number, double location, double scale, double shape) {
  const FamilyFacts& facts = facts_of(family_of(number));
  const Moments m = facts.moments({location, scale, shape});
  const Shaped back = facts.from_moments(m, shape);
  const Variance v = facts.variance({location, scale, shape});
  return nb::make_tuple(nb::make_tuple(m.mean, m.sd), nb::make_tuple(back.location, back.scale, back.shape),
                        nb::make_tuple(v.value, v.by_location, v.twice));
}

// log Gamma, digamma and trigamma, (3, n).
Out gamma_at(In x) {
  const size_t n = x.shape(0);
  Out out = make_array(3, std::max<size_t>(n, 1));
  for (size_t i = 0; i < n; ++i) {
    const GammaFunctions g = gamma_functions(x(i));
    out.data()[i] = g.log_gamma;
    out.data()[n + i] = g.digamma;
    out.data()[2 * n + i] = g.trigamma;
  }
  return out;
}

}  // namespace

void bind_families(nb::module_& m) {
  using nb::arg;
  m.def("family_derivatives", &family_derivatives, arg("family"), arg("location"), arg("scale"), arg("shape"),
        arg("y"), arg("upper").none() = nb::none(), arg("variance").none() = nb::none());
  m.def("family_moments", &family_moments, arg("family"), arg("location"), arg("scale"), arg("shape"));
  m.def("gamma_functions", &gamma_at, arg("x"));
}

}  // namespace mix1d::bind
