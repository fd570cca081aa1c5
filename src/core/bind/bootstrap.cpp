// bootstrap.cpp: the replicates of a fit
#include "resample/bootstrap.hpp"
#include "bind/requests.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;
using namespace search;
using namespace resample;

namespace {

nb::tuple bootstrap(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                    int resampling, size_t replicates, uint64_t seed, double tol, size_t max_iter,
                    size_t threads, nb::object progress) {
  Bootstrap b;
  b.request = sample_request(values, sample_weight, resolution, equal);
  b.request.tol = tol;
  b.request.max_iter = max_iter;
  b.request.threads = threads;
  b.estimate = read_mix(weights, means, sds);
  b.resampling = static_cast<Resampling>(resampling);
  b.replicates = replicates;
  b.seed = seed;
  Out parameters = make_array(replicates, 3 * b.estimate.k), log_likelihood = make_array(replicates),
      converged = make_array(replicates), collapsed = make_array(replicates);
  with_poll(b.request, progress, [&] {
    for_each_replicate(b, [&](const Replicate& r) {
      const Solution& s = r.refit.solution;
      const Mix mix = r.problem.frame.out(s.mix);
      std::copy(mix.v.begin(), mix.v.end(), parameters.data() + r.number * mix.v.size());
      log_likelihood.data()[r.number] = s.log_likelihood + r.problem.frame.log_units(r.plain.total);
      converged.data()[r.number] = s.stop == Stop::converged && s.positive_definite;
      collapsed.data()[r.number] = static_cast<double>(r.refit.collapsed);
    });
  });
  return nb::make_tuple(parameters, log_likelihood, converged, collapsed);
}

}  // namespace

void bind_bootstrap(nb::module_& m) {
  using nb::arg;
  m.def("bootstrap", &bootstrap, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"), arg("resampling"), arg("replicates"), arg("seed"), arg("tol"),
        arg("max_iter"), arg("threads"), arg("progress").none());
}

}  // namespace mix1d::bind
