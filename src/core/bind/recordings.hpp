// recordings.hpp: how rows of any kind were recorded (mix1d/native.py)
#pragma once

#include <memory>

#include "bind/arrays.hpp"
#include "resample/recording.hpp"

namespace mix1d::bind {

// None: nothing.
std::shared_ptr<const resample::Recording> read_recording(nb::handle record);

}  // namespace mix1d::bind
