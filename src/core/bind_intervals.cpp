// bind_intervals.cpp: profile intervals, profile likelihoods, products of scores
#include "arrays.hpp"
#include "bootstrap.hpp"
#include "fit_binding.hpp"
#include "intervals.hpp"

using namespace mix1d;

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

Request request_of(In values, In sample_weight, double resolution, bool equal, size_t threads) {
  Request r;
  r.values = values.data();
  r.weights = sample_weight.data();
  r.n = values.shape(0);
  r.resolution = resolution;
  r.equal_sds = equal;
  r.threads = threads;
  return r;
}

Out profile_intervals(In values, In sample_weight, double resolution, In weights, In means, In sds,
                      bool equal, Rows quantities, In critical, size_t threads, nb::object progress) {
  Request r = request_of(values, sample_weight, resolution, equal, threads);
  const Mix mix = read_mix(weights, means, sds);
  const std::vector<Quantity> wanted = read_quantities(quantities);
  const std::vector<double> levels(critical.data(), critical.data() + critical.shape(0));
  std::vector<Interval> found;
  with_poll(r, progress, [&] { found = intervals(r, mix, wanted, levels); });
  Out out = make_array(found.size(), 6);
  for (size_t i = 0; i < found.size(); ++i) {
    const Interval& f = found[i];
    const double row[6] = {
        f.value, f.error, f.lower, f.upper, static_cast<double>(f.below), static_cast<double>(f.above)};
    std::copy_n(row, 6, out.data() + 6 * i);
  }
  return out;
}

Out profile_fall(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                 Rows quantity, In at, size_t threads) {
  Request r = request_of(values, sample_weight, resolution, equal, threads);
  const Mix mix = read_mix(weights, means, sds);
  const Quantity q = read_quantities(quantity)[0];
  std::vector<double> fall;
  {
    nb::gil_scoped_release release;
    fall = profile(r, mix, q, {at.data(), at.data() + at.shape(0)});
  }
  Out out = make_array(fall.size());
  std::copy(fall.begin(), fall.end(), out.data());
  return out;
}

Out score_products(In values, In sample_weight, In weights, In means, In sds) {
  const Mix mix = read_mix(weights, means, sds);
  std::vector<double> products;
  {
    nb::gil_scoped_release release;
    Points points(values.data(), sample_weight.data(), values.shape(0));
    Objective o;
    o.points = &points;
    o.total = points.total;
    o.extreme = true;
    products = products_of_scores(o, mix);
  }
  const size_t m = 3 * mix.k;
  Out out = make_array(m, m);
  std::copy(products.begin(), products.end(), out.data());
  return out;
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
  const std::vector<double> table = quantities::confusion(mix, quantities::regions(mix));
  Out out = make_array(mix.k, mix.k);
  std::copy(table.begin(), table.end(), out.data());
  return out;
}

Out calibrated_falls(In values, In sample_weight, double resolution, In weights, In means, In sds, bool equal,
                     Rows quantities, int resampling, size_t replicates, uint64_t seed, size_t threads,
                     nb::object progress) {
  Bootstrap b;
  b.request = request_of(values, sample_weight, resolution, equal, threads);
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
        arg("threads"), arg("progress").none());
  m.def("profile_fall", &profile_fall, arg("values"), arg("sample_weight"), arg("resolution"), arg("weights"),
        arg("means"), arg("sds"), arg("equal"), arg("quantity"), arg("at"), arg("threads"));
  m.def("evaluate_quantities", &evaluate_all, arg("mixtures"), arg("quantities"), arg("near"));
  m.def("confusion", &confusion_table, arg("weights"), arg("means"), arg("sds"));
  m.def("calibrated_falls", &calibrated_falls, arg("values"), arg("sample_weight"), arg("resolution"),
        arg("weights"), arg("means"), arg("sds"), arg("equal"), arg("quantities"), arg("resampling"),
        arg("replicates"), arg("seed"), arg("threads"), arg("progress").none());
  m.def("score_products", &score_products, arg("values"), arg("sample_weight"), arg("weights"), arg("means"),
        arg("sds"));
}
