// requests.hpp: what the bindings of fits share: mixtures from arrays, and the way back to Python on
// Ctrl-C
#pragma once

#include <chrono>

#include "bind/arrays.hpp"
#include "search/fit.hpp"

namespace mix1d::bind {

inline model::Mix read_mix(In weights, In means, In sds) {
  model::Mix mix(weights.shape(0));
  for (size_t j = 0; j < mix.k; ++j) {
    mix.weight(j) = weights(j);
    mix.mean(j) = means(j);
    mix.sd(j) = sds(j);
  }
  return mix;
}

// Weights, means and sds as rows (3, k).
inline Out copy_mix(const model::Mix& mix) { return copy_out(mix.v.data(), 3, mix.k); }

inline nb::tuple write_mix(const model::Mix& mix) {
  const size_t k = mix.k;
  return nb::make_tuple(copy_out(mix.v.data(), k), copy_out(mix.v.data() + k, k),
                        copy_out(mix.v.data() + 2 * k, k));
}

// Log-likelihood, gradient and Hessian by logits, means and log sds.
inline nb::tuple write_derivatives(const model::Mix& mix, model::Evaluation& e) {
  const size_t k = mix.k, m = 3 * k;
  auto unit = [&](size_t i) { return i >= k && i < 2 * k ? 1.0 / mix.sd(i - k) : 1.0; };
  for (size_t i = 0; i < m; ++i) {
    e.gradient[i] *= unit(i);
    for (size_t j = 0; j < m; ++j) e.negative[i * m + j] *= -unit(i) * unit(j);
  }
  return nb::make_tuple(e.log_likelihood, copy_out(e.gradient.data(), m), copy_out(e.negative.data(), m, m));
}

inline const model::Chart& chart_of(bool equal_sds) {
  return equal_sds ? model::Chart::equal_sds() : model::Chart::unconstrained();
}

inline std::vector<const model::Chart*> charts_of(bool free_sds, bool equal_sds) {
  std::vector<const model::Chart*> charts;
  if (free_sds) charts.push_back(&model::Chart::unconstrained());
  if (equal_sds) charts.push_back(&model::Chart::equal_sds());
  return charts;
}

// A request about a pooled sample; the arrays must outlive it.
inline model::Request sample_request(In values, In sample_weight, double resolution, bool equal) {
  model::Request r;
  r.values = values.data();
  r.weights = sample_weight.data();
  r.n = values.shape(0);
  r.resolution = resolution;
  r.charts = {&chart_of(equal)};
  return r;
}

// Asks Python for pending signals at most every 50 ms, and reports progress.
struct Poller {
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();
  nb::handle progress;
  static bool stop(void* context, double done, double total) {
    auto* self = static_cast<Poller*>(context);
    const auto now = std::chrono::steady_clock::now();
    if (now - self->last < std::chrono::milliseconds(50)) return false;
    self->last = now;
    nb::gil_scoped_acquire acquire;
    if (PyErr_CheckSignals() != 0) return true;
    if (!self->progress.is_none()) {
      PyObject* result = PyObject_CallFunction(self->progress.ptr(), "dd", done, total);
      if (!result) return true;
      Py_DECREF(result);
    }
    return false;
  }
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
