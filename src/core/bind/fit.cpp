// fit.cpp: fits, choices among them, and the steps of a solve
#include <nanobind/stl/optional.h>

#include "bind/requests.hpp"
#include "search/candidates.hpp"
#include "search/choice.hpp"
#include "search/long_column.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;
using namespace search;

namespace {

const char* word_of(Prop prop) {
  static constexpr const char* WORDS[] = {"none", "penalty", "one_interval", "unseen", "window"};
  return WORDS[static_cast<size_t>(prop)];
}

nb::dict write_fitted(const Fitted& f, const std::vector<Chart>& charts) {
  nb::dict d;
  const auto same = [&](const Chart& chart) { return &chart == f.chart; };
  d["place"] = std::find_if(charts.begin(), charts.end(), same) - charts.begin();
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
  d["prop"] = word_of(f.prop);
  d["passed_over"] = f.passed_over;
  nb::list optima;
  for (const Optimum& o : f.optima)
    optima.append(nb::make_tuple(write_mix(o.mix), o.log_likelihood, o.penalised, o.regularized));
  d["optima"] = optima;
  return d;
}

// All that was asked for of a sample: a search, or a solve from the start under each chart.
std::vector<Fitted> fits_of(Request request, const std::optional<Mix>& start) {
  if (!start) return fit(request);
  std::vector<Fitted> rows;
  const std::vector<const Chart*> charts = request.charts;
  for (const Chart* chart : charts) {
    request.charts = {chart};
    rows.push_back(fit_from(request, *start));
  }
  return rows;
}

nb::list write_all(const std::vector<Fitted>& rows, const std::vector<Chart>& charts) {
  nb::list out;
  for (const Fitted& f : rows) out.append(write_fitted(f, charts));
  return out;
}

nb::tuple fit_problem(nb::handle problem, nb::handle candidates, nb::handle options) {
  const ProblemRecord data(problem);
  const CandidatesRecord tried(candidates);
  const OptionsRecord how(options);
  Request r = data.request();
  tried.ask(r);
  how.ask(r);
  if (!data.long_column()) {
    std::vector<Fitted> rows;
    with_poll(r, how.progress, [&] { rows = fits_of(r, tried.start); });
    return nb::make_tuple(write_all(rows, tried.charts), nb::none());
  }
  LongFit found;
  with_poll(r, how.progress,
            [&] { found = fit_long(r, [&](const Request& nodes) { return fits_of(nodes, tried.start); }); });
  const Nodes& nodes = found.nodes;
  return nb::make_tuple(
      write_all(found.fits, tried.charts),
      nb::make_tuple(copy_out(nodes.values), copy_out(nodes.weights), copy_out(nodes.width)));
}

nb::tuple criteria(size_t n_components, nb::handle chart, double log_likelihood, double entropy,
                   double total_weight, size_t undetermined) {
  const Criteria c =
      criteria_of(read_chart(chart), n_components, log_likelihood, entropy, total_weight, undetermined);
  return nb::make_tuple(c.n_parameters, c.aic, c.bic, c.icl);
}

size_t choose_row(In criteria, In n_components, In equal, In eligible) {
  std::vector<Choice> choices;
  for (size_t i = 0; i < criteria.shape(0); ++i)
    choices.push_back(
        {criteria(i), static_cast<size_t>(n_components(i)), equal(i) != 0.0, eligible(i) != 0.0});
  return choose(choices);
}

size_t most_of(size_t n_distinct, nb::handle charts) {
  std::vector<Chart> all;
  for (nb::handle chart : charts) all.push_back(read_chart(chart));
  std::vector<const Chart*> each;
  for (const Chart& chart : all) each.push_back(&chart);
  return most_components(n_distinct, each);
}

nb::dict replay_steps(nb::handle problem, nb::handle model, bool plain, bool held, nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord start(model);
  const OptionsRecord how(options);
  Request r = data.request();
  r.charts = {&start.chart};
  how.ask(r);
  std::vector<Step> steps;
  {
    nb::gil_scoped_release release;
    steps = replay(r, start.mix, plain, held);
  }
  nb::list phases;
  const size_t size = start.mix.parts() * start.mix.k;
  Out penalty = make_array(steps.size()), objective = make_array(steps.size()),
      log_likelihood = make_array(steps.size()), parameters = make_array(steps.size(), size);
  for (size_t i = 0; i < steps.size(); ++i) {
    phases.append(steps[i].phase == Phase::em ? "em" : "newton");
    penalty.data()[i] = steps[i].penalty;
    objective.data()[i] = steps[i].objective;
    log_likelihood.data()[i] = steps[i].log_likelihood;
    const Mix& mix = steps[i].mix;
    double* rest = std::copy(mix.v.begin(), mix.v.end(), parameters.data() + size * i);
    if (!start.mix.plain()) std::copy(mix.shape.begin(), mix.shape.end(), rest);
  }
  nb::dict d;
  d["phases"] = phases;
  d["penalty"] = penalty;
  d["objective"] = objective;
  d["log_likelihood"] = log_likelihood;
  d["parameters"] = parameters;
  return d;
}

}  // namespace

void bind_fit(nb::module_& m) {
  using nb::arg;
  m.def("fit", &fit_problem, arg("problem"), arg("candidates"), arg("options"));
  m.def("criteria", &criteria, arg("n_components"), arg("chart"), arg("log_likelihood"), arg("entropy"),
        arg("total_weight"), arg("undetermined") = 0);
  m.def("choose", &choose_row, arg("criteria"), arg("n_components"), arg("equal"), arg("eligible"));
  m.def("most_components", &most_of, arg("n_distinct"), arg("charts"));
  m.def("replay", &replay_steps, arg("problem"), arg("model"), arg("plain"), arg("held"), arg("options"));
}

}  // namespace mix1d::bind
