// bootstrap.cpp: the replicates of a fit
#include "resample/bootstrap.hpp"
#include <algorithm>
#include <cmath>

#include "bind/requests.hpp"
#include "model/general.hpp"

namespace mix1d::bind {

using namespace model;
using namespace solve;
using namespace search;
using namespace resample;

namespace {

// Weights, means and sds of what is seen of components in the window: by Fisher's identity, the derivatives
// of the logarithm of their mass there.
Mix seen(const Problem& problem, Mix mix) {
  constexpr double LEAST = 1e-12;  // of the variance, below which there is nothing but rounding
  const PreparedParts parts(mix, problem.recorded.window);
  for (size_t j = 0; parts.windowed() && j < mix.k; ++j) {
    if (mix.family_of(j) != families::Family::normal) continue;
    const double mean = parts.first(j, 0), square = 1.0 + parts.first(j, 1);
    mix.mean(j) += mix.sd(j) * mean;
    mix.sd(j) *= std::sqrt(std::max(square - mean * mean, LEAST));
  }
  return problem.frame.out(mix);
}

nb::dict bootstrap(nb::handle problem, nb::handle model, nb::handle resampling, nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord estimate(model);
  const OptionsRecord how(options);
  Bootstrap b = bootstrap_of(data, estimate, resampling, how);
  const size_t numbers = b.estimate.parts() * b.estimate.k;
  Out parameters = make_array(b.replicates, numbers), log_likelihood = make_array(b.replicates),
      converged = make_array(b.replicates), collapsed = make_array(b.replicates),
      matched = make_array(b.replicates + 1, 3 * b.estimate.k);
  with_poll(b.request, how.progress, [&] {
    for_each_replicate(b, [&](const Replicate& r) {
      const Solution& s = r.refit.solution;
      const Mix mix = r.problem.outside(s.mix);
      double* row = std::copy(mix.v.begin(), mix.v.end(), parameters.data() + r.number * numbers);
      if (numbers > mix.v.size()) std::copy(mix.shape.begin(), mix.shape.end(), row);
      auto write_seen = [&](size_t row, const Mix& at) {
        const Mix inside = seen(r.problem, at);
        std::copy(inside.v.begin(), inside.v.end(), matched.data() + row * inside.v.size());
      };
      if (r.problem.truncated()) write_seen(r.number, s.mix);
      if (r.problem.truncated() && r.number == 0) write_seen(b.replicates, r.estimate);
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
  if (b.request.recorded && !b.request.recorded->window.whole_line()) d["seen"] = matched;
  return d;
}

}  // namespace

void bind_bootstrap(nb::module_& m) {
  using nb::arg;
  m.def("bootstrap", &bootstrap, arg("problem"), arg("model"), arg("resampling"), arg("options"));
}

}  // namespace mix1d::bind
