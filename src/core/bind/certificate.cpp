// certificate.cpp: the certificate
#include "certificate/certificate.hpp"
#include "bind/requests.hpp"
#include "certificate/recorded_certificate.hpp"

namespace mix1d::bind {

using namespace model;
using namespace search;
using namespace certificate;

namespace {

nb::dict certify_fit(nb::handle problem, nb::handle mixture, double min_sd, nb::handle options) {
  const ProblemRecord data(problem);
  const OptionsRecord how(options);
  const Mix fit = read_mix(mixture);
  CertificateRequest r;
  if (!data.observed()) {
    r.values = data.values().data();
    r.weights = data.weights().data();
    r.n = data.values().shape(0);
  }
  r.min_sd = min_sd;
  r.max_iter = how.max_iter;
  r.threads = how.threads;
  Certificate c;
  if (data.observed()) {
    const Request request = data.request();
    with_poll(r, how.progress, [&] { c = certify(r, Problem(request, false), fit); });
  } else {
    with_poll(r, how.progress, [&] { c = certify(r, fit); });
  }
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
  m.def("certify", &certify_fit, arg("problem"), arg("mixture"), arg("min_sd"), arg("options"));
}

}  // namespace mix1d::bind
