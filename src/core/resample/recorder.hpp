// recorder.hpp: samples of rows of any kind drawn anew
//
// Weights and counts are those of single rows. Values of a mixture are recorded again as the sample was: in
// its bins, on its lattice, below and above limits of the law that the sample has, with the error and inside
// the window of each row, as many from each known set of components.
#pragma once

#include <cstddef>
#include <vector>

#include "model/mixture.hpp"
#include "resample/random.hpp"
#include "resample/recording.hpp"

namespace mix1d::resample {

// weighted: the values keep their place and get Gamma weights; parametric: values of the estimate;
// nonparametric: draws with replacement.
enum class Resampling { weighted, parametric, nonparametric };

class Recorder {
 public:
  // `mix` in the units of the data, its weights those of the population; with a background first where the
  // sample has one.
  Recorder(const Recording& recording, Resampling resampling, const model::Mix& mix);

  std::vector<RecordedRow> draw(Random& random) const;

 private:
  // Rows that are drawn alike.
  struct Stratum {
    RecordedRow like;
    size_t draws;
    double weight;              // of a draw
    std::vector<double> bound;  // cumulative weights of the components inside the window, of families at all
  };

  void weigh(Random& random, std::vector<RecordedRow>& rows) const;
  void add_strata();
  double value(Random& random, const Stratum& s) const;
  // Of components of any families: values of the population until one lies inside the window.
  double value_of_families(Random& random, const Stratum& s) const;
  RecordedRow record(Random& random, const Stratum& s, double x) const;

  const Recording& recording_;
  Resampling resampling_;
  int unit_ = 0;    // a power of two, so that no square leaves the range of doubles
  model::Mix mix_;  // in that unit
  std::vector<Stratum> strata_;
  std::vector<std::vector<size_t>> labelled_;  // rows by the components that may have made them
};

}  // namespace mix1d::resample
