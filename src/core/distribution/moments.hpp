// moments.hpp: mean, sd, median and standardized moments of a component
#pragma once

#include "distribution/law.hpp"

namespace mix1d::distribution {

// NaN where there is none, infinite where the integral is.
double mean_of(const Law& law);
double sd_of(const Law& law);
double median_of(const Law& law);

// E ((X - mean) / sd)^order
double standardized_moment(const Law& law, size_t order);

// E X^order
double raw_moment(const Law& law, size_t order);

}  // namespace mix1d::distribution
