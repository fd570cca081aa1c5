// goodness.cpp: distances between a sample and a mixture, and their law by parametric bootstrap
#include "inference/goodness.hpp"
#include <algorithm>
#include <limits>

#include "bind/requests.hpp"
#include "data/failure.hpp"
#include "inference/mixed.hpp"
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

// D, A^2 and W^2 of densities, Pearson's statistic and the deviance of counts; NaN what there is not. `mix`
// at the border, values in the units of the data.
constexpr size_t STATISTICS = 5;

size_t judge_families(const double* x, const double* w, size_t n, double step, const Mix& mix, double* row) {
  std::fill_n(row, STATISTICS, std::numeric_limits<double>::quiet_NaN());
  const distribution::MixedLaws laws = laws_of(mix);
  if (!laws.all_discrete()) {
    write_distances(distances(corners_of(x, w, n, step), laws), row);
    return 0;
  }
  const Pooled found = pooled_distances(x, w, n, laws);
  row[3] = found.pearson, row[4] = found.deviance;
  return found.cells;
}

nb::dict goodness_of_families(const ProblemRecord& data, const Mix& mix) {
  Out row = make_array(STATISTICS);
  size_t cells = 0;
  {
    nb::gil_scoped_release release;
    cells = judge_families(data.values().data(), data.weights().data(), data.values().shape(0),
                           data.resolution(), mix, row.data());
  }
  nb::dict d;
  d["distances"] = row;
  d["cells"] = cells;
  return d;
}

nb::dict goodness(nb::handle problem, nb::handle mixture) {
  const ProblemRecord data(problem);
  const double resolution = data.resolution();
  const Mix given = read_mix(mixture);
  if (!given.plain()) return goodness_of_families(data, given);
  const Mix mix = unrounded(given, resolution);
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
  if (!b.estimate.plain()) {
    Out statistics = make_array(b.replicates, STATISTICS);
    with_poll(b.request, how.progress, [&] {
      for_each_replicate(b, [&](const Replicate& r) {
        const Points& points = r.problem.full;
        std::vector<double> x(points.n);
        for (size_t i = 0; i < x.size(); ++i) x[i] = r.problem.frame.out(points.x[i]);
        judge_families(x.data(), points.w.data(), x.size(), resolution,
                       r.problem.outside(r.refit.solution.mix), statistics.data() + STATISTICS * r.number);
      });
    });
    return statistics;
  }
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
