// goodness.cpp: distances between a sample and a mixture, and their law by parametric bootstrap
#include "inference/goodness.hpp"
#include "bind/requests.hpp"
#include "data/failure.hpp"
#include "linear/eigenvalues.hpp"
#include "resample/bootstrap.hpp"

namespace mix1d::bind {

using namespace linear;
using namespace data;
using namespace model;
using namespace search;
using namespace resample;
using namespace inference;

namespace {

nb::tuple goodness(In values, In sample_weight, double resolution, In weights, In means, In sds) {
  const Mix mix = unrounded(read_mix(weights, means, sds), resolution);
  Distances d;
  {
    nb::gil_scoped_release release;
    d = distances(corners_of(values.data(), sample_weight.data(), values.shape(0), resolution), mix);
  }
  Out unrounded_sds = make_array(mix.k);
  std::copy_n(mix.v.data() + 2 * mix.k, mix.k, unrounded_sds.data());
  return nb::make_tuple(d.kolmogorov_smirnov, d.anderson_darling, d.cramer_von_mises, unrounded_sds);
}

Out goodness_replicates(In values, In sample_weight, double resolution, In weights, In means, In sds,
                        bool equal, size_t replicates, uint64_t seed, double tol, size_t max_iter,
                        size_t threads, nb::object progress) {
  Bootstrap b;
  b.request = sample_request(values, sample_weight, resolution, equal);
  b.request.tol = tol;
  b.request.max_iter = max_iter;
  b.request.threads = threads;
  b.estimate = unrounded(read_mix(weights, means, sds), resolution);
  b.resampling = Resampling::parametric;
  b.replicates = replicates;
  b.seed = seed;
  Out statistics = make_array(replicates, 3);
  with_poll(b.request, progress, [&] {
    for_each_replicate(b, [&](const Replicate& r) {
      const Points& points = r.problem.full;
      const double step = r.problem.frame.in_scale(resolution);
      const Distances d = distances(corners_of(points.x.data(), points.w.data(), points.n, step),
                                    unrounded(r.refit.solution.mix, step));
      double* row = statistics.data() + 3 * r.number;
      row[0] = d.kolmogorov_smirnov;
      row[1] = d.anderson_darling;
      row[2] = d.cramer_von_mises;
    });
  });
  return statistics;
}

Out eigenvalues_of(In matrix) {
  const size_t n = static_cast<size_t>(std::lround(std::sqrt(static_cast<double>(matrix.shape(0)))));
  if (n * n != matrix.shape(0)) throw Refused("matrix must be square, row by row");
  std::vector<double> a(matrix.data(), matrix.data() + n * n), found;
  {
    nb::gil_scoped_release release;
    found = eigenvalues(a, n);
  }
  Out out = make_array(n);
  std::copy(found.begin(), found.end(), out.data());
  return out;
}

}  // namespace

void bind_goodness(nb::module_& m) {
  using nb::arg;
  m.def("goodness", &goodness, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"));
  m.def("goodness_replicates", &goodness_replicates, arg("values"), arg("sample_weight"), arg("resolution"),
        arg("weights"), arg("means"), arg("sds"), arg("equal"), arg("replicates"), arg("seed"), arg("tol"),
        arg("max_iter"), arg("threads"), arg("progress").none());
  m.def("eigenvalues", &eigenvalues_of, arg("matrix"));
}

}  // namespace mix1d::bind
