// em_order.cpp: the EM-test for the number of components
#include "order/em_order.hpp"
#include "bind/requests.hpp"

namespace mix1d::bind {

using namespace model;
using namespace order;

namespace {

nb::tuple run(In values, In sample_weight, double resolution, size_t n_components, bool equal, Mix* known) {
  Request r = sample_request(values, sample_weight, resolution, equal);
  EmTest t;
  with_poll(r, nb::none(), [&] { t = em_test(r, n_components, known); });
  return nb::make_tuple(t.statistic, copy_mix(t.null), copy_mix(t.alternative), t.penalty);
}

nb::tuple searched(In values, In sample_weight, double resolution, size_t n_components, bool equal) {
  return run(values, sample_weight, resolution, n_components, equal, nullptr);
}

nb::tuple from_null(In values, In sample_weight, double resolution, In weights, In means, In sds,
                    bool equal) {
  Mix known = read_mix(weights, means, sds);
  return run(values, sample_weight, resolution, known.k, equal, &known);
}

}  // namespace

void bind_em_test(nb::module_& m) {
  using nb::arg;
  m.def("em_test", &searched, arg("values"), arg("sample_weight"), arg("resolution"), arg("n_components"),
        arg("equal"));
  m.def("em_test_from", &from_null, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"));
}

}  // namespace mix1d::bind
