// order.cpp: the tests for the number of components
#include "order/order.hpp"
#include "bind/recordings.hpp"
#include "bind/requests.hpp"
#include "order/em_order.hpp"

namespace mix1d::bind {

using namespace model;
using namespace order;

namespace {

nb::dict bootstrap_order_of(nb::handle problem, nb::handle candidates, nb::handle sample,
                            nb::handle resampling, nb::handle options) {
  const ProblemRecord data(problem);
  const CandidatesRecord tried(candidates);
  const OptionsRecord how(options);
  if (tried.n_components.size() != 1 || tried.charts.size() != 1)
    throw nb::value_error("one number of components and one chart are needed");
  OrderRequest r;
  r.sample = data.request();
  r.recording = read_recording(resampling.attr("recording"));
  if (data.observed() != (r.recording != nullptr))
    throw nb::value_error("rows of other kinds than exact values need a recording, and they alone");
  tried.ask(r.sample);
  r.sample.threads = how.threads;
  r.k = tried.n_components[0];
  r.size = nb::cast<size_t>(sample[0]);
  r.origin = nb::cast<double>(sample[1]);
  r.enough = nb::cast<size_t>(sample[2]);
  r.replicates = field<size_t>(resampling, "replicates");
  r.seed = field<uint64_t>(resampling, "seed");
  OrderOutcome o;
  with_poll(r.sample, how.progress, [&] { o = bootstrap_order(r); });
  nb::dict d;
  d["statistic"] = o.statistic;
  // of other families as fit() has them
  d["null"] = o.null.plain() ? nb::object(nb::cast(copy_mix(o.null))) : nb::object(write_mix(o.null));
  d["alternative"] =
      o.null.plain() ? nb::object(nb::cast(copy_mix(o.alternative))) : nb::object(write_mix(o.alternative));
  d["drawn"] = copy_out(o.drawn);
  d["exceed"] = o.exceed;
  return d;
}

nb::dict em_test_of(nb::handle problem, nb::handle candidates) {
  const ProblemRecord data(problem);
  const CandidatesRecord tried(candidates);
  if (tried.n_components.size() != 1 || tried.charts.size() != 1)
    throw nb::value_error("one number of components and one chart are needed");
  Request r = data.request();
  tried.ask(r);
  EmTest t;
  with_poll(r, nb::none(),
            [&] { t = em_test(r, tried.n_components[0], tried.start ? &*tried.start : nullptr); });
  nb::dict d;
  d["statistic"] = t.statistic;
  d["null"] = copy_mix(t.null);
  d["alternative"] = copy_mix(t.alternative);
  d["penalty"] = t.penalty;
  return d;
}

}  // namespace

void bind_order(nb::module_& m) {
  using nb::arg;
  m.def("bootstrap_order", &bootstrap_order_of, arg("problem"), arg("candidates"), arg("sample"),
        arg("resampling"), arg("options"));
  m.def("em_test", &em_test_of, arg("problem"), arg("candidates"));
}

}  // namespace mix1d::bind
