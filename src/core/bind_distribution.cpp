// bind_distribution.cpp: density, tail masses, quantiles and responsibilities of a mixture, as flat functions
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "arrays.hpp"
#include "kernels.hpp"

using namespace mix1d;

namespace {

constexpr double SQRT_2PI = 2.50662827463100050242;

// value = part * 2^power with part in [1, 2)
double split(double value, double& power) {
  int exponent;
  double part = std::frexp(value, &exponent);
  power = exponent - 1;
  return 2.0 * part;
}

class Distribution {
 public:
  Distribution(In weights, In means, In sds) {
    size_t k = weights.shape(0);
    if (means.shape(0) != k || sds.shape(0) != k || k == 0)
      throw std::invalid_argument("weights, means and sds must have the same length, at least 1");
    double largest = 0.0;
    for (size_t j = 0; j < k; ++j) largest = std::max({largest, std::fabs(means(j)), sds(j)});
    // both leave room for the mean plus or minus 40 sds
    int shift = largest > 0x1p1000 ? -60 : largest < 0x1p-900 ? 170 : 0;
    for (size_t j = 0; j < k; ++j) {
      if (weights(j) == 0.0) continue;
      Normal c;
      c.mean = std::ldexp(means(j), shift);
      c.sd = std::ldexp(sds(j), shift);
      c.weight = weights(j);
      c.weight_part = split(weights(j), c.weight_power);
      double sd_power, height_power;
      double sd_part = split(c.sd, sd_power);
      c.height = split(c.weight_part / (sd_part * SQRT_2PI), height_power);
      c.height_power = height_power + c.weight_power - sd_power;
      normals_.push_back(c);
      column_.push_back(j);
    }
    scaled_ = {normals_.size(), normals_.data(), std::ldexp(1.0, shift), double(shift)};
  }
  Distribution(const Distribution&) = delete;
  Distribution& operator=(const Distribution&) = delete;

  const Scaled& scaled() const { return scaled_; }
  const std::vector<Normal>& normals() const { return normals_; }
  const size_t* column() const { return column_.data(); }

 private:
  std::vector<Normal> normals_;
  std::vector<size_t> column_;
  Scaled scaled_;
};

template <class F>
Out evaluate(In x, In weights, In means, In sds, F f) {
  Out out = make_array(x.shape(0));
  nb::gil_scoped_release release;
  Distribution d(weights, means, sds);
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
    const Kernels& loops = kernels();
    std::vector<double> points = table_points(d), below(points.size()), above(points.size());
    Scaled unscaled = {d.scaled().k, d.scaled().normals, 1.0, 0.0};
    loops.probability(unscaled, 1.0, points.data(), below.data(), points.size());
    loops.probability(unscaled, -1.0, points.data(), above.data(), points.size());
    loops.quantile(d.scaled(), {points.size(), points.data(), below.data(), above.data()}, side, p, out, n);
  });
}

Out responsibilities(In x, In weights, In means, In sds) {
  size_t n = x.shape(0), columns = weights.shape(0);
  Out out = make_array(n, columns);
  nb::gil_scoped_release release;
  Distribution d(weights, means, sds);
  std::fill_n(out.data(), n * columns, 0.0);
  std::vector<double> scratch(d.scaled().k * 8);
  kernels().responsibilities(d.scaled(), x.data(), out.data(), n, columns, d.column(), scratch.data());
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
                        (kernels().*member)(d.scaled(), x, out, n);
                      });
    });
  };
  auto one_sided = [&](const char* name, auto member, double side) {
    define(name, "x", [member, side](In x, In weights, In means, In sds) {
      return evaluate(x, weights, means, sds,
                      [member, side](const Distribution& d, const double* x, double* out, size_t n) {
                        (kernels().*member)(d.scaled(), side, x, out, n);
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
