// intervals.cpp: covariances, profile intervals, profile likelihoods
#include "inference/intervals.hpp"
#include "bind/arrays.hpp"
#include "bind/requests.hpp"
#include "inference/crossings.hpp"
#include "inference/information.hpp"
#include "resample/bootstrap.hpp"

namespace mix1d::bind {

using namespace model;
using namespace resample;
using namespace inference;

namespace {

// One quantity a row: kind, i, j, at.
using Rows = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

std::vector<Quantity> read_quantities(const Rows& rows) {
  std::vector<Quantity> out(rows.shape(0));
  for (size_t r = 0; r < out.size(); ++r)
    out[r] = {static_cast<Kind>(static_cast<int>(rows(r, 0))), static_cast<size_t>(rows(r, 1)),
              static_cast<size_t>(rows(r, 2)), rows(r, 3)};
  return out;
}

std::vector<size_t> read_places(In places) {
  std::vector<size_t> out(places.shape(0));
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<size_t>(places(i));
  return out;
}

Out profile_intervals(In values, In sample_weight, double resolution, In weights, In means, In sds,
                      bool equal, Rows quantities, In critical, In held, size_t threads, nb::object progress,
                      bool general) {
  Request r = sample_request(values, sample_weight, resolution, equal);
  r.general = general;
  r.threads = threads;
  const Mix mix = read_mix(weights, means, sds);
  const std::vector<Quantity> wanted = read_quantities(quantities);
  const std::vector<double> levels(critical.data(), critical.data() + critical.shape(0));
  const std::vector<size_t> places = read_places(held);
  std::vector<Interval> found;
  with_poll(r, progress, [&] { found = intervals(r, mix, wanted, levels, places); });
  Out out = make_array(found.size(), 10);
  for (size_t i = 0; i < found.size(); ++i) {
    const Interval& f = found[i];
    const double row[10] = {f.value,
                            f.error,
                            f.lower,
                            f.upper,
                            static_cast<double>(f.below),
                            static_cast<double>(f.above),
                            f.lowest,
                            f.highest,
                            f.fall_below,
                            f.fall_above};
    std::copy_n(row, 10, out.data() + 10 * i);
  }
  return out;
}

Out profile_fall(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                 Rows quantity, In at, In held, size_t threads, bool general) {
  Request r = sample_request(values, sample_weight, resolution, equal);
  r.general = general;
  r.threads = threads;
  const Mix mix = read_mix(weights, means, sds);
  const Quantity q = read_quantities(quantity)[0];
  const std::vector<size_t> places = read_places(held);
  std::vector<double> fall;
  {
    nb::gil_scoped_release release;
    fall = profile(r, mix, q, {at.data(), at.data() + at.shape(0)}, places);
  }
  return copy_out(fall);
}

Out covariance_of(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                  bool sandwich, In held, bool general) {
  const Mix mix = read_mix(weights, means, sds);
  const std::vector<size_t> places = read_places(held);
  std::vector<double> table;
  {
    nb::gil_scoped_release release;
    table = covariance(values.data(), sample_weight.data(), values.shape(0), resolution, mix, chart_of(equal),
                       sandwich, places, general);
  }
  return copy_out(table.data(), 3 * mix.k, 3 * mix.k);
}

Out information_of(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                   In held) {
  const Mix mix = read_mix(weights, means, sds);
  const std::vector<size_t> places = read_places(held);
  Information found;
  {
    nb::gil_scoped_release release;
    found = information(values.data(), sample_weight.data(), values.shape(0), resolution, mix,
                        chart_of(equal), false, places);
  }
  return copy_out(found.matrix.data(), found.kept.size(), found.kept.size());
}

// The components that owe their widths to the penalty.
Out propped_of(In values, In sample_weight, In weights, In means, In sds, long collapsed) {
  const Mix mix = read_mix(weights, means, sds);
  const std::vector<size_t> found =
      propped(values.data(), sample_weight.data(), values.shape(0), mix, collapsed);
  return copy_out(std::vector<double>(found.begin(), found.end()));
}

// One mixture a row (weights, means, sds): its quantities.
Out evaluate_all(Rows mixtures, Rows quantities, In near) {
  const std::vector<Quantity> wanted = read_quantities(quantities);
  const std::vector<double> start(near.data(), near.data() + near.shape(0));
  const size_t count = mixtures.shape(0), size = mixtures.shape(1);
  Out out = make_array(count, wanted.size());
  nb::gil_scoped_release release;
  for (size_t r = 0; r < count; ++r) {
    Mix mix(size / 3);
    std::copy_n(mixtures.data() + r * size, size, mix.v.begin());
    const std::vector<double> values = evaluate_quantities(mix, wanted, start);
    std::copy(values.begin(), values.end(), out.data() + r * values.size());
  }
  return out;
}

Out confusion_table(In weights, In means, In sds) {
  const Mix mix = read_mix(weights, means, sds);
  const std::vector<double> table = confusion(mix, regions(mix));
  return copy_out(table.data(), mix.k, mix.k);
}

Out calibrated_falls(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                     Rows quantities, int resampling, size_t replicates, uint64_t seed, size_t threads,
                     nb::object progress) {
  Bootstrap b;
  b.request = sample_request(values, sample_weight, resolution, equal);
  b.request.threads = threads;
  b.estimate = read_mix(weights, means, sds);
  b.resampling = static_cast<Resampling>(resampling);
  b.replicates = replicates;
  b.seed = seed;
  const std::vector<Quantity> wanted = read_quantities(quantities);
  std::vector<double> falls;
  with_poll(b.request, progress, [&] { falls = calibrate(b, wanted); });
  Out out = make_array(replicates, wanted.size());
  std::copy(falls.begin(), falls.end(), out.data());
  return out;
}

}  // namespace

void bind_intervals(nb::module_& m) {
  using nb::arg;
  m.def("profile_intervals", &profile_intervals, arg("values"), arg("sample_weight"), arg("resolution"),
        arg("weights"), arg("means"), arg("sds"), arg("equal"), arg("quantities"), arg("critical"),
        arg("held"), arg("threads"), arg("progress").none(), arg("general") = false);
  m.def("profile_fall", &profile_fall, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"), arg("quantity"), arg("at"), arg("held"), arg("threads"),
        arg("general") = false);
  m.def("evaluate_quantities", &evaluate_all, arg("mixtures"), arg("quantities"), arg("near"));
  m.def("confusion", &confusion_table, arg("weights"), arg("means"), arg("sds"));
  m.def("calibrated_falls", &calibrated_falls, arg("values"), arg("sample_weight"), arg("resolution"),
        arg("weights"), arg("means"), arg("sds"), arg("equal"), arg("quantities"), arg("resampling"),
        arg("replicates"), arg("seed"), arg("threads"), arg("progress").none());
  m.def("covariance", &covariance_of, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"), arg("sandwich"), arg("held"), arg("general") = false);
  m.def("information", &information_of, arg("values"), arg("sample_weight"), arg("resolution"),
        arg("weights"), arg("means"), arg("sds"), arg("equal"), arg("held"));
  m.def("propped", &propped_of, arg("values"), arg("sample_weight"), arg("weights"), arg("means"), arg("sds"),
        arg("collapsed"));
}

}  // namespace mix1d::bind
