// observations.cpp: likelihoods of rows of any kind
#include "bind/arrays.hpp"
#include "bind/requests.hpp"
#include "model/derivatives.hpp"
#include "model/general.hpp"
#include "solve/em.hpp"

namespace mix1d::bind {

using namespace model;
using namespace observations;

namespace {

using Whole = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// One row each: its kind (observations/block.hpp), two numbers, a weight and a mask of components.
Blocks read_blocks(Whole kind, In a, In b, In sample_weight, Whole components) {
  const size_t n = kind.shape(0);
  std::vector<Kind> kinds(n);
  std::vector<uint64_t> masks(n);
  for (size_t i = 0; i < n; ++i) {
    kinds[i] = static_cast<Kind>(kind(i));
    masks[i] = static_cast<uint64_t>(components(i));
  }
  return Blocks(Observations{n, kinds.data(), a.data(), b.data(), sample_weight.data(), masks.data()});
}

Objective likelihood_of(Blocks blocks) {
  Objective o;
  o.blocks = std::make_shared<const Blocks>(std::move(blocks));
  o.total = o.blocks->weight();
  return o;
}

nb::tuple observed_derivatives(Whole kind, In a, In b, In sample_weight, Whole components, In weights,
                               In means, In sds) {
  const Mix mix = read_mix(weights, means, sds);
  Evaluation e;
  {
    nb::gil_scoped_release release;
    evaluate(likelihood_of(read_blocks(kind, a, b, sample_weight, components)), mix, e);
  }
  return write_derivatives(mix, e);
}

nb::tuple observed_em_step(Whole kind, In a, In b, In sample_weight, Whole components, In weights, In means,
                           In sds, bool equal) {
  const Mix mix = read_mix(weights, means, sds);
  Mix next;
  EmSums sums;
  {
    nb::gil_scoped_release release;
    Objective o = likelihood_of(read_blocks(kind, a, b, sample_weight, components));
    o.chart = &chart_of(equal);
    solve::em_pass(o, mix, sums);
    next = solve::em_update(o, mix, sums);
  }
  return nb::cast<nb::tuple>(write_mix(next) + nb::make_tuple(sums.log_likelihood));
}

Out observed_responsibilities(Whole kind, In a, In b, In sample_weight, Whole components, In weights,
                              In means, In sds) {
  const Mix mix = read_mix(weights, means, sds);
  const size_t n = kind.shape(0);
  Out out = make_array(n, mix.k);
  nb::gil_scoped_release release;
  const Blocks blocks = read_blocks(kind, a, b, sample_weight, components);
  const std::vector<double> found = general_responsibilities(blocks, mix);
  for (size_t i = 0; i < n; ++i)
    std::copy_n(found.data() + blocks.place(i) * mix.k, mix.k, out.data() + i * mix.k);
  return out;
}

}  // namespace

void bind_observations(nb::module_& m) {
  using nb::arg;
  m.def("observed_derivatives", &observed_derivatives, arg("kind"), arg("a"), arg("b"), arg("sample_weight"),
        arg("components"), arg("weights"), arg("means"), arg("sds"));
  m.def("observed_em_step", &observed_em_step, arg("kind"), arg("a"), arg("b"), arg("sample_weight"),
        arg("components"), arg("weights"), arg("means"), arg("sds"), arg("equal") = false);
  m.def("observed_responsibilities", &observed_responsibilities, arg("kind"), arg("a"), arg("b"),
        arg("sample_weight"), arg("components"), arg("weights"), arg("means"), arg("sds"));
}

}  // namespace mix1d::bind
