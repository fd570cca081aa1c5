// requests.cpp: fields of records, words for charts, and polls
#include "bind/requests.hpp"
#include "bind/recordings.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/failure.hpp"

namespace mix1d::bind {

using namespace data;
using namespace model;
using namespace resample;

namespace {

// The place of a word among those that are known.
size_t place_of(nb::handle word, std::initializer_list<const char*> known, const char* what) {
  const nb::str text(word);
  const std::string given = text.c_str();
  size_t place = 0;
  for (const char* name : known) {
    if (given == name) return place;
    ++place;
  }
  throw nb::value_error((std::string("unknown ") + what + ": " + given).c_str());
}

std::vector<Slot> read_slots(nb::handle slots) {
  std::vector<Slot> out;
  for (nb::handle slot : slots) out.push_back({nb::cast<int>(slot[0]), nb::cast<double>(slot[1])});
  return out;
}

// The first component is a background where the chart holds it.
void mark_background(Mix& mix, const Chart& chart) {
  if (chart.n_leading() == 0 || mix.k == 0 || !mix.all_normal()) return;
  mix.family.assign(mix.k, families::Family::normal), mix.shape.assign(mix.k, 0.0);
  mix.family[0] = families::Family::uniform;
}

bool is_word(nb::handle thing) { return PyUnicode_Check(thing.ptr()); }

template <class T>
std::vector<T> read_all(nb::handle sequence) {
  std::vector<T> out;
  for (nb::handle item : sequence) out.push_back(nb::cast<T>(item));
  return out;
}

}  // namespace

families::Family read_family(int64_t number) {
  if (number < 0 || number >= static_cast<int64_t>(families::FAMILIES))
    throw nb::value_error("family must be a number of the table of families");
  return static_cast<families::Family>(number);
}

Mix read_mix(In weights, In means, In sds) {
  Mix mix(weights.shape(0));
  if (means.shape(0) != mix.k || sds.shape(0) != mix.k)
    throw nb::value_error("weights, means and sds must have the same length");
  std::copy_n(weights.data(), mix.k, mix.v.begin());
  std::copy_n(means.data(), mix.k, mix.v.begin() + static_cast<long>(mix.k));
  std::copy_n(sds.data(), mix.k, mix.v.begin() + static_cast<long>(2 * mix.k));
  return mix;
}

Mix read_mix(nb::handle arrays) {
  try {
    Mix mix = read_mix(nb::cast<In>(arrays[0]), nb::cast<In>(arrays[1]), nb::cast<In>(arrays[2]));
    constexpr size_t WITH_FAMILIES = 5;
    const bool record = nb::hasattr(arrays, "families");  // a Model
    const nb::object families = record                             ? nb::object(arrays.attr("families"))
                                : nb::len(arrays) == WITH_FAMILIES ? nb::object(arrays[3])
                                                                   : nb::none();
    if (families.is_none()) return mix;
    const auto family = nb::cast<Whole>(families);
    const auto shape = nb::cast<In>(record ? nb::object(arrays.attr("shapes")) : nb::object(arrays[4]));
    if (family.shape(0) != mix.k || shape.shape(0) != mix.k)
      throw nb::value_error("families and shapes must be as many as weights");
    mix.family.resize(mix.k), mix.shape.resize(mix.k);
    for (size_t j = 0; j < mix.k; ++j) mix.family[j] = read_family(family(j)), mix.shape[j] = shape(j);
    return mix;
  } catch (const nb::cast_error&) {
    throw nb::type_error("weights, means, sds and shapes must be arrays of float64, families of int64");
  }
}

Out copy_mix(const Mix& mix) { return copy_out(mix.v.data(), 3, mix.k); }

nb::tuple write_mix(const Mix& mix) {
  const size_t k = mix.k;
  const nb::tuple three = nb::make_tuple(copy_out(mix.v.data(), k), copy_out(mix.v.data() + k, k),
                                         copy_out(mix.v.data() + 2 * k, k));
  if (mix.plain()) return three;
  auto* family = new int64_t[k];
  for (size_t j = 0; j < k; ++j) family[j] = static_cast<int64_t>(mix.family[j]);
  const nb::capsule owner(family, [](void* p) noexcept { delete[] static_cast<int64_t*>(p); });
  const nb::ndarray<nb::numpy, int64_t, nb::ndim<1>> families(family, {k}, owner);
  return nb::cast<nb::tuple>(three + nb::make_tuple(families, copy_out(mix.shape.data(), k)));
}

nb::tuple write_derivatives(const Mix& mix, Evaluation e) {
  const size_t k = mix.k, m = e.gradient.size();
  auto unit = [&](size_t i) { return i >= k && i < 2 * k ? 1.0 / mix.sd(i - k) : 1.0; };
  for (size_t i = 0; i < m; ++i) {
    e.gradient[i] *= unit(i);
    for (size_t j = 0; j < m; ++j) e.negative[i * m + j] *= -unit(i) * unit(j);
  }
  return nb::make_tuple(e.log_likelihood, copy_out(e.gradient.data(), m), copy_out(e.negative.data(), m, m));
}

Chart read_chart(nb::handle record) {
  const nb::object weights = record.attr("weights"), means = record.attr("means"), sds = record.attr("sds");
  Chart chart;
  if (!is_word(sds)) {
    chart.sds(read_slots(sds));
  } else if (const size_t word = place_of(sds, {"free", "equal", "proportional", "held"}, "sds"); word == 1) {
    chart = Chart::equal_sds();
  } else if (word == 2) {
    const double origin = field<double>(record, "origin");
    const nb::object cv = record.attr("cv");
    cv.is_none() ? chart.proportional_sds(origin) : chart.proportional_sds(origin, nb::cast<double>(cv));
  } else if (word == 3) {
    chart.held_sds(field<double>(record, "held_sd"));
  }
  if (const nb::object family = record.attr("family"); nb::isinstance<nb::int_>(family)) {
    chart.of(read_family(nb::cast<int64_t>(family)));
  } else {
    std::vector<families::Family> each;
    for (const int64_t number : read_all<int64_t>(family)) each.push_back(read_family(number));
    chart.of(std::move(each));
  }
  chart.at_most(field<size_t>(record, "at_most"));
  if (field<bool>(record, "background")) chart.leading(1);
  if (const nb::object held = record.attr("held_at"); !held.is_none())
    chart.held_at(read_all<double>(held[0]), read_all<double>(held[1]), read_all<double>(held[2]));
  if (!is_word(weights))
    chart.weights(read_slots(weights));
  else if (place_of(weights, {"free", "held"}, "weights") == 1)
    chart.held_weights();
  if (!is_word(means))
    chart.means(read_slots(means));
  else if (const size_t word = place_of(means, {"free", "spaced", "growing"}, "means"); word > 0)
    word == 1 ? chart.spaced_means() : chart.growing_means();
  return chart;
}

// Keeps the rows of an `Observed`.
struct ProblemRecord::ObservedArrays {
  std::vector<observations::Kind> kind;
  std::vector<uint64_t> components;
  In a, b, variance, weights;
  Recorded recorded;

  explicit ObservedArrays(nb::handle record)
      : a(field<In>(record, "a")),
        b(field<In>(record, "b")),
        variance(field<In>(record, "variance")),
        weights(field<In>(record, "weights")) {
    const auto kinds = field<Whole>(record, "kind"), masks = field<Whole>(record, "components");
    const size_t n = a.shape(0);
    for (size_t length : {b.shape(0), variance.shape(0), weights.shape(0), kinds.shape(0), masks.shape(0)})
      if (length != n) throw nb::value_error("as many kinds, numbers, weights and masks are needed");
    for (size_t i = 0; i < n; ++i) {
      if (kinds(i) < 0 || kinds(i) >= static_cast<int64_t>(observations::KINDS))
        throw nb::value_error("kind must be 0, 1, 2 or 3");
      if (kinds(i) % 2 == 0 && !std::isfinite(a(i))) throw nb::value_error("exact values must be finite");
      kind.push_back(static_cast<observations::Kind>(kinds(i)));
      components.push_back(static_cast<uint64_t>(masks(i)));
    }
    recorded.rows = {n, kind.data(), a.data(), b.data(), variance.data(), weights.data(), components.data()};
    if (const nb::object window = record.attr("window"); !window.is_none()) {
      recorded.window = {nb::cast<double>(window[0]), nb::cast<double>(window[1])};
      recorded.common_window = field<bool>(record, "common_window");
    }
    recorded.log_constant = field<double>(record, "log_constant");
    recorded.named = field<size_t>(record, "named");
    if (const nb::object range = record.attr("background"); !range.is_none()) {
      recorded.background_low = nb::cast<double>(range[0]);
      recorded.background_high = nb::cast<double>(range[1]);
    }
  }
};

ProblemRecord::ProblemRecord(nb::handle record)
    : resolution_(field<double>(record, "resolution")), general_(field<bool>(record, "general")) {
  const nb::object observed = record.attr("observed");
  if (!observed.is_none()) {
    observed_ = std::make_shared<const ObservedArrays>(observed);
    return;
  }
  const nb::object total = record.attr("total_weight"), weights = record.attr("weights");
  if (total.is_none()) {
    values_ = field<In>(record, "values");
    weights_ = field<In>(record, "weights");
    if (weights_->shape(0) != values_->shape(0))
      throw nb::value_error("as many weights as values are needed");
    const nb::object widths = record.attr("widths");
    if (!widths.is_none()) widths_ = field<In>(record, "widths");
    return;
  }
  total_weight_ = nb::cast<double>(total);
  column_.emplace(record.attr("values"));
  if (!weights.is_none()) column_weight_.emplace(weights);
}

const In& ProblemRecord::only_exact(const std::optional<In>& array) const {
  if (observed_)
    throw Refused(
        "data must be exact values here, got rows that are intervals, limits, or have errors, windows, "
        "labels or "
        "a background: this is known for exact values only");
  return *array;
}

Request ProblemRecord::request() const {
  Request r;
  r.resolution = resolution_;
  r.general = general_;
  if (observed_) {
    r.recorded = &observed_->recorded;
    r.n = r.recorded->rows.n;
    return r;
  }
  if (long_column()) {
    r.column = &column_->reader();
    r.column_weight = column_weight_ ? &column_weight_->reader() : nullptr;
    r.column_total = total_weight_;
    return r;
  }
  r.values = values_->data();
  r.weights = weights_->data();
  r.n = values_->shape(0);
  r.width = widths_ ? widths_->data() : nullptr;
  return r;
}

ModelRecord::ModelRecord(nb::handle record)
    : mix(read_mix(record)),
      chart(read_chart(record.attr("chart"))),
      held(read_all<size_t>(record.attr("held"))) {
  mark_background(mix, chart);
}

CandidatesRecord::CandidatesRecord(nb::handle record)
    : n_components(read_all<size_t>(record.attr("n_components"))),
      stop_early(field<bool>(record, "stop_early")),
      highest(field<bool>(record, "highest")),
      pass_over(field<bool>(record, "pass_over")),
      criterion(
          static_cast<Criterion>(place_of(record.attr("criterion"), {"bic", "aic", "icl"}, "criterion"))) {
  for (nb::handle chart : record.attr("charts")) charts.push_back(read_chart(chart));
  const nb::object begin = record.attr("start");
  if (begin.is_none()) return;
  start = read_mix(begin);
  if (!charts.empty()) mark_background(*start, charts.front());
}

void CandidatesRecord::ask(Request& r) const {
  r.n_components = n_components;
  r.charts.clear();
  for (const Chart& chart : charts) r.charts.push_back(&chart);
  r.stop_early = stop_early;
  r.criterion = criterion;
  r.highest = highest;
  r.pass_over = pass_over;
}

OptionsRecord::OptionsRecord(nb::handle record)
    : tol(field<double>(record, "tol")),
      max_iter(field<size_t>(record, "max_iter")),
      threads(field<size_t>(record, "threads")),
      progress(record.attr("progress")) {}

void OptionsRecord::ask(Request& r) const {
  r.tol = tol;
  r.max_iter = max_iter;
  r.threads = threads;
}

Resampling read_resampling(nb::handle word) {
  return static_cast<Resampling>(place_of(word, {"weighted", "parametric", "nonparametric"}, "resampling"));
}

Bootstrap bootstrap_of(const ProblemRecord& problem, const ModelRecord& model, nb::handle resampling,
                       const OptionsRecord& options) {
  Bootstrap b;
  b.request = problem.request();
  b.request.charts = {&model.chart};
  options.ask(b.request);
  b.estimate = model.mix;
  b.resampling = read_resampling(resampling.attr("kind"));
  b.recording = read_recording(resampling.attr("recording"));
  if (problem.observed() != (b.recording != nullptr))
    throw nb::value_error("rows of other kinds than exact values need a recording, and they alone");
  b.replicates = field<size_t>(resampling, "replicates");
  b.seed = field<uint64_t>(resampling, "seed");
  return b;
}

bool Poller::stop(void* context, double done, double total) {
  auto* self = static_cast<Poller*>(context);
  const auto now = std::chrono::steady_clock::now();
  if (now - self->last < std::chrono::milliseconds(50)) return false;
  self->last = now;
  nb::gil_scoped_acquire acquire;
  if (PyErr_CheckSignals() != 0) return true;
  if (self->progress.is_none()) return false;
  PyObject* result = PyObject_CallFunction(self->progress.ptr(), "dd", done, total);
  if (!result) return true;
  Py_DECREF(result);
  return false;
}

}  // namespace mix1d::bind
