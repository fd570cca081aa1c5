// intervals.cpp: covariances, profile intervals, profile likelihoods
#include "inference/intervals.hpp"
#include <nanobind/stl/optional.h>

#include "bind/requests.hpp"
#include "inference/information.hpp"
#include "inference/own_errors.hpp"
#include "resample/bootstrap.hpp"

namespace mix1d::bind {

using namespace model;
using namespace resample;
using namespace inference;

namespace {

// Of the components behind the first `behind`.
std::vector<Quantity> read_quantities(const Table& rows, size_t behind = 0) {
  std::vector<Quantity> out(rows.shape(0));
  for (size_t r = 0; r < out.size(); ++r)
    out[r] = {static_cast<Kind>(static_cast<int>(rows(r, 0))), behind + static_cast<size_t>(rows(r, 1)),
              behind + static_cast<size_t>(rows(r, 2)), rows(r, 3), behind};
  return out;
}

// So many components come before the populations; a point is one of these.
size_t behind(const ModelRecord& fit) {
  const bool point = fit.mix.k > 0 && fit.mix.family_of(0) == families::Family::point_mass;
  return point ? 0 : fit.chart.n_leading();
}

// What is asked about a fit: its sample and how the work is done, with the chart of its model.
Request about(const ProblemRecord& data, const ModelRecord& fit, const OptionsRecord& how) {
  Request r = data.request();
  r.charts = {&fit.chart};
  how.ask(r);
  return r;
}

Out profile_intervals(nb::handle problem, nb::handle model, Table quantities, In critical,
                      nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord fit(model);
  const OptionsRecord how(options);
  Request r = about(data, fit, how);
  const std::vector<Quantity> wanted = read_quantities(quantities, behind(fit));
  const std::vector<double> levels(critical.data(), critical.data() + critical.shape(0));
  std::vector<Interval> found;
  with_poll(r, how.progress, [&] { found = intervals(r, fit.mix, wanted, levels, fit.held); });
  Out out = make_array(found.size(), 10);
  for (size_t i = 0; i < found.size(); ++i) {
    const Interval& f = found[i];
    const double row[10] = {f.value,
                            f.error,
                            f.lower,
                            f.upper,
                            static_cast<double>(f.below),
                            static_cast<double>(f.above),
                            f.lowest,
                            f.highest,
                            f.fall_below,
                            f.fall_above};
    std::copy_n(row, 10, out.data() + 10 * i);
  }
  return out;
}

Out profile_fall(nb::handle problem, nb::handle model, Table quantity, In at, nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord fit(model);
  const OptionsRecord how(options);
  const Request r = about(data, fit, how);
  const Quantity q = read_quantities(quantity, behind(fit))[0];
  std::vector<double> fall;
  {
    nb::gil_scoped_release release;
    fall = profile(r, fit.mix, q, {at.data(), at.data() + at.shape(0)}, fit.held);
  }
  return copy_out(fall);
}

Out covariance_of(nb::handle problem, nb::handle model, bool sandwich) {
  const ProblemRecord data(problem);
  const ModelRecord fit(model);
  Request r = data.request();
  r.charts = {&fit.chart};
  std::vector<double> table;
  {
    nb::gil_scoped_release release;
    table = covariance(r, fit.mix, sandwich, fit.held);
  }
  const size_t size = fit.mix.parts() * fit.mix.k;
  return copy_out(table.data(), size, size);
}

// Standard errors of own parameters, mean and sd of each component.
Out own_errors_of(nb::handle problem, nb::handle model, bool sandwich) {
  const ProblemRecord data(problem);
  const ModelRecord fit(model);
  Request r = data.request();
  r.charts = {&fit.chart};
  std::vector<double> table;
  {
    nb::gil_scoped_release release;
    table = own_errors(fit.mix, covariance(r, fit.mix, sandwich, fit.held));
  }
  return copy_out(table.data(), fit.mix.k, OWN_COLUMNS);
}

Out information_of(nb::handle problem, nb::handle model) {
  const ProblemRecord data(problem);
  const ModelRecord fit(model);
  Request r = data.request();
  r.charts = {&fit.chart};
  Information found;
  {
    nb::gil_scoped_release release;
    found = information(r, fit.mix, false, fit.held);
  }
  return copy_out(found.matrix.data(), found.kept.size(), found.kept.size());
}

// The chart of the families that a mixture has.
Chart chart_of_families(const Mix& mix) {
  const bool alike = std::all_of(mix.family.begin(), mix.family.end(),
                                 [&](families::Family f) { return f == mix.family.front(); });
  Chart chart;
  return alike ? chart.of(mix.family.front()) : chart.of(mix.family);
}

// The components that owe their widths to the penalty.
Out propped_of(nb::handle problem, nb::handle mixture, long collapsed) {
  const ProblemRecord data(problem);
  if (data.observed())
    return copy_out(collapsed < 0 ? std::vector<double>{}
                                  : std::vector<double>{static_cast<double>(collapsed)});
  const Mix mix = read_mix(mixture);
  std::vector<size_t> found;
  if (mix.plain()) {
    found = propped(data.values().data(), data.weights().data(), data.values().shape(0), mix, collapsed);
  } else {
    const Chart chart = chart_of_families(mix);
    Request r = data.request();
    r.charts = {&chart};
    found = propped(r, mix, collapsed);
  }
  return copy_out(std::vector<double>(found.begin(), found.end()));
}

// One mixture a row (weights, means, sds; of given families also shapes): its quantities.
Out evaluate_all(Table mixtures, Table quantities, In near, std::optional<Whole> numbers) {
  const std::vector<Quantity> wanted = read_quantities(quantities);
  const std::vector<double> start(near.data(), near.data() + near.shape(0));
  const size_t count = mixtures.shape(0), size = mixtures.shape(1);
  const size_t k = numbers ? numbers->shape(0) : size / 3;
  if (numbers && size != 4 * k) throw nb::value_error("a row needs weights, locations, scales and shapes");
  std::vector<families::Family> family;
  for (size_t j = 0; numbers && j < k; ++j) family.push_back(read_family(numbers->data()[j]));
  Out out = make_array(count, wanted.size());
  nb::gil_scoped_release release;
  for (size_t r = 0; r < count; ++r) {
    Mix mix(k);
    std::copy_n(mixtures.data() + r * size, 3 * k, mix.v.begin());
    if (numbers) {
      const double* shapes = mixtures.data() + r * size + 3 * k;
      mix.family = family;
      mix.shape.assign(shapes, shapes + k);
    }
    const std::vector<double> values = evaluate_quantities(mix, wanted, start);
    std::copy(values.begin(), values.end(), out.data() + r * values.size());
  }
  return out;
}

Out calibrated_falls(nb::handle problem, nb::handle model, Table quantities, nb::handle resampling,
                     nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord fit(model);
  const OptionsRecord how(options);
  Bootstrap b = bootstrap_of(data, fit, resampling, how);
  const std::vector<Quantity> wanted = read_quantities(quantities, behind(fit));
  std::vector<double> falls;
  with_poll(b.request, how.progress, [&] { falls = calibrate(b, wanted); });
  return copy_out(falls.data(), b.replicates, wanted.size());
}

}  // namespace

void bind_intervals(nb::module_& m) {
  using nb::arg;
  m.def("profile_intervals", &profile_intervals, arg("problem"), arg("model"), arg("quantities"),
        arg("critical"), arg("options"));
  m.def("profile_fall", &profile_fall, arg("problem"), arg("model"), arg("quantity"), arg("at"),
        arg("options"));
  m.def("evaluate_quantities", &evaluate_all, arg("mixtures"), arg("quantities"), arg("near"),
        arg("families") = nb::none());
  m.def("calibrated_falls", &calibrated_falls, arg("problem"), arg("model"), arg("quantities"),
        arg("resampling"), arg("options"));
  m.def("covariance", &covariance_of, arg("problem"), arg("model"), arg("sandwich"));
  m.def("own_errors", &own_errors_of, arg("problem"), arg("model"), arg("sandwich"));
  m.def("information", &information_of, arg("problem"), arg("model"));
  m.def("propped", &propped_of, arg("problem"), arg("mixture"), arg("collapsed"));
}

}  // namespace mix1d::bind
