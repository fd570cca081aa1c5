// units.hpp: from a quantity's own scale in the frame to the units of the data, and back
#pragma once

#include "inference/quantity.hpp"
#include "model/frame.hpp"

namespace mix1d::inference {

class Units {
 public:
  // `family`: of component i at the border. `variance`: of the errors, where it counts to the sd.
  Units(const model::Frame& frame, Kind kind, families::Family family, double variance = 0.0)
      : frame_(frame), kind_(kind), family_(family), variance_(variance) {}

  double out(double g) const;
  double in(double value) const;
  double out_sd(double sd) const;  // an sd of the frame, with the error or without

  // A standard error as it is reported: in the units of the data of places and shapes, on the quantity's own
  // scale otherwise.
  double error(double sigma, double g) const;

  // The end of an interval that is open there, and the least and the largest number on the quantity's scale.
  double open(double side) const;
  double limit(double side) const;

 private:
  const model::Frame& frame_;
  Kind kind_;
  families::Family family_;
  double variance_;
};

// The same quantity with its places in the frame.
Quantity in_frame(const model::Frame& frame, Quantity q, bool plain);

}  // namespace mix1d::inference
