// steps.cpp: single steps, as the tests and the teaching EM take them
#include "bind/requests.hpp"
#include "model/derivatives.hpp"
#include "solve/em.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;

namespace {

Objective plain_likelihood(const ProblemRecord& data, const Points& points, const Chart& chart) {
  Objective o;
  o.read(points, data.general() || !chart.all_normal());
  o.total = points.total;
  o.extreme = true;
  o.chart = &chart;
  return o;
}

nb::tuple em_step(nb::handle problem, nb::handle model) {
  const ProblemRecord data(problem);
  const ModelRecord at(model);
  Mix next;
  EmSums sums;
  {
    nb::gil_scoped_release release;
    const Points points = data.points();
    const Objective o = plain_likelihood(data, points, at.chart);
    em_pass(o, at.mix, sums);
    next = em_update(o, at.mix, sums);
  }
  return nb::cast<nb::tuple>(write_mix(next) + nb::make_tuple(sums.log_likelihood));
}

nb::tuple derivatives(nb::handle problem, nb::handle model) {
  const ProblemRecord data(problem);
  const ModelRecord at(model);
  const Mix& mix = at.mix;
  Evaluation e;
  {
    nb::gil_scoped_release release;
    const Points points = data.points();
    evaluate(plain_likelihood(data, points, at.chart), mix, e);
  }
  return write_derivatives(mix, std::move(e));
}

// In the free coordinates of the chart: gradient, minus the Hessian, and the mixture a step away.
nb::tuple chart_step(nb::handle problem, nb::handle model, In step) {
  const ProblemRecord data(problem);
  const ModelRecord at(model);
  const Points points = data.points();
  Evaluation e;
  evaluate(plain_likelihood(data, points, at.chart), at.mix, e);
  const Tangent t = at.chart.tangent(at.mix);
  const size_t m = t.layout.size();
  if (step.shape(0) != m)
    throw nb::value_error("step must have as many entries as there are free coordinates");
  std::vector<double> matrix = t.pull_matrix(e.negative);
  t.add_curvature(e.gradient, matrix);
  const Mix next = at.chart.retract(at.mix, {step.data(), step.data() + m}, {});
  return nb::make_tuple(copy_out(t.pull(e.gradient)), copy_out(matrix.data(), m, m), write_mix(next));
}

nb::dict polish_from(nb::handle problem, nb::handle model, nb::handle penalty, double floor, size_t em_steps,
                     size_t max_iter) {
  const ProblemRecord data(problem);
  const ModelRecord start(model);
  const double weight = nb::cast<double>(penalty[0]), variance = nb::cast<double>(penalty[1]);
  Solution s;
  {
    nb::gil_scoped_release release;
    const Points points = data.points();
    Objective o = plain_likelihood(data, points, start.chart);
    o.penalty = start.chart.sds_tied() ? 0.0 : weight;
    o.penalise_beside(variance);
    o.least_sd = {floor, nullptr};
    PolishOptions options;
    options.em_steps = em_steps;
    options.max_iter = max_iter;
    s = polish(o, start.chart.project(start.mix), options);
  }
  nb::dict d;
  d["mixture"] = write_mix(s.mix);
  d["log_likelihood"] = s.log_likelihood;
  d["objective"] = s.objective;
  d["decrement"] = s.decrement;
  d["iterations"] = s.iterations;
  d["converged"] = s.stop == Stop::converged && s.positive_definite;
  return d;
}

}  // namespace

void bind_steps(nb::module_& m) {
  using nb::arg;
  m.def("em_step", &em_step, arg("problem"), arg("model"));
  m.def("derivatives", &derivatives, arg("problem"), arg("model"));
  m.def("chart_step", &chart_step, arg("problem"), arg("model"), arg("step"));
  m.def("polish", &polish_from, arg("problem"), arg("model"), arg("penalty"), arg("floor"),
        arg("em_steps") = 2, arg("max_iter") = 200);
}

}  // namespace mix1d::bind
