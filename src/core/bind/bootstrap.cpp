// bootstrap.cpp: the replicates of a fit
#include "resample/bootstrap.hpp"
#include "bind/requests.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;
using namespace search;
using namespace resample;

namespace {

nb::dict bootstrap(nb::handle problem, nb::handle model, nb::handle resampling, nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord estimate(model);
  const OptionsRecord how(options);
  Bootstrap b = bootstrap_of(data, estimate, resampling, how);
  Out parameters = make_array(b.replicates, 3 * b.estimate.k), log_likelihood = make_array(b.replicates),
      converged = make_array(b.replicates), collapsed = make_array(b.replicates);
  with_poll(b.request, how.progress, [&] {
    for_each_replicate(b, [&](const Replicate& r) {
      const Solution& s = r.refit.solution;
      const Mix mix = r.problem.outside(s.mix);
      std::copy(mix.v.begin(), mix.v.end(), parameters.data() + r.number * mix.v.size());
      log_likelihood.data()[r.number] = s.log_likelihood + r.problem.log_units(r.plain.total);
      converged.data()[r.number] = s.stop == Stop::converged && s.positive_definite;
      collapsed.data()[r.number] = static_cast<double>(r.refit.collapsed);
    });
  });
  nb::dict d;
  d["parameters"] = parameters;
  d["log_likelihood"] = log_likelihood;
  d["converged"] = converged;
  d["collapsed"] = collapsed;
  return d;
}

}  // namespace

void bind_bootstrap(nb::module_& m) {
  using nb::arg;
  m.def("bootstrap", &bootstrap, arg("problem"), arg("model"), arg("resampling"), arg("options"));
}

}  // namespace mix1d::bind
