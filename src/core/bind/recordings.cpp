// recordings.cpp: samples of rows of any kind drawn anew, and how far they lie from a mixture
#include "bind/recordings.hpp"
#include <algorithm>
#include <cmath>
#include <optional>

#include "bind/requests.hpp"
#include "data/failure.hpp"
#include "inference/recorded_goodness.hpp"
#include "kernels/kernels.hpp"

namespace mix1d::bind {

using namespace inference;
using namespace model;
using namespace resample;

namespace {

std::vector<double> read_numbers(nb::handle array) {
  const In numbers = nb::cast<In>(array);
  return {numbers.data(), numbers.data() + numbers.shape(0)};
}

Limits read_limits(nb::handle pair) {
  if (pair.is_none()) return {};
  return {read_numbers(pair[0]), read_numbers(pair[1])};
}

void write_distances(const RecordedDistances& d, double* row) {
  row[0] = d.distances.kolmogorov_smirnov;
  row[1] = d.distances.anderson_darling;
  row[2] = d.distances.cramer_von_mises;
  row[3] = d.pearson;
  row[4] = d.deviance;
}

constexpr size_t STATISTICS = 5;

// The space of all components but a background; transforms are taken in one space.
families::Space space_of(const Mix& mix) {
  std::optional<families::Space> found;
  for (size_t j = 0; j < mix.k; ++j) {
    const families::FamilyFacts& facts = families::facts_of(mix.family_of(j));
    if (facts.slots == 0) continue;
    if (found && *found != facts.space)
      throw data::Refused(
          "families of several spaces cannot be held against rows of these kinds: fit one family");
    found = facts.space;
  }
  return found.value_or(families::Space::real);
}

// That of the components, as they are.
Frame frame_of(const Mix& mix) {
  if (const families::Space space = space_of(mix); space != families::Space::real) {
    Frame frame;
    frame.space = space;
    if (space == families::Space::log) std::frexp(mix.mean(mix.k / 2), &frame.outer);
    return frame;
  }
  std::vector<double> means(mix.v.begin() + static_cast<long>(mix.k),
                            mix.v.begin() + static_cast<long>(2 * mix.k)),
      weights(mix.k, 1.0);
  std::sort(means.begin(), means.end());
  Frame frame = model::frame_of(means.data(), weights.data(), means.size());
  const double widest =
      frame.in_scale(*std::max_element(mix.v.begin() + static_cast<long>(2 * mix.k), mix.v.end()));
  int e = 0;
  std::frexp(widest, &e);
  if (widest > 0.0) frame.inner += e;
  return frame;
}

nb::tuple recorded_goodness(nb::handle model, nb::handle recording) {
  const ModelRecord at(model);
  const auto recorded = read_recording(recording);
  RecordedDistances d;
  {
    nb::gil_scoped_release release;
    const Frame frame = frame_of(at.mix);
    d = distances(recorded->rows, *recorded, frame, frame.in(at.mix));
  }
  Out row = make_array(STATISTICS);
  write_distances(d, row.data());
  return nb::make_tuple(row, d.cells);
}

Out recorded_goodness_replicates(nb::handle problem, nb::handle model, nb::handle resampling,
                                 nb::handle options) {
  const ProblemRecord data(problem);
  const ModelRecord estimate(model);
  const OptionsRecord how(options);
  Bootstrap b = bootstrap_of(data, estimate, resampling, how);
  if (!b.recording) throw nb::value_error("a recording is needed");
  space_of(b.estimate);
  Out statistics = make_array(b.replicates, STATISTICS);
  with_poll(b.request, how.progress, [&] {
    for_each_replicate(b, [&](const Replicate& r) {
      const Mix mix = r.problem.outside(r.refit.solution.mix);
      const Frame& frame = r.problem.frame;
      write_distances(distances(r.rows->rows(), *b.recording, frame, frame.in(mix)),
                      statistics.data() + STATISTICS * r.number);
    });
  });
  return statistics;
}

// The transforms of both ends of each row.
Out recorded_transforms(nb::handle model, nb::handle recording) {
  const ModelRecord at(model);
  const auto recorded = read_recording(recording);
  const size_t n = recorded->rows.size();
  std::vector<double> logs(2 * n);
  Out out = make_array(n, 2);
  nb::gil_scoped_release release;
  const Frame frame = frame_of(at.mix);
  const std::vector<Transform> found = transforms(recorded->rows, frame, frame.in(at.mix));
  for (size_t i = 0; i < n; ++i) std::copy_n(found[i].log_below, 2, logs.data() + 2 * i);
  kernels::loops().exp(logs.data(), out.data(), 2 * n);
  return out;
}

// The rows of a replicate: ends, variance, ends of the window, weight; and the components.
nb::tuple draw_recorded(uint64_t seed, uint64_t stream, nb::handle kind, nb::handle model,
                        nb::handle recording) {
  const ModelRecord at(model);
  const auto recorded = read_recording(recording);
  Random random(seed, stream);
  const std::vector<RecordedRow> rows = Recorder(*recorded, read_resampling(kind), at.mix).draw(random);
  Out numbers = make_array(rows.size(), 6), components = make_array(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const RecordedRow& r = rows[i];
    const double row[] = {r.lower, r.upper, r.variance, r.low, r.high, r.weight};
    std::copy_n(row, 6, numbers.data() + 6 * i);
    components.data()[i] =
        r.components == observations::ANY_COMPONENT ? -1.0 : static_cast<double>(r.components);
  }
  return nb::make_tuple(numbers, components);
}

}  // namespace

std::shared_ptr<const Recording> read_recording(nb::handle record) {
  if (record.is_none()) return nullptr;
  auto found = std::make_shared<Recording>();
  const auto lower = field<In>(record, "lower"), upper = field<In>(record, "upper"),
             variance = field<In>(record, "variance"), low = field<In>(record, "low"),
             high = field<In>(record, "high"), weights = field<In>(record, "weights");
  const auto components = field<Whole>(record, "components"), rounded = field<Whole>(record, "rounded"),
             rounds = field<Whole>(record, "rounds");
  const size_t n = lower.shape(0);
  for (size_t length : {upper.shape(0), variance.shape(0), low.shape(0), high.shape(0), weights.shape(0),
                        components.shape(0), rounded.shape(0), rounds.shape(0)})
    if (length != n) throw nb::value_error("a recording needs as many of each as rows");
  for (size_t i = 0; i < n; ++i)
    found->rows.push_back({lower(i), upper(i), variance(i), low(i), high(i),
                           static_cast<uint64_t>(components(i)), rounded(i) != 0, rounds(i) != 0,
                           weights(i)});
  if (const nb::object edges = record.attr("edges"); !edges.is_none()) found->edges = read_numbers(edges);
  found->step = field<double>(record, "step");
  found->origin = field<double>(record, "origin");
  found->below = read_limits(record.attr("below"));
  found->above = read_limits(record.attr("above"));
  return found;
}

void bind_recordings(nb::module_& m) {
  using nb::arg;
  m.def("recorded_goodness", &recorded_goodness, arg("model"), arg("recording"));
  m.def("recorded_goodness_replicates", &recorded_goodness_replicates, arg("problem"), arg("model"),
        arg("resampling"), arg("options"));
  m.def("recorded_transforms", &recorded_transforms, arg("model"), arg("recording"));
  m.def("draw_recorded", &draw_recorded, arg("seed"), arg("stream"), arg("kind"), arg("model"),
        arg("recording"));
}

}  // namespace mix1d::bind
