// slices.hpp: fixed slices of work shared out to threads
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace mix1d {

// Calls f(s) once for every s in 0 .. n_slices - 1. Which thread runs a slice is left to chance, so f must write to
// places of its own for each slice, and must not throw.
template <class F>
void for_each_slice(size_t n_slices, unsigned threads, F&& f) {
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t s = next++; s < n_slices; s = next++) f(s);
  };
  std::vector<std::thread> others;
  size_t wanted = std::min<size_t>(threads, n_slices);
  others.reserve(wanted);
  try {
    while (others.size() + 1 < wanted) others.emplace_back(work);
  } catch (const std::system_error&) {
    // No more threads to be had: those that started and this one do the work.
  }
  work();
  for (std::thread& thread : others) thread.join();
}

}  // namespace mix1d
