// requests.hpp: the records that native functions take (mix1d/native.py), and the way back to Python on
// Ctrl-C
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bind/arrays.hpp"
#include "bind/buffer.hpp"
#include "resample/bootstrap.hpp"
#include "search/fit.hpp"

namespace mix1d::bind {

// A field of a record.
template <class T>
T field(nb::handle record, const char* name) {
  try {
    return nb::cast<T>(record.attr(name));
  } catch (const nb::cast_error&) {
    throw nb::type_error((std::string(name) + " is of another type").c_str());
  }
}

families::Family read_family(int64_t number);

model::Mix read_mix(In weights, In means, In sds);
model::Mix read_mix(nb::handle arrays);  // a sequence of three

// Weights, means and sds: as rows (3, k), and as three arrays.
Out copy_mix(const model::Mix& mix);
nb::tuple write_mix(const model::Mix& mix);

// Log-likelihood, gradient and Hessian by logits, means and log sds.
nb::tuple write_derivatives(const model::Mix& mix, model::Evaluation e);

model::Chart read_chart(nb::handle record);

using Whole = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Keeps the arrays of a `Problem`.
class ProblemRecord {
 public:
  explicit ProblemRecord(nb::handle record);

  // Of a pooled sample; refused for rows of other kinds.
  const In& values() const { return only_exact(values_); }
  const In& weights() const { return only_exact(weights_); }
  double resolution() const { return resolution_; }
  bool general() const { return general_; }
  model::Points points() const { return {values().data(), weights().data(), values().shape(0)}; }

  bool observed() const { return observed_ != nullptr; }
  bool long_column() const { return column_.has_value(); }
  model::Request request() const;

 private:
  const In& only_exact(const std::optional<In>& array) const;

  std::optional<In> values_, weights_, widths_;
  std::optional<Column> column_, column_weight_;
  struct ObservedArrays;
  std::shared_ptr<const ObservedArrays> observed_;
  double resolution_, total_weight_ = 0.0;
  bool general_;
};

struct ModelRecord {
  model::Mix mix;
  model::Chart chart;
  std::vector<size_t> held;
  explicit ModelRecord(nb::handle record);
};

// Keeps the charts that the request points to.
struct CandidatesRecord {
  std::vector<size_t> n_components;
  std::vector<model::Chart> charts;
  bool stop_early, highest, pass_over;
  model::Criterion criterion;
  std::optional<model::Mix> start;
  explicit CandidatesRecord(nb::handle record);
  void ask(model::Request& request) const;
};

struct OptionsRecord {
  double tol;
  size_t max_iter, threads;
  nb::object progress;
  explicit OptionsRecord(nb::handle record);
  void ask(model::Request& request) const;
};

resample::Resampling read_resampling(nb::handle word);

// Samples drawn anew of a problem, refitted from a model.
resample::Bootstrap bootstrap_of(const ProblemRecord& problem, const ModelRecord& model,
                                 nb::handle resampling, const OptionsRecord& options);

// One quantity a row: kind, i, j, at.
using Table = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// Asks Python for pending signals at most every 50 ms, and reports progress.
struct Poller {
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
  nb::handle progress;
  static bool stop(void* context, double done, double total);
};

// Runs `work` without the GIL, with a poll in the request; an interrupt becomes the pending exception.
template <class Job, class Work>
void with_poll(Job& request, nb::handle progress, Work work) {
  Poller poller;
  poller.progress = progress;
  data::Poll poll{Poller::stop, &poller};
  request.poll = &poll;
  try {
    nb::gil_scoped_release release;
    work();
  } catch (const data::Interrupted&) {
    throw nb::python_error();
  }
}

}  // namespace mix1d::bind
