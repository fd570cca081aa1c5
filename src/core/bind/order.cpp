// order.cpp: the bootstrap test for the number of components
#include "order/order.hpp"
#include "bind/requests.hpp"

namespace mix1d::bind {

using namespace order;

namespace {

nb::tuple order_of_sample(In values, In sample_weight, double resolution, double origin, size_t n_components,
                          bool equal, size_t size, size_t replicates, size_t enough, uint64_t seed,
                          size_t threads, nb::object progress) {
  OrderRequest r;
  r.sample = sample_request(values, sample_weight, resolution, equal);
  r.sample.threads = threads;
  r.origin = origin;
  r.k = n_components;
  r.size = size;
  r.replicates = replicates;
  r.enough = enough;
  r.seed = seed;
  OrderOutcome o;
  with_poll(r.sample, progress, [&] { o = bootstrap_order(r); });
  return nb::make_tuple(o.statistic, copy_mix(o.null), copy_mix(o.alternative), copy_out(o.drawn), o.exceed);
}

}  // namespace

void bind_order(nb::module_& m) {
  using nb::arg;
  m.def("bootstrap_order", &order_of_sample, arg("values"), arg("sample_weight"), arg("resolution"),
        arg("origin"), arg("n_components"), arg("equal"), arg("size"), arg("replicates"), arg("enough"),
        arg("seed"), arg("threads"), arg("progress").none());
}

}  // namespace mix1d::bind
