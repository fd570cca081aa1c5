// parallel.cpp: threads that take the next slice until there is none, or one has failed
#include "data/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace mix1d::data {

bool for_each_slice(size_t n_slices, size_t threads, const std::function<void(size_t)>& f,
                    const std::function<bool()>& go_on) {
  std::atomic<size_t> next{0};
  std::atomic<bool> stopped{false};
  std::mutex mutex;
  std::condition_variable finished;
  size_t done = 0;             // threads, guarded by the mutex
  std::exception_ptr failure;  // the first, guarded by the mutex
  auto guarded = [&](auto&& act) noexcept {
    try {
      act();
    } catch (...) {
      stopped = true;
      std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  auto work = [&](bool caller) {
    guarded([&] {
      for (size_t s = next++; s < n_slices && !stopped; s = next++) {
        f(s);
        if (caller && !go_on()) stopped = true;
      }
    });
    if (caller) return;
    std::lock_guard lock(mutex);
    ++done;
    finished.notify_one();
  };
  std::vector<std::thread> others;
  size_t wanted = std::min(threads, n_slices);
  others.reserve(wanted);
  try {
    while (others.size() + 1 < wanted) others.emplace_back(work, false);
  } catch (const std::system_error&) {
    // No more threads to be had: those that started and this one do the work.
  } catch (const std::bad_alloc&) {
  }
  work(true);
  {
    std::unique_lock lock(mutex);
    while (!finished.wait_for(lock, std::chrono::milliseconds(50), [&] { return done == others.size(); }))
      if (!stopped) {
        lock.unlock();
        guarded([&] { stopped = stopped || !go_on(); });
        lock.lock();
      }
  }
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
  return !stopped;
}

void for_each_slice(size_t n_slices, size_t threads, const std::function<void(size_t)>& f) {
  for_each_slice(n_slices, threads, f, [] { return true; });
}

}  // namespace mix1d::data
