// fit.cpp: EM step, derivatives, local solve
#include <nanobind/stl/optional.h>

#include <optional>

#include "bind/arrays.hpp"
#include "bind/buffer.hpp"
#include "bind/requests.hpp"
#include "model/derivatives.hpp"
#include "search/choice.hpp"
#include "search/long_column.hpp"
#include "solve/em.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;
using namespace search;

namespace {

Objective plain_likelihood(const Points& points, bool general) {
  Objective o;
  o.read(points, general);
  o.total = points.total;
  o.extreme = true;
  return o;
}

nb::tuple em_step(In values, In sample_weight, In weights, In means, In sds, bool equal, bool general) {
  Mix mix = read_mix(weights, means, sds), next;
  EmSums sums;
  {
    nb::gil_scoped_release release;
    Points points(values.data(), sample_weight.data(), values.shape(0));
    Objective o = plain_likelihood(points, general);
    o.chart = &chart_of(equal);
    em_pass(o, mix, sums);
    next = em_update(o, mix, sums);
  }
  return nb::cast<nb::tuple>(write_mix(next) + nb::make_tuple(sums.log_likelihood));
}

nb::tuple derivatives(In values, In sample_weight, In weights, In means, In sds, bool general) {
  Mix mix = read_mix(weights, means, sds);
  Evaluation e;
  {
    nb::gil_scoped_release release;
    Points points(values.data(), sample_weight.data(), values.shape(0));
    evaluate(plain_likelihood(points, general), mix, e);
  }
  return write_derivatives(mix, e);
}

nb::tuple polish_from(In values, In sample_weight, In weights, In means, In sds, double penalty,
                      double penalty_variance, double floor, bool equal, size_t em_steps, size_t max_iter,
                      bool general) {
  Mix mix = read_mix(weights, means, sds);
  Solution s;
  {
    nb::gil_scoped_release release;
    Points points(values.data(), sample_weight.data(), values.shape(0));
    Objective o = plain_likelihood(points, general);
    o.penalty = equal ? 0.0 : penalty;
    o.variance = penalty_variance;
    o.least_sd = {floor, nullptr};
    o.chart = &chart_of(equal);
    PolishOptions options;
    options.em_steps = em_steps;
    options.max_iter = max_iter;
    s = polish(o, mix, options);
  }
  return nb::cast<nb::tuple>(write_mix(s.mix) +
                             nb::make_tuple(s.log_likelihood, s.objective, s.decrement, s.iterations,
                                            s.stop == Stop::converged && s.positive_definite));
}

nb::dict write_fitted(const Fitted& f) {
  nb::dict d;
  d["equal"] = f.chart->sds_tied();
  d["mixture"] = write_mix(f.mix);
  d["start"] = write_mix(f.start);
  d["log_likelihood"] = f.log_likelihood;
  d["entropy"] = f.entropy;
  d["decrement"] = f.decrement;
  d["converged"] = f.converged;
  d["positive_definite"] = f.positive_definite;
  d["regularized"] = f.regularized;
  d["sound"] = f.sound;
  d["max_iter_reached"] = f.stop == Stop::max_iter;
  d["null_components"] = f.null_components;
  d["collapsed"] = f.collapsed;
  nb::list optima;
  for (const Optimum& o : f.optima)
    optima.append(nb::make_tuple(write_mix(o.mix), o.log_likelihood, o.penalised, o.regularized));
  d["optima"] = optima;
  return d;
}

// What the fitting functions share; `solve` runs without the GIL.
struct Options {
  double resolution;
  In n_components;
  bool stop_early, free_sds, equal_sds;
  int criterion;
  bool highest;
  double tol;
  size_t max_iter, threads;
};

Request make_request(const Options& o) {
  Request r;
  r.resolution = o.resolution;
  for (size_t i = 0; i < o.n_components.shape(0); ++i)
    r.n_components.push_back(static_cast<size_t>(o.n_components(i)));
  r.stop_early = o.stop_early;
  r.charts = charts_of(o.free_sds, o.equal_sds);
  r.criterion = static_cast<Criterion>(o.criterion);
  r.highest = o.highest;
  r.tol = o.tol;
  r.max_iter = o.max_iter;
  r.threads = o.threads;
  return r;
}

template <class Solve>
nb::list run(Request& r, nb::handle progress, Solve solve) {
  std::vector<Fitted> rows;
  with_poll(r, progress, [&] { rows = solve(r); });
  nb::list out;
  for (const Fitted& f : rows) out.append(write_fitted(f));
  return out;
}

nb::list fit_sample(In values, In sample_weight, std::optional<In> widths, double resolution, In n_components,
                    bool stop_early, bool free_sds, bool equal_sds, int criterion, bool highest, double tol,
                    size_t max_iter, size_t threads, nb::object progress, bool general) {
  Request r = make_request({resolution, n_components, stop_early, free_sds, equal_sds, criterion, highest,
                            tol, max_iter, threads});
  r.general = general;
  r.values = values.data();
  r.weights = sample_weight.data();
  r.n = values.shape(0);
  r.width = widths ? widths->data() : nullptr;
  return run(r, progress, [](const Request& request) { return fit(request); });
}

// The same on a long column: its quadrature nodes first, then `solve` with both.
template <class Solve>
nb::tuple run_large(Request& r, nb::handle column, nb::handle sample_weight, double total_weight,
                    nb::handle progress, Solve solve) {
  Column data(column);
  std::optional<Column> weights;
  if (!sample_weight.is_none()) weights.emplace(sample_weight);
  r.column = &data.reader();
  r.column_weight = weights ? &weights->reader() : nullptr;
  r.column_total = total_weight;
  Nodes nodes;
  constexpr int ROUNDS = 8;  // each makes cells eight times as fine where a component is too narrow for them
  nb::list rows = run(r, progress, [&](Request& request) {
    std::vector<Fitted> fits;
    for (int round = 0; round < ROUNDS; ++round) {
      Nodes finer = nodes_of(request, nodes, fits);
      if (round > 0 && finer.refinements.size() == nodes.refinements.size()) break;
      nodes = std::move(finer);
      request.values = nodes.values.data();
      request.weights = nodes.weights.data();
      request.width = nodes.width.data();
      request.n = nodes.values.size();
      fits = solve(request);
    }
    return fits;
  });
  return nb::make_tuple(copy_out(nodes.values.data(), nodes.values.size()),
                        copy_out(nodes.weights.data(), nodes.weights.size()), copy_out(nodes.width), rows);
}

nb::tuple fit_large(nb::object column, nb::object sample_weight, double total_weight, double resolution,
                    In n_components, bool stop_early, bool free_sds, bool equal_sds, int criterion,
                    bool highest, double tol, size_t max_iter, size_t threads, nb::object progress,
                    bool general) {
  Request r = make_request({resolution, n_components, stop_early, free_sds, equal_sds, criterion, highest,
                            tol, max_iter, threads});
  r.general = general;
  return run_large(r, column, sample_weight, total_weight, progress,
                   [](Request& request) { return fit(request); });
}

nb::dict fit_start(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                   double tol, size_t max_iter, bool general) {
  Request r = sample_request(values, sample_weight, resolution, equal);
  r.general = general;
  r.tol = tol;
  r.max_iter = max_iter;
  const Mix start = read_mix(weights, means, sds);
  Fitted f;
  {
    nb::gil_scoped_release release;
    f = fit_from(r, start);
  }
  return write_fitted(f);
}

nb::tuple fit_large_start(nb::object column, nb::object sample_weight, double total_weight, double resolution,
                          In weights, In means, In sds, bool free_sds, bool equal_sds, double tol,
                          size_t max_iter, size_t threads, nb::object progress) {
  Request r;
  r.resolution = resolution;
  r.tol = tol;
  r.max_iter = max_iter;
  r.threads = threads;
  const Mix start = read_mix(weights, means, sds);
  return run_large(r, column, sample_weight, total_weight, progress, [&](Request& request) {
    std::vector<Fitted> rows;
    for (const Chart* chart : charts_of(free_sds, equal_sds)) {
      request.charts = {chart};
      rows.push_back(fit_from(request, start));
    }
    return rows;
  });
}

size_t choose_row(In criteria, In n_components, In equal, In eligible) {
  std::vector<Choice> choices;
  for (size_t i = 0; i < criteria.shape(0); ++i)
    choices.push_back(
        {criteria(i), static_cast<size_t>(n_components(i)), equal(i) != 0.0, eligible(i) != 0.0});
  return choose(choices);
}

nb::tuple replay_steps(In values, In sample_weight, double resolution, In weights, In means, In sds,
                       bool equal, bool plain, bool held, double tol, size_t max_iter) {
  Request r = sample_request(values, sample_weight, resolution, equal);
  r.tol = tol;
  r.max_iter = max_iter;
  const Mix start = read_mix(weights, means, sds);
  std::vector<Step> steps;
  {
    nb::gil_scoped_release release;
    steps = replay(r, start, plain, held);
  }
  nb::list phases;
  Out penalty = make_array(steps.size()), objective = make_array(steps.size()),
      log_likelihood = make_array(steps.size()), parameters = make_array(steps.size(), 3 * start.k);
  for (size_t i = 0; i < steps.size(); ++i) {
    phases.append(steps[i].phase == Phase::em ? "em" : "newton");
    penalty.data()[i] = steps[i].penalty;
    objective.data()[i] = steps[i].objective;
    log_likelihood.data()[i] = steps[i].log_likelihood;
    std::copy_n(steps[i].mix.v.data(), 3 * start.k, parameters.data() + 3 * start.k * i);
  }
  return nb::make_tuple(phases, penalty, objective, log_likelihood, parameters);
}

}  // namespace

void bind_fit(nb::module_& m) {
  using nb::arg;
  m.def("em_step", &em_step, arg("values"), arg("sample_weight"), arg("weights"), arg("means"), arg("sds"),
        arg("equal") = false, arg("general") = false);
  m.def("derivatives", &derivatives, arg("values"), arg("sample_weight"), arg("weights"), arg("means"),
        arg("sds"), arg("general") = false);
  m.def("polish", &polish_from, arg("values"), arg("sample_weight"), arg("weights"), arg("means"), arg("sds"),
        arg("penalty"), arg("penalty_variance"), arg("floor"), arg("equal") = false, arg("em_steps") = 2,
        arg("max_iter") = 200, arg("general") = false);
  m.def("fit_sample", &fit_sample, arg("values"), arg("sample_weight"), arg("widths").none(),
        arg("resolution"), arg("n_components"), arg("stop_early"), arg("free_sds"), arg("equal_sds"),
        arg("criterion"), arg("highest"), arg("tol"), arg("max_iter"), arg("threads"), arg("progress").none(),
        arg("general") = false);
  m.def("fit_large", &fit_large, arg("column"), arg("sample_weight").none(), arg("total_weight"),
        arg("resolution"), arg("n_components"), arg("stop_early"), arg("free_sds"), arg("equal_sds"),
        arg("criterion"), arg("highest"), arg("tol"), arg("max_iter"), arg("threads"), arg("progress").none(),
        arg("general") = false);
  m.def("fit_large_from", &fit_large_start, arg("column"), arg("sample_weight").none(), arg("total_weight"),
        arg("resolution"), arg("weights"), arg("means"), arg("sds"), arg("free_sds"), arg("equal_sds"),
        arg("tol"), arg("max_iter"), arg("threads"), arg("progress").none());
  m.def("fit_from", &fit_start, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"), arg("tol"), arg("max_iter"), arg("general") = false);
  m.def("choose", &choose_row, arg("criteria"), arg("n_components"), arg("equal"), arg("eligible"));
  m.def("replay", &replay_steps, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"), arg("plain"), arg("held"), arg("tol"), arg("max_iter"));
}

}  // namespace mix1d::bind
