// recording.cpp: rows as requests take them, windows among them as rows of negative weight
#include "resample/recording.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "kernels/numbers.hpp"

namespace mix1d::resample {

using namespace observations;

namespace {

auto key_of(const RecordedRow& r) {
  return std::tie(r.lower, r.upper, r.variance, r.low, r.high, r.components, r.rounded, r.rounds);
}

Kind kind_of(bool interval, double variance) {
  if (variance > 0.0) return interval ? Kind::noisy_interval : Kind::noisy;
  return interval ? Kind::interval : Kind::point;
}

}  // namespace

bool alike(const RecordedRow& one, const RecordedRow& other) { return key_of(one) == key_of(other); }

bool before(const RecordedRow& one, const RecordedRow& other) { return key_of(one) < key_of(other); }

RecordedSample::RecordedSample(std::vector<RecordedRow> rows, const Recording& recording,
                               const model::Recorded& observed)
    : rows_(std::move(rows)), recorded_(observed) {
  double rounded = 0.0;
  for (const RecordedRow& r : rows_) {
    kind_.push_back(kind_of(r.lower < r.upper, r.variance));
    a_.push_back(r.lower), b_.push_back(r.upper), variance_.push_back(r.variance);
    weight_.push_back(r.weight), components_.push_back(r.components);
    if (r.rounded) rounded += r.weight;
  }
  if (!recorded_.common_window) add_windows();
  recorded_.rows = {kind_.size(),     kind_.data(),   a_.data(),         b_.data(),
                    variance_.data(), weight_.data(), components_.data()};
  recorded_.log_constant = rounded > 0.0 ? -rounded * kernels::log1(recording.step) : 0.0;
}

void RecordedSample::add_windows() {
  std::vector<std::tuple<double, double, double, double>> windows;  // ends, variance, weight
  for (const RecordedRow& r : rows_)
    if (std::isfinite(r.low) || std::isfinite(r.high))
      windows.emplace_back(r.low, r.high, r.variance, r.weight);
  std::stable_sort(windows.begin(), windows.end(), [](const auto& x, const auto& y) {
    return std::tie(std::get<0>(x), std::get<1>(x), std::get<2>(x)) <
           std::tie(std::get<0>(y), std::get<1>(y), std::get<2>(y));
  });
  for (const auto& [low, high, variance, weight] : windows) {
    const bool again = !weight_.empty() && weight_.back() < 0.0 && a_.back() == low && b_.back() == high &&
                       variance_.back() == variance;
    if (again) {
      weight_.back() -= weight;
      continue;
    }
    kind_.push_back(kind_of(true, variance));
    a_.push_back(low), b_.push_back(high), variance_.push_back(variance);
    weight_.push_back(-weight), components_.push_back(ANY_COMPONENT);
  }
}

}  // namespace mix1d::resample
