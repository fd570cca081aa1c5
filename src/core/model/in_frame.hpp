// in_frame.hpp: rows of any kind in the frame, and the values that stand in for them where a search looks
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "model/cell_widths.hpp"
#include "model/frame.hpp"
#include "model/request.hpp"
#include "model/sample.hpp"
#include "model/spread.hpp"
#include "observations/window.hpp"

namespace mix1d::model {

// The directional derivative of the likelihood towards a component is linear in the component: an interval is
// a bundle of Gauss-Legendre nodes x with factors, int phi = sum factor phi(x); what has an error of its own
// is met by a wider component.
struct StandIns {
  std::vector<size_t> place;     // the number of the row that each stands for
  std::vector<double> factor;    // 0 where a new component cannot have made the row
  std::vector<double> variance;  // of the error; empty where there is none
};

// How the parameters of a mixture are taken: as a search takes them, where weights are those among what was
// recorded and the least error counts to the sds; or as they are
// reported, with or without that error.
enum class View { search, report, report_with_error };

struct InFrame {
  observations::Blocks blocks;
  // The union of the windows. Weights are those among the values inside, kernels are divided by their mass
  // inside; what windows of single rows cut away stands among the rows with negative weight.
  observations::Window window;
  Points points;  // the stand-ins, rising, with the weights of their rows shared out
  StandIns stand_ins;
  // The least variance of the errors, where every row has one. It counts to the components: their sd is
  // sqrt(s^2 + common_variance), and the rows keep the rest of theirs.
  double common_variance = 0.0;
  bool least_is_zero = false;                 // every row has an error: a component may have no width
  double most_variance = 0.0;                 // of the errors
  double total = 0.0;                         // of the weights of what was recorded
  double density_weight = 0.0;                // of the rows whose likelihood is a density
  double log_slopes = 0.0;                    // over them, of sum w log |dy / dx| (model/frame.hpp)
  double open_below = 0.0, open_above = 0.0;  // weights of the half-lines
  // A background, and the components that labels name, by the moments of their rows: for each family that is
  // asked for; none where there are none.
  std::map<families::Family, Mix> named;
  double narrowest = 0.0;  // of the intervals, where there is no exact value; else 0
};

// A frame for rows of any kind: that of their middles and of the ends of half-lines.
Frame frame_of(const Recorded& recorded, const Ground& ground);

// Whether squares of the ends of all rows are finite in a frame.
bool holds(const Frame& frame, const Recorded& recorded);

bool any_row_has_error(const Recorded& recorded);
bool every_row_has_error(const Recorded& recorded);

// `of`: families of the components that labels name.
InFrame in_frame(const Recorded& recorded, const Frame& frame, View view,
                 const std::vector<families::Family>& of, observations::Beside beside);

// Widths of the intervals by place, for the floors of components within one of them.
CellWidths interval_widths(const Recorded& recorded, const Frame& frame);

}  // namespace mix1d::model
