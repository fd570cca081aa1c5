// observations.cpp: likelihoods of rows of any kind
#include "bind/arrays.hpp"
#include "bind/requests.hpp"
#include "model/derivatives.hpp"
#include "model/general.hpp"
#include "model/problem.hpp"
#include "solve/em.hpp"

namespace mix1d::bind {

using namespace model;
using namespace observations;

namespace {

Blocks read_blocks(nb::handle observed) {
  const auto kind = field<Whole>(observed, "kind"), components = field<Whole>(observed, "components");
  const auto a = field<In>(observed, "a"), b = field<In>(observed, "b"),
             variance = field<In>(observed, "variance"), weights = field<In>(observed, "weights");
  const size_t n = kind.shape(0);
  for (size_t length : {components.shape(0), a.shape(0), b.shape(0), variance.shape(0), weights.shape(0)})
    if (length != n) throw nb::value_error("as many kinds, numbers, weights and masks are needed");
  std::vector<Kind> kinds(n);
  std::vector<uint64_t> masks(n);
  for (size_t i = 0; i < n; ++i) {
    if (kind(i) < 0 || kind(i) >= static_cast<int64_t>(KINDS))
      throw nb::value_error("kind must be 0, 1, 2 or 3");
    kinds[i] = static_cast<Kind>(kind(i));
    masks[i] = static_cast<uint64_t>(components(i));
  }
  return Blocks(
      Observations{n, kinds.data(), a.data(), b.data(), variance.data(), weights.data(), masks.data()});
}

Objective likelihood_of(Blocks blocks, const Chart& chart) {
  Objective o;
  o.blocks = std::make_shared<const Blocks>(std::move(blocks));
  o.total = o.blocks->weight();
  o.chart = &chart;
  return o;
}

nb::tuple observed_derivatives(nb::handle observed, nb::handle model) {
  const ModelRecord at(model);
  const Objective o = likelihood_of(read_blocks(observed), at.chart);
  Evaluation e;
  {
    nb::gil_scoped_release release;
    evaluate(o, at.mix, e);
  }
  return write_derivatives(at.mix, std::move(e));
}

// As a fit works it out: in the frame of the sample, with the least error counted to the sds.
double observed_log_likelihood(nb::handle problem, nb::handle model) {
  const ProblemRecord data(problem);
  const ModelRecord at(model);
  Request request = data.request();
  if (!request.recorded) throw nb::value_error("rows of any kind are needed");
  request.charts = {&at.chart};
  nb::gil_scoped_release release;
  const Problem sample(request, false);
  const Objective o = sample.objective(sample.full, 0.0, at.chart);
  Evaluation e;
  evaluate(o, sample.inside(at.mix), e);
  return e.log_likelihood + sample.log_units(o.total);
}

nb::tuple observed_em_step(nb::handle observed, nb::handle model) {
  const ModelRecord at(model);
  const Objective o = likelihood_of(read_blocks(observed), at.chart);
  Mix next;
  EmSums sums;
  {
    nb::gil_scoped_release release;
    solve::em_pass(o, at.mix, sums);
    next = solve::em_update(o, at.mix, sums);
  }
  return nb::cast<nb::tuple>(write_mix(next) + nb::make_tuple(sums.log_likelihood));
}

Out observed_responsibilities(nb::handle observed, nb::handle model) {
  const ModelRecord at(model);
  const Blocks blocks = read_blocks(observed);
  const size_t k = at.mix.k, n = blocks.observed();
  Out out = make_array(n, k);
  nb::gil_scoped_release release;
  const std::vector<double> found = general_responsibilities(blocks, at.mix);
  for (size_t i = 0; i < n; ++i) std::copy_n(found.data() + blocks.place(i) * k, k, out.data() + i * k);
  return out;
}

}  // namespace

void bind_observations(nb::module_& m) {
  using nb::arg;
  m.def("observed_derivatives", &observed_derivatives, arg("observed"), arg("model"));
  m.def("observed_log_likelihood", &observed_log_likelihood, arg("problem"), arg("model"));
  m.def("observed_em_step", &observed_em_step, arg("observed"), arg("model"));
  m.def("observed_responsibilities", &observed_responsibilities, arg("observed"), arg("model"));
}

}  // namespace mix1d::bind
