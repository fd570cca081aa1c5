// poll.hpp: how long work asks whether to go on, and tells how far it is
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

namespace mix1d::data {

// Raised when the caller's poll asks to stop; bindings turn it into the pending Python exception.
struct Interrupted {};

// Asked about every 50 ms on the calling thread whether to stop; `done` and `total` report the progress.
struct Poll {
  bool (*stop)(void* context, double done, double total) = nullptr;
  void* context = nullptr;
  double done = 0.0, total = 1.0;
  void operator()() const {
    if (stop && stop(context, done, total)) throw Interrupted();
  }
};

// What every pass of every replicate polls: the calling thread asks the caller's poll, the others hear of it.
struct SharedPoll {
  const Poll* outer;
  size_t replicates;
  std::atomic<size_t> done{0};
  std::atomic<bool> stopped{false};
  std::thread::id caller = std::this_thread::get_id();

  static bool ask(void* context, double, double) {
    auto* self = static_cast<SharedPoll*>(context);
    const Poll* outer = self->outer;
    if (outer && outer->stop && std::this_thread::get_id() == self->caller &&
        outer->stop(outer->context, static_cast<double>(self->done), static_cast<double>(self->replicates)))
      self->stopped = true;
    return self->stopped;
  }
};

}  // namespace mix1d::data
