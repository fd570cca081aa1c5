// random.cpp: single draws of the random streams, as the tests look at them
#include "bind/requests.hpp"
#include "resample/draws.hpp"

namespace mix1d::bind {

using namespace model;
using namespace resample;

namespace {

nb::tuple draw_sample(uint64_t seed, uint64_t stream, size_t n, nb::handle mixture, double resolution,
                      double origin) {
  const Mix mix = read_mix(mixture);
  Random random(seed, stream);
  const Drawn drawn = draw_values(random, mix, n, 1.0, {resolution, origin});
  return nb::make_tuple(copy_out(drawn.values), copy_out(drawn.weights));
}

// Gamma weights; with `draws`, counts of so many draws instead.
Out new_weights(uint64_t seed, uint64_t stream, In sample_weight, nb::object draws) {
  Random random(seed, stream);
  std::vector<double> out(sample_weight.shape(0));
  if (draws.is_none())
    draw_weights(random, sample_weight.data(), out.size(), out.data());
  else
    draw_counts(random, sample_weight.data(), out.size(), nb::cast<size_t>(draws), out.data());
  return copy_out(out);
}

}  // namespace

void bind_random(nb::module_& m) {
  using nb::arg;
  m.def("draw_sample", &draw_sample, arg("seed"), arg("stream"), arg("n"), arg("mixture"),
        arg("resolution") = 0.0, arg("origin") = 0.0);
  m.def("draw_weights", &new_weights, arg("seed"), arg("stream"), arg("sample_weight"),
        arg("draws").none() = nb::none());
}

}  // namespace mix1d::bind
