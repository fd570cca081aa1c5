// poller.hpp: signals and progress between long native work and Python
#pragma once

#include <nanobind/nanobind.h>

#include <chrono>

namespace mix1d {

namespace nb = nanobind;

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
