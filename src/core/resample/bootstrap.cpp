// bootstrap.cpp: replicates shared out to threads
#include "resample/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "data/parallel.hpp"
#include "kernels/numbers.hpp"
#include "resample/draws.hpp"

namespace mix1d::resample {

using namespace kernels;
using namespace data;
using namespace model;
using namespace solve;
using namespace search;

namespace {

Points drawn_anew(const Bootstrap& b, const Problem& observed, Random& random) {
  const Points& full = observed.full;
  const double draws = std::max(std::nearbyint(full.total), 1.0);
  if (b.resampling != Resampling::weighted) check_draws(draws);  // before it becomes an integer
  Drawn drawn;
  if (b.resampling == Resampling::parametric) {
    const Lattice lattice{b.request.resolution, b.request.values[0]};
    drawn = draw_values(random, b.estimate, static_cast<size_t>(draws), full.total / draws, lattice);
    for (double& x : drawn.values) x = observed.frame.in(x);
  } else {
    std::vector<double> w(full.n);
    if (b.resampling == Resampling::weighted)
      draw_weights(random, full.w.data(), full.n, w.data());
    else
      draw_counts(random, full.w.data(), full.n, static_cast<size_t>(draws), w.data());
    for (size_t i = 0; i < full.n; ++i) {
      if (!(w[i] > 0.0)) continue;
      drawn.values.push_back(full.x[i]);
      drawn.weights.push_back(w[i]);
    }
  }
  return Points(drawn.values.data(), drawn.weights.data(), drawn.values.size());
}

// All components on the one value that was drawn, as narrow as the observed sample allows. Counts are not
// brought here: their likelihood is bounded.
Refit on_one_value(const Problem& observed, const Problem& problem, const Mix& begin) {
  Refit r;
  r.collapsed = 0;
  Solution& s = r.solution;
  s.mix = begin;
  for (size_t j = 0; j < begin.k; ++j) {
    if (!begin.all_normal()) {
      if (families::facts_of(begin.family_of(j)).slots > 0)
        set_moments(s.mix, j, {problem.full.n ? problem.full.x[0] : 0.0, observed.floor});
      continue;
    }
    if (problem.full.n) s.mix.mean(j) = problem.full.x[0];
    s.mix.sd(j) = observed.floor;
  }
  s.log_likelihood = s.objective = problem.full.total * (-log1(observed.floor) - LOG_SQRT_2PI);
  return r;
}

}  // namespace

void for_each_replicate(const Bootstrap& b, const std::function<void(const Replicate&)>& visit) {
  SharedPoll shared{b.request.poll, b.replicates};
  Poll poll{SharedPoll::ask, &shared};
  Request alone = b.request;
  alone.threads = 1;
  alone.poll = &poll;
  const Chart& chart = alone.chart();
  const Problem observed(alone, false);
  const Objective whole = observed.objective(observed.full, 0.0, chart);
  const Mix estimate = begin_at(observed, b.estimate, *whole.chart);
  auto solve_and_visit = [&](size_t r, const Problem& problem, const RecordedSample* rows,
                             const Mix& estimate) {
    const Objective plain = problem.objective(problem.full, 0.0, chart);
    const Refit found = problem.shows_spread()
                            ? refit(problem, plain, problem.objective(problem.full, problem.penalty, chart),
                                    begin_at(problem, b.estimate, *plain.chart))
                            : on_one_value(observed, problem, estimate);
    visit(Replicate{r, problem, plain, estimate, found, rows});
  };
  std::optional<Recorder> recorder;
  if (b.recording) recorder.emplace(*b.recording, b.resampling, b.estimate);
  const bool complete = for_each_slice(
      b.replicates, b.request.threads,
      [&](size_t r) {
        Random random(b.seed, r);
        try {
          if (recorder) {
            const RecordedSample rows(recorder->draw(random), *b.recording, *alone.recorded);
            Request again = alone;
            again.recorded = &rows.recorded();
            again.n = rows.recorded().rows.n;
            if (holds(observed.frame, rows.recorded())) {
              solve_and_visit(r, Problem(again, observed), &rows, estimate);
            } else {  // in a bin that is far wider than all that was observed
              const Problem far(again, false);
              solve_and_visit(r, far, &rows, begin_at(far, b.estimate, chart));
            }
          } else {
            solve_and_visit(r, Problem(observed, drawn_anew(b, observed, random)), nullptr, estimate);
          }
        } catch (const Interrupted&) {
        }
        ++shared.done;
      },
      [&] { return !SharedPoll::ask(&shared, 0.0, 0.0); });
  if (!complete || shared.stopped) throw Interrupted();
}

}  // namespace mix1d::resample
