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

void write_distances(const Distances& d, double* row) {
  row[0] = d.kolmogorov_smirnov;
  row[1] = d.anderson_darling;
  row[2] = d.cramer_von_mises;
}

nb::dict goodness(nb::handle problem, nb::handle mixture) {
  const ProblemRecord data(problem);
  const double resolution = data.resolution();
  const Mix mix = unrounded(read_mix(mixture), resolution);
  Distances found;
  {
    nb::gil_scoped_release release;
    found = distances(
        corners_of(data.values().data(), data.weights().data(), data.values().shape(0), resolution), mix);
  }
  Out row = make_array(3);
  write_distances(found, row.data());
  nb::dict d;
  d["distances"] = row;
  d["sds"] = copy_out(mix.v.data() + 2 * mix.k, mix.k);
  return d;
}

Out goodness_replicates(nb::handle problem, nb::handle model, nb::handle resampling, nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord estimate(model);
  const OptionsRecord how(options);
  const double resolution = data.resolution();
  Bootstrap b = bootstrap_of(data, estimate, resampling, how);
  b.estimate = unrounded(b.estimate, resolution);
  Out statistics = make_array(b.replicates, 3);
  with_poll(b.request, how.progress, [&] {
    for_each_replicate(b, [&](const Replicate& r) {
      const Points& points = r.problem.full;
      const double step = r.problem.frame.in_scale(resolution);
      const Distances d = distances(corners_of(points.x.data(), points.w.data(), points.n, step),
                                    unrounded(r.refit.solution.mix, step));
      write_distances(d, statistics.data() + 3 * r.number);
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
  return copy_out(found);
}

}  // namespace

void bind_goodness(nb::module_& m) {
  using nb::arg;
  m.def("goodness", &goodness, arg("problem"), arg("mixture"));
  m.def("goodness_replicates", &goodness_replicates, arg("problem"), arg("model"), arg("resampling"),
        arg("options"));
  m.def("eigenvalues", &eigenvalues_of, arg("matrix"));
}

}  // namespace mix1d::bind
