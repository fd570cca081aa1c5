// failure.hpp: what the core refuses, in words for the caller
#pragma once

#include <stdexcept>

namespace mix1d::data {

// An argument or the data cannot be used: an InputError in Python.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace mix1d::data
