// distribution.cpp: density, tail masses, quantiles and responsibilities of a mixture, as flat functions
#include <algorithm>
#include <cmath>
#include <vector>

#include "bind/arrays.hpp"
#include "data/failure.hpp"
#include "kernels/packed.hpp"

namespace mix1d::bind {

using namespace kernels;
using namespace data;

namespace {

Distribution prepared(In weights, In means, In sds) {
  const size_t k = weights.shape(0);
  if (means.shape(0) != k || sds.shape(0) != k || k == 0)
    throw Refused("weights, means and sds must have the same length, at least 1");
  return Distribution(k, weights.data(), means.data(), sds.data());
}

template <class F>
Out evaluate(In x, In weights, In means, In sds, F f) {
  Out out = make_array(x.shape(0));
  nb::gil_scoped_release release;
  const Distribution d = prepared(weights, means, sds);
  f(d, x.data(), out.data(), x.shape(0));
  return out;
}

// Points that separate the scales of the components: neighbours in the table enclose one scale, or a flat
// piece.
std::vector<double> table_points(const Distribution& d) {
  std::vector<double> points;
  for (const Normal& c : d.normals()) {
    for (double t : {0.0, 0.5, 1.0, 2.0, 3.0, 4.5, 6.5, 9.0, 14.0, 25.0, 39.0}) {
      points.push_back(c.mean - t * c.sd);
      points.push_back(c.mean + t * c.sd);
    }
    // the neighbours of a mean whose sd is below its own rounding
    double spacing = std::fabs(c.mean) * 0x1p-51;
    points.push_back(c.mean - spacing);
    points.push_back(c.mean + spacing);
  }
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

Out quantile(In p, In weights, In means, In sds, double side) {
  return evaluate(p, weights, means, sds, [=](const Distribution& d, const double* p, double* out, size_t n) {
    const Kernels& table = loops();
    std::vector<double> points = table_points(d), below(points.size()), above(points.size());
    ScaledMixture unscaled = {d.scaled().k, d.scaled().normals, 1.0, 0.0};
    table.probability(unscaled, 1.0, points.data(), below.data(), points.size());
    table.probability(unscaled, -1.0, points.data(), above.data(), points.size());
    table.quantile(d.scaled(), {points.size(), points.data(), below.data(), above.data()}, side, p, out, n);
  });
}

Out responsibilities(In x, In weights, In means, In sds) {
  size_t n = x.shape(0), columns = weights.shape(0);
  Out out = make_array(n, columns);
  nb::gil_scoped_release release;
  const Distribution d = prepared(weights, means, sds);
  std::fill_n(out.data(), n * columns, 0.0);
  std::vector<double> scratch(d.scaled().k * 8);
  loops().responsibilities(d.scaled(), x.data(), out.data(), n, columns, d.column(), scratch.data());
  return out;
}

}  // namespace

void bind_distribution(nb::module_& m) {
  auto define = [&](const char* name, const char* argument, auto f) {
    m.def(
        name, [f](In x, In weights, In means, In sds) { return f(x, weights, means, sds); },
        nb::arg(argument), nb::arg("weights"), nb::arg("means"), nb::arg("sds"));
  };
  auto direct = [&](const char* name, auto member) {
    define(name, "x", [member](In x, In weights, In means, In sds) {
      return evaluate(x, weights, means, sds,
                      [member](const Distribution& d, const double* x, double* out, size_t n) {
                        (loops().*member)(d.scaled(), x, out, n);
                      });
    });
  };
  auto one_sided = [&](const char* name, auto member, double side) {
    define(name, "x", [member, side](In x, In weights, In means, In sds) {
      return evaluate(x, weights, means, sds,
                      [member, side](const Distribution& d, const double* x, double* out, size_t n) {
                        (loops().*member)(d.scaled(), side, x, out, n);
                      });
    });
  };
  direct("pdf", &Kernels::pdf);
  direct("logpdf", &Kernels::logpdf);
  one_sided("cdf", &Kernels::probability, 1.0);
  one_sided("ccdf", &Kernels::probability, -1.0);
  one_sided("logcdf", &Kernels::log_probability, 1.0);
  one_sided("logccdf", &Kernels::log_probability, -1.0);
  define("icdf", "p", [](In p, In w, In means, In sds) { return quantile(p, w, means, sds, 1.0); });
  define("iccdf", "p", [](In p, In w, In means, In sds) { return quantile(p, w, means, sds, -1.0); });
  define("responsibilities", "x", &responsibilities);
}

}  // namespace mix1d::bind
