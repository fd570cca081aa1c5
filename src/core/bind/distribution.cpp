// distribution.cpp: density, tail masses, quantiles and responsibilities of a mixture, and where labels
// change
#include <algorithm>
#include <vector>

#include "bind/laws.hpp"
#include "data/failure.hpp"
#include "inference/crossings.hpp"
#include "kernels/packed.hpp"

namespace mix1d::bind {

using namespace kernels;
using namespace data;
using namespace model;
using namespace inference;

namespace {

Distribution prepared(const In& weights, const In& means, const In& sds) {
  const size_t k = weights.shape(0);
  if (means.shape(0) != k || sds.shape(0) != k || k == 0)
    throw Refused("weights, means and sds must have the same length, at least 1");
  return Distribution(k, weights.data(), means.data(), sds.data());
}

template <class F>
Out of_mixture(const In& x, nb::handle mixture, F f) {
  Out out = make_array(x.shape(0));
  const In weights = nb::cast<In>(mixture[0]), means = nb::cast<In>(mixture[1]),
           sds = nb::cast<In>(mixture[2]);
  nb::gil_scoped_release release;
  const Distribution d = prepared(weights, means, sds);
  f(d, x.data(), out.data(), x.shape(0));
  return out;
}

Out density_at(In x, nb::handle mixture, bool log) {
  if (is_mixed(mixture)) return mixed_density(x, mixture, log);
  return of_mixture(x, mixture, [=](const Distribution& d, const double* x, double* out, size_t n) {
    (log ? loops().logpdf : loops().pdf)(d.scaled(), x, out, n);
  });
}

Out probability(In x, nb::handle mixture, bool above, bool log) {
  if (is_mixed(mixture)) return mixed_probability(x, mixture, above, log);
  return of_mixture(x, mixture, [=](const Distribution& d, const double* x, double* out, size_t n) {
    (log ? loops().log_probability : loops().probability)(d.scaled(), above ? -1.0 : 1.0, x, out, n);
  });
}

Out quantiles(In p, nb::handle mixture, bool above, bool log) {
  if (is_mixed(mixture)) return mixed_quantiles(p, mixture, above, log);
  if (log) throw Refused("quantiles of logarithms are for mixtures of any families");
  return of_mixture(p, mixture, [=](const Distribution& d, const double* p, double* out, size_t n) {
    d.quantiles(above ? -1.0 : 1.0, p, out, n);
  });
}

Out responsibilities(In x, nb::handle mixture) {
  if (is_mixed(mixture)) return mixed_responsibilities(x, mixture);
  const In weights = nb::cast<In>(mixture[0]), means = nb::cast<In>(mixture[1]),
           sds = nb::cast<In>(mixture[2]);
  size_t n = x.shape(0), columns = weights.shape(0);
  Out out = make_array(n, columns);
  nb::gil_scoped_release release;
  const Distribution d = prepared(weights, means, sds);
  std::fill_n(out.data(), n * columns, 0.0);
  std::vector<double> scratch(d.scaled().k * 8);
  loops().responsibilities(d.scaled(), x.data(), out.data(), n, columns, d.column(), scratch.data());
  return out;
}

// Of neighbours in the order given.
Out crossings(nb::handle mixture) {
  constexpr double LONGEST = 2.0;
  const Mix mix = read_mix(mixture);
  Out out = make_array(mix.k - 1, 2);
  for (size_t j = 0; j + 1 < mix.k; ++j) {
    const Roots r = roots(mix, j, j + 1, LONGEST);
    out.data()[2 * j] = r.near;
    out.data()[2 * j + 1] = r.far;
  }
  return out;
}

Out confusion_table(nb::handle mixture) {
  const Mix mix = read_mix(mixture);
  const std::vector<double> table = confusion(mix, regions(mix));
  return copy_out(table.data(), mix.k, mix.k);
}

}  // namespace

void bind_distribution(nb::module_& m) {
  using nb::arg;
  m.def("density", &density_at, arg("x"), arg("mixture"), arg("log") = false);
  m.def("probability", &probability, arg("x"), arg("mixture"), arg("above") = false, arg("log") = false);
  m.def("quantile", &quantiles, arg("p"), arg("mixture"), arg("above") = false, arg("log") = false);
  m.def("responsibilities", &responsibilities, arg("x"), arg("mixture"));
  m.def("crossings", &crossings, arg("mixture"));
  m.def("confusion", &confusion_table, arg("mixture"));
}

}  // namespace mix1d::bind
