// exchange.hpp: mixtures, signals and progress between Python and the core
#pragma once

#include <algorithm>
#include <chrono>

#include "arrays.hpp"
#include "model.hpp"

namespace mix1d {

inline Mix read_mix(In weights, In means, In sds) {
  Mix mix(weights.shape(0));
  for (size_t j = 0; j < mix.k; ++j) {
    mix.weight(j) = weights(j);
    mix.mean(j) = means(j);
    mix.sd(j) = sds(j);
  }
  return mix;
}

inline Out copy_out(const double* data, size_t rows, size_t columns = 0) {
  Out out = make_array(rows, columns);
  std::copy_n(data, columns ? rows * columns : rows, out.data());
  return out;
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

}  // namespace mix1d
