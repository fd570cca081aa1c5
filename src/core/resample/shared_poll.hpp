// shared_poll.hpp: one poll for all threads that work on replicates
#pragma once

#include <atomic>
#include <thread>

#include "model/sample.hpp"

namespace mix1d {

// What every pass of every replicate polls: the calling thread asks the caller's poll, the others hear of it.
struct Relay {
  const Poll* outer;
  size_t replicates;
  std::atomic<size_t> done{0};
  std::atomic<bool> stopped{false};
  std::thread::id caller = std::this_thread::get_id();

  static bool ask(void* context, double, double) {
    auto* self = static_cast<Relay*>(context);
    const Poll* outer = self->outer;
    if (outer && outer->stop && std::this_thread::get_id() == self->caller &&
        outer->stop(outer->context, static_cast<double>(self->done), static_cast<double>(self->replicates)))
      self->stopped = true;
    return self->stopped;
  }
};

}  // namespace mix1d
