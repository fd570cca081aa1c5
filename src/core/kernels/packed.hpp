// packed.hpp: a mixture made ready for the loops of distribution.hpp
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/kernels.hpp"

namespace mix1d::kernels {

// ScaledMixture by a power of two where its parameters lie near the ends of the floating-point range, and
// without the components of weight zero.
class Distribution {
 public:
  Distribution(size_t k, const double* weights, const double* means, const double* sds);
  Distribution(const Distribution&) = delete;
  Distribution& operator=(const Distribution&) = delete;

  const ScaledMixture& scaled() const { return scaled_; }
  const std::vector<Normal>& normals() const { return normals_; }
  const size_t* column() const { return column_.data(); }

  // Where the mass below (side 1) or above (side -1) is p.
  void quantiles(double side, const double* p, double* out, size_t n) const;

 private:
  std::vector<Normal> normals_;
  std::vector<size_t> column_;
  ScaledMixture scaled_;
};

}  // namespace mix1d::kernels
