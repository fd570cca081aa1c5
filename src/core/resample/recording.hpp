// recording.hpp: rows as they were recorded, and how they came to be so, for drawing the like
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/request.hpp"

namespace mix1d::resample {

// One row, or several alike, in the units of the data.
struct RecordedRow {
  double lower, upper;  // equal where the value is known
  double variance;      // of the error
  double low, high;     // the window in which it could have been recorded
  uint64_t components;  // bit j: component j may have made it
  bool rounded;         // the interval is that of a lattice
  bool rounds;          // values drawn in its place are rounded to the lattice; so are those beyond no limit
  double weight;
};

// The law of the limits on one side; of the rest of the probability there is none.
struct Limits {
  std::vector<double> at, cumulative;  // cumulative probabilities
};

struct Recording {
  std::vector<RecordedRow> rows;
  std::vector<double> edges;        // of bins, rising from -inf to inf; empty: no bins
  double step = 0.0, origin = 0.0;  // of the lattice of rounded rows
  Limits below, above;
};

// Rows of a replicate, which a request can point to. What is not drawn anew is that of the sample observed.
class RecordedSample {
 public:
  RecordedSample(std::vector<RecordedRow> rows, const Recording& recording, const model::Recorded& observed);
  RecordedSample(const RecordedSample&) = delete;
  RecordedSample& operator=(const RecordedSample&) = delete;

  const std::vector<RecordedRow>& rows() const { return rows_; }
  const model::Recorded& recorded() const { return recorded_; }

 private:
  void add_windows();

  std::vector<RecordedRow> rows_;
  std::vector<observations::Kind> kind_;
  std::vector<double> a_, b_, variance_, weight_;
  std::vector<uint64_t> components_;
  model::Recorded recorded_;
};

// Whether two rows differ in nothing but their weight; and some order of rows that differ.
bool alike(const RecordedRow& one, const RecordedRow& other);
bool before(const RecordedRow& one, const RecordedRow& other);

}  // namespace mix1d::resample
