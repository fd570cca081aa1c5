// parallel.hpp: fixed slices of work shared out to threads
#pragma once

#include <cstddef>
#include <functional>

namespace mix1d::data {

// Calls f(s) once for every s in 0 .. n_slices - 1. Which thread runs a slice is left to chance, so f must
// write to places of its own for each slice. `go_on` is asked on the calling thread between two of its
// slices, and from time to time while it waits for the others; once it says no, the slices not yet begun are
// left out and the result is false. They are left out too once a slice throws; the first exception reaches
// the caller when all threads have ended.
bool for_each_slice(size_t n_slices, size_t threads, const std::function<void(size_t)>& f,
                    const std::function<bool()>& go_on);
void for_each_slice(size_t n_slices, size_t threads, const std::function<void(size_t)>& f);

}  // namespace mix1d::data
