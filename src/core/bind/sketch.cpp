// sketch.cpp: sketches as tuples of arrays: values, weights, levels, indices, counts, numbers (cells, 8)
#include <optional>

#include "bind/buffer.hpp"
#include "bind/requests.hpp"
#include "bind/scans.hpp"
#include "data/failure.hpp"
#include "sketch/nodes.hpp"
#include "sketch/reading.hpp"

namespace mix1d::bind {

using namespace data;
using namespace sketch;
using namespace search;

namespace {

template <class T>
using Column1 = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Numbers = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

SketchState read_state(nb::tuple arrays) {
  const In values = nb::cast<In>(arrays[0]), weights = nb::cast<In>(arrays[1]);
  const auto levels = nb::cast<Column1<int32_t>>(arrays[2]);
  const auto indices = nb::cast<Column1<int64_t>>(arrays[3]);
  const auto counts = nb::cast<Column1<uint32_t>>(arrays[4]);
  const auto numbers = nb::cast<Numbers>(arrays[5]);
  const size_t cells = levels.shape(0);
  bool sound = values.shape(0) == weights.shape(0) && cells == indices.shape(0) && cells == counts.shape(0) &&
               cells == numbers.shape(0) && numbers.shape(1) == MOMENTS;
  for (size_t c = 0; sound && c < cells; ++c) sound = counts(c) <= FEW;
  if (!sound) throw Refused("the arrays of a sketch do not fit together: read it again from an intact copy");
  SketchState state;
  state.values.assign(values.data(), values.data() + values.shape(0));
  state.weights.assign(weights.data(), weights.data() + weights.shape(0));
  state.cells.resize(levels.shape(0));
  for (size_t c = 0; c < state.cells.size(); ++c) {
    Cell& cell = state.cells[c];
    cell.level = levels(c);
    cell.index = indices(c);
    cell.values = counts(c);
    std::copy_n(numbers.data() + MOMENTS * c, MOMENTS, cell.numbers);
  }
  return state;
}

template <class T>
nb::ndarray<nb::numpy, T, nb::ndim<1>> array_of(const std::vector<T>& source) {
  auto* kept = new std::vector<T>(source);
  nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return {kept->data(), {kept->size()}, owner};
}

nb::tuple write_state(const SketchState& state) {
  std::vector<int32_t> levels;
  std::vector<int64_t> indices;
  std::vector<uint32_t> counts;
  std::vector<double> numbers;
  for (const Cell& cell : state.cells) {
    levels.push_back(cell.level);
    indices.push_back(cell.index);
    counts.push_back(cell.values);
    numbers.insert(numbers.end(), cell.numbers, cell.numbers + MOMENTS);
  }
  return nb::make_tuple(copy_out(state.values), copy_out(state.weights), array_of(levels), array_of(indices),
                        array_of(counts), copy_out(numbers.data(), state.cells.size(), MOMENTS));
}

struct Job {
  Poll* poll = nullptr;
};

// The state with the rows of a column, and what those are; None where some cannot be taken as they are.
nb::object add(nb::tuple arrays, nb::handle column, nb::handle sample_weight, size_t threads,
               nb::object progress) {
  SketchState state = read_state(arrays);
  Column data(column);
  std::optional<Column> weights;
  if (!sample_weight.is_none()) weights.emplace(sample_weight);
  std::optional<Scan> seen;
  Job job;
  with_poll(job, progress, [&] {
    seen = add_column(state, data.reader(), weights ? &weights->reader() : nullptr, threads, job.poll);
  });
  if (!seen) return nb::none();
  return nb::make_tuple(write_state(state), write_scan(*seen));
}

nb::tuple merge_two(nb::tuple first, nb::tuple second) {
  SketchState into = read_state(first);
  const SketchState from = read_state(second);
  {
    nb::gil_scoped_release release;
    merge(from, into);
  }
  return write_state(into);
}

nb::tuple nodes(nb::tuple arrays) {
  const SketchState state = read_state(arrays);
  const SketchNodes found = sorted_nodes(state);
  return nb::make_tuple(copy_out(found.values), copy_out(found.weights), copy_out(found.width));
}

nb::tuple rule(nb::tuple arrays, size_t order) {
  const SketchState state = read_state(arrays);
  const SketchNodes found = cell_nodes(state, order);
  std::vector<int64_t> cell(found.cell.begin(), found.cell.end());
  return nb::make_tuple(copy_out(found.values), copy_out(found.weights), array_of(cell));
}

}  // namespace

void bind_sketch(nb::module_& m) {
  using nb::arg;
  m.def("sketch_add", &add, arg("state"), arg("column"), arg("sample_weight").none(), arg("threads"),
        arg("progress").none());
  m.def("sketch_merge", &merge_two, arg("first"), arg("second"));
  m.def("sketch_nodes", &nodes, arg("state"));
  m.def("sketch_rule", &rule, arg("state"), arg("order"));
  m.attr("SKETCH_CELLS") = MOST_CELLS;
  m.attr("SKETCH_VALUES") = MOST_VALUES;
}

}  // namespace mix1d::bind
