// order.cpp: penalised maxima of the sample and of each replicate, and the count of those that exceed it
#include "order/order.hpp"

#include <atomic>
#include <limits>
#include <mutex>
#include <optional>

#include "data/parallel.hpp"
#include "model/problem.hpp"
#include "resample/draws.hpp"
#include "search/peaks.hpp"

namespace mix1d::order {

using namespace data;
using namespace model;
using namespace solve;
using namespace search;
using namespace resample;

namespace {

struct Comparison {
  Mix null, alternative;  // real components only, in the frame
  double statistic = 0.0;
};

// The maxima with k and with k + 1 components.
Comparison compare(const Problem& problem, size_t k, const Chart& chart) {
  Peaks peaks(problem, chart);
  for (size_t j = 1; j <= k; ++j) peaks.extend();
  Solution null = peaks.top();
  const bool grown = peaks.extend();
  Solution top = peaks.top();
  Comparison c;
  auto finish = [&](Solution& s) {
    if (problem.compressed()) s = polish(problem.objective(problem.full, problem.penalty, chart), s.mix, {});
  };
  finish(null);
  c.null = null.mix;
  if (!grown) {
    c.alternative = null.mix;
    return c;
  }
  finish(top);
  c.alternative = std::move(top.mix);
  c.statistic = 2.0 * (top.log_likelihood - null.log_likelihood);
  return c;
}

// What a replicate is drawn from: normal components in the frame of the sample, others at the border.
struct Null {
  Mix mix;
  size_t size;
  double weight;
  Lattice lattice;
  std::optional<Recorder> recorder;  // of rows of other kinds than exact values
};

double replicate_recorded(const Null& null, const OrderRequest& request, size_t number, Poll poll) {
  Random random(request.seed, number);
  const RecordedSample drawn(null.recorder->draw(random), *request.recording, *request.sample.recorded);
  if (drawn.rows().size() == 1) return 0.0;
  Request r;
  r.recorded = &drawn.recorded();
  r.n = r.recorded->rows.n;
  r.charts = request.sample.charts;
  r.poll = &poll;
  const Problem problem(r, true);
  return problem.shows_spread() ? compare(problem, request.k, r.chart()).statistic : 0.0;
}

// The statistic of one sample drawn; a constant one has nothing to tell components by.
double replicate(const Null& null, const OrderRequest& request, size_t number, Poll poll) {
  if (null.recorder) return replicate_recorded(null, request, number, poll);
  Random random(request.seed, number);
  const Drawn drawn = draw_values(random, null.mix, null.size, null.weight, null.lattice);
  if (drawn.values.size() == 1) return 0.0;
  Request r;
  r.values = drawn.values.data();
  r.weights = drawn.weights.data();
  r.n = drawn.values.size();
  r.resolution = null.lattice.step;
  r.poll = &poll;
  r.charts = request.sample.charts;
  return compare(Problem(r, true), request.k, r.chart()).statistic;
}

// Counts the statistics in the order of the replicates, whatever the order in which they arrive.
class Tally {
 public:
  Tally(size_t replicates, double observed, size_t enough)
      : drawn_(replicates), arrived_(replicates, false), enough_(enough) {
    // equal statistics differ by rounding
    bar_ = observed - 1e-10 * (1.0 + std::fabs(observed));
  }

  void add(size_t number, double statistic) {
    const std::lock_guard<std::mutex> lock(mutex_);
    drawn_[number] = statistic;
    arrived_[number] = true;
    for (; !complete_ && counted_ < drawn_.size() && arrived_[counted_]; ++counted_) {
      exceed_ += drawn_[counted_] >= bar_;
      complete_ = enough_ && exceed_ == enough_;
    }
  }

  bool complete() const { return complete_; }
  void write(OrderOutcome& out) {
    drawn_.resize(counted_);
    out.drawn = std::move(drawn_);
    out.exceed = exceed_;
  }

 private:
  std::mutex mutex_;
  std::vector<double> drawn_;
  std::vector<bool> arrived_;
  double bar_;
  size_t enough_;
  size_t counted_ = 0, exceed_ = 0;
  std::atomic<bool> complete_{false};
};

}  // namespace

OrderOutcome bootstrap_order(const OrderRequest& request) {
  OrderOutcome out;
  const Problem problem(request.sample, true);
  const Frame& frame = problem.frame;
  const Comparison observed = compare(problem, request.k, request.sample.chart());
  out.statistic = observed.statistic;
  out.null = problem.outside(padded(observed.null, request.k, problem));
  out.alternative = problem.outside(padded(observed.alternative, request.k + 1, problem));
  const size_t named = request.sample.recorded ? request.sample.recorded->named : 0;
  sort_by_mean(out.null, nullptr, nullptr, named);
  sort_by_mean(out.alternative, nullptr, nullptr, named);

  const Mix border = problem.outside(observed.null);
  const double weight = problem.full.total / static_cast<double>(request.size);
  Null null{observed.null,
            request.size,
            weight,
            {frame.in_scale(request.sample.resolution), frame.in(request.origin)},
            {}};
  if (!border.plain()) null.mix = border, null.lattice = {request.sample.resolution, request.origin};
  if (request.recording) null.recorder.emplace(*request.recording, Resampling::parametric, border);
  Tally tally(request.replicates, out.statistic, request.enough);
  SharedPoll shared{request.sample.poll, request.replicates};
  const Poll poll{SharedPoll::ask, &shared};
  const bool complete = for_each_slice(
      request.replicates, request.sample.threads,
      [&](size_t number) {
        if (shared.stopped || tally.complete()) return;
        try {
          tally.add(number, replicate(null, request, number, poll));
        } catch (const Interrupted&) {
        }
        ++shared.done;
      },
      [&] { return !SharedPoll::ask(&shared, 0.0, 0.0); });
  if (!complete || shared.stopped) throw Interrupted();
  tally.write(out);
  return out;
}

}  // namespace mix1d::order
