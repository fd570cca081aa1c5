// laws.cpp: mixtures of any families, and what is known of each component
#include "bind/laws.hpp"

#include <algorithm>

#include "data/failure.hpp"
#include "distribution/landscape.hpp"
#include "distribution/moments.hpp"
#include "distribution/parameters.hpp"

namespace mix1d::bind {

using namespace distribution;

namespace {

template <class F>
Out at_each(const In& x, nb::handle mixture, F f) {
  Out out = make_array(x.shape(0));
  const MixedArrays arrays(mixture);
  nb::gil_scoped_release release;
  const MixedLaws laws = arrays.laws();
  for (size_t i = 0; i < x.shape(0); ++i) out.data()[i] = f(laws, x.data()[i]);
  return out;
}

template <class F>
Out of_each(nb::handle mixture, size_t columns, F f) {
  const MixedArrays arrays(mixture);
  Out out = make_array(arrays.size(), columns);
  for (size_t j = 0; j < arrays.size(); ++j) f(arrays.law(j), out.data() + j * columns);
  return out;
}

Out interval(In low, In high, nb::handle mixture, bool log) {
  if (low.shape(0) != high.shape(0)) throw data::Refused("low and high must have the same length");
  Out out = make_array(low.shape(0));
  const MixedArrays arrays(mixture);
  nb::gil_scoped_release release;
  const MixedLaws laws = arrays.laws();
  for (size_t i = 0; i < low.shape(0); ++i) {
    const double a = low.data()[i], b = high.data()[i];
    const double mass = a <= b ? laws.log_interval(a, b) : log ? NO_NUMBER : laws.log_interval(b, a);
    out.data()[i] = log ? mass : a <= b ? exp1(mass) : -exp1(mass);
  }
  return out;
}

// (k, 3): mean, sd, median, without the higher moments, which may take an integral
Out component_places(nb::handle mixture) {
  return of_each(mixture, 3, [](const Law& law, double* row) {
    row[0] = mean_of(law), row[1] = sd_of(law), row[2] = median_of(law);
  });
}

// (k, 7): mean, sd, median, skewness, kurtosis, ends of the support
Out component_facts(nb::handle mixture) {
  return of_each(mixture, 7, [](const Law& law, double* row) {
    const Support s = support_of(law);
    const double facts[] = {
        mean_of(law), sd_of(law), median_of(law), standardized_moment(law, 3), standardized_moment(law, 4),
        s.low,        s.high};
    std::copy_n(facts, 7, row);
  });
}

// (k, order + 1): moments about 0 (raw), or about the mean in sds
Out component_moments(nb::handle mixture, size_t order, bool raw) {
  return of_each(mixture, order + 1, [=](const Law& law, double* row) {
    for (size_t n = 0; n <= order; ++n) row[n] = raw ? raw_moment(law, n) : standardized_moment(law, n);
  });
}

Out mixed_modes(nb::handle mixture) { return copy_out(modes(MixedArrays(mixture).laws())); }

double mixed_entropy(nb::handle mixture) { return entropy(MixedArrays(mixture).laws()); }

// A row for each crossing of a component with the next: the number of the first, where, and 1 where the first
// gives way to the second. Weights are positive.
Out all_crossings(nb::handle mixture) {
  const MixedArrays arrays(mixture);
  std::vector<double> rows;
  for (size_t j = 0; j + 1 < arrays.size(); ++j)
    for (const Crossing& c :
         crossings(arrays.law(j), log1(arrays.weight(j)), arrays.law(j + 1), log1(arrays.weight(j + 1))))
      rows.insert(rows.end(), {static_cast<double>(j), c.value, c.rising ? 1.0 : 0.0});
  return copy_out(rows.data(), rows.size() / 3, 3);
}

Out natural_parameters(nb::handle mixture) {
  const In locations = nb::cast<In>(mixture[1]), scales = nb::cast<In>(mixture[2]),
           shapes = nb::cast<In>(mixture[4]);
  const Whole families = nb::cast<Whole>(mixture[3]);
  Out out = make_array(locations.shape(0), MOST_PARAMETERS);
  for (size_t j = 0; j < locations.shape(0); ++j) {
    const Own own = own_parameters(static_cast<Family>(families.data()[j]),
                                   {locations.data()[j], scales.data()[j], shapes.data()[j]});
    std::copy_n(own.value, MOST_PARAMETERS, out.data() + j * MOST_PARAMETERS);
  }
  return out;
}

nb::tuple border_coordinates(size_t family, In parameters) {
  if (family >= families::FAMILIES || parameters.shape(0) > MOST_PARAMETERS)
    throw data::Refused("no such family, or too many parameters");
  Own own{{0.0, 0.0, 0.0}};
  std::copy_n(parameters.data(), parameters.shape(0), own.value);
  const Border at = border_of(static_cast<Family>(family), own);
  return nb::make_tuple(at.location, at.scale, at.shape);
}

}  // namespace

bool is_mixed(nb::handle mixture) { return nb::len(mixture) == 5 && !nb::hasattr(mixture, "chart"); }

MixedArrays::MixedArrays(nb::handle mixture)
    : weights_(nb::cast<In>(mixture[0])),
      locations_(nb::cast<In>(mixture[1])),
      scales_(nb::cast<In>(mixture[2])),
      families_(nb::cast<Whole>(mixture[3])),
      shapes_(nb::cast<In>(mixture[4])) {
  const size_t k = size();
  if (locations_.shape(0) != k || scales_.shape(0) != k || families_.shape(0) != k || shapes_.shape(0) != k)
    throw data::Refused("the arrays of a mixture must have the same length");
}

MixedLaws MixedArrays::laws() const {
  return MixedLaws(size(), weights_.data(), locations_.data(), scales_.data(), families_.data(),
                   shapes_.data());
}

Law MixedArrays::law(size_t j) const {
  return law_of(static_cast<Family>(families_.data()[j]), locations_.data()[j], scales_.data()[j],
                shapes_.data()[j]);
}

Out mixed_density(const In& x, nb::handle mixture, bool log) {
  return at_each(x, mixture, [=](const MixedLaws& laws, double at) {
    const double found = laws.log_density(at);
    return log ? found : exp1(found);
  });
}

Out mixed_probability(const In& x, nb::handle mixture, bool above, bool log) {
  return at_each(x, mixture, [=](const MixedLaws& laws, double at) {
    const Tails found = laws.log_tails(at);
    const double tail = above ? found.above : found.below;
    return log ? tail : exp1(tail);
  });
}

Out mixed_quantiles(const In& p, nb::handle mixture, bool above, bool log) {
  return at_each(p, mixture,
                 [=](const MixedLaws& laws, double at) { return laws.quantile(target_of(at, above, log)); });
}

Out mixed_responsibilities(const In& x, nb::handle mixture) {
  const MixedArrays arrays(mixture);
  const size_t n = x.shape(0), k = arrays.size();
  Out out = make_array(n, k);
  nb::gil_scoped_release release;
  const MixedLaws laws = arrays.laws();
  std::vector<double> row(laws.size());
  std::fill_n(out.data(), n * k, 0.0);
  for (size_t i = 0; i < n; ++i) {
    laws.shares(x.data()[i], row.data());
    for (size_t j = 0; j < row.size(); ++j) out.data()[i * k + laws.column(j)] = row[j];
  }
  return out;
}

void bind_laws(nb::module_& m) {
  using nb::arg;
  m.def("interval", &interval, arg("low"), arg("high"), arg("mixture"), arg("log") = false);
  m.def("component_places", &component_places, arg("mixture"));
  m.def("component_facts", &component_facts, arg("mixture"));
  m.def("component_moments", &component_moments, arg("mixture"), arg("order"), arg("raw"));
  m.def("mixed_modes", &mixed_modes, arg("mixture"));
  m.def("mixed_entropy", &mixed_entropy, arg("mixture"));
  m.def("mixed_crossings", &all_crossings, arg("mixture"));
  m.def("natural_parameters", &natural_parameters, arg("mixture"));
  m.def("border_coordinates", &border_coordinates, arg("family"), arg("parameters"));
}

}  // namespace mix1d::bind
