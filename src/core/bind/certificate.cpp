// certificate.cpp: the certificate
#include "certificate/certificate.hpp"
#include "bind/arrays.hpp"
#include "bind/requests.hpp"

namespace mix1d::bind {

using namespace model;
using namespace search;
using namespace certificate;

namespace {

nb::dict certify_fit(In values, In sample_weight, In weights, In means, In sds, double min_sd,
                     size_t max_iter, size_t threads, nb::object progress) {
  CertificateRequest r;
  r.values = values.data();
  r.weights = sample_weight.data();
  r.n = values.shape(0);
  r.min_sd = min_sd;
  r.max_iter = max_iter;
  r.threads = threads;
  const Mix fit = read_mix(weights, means, sds);
  Certificate c;
  with_poll(r, progress, [&] { c = certify(r, fit); });
  nb::dict d;
  d["weights"] = copy_out(c.weights);
  d["means"] = copy_out(c.means);
  d["gain"] = c.gain;
  d["largest"] = c.largest;
  d["iterations"] = c.iterations;
  d["grid"] = copy_out(c.grid);
  d["excess"] = copy_out(c.excess);
  d["at"] = c.at;
  d["at_gain"] = c.at_gain;
  d["at_weight"] = c.at_weight;
  return d;
}

}  // namespace

void bind_npmle(nb::module_& m) {
  using nb::arg;
  m.def("certify", &certify_fit, arg("values"), arg("sample_weight"), arg("weights"), arg("means"),
        arg("sds"), arg("min_sd"), arg("max_iter"), arg("threads"), arg("progress").none());
}

}  // namespace mix1d::bind
